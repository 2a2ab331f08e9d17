package io.nvmevf.server.control;

import java.util.Objects;

/**
 * The most recent sanitize operation of a virtual function: what its sanitize status log page reports (NVMe Base 2.1
 * §5.1.12.1.33), also after a restart.
 *
 * @param scdw10 dword 10 of the Sanitize command
 * @param state how far it is
 * @param passes overwrite passes; 0 for the other actions
 * @param operation id of its {@link Operation}, which may be forgotten by now
 * @param restricts whether I/O commands are refused: while it runs, and after it failed until it succeeds or the host
 *     leaves the failure mode
 */
public record Sanitize(int scdw10, OperationState state, int passes, String operation, boolean restricts) {
    public Sanitize {
        Objects.requireNonNull(state);
        Objects.requireNonNull(operation);
    }

    static Sanitize running(int scdw10, int passes, String operation) {
        return new Sanitize(scdw10, OperationState.RUNNING, passes, operation, true);
    }

    Sanitize ended(boolean success) {
        return new Sanitize(
                scdw10, success ? OperationState.SUCCEEDED : OperationState.FAILED, passes, operation, !success);
    }

    Sanitize left() {
        return new Sanitize(scdw10, state, passes, operation, false);
    }
}
