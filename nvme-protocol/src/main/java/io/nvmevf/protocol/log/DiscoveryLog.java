package io.nvmevf.protocol.log;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;

/**
 * Header of the Discovery log page, LID 70h (NVMe Base 2.1 §5.1.12.3.1); {@link DiscoveryLogEntry entries} of 1024 bytes
 * follow it.
 *
 * <pre>
 *  0 genctr   8 numrec   16 recfmt   1024 entry 0   2048 entry 1 ...
 * </pre>
 */
public final class DiscoveryLog {
    /** Size in bytes. */
    public static final int SIZE = 1024;

    public static final int GENCTR_OFFSET = 0;
    public static final int NUMREC_OFFSET = 8;
    public static final int RECFMT_OFFSET = 16;

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public DiscoveryLog(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public DiscoveryLog(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** Generation counter: changes with each change of the log, so that a host notices one between two reads. */
    public long genctr() {
        return page.getLongLE(base + GENCTR_OFFSET);
    }

    public DiscoveryLog genctr(long value) {
        page.setLongLE(base + GENCTR_OFFSET, value);
        return this;
    }

    /** Number of entries that follow. */
    public long numrec() {
        return page.getLongLE(base + NUMREC_OFFSET);
    }

    public DiscoveryLog numrec(long value) {
        page.setLongLE(base + NUMREC_OFFSET, value);
        return this;
    }

    /** Record format; 0 is the only one. */
    public int recfmt() {
        return page.getUnsignedShortLE(base + RECFMT_OFFSET);
    }

    public DiscoveryLog recfmt(int value) {
        Fields.putU16(page, base + RECFMT_OFFSET, value);
        return this;
    }

    /** Size in bytes of a log with {@code entries} entries. */
    public static int size(int entries) {
        return Math.addExact(SIZE, Math.multiplyExact(entries, DiscoveryLogEntry.SIZE));
    }

    /** Entry {@code n} of this log, from 0; whether {@link #numrec()} counts it is not looked at. */
    public DiscoveryLogEntry entry(int n) {
        return new DiscoveryLogEntry(page, Math.addExact(base, size(n)));
    }
}
