package io.nvmevf.server.host;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.nvmevf.protocol.nvme.AdminOpcode;
import io.nvmevf.protocol.nvme.CopyRange;
import io.nvmevf.protocol.nvme.DsmRange;
import io.nvmevf.protocol.nvme.FabricsCommand;
import io.nvmevf.protocol.nvme.NvmOpcode;
import io.nvmevf.protocol.nvme.Sqe;

/** A command as a host prepares it. The queue that it is submitted to gives it its identifier. */
public final class Command {
    private static final byte[] NOTHING = {};

    private final byte[] sqe = new byte[Sqe.SIZE];
    private final ByteBuf entry = Unpooled.wrappedBuffer(sqe);
    private byte[] out = NOTHING;
    private int room;
    private boolean sglIsSet;
    private int fixedCid = -1;

    private Command(int opc, int nsid) {
        Sqe.write(entry, 0, opc, 0, nsid);
    }

    public static Command of(int opc, int nsid) {
        return new Command(opc, nsid);
    }

    // ---- I/O commands ----------------------------------------------------------------------------------------------

    /** Opcode, SLBA and NLB, without data. */
    public static Command blocks(int opc, int nsid, long slba, int blocks) {
        return of(opc, nsid).cdw64(10, slba).cdw(12, blocks - 1 & 0xFFFF);
    }

    public static Command read(int nsid, long slba, int blocks, int lbaSize) {
        return blocks(NvmOpcode.READ, nsid, slba, blocks).in(blocks * lbaSize);
    }

    public static Command write(int nsid, long slba, byte[] data, int lbaSize) {
        return blocks(NvmOpcode.WRITE, nsid, slba, data.length / lbaSize).out(data);
    }

    public static Command compare(int nsid, long slba, byte[] data, int lbaSize) {
        return blocks(NvmOpcode.COMPARE, nsid, slba, data.length / lbaSize).out(data);
    }

    public static Command writeZeroes(int nsid, long slba, int blocks) {
        return blocks(NvmOpcode.WRITE_ZEROES, nsid, slba, blocks);
    }

    public static Command verify(int nsid, long slba, int blocks) {
        return blocks(NvmOpcode.VERIFY, nsid, slba, blocks);
    }

    public static Command flush(int nsid) {
        return of(NvmOpcode.FLUSH, nsid);
    }

    /** Deallocates; the ranges are pairs of SLBA and number of blocks. */
    public static Command deallocate(int nsid, long... ranges) {
        byte[] data = new byte[ranges.length / 2 * DsmRange.SIZE];
        ByteBuf page = Unpooled.wrappedBuffer(data);
        for (int i = 0; i < ranges.length; i += 2) {
            new DsmRange(page, i / 2 * DsmRange.SIZE).slba(ranges[i]).nlb(ranges[i + 1]);
        }
        return of(NvmOpcode.DATASET_MANAGEMENT, nsid)
                .cdw(10, ranges.length / 2 - 1)
                .cdw(11, NvmOpcode.AD)
                .out(data);
    }

    /** Copies, descriptor format 0; the sources are pairs of SLBA and number of blocks. */
    public static Command copy(int nsid, long to, long... sources) {
        byte[] data = new byte[sources.length / 2 * CopyRange.SIZE];
        ByteBuf page = Unpooled.wrappedBuffer(data);
        for (int i = 0; i < sources.length; i += 2) {
            new CopyRange(page, i / 2 * CopyRange.SIZE).slba(sources[i]).nlb((int) sources[i + 1]);
        }
        return of(NvmOpcode.COPY, nsid)
                .cdw64(10, to)
                .cdw(12, sources.length / 2 - 1)
                .out(data);
    }

    // ---- admin and fabrics commands --------------------------------------------------------------------------------

    public static Command identify(int cns, int nsid) {
        return of(AdminOpcode.IDENTIFY, nsid).cdw(10, cns).in(4096);
    }

    /** {@code length} bytes of a log page from {@code offset}; both multiples of 4. */
    public static Command logPage(int lid, long offset, int length) {
        int dwords = length / 4 - 1;
        return of(AdminOpcode.GET_LOG_PAGE, 0)
                .cdw(10, lid | (dwords & 0xFFFF) << 16)
                .cdw(11, dwords >>> 16)
                .cdw64(12, offset)
                .in(length);
    }

    /** @param sel 0 current, 1 default, 2 saved, 3 supported capabilities */
    public static Command getFeature(int fid, int sel) {
        return of(AdminOpcode.GET_FEATURES, 0).cdw(10, fid | sel << 8);
    }

