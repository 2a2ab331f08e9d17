package io.nvmevf.protocol.log;

import io.netty.buffer.ByteBuf;

/**
 * Statistics of a volume and of its limits, vendor specific log page D0h, in the layout that {@code nvme amzn stats} reads
 * (plugins/amzn/amzn-nvme.c of nvme-cli). Little endian.
 *
 * <pre>
 *   0 magic   4 version
 *   8 reads  16 writes  24 bytes read  32 bytes written  40 time of reads  48 time of writes (microseconds)
 *  56 volume: time above its IOPS limit   64 above its throughput limit (microseconds)
 *  72 instance: time above its IOPS limit 80 above its throughput limit (microseconds)
 *  88 queue length   96 reserved   512 histogram of reads   2056 of writes   3600 reserved
 *
 * a histogram: 0 number of bins (8 bytes)   8 the bins, 64 at most
 * a bin: 0 lower bound   8 upper bound (microseconds)   16 commands (4 bytes)   20 reserved
 * </pre>
 */
public final class VolumeStatistics {
    /** The log page identifier. */
    public static final int LID = 0xD0;

    /** Size in bytes. */
    public static final int SIZE = 4096;

    public static final int MAGIC_OFFSET = 0;
    public static final int VERSION_OFFSET = 4;
    public static final int READS_OFFSET = 8;
    public static final int WRITES_OFFSET = 16;
    public static final int READ_BYTES_OFFSET = 24;
    public static final int WRITE_BYTES_OFFSET = 32;
    public static final int READ_TIME_OFFSET = 40;
    public static final int WRITE_TIME_OFFSET = 48;
    public static final int VOLUME_IOPS_OFFSET = 56;
    public static final int VOLUME_THROUGHPUT_OFFSET = 64;
    public static final int INSTANCE_IOPS_OFFSET = 72;
    public static final int INSTANCE_THROUGHPUT_OFFSET = 80;
    public static final int QUEUE_LENGTH_OFFSET = 88;
    public static final int READ_HISTOGRAM_OFFSET = 512;
    public static final int WRITE_HISTOGRAM_OFFSET = 2056;

    /** Bins of a histogram at most. */
    public static final int MAX_BINS = 64;

    private static final int BINS_OFFSET = 8;
    private static final int BIN_SIZE = 24;
    private static final int BIN_UPPER_OFFSET = 8;
    private static final int BIN_COUNT_OFFSET = 16;

    /** What the reader takes for the page of a network volume. */
    public static final int MAGIC = 0x3C23_B510;

    private static final int VERSION = 1;

    private final ByteBuf page;

    /** The structure at index 0 of {@code page}, with magic and version. */
    public VolumeStatistics(ByteBuf page) {
        this.page = page;
        page.setIntLE(MAGIC_OFFSET, MAGIC).setIntLE(VERSION_OFFSET, VERSION);
    }

    /** Read commands. */
    public VolumeStatistics reads(long commands) {
        return set(READS_OFFSET, commands);
    }

    /** Write commands. */
    public VolumeStatistics writes(long commands) {
        return set(WRITES_OFFSET, commands);
    }

    /** Bytes read. */
    public VolumeStatistics readBytes(long bytes) {
        return set(READ_BYTES_OFFSET, bytes);
    }

    /** Bytes written. */
    public VolumeStatistics writeBytes(long bytes) {
        return set(WRITE_BYTES_OFFSET, bytes);
    }

    /** Microseconds that all read commands took, together. */
    public VolumeStatistics readTime(long micros) {
        return set(READ_TIME_OFFSET, micros);
    }

    /** Microseconds that all write commands took, together. */
    public VolumeStatistics writeTime(long micros) {
        return set(WRITE_TIME_OFFSET, micros);
    }

    /**
     * Adds a bin to the histogram of reads.
     *
     * @param lower microseconds that a command of the bin took at least
     * @param upper microseconds that it took less than
     * @param commands the low 32 bits are shown: two looks tell how many came in between
     * @throws IllegalStateException if there are {@link #MAX_BINS} already
     */
    public VolumeStatistics readBin(long lower, long upper, long commands) {
        return bin(READ_HISTOGRAM_OFFSET, lower, upper, commands);
    }

    /** Adds a bin to the histogram of writes; otherwise as {@link #readBin}. */
    public VolumeStatistics writeBin(long lower, long upper, long commands) {
        return bin(WRITE_HISTOGRAM_OFFSET, lower, upper, commands);
    }

    /** Microseconds in which demand was above the volume's limit of commands a second. */
    public VolumeStatistics volumeIops(long micros) {
        return set(VOLUME_IOPS_OFFSET, micros);
    }

    /** Microseconds in which demand was above the volume's limit of bytes a second. */
    public VolumeStatistics volumeThroughput(long micros) {
        return set(VOLUME_THROUGHPUT_OFFSET, micros);
    }

    /** The same, of a limit that the volume shares with others. */
    public VolumeStatistics instanceIops(long micros) {
        return set(INSTANCE_IOPS_OFFSET, micros);
    }

    /** The same, of a limit of bytes a second that the volume shares with others. */
    public VolumeStatistics instanceThroughput(long micros) {
        return set(INSTANCE_THROUGHPUT_OFFSET, micros);
    }

    /** Commands that wait for a limit now. */
    public VolumeStatistics queueLength(long commands) {
        return set(QUEUE_LENGTH_OFFSET, commands);
    }

    private VolumeStatistics bin(int histogram, long lower, long upper, long commands) {
        long bins = page.getLongLE(histogram);
        if (bins == MAX_BINS) {
            throw new IllegalStateException("the histogram has " + bins + " bins");
        }
        int at = histogram + BINS_OFFSET + (int) bins * BIN_SIZE;
        page.setLongLE(at, lower)
                .setLongLE(at + BIN_UPPER_OFFSET, upper)
                .setIntLE(at + BIN_COUNT_OFFSET, (int) commands)
                .setLongLE(histogram, bins + 1);
        return this;
    }

    private VolumeStatistics set(int offset, long value) {
        page.setLongLE(offset, value);
        return this;
    }
}
