package io.nvmevf.protocol.identify;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;
import java.util.Objects;

/**
 * Identify Namespace data structure of the NVM Command Set, CNS 00h and 11h (NVM Command Set 1.1 §4.1.5.1). The first
 * 32 bytes and some more are also the input of Namespace Management (create).
 *
 * <pre>
 *    0 nsze       8 ncap      16 nuse      24 nsfeat nlbaf flbas mc dpc dps nmic rescap fpi dlfeat
 *   34 nawun nawupf nacwu nabsn nabo nabspf noiob                48 nvmcap (128 bit)
 *   64 npwg npwa npdg npda nows mssrl     76 mcl  80 msrc        92 anagrpid   99 nsattr
 *  100 nvmsetid endgid   104 nguid   120 eui64   128 lbaf[64] of 4 bytes: ms 0, lbads 2, rp 3
 * </pre>
 */
public final class IdentifyNamespace {
    /** Size in bytes. */
    public static final int SIZE = 4096;

    public static final int NSZE_OFFSET = 0;
    public static final int NCAP_OFFSET = 8;
    public static final int NUSE_OFFSET = 16;
    public static final int NSFEAT_OFFSET = 24;
    public static final int NLBAF_OFFSET = 25;
    public static final int FLBAS_OFFSET = 26;
    public static final int MC_OFFSET = 27;
    public static final int DPC_OFFSET = 28;
    public static final int DPS_OFFSET = 29;
    public static final int NMIC_OFFSET = 30;
    public static final int RESCAP_OFFSET = 31;
    public static final int FPI_OFFSET = 32;
    public static final int DLFEAT_OFFSET = 33;
    public static final int NAWUN_OFFSET = 34;
    public static final int NAWUPF_OFFSET = 36;
    public static final int NACWU_OFFSET = 38;
    public static final int NABSN_OFFSET = 40;
    public static final int NABO_OFFSET = 42;
    public static final int NABSPF_OFFSET = 44;
    public static final int NOIOB_OFFSET = 46;
    public static final int NVMCAP_OFFSET = 48;
    public static final int NPWG_OFFSET = 64;
    public static final int NPWA_OFFSET = 66;
    public static final int NPDG_OFFSET = 68;
    public static final int NPDA_OFFSET = 70;
    public static final int NOWS_OFFSET = 72;
    public static final int MSSRL_OFFSET = 74;
    public static final int MCL_OFFSET = 76;
    public static final int MSRC_OFFSET = 80;
    public static final int NULBAF_OFFSET = 82;
    public static final int ANAGRPID_OFFSET = 92;
    public static final int NSATTR_OFFSET = 99;
    public static final int NVMSETID_OFFSET = 100;
    public static final int ENDGID_OFFSET = 102;
    public static final int NGUID_OFFSET = 104;
    public static final int EUI64_OFFSET = 120;
    public static final int MS_OFFSET = 128;
    /** How many entries {@link #ms(int)} has. */
    public static final int MS_COUNT = 64;

    public static final int LBADS_OFFSET = 130;
    /** How many entries {@link #lbads(int)} has. */
    public static final int LBADS_COUNT = 64;

    public static final int RP_OFFSET = 131;
    /** How many entries {@link #rp(int)} has. */
    public static final int RP_COUNT = 64;

    /** Thin provisioning: NCAP may be below NSZE. */
    public static final int NSFEAT_THIN = 1 << 0;
    /** NAWUN, NAWUPF and NACWU hold for this namespace. */
    public static final int NSFEAT_NSABP = 1 << 1;
    /** Deallocated or unwritten block error. */
    public static final int NSFEAT_DAE = 1 << 2;
    /** NGUID and EUI64 are never used again. */
    public static final int NSFEAT_UIDREUSE = 1 << 3;
    /** NPWG, NPWA, NPDG, NPDA and NOWS are defined. */
    public static final int NSFEAT_OPTPERF = 1 << 4;

    /** The namespace may be attached to two or more controllers at a time. */
    public static final int NMIC_SHARED = 1 << 0;

