package io.nvmevf.bench.baseline;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.nvmevf.protocol.fabrics.Cap;
import io.nvmevf.protocol.fabrics.Csts;
import io.nvmevf.protocol.fabrics.Properties;
import io.nvmevf.protocol.feature.NumberOfQueues;
import io.nvmevf.protocol.identify.Cns;
import io.nvmevf.protocol.identify.IdentifyController;
import io.nvmevf.protocol.identify.IdentifyNamespace;
import io.nvmevf.protocol.identify.NamespaceList;
import io.nvmevf.protocol.nvme.AdminOpcode;
import io.nvmevf.protocol.nvme.Cqe;
import io.nvmevf.protocol.nvme.FabricsCommand;
import io.nvmevf.protocol.nvme.NvmOpcode;
import io.nvmevf.protocol.nvme.Sqe;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.protocol.tcp.CapsuleCmd;
import io.nvmevf.protocol.tcp.CapsuleResp;
import io.nvmevf.protocol.tcp.DataPdu;
import io.nvmevf.protocol.tcp.IcResp;
import io.nvmevf.protocol.tcp.Pdu;
import io.nvmevf.protocol.tcp.R2t;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;

/** One connection of the {@link BareResponder}. Payload that comes is skipped, payload that goes is the same every time. */
final class BareQueue {
    private static final int IN_SIZE = 512 << 10;
    private static final int OUT_SIZE = 2 << 20;
    /** Written to the socket when this much is there, while it is still in the cache. */
    private static final int WRITE_AT = 256 << 10;

    private static final int MAX_DATA = 1 << 20;
    private static final int IN_CAPSULE = 8192;
    private static final int LBADS = 12;
    private static final long BLOCKS = 1L << 18;
    private static final int ENTRIES = 1024;

    private final SocketChannel channel;
    private final ByteBuffer in = direct(IN_SIZE);
    private final ByteBuf inBuf = Unpooled.wrappedBuffer(in);
    private final ByteBuffer out = direct(OUT_SIZE);
    private final ByteBuf outBuf = Unpooled.wrappedBuffer(out);
    private final ByteBuffer payload = direct(MAX_DATA);
    private boolean admin;
    private int skip;
    private int end;
    private int sent;

    BareQueue(SocketChannel channel) {
        this.channel = channel;
        in.limit(0);
    }

    private static ByteBuffer direct(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Reads once and answers what came. Returns whether nothing is left to send. */
    boolean serve() throws IOException {
        if (!flush()) {
            return false;
        }
        in.compact();
        int n = channel.read(in);
        in.flip();
        if (n < 0) {
            throw new EOFException();
        }
        return answer();
    }

    private boolean answer() throws IOException {
        while (true) {
            int skipped = Math.min(skip, in.remaining());
            in.position(in.position() + skipped);
            skip -= skipped;
            int at = in.position();
            if (skip > 0 || in.remaining() < Pdu.COMMON_HEADER) {
                return flush();
            }
            int type = Pdu.type(inBuf, at);
            int hlen = Pdu.hlen(inBuf, at);
            if (in.remaining() < hlen) {
                return flush();
            }
            boolean connect =
                    type == Pdu.CAPSULE_CMD && Sqe.opc(inBuf, at + CapsuleCmd.SQE_OFFSET) == FabricsCommand.OPCODE;
            if (connect && in.remaining() < Pdu.plen(inBuf, at)) {
                return flush();
            }
            in.position(at + hlen);
            skip = (int) Pdu.plen(inBuf, at) - hlen;
            switch (type) {
                case Pdu.IC_REQ -> {
                    IcResp.write(outBuf, end, 0, 0, MAX_DATA);
                    end += IcResp.SIZE;
                }
                case Pdu.H2C_DATA -> {
                    if ((Pdu.flags(inBuf, at) & Pdu.LAST_PDU) != 0) {
                        complete(DataPdu.cccid(inBuf, at), 0);
                    }
                }
                case Pdu.CAPSULE_CMD -> command(at + CapsuleCmd.SQE_OFFSET);
                default -> throw new IOException("unexpected " + Pdu.name(type));
            }
            if (end >= WRITE_AT && !flush()) {
                // What was parsed is answered; the rest waits in the buffer until the socket takes more.
                return false;
            }
        }
    }

    private void command(int sqe) {
        int opc = Sqe.opc(inBuf, sqe);
        int cid = Sqe.cid(inBuf, sqe);
        int length = (int) Sqe.sglLength(inBuf, sqe);
        if (opc == FabricsCommand.OPCODE) {
            fabrics(sqe, cid);
        } else if (admin) {
            admin(opc, sqe, cid);
        } else if (opc == NvmOpcode.READ) {
            data(cid, payload, length);
            complete(cid, 0);
        } else if (Sqe.sglId(inBuf, sqe) == Sqe.SGL_IN_CAPSULE) {
            complete(cid, 0);
        } else {
            R2t.write(outBuf, end, 0, cid, 0, 0, length);
            end += R2t.HEADER;
        }
    }

    private void fabrics(int sqe, int cid) {
        switch (FabricsCommand.fctype(inBuf, sqe)) {
            case FabricsCommand.CONNECT -> {
                admin = FabricsCommand.qid(inBuf, sqe) == 0;
                complete(cid, 1);
            }
            case FabricsCommand.PROPERTY_GET ->
                complete(
                        cid,
                        switch (FabricsCommand.ofst(inBuf, sqe)) {
                            case Properties.CAP -> new Cap(0).mqes(ENTRIES - 1).value();
                            case Properties.CSTS -> new Csts(0).rdy(true).value();
                            default -> 0;
                        });
            default -> complete(cid, 0);
        }
    }

    private void admin(int opc, int sqe, int cid) {
        if (opc == AdminOpcode.IDENTIFY) {
            ByteBuffer page = direct(4096);
            ByteBuf view = Unpooled.wrappedBuffer(page);
            switch (Sqe.cdw(inBuf, sqe, 10) & 0xFF) {
                case Cns.CONTROLLER ->
                    new IdentifyController(view)
                            .ioccsz((Sqe.SIZE + IN_CAPSULE) / 16)
                            .mdts(8);
                case Cns.ACTIVE_NAMESPACES -> new NamespaceList(view).nsid(0, 1);
                default -> new IdentifyNamespace(view).nsze(BLOCKS).lbads(0, LBADS);
            }
            data(cid, page, page.capacity());
            complete(cid, 0);
        } else {
            complete(cid, opc == AdminOpcode.SET_FEATURES ? new NumberOfQueues(64, 64).dword() : 0);
        }
    }

    private void data(int cid, ByteBuffer from, int length) {
        int plen = DataPdu.HEADER + length;
        DataPdu.write(outBuf, end, Pdu.C2H_DATA, Pdu.LAST_PDU, DataPdu.HEADER, plen, cid, 0, 0, length);
        out.put(end + DataPdu.HEADER, from, 0, length);
        end += plen;
    }

    private void complete(int cid, long result) {
        CapsuleResp.header(outBuf, end, 0);
        Cqe.write(outBuf, end + CapsuleResp.CQE_OFFSET, result, 0, cid, Status.SUCCESS);
        end += CapsuleResp.HEADER;
    }

    private boolean flush() throws IOException {
        if (sent < end) {
            out.limit(end).position(sent);
            channel.write(out);
            sent = out.position();
            out.clear();
        }
        if (sent < end) {
            return false;
        }
        sent = 0;
        end = 0;
        return true;
    }
}
