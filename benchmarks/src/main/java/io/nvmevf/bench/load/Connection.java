package io.nvmevf.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.nvmevf.protocol.auth.TlsPsk;
import io.nvmevf.protocol.nvme.Cqe;
import io.nvmevf.protocol.nvme.Sqe;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.protocol.tcp.CapsuleCmd;
import io.nvmevf.protocol.tcp.CapsuleResp;
import io.nvmevf.protocol.tcp.DataPdu;
import io.nvmevf.protocol.tcp.IcReq;
import io.nvmevf.protocol.tcp.IcResp;
import io.nvmevf.protocol.tcp.Pdu;
import io.nvmevf.protocol.tcp.TermReq;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.zip.CRC32C;

/**
 * One NVMe/TCP connection, one command at a time, blocking: the admin queue, and an I/O queue until its Connect is
 * through. {@link #detach} then hands the socket to an {@link IoQueue}.
 */
public final class Connection implements Closeable {
    private static final int TIMEOUT_MILLIS = 30_000;
    private static final int MAX_PLEN = 1 << 21;

    private final SocketChannel channel;
    private final InputStream input;
    private final Wire wire;
    private final ByteBuffer plain = ByteBuffer.allocate(64 << 10).limit(0);
    private final boolean tls;
    private final CRC32C crc = new CRC32C();
    private final boolean hdgst;
    private final boolean ddgst;
    private final int cpda;
    private final int maxh2cdata;
    private int nextCid;

    private Connection(SocketChannel channel, Wire wire, boolean hdgst, boolean ddgst) throws IOException {
        this.channel = channel;
        this.wire = wire;
        tls = wire instanceof TlsWire;
        this.hdgst = hdgst;
        this.ddgst = ddgst;
        channel.socket().setSoTimeout(TIMEOUT_MILLIS);
        input = channel.socket().getInputStream();
        ByteBuf icReq = Unpooled.buffer(IcReq.SIZE, IcReq.SIZE);
        int digests = (hdgst ? IcReq.HDGST_ENABLE : 0) | (ddgst ? IcReq.DDGST_ENABLE : 0);
        IcReq.write(icReq, 0, 0, digests, 1);
        send(icReq, IcReq.SIZE);
        ByteBuf icResp = receive();
        expect(icResp, Pdu.IC_RESP);
        if (IcResp.dgst(icResp, 0) != digests) {
            throw new LoadException(
                    "the target does not want the digests that were asked for (option --hdgst, --ddgst)");
        }
        cpda = IcResp.cpda(icResp, 0);
        maxh2cdata = (int) Math.min(1 << 20, IcResp.maxh2cdata(icResp, 0));
    }

