package io.nvmevf.protocol.tcp;

import io.netty.buffer.ByteBuf;

/**
 * Initialize Connection Response, 128 bytes, controller to host (NVMe/TCP 1.1 §3.6.2.2).
 *
 * <pre>
 *   0..7 common header | 8..9 PFV | 10 CPDA | 11 DGST | 12..15 MAXH2CDATA | 16..127 reserved
 * </pre>
 */
public final class IcResp {
    public static final int SIZE = 128;
    public static final int PFV_OFFSET = 8;
    public static final int CPDA_OFFSET = 10;
    public static final int DGST_OFFSET = 11;
    public static final int MAXH2CDATA_OFFSET = 12;

    private IcResp() {}

    public static int pfv(ByteBuf b, int at) {
        return b.getUnsignedShortLE(at + PFV_OFFSET);
    }

    /** Controller PDU Data Alignment: data in capsules and H2CData starts at a multiple of (CPDA + 1) × 4 bytes. */
    public static int cpda(ByteBuf b, int at) {
        return b.getUnsignedByte(at + CPDA_OFFSET);
    }

    public static int dgst(ByteBuf b, int at) {
        return b.getUnsignedByte(at + DGST_OFFSET);
    }

    /** The most data bytes of one H2CData: 4096 or more, a multiple of 4. */
    public static long maxh2cdata(ByteBuf b, int at) {
        return b.getUnsignedIntLE(at + MAXH2CDATA_OFFSET);
    }

    public static void write(ByteBuf b, int at, int cpda, int dgst, int maxh2cdata) {
        b.setZero(at, SIZE);
        Pdu.header(b, at, Pdu.IC_RESP, 0, SIZE, 0, SIZE);
        b.setByte(at + CPDA_OFFSET, cpda);
        b.setByte(at + DGST_OFFSET, dgst);
        b.setIntLE(at + MAXH2CDATA_OFFSET, maxh2cdata);
    }
}
