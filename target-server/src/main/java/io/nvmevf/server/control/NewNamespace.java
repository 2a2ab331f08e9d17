package io.nvmevf.server.control;

import org.jspecify.annotations.Nullable;

/**
 * What {@link TargetService#createNamespace} is asked for. What is null gets its default.
 *
 * @param name {@code [a-z0-9][a-z0-9-]{0,63}}, unique; default: its id
 * @param vf the virtual function to attach it to; default: none, it is AVAILABLE
 * @param bytes a positive multiple of 4096; needed
 * @param lbaSize bytes of a logical block, 512 or 4096; default 4096
 */
public record NewNamespace(
        @Nullable String name,
        @Nullable String vf,
        @Nullable Long bytes,
        @Nullable Integer lbaSize) {

    /** Attached to a virtual function, under the lowest free NSID. */
    public static NewNamespace in(String vf, long bytes, int lbaSize) {
        return new NewNamespace(null, vf, bytes, lbaSize);
    }

    /** Not attached. */
    public static NewNamespace available(long bytes, int lbaSize) {
        return new NewNamespace(null, null, bytes, lbaSize);
    }
}
