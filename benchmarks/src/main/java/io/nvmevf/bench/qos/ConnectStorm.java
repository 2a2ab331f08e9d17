package io.nvmevf.bench.qos;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.nvmevf.bench.load.LoadException;
import io.nvmevf.protocol.fabrics.ConnectData;
import io.nvmevf.protocol.fabrics.Properties;
import io.nvmevf.protocol.identify.Cns;
import io.nvmevf.protocol.nvme.AdminOpcode;
import io.nvmevf.protocol.nvme.Cqe;
import io.nvmevf.protocol.nvme.FabricsCommand;
import io.nvmevf.protocol.nvme.Sqe;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.protocol.tcp.CapsuleCmd;
import io.nvmevf.protocol.tcp.CapsuleResp;
import io.nvmevf.protocol.tcp.IcReq;
import io.nvmevf.protocol.tcp.Pdu;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A host that connects a whole controller and hangs up, again and again, as fast as one at a time goes: admin queue (ICReq, Connect, enable,
 * Identify), then one I/O queue (ICReq, Connect), then both sockets are closed. It never waits, so that it can share the engine's thread: each
 * turn takes what has come and sends the next PDU.
 */
final class ConnectStorm implements Party {
    private static final int IN_SIZE = 16 << 10;
    private static final int ADMIN_ENTRIES = 32;
    private static final int CNTLID_STEP = 1;
    private static final int FIRST_IO_STEP = 5;
    private static final int LAST_STEP = 6;
    private static final int SOURCES = 250;
    private static final String HOST_NQN = "nqn.2026-01.io.nvmevf:bench-storm";
    private static final int KATO_MILLIS = 30_000;

