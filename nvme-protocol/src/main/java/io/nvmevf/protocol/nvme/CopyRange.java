package io.nvmevf.protocol.nvme;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;

/**
 * One source range of a Copy command in descriptor format 0 (NVM Command Set 1.1 §3.3.2). The data are NR + 1 of them.
 *
 * <pre>
 *  8 slba   16 nlb   24 elbst/eilbrt   28 elbat   30 elbatm
 * </pre>
 */
public final class CopyRange {
    /** Size in bytes. */
    public static final int SIZE = 32;

    public static final int SLBA_OFFSET = 8;
    public static final int EILBRT_OFFSET = 24;
    public static final int ELBAT_OFFSET = 28;
    public static final int ELBATM_OFFSET = 30;

    /** Offset of the number of logical blocks. */
    public static final int NLB_OFFSET = 16;

    /** Most ranges in a command. */
    public static final int MAX_RANGES = 256;

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public CopyRange(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public CopyRange(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** First logical block. */
    public long slba() {
        return page.getLongLE(base + SLBA_OFFSET);
    }

    public CopyRange slba(long value) {
        page.setLongLE(base + SLBA_OFFSET, value);
        return this;
    }

    /** Expected initial logical block reference tag. */
    public long eilbrt() {
        return page.getUnsignedIntLE(base + EILBRT_OFFSET);
    }

    public CopyRange eilbrt(long value) {
        Fields.putU32(page, base + EILBRT_OFFSET, value);
        return this;
    }

    /** Expected logical block application tag. */
    public int elbat() {
        return page.getUnsignedShortLE(base + ELBAT_OFFSET);
    }

    public CopyRange elbat(int value) {
        Fields.putU16(page, base + ELBAT_OFFSET, value);
        return this;
    }

    /** Expected logical block application tag mask. */
    public int elbatm() {
        return page.getUnsignedShortLE(base + ELBATM_OFFSET);
    }

    public CopyRange elbatm(int value) {
        Fields.putU16(page, base + ELBATM_OFFSET, value);
        return this;
    }

    /** Number of logical blocks, 1 to 65536: an ordinary count here, 0's based in the page. */
    public int nlb() {
        return nlb(page, base);
    }

    /** Writes {@link #nlb()}. */
    public CopyRange nlb(int value) {
        Fields.putU16(page, base + NLB_OFFSET, value - 1);
        return this;
    }

    /** {@link #nlb()} of the range at {@code base}, without an object. */
    public static int nlb(ByteBuf page, int base) {
        return page.getUnsignedShortLE(base + NLB_OFFSET) + 1;
    }

    /** {@link #slba()} of the range at {@code base}, without an object. */
    public static long slba(ByteBuf page, int base) {
        return page.getLongLE(base + SLBA_OFFSET);
    }
}
