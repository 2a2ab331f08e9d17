package io.nvmevf.protocol.identify;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;

/**
 * Identify Controller data structure that is specific to the NVM Command Set, CNS 06h with CSI 00h (NVM Command Set 1.1
 * §4.1.5). Each size limit that is zero means that no limit is reported here.
 *
 * <pre>
 *  0 vsl wzsl wusl dmrl   4 dmrsl   8 dmsl   16 kpiocap   17 wzdsl   18 aocs   20 ver   24 lbamqf
 * </pre>
 */
public final class NvmIdentifyController {
    /** Size in bytes. */
    public static final int SIZE = 4096;

    public static final int VSL_OFFSET = 0;
    public static final int WZSL_OFFSET = 1;
    public static final int WUSL_OFFSET = 2;
    public static final int DMRL_OFFSET = 3;
    public static final int DMRSL_OFFSET = 4;
    public static final int DMSL_OFFSET = 8;
    public static final int KPIOCAP_OFFSET = 16;
    public static final int WZDSL_OFFSET = 17;
    public static final int AOCS_OFFSET = 18;
    public static final int VER_OFFSET = 20;
    public static final int LBAMQF_OFFSET = 24;

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public NvmIdentifyController(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public NvmIdentifyController(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** Verify size limit as a power of two in units of CAP.MPSMIN. */
    public int vsl() {
        return page.getUnsignedByte(base + VSL_OFFSET);
    }

    public NvmIdentifyController vsl(int value) {
        Fields.putU8(page, base + VSL_OFFSET, value);
        return this;
    }

    /** Write Zeroes size limit as a power of two in units of CAP.MPSMIN. */
    public int wzsl() {
        return page.getUnsignedByte(base + WZSL_OFFSET);
    }

    public NvmIdentifyController wzsl(int value) {
        Fields.putU8(page, base + WZSL_OFFSET, value);
        return this;
    }

    /** Write Uncorrectable size limit as a power of two in units of CAP.MPSMIN. */
    public int wusl() {
        return page.getUnsignedByte(base + WUSL_OFFSET);
    }

    public NvmIdentifyController wusl(int value) {
        Fields.putU8(page, base + WUSL_OFFSET, value);
        return this;
    }

    /** Most ranges in a Dataset Management command. */
    public int dmrl() {
        return page.getUnsignedByte(base + DMRL_OFFSET);
    }

    public NvmIdentifyController dmrl(int value) {
        Fields.putU8(page, base + DMRL_OFFSET, value);
        return this;
    }

    /** Most logical blocks in one range of a Dataset Management command. */
    public long dmrsl() {
        return page.getUnsignedIntLE(base + DMRSL_OFFSET);
    }

    public NvmIdentifyController dmrsl(long value) {
        Fields.putU32(page, base + DMRSL_OFFSET, value);
        return this;
    }

    /** Most logical blocks in one Dataset Management command. */
    public long dmsl() {
        return page.getLongLE(base + DMSL_OFFSET);
    }

    public NvmIdentifyController dmsl(long value) {
        page.setLongLE(base + DMSL_OFFSET, value);
        return this;
    }

    /** Key per I/O capabilities. */
    public int kpiocap() {
        return page.getUnsignedByte(base + KPIOCAP_OFFSET);
    }

    public NvmIdentifyController kpiocap(int value) {
        Fields.putU8(page, base + KPIOCAP_OFFSET, value);
        return this;
    }

    /** Size limit of a Write Zeroes with Deallocate as a power of two in units of CAP.MPSMIN. */
    public int wzdsl() {
        return page.getUnsignedByte(base + WZDSL_OFFSET);
    }

    public NvmIdentifyController wzdsl(int value) {
        Fields.putU8(page, base + WZDSL_OFFSET, value);
        return this;
    }

    /** Admin optional command support. */
    public int aocs() {
        return page.getUnsignedShortLE(base + AOCS_OFFSET);
    }

    public NvmIdentifyController aocs(int value) {
        Fields.putU16(page, base + AOCS_OFFSET, value);
        return this;
    }

    /** Version of the NVM Command Set specification: 00010100h for 1.1. */
    public long ver() {
        return page.getUnsignedIntLE(base + VER_OFFSET);
    }

    public NvmIdentifyController ver(long value) {
        Fields.putU32(page, base + VER_OFFSET, value);
        return this;
    }

    /** Format of the LBA migration queue. */
    public int lbamqf() {
        return page.getUnsignedByte(base + LBAMQF_OFFSET);
    }

    public NvmIdentifyController lbamqf(int value) {
        Fields.putU8(page, base + LBAMQF_OFFSET, value);
        return this;
    }
}
