package io.nvmevf.qos;

/**
 * What a physical function can do, and so what each command costs of it.
 *
 * <p>The cost of a command is device time, in picoseconds: one for the command and one for each byte, apart for reads and
 * writes. This is the linear model of Linux's io.cost controller (Documentation/admin-guide/cgroup-v2.rst, io.cost.model; Heo et al.,
 * "IOCost", ASPLOS 2022), without its distinction of sequential and random. A second has 10^12 picoseconds; whatever mix of
 * commands costs that much in a second is all that the physical function can do.
 *
 * @param readIops random reads of 4 KiB a second, 1 to 10^9
 * @param writeIops random writes of 4 KiB a second, 1 to 10^9
 * @param readBytes bytes a second in large reads, 2^20 to 10^12
 * @param writeBytes bytes a second in large writes, 2^20 to 10^12
 */
public record Capacity(long readIops, long writeIops, long readBytes, long writeBytes) {
    /** Device time in a second, in picoseconds. */
    public static final long SECOND = 1_000_000_000_000L;

    /** The commands that {@link #readIops} and {@link #writeIops} count, in bytes. */
    public static final int UNIT = 4096;

    private static final long MAX_IOPS = Share.MAX_IOPS;
    private static final long MIN_BYTES = 1L << 20;
    private static final long MAX_BYTES = 1_000_000_000_000L;

    /**
     * @throws IllegalArgumentException if a figure is out of its range, with a message for the one who gave it
     */
    public Capacity {
        range("readIops", readIops, 1, MAX_IOPS);
        range("writeIops", writeIops, 1, MAX_IOPS);
        range("readBytes", readBytes, MIN_BYTES, MAX_BYTES);
        range("writeBytes", writeBytes, MIN_BYTES, MAX_BYTES);
    }

    /** What a command of this size costs, in picoseconds: at least 1. */
    public long cost(Admission.Kind kind, long bytes) {
        return new DeviceTime(this).cost(kind, bytes);
    }

    /** What a guarantee of that many commands a second costs, in picoseconds a second. */
    public long cost(Share share) {
        return new DeviceTime(this).cost(share);
    }

    /** Commands of 4 KiB a second, of the kind that costs more. */
    public long iops() {
        return SECOND / new DeviceTime(this).dearer(UNIT);
    }

    private static void range(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " " + value + " is not in " + min + " to " + max);
        }
    }
}
