package io.nvmevf.protocol.log;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.Fields;

/**
 * One entry of the Error Information log page, LID 01h (NVMe Base 2.1 §5.1.12.1.2); the page is ELPE + 1 entries, the
 * newest first.
 *
 * <pre>
 *   0 ecnt   8 sqid   10 cid   12 sts   14 pel   16 lba   24 nsid   28 vsia   29 trtype   30 csi   31 opc
 *  32 csinfo   40 ttsi   63 lpver
 * </pre>
 */
public final class ErrorInformation {
    /** Size in bytes. */
    public static final int SIZE = 64;

    public static final int ECNT_OFFSET = 0;
    public static final int SQID_OFFSET = 8;
    public static final int CID_OFFSET = 10;
    public static final int STS_OFFSET = 12;
    public static final int PEL_OFFSET = 14;
    public static final int LBA_OFFSET = 16;
    public static final int NSID_OFFSET = 24;
    public static final int VSIA_OFFSET = 28;
    public static final int TRTYPE_OFFSET = 29;
    public static final int CSI_OFFSET = 30;
    public static final int OPC_OFFSET = 31;
    public static final int CSINFO_OFFSET = 32;
    public static final int TTSI_OFFSET = 40;
    public static final int LPVER_OFFSET = 63;

    /** SQID or CID: the error belongs to no command. */
    public static final int NO_COMMAND = 0xFFFF;

    /** PEL: no particular field is at fault. */
    public static final int PEL_NONE = 0xFFFF;

    private final ByteBuf page;
    private final int base;

    /** The structure at index 0 of {@code page}. */
    public ErrorInformation(ByteBuf page) {
        this(page, 0);
    }

    /** The structure at index {@code base} of {@code page}; Netty checks each access against the capacity. */
    public ErrorInformation(ByteBuf page, int base) {
        this.page = page;
        this.base = base;
    }

    /** Number of this error since the controller was made, from 1; 0: no entry. */
    public long ecnt() {
        return page.getLongLE(base + ECNT_OFFSET);
    }

    public ErrorInformation ecnt(long value) {
        page.setLongLE(base + ECNT_OFFSET, value);
        return this;
    }

    /** Submission queue; FFFFh: no command. */
    public int sqid() {
        return page.getUnsignedShortLE(base + SQID_OFFSET);
    }

    public ErrorInformation sqid(int value) {
        Fields.putU16(page, base + SQID_OFFSET, value);
        return this;
    }

    /** Command identifier; FFFFh: no command. */
    public int cid() {
        return page.getUnsignedShortLE(base + CID_OFFSET);
    }

    public ErrorInformation cid(int value) {
        Fields.putU16(page, base + CID_OFFSET, value);
        return this;
    }

    /** Status field of the completion in bits 15:1, phase tag in bit 0. */
    public int sts() {
        return page.getUnsignedShortLE(base + STS_OFFSET);
    }

    public ErrorInformation sts(int value) {
        Fields.putU16(page, base + STS_OFFSET, value);
        return this;
    }

    /** Place of the error in the command: byte in bits 7:0, bit in 10:8; FFFFh: none. */
    public int pel() {
        return page.getUnsignedShortLE(base + PEL_OFFSET);
    }

    public ErrorInformation pel(int value) {
        Fields.putU16(page, base + PEL_OFFSET, value);
        return this;
    }

    /** First LBA with the error. */
    public long lba() {
        return page.getLongLE(base + LBA_OFFSET);
    }

    public ErrorInformation lba(long value) {
        page.setLongLE(base + LBA_OFFSET, value);
        return this;
    }

    /** Namespace of the error. */
    public long nsid() {
        return page.getUnsignedIntLE(base + NSID_OFFSET);
    }

    public ErrorInformation nsid(long value) {
        Fields.putU32(page, base + NSID_OFFSET, value);
        return this;
    }

    /** Log page with more vendor specific information; 0: none. */
    public int vsia() {
        return page.getUnsignedByte(base + VSIA_OFFSET);
    }

    public ErrorInformation vsia(int value) {
        Fields.putU8(page, base + VSIA_OFFSET, value);
        return this;
    }

    /** Transport of the command, as {@link DiscoveryLogEntry#trtype()}. */
    public int trtype() {
        return page.getUnsignedByte(base + TRTYPE_OFFSET);
    }

    public ErrorInformation trtype(int value) {
        Fields.putU8(page, base + TRTYPE_OFFSET, value);
        return this;
    }

    /** Command set of the command, valid from LPVER 1. */
    public int csi() {
        return page.getUnsignedByte(base + CSI_OFFSET);
    }

    public ErrorInformation csi(int value) {
        Fields.putU8(page, base + CSI_OFFSET, value);
        return this;
    }

    /** Opcode of the command, valid from LPVER 1. */
    public int opc() {
        return page.getUnsignedByte(base + OPC_OFFSET);
    }

    public ErrorInformation opc(int value) {
        Fields.putU8(page, base + OPC_OFFSET, value);
        return this;
    }

    /** Command specific information. */
    public long csinfo() {
        return page.getLongLE(base + CSINFO_OFFSET);
    }

    public ErrorInformation csinfo(long value) {
        page.setLongLE(base + CSINFO_OFFSET, value);
        return this;
    }

    /** Transport specific information. */
    public int ttsi() {
        return page.getUnsignedShortLE(base + TTSI_OFFSET);
    }

    public ErrorInformation ttsi(int value) {
        Fields.putU16(page, base + TTSI_OFFSET, value);
        return this;
    }

    /** Version of the entry: 1 when CSI and OPC are valid. */
    public int lpver() {
        return page.getUnsignedByte(base + LPVER_OFFSET);
    }

    public ErrorInformation lpver(int value) {
        Fields.putU8(page, base + LPVER_OFFSET, value);
        return this;
    }
}
