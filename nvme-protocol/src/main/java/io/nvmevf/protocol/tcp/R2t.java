package io.nvmevf.protocol.tcp;

import io.netty.buffer.ByteBuf;

/**
 * Ready to Transfer: the controller asks for a piece of a command's data (NVMe/TCP 1.1 §3.6.2.9).
 *
 * <pre>
 *   0..7 common header | 8..9 CCCID | 10..11 TTAG | 12..15 R2TO | 16..19 R2TL | 20..23 reserved | [HDGST 4]
 * </pre>
 */
public final class R2t {
    /** HLEN. */
    public static final int HEADER = 24;

    public static final int CCCID_OFFSET = 8;
    public static final int TTAG_OFFSET = 10;
    public static final int R2TO_OFFSET = 12;
    public static final int R2TL_OFFSET = 16;

    private R2t() {}

    public static int cccid(ByteBuf b, int at) {
        return b.getUnsignedShortLE(at + CCCID_OFFSET);
    }

    public static int ttag(ByteBuf b, int at) {
        return b.getUnsignedShortLE(at + TTAG_OFFSET);
    }

    /** Byte offset in the command's data. */
    public static long r2to(ByteBuf b, int at) {
        return b.getUnsignedIntLE(at + R2TO_OFFSET);
    }

    /** Bytes asked for. */
    public static long r2tl(ByteBuf b, int at) {
        return b.getUnsignedIntLE(at + R2TL_OFFSET);
    }

    /** Writes the 24 header bytes; {@code hdgst} is 0 or {@link Pdu#DIGEST}. */
    public static void write(ByteBuf b, int at, int hdgst, int cccid, int ttag, int r2to, int r2tl) {
        Pdu.header(b, at, Pdu.R2T, hdgst == 0 ? 0 : Pdu.HDGSTF, HEADER, 0, HEADER + hdgst);
        b.setShortLE(at + CCCID_OFFSET, cccid);
        b.setShortLE(at + TTAG_OFFSET, ttag);
        b.setIntLE(at + R2TO_OFFSET, r2to);
        b.setIntLE(at + R2TL_OFFSET, r2tl);
        b.setIntLE(at + R2TL_OFFSET + 4, 0);
    }
}
