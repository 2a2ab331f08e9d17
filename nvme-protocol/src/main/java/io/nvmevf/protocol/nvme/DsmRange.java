package io.nvmevf.protocol.nvme;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;

/**
 * One range of a Dataset Management command (NVM Command Set 1.1 §3.3.3). The data are NR + 1 of them.
 *
 * <pre>
 *  0 cattr   4 nlb   8 slba
 * </pre>
 */
public final class DsmRange {
    /** Size in bytes. */
    public static final int SIZE = 16;

    public static final int CATTR_OFFSET = 0;
    public static final int NLB_OFFSET = 4;
    public static final int SLBA_OFFSET = 8;

    /** CDW11 of the command, bit 0: hint that the ranges will be read together (IDR). */
    public static final int INTEGRAL_READ = 1;

    /** CDW11 of the command, bit 1: hint that the ranges will be written together (IDW). */
    public static final int INTEGRAL_WRITE = 1 << 1;

    /** CDW11 of the command, bit 2: deallocate the ranges (AD). */
    public static final int DEALLOCATE = 1 << 2;

    /** Most ranges in a command. */
    public static final int MAX_RANGES = 256;

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public DsmRange(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public DsmRange(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** Context attributes, hints only. */
    public long cattr() {
        return page.getUnsignedIntLE(base + CATTR_OFFSET);
    }

    public DsmRange cattr(long value) {
        Fields.putU32(page, base + CATTR_OFFSET, value);
        return this;
    }

    /** Length in logical blocks; not 0's based, 0 is an empty range. */
    public long nlb() {
        return page.getUnsignedIntLE(base + NLB_OFFSET);
    }

    public DsmRange nlb(long value) {
        Fields.putU32(page, base + NLB_OFFSET, value);
        return this;
    }

    /** First logical block. */
    public long slba() {
        return page.getLongLE(base + SLBA_OFFSET);
    }

    public DsmRange slba(long value) {
        page.setLongLE(base + SLBA_OFFSET, value);
        return this;
    }

    /** {@link #nlb()} of the range at {@code base}, without an object. */
    public static long nlb(ByteBuf page, int base) {
        return page.getUnsignedIntLE(base + NLB_OFFSET);
    }

    /** {@link #slba()} of the range at {@code base}, without an object. */
    public static long slba(ByteBuf page, int base) {
        return page.getLongLE(base + SLBA_OFFSET);
    }
}
