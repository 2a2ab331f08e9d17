package io.nvmevf.server.control;

import io.nvmevf.qos.Limits;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@link TargetService#updateVf} changes. What is null stays.
 *
 * @param tenant another tenant; refused while the virtual function has namespaces
 * @param allowedHosts the whole new set
 * @param addAllowedHosts host NQNs to add to it
 * @param removeAllowedHosts host NQNs to take out of it; one that is not in it is no error
 * @param allowAnyHost whether every host may connect
 * @param requireAuthentication whether hosts without a key are refused when they connect from now on
 * @param ports the whole new set of listeners that expose it; empty: all. Connections through others are ended
 * @param ioQueues 1 to 64; holds for controllers that connect from now on
 * @param queueDepth 2 to 1024; holds for controllers that connect from now on
 * @param profile name of the profile that limits it from now on, instead of any other limits
 * @param limits limits of its own from now on, the whole set, instead of any other limits
 * @param noLimits whether it loses all of its limits; not together with {@code profile} or {@code limits}
 */
public record VirtualFunctionChange(
        @Nullable String tenant,
        @Nullable Set<String> allowedHosts,
        @Nullable Set<String> addAllowedHosts,
        @Nullable Set<String> removeAllowedHosts,
        @Nullable Boolean allowAnyHost,
        @Nullable Boolean requireAuthentication,
        @Nullable Set<Integer> ports,
        @Nullable Integer ioQueues,
        @Nullable Integer queueDepth,
        @Nullable String profile,
        @Nullable Limits limits,
        @Nullable Boolean noLimits) {

    /** Changes nothing. */
    public static final VirtualFunctionChange NONE =
            new VirtualFunctionChange(null, null, null, null, null, null, null, null, null, null, null, null);

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
                newTenant,
                allowedHosts,
                addAllowedHosts,
                removeAllowedHosts,
                allowAnyHost,
                requireAuthentication,
                ports,
                ioQueues,
                queueDepth,
                newProfile,
                newLimits,
                noLimits);
    }
}
