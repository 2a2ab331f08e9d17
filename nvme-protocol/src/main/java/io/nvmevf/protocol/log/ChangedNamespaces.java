package io.nvmevf.protocol.log;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Changed Attached Namespace List, LID 04h (NVMe Base 2.1 §5.1.12.1.5): up to 1024 NSIDs in ascending order that changed
 * since the page was last read, the rest zero. More than that is told by a first entry of FFFFFFFFh and zeros.
 */
public final class ChangedNamespaces {
    /** Size in bytes. */
    public static final int SIZE = 4096;

    public static final int NSID_OFFSET = 0;
    /** How many entries {@link #nsid(int)} has. */
    public static final int NSID_COUNT = 1024;

    /** The first and only entry when more than 1024 namespaces have changed. */
    public static final long OVERFLOW = 0xFFFF_FFFFL;

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public ChangedNamespaces(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public ChangedNamespaces(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** Entry {@code n}; 0: the list ended before it. */
    public long nsid(int n) {
        return page.getUnsignedIntLE(base + NSID_OFFSET + Objects.checkIndex(n, NSID_COUNT) * 4);
    }

    public ChangedNamespaces nsid(int n, long value) {
        Fields.putU32(page, base + NSID_OFFSET + Objects.checkIndex(n, NSID_COUNT) * 4, value);
        return this;
    }

    /**
     * Overwrites the whole page with {@code nsids}, in ascending order and each once, or with {@link #OVERFLOW} when they
     * are more than 1024.
     */
    public ChangedNamespaces fill(LongStream nsids) {
        long[] entries = nsids.sorted().distinct().limit(NSID_COUNT + 1L).toArray();
        page.setZero(base, SIZE);
        if (entries.length > NSID_COUNT) {
            return nsid(0, OVERFLOW);
        }
        for (int n = 0; n < entries.length; n++) {
            nsid(n, entries[n]);
        }
        return this;
    }

    /** Whether more namespaces have changed than the page holds. */
    public boolean overflowed() {
        return nsid(0) == OVERFLOW;
    }

    /** The entries before the first zero; a single {@link #OVERFLOW} when there were too many. */
    public LongStream nsids() {
        return IntStream.range(0, NSID_COUNT).mapToLong(this::nsid).takeWhile(nsid -> nsid != 0);
    }
}
