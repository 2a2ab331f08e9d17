package io.nvmevf.protocol.log;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;
import java.util.Objects;

/**
 * Firmware Slot Information, LID 03h (NVMe Base 2.1 §5.1.12.1.4).
 *
 * <pre>
 *  0 afi   8 frs[7] of 8 ASCII characters
 * </pre>
 */
public final class FirmwareSlot {
    /** Size in bytes. */
    public static final int SIZE = 512;

    public static final int AFI_OFFSET = 0;
    public static final int FRS_OFFSET = 8;
    /** How many entries {@link #frs(int)} has. */
    public static final int FRS_COUNT = 7;

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public FirmwareSlot(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public FirmwareSlot(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** Active firmware: slot in use in bits 2:0, slot for the next reset in bits 6:4. */
    public int afi() {
        return page.getUnsignedByte(base + AFI_OFFSET);
    }

    public FirmwareSlot afi(int value) {
        Fields.putU8(page, base + AFI_OFFSET, value);
        return this;
    }

    /** Firmware revision in slot {@code n} + 1, at most 8 ASCII characters; NULs: an empty slot. */
    public String frs(int n) {
        return Fields.ascii(page, base + FRS_OFFSET + Objects.checkIndex(n, FRS_COUNT) * 8, 8);
    }

    public FirmwareSlot frs(int n, String value) {
        Fields.putAscii(page, base + FRS_OFFSET + Objects.checkIndex(n, FRS_COUNT) * 8, 8, value);
        return this;
    }
}
