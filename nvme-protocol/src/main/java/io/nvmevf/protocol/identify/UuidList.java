package io.nvmevf.protocol.identify;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;
import java.util.Objects;
import java.util.UUID;

/**
 * UUID List, CNS 17h (NVMe Base 2.1 §5.1.13.2.14): the UUIDs by which vendor specific information is chosen with the
 * UUID Index field, of which 1 is the first entry. The first entry that is zero ends the list.
 *
 * <pre>
 *  0 reserved   32 entries, 127 of 32 bytes: header 0, uuid 16
 * </pre>
 */
public final class UuidList {
    /** Size in bytes. */
    public static final int SIZE = 4096;

    public static final int HEADER_OFFSET = 32;
    /** How many entries {@link #header(int)} has. */
    public static final int HEADER_COUNT = 127;

    public static final int UUID_OFFSET = 48;
    /** How many entries {@link #uuid(int)} has. */
    public static final int UUID_COUNT = 127;

    /** No association reported. */
    public static final int ASSOCIATION_NONE = 0;
    /** Belongs to the PCI vendor ID. */
    public static final int ASSOCIATION_VENDOR = 1;
    /** Belongs to the PCI subsystem vendor ID. */
    public static final int ASSOCIATION_SUBSYSTEM_VENDOR = 2;

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public UuidList(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public UuidList(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** Entry {@code n} (UUID index {@code n} + 1): association in bits 1:0, {@code ASSOCIATION_} values. */
    public int header(int n) {
        return page.getUnsignedByte(base + HEADER_OFFSET + Objects.checkIndex(n, HEADER_COUNT) * 32);
    }

    public UuidList header(int n, int value) {
        Fields.putU8(page, base + HEADER_OFFSET + Objects.checkIndex(n, HEADER_COUNT) * 32, value);
        return this;
    }

    /** Entry {@code n} (UUID index {@code n} + 1); zero: the list ended before it. */
    public UUID uuid(int n) {
        return Fields.uuid(page, base + UUID_OFFSET + Objects.checkIndex(n, UUID_COUNT) * 32);
    }

    public UuidList uuid(int n, UUID value) {
        Fields.putUuid(page, base + UUID_OFFSET + Objects.checkIndex(n, UUID_COUNT) * 32, value);
        return this;
    }
}
