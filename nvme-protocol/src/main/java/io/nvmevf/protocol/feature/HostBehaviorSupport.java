package io.nvmevf.protocol.feature;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;

/**
 * Data of Host Behavior Support, FID 16h (NVMe Base 2.1 §5.1.25.1.14): what the host is able to deal with. Each byte is 0
 * (off) or 1 (on); another value is an invalid field.
 *
 * <pre>
 *  0 acre   1 etdas   2 lbafee   3 hdisns   4 cdfe
 * </pre>
 */
public final class HostBehaviorSupport {
    /** Size in bytes. */
    public static final int SIZE = 512;

    public static final int ACRE_OFFSET = 0;
    public static final int ETDAS_OFFSET = 1;
    public static final int LBAFEE_OFFSET = 2;
    public static final int HDISNS_OFFSET = 3;
    public static final int CDFE_OFFSET = 4;

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public HostBehaviorSupport(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public HostBehaviorSupport(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** Advanced command retry enable: completions may carry CRD. */
    public int acre() {
        return page.getUnsignedByte(base + ACRE_OFFSET);
    }

    public HostBehaviorSupport acre(int value) {
        Fields.putU8(page, base + ACRE_OFFSET, value);
        return this;
    }

    /** Extended telemetry data area 4 supported. */
    public int etdas() {
        return page.getUnsignedByte(base + ETDAS_OFFSET);
    }

    public HostBehaviorSupport etdas(int value) {
        Fields.putU8(page, base + ETDAS_OFFSET, value);
        return this;
    }

    /** LBA format extension enable: more than 16 formats, large metadata. */
    public int lbafee() {
        return page.getUnsignedByte(base + LBAFEE_OFFSET);
    }

    public HostBehaviorSupport lbafee(int value) {
        Fields.putU8(page, base + LBAFEE_OFFSET, value);
        return this;
    }

    /** Host dispersed namespace support. */
    public int hdisns() {
        return page.getUnsignedByte(base + HDISNS_OFFSET);
    }

    public HostBehaviorSupport hdisns(int value) {
        Fields.putU8(page, base + HDISNS_OFFSET, value);
        return this;
    }

    /** Copy descriptor formats enable: bit n for format n, 2 and above. */
    public int cdfe() {
        return page.getUnsignedShortLE(base + CDFE_OFFSET);
    }

    public HostBehaviorSupport cdfe(int value) {
        Fields.putU16(page, base + CDFE_OFFSET, value);
        return this;
    }
}
