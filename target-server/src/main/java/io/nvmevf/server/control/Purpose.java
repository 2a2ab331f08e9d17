package io.nvmevf.server.control;

/** Why a namespace is erased: what follows when it is. */
public enum Purpose {
    /** It becomes AVAILABLE. */
    RELEASE,
    /** It is attached to a virtual function of another tenant. */
    REASSIGN,
    /** It is deleted. */
    DELETE,
    /** Its own tenant asked by Format NVM (NVMe Base 2.1 §5.1.10): it stays attached, as the same namespace. */
    FORMAT,
    /** Its own tenant asked by Sanitize (NVMe Base 2.1 §5.1.22): it stays attached, as the same namespace. */
    SANITIZE;

    /** Whether the namespace stays its tenant's, and attached. */
    public boolean staysAttached() {
        return this == FORMAT || this == SANITIZE;
    }
}
