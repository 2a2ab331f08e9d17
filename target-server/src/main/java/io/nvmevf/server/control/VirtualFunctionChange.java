package io.nvmevf.server.control;

import io.nvmevf.qos.Limits;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@link TargetService#updateVf} changes. What is null stays.
 *
 * @param tenant another tenant; refused while the virtual function has namespaces
 * @param access what changes of who may connect, and how they must prove themselves
 * @param ports the whole new set of listeners that expose it; empty: all. Connections through others are ended
 * @param ioQueues 1 to 64; holds for controllers that connect from now on
 * @param queueDepth 2 to 1024; holds for controllers that connect from now on
 * @param profile name of the profile that limits it from now on, instead of any other limits
 * @param limits limits of its own from now on, the whole set, instead of any other limits
 * @param noLimits whether it loses all of its limits; not together with {@code profile} or {@code limits}
 */
public record VirtualFunctionChange(
        @Nullable String tenant,
        @Nullable AccessChange access,
        @Nullable Set<Integer> ports,
        @Nullable Integer ioQueues,
        @Nullable Integer queueDepth,
        @Nullable String profile,
        @Nullable Limits limits,
        @Nullable Boolean noLimits) {

    /** Changes nothing. */
    public static final VirtualFunctionChange NONE =
            new VirtualFunctionChange(null, null, null, null, null, null, null, null);

    /** Changes nothing but who may connect, and how. */
    public static VirtualFunctionChange of(AccessChange access) {
        return new VirtualFunctionChange(null, access, null, null, null, null, null, null);
    }

    public VirtualFunctionChange {
        // (Nothing that changes is nothing, so that one can be told from NONE.)
        access = AccessChange.NONE.equals(access) ? null : access;
    }

    /** The same, but the tenant stays. */
    VirtualFunctionChange withoutTenant() {
        return with(null, profile, limits);
    }

    /** The same, but with limits from a profile, or of its own. */
    public VirtualFunctionChange limitedBy(@Nullable String newProfile, @Nullable Limits newLimits) {
        return with(tenant, newProfile, newLimits);
    }

    private VirtualFunctionChange with(
            @Nullable String newTenant, @Nullable String newProfile, @Nullable Limits newLimits) {
        return new VirtualFunctionChange(
                newTenant, access, ports, ioQueues, queueDepth, newProfile, newLimits, noLimits);
    }
}
