package io.nvmevf.protocol.log;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;
import java.util.Objects;

/**
 * Supported Log Pages, LID 00h (NVMe Base 2.1 §5.1.12.1.1): one dword per log page identifier.
 *
 * <pre>
 *  entry: 0 LSUPP   1 IOS   31:16 LIDSP (specific to the log page)
 * </pre>
 */
public final class SupportedLogPages {
    /** Size in bytes. */
    public static final int SIZE = 1024;

    public static final int LIDS_OFFSET = 0;
    /** How many entries {@link #lids(int)} has. */
    public static final int LIDS_COUNT = 256;

    /** The log page is supported. */
    public static final long LIDS_LSUPP = 1L << 0;
    /** The log page can be read from an index offset. */
    public static final long LIDS_IOS = 1L << 1;

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public SupportedLogPages(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public SupportedLogPages(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** Entry of log page {@code n}: {@code LIDS_} bits and LIDSP in bits 31:16. */
    public long lids(int n) {
        return page.getUnsignedIntLE(base + LIDS_OFFSET + Objects.checkIndex(n, LIDS_COUNT) * 4);
    }

    public SupportedLogPages lids(int n, long value) {
        Fields.putU32(page, base + LIDS_OFFSET + Objects.checkIndex(n, LIDS_COUNT) * 4, value);
        return this;
    }

    /** Says that log page {@code n} is supported, without index offsets. */
    public SupportedLogPages support(int n) {
        return lids(n, LIDS_LSUPP);
    }
}