    /** Has the kernel take no more than about this many bytes at a time, so that no call takes long. */
    public void socketBuffers(int bytes) throws IOException {
        channel.setOption(StandardSocketOptions.SO_SNDBUF, bytes);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, bytes);
    }

    /** Connects and exchanges ICReq and ICResp. */
    static Connection open(InetSocketAddress address, LoadOptions options) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.socket().connect(address, TIMEOUT_MILLIS);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            TlsPsk psk = options.psk();
            Wire wire = psk == null ? Wire.plain(channel) : TlsWire.open(channel, psk);
            return new Connection(channel, wire, options.hdgst(), options.ddgst());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** A CQE. */
    record Completion(int status, long result) {
        Completion orThrow(String command) throws LoadException {
            if (status != Status.SUCCESS) {
                throw new LoadException(
                        command + ": " + Status.describe(status) + ", result " + Long.toHexString(result));
            }
            return this;
        }
    }

    /**
     * Sends one command and waits for its completion.
     *
     * @param sqe 64 bytes without CID and SGL
     * @param out in-capsule data, empty for none
     * @param in filled with the data that comes, from index 0; its capacity is the length that is asked for
     */
    Completion exchange(ByteBuf sqe, ByteBuf out, ByteBuf in) throws IOException {
        int cid = nextCid++ & 0xFFFF;
        sqe.setShortLE(Sqe.CID_OFFSET, cid);
        if (out.capacity() > 0) {
            Sqe.writeSgl(sqe, 0, Sqe.SGL_IN_CAPSULE, out.capacity());
        } else {
            Sqe.writeSgl(sqe, 0, Sqe.SGL_TRANSPORT, in.capacity());
        }
        ByteBuf capsule = Unpooled.buffer(1024);
        int size = capsule(capsule, sqe, out);
        send(capsule, size);
        while (true) {
            ByteBuf pdu = receive();
            if (Pdu.type(pdu, 0) == Pdu.C2H_DATA) {
                in.setBytes((int) DataPdu.datao(pdu, 0), pdu, Pdu.pdo(pdu, 0), (int) DataPdu.datal(pdu, 0));
                if ((Pdu.flags(pdu, 0) & Pdu.SUCCESS) != 0) {
                    return new Completion(Status.SUCCESS, 0);
                }
            } else {
                expect(pdu, Pdu.CAPSULE_RESP);
                int cqe = CapsuleResp.CQE_OFFSET;
                if (Cqe.cid(pdu, cqe) != cid) {
                    throw new LoadException("a completion of command " + Cqe.cid(pdu, cqe) + " for command " + cid);
                }
                return new Completion(Cqe.status(pdu, cqe), Cqe.result(pdu, cqe));
            }
        }
    }

    /** A command without data. */
    Completion exchange(ByteBuf sqe) throws IOException {
        return exchange(sqe, Unpooled.EMPTY_BUFFER, Unpooled.EMPTY_BUFFER);
    }

    private int capsule(ByteBuf capsule, ByteBuf sqe, ByteBuf out) {
        int header = CapsuleCmd.HEADER + (hdgst ? Pdu.DIGEST : 0);
        int data = out.capacity();
        int pdo = data == 0 ? 0 : DataPdu.pdo(CapsuleCmd.HEADER, hdgst ? Pdu.DIGEST : 0, cpda);
        int size = data == 0 ? header : pdo + data + (ddgst ? Pdu.DIGEST : 0);
        capsule.ensureWritable(size).setZero(0, size);
        int flags = (hdgst ? Pdu.HDGSTF : 0) | (ddgst && data > 0 ? Pdu.DDGSTF : 0);
        Pdu.header(capsule, 0, Pdu.CAPSULE_CMD, flags, CapsuleCmd.HEADER, pdo, size);
        capsule.setBytes(CapsuleCmd.SQE_OFFSET, sqe, 0, Sqe.SIZE);
        if (hdgst) {
            capsule.setIntLE(CapsuleCmd.HEADER, digest(capsule, 0, CapsuleCmd.HEADER));
        }
        if (data > 0) {
            capsule.setBytes(pdo, out, 0, data);
            if (ddgst) {
                capsule.setIntLE(pdo + data, digest(capsule, pdo, data));
            }
        }
        return size;
    }

    private void send(ByteBuf pdu, int size) throws IOException {
        ByteBuffer bytes = pdu.nioBuffer(0, size);
        while (bytes.hasRemaining()) {
            wire.write(bytes);
        }
    }

    private ByteBuf receive() throws IOException {
        byte[] common = exactly(Pdu.COMMON_HEADER);
        long plen = Pdu.plen(Unpooled.wrappedBuffer(common), 0);
        if (plen < Pdu.COMMON_HEADER || plen > MAX_PLEN) {
            throw new LoadException("a PDU of " + plen + " bytes");
        }
        ByteBuf pdu = Unpooled.wrappedBuffer(common, exactly((int) plen - Pdu.COMMON_HEADER));
        int hlen = Pdu.hlen(pdu, 0);
        int flags = Pdu.flags(pdu, 0);
        if ((flags & Pdu.HDGSTF) != 0 && pdu.getIntLE(hlen) != digest(pdu, 0, hlen)) {
            throw new LoadException("wrong header digest in a " + Pdu.name(Pdu.type(pdu, 0)));
        }
        if ((flags & Pdu.DDGSTF) != 0) {
            int data = Pdu.pdo(pdu, 0);
            int end = (int) plen - Pdu.DIGEST;
            if (pdu.getIntLE(end) != digest(pdu, data, end - data)) {
                throw new LoadException("wrong data digest");
            }
        }
        return pdu;
    }

    private byte[] exactly(int length) throws IOException {
        if (tls) {
            return exactlyOfRecords(length);
        }
        byte[] bytes = input.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the target closed the connection");
        }
        return bytes;
    }

    private byte[] exactlyOfRecords(int length) throws IOException {
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; ) {
            if (!plain.hasRemaining()) {
                int n = wire.read(plain.clear());
                plain.flip();
                if (n < 0) {
                    throw new EOFException("the target closed the connection");
                }
            }
            int n = Math.min(plain.remaining(), length - at);
            plain.get(bytes, at, n);
            at += n;
        }
        return bytes;
    }

    private int digest(ByteBuf b, int at, int length) {
        byte[] bytes = new byte[length];
        b.getBytes(at, bytes);
        crc.reset();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static void expect(ByteBuf pdu, int type) throws LoadException {
        if (Pdu.type(pdu, 0) == Pdu.C2H_TERM_REQ) {
            throw terminated(pdu, 0);
        }
        if (Pdu.type(pdu, 0) != type) {
            throw new LoadException(Pdu.name(Pdu.type(pdu, 0)) + " where " + Pdu.name(type) + " was expected");
        }
    }

    /** What to throw on a C2HTermReq at {@code at}. */
    static LoadException terminated(ByteBuf pdu, int at) {
        return new LoadException("the target ended the connection: %s, FEI %Xh"
                .formatted(TermReq.describe(TermReq.fes(pdu, at)), TermReq.fei(pdu, at)));
    }

    boolean hdgst() {
        return hdgst;
    }

    boolean ddgst() {
        return ddgst;
    }

    /** Alignment of data that is sent: multiples of (cpda + 1) × 4 bytes. */
    int cpda() {
        return cpda;
    }

    /** Data bytes of the largest H2CData, at most 1 MiB. */
    int maxh2cdata() {
        return maxh2cdata;
    }

    /** What moves its bytes. */
    Wire wire() {
        return wire;
    }

    /** The socket, non-blocking from now on; this object must not be used any more but to close it. */
    SocketChannel detach() throws IOException {
        channel.configureBlocking(false);
        return channel;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
