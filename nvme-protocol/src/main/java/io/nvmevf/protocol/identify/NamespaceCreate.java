package io.nvmevf.protocol.identify;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;

/**
 * What a host says about the namespace that it wants, the data of Namespace Management with Select create (NVMe Base 2.1
 * §5.1.21, NVM Command Set 1.1 §4.1.6). The fields stand where {@link IdentifyNamespace} has them.
 *
 * <pre>
 *   0 nsze   8 ncap   26 flbas   29 dps   30 nmic   92 anagrpid   100 nvmsetid   102 endgid   384 lbstm   392 nphndls
 * </pre>
 */
public final class NamespaceCreate {
    /** Size in bytes. */
    public static final int SIZE = 4096;

    public static final int NSZE_OFFSET = 0;
    public static final int NCAP_OFFSET = 8;
    public static final int FLBAS_OFFSET = 26;
    public static final int DPS_OFFSET = 29;
    public static final int NMIC_OFFSET = 30;
    public static final int ANAGRPID_OFFSET = 92;
    public static final int NVMSETID_OFFSET = 100;
    public static final int ENDGID_OFFSET = 102;
    public static final int LBSTM_OFFSET = 384;
    public static final int NPHNDLS_OFFSET = 392;

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public NamespaceCreate(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public NamespaceCreate(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** Size in logical blocks. */
    public long nsze() {
        return page.getLongLE(base + NSZE_OFFSET);
    }

    public NamespaceCreate nsze(long value) {
        page.setLongLE(base + NSZE_OFFSET, value);
        return this;
    }

    /** Capacity in logical blocks: less than the size for thin provisioning. */
    public long ncap() {
        return page.getLongLE(base + NCAP_OFFSET);
    }

    public NamespaceCreate ncap(long value) {
        page.setLongLE(base + NCAP_OFFSET, value);
        return this;
    }

    /** LBA format: its index in bits 3:0 and 6:5, bit 4 for metadata at the end of the data. */
    public int flbas() {
        return page.getUnsignedByte(base + FLBAS_OFFSET);
    }

    public NamespaceCreate flbas(int value) {
        Fields.putU8(page, base + FLBAS_OFFSET, value);
        return this;
    }

    /** End-to-end protection; 0 for none. */
    public int dps() {
        return page.getUnsignedByte(base + DPS_OFFSET);
    }

    public NamespaceCreate dps(int value) {
        Fields.putU8(page, base + DPS_OFFSET, value);
        return this;
    }

    /** Sharing: bit 0 when more than one controller may have the namespace at a time. */
    public int nmic() {
        return page.getUnsignedByte(base + NMIC_OFFSET);
    }

    public NamespaceCreate nmic(int value) {
        Fields.putU8(page, base + NMIC_OFFSET, value);
        return this;
    }

    /** ANA group; 0: the controller chooses. */
    public long anagrpid() {
        return page.getUnsignedIntLE(base + ANAGRPID_OFFSET);
    }

    public NamespaceCreate anagrpid(long value) {
        Fields.putU32(page, base + ANAGRPID_OFFSET, value);
        return this;
    }

    /** NVM set; 0: the controller chooses. */
    public int nvmsetid() {
        return page.getUnsignedShortLE(base + NVMSETID_OFFSET);
    }

    public NamespaceCreate nvmsetid(int value) {
        Fields.putU16(page, base + NVMSETID_OFFSET, value);
        return this;
    }

    /** Endurance group; 0: the controller chooses. */
    public int endgid() {
        return page.getUnsignedShortLE(base + ENDGID_OFFSET);
    }

    public NamespaceCreate endgid(int value) {
        Fields.putU16(page, base + ENDGID_OFFSET, value);
        return this;
    }

    /** Logical block storage tag mask. */
    public long lbstm() {
        return page.getLongLE(base + LBSTM_OFFSET);
    }

    public NamespaceCreate lbstm(long value) {
        page.setLongLE(base + LBSTM_OFFSET, value);
        return this;
    }

    /** Number of placement handles; 0 without flexible data placement. */
    public int nphndls() {
        return page.getUnsignedShortLE(base + NPHNDLS_OFFSET);
    }

    public NamespaceCreate nphndls(int value) {
        Fields.putU16(page, base + NPHNDLS_OFFSET, value);
        return this;
    }

    /** Index of the LBA format, 0 to 63: {@link #flbas} bits 6:5 above bits 3:0. */
    public int formatIndex() {
        int flbas = flbas();
        return (flbas >>> 1 & 0x30) | (flbas & 0xF);
    }

    @Override
    public String toString() {
        return "nsze=%s ncap=%s flbas=%02Xh nmic=%02Xh"
                .formatted(Long.toUnsignedString(nsze()), Long.toUnsignedString(ncap()), flbas(), nmic());
    }
}
