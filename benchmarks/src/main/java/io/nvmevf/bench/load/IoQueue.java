package io.nvmevf.bench.load;

import io.nvmevf.protocol.nvme.Cqe;
import io.nvmevf.protocol.nvme.DsmRange;
import io.nvmevf.protocol.nvme.NvmOpcode;
import io.nvmevf.protocol.nvme.Sqe;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.protocol.tcp.CapsuleCmd;
import io.nvmevf.protocol.tcp.CapsuleResp;
import io.nvmevf.protocol.tcp.DataPdu;
import io.nvmevf.protocol.tcp.Pdu;
import io.nvmevf.protocol.tcp.R2t;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One I/O queue pair: the hot path. {@link #poll} reads once what the socket has, takes the answers out of it, and sends
 * as many new commands as completed, in one write. A command's identifier is the index of its slot.
 *
 * <p>Everything that an I/O needs is there before the first one: templates of both commands, the payload, one receive
 * buffer in which headers are parsed in place and payload is only counted (or checked, with a {@link DataPattern}). Nothing
 * is allocated per I/O. Each answer is checked against its slot: a completion that nobody waits for, data out of order or
 * too little of it ends the run.
 */
public final class IoQueue implements Closeable {
    /** What one {@link #poll} reads at most, unless it is told otherwise. */
    static final int IN_SIZE = 512 << 10;

    private final SocketChannel channel;
    private final Wire wire;
    private final Transmitter out;
    private final Memory in;
    private final CRC32C crc = new CRC32C();
    private final CRC32C dataCrc = new CRC32C();
    private final int hdgst;
    private final int ddgst;
    private final int blockSize;
    private final int lbasPerBlock;
    private final int lbads;
    private final @Nullable DataPattern pattern;
    private final Memory readTemplate;
    private final Memory writeTemplate;
    private final int writePdo;
    private final boolean inCapsule;
    private final Memory flushTemplate;
    private final Memory deallocateTemplate;
    private final int dsmPdo;
    /** What is written: one block for all commands, or with a pattern one for each slot. */
    private final Memory payload;

    private final long[] sentAt;
    private final long[] block;
    private final int[] received;
    private final boolean[] inFlight;
    private final boolean[] read;
    private final int[] free;
    private int frees;

    private @Nullable Completions completions;
    private Accesses accesses;
    private Histogram histogram = new Histogram(3);
    private boolean recording;
    private long completed;
    private long reads;

    /** The C2HData that is being received: bytes of payload that are still to come, then bytes of digest. */
    private int payloadLeft;

    private boolean digestAwaited;
    private int dataSlot;
    private int dataFlags;

    /** Who is told of each command that completed, instead of a histogram. */
    public interface Completions {
        /**
         * A command has completed with success.
         *
         * @param startedAt what {@link IoQueue#send} was given
         * @param now when its answer was read
         */
        void completed(long startedAt, long now);
    }

    IoQueue(
            Connection connection,
            HostController controller,
            HostController.NamespaceSize namespace,
            LoadOptions options,
            @Nullable DataPattern pattern)
            throws IOException {
        this(connection, controller, namespace, options, pattern, IN_SIZE);
    }

    /**
     * Takes over the connection.
     *
     * @param pattern what is written, and checked when it is read; null: anything, and reads are not checked
     * @param inSize what one {@link #poll} reads at most, in bytes: the less, the sooner the next queue has its turn
     */
    public IoQueue(
            Connection connection,
            HostController controller,
            HostController.NamespaceSize namespace,
            LoadOptions options,
            @Nullable DataPattern pattern,
            int inSize)
            throws IOException {
        in = new Memory(inSize);
        int depth = options.depth();
        hdgst = connection.hdgst() ? Pdu.DIGEST : 0;
        ddgst = connection.ddgst() ? Pdu.DIGEST : 0;
        blockSize = options.blockSize();
        lbads = namespace.lbads();
        lbasPerBlock = blockSize >>> lbads;
        this.pattern = pattern;
        inCapsule = blockSize <= controller.inCapsule();
        writePdo = inCapsule ? DataPdu.pdo(CapsuleCmd.HEADER, hdgst, connection.cpda()) : 0;
        payload = new Memory(pattern == null ? blockSize : blockSize * depth);
        SplittableRandom random = new SplittableRandom(options.seed());
        for (int i = 0; i + 8 <= blockSize; i += 8) {
            payload.nio.putLong(i, random.nextLong());
        }
        readTemplate = template(NvmOpcode.READ, namespace.nsid(), false);
        writeTemplate = template(NvmOpcode.WRITE, namespace.nsid(), inCapsule);
        dsmPdo = DataPdu.pdo(CapsuleCmd.HEADER, hdgst, connection.cpda());
        flushTemplate = flush(namespace.nsid());
        deallocateTemplate = deallocate(namespace.nsid());
        sentAt = new long[depth];
        block = new long[depth];
        received = new int[depth];
        inFlight = new boolean[depth];
        read = new boolean[depth];
        free = new int[depth];
        for (int i = 0; i < depth; i++) {
            free[i] = depth - 1 - i;
        }
        frees = depth;
        accesses = Accesses.once(true, 0, 0, 1);
        in.nio.limit(0);
        channel = connection.detach();
        wire = connection.wire();
        out = new Transmitter(
                wire, connection, depth, depth * Math.max(deallocateTemplate.size(), writeTemplate.size()));
    }

    private Memory template(int opc, int nsid, boolean withData) {
        int size = withData ? writePdo + blockSize + ddgst : CapsuleCmd.HEADER + hdgst;
        Memory pdu = new Memory(size);
        int flags = (hdgst != 0 ? Pdu.HDGSTF : 0) | (withData && ddgst != 0 ? Pdu.DDGSTF : 0);
        int pdo = withData ? writePdo : 0;
        Pdu.header(pdu.buf, 0, Pdu.CAPSULE_CMD, flags, CapsuleCmd.HEADER, pdo, size);
        int sqe = CapsuleCmd.SQE_OFFSET;
        Sqe.write(pdu.buf, sqe, opc, 0, nsid);
        Sqe.writeSgl(pdu.buf, sqe, withData ? Sqe.SGL_IN_CAPSULE : Sqe.SGL_TRANSPORT, blockSize);
        Sqe.setCdw(pdu.buf, sqe, 12, lbasPerBlock - 1);
        if (withData) {
            payload.copy(0, pdu, writePdo, blockSize);
            if (ddgst != 0) {
                pdu.nio.putInt(writePdo + blockSize, pdu.crc(crc, writePdo, blockSize));
            }
        }
        return pdu;
    }

    private Memory flush(int nsid) {
        Memory pdu = new Memory(CapsuleCmd.HEADER + hdgst);
        Pdu.header(pdu.buf, 0, Pdu.CAPSULE_CMD, hdgst != 0 ? Pdu.HDGSTF : 0, CapsuleCmd.HEADER, 0, pdu.size());
        Sqe.write(pdu.buf, CapsuleCmd.SQE_OFFSET, NvmOpcode.FLUSH, 0, nsid);
        Sqe.writeSgl(pdu.buf, CapsuleCmd.SQE_OFFSET, Sqe.SGL_TRANSPORT, 0);
        return pdu;
    }

    /** Of one range, which is one block. */
    private Memory deallocate(int nsid) {
        Memory pdu = new Memory(dsmPdo + DsmRange.SIZE + ddgst);
        int flags = (hdgst != 0 ? Pdu.HDGSTF : 0) | (ddgst != 0 ? Pdu.DDGSTF : 0);
        Pdu.header(pdu.buf, 0, Pdu.CAPSULE_CMD, flags, CapsuleCmd.HEADER, dsmPdo, pdu.size());
        int sqe = CapsuleCmd.SQE_OFFSET;
        Sqe.write(pdu.buf, sqe, NvmOpcode.DATASET_MANAGEMENT, 0, nsid);
        Sqe.writeSgl(pdu.buf, sqe, Sqe.SGL_IN_CAPSULE, DsmRange.SIZE);
        new DsmRange(pdu.buf, dsmPdo).nlb(lbasPerBlock);
        return pdu;
    }

    SocketChannel channel() {
        return channel;
    }

    /** Begins with other accesses; only while nothing is in flight. Sends the first commands. */
    void begin(Accesses next, Histogram latencies) throws IOException {
        accesses = next;
        histogram = latencies;
        submit();
        flush();
    }

    /** Whether latencies are taken from now on. */
    void record(boolean on) {
        recording = on;
    }

    /** Commands come from {@link #send} alone, and {@code to} is told of each that completed. */
    public void tell(Completions to) {
        completions = to;
    }

    /** Commands that can be sent before another one has completed. */
    public int free() {
        return frees;
    }

    /** Commands in flight. */
    public int inFlight() {
        return free.length - frees;
    }

    /**
     * Adds a command to what {@link #flush()} sends; only while {@link #free} is not 0.
     *
     * @param at the block that it is about
     * @param startedAt from when its latency counts
     */
    public void send(Io io, long at, long startedAt) {
        int slot = free[--frees];
        switch (io) {
            case READ -> {
                read[slot] = true;
                append(slot, readTemplate, at * lbasPerBlock, at, startedAt);
            }
            case WRITE -> {
                read[slot] = false;
                int pdu = append(slot, writeTemplate, at * lbasPerBlock, at, startedAt);
                if (pattern != null) {
                    fill(pattern, slot, out.capsules(), pdu);
                }
            }
            case FLUSH -> {
                read[slot] = false;
                append(slot, flushTemplate, 0, at, startedAt);
            }
            case DEALLOCATE -> {
                read[slot] = false;
                int pdu = append(slot, deallocateTemplate, (long) DsmRange.DEALLOCATE << 32, at, startedAt);
                Memory capsules = out.capsules();
                capsules.nio.putLong(pdu + dsmPdo + DsmRange.SLBA_OFFSET, at * lbasPerBlock);
                if (ddgst != 0) {
                    int data = pdu + dsmPdo;
                    capsules.nio.putInt(data + DsmRange.SIZE, capsules.crc(crc, data, DsmRange.SIZE));
                }
            }
        }
    }

    /** No further commands; those in flight complete. */
    void stop() {
        accesses = Accesses.once(true, 0, 0, 1);
    }

    /** Whether nothing is in flight and nothing will be. */
    boolean isDone() {
        return frees == free.length && !accesses.hasNext();
    }

    /** I/Os completed since the connection was opened. */
    public long completed() {
        return completed;
    }

    /** Reads from the socket that brought something. */
    long reads() {
        return reads;
    }

    /** Whether something waits for the socket to take it. */
    boolean wantsWrite() throws IOException {
        return !flush();
    }

    /**
     * Takes what has come and sends what follows from it; never waits.
     *
     * @return bytes read
     */
    public int poll() throws IOException {
        int n = receive();
        if (n == 0) {
            flush();
            return 0;
        }
        reads++;
        parse(System.nanoTime());
        submit();
        flush();
        return n;
    }

    private int receive() throws IOException {
        ByteBuffer buffer = in.nio;
        buffer.compact();
        int n = wire.read(buffer);
        buffer.flip();
        if (n < 0) {
            throw new EOFException("the target closed the connection");
        }
        return n;
    }

    /** Sends what the socket takes. Returns whether nothing is left. */
    public boolean flush() throws IOException {
        try {
            return out.flush();
        } catch (IOException e) {
            // The target has closed; its C2HTermReq, if there is one, says more than "broken pipe".
            while (receive() > 0) {
                parse(System.nanoTime());
            }
            throw e;
        }
    }

    private void submit() {
        if (frees == 0 || !accesses.hasNext()) {
            return;
        }
        long now = System.nanoTime();
        while (frees > 0 && accesses.hasNext()) {
            int slot = free[--frees];
            boolean isRead = accesses.nextIsRead();
            long at = accesses.next();
            read[slot] = isRead;
            int pdu = append(slot, isRead ? readTemplate : writeTemplate, at * lbasPerBlock, at, now);
            if (pattern != null && !isRead) {
                fill(pattern, slot, out.capsules(), pdu);
            }
        }
    }

    /** Returns where the command's PDU stands. */
    private int append(int slot, Memory template, long cdw10and11, long at, long now) {
        inFlight[slot] = true;
        block[slot] = at;
        received[slot] = 0;
        sentAt[slot] = now;
        int pdu = out.append(template, template.size());
        Memory capsules = out.capsules();
        int sqe = pdu + CapsuleCmd.SQE_OFFSET;
        capsules.nio.putShort(sqe + Sqe.CID_OFFSET, (short) slot);
        capsules.nio.putLong(sqe + Sqe.CDW10_OFFSET, cdw10and11);
        if (hdgst != 0) {
            capsules.nio.putInt(pdu + CapsuleCmd.HEADER, capsules.crc(crc, pdu, CapsuleCmd.HEADER));
        }
        return pdu;
    }

    private void fill(DataPattern with, int slot, Memory capsules, int pdu) {
        long offset = block[slot] * blockSize;
        if (!inCapsule) {
            with.fill(payload.nio, slot * blockSize, offset, blockSize);
            return;
        }
        int data = pdu + writePdo;
        with.fill(capsules.nio, data, offset, blockSize);
        if (ddgst != 0) {
            capsules.nio.putInt(data + blockSize, capsules.crc(crc, data, blockSize));
        }
    }

    private void parse(long now) throws LoadException {
        ByteBuffer buffer = in.nio;
        while (true) {
            if (payloadLeft > 0) {
                takePayload();
                if (payloadLeft > 0) {
                    return;
                }
            }
            if (digestAwaited) {
                if (buffer.remaining() < Pdu.DIGEST) {
                    return;
                }
                if (buffer.getInt() != (int) dataCrc.getValue()) {
                    throw new LoadException("wrong data digest");
                }
                digestAwaited = false;
            }
            if (dataFlags != 0) {
                endData(now);
            }
            int at = buffer.position();
            int available = buffer.remaining();
            if (available < Pdu.COMMON_HEADER) {
                return;
            }
            int type = Pdu.type(in.buf, at);
            // Of a C2HData the payload may come in pieces; other PDUs are short.
            int whole = type == Pdu.C2H_DATA ? Pdu.pdo(in.buf, at) : (int) Math.min(in.size(), Pdu.plen(in.buf, at));
            if (whole < Pdu.COMMON_HEADER) {
                throw new LoadException(Pdu.name(type) + " with a header that is too short");
            }
            if (available < whole) {
                return;
            }
            if (hdgst != 0 && type != Pdu.C2H_TERM_REQ) {
                int hlen = Pdu.hlen(in.buf, at);
                if (hlen + Pdu.DIGEST > whole || in.nio.getInt(at + hlen) != in.crc(crc, at, hlen)) {
                    throw new LoadException("wrong header digest in a " + Pdu.name(type));
                }
            }
            buffer.position(at + whole);
            switch (type) {
                case Pdu.CAPSULE_RESP -> response(at + CapsuleResp.CQE_OFFSET, now);
                case Pdu.C2H_DATA -> beginData(at);
                case Pdu.R2T -> readyToTransfer(at);
                case Pdu.C2H_TERM_REQ -> throw Connection.terminated(in.buf, at);
                default -> throw new LoadException("unexpected " + Pdu.name(type));
            }
        }
    }

    private void response(int cqe, long now) throws LoadException {
        int slot = slot(Cqe.cid(in.buf, cqe));
        int status = Cqe.status(in.buf, cqe);
        if (status != Status.SUCCESS) {
            throw new LoadException("%s of %d bytes at %d: %s"
                    .formatted(
                            read[slot] ? "Read" : "Write or other command",
                            blockSize,
                            block[slot] * blockSize,
                            Status.describe(status)));
        }
        complete(slot, now);
    }

    private void beginData(int at) throws LoadException {
        int slot = slot(DataPdu.cccid(in.buf, at));
        long datal = DataPdu.datal(in.buf, at);
        if (!read[slot] || DataPdu.datao(in.buf, at) != received[slot] || datal > blockSize - received[slot]) {
            throw new LoadException("C2HData with bytes %d + %d of a %s that has %d"
                    .formatted(DataPdu.datao(in.buf, at), datal, read[slot] ? "read" : "write", received[slot]));
        }
        dataSlot = slot;
        payloadLeft = (int) datal;
        // Never zero: DDGSTF and LAST_PDU do not matter here, this bit is no flag.
        dataFlags = Pdu.flags(in.buf, at) | 1 << 8;
        digestAwaited = ddgst != 0;
        dataCrc.reset();
    }

    private void takePayload() throws LoadException {
        ByteBuffer buffer = in.nio;
        int at = buffer.position();
        int length = Math.min(payloadLeft, buffer.remaining());
        if (digestAwaited) {
            in.addTo(dataCrc, at, length);
        }
        if (pattern != null) {
            long offset = block[dataSlot] * blockSize + received[dataSlot];
            int wrong = pattern.mismatch(buffer, at, offset, length);
            if (wrong >= 0) {
                throw new LoadException("wrong data at offset %d (LBA %d)"
                        .formatted(offset + wrong - at, (offset + wrong - at) >>> lbads));
            }
        }
        received[dataSlot] += length;
        payloadLeft -= length;
        buffer.position(at + length);
    }

    private void endData(long now) throws LoadException {
        boolean success = (dataFlags & Pdu.SUCCESS) != 0;
        dataFlags = 0;
        if (success) {
            complete(dataSlot, now);
        }
    }

    private void readyToTransfer(int at) throws LoadException {
        int slot = slot(R2t.cccid(in.buf, at));
        long r2to = R2t.r2to(in.buf, at);
        long end = r2to + R2t.r2tl(in.buf, at);
        if (read[slot] || inCapsule || end > blockSize || end == r2to) {
            throw new LoadException("R2T for bytes " + r2to + " to " + end + " of a command that has no such data");
        }
        int base = pattern == null ? 0 : slot * blockSize;
        out.sendData(slot, R2t.ttag(in.buf, at), (int) r2to, (int) end, payload, base);
    }

    private void complete(int slot, long now) throws LoadException {
        if (read[slot] && received[slot] != blockSize) {
            throw new LoadException("a read completed with " + received[slot] + " of " + blockSize + " bytes");
        }
        inFlight[slot] = false;
        free[frees++] = slot;
        completed++;
        if (completions != null) {
            completions.completed(sentAt[slot], now);
        } else if (recording) {
            histogram.recordValue(Math.max(1, now - sentAt[slot]));
        }
    }

    private int slot(int cid) throws LoadException {
        if (cid >= inFlight.length || !inFlight[cid]) {
            throw new LoadException("an answer for command " + cid + ", which is not in flight; in flight are "
                    + Arrays.toString(inFlight));
        }
        return cid;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
