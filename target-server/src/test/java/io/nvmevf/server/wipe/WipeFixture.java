package io.nvmevf.server.wipe;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.nvmevf.storage.BlockCompletion;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.BlockQueue;
import io.nvmevf.storage.StoragePool;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** A pool, a wiper over it, and means to fill devices and to scan them. */
final class WipeFixture implements AutoCloseable {
    static final int MIB = 1 << 20;
    /** Not a whole number of pieces, and large enough to be sampled. */
    static final long SIZE = 16L * MIB + 3 * 4096;

    static final byte MARKER = (byte) 0xA7;

    final BentPool pool;
    final Wiper wiper;
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    WipeFixture(StoragePool inner) {
        this(inner, new WipeLimits(0, 2), WipeClock.SYSTEM);
    }

    WipeFixture(StoragePool inner, WipeLimits limits, WipeClock clock) {
        this(new BentPool(inner), limits, clock, Duration.ofSeconds(20));
    }

    WipeFixture(BentPool pool, WipeLimits limits, WipeClock clock, Duration patience) {
        this.pool = pool;
        this.wiper = new Wiper(pool, limits, () -> null, clock, patience, NioIoHandler.newFactory());
    }

    /** Creates a device, every byte of which is {@link #MARKER}. */
    void createFilled(String id) throws Exception {
        pool.create(id, SIZE);
        each(id, SIZE, (queue, piece) -> {
            for (int i = 0; i < piece.length; i++) {
                piece.buffer.setByte(i, MARKER);
            }
            queue.write(piece.offset, piece.buffer, 0, piece.length, false, piece);
        });
    }

    /** The first byte that is not zero, or -1. */
    long firstNonZero(String id, long size) throws Exception {
        long[] found = {-1};
        each(
                id,
                size,
                (queue, piece) -> queue.read(piece.offset, piece.buffer, 0, piece.length, error -> {
                    for (int i = 0; i < piece.length && found[0] < 0; i++) {
                        if (piece.buffer.getByte(i) != 0) {
                            found[0] = piece.offset + i;
                        }
                    }
                    piece.done(error);
                }));
        return found[0];
    }

    private static final class Piece extends CompletableFuture<BlockError> implements BlockCompletion {
        final long offset;
        final int length;
        final ByteBuf buffer;

        Piece(long offset, int length, ByteBuf buffer) {
            this.offset = offset;
            this.length = length;
            this.buffer = buffer;
        }

        @Override
        public void done(BlockError error) {
            complete(error);
        }
    }

    private void each(String id, long size, BiConsumer<BlockQueue, Piece> what) throws Exception {
        IoEventLoop loop = group.next();
        ByteBuf buffer = Unpooled.wrappedBuffer(java.nio.ByteBuffer.allocateDirect(MIB + 4096)
                .alignedSlice(4096)
                .slice(0, MIB));
        try (BlockDevice device = pool.open(id, size)) {
            BlockQueue queue = device.openQueue(loop);
            for (long offset = 0; offset < size; offset += MIB) {
                Piece piece = new Piece(offset, (int) Math.min(MIB, size - offset), buffer);
                loop.execute(() -> what.accept(queue, piece));
                BlockError error = piece.get(20, TimeUnit.SECONDS);
                if (error != BlockError.NONE) {
                    throw new AssertionError(error + " at " + offset);
                }
            }
            loop.submit(queue::close).sync();
        } finally {
            buffer.release();
        }
    }

    CompletableFuture<WipeResult> start(String id, WipePlan plan) {
        return start(id, SIZE, plan);
    }

    CompletableFuture<WipeResult> start(String id, long bytes, WipePlan plan) {
        return start(id, bytes, plan, id, false);
    }

    CompletableFuture<WipeResult> start(String id, long bytes, WipePlan plan, String owner, boolean operator) {
        CompletableFuture<WipeResult> result = new CompletableFuture<>();
        wiper.start(id, bytes, plan, owner, operator, r -> {
            if (!result.complete(r)) {
                throw new IllegalStateException("told twice");
            }
        });
        return result;
    }

    WipeResult run(String id, WipePlan plan) throws Exception {
        return get(start(id, plan));
    }

    static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        wiper.close();
        pool.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
