package io.nvmevf.protocol.log;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;

/**
 * Sanitize Status, LID 81h (NVMe Base 2.1 §5.1.12.1.33 and §8.1.24): the sanitize operation that runs, or the last one.
 *
 * <pre>
 *   0 sprog   2 sstat   4 scdw10
 *   8 eto    12 etbe   16 etce   20 etond   24 etbend   28 etcend   32 etpvds   36 ssi
 *  sstat: 2:0 SOS   7:3 OPC, passes that an overwrite has completed   8 GDE   9 MVCNCLD
 *  ssi:   3:0 SANS   7:4 FAILS, the state in which it failed
 * </pre>
 */
public final class SanitizeStatus {
    /** Size in bytes. */
    public static final int SIZE = 512;

    public static final int SPROG_OFFSET = 0;
    public static final int SSTAT_OFFSET = 2;
    public static final int SCDW10_OFFSET = 4;
    public static final int ETO_OFFSET = 8;
    public static final int ETBE_OFFSET = 12;
    public static final int ETCE_OFFSET = 16;
    public static final int ETOND_OFFSET = 20;
    public static final int ETBEND_OFFSET = 24;
    public static final int ETCEND_OFFSET = 28;
    public static final int ETPVDS_OFFSET = 32;
    public static final int SSI_OFFSET = 36;

    /** SPROG: no sanitize operation is running. */
    public static final int SPROG_IDLE = 0xFFFF;
    /** No estimate is given. */
    public static final long NO_ESTIMATE = 0xFFFF_FFFFL;

    /** SOS: the NVM subsystem was never sanitized. */
    public static final int SOS_NEVER = 0;
    /** SOS: the last sanitize operation succeeded. */
    public static final int SOS_SANITIZED = 1;
    /** SOS: a sanitize operation is running. */
    public static final int SOS_SANITIZING = 2;
    /** SOS: the last sanitize operation failed. */
    public static final int SOS_FAILED = 3;
    /** SOS: the last one succeeded, but deallocated although it was told not to. */
    public static final int SOS_SANITIZED_DEALLOCATED = 4;

    /** Mask of SOS in SSTAT. */
    public static final int SOS_MASK = 7;
    /** Left shift of the number of completed overwrite passes (0 to 31) in SSTAT. */
    public static final int OPC_SHIFT = 3;
    /** SSTAT: nothing was written since the last successful sanitize operation, or ever (global data erased). */
    public static final int SSTAT_GDE = 1 << 8;
    /** SSTAT: the media verification state was cancelled. */
    public static final int SSTAT_MVCNCLD = 1 << 9;

    /** SANS: idle. */
    public static final int SANS_IDLE = 0;
    /** SANS: restricted processing (without AUSE). */
    public static final int SANS_RESTRICTED_PROCESSING = 1;
    /** SANS: restricted failure. */
    public static final int SANS_RESTRICTED_FAILURE = 2;
    /** SANS: unrestricted processing (with AUSE). */
    public static final int SANS_UNRESTRICTED_PROCESSING = 3;
    /** SANS: unrestricted failure. */
    public static final int SANS_UNRESTRICTED_FAILURE = 4;
    /** Left shift of the state in which the operation failed in SSI. */
    public static final int FAILS_SHIFT = 4;

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public SanitizeStatus(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public SanitizeStatus(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** Progress in 65,536ths; {@link #SPROG_IDLE} when none runs. */
    public int sprog() {
        return page.getUnsignedShortLE(base + SPROG_OFFSET);
    }

    public SanitizeStatus sprog(int value) {
        Fields.putU16(page, base + SPROG_OFFSET, value);
        return this;
    }

    /** Status: a {@code SOS_} value, the passes of an overwrite from {@link #OPC_SHIFT}, and {@code SSTAT_} bits. */
    public int sstat() {
        return page.getUnsignedShortLE(base + SSTAT_OFFSET);
    }

    public SanitizeStatus sstat(int value) {
        Fields.putU16(page, base + SSTAT_OFFSET, value);
        return this;
    }

    /** CDW10 of the Sanitize command that started the operation. */
    public long scdw10() {
        return page.getUnsignedIntLE(base + SCDW10_OFFSET);
    }

    public SanitizeStatus scdw10(long value) {
        Fields.putU32(page, base + SCDW10_OFFSET, value);
        return this;
    }

    /** Estimated time for Overwrite, seconds; {@link #NO_ESTIMATE}: unknown. */
    public long eto() {
        return page.getUnsignedIntLE(base + ETO_OFFSET);
    }

    public SanitizeStatus eto(long value) {
        Fields.putU32(page, base + ETO_OFFSET, value);
        return this;
    }

    /** Estimated time for Block Erase, seconds; {@link #NO_ESTIMATE}: unknown. */
    public long etbe() {
        return page.getUnsignedIntLE(base + ETBE_OFFSET);
    }

    public SanitizeStatus etbe(long value) {
        Fields.putU32(page, base + ETBE_OFFSET, value);
        return this;
    }

    /** Estimated time for Crypto Erase, seconds; {@link #NO_ESTIMATE}: unknown. */
    public long etce() {
        return page.getUnsignedIntLE(base + ETCE_OFFSET);
    }

    public SanitizeStatus etce(long value) {
        Fields.putU32(page, base + ETCE_OFFSET, value);
        return this;
    }

    /** Estimated time for Overwrite with No-Deallocate After Sanitize, seconds; {@link #NO_ESTIMATE}: unknown. */
    public long etond() {
        return page.getUnsignedIntLE(base + ETOND_OFFSET);
    }

    public SanitizeStatus etond(long value) {
        Fields.putU32(page, base + ETOND_OFFSET, value);
        return this;
    }

    /** Estimated time for Block Erase with No-Deallocate After Sanitize, seconds; {@link #NO_ESTIMATE}: unknown. */
    public long etbend() {
        return page.getUnsignedIntLE(base + ETBEND_OFFSET);
    }

    public SanitizeStatus etbend(long value) {
        Fields.putU32(page, base + ETBEND_OFFSET, value);
        return this;
    }

    /** Estimated time for Crypto Erase with No-Deallocate After Sanitize, seconds; {@link #NO_ESTIMATE}: unknown. */
    public long etcend() {
        return page.getUnsignedIntLE(base + ETCEND_OFFSET);
    }

    public SanitizeStatus etcend(long value) {
        Fields.putU32(page, base + ETCEND_OFFSET, value);
        return this;
    }

    /** Estimated time for the deallocation after media verification, seconds; {@link #NO_ESTIMATE}: unknown. */
    public long etpvds() {
        return page.getUnsignedIntLE(base + ETPVDS_OFFSET);
    }

    public SanitizeStatus etpvds(long value) {
        Fields.putU32(page, base + ETPVDS_OFFSET, value);
        return this;
    }

    /** State information: a {@code SANS_} value in bits 3:0, the state in which it failed in bits 7:4. */
    public int ssi() {
        return page.getUnsignedByte(base + SSI_OFFSET);
    }

    public SanitizeStatus ssi(int value) {
        Fields.putU8(page, base + SSI_OFFSET, value);
        return this;
    }

    /** For people: the name of {@code sos}, bits 2:0 of SSTAT; never throws. */
    public static String name(int sos) {
        return switch (sos) {
            case SOS_NEVER -> "never sanitized";
            case SOS_SANITIZED -> "sanitized";
            case SOS_SANITIZING -> "sanitizing";
            case SOS_FAILED -> "sanitize failed";
            case SOS_SANITIZED_DEALLOCATED -> "sanitized, unexpectedly deallocated";
            default -> "sanitize status " + sos;
        };
    }
}
