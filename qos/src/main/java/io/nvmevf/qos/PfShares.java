package io.nvmevf.qos;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Divides the {@link Capacity} of a physical function among those that use it, when it is not enough for all.
 *
 * <p>Like Linux's iocost (Heo et al., "IOCost", ASPLOS 2022) it plans in periods, away from the data path: {@link #plan} looks at
 * what each member used since the last time and whether it was kept waiting, and sets the rate at which device time flows into
 * each member's bucket. Between plans members decide alone, and share nothing.
 *
 * <p>A member may take {@code guarantee + weight * level}, all of it a second. The level is the one at which everything is given out:
 * what a member does not use of its part raises the level for those that want more (max-min fairness), so nothing is left idle while
 * somebody waits. Without anybody that waits there is no level, and each member may take all. A member that was idle may take
 * its part at once; what is thereby used above the capacity is made up for in the plans that follow.
 *
 * <p>Members in the background (erasures) get what the others leave, and {@link #BACKGROUND_FLOOR} if that is less.
 *
 * <p>While nothing is used, no plan is due: {@link #plan} says so, and the first command afterwards rouses the planner.
 */
public final class PfShares {
    /** Between two plans while there is load, in nanoseconds. */
    public static final long PERIOD = 10_000_000;
    /** What erasures get at least, in picoseconds a second: 1 %. What can be guaranteed is the rest. */
    public static final long BACKGROUND_FLOOR = Capacity.SECOND / 100;
    /** What is made up for is never more than a quarter of the capacity at a time, and of not more than a quarter of a second. */
    private static final long MOST_MADE_UP = Capacity.SECOND / 4;

    /** Plans in which an excess is made up for: the effect of a plan is seen only in the next. */
    private static final int PLANS_TO_MAKE_UP = 4;
    /** What was left unused a moment ago may be used later: the buckets hold 20 ms. */
    private static final long SLACK = Capacity.SECOND / 50;
    /** So many plans without any use, and the planner rests. */
    private static final int QUIET_PLANS = 10;

    private final Capacity capacity;
    private final DeviceTime costs;
    private final Consumer<PfShares> onRouse;
    private final List<PfShare> members = new ArrayList<>();
    private final List<PfShare> active = new ArrayList<>();
    private long last;
    private boolean planned;
    /** Picoseconds that were used above the capacity; below zero what was left of late. */
    private long excess;

    private int quiet;
    private final AtomicBoolean resting = new AtomicBoolean(true);

    /** @param onRouse called with this, on any thread, when {@link #plan} has to be called again: it must not block */
    public PfShares(Capacity capacity, Consumer<PfShares> onRouse) {
        this.capacity = capacity;
        costs = new DeviceTime(capacity);
        this.onRouse = onRouse;
    }

    public Capacity capacity() {
        return capacity;
    }

    DeviceTime costs() {
        return costs;
    }

    /**
     * A new member.
     *
     * @param onMore called on the planner's thread when the member is kept waiting and may take more now; it must not block
     * @param now nanoseconds of the clock of {@link #plan}
     */
    public synchronized PfShare join(Share terms, Runnable onMore, long now) {
        return add(new PfShare(this, terms, false, onMore, Capacity.SECOND, now));
    }

    /** A member that gets what the others leave. */
    public synchronized PfShare joinBackground(long now) {
        return add(new PfShare(this, Share.DEFAULT, true, () -> {}, Capacity.SECOND, now));
    }

    private PfShare add(PfShare share) {
        members.add(share);
        rouse();
        return share;
    }

    synchronized void leave(PfShare share) {
        members.remove(share);
    }

    /** There is something to plan for. Any thread, for each command: it costs the reading of a field. */
    void rouse() {
        if (resting.get() && resting.compareAndSet(true, false)) {
            onRouse.accept(this);
        }
    }

    /**
     * Sets the rate of each member.
     *
     * @return whether to call again after {@link #PERIOD}; otherwise not before it is asked for
     */
    public synchronized boolean plan(long now) {
        long dt = planned ? Math.max(1, now - last) : PERIOD;
        planned = true;
        last = now;
        long used = observe(dt);
        excess = Math.clamp(excess + used - dt * (Capacity.SECOND / TokenBucket.SECOND), -SLACK, MOST_MADE_UP);
        long back = excess * (TokenBucket.SECOND / PERIOD / PLANS_TO_MAKE_UP);
        divide(Capacity.SECOND - Math.clamp(back, 0, MOST_MADE_UP));
        boolean wanted = active.stream().anyMatch(share -> share.wantsMore);
        quiet = used == 0 && !wanted ? quiet + 1 : 0;
        if (quiet < QUIET_PLANS) {
            return true;
        }
        quiet = 0;
        planned = false;
        resting.set(true);
        // (Somebody may have used something before it could see that the planner rests.)
        return members.stream().anyMatch(share -> share.used() != share.lastUsed || share.waits())
                && resting.compareAndSet(true, false);
    }

    /** What was used since the last plan, by all; and who is active. */
    private long observe(long dt) {
        active.clear();
        long sum = 0;
        for (PfShare share : members) {
            long used = share.used() - share.lastUsed;
            long refused = share.refusals();
            share.lastUsed += used;
            share.wantsMore = share.waits() || refused != share.lastRefused;
            share.lastRefused = refused;
            share.demand = (long) ((double) used / dt * TokenBucket.SECOND);
            share.guaranteed = share.background ? 0 : costs.cost(share.terms());
            sum += used;
            if (used != 0 || share.wantsMore) {
                active.add(share);
            }
        }
        return sum;
    }

    private void divide(long available) {
        long background = 0;
        for (PfShare share : active) {
            if (share.background) {
                background += share.wantsMore ? BACKGROUND_FLOOR : Math.min(share.demand, BACKGROUND_FLOOR);
            }
        }
        long foreground = available - background;
        double level = level(foreground);
        long given = 0;
        for (PfShare share : members) {
            if (!share.background) {
                long most = part(share, level, available);
                share.rate(most);
                given += share.wantsMore ? most : Math.min(share.demand, most);
            }
        }
        long left = Math.max(BACKGROUND_FLOOR, available - given);
        for (PfShare share : members) {
            if (share.background) {
                share.rate(left);
            }
        }
    }

    private static long part(PfShare share, double level, long available) {
        if (level == Double.POSITIVE_INFINITY) {
            return available;
        }
        return Math.clamp(share.guaranteed + (long) (share.terms().weight() * level), 1, Capacity.SECOND);
    }

    /**
     * The level at which {@code sum(min(demand, guarantee + weight * level))} of the active members is what there is; infinite if
     * less is asked for.
     */
    private double level(long foreground) {
        for (PfShare share : active) {
            share.satisfied = share.background;
        }
        while (true) {
            long rest = foreground;
            long weights = 0;
            for (PfShare share : active) {
                if (share.background) {
                    continue;
                }
                rest -= share.satisfied ? share.demand : share.guaranteed;
                weights += share.satisfied ? 0 : share.terms().weight();
            }
            if (weights == 0) {
                return Double.POSITIVE_INFINITY;
            }
            double level = Math.max(0, (double) rest / weights);
            boolean more = false;
            for (PfShare share : active) {
                if (!share.satisfied
                        && !share.wantsMore
                        && share.demand <= share.guaranteed + share.terms().weight() * level) {
                    share.satisfied = true;
                    more = true;
                }
            }
            if (!more) {
                return level;
            }
        }
    }
}
