package io.nvmevf.protocol.auth;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;
import org.jspecify.annotations.Nullable;

/**
 * DH-HMAC-CHAP_Reply: the host's response, its DH value, and a challenge of its own if the controller shall prove
 * itself too or a PSK shall be made (NVMe Base 2.1 §8.3.4.5.4).
 *
 * <pre>
 *   0 AUTH_TYPE 01h | 1 AUTH_ID 02h | 2..3 reserved | 4..5 T_ID | 6 HL | 7 reserved | 8 CVALID | 9 reserved
 *   10..11 DHVLEN | 12..15 SEQNUM | 16.. RVAL, HL bytes | CVAL, HL bytes, always there | DHV, DHVLEN bytes
 * </pre>
 *
 * <p>The message does not say what was selected, so {@link #parse} allows what any selection allows; {@link #require}
 * checks it against the selection. Left to the controller: that C2 differs from C1 (§8.3.4.5.4: else "authentication
 * failed"), and the DH value's range, which {@link DhExchange#sharedSecret} checks.
 *
 * @param tid transaction identifier, 0 to FFFFh
 * @param response R1, as long as the hash
 * @param challenge C2, as long as the hash, or null for none
 * @param seqnum S2, 32 bits; 0: the controller need not prove itself, C2 is for a PSK only
 * @param dhValue g^y mod p, at most {@link DhGroup#MAX_LENGTH} bytes; empty with {@link DhGroup#NULL}
 */
@SuppressWarnings("ArrayRecordComponent") // Made, read once and dropped; never compared.
public record DhchapReply(int tid, byte[] response, byte @Nullable [] challenge, int seqnum, byte[] dhValue)
        implements AuthMessage {
    public static final int ID = 0x02;
    public static final int HL_OFFSET = 6;
    public static final int CVALID_OFFSET = 8;
    public static final int DHVLEN_OFFSET = 10;
    public static final int SEQNUM_OFFSET = 12;
    public static final int RVAL_OFFSET = 16;

    /** Refuses what cannot be written with {@link IllegalArgumentException}. */
    // Not a compact constructor: javac drops the annotation of an array there, and callers could not pass null.
    public DhchapReply(int tid, byte[] response, byte @Nullable [] challenge, int seqnum, byte[] dhValue) {
        MessageHeader.check("tid", tid, 0xFFFF);
        MessageHeader.checkHash("a response", response);
        MessageHeader.check("length of the DH value", dhValue.length, DhGroup.MAX_LENGTH);
        if (challenge != null && challenge.length != response.length) {
            throw new IllegalArgumentException(
                    "a challenge of " + challenge.length + " bytes, a response of " + response.length);
        }
        this.tid = tid;
        this.response = response;
        this.challenge = challenge;
        this.seqnum = seqnum;
        this.dhValue = dhValue;
    }

    /** Reads the message from the {@code length} bytes at {@code at}; what follows it is ignored. */
    public static DhchapReply parse(ByteBuf b, int at, int length) throws AuthMessageException {
        MessageHeader.require(b, at, length, TYPE_DHCHAP, ID, RVAL_OFFSET);
        int hl = b.getUnsignedByte(at + HL_OFFSET);
        int cvalid = b.getUnsignedByte(at + CVALID_OFFSET);
        int dhvlen = b.getUnsignedShortLE(at + DHVLEN_OFFSET);
        if (!MessageHeader.isHashLength(hl) || cvalid > 1 || dhvlen > DhGroup.MAX_LENGTH) {
            throw AuthMessageException.payload("HL %d, CVALID %d, DHVLEN %d".formatted(hl, cvalid, dhvlen));
        }
        MessageHeader.require(length, RVAL_OFFSET + 2 * hl + dhvlen);
        return new DhchapReply(
                MessageHeader.tid(b, at),
                Fields.bytes(b, at + RVAL_OFFSET, hl),
                cvalid == 1 ? Fields.bytes(b, at + RVAL_OFFSET + hl, hl) : null,
                b.getIntLE(at + SEQNUM_OFFSET),
                Fields.bytes(b, at + RVAL_OFFSET + 2 * hl, dhvlen));
    }

    /** Checks the lengths against what the controller selected. */
    public void require(DhchapHash hash, DhGroup group) throws AuthMessageException {
        if (response.length != hash.length() || !DhchapChallenge.fits(dhValue.length, group)) {
            throw AuthMessageException.payload(
                    "HL %d with %s, DHVLEN %d with %s".formatted(response.length, hash, dhValue.length, group));
        }
    }

    @Override
    public int size() {
        return RVAL_OFFSET + 2 * response.length + dhValue.length;
    }

    @Override
    public int write(ByteBuf b, int at) {
        MessageHeader.write(b, at, size(), TYPE_DHCHAP, ID, tid);
        b.setByte(at + HL_OFFSET, response.length);
        b.setShortLE(at + DHVLEN_OFFSET, dhValue.length);
        b.setIntLE(at + SEQNUM_OFFSET, seqnum);
        b.setBytes(at + RVAL_OFFSET, response);
        if (challenge != null) {
            b.setByte(at + CVALID_OFFSET, 1);
            b.setBytes(at + RVAL_OFFSET + response.length, challenge);
        }
        b.setBytes(at + RVAL_OFFSET + 2 * response.length, dhValue);
        return size();
    }
}