    /** Metadata is at the end of each block. */
    public static final int FLBAS_EXTENDED = 1 << 4;

    /** Mask of the low four bits of the format index in FLBAS. */
    public static final int FLBAS_LOW_MASK = 0x0F;

    /** Mask of the high two bits of the format index in FLBAS, in bits 6:5. */
    public static final int FLBAS_HIGH_MASK = 0x60;

    /** Deallocated blocks read as bytes of 00h. */
    public static final int DLFEAT_READ_ZEROES = 1;
    /** Deallocated blocks read as bytes of FFh. */
    public static final int DLFEAT_READ_ONES = 2;
    /** The Deallocate bit in Write Zeroes. */
    public static final int DLFEAT_WRITE_ZEROES_DEAC = 1 << 3;
    /** The guard of a deallocated block is its CRC. */
    public static final int DLFEAT_GUARD_CRC = 1 << 4;

    /** Best performance. */
    public static final int RP_BEST = 0;
    /** Better performance. */
    public static final int RP_BETTER = 1;
    /** Good performance. */
    public static final int RP_GOOD = 2;
    /** Degraded performance. */
    public static final int RP_DEGRADED = 3;

    /** NSATTR: the namespace is write protected. */
    public static final int NSATTR_WRITE_PROTECTED = 1;

