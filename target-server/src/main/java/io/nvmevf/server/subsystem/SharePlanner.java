package io.nvmevf.server.subsystem;

import io.nvmevf.qos.Capacity;
import io.nvmevf.qos.PfShares;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plans, on a thread of its own, how the physical function is shared while it is used; while it is not, nothing runs.
 *
 * <p>What members see of a new capacity is a new {@link PfShares}: they join it, and the old one is not planned any more.
 */
final class SharePlanner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SharePlanner.class);

    private final LongSupplier nanoTime;
    private final ScheduledExecutorService thread;
    private volatile @Nullable PfShares shares;

    /** @param nanoTime the event loops' clock */
    SharePlanner(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("nvmevf-shares").daemon().factory());
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        // A planner that has nothing to do costs no thread either.
        executor.setKeepAliveTime(10, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
        thread = executor;
    }

    /** What divides this capacity: the same as before if it has not changed; null without one. One caller at a time. */
    @Nullable
    PfShares of(@Nullable Capacity capacity) {
        PfShares present = shares;
        if (capacity == null) {
            shares = null;
        } else if (present == null || !present.capacity().equals(capacity)) {
            shares = new PfShares(capacity, this::rouse);
        }
        return shares;
    }

    /** What is in force; null without a capacity. */
    @Nullable
    PfShares shares() {
        return shares;
    }

    private void rouse(PfShares roused) {
        try {
            thread.execute(() -> plan(roused));
        } catch (RejectedExecutionException e) {
            LOG.trace("the target ends", e);
        }
    }

    private void plan(PfShares these) {
        if (these.equals(shares) && these.plan(nanoTime.getAsLong())) {
            thread.schedule(() -> plan(these), PfShares.PERIOD, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
