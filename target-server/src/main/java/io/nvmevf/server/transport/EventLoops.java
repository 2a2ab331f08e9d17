package io.nvmevf.server.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that carry connections, and the kernel interface that they wait on: io_uring, epoll or NIO, the first of
 * these that works unless one is asked for. The same code runs above all three.
 */
public final class EventLoops implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);
    /** Entries of each loop's submission ring: socket and storage requests that one turn may start. */
    private static final int RING_SIZE = 1024;
    /** Entries of the completion ring: what may end before the loop looks. */
    private static final int COMPLETION_RING_SIZE = 8192;

    /** Pages and chunks of the buffer pool: an arena for each loop, in chunks of 8 KiB × 2^12 = 32 MiB. With chunks that all
     * buffers in use fill, the pool takes and returns chunks all the time, which allocates. */
    private static final int PAGE_SIZE = 8192;

    private static final int CHUNK_ORDER = 12;

    /** The kernel interface. */
    public enum Kind {
        IO_URING("io_uring"),
        EPOLL("epoll"),
        NIO("nio");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        @Override
        public String toString() {
            return label;
        }
    }

    private final Kind kind;
    private final String reason;
    private final PooledByteBufAllocator allocator;
    private final MultiThreadIoEventLoopGroup group;
    private final Map<EventExecutor, LoopMemory> memory = new HashMap<>();
    private final List<LoopLag> lags = new ArrayList<>();

    private EventLoops(Kind kind, String reason, int threads, long totalMemory) {
        this.kind = kind;
        this.reason = reason;
        allocator = new PooledByteBufAllocator(
                true,
                0,
                threads,
                PAGE_SIZE,
                CHUNK_ORDER,
                PooledByteBufAllocator.defaultSmallCacheSize(),
                PooledByteBufAllocator.defaultNormalCacheSize(),
                true);
        IoHandlerFactory factory = switch (kind) {
            case IO_URING ->
                IoUringIoHandler.newFactory(
                        new IoUringIoHandlerConfig().setRingSize(RING_SIZE).setCqSize(COMPLETION_RING_SIZE));
            case EPOLL -> EpollIoHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
        };
        group = new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("nvmevf-loop"), factory);
        group.forEach(loop -> memory.put(loop, new LoopMemory(totalMemory / threads)));
        group.forEach(loop -> loop.execute(ThreadScheduling::briefTurns));
        group.forEach(loop -> lags.add(LoopLag.of((EventLoop) loop)));
        LOG.info("transport {} with {} event loops: {}", kind, threads, reason);
    }

    /**
     * Starts loops of the best kind that works here.
     *
     * @param totalMemory bytes of data buffers that all queues together may hold
     */
    public static EventLoops best(int threads, long totalMemory) {
        if (IoUring.isAvailable()) {
            return new EventLoops(Kind.IO_URING, "io_uring is available", threads, totalMemory);
        }
        String noRing = "io_uring is not: " + shortly(IoUring.unavailabilityCause());
        if (Epoll.isAvailable()) {
            return new EventLoops(Kind.EPOLL, "epoll is available, " + noRing, threads, totalMemory);
        }
        return new EventLoops(
                Kind.NIO,
                "epoll is not: " + shortly(Epoll.unavailabilityCause()) + "; " + noRing,
                threads,
                totalMemory);
    }

    /**
     * Starts loops of this kind.
     *
     * @throws IllegalStateException if it does not work here; the message says why
     */
    public static EventLoops of(Kind kind, int threads, long totalMemory) {
        Throwable cause = switch (kind) {
            case IO_URING -> IoUring.unavailabilityCause();
            case EPOLL -> Epoll.unavailabilityCause();
            case NIO -> null;
        };
        if (cause != null) {
            throw new IllegalStateException(
                    "transport.io is %s, which does not work here: %s; use auto".formatted(kind, shortly(cause)),
                    cause);
        }
        return new EventLoops(kind, "the configuration asks for it", threads, totalMemory);
    }

    public Kind kind() {
        return kind;
    }

    /** Why this kind was chosen, for people. */
    public String reason() {
        return reason;
    }

    /** The group that channels register with. */
    public MultiThreadIoEventLoopGroup group() {
        return group;
    }

    /** All loops. */
    public List<IoEventLoop> loops() {
        List<IoEventLoop> loops = new ArrayList<>();
        group.forEach(executor -> loops.add((IoEventLoop) executor));
        return loops;
    }

    /** How late each loop was at most in the last 15 to 30 s with what was due, in the order of {@link #loops}. */
    public List<Duration> lags() {
        return lags.stream().map(LoopLag::largest).toList();
    }

    /** Bytes of buffers that are in use: receive buffers, data of commands, and what is not sent yet. */
    public long buffersInUse() {
        return allocator.pinnedDirectMemory();
    }

    /** The pool that the buffers of all connections come from. */
    ByteBufAllocator allocator() {
        return allocator;
    }

    LoopMemory memory(EventExecutor loop) {
        return Objects.requireNonNull(memory.get(loop), "not a loop of this group");
    }

    Class<? extends ServerChannel> serverChannel() {
        return switch (kind) {
            case IO_URING -> IoUringServerSocketChannel.class;
            case EPOLL -> EpollServerSocketChannel.class;
            case NIO -> NioServerSocketChannel.class;
        };
    }

    private static String shortly(Throwable t) {
        Throwable cause = t;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    /** Stops the loops; returns when they have ended. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 5, java.util.concurrent.TimeUnit.SECONDS).awaitUninterruptibly(10_000);
    }
}
