package io.nvmevf.server.control;

import org.jspecify.annotations.Nullable;

/**
 * What became of a namespace.
 *
 * @param namespace as it is now; null if it was deleted
 * @param operation the erasure that the change waits for; null if the change is done
 */
public record Outcome(
        @Nullable Namespace namespace, @Nullable Operation operation) {}
