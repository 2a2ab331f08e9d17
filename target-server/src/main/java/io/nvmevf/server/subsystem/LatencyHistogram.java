package io.nvmevf.server.subsystem;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.LongConsumer;

/**
 * How long commands took. Written by one thread with plain cost, read by any: a reader may see a value that is a moment old,
 * never a torn one.
 *
 * <p>The buckets are the same everywhere and for ever, so histograms can be added up. Their bounds are 0, 1, 2, 3, 4, 6, 8, 12, 16, 24,
 * ... microseconds, two in each power of two, up to 2^25 (33.6 seconds, which is more than hosts wait); the last bucket has all
 * that took longer. A bucket holds what took at least its lower bound and less than its upper one.
 */
public final class LatencyHistogram implements LongConsumer {
    private static final VarHandle VALUES = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int OCTAVES = 25;

    /** How many buckets there are. */
    public static final int BUCKETS = 2 * OCTAVES + 1;

    private static final int TOTAL = BUCKETS;
    private static final long MICRO = 1000;

    /** The commands of each bucket, and behind them the nanoseconds of all. */
    private final long[] values = new long[BUCKETS + 1];

    /**
     * Notes one command; on the thread that writes.
     *
     * @param nanos what it took; less than 0 is taken for 0
     */
    @Override
    public void accept(long nanos) {
        long took = Math.max(0, nanos);
        add(bucket(took / MICRO), 1);
        add(TOTAL, took);
    }

    /** Adds what another one has; on the thread that writes. */
    public void add(LatencyHistogram other) {
        for (int i = 0; i < values.length; i++) {
            add(i, other.get(i));
        }
    }

    /** Commands in a bucket; on any thread. */
    public long count(int bucket) {
        return get(bucket);
    }

    /** Commands in all buckets; on any thread. */
    public long count() {
        long sum = 0;
        for (int i = 0; i < BUCKETS; i++) {
            sum += get(i);
        }
        return sum;
    }

    /** Nanoseconds that all commands took, together; on any thread. */
    public long totalNanos() {
        return get(TOTAL);
    }

    /** Microseconds that a command of this bucket took at least. */
    public static long lowerMicros(int bucket) {
        return bucket < 2 ? bucket : (2L + (bucket & 1)) << (bucket / 2 - 1);
    }

    /** Microseconds that a command of this bucket took less than; {@link Long#MAX_VALUE} for the last one. */
    public static long upperMicros(int bucket) {
        return bucket == BUCKETS - 1 ? Long.MAX_VALUE : lowerMicros(bucket + 1);
    }

    private static int bucket(long micros) {
        if (micros < 2) {
            return (int) micros;
        }
        int octave = Long.SIZE - 1 - Long.numberOfLeadingZeros(micros);
        return octave >= OCTAVES ? BUCKETS - 1 : 2 * octave + (int) (micros >>> (octave - 1) & 1);
    }

    private void add(int i, long n) {
        VALUES.setOpaque(values, i, values[i] + n);
    }

    private long get(int i) {
        return (long) VALUES.getOpaque(values, i);
    }
}
