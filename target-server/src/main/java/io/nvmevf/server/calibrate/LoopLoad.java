package io.nvmevf.server.calibrate;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.IoEventLoop;
import io.netty.channel.SingleThreadEventLoop;
import io.nvmevf.storage.BlockCompletion;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.BlockQueue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one event loop: a closed loop of {@value #IN_FLIGHT}, where each that completes makes room for the next one.
 *
 * <p>A device may complete a request before the call that submits it returns. So requests are submitted by one place,
 * {@link #pump}, which is never entered twice, and gives the loop back to its connections after {@value #BATCH}
 * requests: it goes on when the loop has looked after its other I/O. Nothing is allocated for a request.
 */
final class LoopLoad {
    static final int IN_FLIGHT = 32;

    /** Requests that are submitted in a row: of 128 KiB from memory, they take well below a millisecond. */
    private static final int BATCH = 16;

    private static final int ALIGNMENT = 4096;

    /** A request, and where its memory begins. */
    private final class Slot implements BlockCompletion {
        final int index;
        long offset;

        Slot(int index) {
            this.index = index;
        }

        @Override
        public void done(BlockError result) {
            free[freeCount++] = this;
            if (result == BlockError.NONE) {
                completed.setOpaque(completed.getPlain() + 1);
            } else {
                fail("at byte " + offset + ": " + result);
            }
            if (!pumping && !scheduled) {
                pump();
            }
        }
    }

    private final IoEventLoop loop;
    private final BlockQueue queue;
    private final LongSupplier nanos;
    private final BooleanSupplier cancelled;
    private final Arena arena;
    private final ByteBuf buffer;
    private final SplittableRandom random;
    private final long small;
    private final long begin;
    private final long end;
    private final Runnable now = this::goOn;
    private final Runnable later = this::afterOtherIo;

    /** Of this phase. Written by the loop; how far it is, anybody may read. */
    private final AtomicLong completed = new AtomicLong();

    private final Slot[] free = new Slot[IN_FLIGHT];
    private int freeCount;
    private Phase phase = Phase.FILL;
    private long deadline;
    private long position;
    private boolean over;
    private boolean pumping;
    private boolean scheduled;
    private Runnable ended = () -> {};

    @Nullable
    private String error;

    /**
     * @param begin byte where its part of the device begins, for sequential requests; a multiple of 128 KiB, as is {@code end}
     * @param end behind that part
     */
    // The arena is closed by release(), and never while a request may still use its memory: no block can bound that.
    @SuppressWarnings("MustBeClosed")
    LoopLoad(
            IoEventLoop loop, BlockDevice device, long begin, long end, LongSupplier nanos, BooleanSupplier cancelled) {
        this.loop = loop;
        this.begin = begin;
        this.end = end;
        this.nanos = nanos;
        this.cancelled = cancelled;
        small = device.capacity() / Phase.SMALL;
        random = new SplittableRandom(begin);
        queue = device.openQueue(loop);
        arena = Arena.ofShared();
        MemorySegment memory = arena.allocate((long) IN_FLIGHT * Phase.LARGE, ALIGNMENT);
        // (Not zeros, and no two blocks alike: storage that finds such things out would be faster than with real data.)
        for (long i = 0; i < memory.byteSize(); i += Long.BYTES) {
            memory.set(ValueLayout.JAVA_LONG, i, random.nextLong());
        }
        buffer = Unpooled.wrappedBuffer(memory.asByteBuffer());
        for (int i = 0; i < IN_FLIGHT; i++) {
            free[freeCount++] = new Slot(i * Phase.LARGE);
        }
    }

    /**
     * Begins a phase. Any thread; nothing is in flight.
     *
     * @param deadline time, in nanoseconds, after which nothing is submitted; a fill ends when all is written
     * @param ended called on the loop when all requests have completed, and writes are stable
     */
    void start(Phase phase, long deadline, Runnable ended) {
        completed.set(0);
        loop.execute(() -> {
            this.phase = phase;
            this.deadline = deadline;
            this.ended = ended;
            position = begin;
            over = false;
            pump();
        });
    }

    /** Bytes of the requests of this phase that have completed. Any thread. */
    long bytes() {
        return completed.getOpaque() * phase.length;
    }

    /** Requests of this phase, when it has ended. */
    long requests() {
        return completed.get();
    }

    /** What went wrong in this phase, when it has ended. */
    @Nullable
    String error() {
        return error;
    }

    // ---- on the loop ---------------------------------------------------------------------------------------------

    private void pump() {
        pumping = true;
        for (int i = 0; i < BATCH && freeCount > 0 && !isOver(); i++) {
            submit(free[--freeCount]);
        }
        pumping = false;
        if (over) {
            if (freeCount == IN_FLIGHT) {
                end();
            }
        } else if (freeCount > 0) {
            scheduled = true;
            if (loop instanceof SingleThreadEventLoop single) {
                // (A task that executes itself would keep the loop at its tasks, and from its connections, for up to a
                // second.)
                single.executeAfterEventLoopIteration(later);
            } else {
                loop.execute(now);
            }
        }
    }

    private void afterOtherIo() {
        loop.execute(now);
    }

    private void goOn() {
        scheduled = false;
        pump();
    }

    private boolean isOver() {
        if (!over) {
            over = error != null
                    || cancelled.getAsBoolean()
                    || (phase == Phase.FILL ? position >= end : nanos.getAsLong() - deadline >= 0);
        }
        return over;
    }

    private void submit(Slot slot) {
        slot.offset = phase.sequential ? next() : random.nextLong(small) * Phase.SMALL;
        try {
            if (phase.writes) {
                queue.write(slot.offset, buffer, slot.index, phase.length, false, slot);
            } else {
                queue.read(slot.offset, buffer, slot.index, phase.length, slot);
            }
        } catch (RuntimeException e) {
            free[freeCount++] = slot;
            fail("at byte " + slot.offset + " was refused (" + e + "); this is a bug in nvmevf, please report it");
        }
    }

    private long next() {
        if (position >= end) {
            position = begin;
        }
        long offset = position;
        position += Phase.LARGE;
        return offset;
    }

    private void end() {
        if (phase.writes && error == null) {
            queue.flush(result -> {
                if (result != BlockError.NONE) {
                    fail("(flush): " + result);
                }
                ended.run();
            });
        } else {
            ended.run();
        }
    }

    private void fail(String why) {
        if (error == null) {
            error = "a request of " + phase.label + " " + why;
        }
    }

    // ---- the end -------------------------------------------------------------------------------------------------

    /**
     * Releases queue and memory. Nothing is in flight.
     *
     * @return false if the event loop has ended, so that the queue cannot be closed any more
     */
    boolean release() throws InterruptedException {
        try {
            loop.submit(queue::close).sync();
        } catch (RejectedExecutionException e) {
            return false;
        }
        buffer.release();
        arena.close();
        return true;
    }
}