    public static Command setFeature(int fid, int value) {
        return of(AdminOpcode.SET_FEATURES, 0).cdw(10, fid).cdw(11, value);
    }

    public static Command abort(int sqid, int cid) {
        return of(AdminOpcode.ABORT, 0).cdw(10, sqid | cid << 16);
    }

    public static Command asyncEvent() {
        return of(AdminOpcode.ASYNC_EVENT_REQUEST, 0);
    }

    public static Command fabrics(int fctype) {
        Command c = of(FabricsCommand.OPCODE, 0);
        c.entry.setByte(FabricsCommand.FCTYPE_OFFSET, fctype);
        return c;
    }

    public static Command propertyGet(int offset, int size) {
        Command c = fabrics(FabricsCommand.PROPERTY_GET);
        c.entry.setByte(FabricsCommand.ATTRIB_OFFSET, size == 8 ? 1 : 0).setIntLE(FabricsCommand.OFST_OFFSET, offset);
        return c;
    }

    public static Command propertySet(int offset, int size, long value) {
        Command c = fabrics(FabricsCommand.PROPERTY_SET);
        c.entry
                .setByte(FabricsCommand.ATTRIB_OFFSET, size == 8 ? 1 : 0)
                .setIntLE(FabricsCommand.OFST_OFFSET, offset)
                .setLongLE(FabricsCommand.VALUE_OFFSET, value);
        return c;
    }

    // ---- fields ----------------------------------------------------------------------------------------------------

    public Command cdw(int n, int value) {
        entry.setIntLE(4 * n, value);
        return this;
    }

    public Command cdw64(int n, long value) {
        entry.setLongLE(4 * n, value);
        return this;
    }

    /** Sets bits of a dword that has others set already. */
    public Command or(int n, int bits) {
        return cdw(n, Sqe.cdw(entry, 0, n) | bits);
    }

    /** {@link Sqe#FUSE_FIRST} or {@link Sqe#FUSE_SECOND}. */
    public Command fuse(int fuse) {
        entry.setByte(Sqe.FLAGS_OFFSET, (entry.getByte(Sqe.FLAGS_OFFSET) & 0xFC) | fuse);
        return this;
    }

    /** Sets any byte of the entry. */
    public Command octet(int offset, int value) {
        entry.setByte(offset, value);
        return this;
    }

    /** Sends this data with the command. */
    public Command out(byte[] data) {
        out = data;
        return this;
    }

    /** Has room for this many bytes from the target. */
    public Command in(int length) {
        room = length;
        return this;
    }

    /** Uses this SGL descriptor, not the one that fits the data. */
    public Command sgl(int id, int length) {
        Sqe.writeSgl(entry, 0, id, length);
        sglIsSet = true;
        return this;
    }

    /** Uses this command identifier. */
    public Command cid(int cid) {
        fixedCid = cid;
        return this;
    }

    /** The identifier that the queue gave the command. */
    public int cid() {
        return Sqe.cid(entry, 0);
    }

    // ---- for the queue ---------------------------------------------------------------------------------------------

    ByteBuf entry() {
        return entry;
    }

    /** The 64 bytes. */
    byte[] sqe() {
        return sqe;
    }

    byte[] out() {
        return out;
    }

    int room() {
        return room;
    }

    int fixedCid() {
        return fixedCid;
    }

    /** Writes identifier and SGL; {@code inCapsule} tells where outgoing data is. */
    void seal(int cid, boolean inCapsule) {
        entry.setShortLE(Sqe.CID_OFFSET, cid);
        if (!sglIsSet) {
            Sqe.writeSgl(
                    entry, 0, inCapsule ? Sqe.SGL_IN_CAPSULE : Sqe.SGL_TRANSPORT, out.length > 0 ? out.length : room);
        }
    }

    @Override
    public String toString() {
        int opc = Sqe.opc(entry, 0);
        return "opc=%02Xh cid=%04Xh nsid=%d cdw10=%08Xh cdw11=%08Xh cdw12=%08Xh out=%d in=%d"
                .formatted(
                        opc,
                        Sqe.cid(entry, 0),
                        Sqe.nsid(entry, 0),
                        Sqe.cdw(entry, 0, 10),
                        Sqe.cdw(entry, 0, 11),
                        Sqe.cdw(entry, 0, 12),
                        out.length,
                        room);
    }
}
