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
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A device whose requests fail or wait when told to. A request that is to fail does not reach the device beneath. A request that
 * is held back does, at once; only its completion waits. The methods that arrange faults may be called on any thread.
 */
public final class FaultyDevice extends DelegatingDevice {

    private static final int HISTORY = 256;

    /**
     * A request that was seen.
     *
     * @param offset byte; 0 for a flush
     * @param length bytes; 0 for a flush
     * @param fua whether it was to be stable when done
     * @param injected how it was made to fail, or NONE
     */
    public record Event(Operation operation, long offset, long length, boolean fua, BlockError injected) {}

    /** The {@code in}-th request of the kind fails; once, or it and all later ones. */
    private static final class Fault {
        final Operation operation;
        final BlockError error;
        final boolean lasting;
        int in;

        Fault(Operation operation, int in, BlockError error, boolean lasting) {
            this.operation = operation;
            this.in = in;
            this.error = error;
            this.lasting = lasting;
        }
    }

    private record Held(IoEventLoop loop, Runnable completion) {}

    private final List<Fault> faults = new ArrayList<>();
    private final Set<Operation> holding = EnumSet.noneOf(Operation.class);
    private final List<Held> held = new ArrayList<>();
    private final Deque<Event> history = new ArrayDeque<>();

    public FaultyDevice(BlockDevice inner) {
        super(inner);
    }

    /** The next request of the kind fails. */
    public void failNext(Operation operation, BlockError error) {
        failNth(operation, 1, error);
    }

    /** @param nth counted from now: 1 is the next one of the kind */
    public synchronized void failNth(Operation operation, int nth, BlockError error) {
        faults.add(new Fault(operation, checkNth(nth), checkError(error), false));
    }

    /** Every request of the kind fails, until {@link #heal}. */
    public synchronized void failAll(Operation operation, BlockError error) {
        faults.add(new Fault(operation, 1, checkError(error), true));
    }

    /** Forgets all arranged failures. Requests that are held back stay so. */
    public synchronized void heal() {
        faults.clear();
    }

    /** From now on completions of the kind wait for {@link #release}. */
    public synchronized void hold(Operation operation) {
        holding.add(operation);
    }

    /** Completes all that waits, in the order in which it would have completed, and stops holding back. */
    public void release() {
        List<Held> released;
        synchronized (this) {
            holding.clear();
            released = List.copyOf(held);
            held.clear();
        }
        for (Held each : released) {
            each.loop().execute(each.completion());
        }
    }

    /** Completions that wait. */
    public synchronized int held() {
        return held.size();
    }

    /** The last requests that were called, at most 256, oldest first. */
    public synchronized List<Event> history() {
        return List.copyOf(history);
    }

    private static int checkNth(int nth) {
        if (nth < 1) {
            throw new IllegalArgumentException("nth counts from 1, not " + nth);
        }
        return nth;
    }

    private static BlockError checkError(BlockError error) {
        if (error == BlockError.NONE) {
            throw new IllegalArgumentException("NONE is no failure");
        }
        return error;
    }

    private synchronized BlockError arrival(Operation operation, long offset, long length, boolean fua) {
        BlockError error = BlockError.NONE;
        for (Iterator<Fault> it = faults.iterator(); it.hasNext(); ) {
            Fault fault = it.next();
            if (fault.operation == operation && --fault.in <= 0) {
                if (error == BlockError.NONE) {
                    error = fault.error;
                }
                if (fault.lasting) {
                    fault.in = 1;
                } else {
                    it.remove();
                }
            }
        }
        if (history.size() == HISTORY) {
            history.removeFirst();
        }
        history.addLast(new Event(operation, offset, length, fua, error));
        return error;
    }

    /** Whether the completion was taken to wait. */
    private synchronized boolean isHeld(Operation operation, IoEventLoop loop, Runnable completion) {
        if (!holding.contains(operation)) {
            return false;
        }
        held.add(new Held(loop, completion));
        return true;
    }

    @Override
    public BlockQueue openQueue(IoEventLoop loop) {
        return new Queue(inner.openQueue(loop), loop);
    }

    private final class Queue extends DelegatingQueue {

        Queue(BlockQueue beneath, IoEventLoop loop) {
            super("a faulty queue", beneath, loop);
        }

        /** What the device beneath is to call, or null if the request failed here. */
        private @Nullable BlockCompletion begin(
                Operation operation, long offset, long length, boolean fua, BlockCompletion done) {
            BlockError injected = arrival(operation, offset, length, fua);
            inFlight++;
            BlockCompletion end = error -> {
                Runnable completion = () -> {
                    inFlight--;
                    done.done(error);
                };
                if (!isHeld(operation, loop, completion)) {
                    completion.run();
                }
            };
            if (injected != BlockError.NONE) {
                end.done(injected);
                return null;
            }
            return end;
        }

        /** A caller's mistake throws before it is counted, as it does beneath. */
        private void checkCaller(long offset, ByteBuf buffer, int index, int length) {
            BlockRequests.address(buffer, index, length);
            if (BlockRequests.inRange(offset, length, inner.capacity())) {
                BlockRequests.checkAligned(offset, length, inner.transferAlignment());
            }
        }

        @Override
        public void read(long offset, ByteBuf buffer, int index, int length, BlockCompletion done) {
            checkCaller(offset, buffer, index, length);
            BlockCompletion end = begin(Operation.READ, offset, length, false, done);
            if (end != null) {
                beneath.read(offset, buffer, index, length, end);
            }
        }

        @Override
        public void write(long offset, ByteBuf buffer, int index, int length, boolean fua, BlockCompletion done) {
            checkCaller(offset, buffer, index, length);
            BlockCompletion end = begin(Operation.WRITE, offset, length, fua, done);
            if (end != null) {
                beneath.write(offset, buffer, index, length, fua, end);
            }
        }

        @Override
        public void flush(BlockCompletion done) {
            BlockCompletion end = begin(Operation.FLUSH, 0, 0, false, done);
            if (end != null) {
                beneath.flush(end);
            }
        }

        @Override
        public void writeZeroes(long offset, long length, boolean deallocate, boolean fua, BlockCompletion done) {
            BlockCompletion end = begin(Operation.WRITE_ZEROES, offset, length, fua, done);
            if (end != null) {
                beneath.writeZeroes(offset, length, deallocate, fua, end);
            }
        }

        @Override
        public void deallocate(long offset, long length, BlockCompletion done) {
            BlockCompletion end = begin(Operation.DEALLOCATE, offset, length, false, done);
            if (end != null) {
                beneath.deallocate(offset, length, end);
            }
        }
    }
}
