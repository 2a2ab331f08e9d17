package io.nvmevf.protocol.identify;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Secondary Controller list, CNS 15h (NVMe Base 2.1 §5.1.13.3.2): a count, then up to 127 entries of 32 bytes in ascending
 * order of their controller IDs. A host that wants more asks again, from the last one plus 1.
 *
 * <pre>
 *  0 numid   32 entries[127]
 *  entry: 0 scid   2 pcid   4 scs   8 vfn   10 nvq   12 nvi
 * </pre>
 */
public final class SecondaryControllerList {
    /** Size in bytes. */
    public static final int SIZE = 4096;

    public static final int NUMID_OFFSET = 0;
    public static final int SCID_OFFSET = 32;
    public static final int PCID_OFFSET = 34;
    public static final int SCS_OFFSET = 36;
    public static final int VFN_OFFSET = 40;
    public static final int NVQ_OFFSET = 42;
    public static final int NVI_OFFSET = 44;

    /** How many entries there are at most. */
    public static final int COUNT = 127;
    /** SCS: the controller is online. */
    public static final int SCS_ONLINE = 1 << 0;

    private static final int ENTRY_SIZE = 32;

    /**
     * One entry.
     *
     * @param scid controller ID of the secondary controller, 0 to FFFFh
     * @param pcid controller ID of its primary controller, 0 to FFFFh
     * @param scs state: {@link #SCS_ONLINE} or 0
     * @param vfn virtual function number, from 1; 0 if it is not one
     * @param nvq VQ resources that are assigned to it, 0 to FFFFh
     * @param nvi VI resources that are assigned to it, 0 to FFFFh
     */
    public record Entry(int scid, int pcid, int scs, int vfn, int nvq, int nvi) {}

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public SecondaryControllerList(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public SecondaryControllerList(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** Number of entries, 0 to 127. */
    public int numid() {
        return page.getUnsignedByte(base + NUMID_OFFSET);
    }

    public SecondaryControllerList numid(int value) {
        Fields.putU8(page, base + NUMID_OFFSET, value);
        return this;
    }

    /** Entry {@code n}: controller ID of the secondary controller. */
    public int scid(int n) {
        return page.getUnsignedShortLE(base + SCID_OFFSET + entry(n));
    }

    public SecondaryControllerList scid(int n, int value) {
        Fields.putU16(page, base + SCID_OFFSET + entry(n), value);
        return this;
    }

    /** Entry {@code n}: controller ID of its primary controller. */
    public int pcid(int n) {
        return page.getUnsignedShortLE(base + PCID_OFFSET + entry(n));
    }

    public SecondaryControllerList pcid(int n, int value) {
        Fields.putU16(page, base + PCID_OFFSET + entry(n), value);
        return this;
    }

    /** Entry {@code n}: state, {@link #SCS_ONLINE} or 0. */
    public int scs(int n) {
        return page.getUnsignedByte(base + SCS_OFFSET + entry(n));
    }

    public SecondaryControllerList scs(int n, int value) {
        Fields.putU8(page, base + SCS_OFFSET + entry(n), value);
        return this;
    }

    /** Entry {@code n}: virtual function number, from 1; 0 if it is not one. */
    public int vfn(int n) {
        return page.getUnsignedShortLE(base + VFN_OFFSET + entry(n));
    }

    public SecondaryControllerList vfn(int n, int value) {
        Fields.putU16(page, base + VFN_OFFSET + entry(n), value);
        return this;
    }

    /** Entry {@code n}: VQ resources that are assigned to it. */
    public int nvq(int n) {
        return page.getUnsignedShortLE(base + NVQ_OFFSET + entry(n));
    }

    public SecondaryControllerList nvq(int n, int value) {
        Fields.putU16(page, base + NVQ_OFFSET + entry(n), value);
        return this;
    }

    /** Entry {@code n}: VI resources that are assigned to it. */
    public int nvi(int n) {
        return page.getUnsignedShortLE(base + NVI_OFFSET + entry(n));
    }

    public SecondaryControllerList nvi(int n, int value) {
        Fields.putU16(page, base + NVI_OFFSET + entry(n), value);
        return this;
    }

    /** Writes entry {@code n}; {@link #numid} stays as it is. */
    public SecondaryControllerList entry(int n, Entry entry) {
        return scid(n, entry.scid)
                .pcid(n, entry.pcid)
                .scs(n, entry.scs)
                .vfn(n, entry.vfn)
                .nvq(n, entry.nvq)
                .nvi(n, entry.nvi);
    }

    /**
     * Overwrites the whole page with the first 127 of those {@code entries} whose controller ID is at least {@code from}.
     *
     * @param from the CNTID field of the command
     * @param entries in ascending order of their controller IDs, each once
     * @return how many entries were written; 127 may mean that there are more
     */
    public int fill(int from, Stream<Entry> entries) {
        List<Entry> chosen = entries.filter(e -> e.scid >= from).limit(COUNT).toList();
        page.setZero(base, SIZE);
        numid(chosen.size());
        for (int n = 0; n < chosen.size(); n++) {
            entry(n, chosen.get(n));
        }
        return chosen.size();
    }

    private static int entry(int n) {
        return Objects.checkIndex(n, COUNT) * ENTRY_SIZE;
    }
}
