package io.nvmevf.server.wipe;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.nvmevf.qos.PfShares;
import io.nvmevf.storage.StoragePool;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Erases devices in the background and verifies it.
 *
 * <p>Each run has a thread of its own of the lowest priority. There are four lanes: ZERO and OVERWRITE, which write everything, are
 * slow, CRYPTO and DEALLOCATE quick, and of each kind the operator's runs and the tenants' have a lane. In each lane there are at most
 * {@link WipeLimits#concurrent} runs at a time, one of each owner; owners take turns, and the runs of one owner keep their order.
 *
 * <p>A run that hangs in its storage keeps its owner's turn and one place in its lane, and does not hold up {@link #close}.
 *
 * <p>What a run may need from its caller: the device is closed and stays so until {@code done}; the pool takes calls from several
 * threads. Every run is one whole wipe: there is no state on disk, and whoever starts it again after a crash or a close gets
 * the same result.
 */
public final class Wiper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Wiper.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final StoragePool pool;
    private final WipeClock clock;
    private final Duration patience;
    private final RateLimit rate;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final MultiThreadIoEventLoopGroup loops;
    private final IoEventLoop loop;
    private final WipeScheduler scheduler;

    /** Erases at the pace of the limits, whatever else uses the pool. */
    public Wiper(StoragePool pool, WipeLimits limits) {
        this(pool, limits, () -> null);
    }

    /**
     * Erases with what others leave.
     *
     * @param shares what divides the physical function now; null if nobody said what it can do
     */
    public Wiper(StoragePool pool, WipeLimits limits, Supplier<@Nullable PfShares> shares) {
        this(
                pool,
                limits,
                shares,
                WipeClock.SYSTEM,
                PATIENCE,
                IoUring.isAvailable() ? IoUringIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    /** @param patience how long {@link #close} waits for requests that are in flight */
    Wiper(
            StoragePool pool,
            WipeLimits limits,
            Supplier<@Nullable PfShares> shares,
            WipeClock clock,
            Duration patience,
            IoHandlerFactory io) {
        this.pool = pool;
        this.clock = clock;
        this.patience = patience;
        this.rate = new RateLimit(limits.bytesPerSecond(), shares, clock);
        this.loops = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("nvmevf-wipe-loop", true, Thread.MIN_PRIORITY), io);
        this.loop = loops.next();
        this.scheduler = new WipeScheduler(
                limits.concurrent(), new DefaultThreadFactory("nvmevf-wipe", true, Thread.MIN_PRIORITY));
    }

    /**
     * Starts a run, or lets it wait for its turn.
     *
     * @param id of a closed device of the pool
     * @param bytes its size
     * @param owner who takes turns with others: the runs of one owner wait for each other, never for those of another one as long as
     *     there is a place
     * @param operator whether the operator asked for it, and not the owner: then it waits for the operator's runs only
     * @param done told the end once, on a thread of the wiper's, with the device closed; it does not wait for {@link #close}. Not called
     *     if the wiper is closed before
     * @throws IllegalArgumentException if {@code bytes} is not a positive multiple of 4096
     * @throws IllegalStateException if the wiper is closed
     */
    public WipeRun start(
            String id, long bytes, WipePlan plan, String owner, boolean operator, Consumer<WipeResult> done) {
        if (bytes <= 0 || bytes % StoragePool.GRANULARITY != 0) {
            throw new IllegalArgumentException("the size must be a positive multiple of 4096 bytes, not " + bytes);
        }
        boolean thin = pool.isThin(id);
        WipeRun run = new WipeRun(id, plan, WipeTask.total(plan, bytes, thin), clock);
        WipeTask task = new WipeTask(pool, loop, rate, clock, stop, run, bytes, thin, done);
        scheduler.submit(owner, plan.method().isSlow(), operator, task);
        return run;
    }

    /**
     * Stops all runs at their next step, and those that wait; their {@code done} is not called. Returns when they have ended, or after five seconds if a
     * request of theirs hangs in the storage; its device is then left open.
     */
    @Override
    public void close() {
        stop.countDown();
        boolean interrupted = false;
        boolean ended = false;
        try {
            ended = scheduler.close(patience.toNanos());
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (!ended) {
            LOG.warn("a wipe hangs in its storage; its device is left open");
        }
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
