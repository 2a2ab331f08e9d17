package io.nvmevf.server.transport.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * Turns what is written into records: as full as they can be, and at each flush one that holds the rest. On the event loop.
 */
public final class TlsSender {
    /** Records in one buffer. */
    private static final int AT_ONCE = 4;

    private final RecordLayer records;
    private final ByteBufAllocator alloc;
    private final Consumer<ByteBuf> socket;
    private final TlsBuffers buffers = TlsBuffers.ofThread();
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
    private int waitingBytes;
    private boolean updateOwed;
    private boolean closed;

    /** @param socket takes each buffer over, in this order; nothing is flushed */
    public TlsSender(RecordLayer records, ByteBufAllocator alloc, Consumer<ByteBuf> socket) {
        this.records = records;
        this.alloc = alloc;
        this.socket = socket;
    }

    /** Takes over what is to be sent. Full records leave at once. */
    public void write(ByteBuf content) {
        if (closed || !content.isReadable()) {
            content.release();
            return;
        }
        waiting.add(content);
        waitingBytes += content.readableBytes();
        if (waitingBytes >= Tls.MAX_CONTENT) {
            send(waitingBytes / Tls.MAX_CONTENT);
        }
    }

    /** All that was written leaves, and what is owed to the other end. */
    public void finish() {
        if (closed) {
            return;
        }
        if (waitingBytes > 0) {
            send(1);
        } else if (updateOwed) {
            update();
        }
    }

    /** The other end asked for a new key. It gets one with what is sent next, but once for all that it asks meanwhile. */
    void oweUpdate() {
        updateOwed = true;
    }

    /** Whether a new key is still owed. */
    public boolean owesUpdate() {
        return updateOwed;
    }

    /** Says that nothing more will come, and drops what is written later. */
    public void closeNotify() {
        alert(Tls.WARNING, Tls.CLOSE_NOTIFY);
    }

    /** Tells the other end what it did wrong, and drops what is written later. */
    public void fatal(int alert) {
        alert(Tls.FATAL, alert);
    }

    private void alert(int level, int description) {
        if (!closed) {
            control(Tls.ALERT, level, description);
            release();
        }
    }

    /** The connection has ended: what has not left is dropped. */
    public void release() {
        closed = true;
        waiting.forEach(ByteBuf::release);
        waiting.clear();
        waitingBytes = 0;
    }

    private void send(int count) {
        int left = count;
        while (left > 0) {
            if (updateOwed || records.isSendingWornOut()) {
                update();
            }
            int n = Math.min(left, AT_ONCE);
            int bytes = Math.min(waitingBytes, n * Tls.MAX_CONTENT);
            ByteBuf out = alloc.directBuffer(bytes + n * RecordLayer.OVERHEAD);
            for (int i = 0; i < n; i++) {
                int length = gather();
                out.writeBytes(
                        buffers.record,
                        0,
                        records.protect(Tls.APPLICATION_DATA, buffers.content, length, buffers.record));
            }
            socket.accept(out);
            left -= n;
        }
    }

    /** Takes the content of one record out of what waits. */
    private int gather() {
        int length = 0;
        while (length < Tls.MAX_CONTENT && !waiting.isEmpty()) {
            ByteBuf first = waiting.element();
            int n = Math.min(first.readableBytes(), Tls.MAX_CONTENT - length);
            first.readBytes(buffers.content, length, n);
            length += n;
            if (!first.isReadable()) {
                waiting.remove().release();
            }
        }
        waitingBytes -= length;
        return length;
    }

    /** RFC 8446 §4.6.3: one byte says that the other end need not do the same. */
    private void update() {
        updateOwed = false;
        control(Tls.HANDSHAKE, Tls.KEY_UPDATE, 0, 0, 1, 0);
        records.updateSending();
    }

    private void control(int contentType, int... content) {
        for (int i = 0; i < content.length; i++) {
            buffers.content[i] = (byte) content[i];
        }
        int length = records.protect(contentType, buffers.content, content.length, buffers.record);
        socket.accept(alloc.directBuffer(length).writeBytes(buffers.record, 0, length));
    }
}
