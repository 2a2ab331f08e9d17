package io.nvmevf.protocol.identify;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Namespace List (NVMe Base 2.1 §4.6.2) as Identify returns it for CNS 02h, 07h and 10h (§5.1.13.2.2): up to 1024
 * NSIDs of 32 bits in ascending order, the rest of the page zero.
 */
public final class NamespaceList {
    /** Size in bytes. */
    public static final int SIZE = 4096;

    public static final int NSID_OFFSET = 0;
    /** How many entries {@link #nsid(int)} has. */
    public static final int NSID_COUNT = 1024;

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public NamespaceList(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public NamespaceList(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** Entry {@code n}; 0: the list ended before it. */
    public long nsid(int n) {
        return page.getUnsignedIntLE(base + NSID_OFFSET + Objects.checkIndex(n, NSID_COUNT) * 4);
    }

    public NamespaceList nsid(int n, long value) {
        Fields.putU32(page, base + NSID_OFFSET + Objects.checkIndex(n, NSID_COUNT) * 4, value);
        return this;
    }

    /**
     * Overwrites the whole page with the first 1024 of those {@code nsids} that are above {@code above}, in ascending
     * order and each once.
     *
     * @param above the NSID of the command: entries are greater than it
     * @param nsids in any order
     * @return how many entries were written; 1024 may mean that there are more
     */
    public int fill(long above, LongStream nsids) {
        long[] entries = nsids.filter(nsid -> nsid > above)
                .sorted()
                .distinct()
                .limit(NSID_COUNT)
                .toArray();
        page.setZero(base, SIZE);
        for (int n = 0; n < entries.length; n++) {
            nsid(n, entries[n]);
        }
        return entries.length;
    }

    /** How many entries there are before the first zero. */
    public int count() {
        int n = 0;
        while (n < NSID_COUNT && nsid(n) != 0) {
            n++;
        }
        return n;
    }

    /** The entries before the first zero. */
    public LongStream nsids() {
        return IntStream.range(0, count()).mapToLong(this::nsid);
    }
}
