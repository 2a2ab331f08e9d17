package io.nvmevf.server.transport;

import java.util.function.LongConsumer;

/**
 * Commands whose answers leave with the next flush. Their time ends there, so one look at the clock is enough for all of them.
 * Where there are more than {@value #SIZE}, each {@value #SIZE} of them have a look of their own.
 */
final class LatencyBatch {
    static final int SIZE = 64;

    private final long[] arrived = new long[SIZE];
    private final LongConsumer[] notes = new LongConsumer[SIZE];
    private int count;

    /** Whether it has room for one more. */
    boolean isFull() {
        return count == SIZE;
    }

    /** Adds a command; {@code note} is told the nanoseconds that it took. */
    void add(long arrivedAt, LongConsumer note) {
        arrived[count] = arrivedAt;
        notes[count++] = note;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** The answers leave now. */
    void end(long now) {
        for (int i = 0; i < count; i++) {
            notes[i].accept(now - arrived[i]);
        }
        count = 0;
    }
}