    /** Persist Through Power Loss. */
    public static final int RESCAP_PTPL = 1 << 0;
    /** Write Exclusive. */
    public static final int RESCAP_WRITE_EXCLUSIVE = 1 << 1;
    /** Exclusive Access. */
    public static final int RESCAP_EXCLUSIVE_ACCESS = 1 << 2;
    /** Write Exclusive - Registrants Only. */
    public static final int RESCAP_WRITE_EXCLUSIVE_REGISTRANTS_ONLY = 1 << 3;
    /** Exclusive Access - Registrants Only. */
    public static final int RESCAP_EXCLUSIVE_ACCESS_REGISTRANTS_ONLY = 1 << 4;
    /** Write Exclusive - All Registrants. */
    public static final int RESCAP_WRITE_EXCLUSIVE_ALL_REGISTRANTS = 1 << 5;
    /** Exclusive Access - All Registrants. */
    public static final int RESCAP_EXCLUSIVE_ACCESS_ALL_REGISTRANTS = 1 << 6;
    /** Ignore Existing Key as in revision 1.3. */
    public static final int RESCAP_IEKEY_13 = 1 << 7;

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public IdentifyNamespace(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public IdentifyNamespace(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** Namespace size in logical blocks. */
    public long nsze() {
        return page.getLongLE(base + NSZE_OFFSET);
    }

    public IdentifyNamespace nsze(long value) {
        page.setLongLE(base + NSZE_OFFSET, value);
        return this;
    }

    /** Namespace capacity in logical blocks; 0: the NSID is inactive. */
    public long ncap() {
        return page.getLongLE(base + NCAP_OFFSET);
    }

    public IdentifyNamespace ncap(long value) {
        page.setLongLE(base + NCAP_OFFSET, value);
        return this;
    }

    /** Namespace utilization in logical blocks. */
    public long nuse() {
        return page.getLongLE(base + NUSE_OFFSET);
    }

    public IdentifyNamespace nuse(long value) {
        page.setLongLE(base + NUSE_OFFSET, value);
        return this;
    }

    /** Namespace features: {@code NSFEAT_} bits. */
    public int nsfeat() {
        return page.getUnsignedByte(base + NSFEAT_OFFSET);
    }

    public IdentifyNamespace nsfeat(int value) {
        Fields.putU8(page, base + NSFEAT_OFFSET, value);
        return this;
    }

    /** Number of LBA formats, 0's based. */
    public int nlbaf() {
        return page.getUnsignedByte(base + NLBAF_OFFSET);
    }

    public IdentifyNamespace nlbaf(int value) {
        Fields.putU8(page, base + NLBAF_OFFSET, value);
        return this;
    }

    /** Format in use: index in bits 3:0 and 6:5, {@code FLBAS_} bits; see {@link #formatIndex()}. */
    public int flbas() {
        return page.getUnsignedByte(base + FLBAS_OFFSET);
    }

    public IdentifyNamespace flbas(int value) {
        Fields.putU8(page, base + FLBAS_OFFSET, value);
        return this;
    }

    /** Metadata capabilities. */
    public int mc() {
        return page.getUnsignedByte(base + MC_OFFSET);
    }

    public IdentifyNamespace mc(int value) {
        Fields.putU8(page, base + MC_OFFSET, value);
        return this;
    }

    /** End-to-end data protection capabilities. */
    public int dpc() {
        return page.getUnsignedByte(base + DPC_OFFSET);
    }

    public IdentifyNamespace dpc(int value) {
        Fields.putU8(page, base + DPC_OFFSET, value);
        return this;
    }

    /** End-to-end data protection in use; 0: none. */
    public int dps() {
        return page.getUnsignedByte(base + DPS_OFFSET);
    }

    public IdentifyNamespace dps(int value) {
        Fields.putU8(page, base + DPS_OFFSET, value);
        return this;
    }

    /** Multi-path and sharing: {@code NMIC_} bits. */
    public int nmic() {
        return page.getUnsignedByte(base + NMIC_OFFSET);
    }

    public IdentifyNamespace nmic(int value) {
        Fields.putU8(page, base + NMIC_OFFSET, value);
        return this;
    }

    /** Reservation capabilities: {@code RESCAP_} bits. */
    public int rescap() {
        return page.getUnsignedByte(base + RESCAP_OFFSET);
    }

    public IdentifyNamespace rescap(int value) {
        Fields.putU8(page, base + RESCAP_OFFSET, value);
        return this;
    }

    /** Format progress: bit 7 supported, bits 6:0 percent that remains. */
    public int fpi() {
        return page.getUnsignedByte(base + FPI_OFFSET);
    }

    public IdentifyNamespace fpi(int value) {
        Fields.putU8(page, base + FPI_OFFSET, value);
        return this;
    }

    /** Deallocated blocks: {@code DLFEAT_} values. */
    public int dlfeat() {
        return page.getUnsignedByte(base + DLFEAT_OFFSET);
    }

    public IdentifyNamespace dlfeat(int value) {
        Fields.putU8(page, base + DLFEAT_OFFSET, value);
        return this;
    }

    /** Atomic write unit in normal operation in logical blocks, 0's based. */
    public int nawun() {
        return page.getUnsignedShortLE(base + NAWUN_OFFSET);
    }

    public IdentifyNamespace nawun(int value) {
        Fields.putU16(page, base + NAWUN_OFFSET, value);
        return this;
    }

    /** Atomic write unit at power failure in logical blocks, 0's based. */
    public int nawupf() {
        return page.getUnsignedShortLE(base + NAWUPF_OFFSET);
    }

    public IdentifyNamespace nawupf(int value) {
        Fields.putU16(page, base + NAWUPF_OFFSET, value);
        return this;
    }

    /** Atomic unit of a fused Compare and Write in logical blocks, 0's based. */
    public int nacwu() {
        return page.getUnsignedShortLE(base + NACWU_OFFSET);
    }

    public IdentifyNamespace nacwu(int value) {
        Fields.putU16(page, base + NACWU_OFFSET, value);
        return this;
    }

    /** Atomic boundary size in normal operation in logical blocks, 0's based. */
    public int nabsn() {
        return page.getUnsignedShortLE(base + NABSN_OFFSET);
    }

    public IdentifyNamespace nabsn(int value) {
        Fields.putU16(page, base + NABSN_OFFSET, value);
        return this;
    }

    /** First block of the first atomic boundary. */
    public int nabo() {
        return page.getUnsignedShortLE(base + NABO_OFFSET);
    }

    public IdentifyNamespace nabo(int value) {
        Fields.putU16(page, base + NABO_OFFSET, value);
        return this;
    }

    /** Atomic boundary size at power failure in logical blocks, 0's based. */
    public int nabspf() {
        return page.getUnsignedShortLE(base + NABSPF_OFFSET);
    }

    public IdentifyNamespace nabspf(int value) {
        Fields.putU16(page, base + NABSPF_OFFSET, value);
        return this;
    }

    /** Optimal I/O boundary in logical blocks; 0: none. */
    public int noiob() {
        return page.getUnsignedShortLE(base + NOIOB_OFFSET);
    }

    public IdentifyNamespace noiob(int value) {
        Fields.putU16(page, base + NOIOB_OFFSET, value);
        return this;
    }

    /** NVM capacity of the namespace in bytes. */
    public long nvmcap() {
        return Fields.u128(page, base + NVMCAP_OFFSET);
    }

    public IdentifyNamespace nvmcap(long value) {
        Fields.putU128(page, base + NVMCAP_OFFSET, value);
        return this;
    }

    /** Preferred write granularity in logical blocks, 0's based. */
    public int npwg() {
        return page.getUnsignedShortLE(base + NPWG_OFFSET);
    }

    public IdentifyNamespace npwg(int value) {
        Fields.putU16(page, base + NPWG_OFFSET, value);
        return this;
    }

    /** Preferred write alignment in logical blocks, 0's based. */
    public int npwa() {
        return page.getUnsignedShortLE(base + NPWA_OFFSET);
    }

    public IdentifyNamespace npwa(int value) {
        Fields.putU16(page, base + NPWA_OFFSET, value);
        return this;
    }

    /** Preferred deallocate granularity in logical blocks, 0's based. */
    public int npdg() {
        return page.getUnsignedShortLE(base + NPDG_OFFSET);
    }

    public IdentifyNamespace npdg(int value) {
        Fields.putU16(page, base + NPDG_OFFSET, value);
        return this;
    }

    /** Preferred deallocate alignment in logical blocks, 0's based. */
    public int npda() {
        return page.getUnsignedShortLE(base + NPDA_OFFSET);
    }

    public IdentifyNamespace npda(int value) {
        Fields.putU16(page, base + NPDA_OFFSET, value);
        return this;
    }

    /** Optimal write size in logical blocks, 0's based. */
    public int nows() {
        return page.getUnsignedShortLE(base + NOWS_OFFSET);
    }

    public IdentifyNamespace nows(int value) {
        Fields.putU16(page, base + NOWS_OFFSET, value);
        return this;
    }

    /** Largest source range of a Copy in logical blocks. */
    public int mssrl() {
        return page.getUnsignedShortLE(base + MSSRL_OFFSET);
    }

    public IdentifyNamespace mssrl(int value) {
        Fields.putU16(page, base + MSSRL_OFFSET, value);
        return this;
    }

    /** Largest Copy in logical blocks. */
    public long mcl() {
        return page.getUnsignedIntLE(base + MCL_OFFSET);
    }

    public IdentifyNamespace mcl(long value) {
        Fields.putU32(page, base + MCL_OFFSET, value);
        return this;
    }

    /** Most source ranges in a Copy, 0's based. */
    public int msrc() {
        return page.getUnsignedByte(base + MSRC_OFFSET);
    }

    public IdentifyNamespace msrc(int value) {
        Fields.putU8(page, base + MSRC_OFFSET, value);
        return this;
    }

    /** Number of unique attribute LBA formats. */
    public int nulbaf() {
        return page.getUnsignedByte(base + NULBAF_OFFSET);
    }

    public IdentifyNamespace nulbaf(int value) {
        Fields.putU8(page, base + NULBAF_OFFSET, value);
        return this;
    }

    /** ANA group identifier; 0: none. */
    public long anagrpid() {
        return page.getUnsignedIntLE(base + ANAGRPID_OFFSET);
    }

    public IdentifyNamespace anagrpid(long value) {
        Fields.putU32(page, base + ANAGRPID_OFFSET, value);
        return this;
    }

    /** Namespace attributes: {@code NSATTR_} bits. */
    public int nsattr() {
        return page.getUnsignedByte(base + NSATTR_OFFSET);
    }

    public IdentifyNamespace nsattr(int value) {
        Fields.putU8(page, base + NSATTR_OFFSET, value);
        return this;
    }

    /** NVM set identifier; 0: none. */
    public int nvmsetid() {
        return page.getUnsignedShortLE(base + NVMSETID_OFFSET);
    }

    public IdentifyNamespace nvmsetid(int value) {
        Fields.putU16(page, base + NVMSETID_OFFSET, value);
        return this;
    }

    /** Endurance group identifier; 0: none. */
    public int endgid() {
        return page.getUnsignedShortLE(base + ENDGID_OFFSET);
    }

    public IdentifyNamespace endgid(int value) {
        Fields.putU16(page, base + ENDGID_OFFSET, value);
        return this;
    }

    /** Namespace globally unique identifier, big-endian; zeros: none. */
    public byte[] nguid() {
        return Fields.bytes(page, base + NGUID_OFFSET, 16);
    }

    public IdentifyNamespace nguid(byte[] value) {
        Fields.putBytes(page, base + NGUID_OFFSET, 16, value);
        return this;
    }

    /** IEEE extended unique identifier, big-endian in the page; 0: none. */
    public long eui64() {
        return page.getLong(base + EUI64_OFFSET);
    }

    public IdentifyNamespace eui64(long value) {
        page.setLong(base + EUI64_OFFSET, value);
        return this;
    }

    /** LBA format {@code n}: metadata bytes per block. */
    public int ms(int n) {
        return page.getUnsignedShortLE(base + MS_OFFSET + Objects.checkIndex(n, MS_COUNT) * 4);
    }

    public IdentifyNamespace ms(int n, int value) {
        Fields.putU16(page, base + MS_OFFSET + Objects.checkIndex(n, MS_COUNT) * 4, value);
        return this;
    }

    /** LBA format {@code n}: block size as a power of two: 9 or 12. */
    public int lbads(int n) {
        return page.getUnsignedByte(base + LBADS_OFFSET + Objects.checkIndex(n, LBADS_COUNT) * 4);
    }

    public IdentifyNamespace lbads(int n, int value) {
        Fields.putU8(page, base + LBADS_OFFSET + Objects.checkIndex(n, LBADS_COUNT) * 4, value);
        return this;
    }

    /** LBA format {@code n}: relative performance in bits 1:0, {@code RP_} values. */
    public int rp(int n) {
        return page.getUnsignedByte(base + RP_OFFSET + Objects.checkIndex(n, RP_COUNT) * 4);
    }

    public IdentifyNamespace rp(int n, int value) {
        Fields.putU8(page, base + RP_OFFSET + Objects.checkIndex(n, RP_COUNT) * 4, value);
        return this;
    }

    /** Writes LBA format {@code n} (0 to 63): {@code ms} metadata bytes, blocks of 2^{@code lbads} bytes, performance {@code rp}. */
    public IdentifyNamespace lbaf(int n, int ms, int lbads, int rp) {
        return ms(n, ms).lbads(n, lbads).rp(n, rp);
    }

    /** Index of the LBA format in use, 0 to 63, put together from the two parts of FLBAS. */
    public int formatIndex() {
        int flbas = flbas();
        return (flbas & FLBAS_LOW_MASK) | (flbas & FLBAS_HIGH_MASK) >> 1;
    }

    /** Writes the index of the LBA format in use (0 to 63) into FLBAS and leaves its other bits as they are. */
    public IdentifyNamespace formatIndex(int n) {
        Objects.checkIndex(n, LBADS_COUNT);
        int others = flbas() & ~(FLBAS_LOW_MASK | FLBAS_HIGH_MASK);
        return flbas(others | (n & FLBAS_LOW_MASK) | (n & ~FLBAS_LOW_MASK) << 1);
    }
}
