package io.nvmevf.storage.memory;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEventLoop;
import io.nvmevf.storage.BlockCompletion;
import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.BlockQueue;
import io.nvmevf.storage.BlockRequests;
import io.nvmevf.storage.NextTurn;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

final class MemoryQueue implements BlockQueue {

    /** Zeroing goes this far in one turn of the event loop, in bytes: a millisecond where all of it is in use. */
    private static final int ZEROED_PIECE = 1 << 20;
    /** More bytes than this are copied in pieces, one for each turn of the event loop: others on the loop are not held up. */
    private static final int COPIED_WHOLE = 384 << 10;

    private static final int COPIED_PIECE = 256 << 10;

    private final MemoryStore store;
    private final IoEventLoop loop;
    private final Runnable onClose;
    /** Those that are not under way; made once. */
    private final ArrayDeque<Large> spare = new ArrayDeque<>();

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
            transfer(Large.Work.READ, offset, address, length, done);
        }
    }

    @Override
    public void write(long offset, ByteBuf buffer, int index, int length, boolean fua, BlockCompletion done) {
        long address = BlockRequests.address(buffer, index, length);
        if (!isRefused(offset, length, done)) {
            transfer(Large.Work.WRITE, offset, address, length, done);
        }
    }

    private void transfer(Large.Work work, long offset, long address, int length, BlockCompletion done) {
        if (length > COPIED_WHOLE) {
            begin(work, offset, address, length, done);
            return;
        }
        if (work == Large.Work.READ) {
            store.read(offset, address, length);
        } else {
            store.write(offset, address, length);
        }
        done.done(BlockError.NONE);
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
        if (length <= ZEROED_PIECE) {
            store.discard(offset, length);
            done.done(BlockError.NONE);
        } else {
            begin(Large.Work.ZERO, offset, 0, length, done);
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

    private void begin(Large.Work work, long offset, long address, long length, BlockCompletion done) {
        inFlight++;
        Large large = spare.isEmpty() ? new Large() : spare.pop();
        large.begin(work, offset, address, length, done);
    }

    /** A request too large for one turn of the loop. */
    private final class Large extends NextTurn {
        enum Work {
            READ,
            WRITE,
            ZERO
        }

        private Work work = Work.READ;
        private long offset;
        private long address;
        private long left;
        private @Nullable BlockCompletion done;

        Large() {
            super(loop);
        }

        void begin(Work wanted, long from, long memory, long length, BlockCompletion completion) {
            work = wanted;
            offset = from;
            address = memory;
            left = length;
            done = completion;
            go();
        }

        @Override
        protected void go() {
            // After a shrink in between, what lies behind the end is zero already, and cannot be read or written.
            long inside = Math.min(left, store.capacity() - offset);
            if (inside <= 0) {
                end(work == Work.ZERO ? BlockError.NONE : BlockError.OUT_OF_RANGE);
                return;
            }
            int piece = (int) Math.min(inside, work == Work.ZERO ? ZEROED_PIECE : COPIED_PIECE);
            switch (work) {
                case READ -> store.read(offset, address, piece);
                case WRITE -> store.write(offset, address, piece);
                case ZERO -> store.discard(offset, piece);
            }
            offset += piece;
            address += piece;
            left -= piece;
            if (left > 0) {
                schedule();
            } else {
                end(BlockError.NONE);
            }
        }

        private void end(BlockError result) {
            BlockCompletion completion = Objects.requireNonNull(done);
            done = null;
            inFlight--;
            spare.push(this);
            completion.done(result);
        }
    }
}
