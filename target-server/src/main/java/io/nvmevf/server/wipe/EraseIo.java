package io.nvmevf.server.wipe;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.IoEventLoop;
import io.nvmevf.storage.BlockCompletion;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.BlockQueue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one run to its device: up to four at a time, each with 1 MiB of memory of its own. Called by the run's
 * thread, which waits here; requests are handed to the event loop and come back from it.
 *
 * <p>Memory is aligned to 4096 bytes, which suits every device. Before a read it is filled with bytes that are not what is expected, so
 * that a device which reports success and transferred less is found out too.
 */
final class EraseIo {
    static final int WINDOW = 4;
    static final int PIECE = Sampling.PIECE;

    private static final int ALIGNMENT = 4096;
    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private enum Kind {
        READ("read"),
        WRITE("write"),
        FLUSH("flush"),
        DEALLOCATE("deallocation");

        final String label;

        Kind(String label) {
            this.label = label;
        }
    }

    /** One request and its memory. */
    private final class Slot implements Runnable, BlockCompletion {
        final MemorySegment memory;
        final ByteBuf buffer;
        Kind kind = Kind.FLUSH;
        long offset;
        long length;
        BlockError error = BlockError.NONE;

        @Nullable
        Throwable refused;

        Slot(MemorySegment memory) {
            this.memory = memory;
            this.buffer = Unpooled.wrappedBuffer(memory.asByteBuffer());
        }

        /** On the loop. */
        @Override
        public void run() {
            try {
                switch (kind) {
                    case READ -> queue.read(offset, buffer, 0, (int) length, this);
                    case WRITE -> queue.write(offset, buffer, 0, (int) length, false, this);
                    case FLUSH -> queue.flush(this);
                    case DEALLOCATE -> queue.writeZeroes(offset, length, true, false, this);
                }
            } catch (RuntimeException e) {
                refused = e;
                completed.add(this);
            }
        }

        /** On the loop. */
        @Override
        public void done(BlockError result) {
            error = result;
            completed.add(this);
        }
    }

    private final IoEventLoop loop;
    private final WipeRun run;
    private final BlockQueue queue;
    private final Arena arena;
    private final MemorySegment expected;
    private final Deque<Slot> free = new ArrayDeque<>();
    private final BlockingQueue<Slot> completed = new LinkedBlockingQueue<>();
    private int inFlight;
    private long verified;

    // The arena is closed by release(), and never while a hung request may still use its memory: no block can bound
    // that.
    @SuppressWarnings("MustBeClosed")
    EraseIo(BlockDevice device, IoEventLoop loop, WipeRun run) {
        this.loop = loop;
        this.run = run;
        this.queue = device.openQueue(loop);
        this.arena = Arena.ofShared();
        this.expected = arena.allocate(PIECE, ALIGNMENT);
        for (int i = 0; i < WINDOW; i++) {
            free.add(new Slot(arena.allocate(PIECE, ALIGNMENT)));
        }
    }

    /** What is written and expected from now on. Nothing is in flight. */
    void fill(int pattern) {
        for (long i = 0; i < PIECE; i += Integer.BYTES) {
            expected.set(WORD, i, pattern);
        }
        for (Slot slot : free) {
            slot.memory.copyFrom(expected);
        }
    }

    /** Writes the filled bytes; waits only if four requests are in flight. */
    void write(long offset, int length) throws WipeFailure, StoppedException, InterruptedException {
        start(Kind.WRITE, offset, length);
    }

    /** Reads, and compares with what was filled in. */
    void verify(long offset, int length) throws WipeFailure, StoppedException, InterruptedException {
        start(Kind.READ, offset, length);
    }

    /** Deallocates, and waits for it. */
    void deallocate(long offset, long length) throws WipeFailure, StoppedException, InterruptedException {
        start(Kind.DEALLOCATE, offset, length);
        await();
    }

    /** Makes what was done stable, and waits for it. */
    void flush() throws WipeFailure, StoppedException, InterruptedException {
        await();
        start(Kind.FLUSH, 0, 0);
        await();
    }

    /** Waits until nothing is in flight. */
    void await() throws WipeFailure, InterruptedException {
        while (inFlight > 0) {
            takeCompleted();
        }
    }

    /** Bytes that were read and were as expected, since {@link #restartVerified}. */
    long verified() {
        return verified;
    }

    void restartVerified() {
        verified = 0;
    }

    private void start(Kind kind, long offset, long length) throws WipeFailure, StoppedException, InterruptedException {
        if (free.isEmpty()) {
            takeCompleted();
        }
        Slot slot = free.remove();
        slot.kind = kind;
        slot.offset = offset;
        slot.length = length;
        slot.error = BlockError.NONE;
        slot.refused = null;
        if (kind == Kind.READ) {
            slot.memory.fill((byte) ~expected.get(ValueLayout.JAVA_BYTE, 0));
        }
        try {
            loop.execute(slot);
        } catch (RejectedExecutionException e) {
            free.add(slot);
            throw new StoppedException();
        }
        inFlight++;
    }

    private void takeCompleted() throws WipeFailure, InterruptedException {
        Slot slot = completed.take();
        inFlight--;
        free.add(slot);
        if (slot.refused != null) {
            throw new WipeFailure("the " + where(slot) + " was refused (" + slot.refused
                    + "); this is a bug in nvmevf, please report it");
        }
        if (slot.error != BlockError.NONE) {
            throw new WipeFailure("the " + where(slot) + " failed with " + slot.error + ", " + reason(slot.error)
                    + (slot.error == BlockError.NO_SPACE
                            ? "; make room in it (zero needs 256 MiB, overwrite as much as the namespace is large), then retry the wipe"
                            : "; repair the storage, then retry the wipe"));
        }
        if (slot.kind == Kind.READ) {
            compare(slot);
            verified += slot.length;
        }
        run.advance(slot.length);
    }

    private static String where(Slot slot) {
        return slot.kind == Kind.FLUSH
                ? "flush"
                : slot.kind.label + " of " + slot.length + " bytes at byte " + slot.offset;
    }

    private static String reason(BlockError error) {
        return switch (error) {
            case NONE -> "";
            case OUT_OF_RANGE -> "the device is smaller than it was";
            case NO_SPACE -> "the storage beneath is full";
            case READ_FAILED -> "the storage beneath reported an error, or returned less than was asked";
            case WRITE_FAILED -> "the storage beneath reported an error";
            case GONE -> "the file or device beneath has vanished";
        };
    }

    private void compare(Slot slot) throws WipeFailure {
        long at = MemorySegment.mismatch(slot.memory, 0, slot.length, expected, 0, slot.length);
        if (at >= 0) {
            // What was read instead may be a tenant's: it is not told.
            throw new WipeFailure(
                    "the byte at " + (slot.offset + at) + " was read back and is not what the erasure left"
                            + " there: the storage did not keep what was written, or did not return it; look at the"
                            + " storage, then retry the wipe, with the method zero or overwrite and full verification");
        }
    }

    /**
     * Waits until nothing is in flight, and releases queue and memory. If the event loop has ended meanwhile they are kept: the
     * device may still use them.
     *
     * @return whether they were released, so that the device can be closed
     */
    boolean release() throws InterruptedException {
        while (inFlight > 0) {
            free.add(completed.take());
            inFlight--;
        }
        try {
            loop.submit(queue::close).sync();
        } catch (RejectedExecutionException e) {
            return false;
        }
        for (Slot slot : free) {
            slot.buffer.release();
        }
        arena.close();
        return true;
    }
}
