package io.nvmevf.server.control;

import io.nvmevf.server.wipe.WipePlan;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The erasure that a namespace is in, or that failed.
 *
 * @param operation id of the {@link Operation} that it belongs to
 * @param plan how it is erased
 * @param purpose what follows
 * @param to name of the virtual function that it is attached to afterwards; only, and always, for REASSIGN
 * @param lbaSize bytes of a logical block afterwards: 512 or 4096
 */
public record Erasure(
        String operation,
        WipePlan plan,
        Purpose purpose,
        @Nullable String to,
        int lbaSize) {
    public Erasure {
        Objects.requireNonNull(operation);
        Objects.requireNonNull(plan);
        Objects.requireNonNull(purpose);
    }
}
