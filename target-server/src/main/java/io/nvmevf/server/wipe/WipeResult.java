package io.nvmevf.server.wipe;

import org.jspecify.annotations.Nullable;

/**
 * How a run ended.
 *
 * @param bytes the size of the device
 * @param verifiedBytes bytes that were read at the end and were zero; those of a verification that failed later count too. The reading
 *     back of what was written, before it is deallocated, does not count
 * @param startedMillis when its turn came, in milliseconds since 1970 (UTC)
 * @param endedMillis as {@code startedMillis}
 * @param failure null if it is erased and verified; otherwise what happened, where, and what to do
 */
public record WipeResult(
        WipePlan plan,
        long bytes,
        long verifiedBytes,
        long startedMillis,
        long endedMillis,
        @Nullable String failure) {

    public boolean succeeded() {
        return failure == null;
    }
}
