package io.nvmevf.protocol.identify;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;
import java.util.Objects;

/**
 * Namespace Granularity List, CNS 16h (NVMe Base 2.1 §5.1.13.2.13, NVM Command Set 1.1 §4.1.5): which sizes and
 * capacities of a new namespace waste nothing.
 *
 * <pre>
 *  0 nga   4 nod   32 descriptors, 16 of 16 bytes: nszeg 0, ncapg 8
 * </pre>
 */
public final class NamespaceGranularityList {
    /** Size in bytes. */
    public static final int SIZE = 4096;

    public static final int NGA_OFFSET = 0;
    public static final int NOD_OFFSET = 4;
    public static final int NSZEG_OFFSET = 32;
    /** How many entries {@link #nszeg(int)} has. */
    public static final int NSZEG_COUNT = 16;

    public static final int NCAPG_OFFSET = 40;
    /** How many entries {@link #ncapg(int)} has. */
    public static final int NCAPG_COUNT = 16;

    /** Descriptor n belongs to LBA format n; cleared: descriptor 0 holds for all formats. */
    public static final long NGA_GDV = 1L << 0;

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public NamespaceGranularityList(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public NamespaceGranularityList(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** Attributes: {@code NGA_} bits. */
    public long nga() {
        return page.getUnsignedIntLE(base + NGA_OFFSET);
    }

    public NamespaceGranularityList nga(long value) {
        Fields.putU32(page, base + NGA_OFFSET, value);
        return this;
    }

    /** Number of descriptors, 0's based, 0 to 15. */
    public int nod() {
        return page.getUnsignedByte(base + NOD_OFFSET);
    }

    public NamespaceGranularityList nod(int value) {
        Fields.putU8(page, base + NOD_OFFSET, value);
        return this;
    }

    /** Descriptor {@code n}: granularity of the namespace size in bytes; 0: not reported. */
    public long nszeg(int n) {
        return page.getLongLE(base + NSZEG_OFFSET + Objects.checkIndex(n, NSZEG_COUNT) * 16);
    }

    public NamespaceGranularityList nszeg(int n, long value) {
        page.setLongLE(base + NSZEG_OFFSET + Objects.checkIndex(n, NSZEG_COUNT) * 16, value);
        return this;
    }

    /** Descriptor {@code n}: granularity of the namespace capacity in bytes; 0: not reported. */
    public long ncapg(int n) {
        return page.getLongLE(base + NCAPG_OFFSET + Objects.checkIndex(n, NCAPG_COUNT) * 16);
    }

    public NamespaceGranularityList ncapg(int n, long value) {
        page.setLongLE(base + NCAPG_OFFSET + Objects.checkIndex(n, NCAPG_COUNT) * 16, value);
        return this;
    }
}