    private final InetSocketAddress address;
    private final String nqn;
    private final String hostNqn;
    private final List<ByteBuf> steps;
    private final ByteBuffer in = ByteBuffer.allocateDirect(IN_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuf inBuf = Unpooled.wrappedBuffer(in);

    private @Nullable SocketChannel admin;
    private @Nullable SocketChannel io;
    private int source;
    private int step;
    private boolean sent;
    private int cntlid = ConnectData.CNTLID_DYNAMIC;
    private long controllers;

    ConnectStorm(int port, String nqn) {
        this(port, nqn, HOST_NQN);
    }

    /** @param hostNqn who connects: how fast it may is counted for each host */
    ConnectStorm(int port, String nqn, String hostNqn) {
        this.nqn = nqn;
        this.hostNqn = hostNqn;
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        steps = List.of(
                icReq(),
                connect(hostNqn, nqn, 0, ConnectData.CNTLID_DYNAMIC),
                enable(),
                status(),
                identify(),
                // (Of the I/O queue; its Connect is made when the controller's identifier is known.)
                icReq());
    }

    /** Controllers that were connected whole. */
    long controllers() {
        return controllers;
    }

    @Override
    public void turn(Engine engine) throws IOException {
        SocketChannel channel = step < FIRST_IO_STEP ? admin : io;
        if (channel == null) {
            channel = open();
        }
        if (!sent) {
            ByteBuf pdu = step == LAST_STEP ? connect(hostNqn, nqn, 1, cntlid) : steps.get(step);
            ByteBuffer bytes = pdu.nioBuffer(0, pdu.capacity());
            // (An empty socket buffer takes a whole PDU.)
            if (channel.write(bytes) != pdu.capacity()) {
                throw new LoadException("a new connection does not take " + pdu.capacity() + " bytes");
            }
            sent = true;
        }
        if (channel.read(in) < 0) {
            throw new EOFException("the target hung up on a host that connects");
        }
        if (answered()) {
            in.clear();
            sent = false;
            step++;
            if (step > LAST_STEP) {
                controllers++;
                hangUp();
            }
        }
    }

    private SocketChannel open() throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        // (As Linux's host does: closing is a reset, and leaves nothing behind that the kernel would have to end a
        // minute later.)
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        source = source % SOURCES + 1;
        channel.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) source}), 0));
        // (On loopback this does not wait: the kernel answers for who listens.)
        channel.connect(address);
        channel.configureBlocking(false);
        if (step == 0) {
            admin = channel;
        } else {
            io = channel;
        }
        return channel;
    }

    /** Whether the answer to the step is there as a whole. */
    private boolean answered() throws LoadException {
        int at = 0;
        while (in.position() - at >= Pdu.COMMON_HEADER && in.position() - at >= Pdu.plen(inBuf, at)) {
            int type = Pdu.type(inBuf, at);
            if (type == Pdu.IC_RESP) {
                return true;
            }
            if (type == Pdu.CAPSULE_RESP) {
                int status = Cqe.status(inBuf, at + CapsuleResp.CQE_OFFSET);
                if (status != Status.SUCCESS) {
                    throw new LoadException("step " + step + " of connecting: " + Status.describe(status));
                }
                if (step == CNTLID_STEP) {
                    cntlid = (int) Cqe.result(inBuf, at + CapsuleResp.CQE_OFFSET) & 0xFFFF;
                }
                return true;
            }
            if (type != Pdu.C2H_DATA) {
                throw new LoadException("step " + step + " of connecting: " + Pdu.name(type));
            }
            if ((Pdu.flags(inBuf, at) & Pdu.SUCCESS) != 0) {
                return true;
            }
            at += (int) Pdu.plen(inBuf, at);
        }
        return false;
    }

    /** Closes what is open. The engine's thread, or any once the engine has it no more. */
    void hangUp() throws IOException {
        for (SocketChannel channel : new SocketChannel[] {io, admin}) {
            if (channel != null) {
                channel.close();
            }
        }
        io = null;
        admin = null;
        step = 0;
        sent = false;
        in.clear();
    }

    // ---- what is sent --------------------------------------------------------------------------------------------

    static ByteBuf icReq() {
        ByteBuf pdu = Unpooled.buffer(IcReq.SIZE, IcReq.SIZE);
        IcReq.write(pdu, 0, 0, 0, 1);
        return pdu;
    }

    /** Of an admin queue. */
    static ByteBuf connect(String nqn) {
        return connect(HOST_NQN, nqn, 0, ConnectData.CNTLID_DYNAMIC);
    }

    private static ByteBuf connect(String hostNqn, String nqn, int qid, int controller) {
        ByteBuf pdu = command(FabricsCommand.OPCODE, FabricsCommand.CONNECT, ConnectData.SIZE);
        int sqe = CapsuleCmd.SQE_OFFSET;
        Sqe.writeSgl(pdu, sqe, Sqe.SGL_IN_CAPSULE, ConnectData.SIZE);
        pdu.setShortLE(sqe + FabricsCommand.QID_OFFSET, qid);
        pdu.setShortLE(sqe + FabricsCommand.SQSIZE_OFFSET, ADMIN_ENTRIES - 1);
        pdu.setIntLE(sqe + FabricsCommand.KATO_OFFSET, qid == 0 ? KATO_MILLIS : 0);
        new ConnectData(pdu.slice(CapsuleCmd.HEADER, ConnectData.SIZE))
                .hostid(UUID.nameUUIDFromBytes(hostNqn.getBytes(StandardCharsets.UTF_8)))
                .cntlid(controller)
                .subnqn(nqn)
                .hostnqn(hostNqn);
        return pdu;
    }

    private static ByteBuf enable() {
        ByteBuf pdu = command(FabricsCommand.OPCODE, FabricsCommand.PROPERTY_SET, 0);
        pdu.setIntLE(CapsuleCmd.SQE_OFFSET + FabricsCommand.OFST_OFFSET, Properties.CC);
        // IOCQES 4 (16 bytes), IOSQES 6 (64 bytes), EN.
        pdu.setLongLE(CapsuleCmd.SQE_OFFSET + FabricsCommand.VALUE_OFFSET, (4 << 20) | (6 << 16) | 1);
        return pdu;
    }

    private static ByteBuf status() {
        ByteBuf pdu = command(FabricsCommand.OPCODE, FabricsCommand.PROPERTY_GET, 0);
        pdu.setIntLE(CapsuleCmd.SQE_OFFSET + FabricsCommand.OFST_OFFSET, Properties.CSTS);
        return pdu;
    }

    private static ByteBuf identify() {
        ByteBuf pdu = command(AdminOpcode.IDENTIFY, 0, 0);
        Sqe.writeSgl(pdu, CapsuleCmd.SQE_OFFSET, Sqe.SGL_TRANSPORT, 4096);
        Sqe.setCdw(pdu, CapsuleCmd.SQE_OFFSET, 10, Cns.CONTROLLER);
        return pdu;
    }

    private static ByteBuf command(int opc, int nsidOrFctype, int data) {
        int size = CapsuleCmd.HEADER + data;
        ByteBuf pdu = Unpooled.buffer(size, size).setZero(0, size);
        Pdu.header(pdu, 0, Pdu.CAPSULE_CMD, 0, CapsuleCmd.HEADER, data == 0 ? 0 : CapsuleCmd.HEADER, size);
        Sqe.write(pdu, CapsuleCmd.SQE_OFFSET, opc, 0, nsidOrFctype);
        Sqe.writeSgl(pdu, CapsuleCmd.SQE_OFFSET, Sqe.SGL_TRANSPORT, 0);
        return pdu;
    }
}
