package io.nvmevf.protocol.tcp;

import io.netty.buffer.ByteBuf;

/**
 * Initialize Connection Request: the first PDU of a connection, 128 bytes, host to controller (NVMe/TCP 1.1 §3.6.2.1).
 *
 * <pre>
 *   0..7 common header | 8..9 PFV | 10 HPDA | 11 DGST | 12..15 MAXR2T (0's based) | 16..127 reserved
 * </pre>
 */
public final class IcReq {
    public static final int SIZE = 128;
    public static final int PFV_OFFSET = 8;
    public static final int HPDA_OFFSET = 10;
    public static final int DGST_OFFSET = 11;
    public static final int MAXR2T_OFFSET = 12;

    /** DGST bits. */
    public static final int HDGST_ENABLE = 0x01;

    public static final int DDGST_ENABLE = 0x02;
    /** The largest HPDA or CPDA: data aligned to 128 bytes. */
    public static final int MAX_PDA = 31;

    private IcReq() {}

    /** PDU Format Version: 0. */
    public static int pfv(ByteBuf b, int at) {
        return b.getUnsignedShortLE(at + PFV_OFFSET);
    }

    /** Host PDU Data Alignment: the data of a C2HData starts at a multiple of (HPDA + 1) × 4 bytes. */
    public static int hpda(ByteBuf b, int at) {
        return b.getUnsignedByte(at + HPDA_OFFSET);
    }

    /** Which digests the host asks for. */
    public static int dgst(ByteBuf b, int at) {
        return b.getUnsignedByte(at + DGST_OFFSET);
    }

    /** How many R2Ts of one command may be outstanding, from 1. */
    public static long maxr2t(ByteBuf b, int at) {
        return b.getUnsignedIntLE(at + MAXR2T_OFFSET) + 1;
    }

    /** Writes a whole ICReq (what a host sends). */
    public static void write(ByteBuf b, int at, int hpda, int dgst, int maxr2t) {
        b.setZero(at, SIZE);
        Pdu.header(b, at, Pdu.IC_REQ, 0, SIZE, 0, SIZE);
        b.setByte(at + HPDA_OFFSET, hpda);
        b.setByte(at + DGST_OFFSET, dgst);
        b.setIntLE(at + MAXR2T_OFFSET, maxr2t - 1);
    }
}
