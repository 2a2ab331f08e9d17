package io.nvmevf.protocol.auth;

import io.netty.buffer.ByteBuf;

/** What every message begins with, and the checks that all of them share. */
final class MessageHeader {
    /** Size in bytes. */
    static final int SIZE = 6;

    private MessageHeader() {}

    /** AUTH_ID, if the {@code length} bytes hold as much as a header. */
    static int id(ByteBuf b, int at, int length) throws AuthMessageException {
        if (length < SIZE) {
            throw AuthMessageException.payload("a message of " + length + " bytes");
        }
        return b.getUnsignedByte(at + AuthMessage.ID_OFFSET);
    }

    /** Checks type, id, and that there are at least {@code size} bytes and no more than a message can have. */
    static void require(ByteBuf b, int at, int length, int type, int id, int size) throws AuthMessageException {
        int foundId = id(b, at, length);
        int foundType = b.getUnsignedByte(at + AuthMessage.TYPE_OFFSET);
        if (foundType != type || foundId != id) {
            throw new AuthMessageException(
                    AuthFailure.INCORRECT_MESSAGE,
                    "a message of type %02Xh, id %02Xh instead of %02Xh, %02Xh"
                            .formatted(foundType, foundId, type, id));
        }
        require(length, size);
        if (length > AuthMessage.MAX_SIZE) {
            throw AuthMessageException.payload("a message of " + length + " bytes");
        }
    }

    /** Checks that there are at least {@code size} bytes. */
    static void require(int length, int size) throws AuthMessageException {
        if (length < size) {
            throw AuthMessageException.payload("a message of " + length + " bytes that needs " + size);
        }
    }

    static int tid(ByteBuf b, int at) {
        return b.getUnsignedShortLE(at + AuthMessage.TID_OFFSET);
    }

    /** Writes the header, and zeros up to {@code size}. */
    static void write(ByteBuf b, int at, int size, int type, int id, int tid) {
        b.setZero(at, size);
        b.setByte(at + AuthMessage.TYPE_OFFSET, type);
        b.setByte(at + AuthMessage.ID_OFFSET, id);
        b.setShortLE(at + AuthMessage.TID_OFFSET, tid);
    }

    /** Refuses a value outside 0 to {@code max} with {@link IllegalArgumentException}. */
    static void check(String field, int value, int max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(field + " " + value + " is outside 0 to " + max);
        }
    }

    /** Refuses a hash, challenge or response that no hash function makes with {@link IllegalArgumentException}. */
    static void checkHash(String field, byte[] value) {
        if (!isHashLength(value.length)) {
            throw new IllegalArgumentException(field + " of " + value.length + " bytes");
        }
    }

    /** Whether a hash function has hashes of that length. */
    static boolean isHashLength(int length) {
        for (DhchapHash hash : DhchapHash.values()) {
            if (hash.length() == length) {
                return true;
            }
        }
        return false;
    }
}
