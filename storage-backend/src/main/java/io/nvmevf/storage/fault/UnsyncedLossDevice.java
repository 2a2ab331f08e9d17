package io.nvmevf.storage.fault;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEventLoop;
import io.nvmevf.storage.BlockCompletion;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.BlockQueue;
import io.nvmevf.storage.BlockRequests;
import io.nvmevf.storage.DelegatingDevice;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * A device with a volatile write cache: what is written without FUA stays in an {@link Overlay} until a flush, and {@link #crash}
 * drops it. The device beneath never sees what was not made stable, so it can also be reopened on its own to see what a power cut
 * would have left.
 *
 * <p>Only one flush or FUA write at a time moves blocks to the device beneath: two of them could otherwise put an older
 * content of a block over a newer one.
 */
public final class UnsyncedLossDevice extends DelegatingDevice {

    private final Overlay overlay;

    private final Object lock = new Object();
    private final Deque<Persist> waiting = new ArrayDeque<>();
    private @Nullable Persist running;

    public UnsyncedLossDevice(BlockDevice inner) {
        super(inner);
        this.overlay = new Overlay(inner.transferAlignment());
    }

    /** The power goes: everything that no completed flush or FUA write covers is lost. Callable on any thread. */
    public void crash() {
        overlay.clear();
    }

    /** Blocks of {@link #transferAlignment()} bytes that a crash would lose now. */
    public int unsyncedBlocks() {
        return overlay.size();
    }

    @Override
    public BlockQueue openQueue(IoEventLoop loop) {
        return new Queue(inner.openQueue(loop), loop);
    }

    private void enqueue(Persist persist) {
        synchronized (lock) {
            if (running != null) {
                waiting.add(persist);
                return;
            }
            running = persist;
        }
        persist.run();
    }

    private void ended() {
        Persist next;
        synchronized (lock) {
            next = waiting.poll();
            running = next;
        }
        if (next != null) {
            next.queue.loop.execute(next);
        }
    }

    private final class Queue extends DelegatingQueue {

        Queue(BlockQueue beneath, IoEventLoop loop) {
            super("a loss queue", beneath, loop);
        }

        private boolean isRefused(long offset, long length, BlockCompletion done) {
            boolean outside = BlockRequests.isOutOfRange(offset, length, inner.capacity(), inner.transferAlignment());
            if (outside) {
                done.done(BlockError.OUT_OF_RANGE);
            }
            return outside;
        }

        @Override
        public void read(long offset, ByteBuf buffer, int index, int length, BlockCompletion done) {
            BlockRequests.address(buffer, index, length); // refuses what does not lie in the buffer
            if (isRefused(offset, length, done)) {
                return;
            }
            // Taken before the read: a block that is made stable meanwhile must come from here or from beneath, not be
            // missed.
            NavigableMap<Long, byte[]> before = overlay.snapshot(offset, length);
            inFlight++;
            beneath.read(offset, buffer, index, length, error -> {
                inFlight--;
                if (error == BlockError.NONE) {
                    overlay.patch(before, offset, buffer, index, length);
                }
                done.done(error);
            });
        }

        @Override
        public void write(long offset, ByteBuf buffer, int index, int length, boolean fua, BlockCompletion done) {
            BlockRequests.address(buffer, index, length); // refuses what does not lie in the buffer
            if (isRefused(offset, length, done)) {
                return;
            }
            overlay.write(offset, buffer, index, length);
            if (fua) {
                persist(new Persist(this, offset, length, done));
            } else {
                done.done(BlockError.NONE);
            }
        }

        @Override
        public void flush(BlockCompletion done) {
            persist(new Persist(this, 0, 0, done));
        }

        @Override
        public void writeZeroes(long offset, long length, boolean deallocate, boolean fua, BlockCompletion done) {
            if (isRefused(offset, length, done)) {
                return;
            }
            overlay.zero(offset, length, deallocate);
            if (fua) {
                persist(new Persist(this, offset, length, done));
            } else {
                done.done(BlockError.NONE);
            }
        }

        private void persist(Persist persist) {
            inFlight++;
            enqueue(persist);
        }
    }

    /** Moves a range, or everything, to the device beneath, then flushes that, then completes. */
    private final class Persist implements Runnable {

        private final Queue queue;
        private final long offset;
        private final long length;
        private final BlockCompletion done;

        /** @param length 0 for everything */
        Persist(Queue queue, long offset, long length, BlockCompletion done) {
            this.queue = queue;
            this.offset = offset;
            this.length = length;
            this.done = done;
        }

        @Override
        public void run() {
            NavigableMap<Long, byte[]> blocks = length == 0 ? overlay.snapshot() : overlay.snapshot(offset, length);
            new BlockMover(queue.beneath, queue.loop, inner.transferAlignment(), inner.bufferAlignment(), blocks)
                    .move(error -> {
                        if (error == BlockError.NONE) {
                            queue.beneath.flush(flushed -> end(flushed, blocks));
                        } else {
                            end(error, blocks);
                        }
                    });
        }

        private void end(BlockError error, NavigableMap<Long, byte[]> blocks) {
            if (error == BlockError.NONE) {
                overlay.forget(blocks);
            }
            queue.inFlight--;
            ended();
            done.done(error);
        }
    }
}
