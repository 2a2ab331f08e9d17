package io.nvmevf.protocol.nvme;

import io.netty.buffer.ByteBuf;

/**
 * Submission queue entry, 64 bytes (NVMe Base 2.1 §4.1, Figure 91; with one SGL descriptor as NVMe over Fabrics demands).
 *
 * <pre>
 *   0 OPC | 1 FUSE 1:0, PSDT 7:6 | 2..3 CID | 4..7 NSID | 8..15 CDW2-3 | 16..23 MPTR | 24..39 SGL1 | 40..63 CDW10-15
 * </pre>
 *
 * SGL1 (§4.3.2): 0..7 address or in-capsule offset, 8..11 length in bytes, 15 type 7:4 and sub type 3:0.
 */
public final class Sqe {
    public static final int SIZE = 64;
    public static final int OPC_OFFSET = 0;
    public static final int FLAGS_OFFSET = 1;
    public static final int CID_OFFSET = 2;
    public static final int NSID_OFFSET = 4;
    public static final int CDW2_OFFSET = 8;
    public static final int SGL_OFFSET = 24;
    public static final int SGL_LENGTH_OFFSET = 32;
    public static final int SGL_ID_OFFSET = 39;
    public static final int CDW10_OFFSET = 40;

    /** FUSE values. */
    public static final int FUSE_NONE = 0;

    public static final int FUSE_FIRST = 1;
    public static final int FUSE_SECOND = 2;

    /** PSDT: SGLs, metadata pointer a byte address; the one value that fabrics allow. */
    public static final int PSDT_SGL = 1;

    /** SGL identifier: data block, offset in the capsule. */
    public static final int SGL_IN_CAPSULE = 0x01;
    /** SGL identifier: transport data block (NVMe/TCP: data in H2CData or C2HData). */
    public static final int SGL_TRANSPORT = 0x5A;

    /** NSID that means all namespaces. */
    public static final int NSID_ALL = 0xFFFFFFFF;

    private Sqe() {}

    public static int opc(ByteBuf b, int at) {
        return b.getUnsignedByte(at + OPC_OFFSET);
    }

    public static int fuse(ByteBuf b, int at) {
        return b.getByte(at + FLAGS_OFFSET) & 0x3;
    }

    public static int psdt(ByteBuf b, int at) {
        return b.getUnsignedByte(at + FLAGS_OFFSET) >>> 6;
    }

    /** Command identifier: any 16 bits; the host's own. */
    public static int cid(ByteBuf b, int at) {
        return b.getUnsignedShortLE(at + CID_OFFSET);
    }

    /** Namespace ID, as the 32 bits that it is; {@link #NSID_ALL} is -1. */
    public static int nsid(ByteBuf b, int at) {
        return b.getIntLE(at + NSID_OFFSET);
    }

    /** Bytes of data that the SGL descriptor promises or offers room for. */
    public static long sglLength(ByteBuf b, int at) {
        return b.getUnsignedIntLE(at + SGL_LENGTH_OFFSET);
    }

    /** Address, or offset into the capsule's data. */
    public static long sglAddress(ByteBuf b, int at) {
        return b.getLongLE(at + SGL_OFFSET);
    }

    /** SGL identifier: type and sub type in one byte. */
    public static int sglId(ByteBuf b, int at) {
        return b.getUnsignedByte(at + SGL_ID_OFFSET);
    }

    /** Command dword {@code n}, 10 to 15 (also 2 and 3). */
    public static int cdw(ByteBuf b, int at, int n) {
        return b.getIntLE(at + 4 * n);
    }

    /** The 64 bits of command dwords {@code n} and {@code n + 1}. */
    public static long cdw64(ByteBuf b, int at, int n) {
        return b.getLongLE(at + 4 * n);
    }

    public static void setCdw(ByteBuf b, int at, int n, int value) {
        b.setIntLE(at + 4 * n, value);
    }

    /** Writes what every command has, and zeros elsewhere; the SGL says that there is no data. */
    public static void write(ByteBuf b, int at, int opc, int cid, int nsid) {
        b.setZero(at, SIZE);
        b.setByte(at + OPC_OFFSET, opc);
        b.setByte(at + FLAGS_OFFSET, PSDT_SGL << 6);
        b.setShortLE(at + CID_OFFSET, cid);
        b.setIntLE(at + NSID_OFFSET, nsid);
        b.setByte(at + SGL_ID_OFFSET, SGL_TRANSPORT);
    }

    /** Writes SGL1. */
    public static void writeSgl(ByteBuf b, int at, int sglId, int length) {
        b.setLongLE(at + SGL_OFFSET, 0);
        b.setIntLE(at + SGL_LENGTH_OFFSET, length);
        b.setByte(at + SGL_ID_OFFSET, sglId);
    }
}
