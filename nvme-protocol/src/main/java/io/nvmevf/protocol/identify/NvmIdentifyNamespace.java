package io.nvmevf.protocol.identify;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;
import java.util.Objects;

/**
 * Identify Namespace data structure that is specific to the NVM Command Set, CNS 05h with CSI 00h (NVM Command Set 1.1
 * §4.1.5). All zeros means: no protection information beyond what CNS 00h says, no large granularities.
 *
 * <pre>
 *    0 lbstm   8 pic   9 pifa   12 elbaf[64] of 4 bytes
 *  268 npdgl   272 nprg   276 npra   280 nors   284 npdal   288 lbapss   292 tlbaag
 * </pre>
 */
public final class NvmIdentifyNamespace {
    /** Size in bytes. */
    public static final int SIZE = 4096;

    public static final int LBSTM_OFFSET = 0;
    public static final int PIC_OFFSET = 8;
    public static final int PIFA_OFFSET = 9;
    public static final int ELBAF_OFFSET = 12;
    /** How many entries {@link #elbaf(int)} has. */
    public static final int ELBAF_COUNT = 64;

    public static final int NPDGL_OFFSET = 268;
    public static final int NPRG_OFFSET = 272;
    public static final int NPRA_OFFSET = 276;
    public static final int NORS_OFFSET = 280;
    public static final int NPDAL_OFFSET = 284;
    public static final int LBAPSS_OFFSET = 288;
    public static final int TLBAAG_OFFSET = 292;

    /** The storage tag of 16b guard formats can be masked per bit. */
    public static final int PIC_PI16BM = 1 << 0;
    /** 16b guard formats can have a storage tag. */
    public static final int PIC_PI16BSTS = 1 << 1;
    /** Storage tag check for reads. */
    public static final int PIC_STCRS = 1 << 2;

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public NvmIdentifyNamespace(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public NvmIdentifyNamespace(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** Logical block storage tag mask. */
    public long lbstm() {
        return page.getLongLE(base + LBSTM_OFFSET);
    }

    public NvmIdentifyNamespace lbstm(long value) {
        page.setLongLE(base + LBSTM_OFFSET, value);
        return this;
    }

    /** Protection information capabilities: {@code PIC_} bits. */
    public int pic() {
        return page.getUnsignedByte(base + PIC_OFFSET);
    }

    public NvmIdentifyNamespace pic(int value) {
        Fields.putU8(page, base + PIC_OFFSET, value);
        return this;
    }

    /** Protection information format attribute. */
    public int pifa() {
        return page.getUnsignedByte(base + PIFA_OFFSET);
    }

    public NvmIdentifyNamespace pifa(int value) {
        Fields.putU8(page, base + PIFA_OFFSET, value);
        return this;
    }

    /** Extended LBA format {@code n}: storage tag size in bits 6:0, protection information format in 8:7. */
    public long elbaf(int n) {
        return page.getUnsignedIntLE(base + ELBAF_OFFSET + Objects.checkIndex(n, ELBAF_COUNT) * 4);
    }

    public NvmIdentifyNamespace elbaf(int n, long value) {
        Fields.putU32(page, base + ELBAF_OFFSET + Objects.checkIndex(n, ELBAF_COUNT) * 4, value);
        return this;
    }

    /** Preferred deallocate granularity in logical blocks, large form; 0: see NPDG. */
    public long npdgl() {
        return page.getUnsignedIntLE(base + NPDGL_OFFSET);
    }

    public NvmIdentifyNamespace npdgl(long value) {
        Fields.putU32(page, base + NPDGL_OFFSET, value);
        return this;
    }

    /** Preferred read granularity in logical blocks; 0: not reported. */
    public long nprg() {
        return page.getUnsignedIntLE(base + NPRG_OFFSET);
    }

    public NvmIdentifyNamespace nprg(long value) {
        Fields.putU32(page, base + NPRG_OFFSET, value);
        return this;
    }

    /** Preferred read alignment in logical blocks; 0: not reported. */
    public long npra() {
        return page.getUnsignedIntLE(base + NPRA_OFFSET);
    }

    public NvmIdentifyNamespace npra(long value) {
        Fields.putU32(page, base + NPRA_OFFSET, value);
        return this;
    }

    /** Optimal read size in logical blocks; 0: not reported. */
    public long nors() {
        return page.getUnsignedIntLE(base + NORS_OFFSET);
    }

    public NvmIdentifyNamespace nors(long value) {
        Fields.putU32(page, base + NORS_OFFSET, value);
        return this;
    }

    /** Preferred deallocate alignment in logical blocks, large form; 0: see NPDA. */
    public long npdal() {
        return page.getUnsignedIntLE(base + NPDAL_OFFSET);
    }

    public NvmIdentifyNamespace npdal(long value) {
        Fields.putU32(page, base + NPDAL_OFFSET, value);
        return this;
    }

    /** Size of the LBA placement shard in logical blocks; 0: not reported. */
    public long lbapss() {
        return page.getUnsignedIntLE(base + LBAPSS_OFFSET);
    }

    public NvmIdentifyNamespace lbapss(long value) {
        Fields.putU32(page, base + LBAPSS_OFFSET, value);
        return this;
    }

    /** Granularity of tracked LBA allocation in logical blocks; 0: not reported. */
    public long tlbaag() {
        return page.getUnsignedIntLE(base + TLBAAG_OFFSET);
    }

    public NvmIdentifyNamespace tlbaag(long value) {
        Fields.putU32(page, base + TLBAAG_OFFSET, value);
        return this;
    }
}
