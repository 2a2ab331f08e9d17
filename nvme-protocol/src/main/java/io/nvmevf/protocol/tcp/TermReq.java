package io.nvmevf.protocol.tcp;

import io.netty.buffer.ByteBuf;

/**
 * H2CTermReq and C2HTermReq: why a connection is being ended, with the start of the PDU that was at fault (NVMe/TCP 1.1
 * §3.6.2.3 and §3.6.2.4). Never with digests.
 *
 * <pre>
 *   0..7 common header | 8..9 FES | 10..13 FEI | 14..23 reserved | 24.. the header of the PDU at fault, up to 128 bytes
 * </pre>
 */
public final class TermReq {
    /** HLEN. */
    public static final int HEADER = 24;

    /** The most bytes of the PDU at fault that are sent back. */
    public static final int MAX_DATA = 128;

    public static final int MAX_SIZE = HEADER + MAX_DATA;
    public static final int FES_OFFSET = 8;
    public static final int FEI_OFFSET = 10;

    /** Fatal error status: a header field's value is wrong; FEI is the field's offset. */
    public static final int INVALID_HEADER_FIELD = 1;
    /** A PDU that must not come now. */
    public static final int PDU_SEQUENCE_ERROR = 2;
    /** FEI is the digest that was received. */
    public static final int HEADER_DIGEST_ERROR = 3;
    /** Data outside of what was asked for. */
    public static final int DATA_TRANSFER_OUT_OF_RANGE = 4;
    /** H2CTermReq: more R2Ts than MAXR2T; C2HTermReq: more data than MAXH2CDATA. */
    public static final int LIMIT_EXCEEDED = 5;
    /** A parameter in ICReq or ICResp that is not supported; FEI is its offset. */
    public static final int UNSUPPORTED_PARAMETER = 6;

    private TermReq() {}

    public static int fes(ByteBuf b, int at) {
        return b.getUnsignedShortLE(at + FES_OFFSET);
    }

    /** What is at fault; its meaning depends on FES. Unaligned on the wire. */
    public static long fei(ByteBuf b, int at) {
        return b.getUnsignedIntLE(at + FEI_OFFSET);
    }

    /**
     * Writes a TermReq that reports {@code length} bytes of {@code fault}.
     *
     * @return bytes written, 24 to 152
     */
    public static int write(ByteBuf b, int at, int type, int fes, int fei, ByteBuf fault, int from, int length) {
        int data = Math.min(length, MAX_DATA);
        b.setZero(at, HEADER);
        Pdu.header(b, at, type, 0, HEADER, 0, HEADER + data);
        b.setShortLE(at + FES_OFFSET, fes);
        b.setIntLE(at + FEI_OFFSET, fei);
        b.setBytes(at + HEADER, fault, from, data);
        return HEADER + data;
    }

    /** What a fatal error status says; an unknown one as a number. */
    public static String describe(int fes) {
        return switch (fes) {
            case INVALID_HEADER_FIELD -> "invalid PDU header field";
            case PDU_SEQUENCE_ERROR -> "PDU sequence error";
            case HEADER_DIGEST_ERROR -> "header digest error";
            case DATA_TRANSFER_OUT_OF_RANGE -> "data transfer out of range";
            case LIMIT_EXCEEDED -> "data transfer limit exceeded";
            case UNSUPPORTED_PARAMETER -> "unsupported parameter";
            default -> "fatal error status %02Xh".formatted(fes);
        };
    }
}
