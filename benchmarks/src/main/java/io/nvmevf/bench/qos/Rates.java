package io.nvmevf.bench.qos;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A limit as the API takes it: one number, with the burst that it has by default.
 *
 * @param bytes whether it counts bytes instead of commands
 */
record Rates(boolean bytes, long perSecond) {
    private static final long MB = 1_000_000;

    static Rates iops(long perSecond) {
        return new Rates(false, perSecond);
    }

    static Rates megabytes(long perSecond) {
        return new Rates(true, perSecond * MB);
    }

    /** What arrives in 20 ms, and one more (docs/limits.md). */
    long burst() {
        return perSecond / 50 + 1;
    }

    /** Commands a second, of this size. */
    double commands(int blockSize) {
        return bytes ? (double) perSecond / blockSize : perSecond;
    }

    /** {@code {"readIops": 50}} and so on. */
    ObjectNode json(Work work) {
        return Api.object().put(work.limit() + (bytes ? "Bytes" : "Iops"), perSecond);
    }

    @Override
    public String toString() {
        return bytes ? perSecond / MB + " MB/s" : String.format(java.util.Locale.ROOT, "%,d IOPS", perSecond);
    }
}
