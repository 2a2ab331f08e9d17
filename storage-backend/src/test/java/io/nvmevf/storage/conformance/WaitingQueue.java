package io.nvmevf.storage.conformance;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.IoEventLoop;
import io.nvmevf.storage.BlockCompletion;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.BlockQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** A queue for tests: each call goes to the loop, and waits for its completion there. */
public final class WaitingQueue implements AutoCloseable {

    private static final int ALIGNMENT = 4096;

    private final IoEventLoop loop;
    private final BlockQueue queue;

    public WaitingQueue(BlockDevice device, IoEventLoop loop) {
        this.loop = loop;
        this.queue = device.openQueue(loop);
    }

    /** A direct buffer whose bytes from {@link #start} on are aligned for O_DIRECT. */
    public static ByteBuf buffer(int length) {
        return Unpooled.directBuffer(length + ALIGNMENT).setZero(0, length + ALIGNMENT);
    }

    public static int start(ByteBuf buffer) {
        return (int) (-buffer.memoryAddress() & (ALIGNMENT - 1));
    }

    public IoEventLoop loop() {
        return loop;
    }

    public <T> T onLoop(Function<BlockQueue, T> task) {
        return get(CompletableFuture.supplyAsync(() -> task.apply(queue), loop));
    }

    /** Starts a request; the future completes with how it ended. */
    public CompletableFuture<BlockError> begin(BiConsumer<BlockQueue, BlockCompletion> request) {
        CompletableFuture<BlockError> result = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                request.accept(queue, error -> {
                    if (!loop.inEventLoop()) {
                        result.completeExceptionally(new AssertionError("completed on another thread"));
                    } else if (!result.complete(error)) {
                        throw new AssertionError("completed twice");
                    }
                });
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    public BlockError call(BiConsumer<BlockQueue, BlockCompletion> request) {
        return get(begin(request));
    }

    public BlockError read(long offset, byte[] into) {
        ByteBuf buffer = buffer(into.length);
        int start = start(buffer);
        try {
            BlockError error = call((q, done) -> q.read(offset, buffer, start, into.length, done));
            buffer.getBytes(start, into);
            return error;
        } finally {
            buffer.release();
        }
    }

    /** Reads, and fails unless that succeeds. */
    public byte[] read(long offset, int length) {
        byte[] into = new byte[length];
        BlockError error = read(offset, into);
        if (error != BlockError.NONE) {
            throw new AssertionError("read at " + offset + ": " + error);
        }
        return into;
    }

    public BlockError write(long offset, byte[] bytes, boolean fua) {
        ByteBuf buffer = buffer(bytes.length);
        int start = start(buffer);
        buffer.setBytes(start, bytes);
        try {
            return call((q, done) -> q.write(offset, buffer, start, bytes.length, fua, done));
        } finally {
            buffer.release();
        }
    }

    public BlockError flush() {
        return call(BlockQueue::flush);
    }

    public BlockError writeZeroes(long offset, long length, boolean deallocate, boolean fua) {
        return call((q, done) -> q.writeZeroes(offset, length, deallocate, fua, done));
    }

    public BlockError deallocate(long offset, long length) {
        return call((q, done) -> q.deallocate(offset, length, done));
    }

    public int inFlight() {
        return onLoop(BlockQueue::inFlight);
    }

    @Override
    public void close() {
        get(CompletableFuture.runAsync(queue::close, loop));
    }

    public static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no completion", e);
        }
    }
}
