package io.nvmevf.protocol.auth;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;
import org.jspecify.annotations.Nullable;

/**
 * DH-HMAC-CHAP_Success1: the host is authenticated; with the controller's own response if the host asked for it (NVMe
 * Base 2.1 §8.3.4.5.5).
 *
 * <pre>
 *   0 AUTH_TYPE 01h | 1 AUTH_ID 03h | 2..3 reserved | 4..5 T_ID | 6 HL | 7 reserved | 8 RVALID | 9..15 reserved
 *   16.. RVAL, HL bytes: zeros if RVALID is 0
 * </pre>
 *
 * @param tid transaction identifier, 0 to FFFFh
 * @param hash the hash function that was selected; on the wire its length only
 * @param response R2, as long as the hash, or null for none
 */
@SuppressWarnings("ArrayRecordComponent") // Made, read once and dropped; never compared.
public record DhchapSuccess1(int tid, DhchapHash hash, byte @Nullable [] response) implements AuthMessage {
    public static final int ID = 0x03;
    public static final int HL_OFFSET = 6;
    public static final int RVALID_OFFSET = 8;
    public static final int RVAL_OFFSET = 16;

    /** Refuses what cannot be written with {@link IllegalArgumentException}. */
    // Not a compact constructor: javac drops the annotation of an array there, and callers could not pass null.
    public DhchapSuccess1(int tid, DhchapHash hash, byte @Nullable [] response) {
        MessageHeader.check("tid", tid, 0xFFFF);
        if (response != null && response.length != hash.length()) {
            throw new IllegalArgumentException("a response of " + response.length + " bytes with " + hash);
        }
        this.tid = tid;
        this.hash = hash;
        this.response = response;
    }

    /**
     * Reads the message from the {@code length} bytes at {@code at}; what follows it is ignored. RVAL may be missing
     * where it is not valid.
     */
    public static DhchapSuccess1 parse(ByteBuf b, int at, int length) throws AuthMessageException {
        MessageHeader.require(b, at, length, TYPE_DHCHAP, ID, RVAL_OFFSET);
        int hl = b.getUnsignedByte(at + HL_OFFSET);
        int rvalid = b.getUnsignedByte(at + RVALID_OFFSET);
        for (DhchapHash hash : DhchapHash.values()) {
            if (hash.length() == hl && rvalid <= 1) {
                MessageHeader.require(length, RVAL_OFFSET + hl * rvalid);
                return new DhchapSuccess1(
                        MessageHeader.tid(b, at), hash, rvalid == 1 ? Fields.bytes(b, at + RVAL_OFFSET, hl) : null);
            }
        }
        throw AuthMessageException.payload("HL %d, RVALID %d".formatted(hl, rvalid));
    }

    @Override
    public int size() {
        return RVAL_OFFSET + hash.length();
    }

    @Override
    public int write(ByteBuf b, int at) {
        MessageHeader.write(b, at, size(), TYPE_DHCHAP, ID, tid);
        b.setByte(at + HL_OFFSET, hash.length());
        if (response != null) {
            b.setByte(at + RVALID_OFFSET, 1);
            b.setBytes(at + RVAL_OFFSET, response);
        }
        return size();
    }
}
