package io.nvmevf.server.host;

/** The target ended a TLS connection. */
public final class TlsRefusedException extends RuntimeException {
    private final int alert;

    /** @param alert description of its alert; -1 if it closed without one */
    public TlsRefusedException(int alert) {
        super(alert < 0 ? "the target closed without an alert" : "the target sent alert " + alert);
        this.alert = alert;
    }

    public int alert() {
        return alert;
    }
}
