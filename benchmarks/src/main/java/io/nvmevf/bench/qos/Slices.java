package io.nvmevf.bench.qos;

import java.util.Arrays;

/** How many commands completed in each millisecond from an origin. What is before the origin or after the end is not counted. */
final class Slices {
    private static final long MILLISECOND = 1_000_000;

    private final int[] counts;
    private long origin;

    /** For that many milliseconds, from {@code origin} on, in nanoseconds of {@link System#nanoTime}. */
    Slices(int millis, long origin) {
        counts = new int[millis];
        this.origin = origin;
    }

    private Slices(int[] counts, long origin) {
        this.counts = counts;
        this.origin = origin;
    }

    void add(long now) {
        long since = now - origin;
        if (since >= 0 && since < counts.length * MILLISECOND) {
            counts[(int) (since / MILLISECOND)]++;
        }
    }

    /** What was counted so far. */
    Slices copy() {
        return new Slices(counts.clone(), origin);
    }

    long origin() {
        return origin;
    }

    int millis() {
        return counts.length;
    }

    /** Commands in milliseconds {@code from} (included) to {@code to} (excluded), as far as they are there. */
    long between(int from, int to) {
        return Arrays.stream(counts, Math.clamp(from, 0, counts.length), Math.clamp(to, 0, counts.length))
                .asLongStream()
                .sum();
    }

    /** Commands in each of the windows of {@code width} milliseconds that fit into {@code from} to {@code to}. */
    long[] windows(int from, int to, int width) {
        long[] windows = new long[(to - from) / width];
        for (int i = 0; i < windows.length; i++) {
            windows[i] = between(from + i * width, from + (i + 1) * width);
        }
        return windows;
    }

    /** The millisecond of a time. */
    int millisecond(long time) {
        return Math.toIntExact(Math.floorDiv(time - origin, MILLISECOND));
    }
}
