package io.nvmevf.server.transport.tls;

/** The other end broke the rules of TLS: it is told by a fatal alert, and the connection ends. */
public final class TlsAlertException extends Exception {
    private final int alert;

    /** @param alert of {@link Tls}; what the other end is told */
    TlsAlertException(int alert, String message) {
        // (No stack: a host can cause as many of these as it likes.)
        super(message, null, false, false);
        this.alert = alert;
    }

    /** The alert's description (RFC 8446 §6). */
    public int alert() {
        return alert;
    }
}
