package io.nvmevf.protocol.nvme;

import io.netty.buffer.ByteBuf;

/**
 * Completion queue entry, 16 bytes (NVMe Base 2.1 §4.2, Figure 96).
 *
 * <pre>
 *   0..7 DW0, DW1: command specific | 8..9 SQHD | 10..11 SQID (reserved in fabrics) | 12..13 CID | 14..15 P 0, STATUS 15:1
 * </pre>
 */
public final class Cqe {
    public static final int SIZE = 16;
    public static final int DW0_OFFSET = 0;
    public static final int SQHD_OFFSET = 8;
    public static final int CID_OFFSET = 12;
    public static final int STATUS_OFFSET = 14;

    private Cqe() {}

    /**
     * @param result DW0 in the low and DW1 in the high 32 bits
     * @param status as {@link Status} has it
     */
    public static void write(ByteBuf b, int at, long result, int sqhd, int cid, int status) {
        b.setLongLE(at, result);
        b.setIntLE(at + SQHD_OFFSET, sqhd & 0xFFFF);
        b.setShortLE(at + CID_OFFSET, cid);
        b.setShortLE(at + STATUS_OFFSET, status << 1);
    }

    public static long result(ByteBuf b, int at) {
        return b.getLongLE(at);
    }

    public static int sqhd(ByteBuf b, int at) {
        return b.getUnsignedShortLE(at + SQHD_OFFSET);
    }

    public static int cid(ByteBuf b, int at) {
        return b.getUnsignedShortLE(at + CID_OFFSET);
    }

    /** Status without the phase tag: SC 7:0, SCT 10:8, CRD 12:11, M 13, DNR 14. */
    public static int status(ByteBuf b, int at) {
        return b.getUnsignedShortLE(at + STATUS_OFFSET) >>> 1;
    }
}
