package io.nvmevf.protocol.log;

import io.netty.buffer.ByteBuf;

/**
 * Statistics of a volume and of its limits, vendor specific log page D0h, in the layout that {@code nvme amzn stats} reads
 * (plugins/amzn/amzn-nvme.c of nvme-cli). Little endian. It has two histograms of latency, which are left out here: they have no
 * bins.
 *
 * <pre>
 *   0 magic   4 version
 *   8 reads  16 writes  24 bytes read  32 bytes written  40 time of reads  48 time of writes (microseconds)
 *  56 volume: time above its IOPS limit   64 above its throughput limit (microseconds)
 *  72 instance: time above its IOPS limit 80 above its throughput limit (microseconds)
 *  88 queue length   96 reserved   512 histogram of reads   2056 of writes   3600 reserved
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

    private VolumeStatistics set(int offset, long value) {
        page.setLongLE(offset, value);
        return this;
    }
}
