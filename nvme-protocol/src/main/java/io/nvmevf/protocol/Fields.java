package io.nvmevf.protocol;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * The kinds of field that the specification's structures are made of, read and written in place at an absolute index:
 * unsigned little-endian integers that refuse a value they cannot hold, space padded ASCII, NUL-terminated NVMe
 * Qualified Names, byte strings and 128-bit counters (NVMe Base 2.1 §1.4 and §1.5).
 *
 * <p>Each {@code put} method throws {@link IllegalArgumentException} when the value does not fit its field, and has
 * then changed nothing.
 */
public final class Fields {
    /** Size of a field that holds an NVMe Qualified Name, with its terminator. */
    public static final int NQN_FIELD_SIZE = 256;

    /** Longest NVMe Qualified Name in bytes, without the terminator (NVMe Base 2.1 §4.7). */
    public static final int NQN_MAX_BYTES = 223;

    private static final int FIRST_PRINTABLE = 0x20;
    private static final int LAST_PRINTABLE = 0x7E;

    private Fields() {}

    /** Writes {@code value}, 0 to FFh. */
    public static void putU8(ByteBuf page, int index, int value) {
        page.setByte(index, checked(value, 8));
    }

    /** Writes {@code value}, 0 to FFFFh. */
    public static void putU16(ByteBuf page, int index, int value) {
        page.setShortLE(index, checked(value, 16));
    }

    /** Writes {@code value}, 0 to FFFFFFh. */
    public static void putU24(ByteBuf page, int index, int value) {
        page.setMediumLE(index, checked(value, 24));
    }

    /** Writes {@code value}, 0 to FFFFFFFFh. */
    public static void putU32(ByteBuf page, int index, long value) {
        if (value >>> 32 != 0) {
            throw new IllegalArgumentException(value + " does not fit into 32 bits");
        }
        page.setIntLE(index, (int) value);
    }

    /** Writes a 128-bit counter; {@code value} is 0 to 2^63-1, the upper half becomes zero. */
    public static void putU128(ByteBuf page, int index, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(value + " is negative");
        }
        page.setLongLE(index, value);
        page.setLongLE(index + 8, 0);
    }

    /** Reads a 128-bit counter; what is above 2^63-1 comes back as {@link Long#MAX_VALUE}. */
    public static long u128(ByteBuf page, int index) {
        long low = page.getLongLE(index);
        return page.getLongLE(index + 8) != 0 || low < 0 ? Long.MAX_VALUE : low;
    }

    /** Writes {@code value} left justified and padded with spaces; it must be printable ASCII of at most {@code length}. */
    public static void putAscii(ByteBuf page, int index, int length, String value) {
        if (value.length() > length) {
            throw new IllegalArgumentException(
                    "'" + value + "' has " + value.length() + " characters, the field holds " + length);
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < FIRST_PRINTABLE || c > LAST_PRINTABLE) {
                throw new IllegalArgumentException("character " + (int) c + " at " + i + " is not printable ASCII");
            }
        }
        for (int i = 0; i < length; i++) {
            page.setByte(index + i, i < value.length() ? value.charAt(i) : ' ');
        }
    }

    /** Reads an ASCII field without the spaces and NULs at its end; other bytes are taken as ISO 8859-1, so it never throws. */
    public static String ascii(ByteBuf page, int index, int length) {
        int end = length;
        while (end > 0) {
            byte last = page.getByte(index + end - 1);
            if (last != ' ' && last != 0) {
                break;
            }
            end--;
        }
        return page.toString(index, end, StandardCharsets.ISO_8859_1);
    }

    /**
     * Writes {@code value} as UTF-8 into a field of {@link #NQN_FIELD_SIZE} bytes and fills the rest with NULs. Whether
     * it is a well-formed name is not looked at.
     *
     * @throws IllegalArgumentException when it is longer than {@link #NQN_MAX_BYTES} bytes or holds a NUL
     */
    public static void putNqn(ByteBuf page, int index, String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > NQN_MAX_BYTES) {
            throw new IllegalArgumentException(
                    "a name of " + utf8.length + " bytes; an NQN has at most " + NQN_MAX_BYTES);
        }
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("an NQN holds no NUL");
        }
        page.setBytes(index, utf8);
        page.setZero(index + utf8.length, NQN_FIELD_SIZE - utf8.length);
    }

    /**
     * Reads a NUL-terminated field of {@link #NQN_FIELD_SIZE} bytes; empty when its first byte is NUL. Whether it is a
     * well-formed name is not looked at.
     *
     * @throws IllegalArgumentException when no NUL follows within {@link #NQN_MAX_BYTES} bytes, or it is not UTF-8
     */
    public static String nqn(ByteBuf page, int index) {
        int length = page.indexOf(index, index + NQN_MAX_BYTES + 1, (byte) 0) - index;
        if (length < 0) {
            throw new IllegalArgumentException("an NQN field is not terminated within " + NQN_MAX_BYTES + " bytes");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes(page, index, length)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("an NQN field is not UTF-8", e);
        }
    }

    /** A copy of {@code length} bytes. */
    public static byte[] bytes(ByteBuf page, int index, int length) {
        byte[] copy = new byte[length];
        page.getBytes(index, copy);
        return copy;
    }

    /** Writes {@code value}, which must have exactly {@code length} bytes. */
    public static void putBytes(ByteBuf page, int index, int length, byte[] value) {
        if (value.length != length) {
            throw new IllegalArgumentException(value.length + " bytes for a field of " + length);
        }
        page.setBytes(index, value);
    }

    /** Reads a UUID, whose bytes are in the order of RFC 9562 (the order in which it is printed). */
    public static UUID uuid(ByteBuf page, int index) {
        return new UUID(page.getLong(index), page.getLong(index + 8));
    }

    /** Writes a UUID in the byte order of RFC 9562. */
    public static void putUuid(ByteBuf page, int index, UUID value) {
        page.setLong(index, value.getMostSignificantBits());
        page.setLong(index + 8, value.getLeastSignificantBits());
    }

    private static int checked(int value, int width) {
        if (value >>> width != 0) {
            throw new IllegalArgumentException(value + " does not fit into " + width + " bits");
        }
        return value;
    }
}
