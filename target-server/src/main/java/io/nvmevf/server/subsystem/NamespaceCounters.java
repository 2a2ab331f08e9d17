package io.nvmevf.server.subsystem;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What one event loop did for one namespace. Written by that loop alone with plain cost, read by any thread: a reader may
 * see a value that is a moment old, never a torn one.
 */
public final class NamespaceCounters {
    private static final VarHandle VALUES = MethodHandles.arrayElementVarHandle(long[].class);

    /** What is counted. */
    public enum Counter {
        READ_COMMANDS,
        WRITE_COMMANDS,
        OTHER_COMMANDS,
        READ_BYTES,
        WRITE_BYTES,
        READ_ERRORS,
        WRITE_ERRORS,
        OTHER_ERRORS,
        MEDIA_ERRORS
    }

    /** The commands whose time is taken. */
    public enum Timed {
        /** What {@link Counter#READ_COMMANDS} counts. */
        READ,
        /** What {@link Counter#WRITE_COMMANDS} counts. */
        WRITE
    }

    private final long[] values = new long[Counter.values().length];
    private final LatencyHistogram reads = new LatencyHistogram();
    private final LatencyHistogram writes = new LatencyHistogram();

    /** Adds; on the owning loop. */
    public void add(Counter counter, long n) {
        int i = counter.ordinal();
        VALUES.setOpaque(values, i, values[i] + n);
    }

    /** How long commands took, from the read that brought them to the flush that sends their answers. */
    public LatencyHistogram latency(Timed commands) {
        return switch (commands) {
            case READ -> reads;
            case WRITE -> writes;
        };
    }

    /** Reads; on any thread. */
    public long get(Counter counter) {
        return (long) VALUES.getOpaque(values, counter.ordinal());
    }
}
