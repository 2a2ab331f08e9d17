package io.nvmevf.server.control;

/** Whether connections to a subsystem are protected by TLS 1.3 with a pre-shared key ({@link TlsKey}). */
public enum TlsMode {
    /** No TLS. Keys that hosts have are kept and not used. */
    OFF,
    /** With TLS or without. A host without a {@link TlsKey} has no TLS handshake that succeeds. */
    ALLOWED,
    /** Only with TLS. */
    REQUIRED
}
