package io.nvmevf.protocol.auth;

import io.netty.buffer.ByteBuf;

/**
 * DH-HMAC-CHAP_Success2: the controller is authenticated too (NVMe Base 2.1 §8.3.4.5.6).
 *
 * <pre>
 *   0 AUTH_TYPE 01h | 1 AUTH_ID 04h | 2..3 reserved | 4..5 T_ID | 6..15 reserved
 * </pre>
 *
 * @param tid transaction identifier, 0 to FFFFh
 */
public record DhchapSuccess2(int tid) implements AuthMessage {
    public static final int ID = 0x04;
    public static final int SIZE = 16;

    /** Refuses a value that its field cannot hold with {@link IllegalArgumentException}. */
    public DhchapSuccess2 {
        MessageHeader.check("tid", tid, 0xFFFF);
    }

    /** Reads the message from the {@code length} bytes at {@code at}; what follows it is ignored. */
    public static DhchapSuccess2 parse(ByteBuf b, int at, int length) throws AuthMessageException {
        MessageHeader.require(b, at, length, TYPE_DHCHAP, ID, SIZE);
        return new DhchapSuccess2(MessageHeader.tid(b, at));
    }

    @Override
    public int size() {
        return SIZE;
    }

    @Override
    public int write(ByteBuf b, int at) {
        MessageHeader.write(b, at, SIZE, TYPE_DHCHAP, ID, tid);
        return SIZE;
    }
}
