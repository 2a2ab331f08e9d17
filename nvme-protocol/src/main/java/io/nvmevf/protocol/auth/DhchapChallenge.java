package io.nvmevf.protocol.auth;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;

/**
 * DH-HMAC-CHAP_Challenge: what the controller selected, its challenge, and its DH value (NVMe Base 2.1 §8.3.4.5.3).
 *
 * <pre>
 *   0 AUTH_TYPE 01h | 1 AUTH_ID 01h | 2..3 reserved | 4..5 T_ID | 6 HL | 7 reserved | 8 HashID | 9 DHgID
 *   10..11 DHVLEN | 12..15 SEQNUM | 16.. CVAL, HL bytes | DHV, DHVLEN bytes
 * </pre>
 *
 * @param tid transaction identifier, 0 to FFFFh
 * @param hash the hash function
 * @param group the DH group
 * @param seqnum S1, 32 bits: random at first, then counted up, never 0
 * @param challenge C1, random, as long as the hash
 * @param dhValue g^x mod p, at most {@link DhGroup#length()} bytes; empty with {@link DhGroup#NULL} and only then
 */
@SuppressWarnings("ArrayRecordComponent") // Made, read once and dropped; never compared.
public record DhchapChallenge(int tid, DhchapHash hash, DhGroup group, int seqnum, byte[] challenge, byte[] dhValue)
        implements AuthMessage {
    public static final int ID = 0x01;
    public static final int HL_OFFSET = 6;
    public static final int HASHID_OFFSET = 8;
    public static final int DHGID_OFFSET = 9;
    public static final int DHVLEN_OFFSET = 10;
    public static final int SEQNUM_OFFSET = 12;
    public static final int CVAL_OFFSET = 16;

    /** Refuses what cannot be written with {@link IllegalArgumentException}. */
    public DhchapChallenge {
        MessageHeader.check("tid", tid, 0xFFFF);
        if (challenge.length != hash.length() || !fits(dhValue.length, group)) {
            throw new IllegalArgumentException("a challenge of %d bytes with %s, a DH value of %d with %s"
                    .formatted(challenge.length, hash, dhValue.length, group));
        }
    }

    /** Reads the message from the {@code length} bytes at {@code at}; what follows it is ignored. */
    public static DhchapChallenge parse(ByteBuf b, int at, int length) throws AuthMessageException {
        MessageHeader.require(b, at, length, TYPE_DHCHAP, ID, CVAL_OFFSET);
        int hashId = b.getUnsignedByte(at + HASHID_OFFSET);
        DhchapHash hash = DhchapHash.of(hashId);
        if (hash == null) {
            throw new AuthMessageException(AuthFailure.HASH_UNUSABLE, "hash function " + hashId);
        }
        int groupId = b.getUnsignedByte(at + DHGID_OFFSET);
        DhGroup group = DhGroup.of(groupId);
        if (group == null) {
            throw new AuthMessageException(AuthFailure.DH_GROUP_UNUSABLE, "DH group " + groupId);
        }
        int hl = b.getUnsignedByte(at + HL_OFFSET);
        int dhvlen = b.getUnsignedShortLE(at + DHVLEN_OFFSET);
        if (hl != hash.length() || !fits(dhvlen, group)) {
            throw AuthMessageException.payload("HL %d with %s, DHVLEN %d with %s".formatted(hl, hash, dhvlen, group));
        }
        MessageHeader.require(length, CVAL_OFFSET + hl + dhvlen);
        return new DhchapChallenge(
                MessageHeader.tid(b, at),
                hash,
                group,
                b.getIntLE(at + SEQNUM_OFFSET),
                Fields.bytes(b, at + CVAL_OFFSET, hl),
                Fields.bytes(b, at + CVAL_OFFSET + hl, dhvlen));
    }

    /**
     * Whether a DH value of {@code length} bytes can be one of {@code group}: none for NULL, one without leading zeros
     * for others.
     */
    static boolean fits(int length, DhGroup group) {
        return group == DhGroup.NULL ? length == 0 : length >= 1 && length <= group.length();
    }

    @Override
    public int size() {
        return CVAL_OFFSET + challenge.length + dhValue.length;
    }

    @Override
    public int write(ByteBuf b, int at) {
        MessageHeader.write(b, at, size(), TYPE_DHCHAP, ID, tid);
        b.setByte(at + HL_OFFSET, challenge.length);
        b.setByte(at + HASHID_OFFSET, hash.id());
        b.setByte(at + DHGID_OFFSET, group.id());
        b.setShortLE(at + DHVLEN_OFFSET, dhValue.length);
        b.setIntLE(at + SEQNUM_OFFSET, seqnum);
        b.setBytes(at + CVAL_OFFSET, challenge);
        b.setBytes(at + CVAL_OFFSET + challenge.length, dhValue);
        return size();
    }
}
