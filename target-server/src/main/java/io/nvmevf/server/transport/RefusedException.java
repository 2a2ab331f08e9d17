package io.nvmevf.server.transport;

import io.nvmevf.server.metrics.DataPlaneStats.Refusal;

/** A connection or a Connect is refused. The message says why, for a log. */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Refusal reason;

    public RefusedException(Refusal reason, String message) {
        // (No stack: a host can cause as many of these as it likes.)
        super(message, null, false, false);
        this.reason = reason;
    }

    /** As what it counts. */
    public Refusal reason() {
        return reason;
    }
}
