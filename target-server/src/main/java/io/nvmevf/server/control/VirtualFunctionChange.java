package io.nvmevf.server.control;

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
 * @param ports the whole new set of listeners that expose it; empty: all. Connections through others are ended
 * @param ioQueues 1 to 64; holds for controllers that connect from now on
 * @param queueDepth 2 to 1024; holds for controllers that connect from now on
 */
public record VirtualFunctionChange(
        @Nullable String tenant,
        @Nullable Set<String> allowedHosts,
        @Nullable Set<String> addAllowedHosts,
        @Nullable Set<String> removeAllowedHosts,
        @Nullable Boolean allowAnyHost,
        @Nullable Set<Integer> ports,
        @Nullable Integer ioQueues,
        @Nullable Integer queueDepth) {

    /** Changes nothing. */
    public static final VirtualFunctionChange NONE =
            new VirtualFunctionChange(null, null, null, null, null, null, null, null);
}
