package io.nvmevf.protocol.identify;

import io.netty.buffer.ByteBuf;
import java.util.Objects;

/**
 * I/O Command Set data structure, CNS 1Ch (NVMe Base 2.1 §5.1.13.2.19): the combinations of command sets that can be
 * enabled together, each a vector of bits; the first vector that is zero ends the list.
 */
public final class IoCommandSets {
    /** Size in bytes. */
    public static final int SIZE = 4096;

    public static final int IOCSC_OFFSET = 0;
    /** How many entries {@link #iocsc(int)} has. */
    public static final int IOCSC_COUNT = 512;

    /** NVM Command Set. */
    public static final long IOCSC_NVM = 1L << 0;
    /** Key Value Command Set. */
    public static final long IOCSC_KV = 1L << 1;
    /** Zoned Namespace Command Set. */
    public static final long IOCSC_ZNS = 1L << 2;
    /** Subsystem Local Memory Command Set. */
    public static final long IOCSC_SLM = 1L << 3;
    /** Computational Programs Command Set. */
    public static final long IOCSC_CP = 1L << 4;

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public IoCommandSets(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public IoCommandSets(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** Combination {@code n}: {@code IOCSC_} bits; 0: the list ended before it. */
    public long iocsc(int n) {
        return page.getLongLE(base + IOCSC_OFFSET + Objects.checkIndex(n, IOCSC_COUNT) * 8);
    }

    public IoCommandSets iocsc(int n, long value) {
        page.setLongLE(base + IOCSC_OFFSET + Objects.checkIndex(n, IOCSC_COUNT) * 8, value);
        return this;
    }
}
