package io.nvmevf.server.control;

import io.nvmevf.server.wipe.WipePlan;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Long work, which survives a restart: what is RUNNING begins again from its start.
 *
 * @param id {@code op-N}; never used again
 * @param kind what it is for
 * @param subject id of the namespace; for SANITIZE name of the virtual function
 * @param to name of the virtual function that the namespace goes to; only for REASSIGN
 * @param plan how is erased
 * @param state whether it has ended, and how
 * @param error why it failed and what to do; only when FAILED
 * @param startedMillis Unix time
 * @param endedMillis Unix time; 0 while RUNNING
 */
public record Operation(
        String id,
        Purpose kind,
        String subject,
        @Nullable String to,
        WipePlan plan,
        OperationState state,
        @Nullable String error,
        long startedMillis,
        long endedMillis) {

    public Operation {
        Objects.requireNonNull(id);
        Objects.requireNonNull(kind);
        Objects.requireNonNull(subject);
        Objects.requireNonNull(plan);
        Objects.requireNonNull(state);
    }

    public boolean isRunning() {
        return state == OperationState.RUNNING;
    }

    Operation succeeded(long now) {
        return new Operation(id, kind, subject, to, plan, OperationState.SUCCEEDED, null, startedMillis, now);
    }

    Operation failed(String why, long now) {
        return new Operation(id, kind, subject, to, plan, OperationState.FAILED, why, startedMillis, now);
    }
}
