package io.nvmevf.server.control;

/** What happens to the namespaces of a virtual function that is deleted. */
public enum Disposal {
    /** The virtual function is not deleted while it has any. */
    REFUSE,
    /** They are detached, and stay their tenant's. */
    DETACH,
    /** They are erased and deleted. */
    DELETE
}
