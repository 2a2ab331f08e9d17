package io.nvmevf.server.wipe;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.nvmevf.storage.StoragePool;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Erases devices in the background and verifies it.
 *
 * <p>Runs begin in the order in which they were started, at most {@link WipeLimits#concurrent} at a time, each on a thread of
 * its own of the lowest priority. A run that hangs in its storage keeps its turn, and holds up neither the others nor
 * {@link #close}.
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
    private final ThreadPoolExecutor threads;

    public Wiper(StoragePool pool, WipeLimits limits) {
        this(
                pool,
                limits,
                WipeClock.SYSTEM,
                PATIENCE,
                IoUring.isAvailable() ? IoUringIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    /** @param patience how long {@link #close} waits for requests that are in flight */
    Wiper(StoragePool pool, WipeLimits limits, WipeClock clock, Duration patience, IoHandlerFactory io) {
        this.pool = pool;
        this.clock = clock;
        this.patience = patience;
        this.rate = new RateLimit(limits.bytesPerSecond(), clock);
        this.loops = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("nvmevf-wipe-loop", true, Thread.MIN_PRIORITY), io);
        this.loop = loops.next();
        this.threads = new ThreadPoolExecutor(
                limits.concurrent(),
                limits.concurrent(),
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory("nvmevf-wipe", true, Thread.MIN_PRIORITY));
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Starts a run, or lets it wait for its turn.
     *
     * @param id of a closed device of the pool
     * @param bytes its size
     * @param done told the end once, on a thread of the wiper's, with the device closed; it does not wait for {@link #close}. Not called
     *     if the wiper is closed before
     * @throws IllegalArgumentException if {@code bytes} is not a positive multiple of 4096
     * @throws IllegalStateException if the wiper is closed
     */
    public WipeRun start(String id, long bytes, WipePlan plan, Consumer<WipeResult> done) {
        if (bytes <= 0 || bytes % StoragePool.GRANULARITY != 0) {
            throw new IllegalArgumentException("the size must be a positive multiple of 4096 bytes, not " + bytes);
        }
        WipeRun run = new WipeRun(id, plan, WipeTask.total(plan, bytes), clock);
        WipeTask task = new WipeTask(pool, loop, rate, clock, stop, run, bytes, done);
        synchronized (threads) {
            if (stop.getCount() == 0) {
                throw new IllegalStateException("the wiper is closed");
            }
            threads.execute(task);
        }
        return run;
    }

    /**
     * Stops all runs at their next step; their {@code done} is not called. Returns when they have ended, or after five seconds if a
     * request of theirs hangs in the storage; its device is then left open.
     */
    @Override
    public void close() {
        synchronized (threads) {
            stop.countDown();
            threads.shutdown();
        }
        boolean interrupted = false;
        boolean ended = false;
        try {
            ended = threads.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS);
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
