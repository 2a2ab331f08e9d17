package io.nvmevf.server.control;

import io.nvmevf.qos.Limits;
import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One exported NVM subsystem.
 *
 * @param number 1 to 61439, for life, never used again: its secondary controller identifier on the physical function
 * @param name {@code [a-z0-9][a-z0-9-]{0,31}}, unique
 * @param tenant {@code [a-z0-9][a-z0-9-]{0,63}}: whom its namespaces belong to. Virtual functions of one tenant may pass
 *     namespaces on without a wipe
 * @param nqn NVMe Qualified Name, 1 to 223 bytes, unique
 * @param serial 1 to 20 printable ASCII characters (Identify Controller SN)
 * @param access who may connect, and how they must prove themselves
 * @param ports numbers of the listeners that expose it, from 1; all if it is empty
 * @param ioQueues I/O queues that one controller may have, 1 to 64; 0 if the virtual function was given no queues, which
 *     keeps it from going online
 * @param queueDepth entries of the largest I/O queue (CAP.MQES + 1), 2 to 1024
 * @param state whether hosts reach it
 * @param sanitize the most recent sanitize operation; null if there was none
 * @param profile name of the profile that its limits are taken from; null: {@code limits}
 * @param limits its own limits, at least one; null: those of the profile, or none. {@link TargetState#limitsOf} tells which
 *     limits hold
 */
public record VirtualFunction(
        int number,
        String name,
        String tenant,
        String nqn,
        String serial,
        Access access,
        SortedSet<Integer> ports,
        int ioQueues,
        int queueDepth,
        VfState state,
        @Nullable Sanitize sanitize,
        @Nullable String profile,
        @Nullable Limits limits) {

    public VirtualFunction {
        Objects.requireNonNull(name);
        Objects.requireNonNull(tenant);
        Objects.requireNonNull(nqn);
        Objects.requireNonNull(serial);
        Objects.requireNonNull(state);
        Objects.requireNonNull(access);
        ports = Collections.unmodifiableSortedSet(new TreeSet<>(ports));
    }

    /** Whether a host with this NQN may connect, and may learn of this virtual function. */
    public boolean allows(String hostNqn) {
        return access.allows(hostNqn);
    }

    /** Whether the listener of this number exposes it. */
    public boolean isExposedOn(int port) {
        return ports.isEmpty() || ports.contains(port);
    }

    public boolean isOnline() {
        return state == VfState.ONLINE;
    }

    /** VQ resources that it holds: its I/O queues and the admin queue, or none at all. */
    public int queues() {
        return ioQueues == 0 ? 0 : ioQueues + 1;
    }

    /** Whether a sanitize operation runs. */
    public boolean isSanitizing() {
        Sanitize last = sanitize;
        return last != null && last.state() == OperationState.RUNNING;
    }

    /** Whether I/O commands are refused because of a sanitize operation that runs or failed. */
    public boolean isRestricted() {
        Sanitize last = sanitize;
        return last != null && last.restricts();
    }

    public VirtualFunction in(VfState next) {
        return with(access, ioQueues, next, sanitize, profile, limits);
    }

    VirtualFunction withQueues(int queues) {
        return with(access, queues, state, sanitize, profile, limits);
    }

    public VirtualFunction with(@Nullable Sanitize latest) {
        return with(access, ioQueues, state, latest, profile, limits);
    }

    /** With other rules of who may connect. */
    public VirtualFunction with(Access next) {
        return with(next, ioQueues, state, sanitize, profile, limits);
    }

    /** Open to this set of hosts, and to every host if {@code any}. */
    public VirtualFunction allowing(Set<String> hosts, boolean any) {
        return with(access.allowing(hosts, any));
    }

    /** With hosts that prove nothing refused, or not. */
    public VirtualFunction requiringAuthentication(boolean required) {
        return with(access.requiringAuthentication(required));
    }

    /** With limits from a profile, or of its own, or (both null) none. */
    VirtualFunction limitedBy(@Nullable String newProfile, @Nullable Limits newLimits) {
        return with(access, ioQueues, state, sanitize, newProfile, newLimits);
    }

    /** The same virtual function, with what can change after its creation one thing at a time. */
    private VirtualFunction with(
            Access nextAccess,
            int queues,
            VfState nextState,
            @Nullable Sanitize latest,
            @Nullable String newProfile,
            @Nullable Limits newLimits) {
        return new VirtualFunction(
                number,
                name,
                tenant,
                nqn,
                serial,
                nextAccess,
                ports,
                queues,
                queueDepth,
                nextState,
                latest,
                newProfile,
                newLimits);
    }
}
