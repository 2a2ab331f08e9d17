package io.nvmevf.server.control;

import io.nvmevf.qos.Capacity;
import io.nvmevf.qos.PfShares;
import io.nvmevf.qos.Share;
import io.nvmevf.server.control.QosRules.Pace;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What may be promised of a physical function that is short. Pure: the states before and after a change in, or a refusal out;
 * what the change does not make worse is not refused.
 *
 * <ul>
 *   <li>Guarantees need a capacity, and fit into 99 % of it: the rest stays for erasures.
 *   <li>With every virtual function busy, each gets its guarantee and, by weight, a part of what is not guaranteed. Its queues
 *       hold at most {@value QosRules#MAX_SECONDS} s' worth of that.
 * </ul>
 */
final class ShareRules {
    /** Device time in a second that is given to virtual functions, in picoseconds. */
    private static final long SHARED = Capacity.SECOND - PfShares.BACKGROUND_FLOOR;

    /** As many virtual functions of the default weight are expected, at least, when a new one gets its queues. */
    private static final int EXPECTED_VFS = 64;

    /**
     * Who shares, and what.
     *
     * @param spare commands of 4 KiB a second that are not guaranteed
     * @param weights of all virtual functions together
     */
    private record Sharing(long spare, long weights) {

        static @Nullable Sharing of(TargetState state) {
            Capacity capacity = state.capacity();
            if (capacity == null) {
                return null;
            }
            long weights = 0;
            for (VirtualFunction vf : state.vfs()) {
                weights += share(state, vf).weight();
            }
            return new Sharing(Math.max(0, guaranteeable(capacity) - guaranteed(state)), weights);
        }

        /** Commands of 4 KiB in so many seconds, with everybody busy. */
        long of(Share share, long seconds) {
            return seconds * share.minIops() + seconds * share.weight() * spare / Math.max(1, weights);
        }
    }

    private ShareRules() {}

    /** Commands of 4 KiB a second that can be guaranteed with this capacity. */
    static long guaranteeable(Capacity capacity) {
        return SHARED / capacity.cost(new Share(1, Share.DEFAULT_WEIGHT));
    }

    /** Commands of 4 KiB a second that are guaranteed. */
    static long guaranteed(TargetState state) {
        return state.vfs().stream().mapToLong(vf -> share(state, vf).minIops()).sum();
    }

    private static Share share(TargetState state, VirtualFunction vf) {
        return state.limitsOf(vf).shareOrDefault();
    }

    /** Refuses the change. */
    static void check(TargetState before, TargetState after) throws ControlException {
        checkGuarantees(before, after);
        checkQueues(before, after);
    }

    private static void checkGuarantees(TargetState before, TargetState after) throws ControlException {
        long sum = guaranteed(after);
        Capacity capacity = after.capacity();
        long most = capacity == null ? 0 : guaranteeable(capacity);
        Capacity old = before.capacity();
        boolean lessCapacity = most < (old == null ? 0 : guaranteeable(old));
        if (sum <= most || (sum <= guaranteed(before) && !lessCapacity)) {
            return;
        }
        List<VirtualFunction> asking = after.vfs().stream()
                .filter(vf -> share(after, vf).minIops()
                        > before.vf(vf.number())
                                .map(was -> share(before, was).minIops())
                                .orElse(0L))
                .toList();
        if (asking.isEmpty()) {
            throw ControlException.invalid(sum + " IOPS are guaranteed to virtual functions, and "
                    + (capacity == null
                            ? "guarantees need a capacity; take them away first (--min-iops)"
                            : "with this capacity " + most
                                    + " can be, in commands of 4 KiB; lower guarantees first (--min-iops), or give"
                                    + " a higher capacity"));
        }
        long asked = asking.stream().mapToLong(vf -> share(after, vf).minIops()).sum();
        String who = (asking.size() == 1 ? "virtual function " : asking.size() + " virtual functions: ")
                + asking.getFirst().name()
                + (asking.size() == 1 ? "" : ", …");
        if (capacity == null) {
            throw ControlException.invalid("a guarantee of " + asked + " IOPS (" + who
                    + ") needs a capacity, and the physical function has none; set one with 'nvmevf pf capacity', or"
                    + " measure it with 'nvmevf pf calibrate'");
        }
        throw ControlException.invalid("a guarantee of " + asked + " IOPS (" + who + ") does not fit: of " + most
                + " IOPS that can be guaranteed, which is 99 % of the capacity in commands of 4 KiB, " + (sum - asked)
                + " are guaranteed to others, which leaves " + Math.max(0, most - (sum - asked)));
    }

    private static void checkQueues(TargetState before, TargetState after) throws ControlException {
        Sharing then = Sharing.of(after);
        if (then == null) {
            return;
        }
        Sharing now = Sharing.of(before);
        for (VirtualFunction vf : after.vfs()) {
            Share share = share(after, vf);
            long most = then.of(share, QosRules.MAX_SECONDS);
            VirtualFunction old = before.vf(vf.number()).orElse(null);
            boolean worse = old == null
                    || now == null
                    || QosRules.commands(vf) > QosRules.commands(old)
                    || most < now.of(share(before, old), QosRules.MAX_SECONDS);
            if (worse) {
                QosRules.checkVf(
                        vf,
                        new Pace(
                                "that queue up while all virtual functions are busy, at its share of "
                                        + then.of(share, 1) + " IOPS,",
                                (double) most / QosRules.MAX_SECONDS,
                                most,
                                "a higher guarantee, weight or capacity"));
            }
        }
    }

    /**
     * How many commands of a new virtual function, whose creator does not say, may queue up: what its guarantee allows, which
     * stays; or, if that is more, what its weight would give it if there were twice as many virtual functions, and at least
     * {@value #EXPECTED_VFS}, so that there is room for others.
     */
    static long roomFor(TargetState state, PhysicalFunction pf, Share share) {
        Sharing now = Sharing.of(state);
        if (now == null) {
            return Long.MAX_VALUE;
        }
        long expected = (long) Share.DEFAULT_WEIGHT * Math.min(EXPECTED_VFS, pf.maxVfs());
        Sharing then = new Sharing(
                Math.max(0, now.spare() - share.minIops()), Math.max(expected, 2 * (now.weights() + share.weight())));
        long byWeight = then.of(new Share(0, share.weight()), QosRules.MAX_SECONDS);
        return Math.max(QosRules.MAX_SECONDS * share.minIops(), byWeight);
    }
}
