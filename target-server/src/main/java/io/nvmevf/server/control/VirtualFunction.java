package io.nvmevf.server.control;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One exported NVM subsystem.
 *
 * @param number 1 to 65535; stable for life, never used again
 * @param name {@code [a-z0-9][a-z0-9-]{0,31}}, unique
 * @param nqn NVMe Qualified Name, 1 to 223 bytes, unique
 * @param serial 1 to 20 printable ASCII characters (Identify Controller SN)
 * @param allowedHosts host NQNs that may connect; nobody may while it is empty, unless {@code allowAnyHost}
 * @param allowAnyHost whether every host may connect (for trials; a host NQN is no secret either way)
 * @param ioQueues I/O queues that one controller may have, 1 to 64
 * @param queueDepth entries of the largest I/O queue (CAP.MQES + 1), 2 to 1024
 */
public record VirtualFunction(
        int number,
        String name,
        String nqn,
        String serial,
        SortedSet<String> allowedHosts,
        boolean allowAnyHost,
        int ioQueues,
        int queueDepth) {

    public VirtualFunction {
        allowedHosts = Collections.unmodifiableSortedSet(new TreeSet<>(allowedHosts));
    }

    /** Whether a host with this NQN may connect, and may learn of this virtual function. */
    public boolean allows(String hostNqn) {
        return allowAnyHost || allowedHosts.contains(hostNqn);
    }
}
