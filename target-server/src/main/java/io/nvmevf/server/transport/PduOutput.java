package io.nvmevf.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.nvmevf.protocol.nvme.Cqe;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.protocol.tcp.CapsuleResp;
import io.nvmevf.protocol.tcp.DataPdu;
import io.nvmevf.protocol.tcp.Pdu;
import io.nvmevf.protocol.tcp.R2t;
import org.jspecify.annotations.Nullable;

/**
 * The PDUs that a queue sends. They are collected and leave together with {@link #flush}: small ones in one shared buffer,
 * data in the command's own buffer, around which header, digests and response are laid so that it goes out in one piece.
 *
 * <pre>
 *   the buffer of a command with data to the host:
 *   | .. headroom .. [C2HData 24 [HDGST] pad] | data | [DDGST] [CapsuleResp 24 [HDGST]] | tailroom
 * </pre>
 */
final class PduOutput {
    private static final int SMALL = 2048;
    /** The most that lies between the end of the data and the end of the response. */
    static final int TAILROOM = Pdu.DIGEST + CapsuleResp.HEADER + Pdu.DIGEST;

    private final ChannelHandlerContext ctx;
    private final Digest digest;
    private final Outbox outbox;
    private int hdgst;
    private int ddgst;
    private int pdo = DataPdu.HEADER;
    private @Nullable ByteBuf small;
    private boolean dirty;
    private long bytes;

    PduOutput(ChannelHandlerContext ctx, Digest digest, LoopMemory loop) {
        this.ctx = ctx;
        this.digest = digest;
        outbox = new Outbox(ctx, loop);
    }

    /** From now on with these digests, and data aligned as the host asked. */
    void established(boolean hdgst, boolean ddgst, int hpda) {
        this.hdgst = hdgst ? Pdu.DIGEST : 0;
        this.ddgst = ddgst ? Pdu.DIGEST : 0;
        pdo = DataPdu.pdo(DataPdu.HEADER, this.hdgst, hpda);
    }

    /** Room that a buffer needs before its data. */
    int headroom() {
        return pdo;
    }

    /** Whether there is something that {@link #flush} would send. */
    boolean isDirty() {
        return dirty;
    }

    /** A response capsule without data. */
    void response(int cid, int status, long result, int sqhd) {
        int size = CapsuleResp.HEADER + hdgst;
        ByteBuf b = small(size);
        int at = b.writerIndex();
        writeResponse(b, at, cid, status, result, sqhd);
        b.writerIndex(at + size);
    }

    /**
     * A command's data, and its response unless {@code onlyData}: then the success flag stands for it.
     *
     * @param b taken over
     */
    void data(ByteBuf b, int dataIndex, int length, int cid, boolean onlyData, long result, int sqhd) {
        int at = dataIndex - pdo;
        int flags = Pdu.LAST_PDU
                | (onlyData ? Pdu.SUCCESS : 0)
                | (hdgst != 0 ? Pdu.HDGSTF : 0)
                | (ddgst != 0 ? Pdu.DDGSTF : 0);
        DataPdu.write(b, at, Pdu.C2H_DATA, flags, pdo, pdo + length + ddgst, cid, 0, 0, length);
        int padding = DataPdu.HEADER;
        if (hdgst != 0) {
            b.setIntLE(at + DataPdu.HEADER, digest.of(b, at, DataPdu.HEADER));
            padding += hdgst;
        }
        if (padding < pdo) {
            b.setZero(at + padding, pdo - padding);
        }
        int end = dataIndex + length;
        if (ddgst != 0) {
            b.setIntLE(end, digest.of(b, dataIndex, length));
            end += ddgst;
        }
        if (!onlyData) {
            writeResponse(b, end, cid, Status.SUCCESS, result, sqhd);
            end += CapsuleResp.HEADER + hdgst;
        }
        b.setIndex(at, end);
        writeSmall();
        write(b);
    }

    /** Asks for a command's data. */
    void r2t(int cid, int ttag, int offset, int length) {
        int size = R2t.HEADER + hdgst;
        ByteBuf b = small(size);
        int at = b.writerIndex();
        R2t.write(b, at, hdgst, cid, ttag, offset, length);
        if (hdgst != 0) {
            b.setIntLE(at + R2t.HEADER, digest.of(b, at, R2t.HEADER));
        }
        b.writerIndex(at + size);
    }

    /** A PDU that carries no digests: ICResp or TermReq. Taken over. */
    void plain(ByteBuf b) {
        writeSmall();
        write(b);
    }

    /** Bytes that were handed to the channel so far. */
    long bytes() {
        return bytes;
    }

    /** Sends what was collected. */
    void flush() {
        if (dirty) {
            writeSmall();
            dirty = false;
            outbox.flush();
        }
    }

    /** Sends what was collected, and what waits for its turn. */
    void flushWhole() {
        flush();
        outbox.flushWhole();
    }

    /** Bytes that were written and that the host has not taken. */
    long unsent() {
        return outbox.unsent();
    }

    /** Those of them that are not kept back for another turn of the loop. */
    long unsentInChannel() {
        return outbox.unsentInChannel();
    }

    /** Has this done after each flush, those of later turns of the loop included. */
    void afterFlush(Runnable action) {
        outbox.afterFlush(action);
    }

    /** The connection has ended. */
    void close() {
        if (small != null) {
            small.release();
            small = null;
        }
        dirty = false;
        outbox.close();
    }

    private void writeResponse(ByteBuf b, int at, int cid, int status, long result, int sqhd) {
        CapsuleResp.header(b, at, hdgst);
        Cqe.write(b, at + CapsuleResp.CQE_OFFSET, result, sqhd, cid, status);
        if (hdgst != 0) {
            b.setIntLE(at + CapsuleResp.HEADER, digest.of(b, at, CapsuleResp.HEADER));
        }
    }

    private ByteBuf small(int size) {
        ByteBuf b = small;
        if (b != null && b.capacity() - b.writerIndex() < size) {
            writeSmall();
            b = null;
        }
        if (b == null) {
            b = ctx.alloc().directBuffer(SMALL, SMALL);
            small = b;
        }
        dirty = true;
        return b;
    }

    private void writeSmall() {
        ByteBuf b = small;
        if (b != null) {
            small = null;
            write(b);
        }
    }

    private void write(ByteBuf b) {
        dirty = true;
        bytes += b.readableBytes();
        outbox.write(b);
    }
}
