package io.nvmevf.protocol.tcp;

import io.netty.buffer.ByteBuf;

/**
 * H2CData and C2HData (NVMe/TCP 1.1 §3.6.2.7 and §3.6.2.8): a piece of a command's data. Both have the same header.
 *
 * <pre>
 *   0..7 common header | 8..9 CCCID | 10..11 TTAG (H2CData) or reserved | 12..15 DATAO | 16..19 DATAL | 20..23 reserved
 *   | [HDGST 4] [PAD up to PDO] [DATA] [DDGST 4]
 * </pre>
 */
public final class DataPdu {
    /** HLEN. */
    public static final int HEADER = 24;

    public static final int CCCID_OFFSET = 8;
    public static final int TTAG_OFFSET = 10;
    public static final int DATAO_OFFSET = 12;
    public static final int DATAL_OFFSET = 16;

    private DataPdu() {}

    /** Command identifier of the command that the data belongs to. */
    public static int cccid(ByteBuf b, int at) {
        return b.getUnsignedShortLE(at + CCCID_OFFSET);
    }

    /** Transfer tag that came with the R2T. */
    public static int ttag(ByteBuf b, int at) {
        return b.getUnsignedShortLE(at + TTAG_OFFSET);
    }

    /** Byte offset of this piece in the command's data. */
    public static long datao(ByteBuf b, int at) {
        return b.getUnsignedIntLE(at + DATAO_OFFSET);
    }

    /** Bytes of this piece. */
    public static long datal(ByteBuf b, int at) {
        return b.getUnsignedIntLE(at + DATAL_OFFSET);
    }

    /** Writes the 24 header bytes of either kind. */
    public static void write(
            ByteBuf b, int at, int type, int flags, int pdo, int plen, int cccid, int ttag, int datao, int datal) {
        Pdu.header(b, at, type, flags, HEADER, pdo, plen);
        b.setShortLE(at + CCCID_OFFSET, cccid);
        b.setShortLE(at + TTAG_OFFSET, ttag);
        b.setIntLE(at + DATAO_OFFSET, datao);
        b.setIntLE(at + DATAL_OFFSET, datal);
        b.setIntLE(at + DATAL_OFFSET + 4, 0);
    }

    /**
     * Where the data starts: after header and header digest, at a multiple of the alignment that the receiver asked for.
     *
     * @param pda HPDA or CPDA, 0 to 31
     */
    public static int pdo(int header, int hdgst, int pda) {
        int alignment = (pda + 1) * 4;
        return (header + hdgst + alignment - 1) / alignment * alignment;
    }
}
