package io.nvmevf.storage.memory;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEventLoop;
import io.nvmevf.storage.BlockCompletion;
import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.BlockQueue;
import io.nvmevf.storage.BlockRequests;

final class MemoryQueue implements BlockQueue {

    /** Zeroing goes this far in one turn of the event loop, in bytes. */
    private static final long PIECE = 16L << 20;

    private final MemoryStore store;
    private final IoEventLoop loop;
    private final Runnable onClose;
    private int inFlight;
    private boolean closed;

    MemoryQueue(MemoryStore store, IoEventLoop loop, Runnable onClose) {
        this.store = store;
        this.loop = loop;
        this.onClose = onClose;
    }

    @Override
    public void read(long offset, ByteBuf buffer, int index, int length, BlockCompletion done) {
        long address = BlockRequests.address(buffer, index, length);
        if (!isRefused(offset, length, done)) {
            store.read(offset, address, length);
            done.done(BlockError.NONE);
        }
    }

    @Override
    public void write(long offset, ByteBuf buffer, int index, int length, boolean fua, BlockCompletion done) {
        long address = BlockRequests.address(buffer, index, length);
        if (!isRefused(offset, length, done)) {
            store.write(offset, address, length);
            done.done(BlockError.NONE);
        }
    }

    @Override
    public void flush(BlockCompletion done) {
        assert loop.inEventLoop();
        checkOpen();
        done.done(BlockError.NONE);
    }

    @Override
    public void writeZeroes(long offset, long length, boolean deallocate, boolean fua, BlockCompletion done) {
        if (isRefused(offset, length, done)) {
            return;
        }
        // Space that was never written and space that was given back look the same here, so both flavours do the same.
        if (length <= PIECE) {
            store.discard(offset, length);
            done.done(BlockError.NONE);
        } else {
            inFlight++;
            new Zeroing(offset, length, done).run();
        }
    }

    @Override
    public int inFlight() {
        return inFlight;
    }

    @Override
    public void close() {
        BlockRequests.checkIdle("a memory queue", inFlight);
        if (!closed) {
            closed = true;
            onClose.run();
        }
    }

    private boolean isRefused(long offset, long length, BlockCompletion done) {
        assert loop.inEventLoop();
        checkOpen();
        boolean outside = BlockRequests.isOutOfRange(offset, length, store.capacity(), 512);
        if (outside) {
            done.done(BlockError.OUT_OF_RANGE);
        }
        return outside;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the memory queue is closed");
        }
    }

    /** A range too large for one turn of the loop. One object for at least 16 MiB. */
    private final class Zeroing implements Runnable {

        private long offset;
        private long left;
        private final BlockCompletion done;

        Zeroing(long offset, long length, BlockCompletion done) {
            this.offset = offset;
            this.left = length;
            this.done = done;
        }

        @Override
        public void run() {
            // After a shrink in between, what lies behind the end is zero already.
            long inside = Math.min(left, store.capacity() - offset);
            if (inside <= 0) {
                left = 0;
            } else {
                long piece = Math.min(inside, PIECE);
                store.discard(offset, piece);
                offset += piece;
                left -= piece;
            }
            if (left > 0) {
                loop.execute(this);
            } else {
                inFlight--;
                done.done(BlockError.NONE);
            }
        }
    }
}
