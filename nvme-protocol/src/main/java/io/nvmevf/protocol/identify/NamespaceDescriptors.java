package io.nvmevf.protocol.identify;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Namespace Identification Descriptor list, CNS 03h (NVMe Base 2.1 §5.1.13.2.3): descriptors of different types one
 * after the other, ended by a length of zero or by the end of the page.
 *
 * <pre>
 *   0      1      2          4
 *   +------+------+----------+------------------+
 *   | NIDT | NIDL | reserved | NID (NIDL bytes) |
 *   +------+------+----------+------------------+
 *     1      8                 EUI64, big-endian
 *     2      16                NGUID, big-endian
 *     3      16                UUID, in the order of RFC 9562
 *     4      1                 CSI, the I/O command set
 * </pre>
 *
 * <p>A setter appends its descriptor behind those that are there; the page must have been zeroed. A type may occur
 * once. The identifiers themselves must not be zero: a zero is how other structures say that there is none.
 */
public final class NamespaceDescriptors {
    /** Size in bytes. */
    public static final int SIZE = 4096;

    /** NIDT of an IEEE Extended Unique Identifier. */
    public static final int NIDT_EUI64 = 1;

    /** NIDT of a Namespace Globally Unique Identifier. */
    public static final int NIDT_NGUID = 2;

    /** NIDT of a UUID. */
    public static final int NIDT_UUID = 3;

    /** NIDT of a Command Set Identifier. */
    public static final int NIDT_CSI = 4;

    /** CSI of the NVM Command Set. */
    public static final int CSI_NVM = 0;

    /** Bytes of a descriptor before its identifier. */
    public static final int HEADER_SIZE = 4;

    /** Offset of the identifier's type in a descriptor. */
    public static final int NIDT_OFFSET = 0;

    /** Offset of the identifier's length in a descriptor. */
    public static final int NIDL_OFFSET = 1;

    private static final int EUI64_BYTES = 8;
    private static final int NGUID_BYTES = 16;
    private static final int UUID_BYTES = 16;
    private static final int CSI_BYTES = 1;
    private static final int ABSENT = -1;

    private final ByteBuf page;
    private final int base;

    /** The list at index 0 of {@code page}. */
    public NamespaceDescriptors(ByteBuf page) {
        this(page, 0);
    }

    /** The list at index {@code base} of {@code page}. */
    public NamespaceDescriptors(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /**
     * Appends the EUI64, the first byte of which is the highest byte of {@code value}.
     *
     * @throws IllegalArgumentException when it is zero
     * @throws IllegalStateException when the list has one, or no room
     */
    public NamespaceDescriptors eui64(long value) {
        requireNotZero(value != 0);
        page.setLong(append(NIDT_EUI64, EUI64_BYTES), value);
        return this;
    }

    /**
     * Appends the NGUID, 16 bytes in big-endian order.
     *
     * @throws IllegalArgumentException when it is zero or has another length
     * @throws IllegalStateException when the list has one, or no room
     */
    public NamespaceDescriptors nguid(byte[] value) {
        int any = 0;
        for (byte b : value) {
            any |= b;
        }
        requireNotZero(any != 0);
        if (value.length != NGUID_BYTES) {
            throw new IllegalArgumentException("an NGUID has 16 bytes, not " + value.length);
        }
        Fields.putBytes(page, append(NIDT_NGUID, NGUID_BYTES), NGUID_BYTES, value);
        return this;
    }

    /**
     * Appends the UUID.
     *
     * @throws IllegalArgumentException when it is zero
     * @throws IllegalStateException when the list has one, or no room
     */
    public NamespaceDescriptors uuid(UUID value) {
        requireNotZero(value.getMostSignificantBits() != 0 || value.getLeastSignificantBits() != 0);
        Fields.putUuid(page, append(NIDT_UUID, UUID_BYTES), value);
        return this;
    }

    /**
     * Appends the command set, 0 to FFh; {@link #CSI_NVM} is a real value.
     *
     * @throws IllegalStateException when the list has one, or no room
     */
    public NamespaceDescriptors csi(int value) {
        if (value >>> 8 != 0) {
            throw new IllegalArgumentException(value + " does not fit into 8 bits");
        }
        Fields.putU8(page, append(NIDT_CSI, CSI_BYTES), value);
        return this;
    }

    /** The EUI64, when the list has one. */
    public OptionalLong eui64() {
        int at = find(NIDT_EUI64, EUI64_BYTES);
        return at == ABSENT ? OptionalLong.empty() : OptionalLong.of(page.getLong(at));
    }

    /** A copy of the NGUID, or null when the list has none. */
    public byte @Nullable [] nguid() {
        int at = find(NIDT_NGUID, NGUID_BYTES);
        return at == ABSENT ? null : Fields.bytes(page, at, NGUID_BYTES);
    }

    /** The UUID, or null when the list has none. */
    public @Nullable UUID uuid() {
        int at = find(NIDT_UUID, UUID_BYTES);
        return at == ABSENT ? null : Fields.uuid(page, at);
    }

    /** The command set, when the list says it. */
    public OptionalInt csi() {
        int at = find(NIDT_CSI, CSI_BYTES);
        return at == ABSENT ? OptionalInt.empty() : OptionalInt.of(page.getUnsignedByte(at));
    }

    /** Reserves a descriptor and returns the index of its identifier. */
    private int append(int nidt, int nidl) {
        int at = base;
        for (int length; (length = lengthAt(at)) != 0; at += HEADER_SIZE + length) {
            if (page.getUnsignedByte(at + NIDT_OFFSET) == nidt) {
                throw new IllegalStateException("the list has an identifier of type " + nidt);
            }
        }
        if (at + HEADER_SIZE + nidl > base + SIZE) {
            throw new IllegalStateException("no room for an identifier of type " + nidt);
        }
        page.setByte(at + NIDT_OFFSET, nidt);
        page.setByte(at + NIDL_OFFSET, nidl);
        return at + HEADER_SIZE;
    }

    /** Index of the identifier of that type and length, or {@link #ABSENT}. */
    private int find(int nidt, int nidl) {
        int at = base;
        for (int length; (length = lengthAt(at)) != 0; at += HEADER_SIZE + length) {
            if (page.getUnsignedByte(at + NIDT_OFFSET) == nidt && length == nidl) {
                return at + HEADER_SIZE;
            }
        }
        return ABSENT;
    }

    /** NIDL of the descriptor at {@code at}; 0 where the list ends or the descriptor would leave the page. */
    private int lengthAt(int at) {
        if (at + HEADER_SIZE > base + SIZE) {
            return 0;
        }
        int nidl = page.getUnsignedByte(at + NIDL_OFFSET);
        return at + HEADER_SIZE + nidl > base + SIZE ? 0 : nidl;
    }

    private static void requireNotZero(boolean notZero) {
        if (!notZero) {
            throw new IllegalArgumentException("an identifier of zero is none");
        }
    }
}
