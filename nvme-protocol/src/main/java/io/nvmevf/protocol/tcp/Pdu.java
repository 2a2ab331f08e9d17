package io.nvmevf.protocol.tcp;

import io.netty.buffer.ByteBuf;

/**
 * The common header that every PDU starts with (NVMe/TCP 1.1 §3.6.1, Figure 21).
 *
 * <pre>
 *   0         1        2       3      4 .. 7
 *  +---------+--------+-------+------+----------------------------------+
 *  | PDUTYPE | FLAGS  | HLEN  | PDO  | PLEN                             |
 *  +---------+--------+-------+------+----------------------------------+
 * </pre>
 *
 * HLEN counts the header without its digest; PDO is where the data starts; PLEN counts everything, digests and padding
 * included. All in bytes, little endian.
 */
public final class Pdu {
    public static final int TYPE_OFFSET = 0;
    public static final int FLAGS_OFFSET = 1;
    public static final int HLEN_OFFSET = 2;
    public static final int PDO_OFFSET = 3;
    public static final int PLEN_OFFSET = 4;
    /** Bytes of the common header. */
    public static final int COMMON_HEADER = 8;

    /** PDU types (§3.6, Figure 20). */
    public static final int IC_REQ = 0x00;

    public static final int IC_RESP = 0x01;
    public static final int H2C_TERM_REQ = 0x02;
    public static final int C2H_TERM_REQ = 0x03;
    public static final int CAPSULE_CMD = 0x04;
    public static final int CAPSULE_RESP = 0x05;
    public static final int H2C_DATA = 0x06;
    public static final int C2H_DATA = 0x07;
    public static final int R2T = 0x09;

    /** Flags. HDGSTF and DDGSTF mean the same in every PDU that has them. */
    public static final int HDGSTF = 0x01;

    public static final int DDGSTF = 0x02;
    /** H2CData, C2HData: the last PDU of this transfer. */
    public static final int LAST_PDU = 0x04;
    /** C2HData: the command succeeded and no response capsule follows. */
    public static final int SUCCESS = 0x08;

    /** Bytes of a header or data digest (CRC-32C). */
    public static final int DIGEST = 4;

    private Pdu() {}

    public static int type(ByteBuf b, int at) {
        return b.getUnsignedByte(at + TYPE_OFFSET);
    }

    public static int flags(ByteBuf b, int at) {
        return b.getUnsignedByte(at + FLAGS_OFFSET);
    }

    public static int hlen(ByteBuf b, int at) {
        return b.getUnsignedByte(at + HLEN_OFFSET);
    }

    public static int pdo(ByteBuf b, int at) {
        return b.getUnsignedByte(at + PDO_OFFSET);
    }

    /** Unsigned: up to 4 GiB - 1. */
    public static long plen(ByteBuf b, int at) {
        return b.getUnsignedIntLE(at + PLEN_OFFSET);
    }

    public static void header(ByteBuf b, int at, int type, int flags, int hlen, int pdo, int plen) {
        b.setByte(at + TYPE_OFFSET, type);
        b.setByte(at + FLAGS_OFFSET, flags);
        b.setByte(at + HLEN_OFFSET, hlen);
        b.setByte(at + PDO_OFFSET, pdo);
        b.setIntLE(at + PLEN_OFFSET, plen);
    }

    /** A PDU type's name; an unknown one in hexadecimal. */
    public static String name(int type) {
        return switch (type) {
            case IC_REQ -> "ICReq";
            case IC_RESP -> "ICResp";
            case H2C_TERM_REQ -> "H2CTermReq";
            case C2H_TERM_REQ -> "C2HTermReq";
            case CAPSULE_CMD -> "CapsuleCmd";
            case CAPSULE_RESP -> "CapsuleResp";
            case H2C_DATA -> "H2CData";
            case C2H_DATA -> "C2HData";
            case R2T -> "R2T";
            default -> "type %02Xh".formatted(type);
        };
    }
}
