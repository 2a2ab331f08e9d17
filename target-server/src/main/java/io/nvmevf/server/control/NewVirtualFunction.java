package io.nvmevf.server.control;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@link TargetService#createVf} is asked for. What is null gets its default.
 *
 * @param name {@code [a-z0-9][a-z0-9-]{0,31}}
 * @param nqn default: made of the target's UUID and the name
 * @param serial 1 to 20 printable ASCII characters; default: generated
 * @param allowedHosts default: none
 * @param allowAnyHost default: false
 * @param ioQueues 1 to 64, default 64
 * @param queueDepth 2 to 1024, default 1024
 */
public record NewVirtualFunction(
        @Nullable String name,
        @Nullable String nqn,
        @Nullable String serial,
        @Nullable Set<String> allowedHosts,
        @Nullable Boolean allowAnyHost,
        @Nullable Integer ioQueues,
        @Nullable Integer queueDepth) {

    /** Everything but the name by default. */
    public static NewVirtualFunction named(String name) {
        return new NewVirtualFunction(name, null, null, null, null, null, null);
    }

    /** The same, but any host may connect. */
    public NewVirtualFunction forAnyHost() {
        return new NewVirtualFunction(name, nqn, serial, allowedHosts, true, ioQueues, queueDepth);
    }
}
