package io.nvmevf.server.host;

import io.netty.buffer.Unpooled;
import io.nvmevf.protocol.fabrics.ConnectData;
import io.nvmevf.protocol.nvme.FabricsCommand;
import io.nvmevf.protocol.nvme.Sqe;
import io.nvmevf.protocol.tcp.DataPdu;
import io.nvmevf.protocol.tcp.Pdu;
import io.nvmevf.protocol.tcp.R2t;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** A queue pair over one connection: gives commands their identifiers, moves their data, collects their completions. */
public final class HostQueue implements AutoCloseable {
    /** What I/O capsules hold unless the test says otherwise: the default of the target. */
    private static final int IO_IN_CAPSULE = 8192;

    private static final class Pending {
        final Command command;
        byte[] in = {};
        int received;
        int sent;
        boolean last;

        Pending(Command command) {
            this.command = command;
        }
    }

    private final HostConnection connection;
    private final int qid;
    private final Map<Integer, Pending> outstanding = new HashMap<>();
    private final Map<Integer, Completion> done = new HashMap<>();
    private int lastCid;

    public HostQueue(HostConnection connection, int qid) {
        this.connection = connection;
        this.qid = qid;
        // (Linux's identifiers are sparse: so are these.)
        lastCid = 0xA000 + qid;
    }

    /** Connects TCP, initializes the connection; no Connect yet. */
    public static HostQueue open(InetSocketAddress address, HostOptions options, int qid) {
        return new HostQueue(HostConnection.initialized(address, options), qid);
    }

    /** The Connect command of this queue with {@link #connectData}, to be changed by a test that wants it wrong. */
    public Command connectCommand(byte[] data, int size, int kato) {
        Command c = Command.fabrics(FabricsCommand.CONNECT);
        c.entry()
                .setShortLE(FabricsCommand.QID_OFFSET, qid)
                .setShortLE(FabricsCommand.SQSIZE_OFFSET, size - 1)
                .setByte(
                        FabricsCommand.CATTR_OFFSET,
                        connection.options().sqFlowControl() ? 0 : FabricsCommand.CATTR_DISABLE_SQ_FLOW_CONTROL)
                .setIntLE(FabricsCommand.KATO_OFFSET, kato);
        return c.out(data);
    }

    /** The data of a Connect command. */
    public static byte[] connectData(String subnqn, String hostnqn, UUID hostid, int cntlid) {
        byte[] data = new byte[ConnectData.SIZE];
        new ConnectData(Unpooled.wrappedBuffer(data))
                .hostid(hostid)
                .cntlid(cntlid)
                .subnqn(subnqn)
                .hostnqn(hostnqn);
        return data;
    }

    public HostConnection connection() {
        return connection;
    }

    public int qid() {
        return qid;
    }

    /** Commands without a completion yet. */
    public int outstanding() {
        return outstanding.size();
    }

    /** Sends the command; returns its identifier. */
    public int submit(Command command) {
        byte[] pdu = capsule(command);
        connection.send(pdu);
        return Sqe.cid(command.entry(), 0);
    }

    /** What {@link #submit} sends, for a test that sends it its own way. */
    public byte[] capsule(Command command) {
        int cid = command.fixedCid() >= 0 ? command.fixedCid() : nextCid();
        boolean fabrics = Sqe.opc(command.entry(), 0) == FabricsCommand.OPCODE;
        boolean inCapsule = command.out().length > 0
                && command.out().length <= IO_IN_CAPSULE
                && (fabrics || connection.options().inCapsule());
        command.seal(cid, inCapsule);
        Pending pending = new Pending(command);
        pending.in = new byte[command.room()];
        outstanding.put(cid, pending);
        return connection.pdus().capsule(command.sqe(), inCapsule ? command.out() : new byte[0]);
    }

    /** Submits, and waits for the completion. */
    public Completion run(Command command) {
        return await(submit(command));
    }

    /** The completion of this command; others that come meanwhile are kept. */
    public Completion await(int cid) {
        while (true) {
            Completion completion = done.remove(cid);
            if (completion != null) {
                return completion;
            }
            if (!outstanding.containsKey(cid)) {
                throw new AssertionError("no command %04Xh is outstanding".formatted(cid));
            }
            receive();
        }
    }

    /** Takes one PDU in, and does what it asks for. */
    public void receive() {
        ReceivedPdu pdu = connection.receive();
        switch (pdu.type()) {
            case Pdu.R2T -> send(pdu, pending(pdu.cccid(), pdu));
            case Pdu.C2H_DATA -> data(pdu, pending(pdu.cccid(), pdu));
            case Pdu.CAPSULE_RESP -> {
                Pending p = pending(pdu.cid(), pdu);
                boolean ok = pdu.status() == 0;
                if (ok && p.received > 0 && !p.last) {
                    throw new AssertionError("response before the last data: " + pdu);
                }
                end(p, new Completion(p.command, pdu.status(), pdu.result(), pdu.sqhd(), false, taken(p)));
            }
            default -> throw new AssertionError("unexpected " + pdu);
        }
    }

    private void send(ReceivedPdu pdu, Pending p) {
        int offset = (int) R2t.r2to(pdu.bytes(), 0);
        int length = (int) R2t.r2tl(pdu.bytes(), 0);
        byte[] out = p.command.out();
        if (offset != p.sent || length <= 0 || offset + length > out.length) {
            throw new AssertionError("R2T out of order or range: " + pdu + " for " + p.command);
        }
        int most = Math.min(connection.options().piece(), connection.maxH2cData());
        int end = offset + length;
        for (int at = offset; at < end; at += most) {
            int n = Math.min(most, end - at);
            connection.send(
                    connection.pdus().h2cData(pdu.cccid(), R2t.ttag(pdu.bytes(), 0), at, out, at, n, at + n == end));
        }
        p.sent = end;
    }

    private void data(ReceivedPdu pdu, Pending p) {
        byte[] data = pdu.data();
        long offset = DataPdu.datao(pdu.bytes(), 0);
        if (offset != p.received || offset + data.length > p.in.length || p.last) {
            throw new AssertionError("C2HData out of order or range: " + pdu + " for " + p.command);
        }
        System.arraycopy(data, 0, p.in, p.received, data.length);
        p.received += data.length;
        p.last = pdu.has(Pdu.LAST_PDU);
        if (pdu.has(Pdu.SUCCESS)) {
            if (connection.options().sqFlowControl()) {
                throw new AssertionError("SUCCESS flag while SQ flow control is on: " + pdu);
            }
            end(p, new Completion(p.command, 0, 0, 0, true, taken(p)));
        }
    }

    private static byte[] taken(Pending p) {
        return p.received == p.in.length ? p.in : Arrays.copyOf(p.in, p.received);
    }

    private void end(Pending p, Completion completion) {
        int cid = Sqe.cid(p.command.entry(), 0);
        outstanding.remove(cid);
        done.put(cid, completion);
    }

    private Pending pending(int cid, ReceivedPdu pdu) {
        Pending p = outstanding.get(cid);
        if (p == null) {
            throw new AssertionError("a PDU for a command that is not outstanding: " + pdu);
        }
        return p;
    }

    private int nextCid() {
        do {
            lastCid = lastCid + 0x1001 & 0xFFFF;
        } while (outstanding.containsKey(lastCid) || done.containsKey(lastCid));
        return lastCid;
    }

    @Override
    public void close() {
        connection.close();
    }
}
