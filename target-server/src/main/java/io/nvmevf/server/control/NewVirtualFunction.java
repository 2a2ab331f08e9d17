package io.nvmevf.server.control;

import io.nvmevf.qos.Limits;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@link TargetService#createVf} is asked for. What is null gets its default.
 *
 * @param name {@code [a-z0-9][a-z0-9-]{0,31}}
 * @param tenant {@code [a-z0-9][a-z0-9-]{0,63}}; default: the name, a tenant of its own
 * @param nqn default: made of the target's UUID and the name
 * @param serial 1 to 20 printable ASCII characters; default: generated
 * @param access what differs from {@link Access#NOBODY}; default: nothing
 * @param ports numbers of listeners, from 1; default: none, which means all
 * @param ioQueues 0 to 64, default 64, or what is left of the physical function's queues, or what its limits allow
 * @param queueDepth 2 to 1024, default 1024, or what its limits allow
 * @param state ONLINE (default) or OFFLINE
 * @param profile name of the profile that limits it; default: none
 * @param limits limits of its own instead of a profile; default: none
 */
public record NewVirtualFunction(
        @Nullable String name,
        @Nullable String tenant,
        @Nullable String nqn,
        @Nullable String serial,
        @Nullable AccessChange access,
        @Nullable Set<Integer> ports,
        @Nullable Integer ioQueues,
        @Nullable Integer queueDepth,
        @Nullable VfState state,
        @Nullable String profile,
        @Nullable Limits limits) {

    /** Everything but the name by default. */
    public static NewVirtualFunction named(String name) {
        return new NewVirtualFunction(name, null, null, null, null, null, null, null, null, null, null);
    }

    /** The same, but any host may connect. */
    public NewVirtualFunction forAnyHost() {
        return with(tenant, AccessChange.allowAny(true), profile, limits);
    }

    /** The same, but of this tenant. */
    public NewVirtualFunction of(String newTenant) {
        return with(newTenant, access, profile, limits);
    }

    /** The same, but with limits from a profile, or of its own. */
    public NewVirtualFunction limitedBy(@Nullable String newProfile, @Nullable Limits newLimits) {
        return with(tenant, access, newProfile, newLimits);
    }

    private NewVirtualFunction with(
            @Nullable String newTenant,
            @Nullable AccessChange newAccess,
            @Nullable String newProfile,
            @Nullable Limits newLimits) {
        return new NewVirtualFunction(
                name, newTenant, nqn, serial, newAccess, ports, ioQueues, queueDepth, state, newProfile, newLimits);
    }
}
