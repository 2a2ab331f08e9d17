package io.nvmevf.server.control;

/**
 * What is shared out: the administrative NVM subsystem and the bounds of what it hands to virtual functions. From the
 * configuration, not from the state.
 *
 * @param nqn of the administrative subsystem
 * @param access which hosts of operators may connect to it, and how they must prove themselves
 * @param maxVfs virtual functions at a time, 1 to 61439
 * @param queueResources VQ resources: queues (admin queues included) that all virtual functions may have together
 * @param ports listeners, which are numbered from 1
 * @param mdts data bytes of the largest command, a power of two from 4096 to 1048576
 */
public record PhysicalFunction(String nqn, Access access, int maxVfs, int queueResources, int ports, int mdts) {

    /** Most queues of one virtual function: 64 I/O queues and its admin queue. */
    public static final int MAX_VF_QUEUES = VfRules.MAX_IO_QUEUES + 1;

    /** Whether an operator's host with this NQN may connect. */
    public boolean allows(String hostNqn) {
        return access.allows(hostNqn);
    }

    /** VQ resources that are assigned to the virtual functions of {@code state}. */
    public static int queuesAssigned(TargetState state) {
        return state.vfs().stream().mapToInt(VirtualFunction::queues).sum();
    }
}
