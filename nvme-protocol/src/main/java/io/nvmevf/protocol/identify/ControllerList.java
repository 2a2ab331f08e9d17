package io.nvmevf.protocol.identify;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Controller List (NVMe Base 2.1 §4.6.1): a count, then up to 2047 controller IDs of 16 bits in ascending order. Identify
 * returns it for CNS 12h and 13h (§5.1.13.2.11 and §5.1.13.2.12), Namespace Attachment takes it as input (§5.1.20).
 *
 * <pre>
 *  0 numcids   2 cntlid[2047]
 * </pre>
 */
public final class ControllerList {
    /** Size in bytes. */
    public static final int SIZE = 4096;

    public static final int NUMCIDS_OFFSET = 0;
    public static final int CNTLID_OFFSET = 2;
    /** How many entries {@link #cntlid(int)} has. */
    public static final int CNTLID_COUNT = 2047;

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public ControllerList(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public ControllerList(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** Number of entries; above 2047 the list is invalid. */
    public int numcids() {
        return page.getUnsignedShortLE(base + NUMCIDS_OFFSET);
    }

    public ControllerList numcids(int value) {
        Fields.putU16(page, base + NUMCIDS_OFFSET, value);
        return this;
    }

    /** Entry {@code n}. */
    public int cntlid(int n) {
        return page.getUnsignedShortLE(base + CNTLID_OFFSET + Objects.checkIndex(n, CNTLID_COUNT) * 2);
    }

    public ControllerList cntlid(int n, int value) {
        Fields.putU16(page, base + CNTLID_OFFSET + Objects.checkIndex(n, CNTLID_COUNT) * 2, value);
        return this;
    }

    /**
     * Overwrites the whole page with the first 2047 of those {@code cntlids} that are at least {@code from}, in ascending
     * order and each once.
     *
     * @param from the CNTID field of the command
     * @param cntlids in any order
     * @return how many entries were written
     */
    public int fill(int from, IntStream cntlids) {
        int[] entries = cntlids.filter(cntlid -> cntlid >= from)
                .sorted()
                .distinct()
                .limit(CNTLID_COUNT)
                .toArray();
        page.setZero(base, SIZE);
        numcids(entries.length);
        for (int n = 0; n < entries.length; n++) {
            cntlid(n, entries[n]);
        }
        return entries.length;
    }

    /** Whether the count is at most 2047 and the entries ascend; a list of a host that does not is an invalid field. */
    public boolean isValid() {
        int count = numcids();
        if (count > CNTLID_COUNT) {
            return false;
        }
        for (int n = 1; n < count; n++) {
            if (cntlid(n) <= cntlid(n - 1)) {
                return false;
            }
        }
        return true;
    }

    /** The entries, as many as {@link #numcids()} says but at most 2047. */
    public IntStream cntlids() {
        return IntStream.range(0, Math.min(numcids(), CNTLID_COUNT)).map(this::cntlid);
    }
}
