package io.nvmevf.protocol.identify;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;

/**
 * Primary Controller Capabilities, CNS 14h (NVMe Base 2.1 §5.1.13.3.1 and §8.2.6): the flexible resources that a primary
 * controller can assign to its secondary controllers. A VQ (virtual queue) resource is one submission and completion queue
 * pair, a VI (virtual interrupt) resource one interrupt vector. Flexible resources are those that can be assigned; private
 * ones belong to the primary controller for good.
 *
 * <pre>
 *   0 cntlid   2 portid   4 crt
 *  32 vqfrt   36 vqrfa   40 vqrfap   42 vqprt   44 vqfrsm   46 vqgran
 *  64 vifrt   68 virfa   72 virfap   74 viprt   76 vifrsm   78 vigran
 * </pre>
 */
public final class PrimaryControllerCapabilities {
    /** Size in bytes. */
    public static final int SIZE = 4096;

    public static final int CNTLID_OFFSET = 0;
    public static final int PORTID_OFFSET = 2;
    public static final int CRT_OFFSET = 4;
    public static final int VQFRT_OFFSET = 32;
    public static final int VQRFA_OFFSET = 36;
    public static final int VQRFAP_OFFSET = 40;
    public static final int VQPRT_OFFSET = 42;
    public static final int VQFRSM_OFFSET = 44;
    public static final int VQGRAN_OFFSET = 46;
    public static final int VIFRT_OFFSET = 64;
    public static final int VIRFA_OFFSET = 68;
    public static final int VIRFAP_OFFSET = 72;
    public static final int VIPRT_OFFSET = 74;
    public static final int VIFRSM_OFFSET = 76;
    public static final int VIGRAN_OFFSET = 78;

    /** CRT: VQ resources are supported. */
    public static final int CRT_VQ = 1 << 0;
    /** CRT: VI resources are supported. */
    public static final int CRT_VI = 1 << 1;

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public PrimaryControllerCapabilities(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public PrimaryControllerCapabilities(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** Controller ID of the primary controller. */
    public int cntlid() {
        return page.getUnsignedShortLE(base + CNTLID_OFFSET);
    }

    public PrimaryControllerCapabilities cntlid(int value) {
        Fields.putU16(page, base + CNTLID_OFFSET, value);
        return this;
    }

    /** Port through which it was asked. */
    public int portid() {
        return page.getUnsignedShortLE(base + PORTID_OFFSET);
    }

    public PrimaryControllerCapabilities portid(int value) {
        Fields.putU16(page, base + PORTID_OFFSET, value);
        return this;
    }

    /** Controller resource types: {@code CRT_} bits. */
    public int crt() {
        return page.getUnsignedByte(base + CRT_OFFSET);
    }

    public PrimaryControllerCapabilities crt(int value) {
        Fields.putU8(page, base + CRT_OFFSET, value);
        return this;
    }

    /** VQ resources, flexible, in total. */
    public long vqfrt() {
        return page.getUnsignedIntLE(base + VQFRT_OFFSET);
    }

    public PrimaryControllerCapabilities vqfrt(long value) {
        Fields.putU32(page, base + VQFRT_OFFSET, value);
        return this;
    }

    /** VQ resources, flexible, that are assigned to secondary controllers. */
    public long vqrfa() {
        return page.getUnsignedIntLE(base + VQRFA_OFFSET);
    }

    public PrimaryControllerCapabilities vqrfa(long value) {
        Fields.putU32(page, base + VQRFA_OFFSET, value);
        return this;
    }

    /** VQ resources, flexible, that are allocated to the primary controller. */
    public int vqrfap() {
        return page.getUnsignedShortLE(base + VQRFAP_OFFSET);
    }

    public PrimaryControllerCapabilities vqrfap(int value) {
        Fields.putU16(page, base + VQRFAP_OFFSET, value);
        return this;
    }

    /** VQ resources, private, of the primary controller. */
    public int vqprt() {
        return page.getUnsignedShortLE(base + VQPRT_OFFSET);
    }

    public PrimaryControllerCapabilities vqprt(int value) {
        Fields.putU16(page, base + VQPRT_OFFSET, value);
        return this;
    }

    /** Most VQ resources that one secondary controller can get. */
    public int vqfrsm() {
        return page.getUnsignedShortLE(base + VQFRSM_OFFSET);
    }

    public PrimaryControllerCapabilities vqfrsm(int value) {
        Fields.putU16(page, base + VQFRSM_OFFSET, value);
        return this;
    }

    /** VQ resources are preferably assigned in multiples of this. */
    public int vqgran() {
        return page.getUnsignedShortLE(base + VQGRAN_OFFSET);
    }

    public PrimaryControllerCapabilities vqgran(int value) {
        Fields.putU16(page, base + VQGRAN_OFFSET, value);
        return this;
    }

    /** VI resources, flexible, in total. */
    public long vifrt() {
        return page.getUnsignedIntLE(base + VIFRT_OFFSET);
    }

    public PrimaryControllerCapabilities vifrt(long value) {
        Fields.putU32(page, base + VIFRT_OFFSET, value);
        return this;
    }

    /** VI resources, flexible, that are assigned to secondary controllers. */
    public long virfa() {
        return page.getUnsignedIntLE(base + VIRFA_OFFSET);
    }

    public PrimaryControllerCapabilities virfa(long value) {
        Fields.putU32(page, base + VIRFA_OFFSET, value);
        return this;
    }

    /** VI resources, flexible, that are allocated to the primary controller. */
    public int virfap() {
        return page.getUnsignedShortLE(base + VIRFAP_OFFSET);
    }

    public PrimaryControllerCapabilities virfap(int value) {
        Fields.putU16(page, base + VIRFAP_OFFSET, value);
        return this;
    }

    /** VI resources, private, of the primary controller. */
    public int viprt() {
        return page.getUnsignedShortLE(base + VIPRT_OFFSET);
    }

    public PrimaryControllerCapabilities viprt(int value) {
        Fields.putU16(page, base + VIPRT_OFFSET, value);
        return this;
    }

    /** Most VI resources that one secondary controller can get. */
    public int vifrsm() {
        return page.getUnsignedShortLE(base + VIFRSM_OFFSET);
    }

    public PrimaryControllerCapabilities vifrsm(int value) {
        Fields.putU16(page, base + VIFRSM_OFFSET, value);
        return this;
    }

    /** VI resources are preferably assigned in multiples of this. */
    public int vigran() {
        return page.getUnsignedShortLE(base + VIGRAN_OFFSET);
    }

    public PrimaryControllerCapabilities vigran(int value) {
        Fields.putU16(page, base + VIGRAN_OFFSET, value);
        return this;
    }
}
