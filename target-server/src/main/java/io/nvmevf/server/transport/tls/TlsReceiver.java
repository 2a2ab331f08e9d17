package io.nvmevf.server.transport.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.nvmevf.qos.TokenBucket;
import java.util.function.LongSupplier;

/**
 * Cuts what comes into records, opens them, and hands on what was in them. On the event loop.
 *
 * <p>A KeyUpdate costs more than the bytes that it comes in, so a host may have {@value #UPDATES_AT_ONCE} of them, and one more
 * each second.
 */
public final class TlsReceiver {
    private static final int UPDATES_AT_ONCE = 32;
    private static final int UPDATES_PER_SECOND = 1;
    /** A KeyUpdate with its header. */
    private static final int UPDATE_LENGTH = Tls.MESSAGE_HEADER + 1;

    /** What was in the records. */
    public interface Sink {
        /** Data. Released by the sink; if it keeps it, it has a copy of its own. */
        void data(ByteBuf content);

        /** The other end sends nothing more. */
        void closed(String how);
    }

    private final RecordLayer records;
    private final TlsSender sender;
    private final Sink sink;
    private final LongSupplier nanoTime;
    private final TokenBucket updates;
    private final byte[] record = new byte[RecordLayer.ROOM];
    private byte[] content = new byte[RecordLayer.ROOM];
    private ByteBuf data = Unpooled.wrappedBuffer(content);
    private final byte[] message = new byte[UPDATE_LENGTH];
    private int gathered;
    private int messageLength;
    private boolean closed;

    /**
     * @param sender owes an answer to some of what comes
     * @param nanoTime the event loop's clock
     */
    public TlsReceiver(RecordLayer records, TlsSender sender, Sink sink, LongSupplier nanoTime) {
        this.records = records;
        this.sender = sender;
        this.sink = sink;
        this.nanoTime = nanoTime;
        updates = TokenBucket.full(UPDATES_PER_SECOND, UPDATES_AT_ONCE, nanoTime.getAsLong());
    }

    /**
     * Takes in all of {@code in}.
     *
     * @throws TlsAlertException if the other end broke the rules; nothing may come after it
     */
    public void receive(ByteBuf in) throws TlsAlertException {
        while (in.isReadable() && !closed) {
            if (gathered < Tls.HEADER) {
                gather(in, Tls.HEADER);
                if (gathered < Tls.HEADER) {
                    return;
                }
            }
            int length = Tls.HEADER + contentLength();
            gather(in, length);
            if (gathered == length) {
                gathered = 0;
                opened(records.open(record, length, content));
            }
        }
        if (closed) {
            in.skipBytes(in.readableBytes());
        }
    }

    private void gather(ByteBuf in, int upTo) {
        int n = Math.min(in.readableBytes(), upTo - gathered);
        in.readBytes(record, gathered, n);
        gathered += n;
    }

    private int contentLength() throws TlsAlertException {
        int length = ((record[Tls.LENGTH_OFFSET] & 0xFF) << 8) | (record[Tls.LENGTH_OFFSET + 1] & 0xFF);
        if (length > Tls.MAX_CIPHERTEXT) {
            throw new TlsAlertException(Tls.RECORD_OVERFLOW, "a record of " + length + " bytes");
        }
        return length;
    }

    private void opened(int length) throws TlsAlertException {
        int type = records.contentType();
        if (messageLength > 0 && type != Tls.HANDSHAKE) {
            throw new TlsAlertException(Tls.UNEXPECTED_MESSAGE, "a record within a handshake message");
        }
        switch (type) {
            case Tls.APPLICATION_DATA -> {
                if (length > 0) {
                    handOn(length);
                }
            }
            case Tls.HANDSHAKE -> handshake(length);
            case Tls.ALERT -> alert(length);
            default -> throw new TlsAlertException(Tls.UNEXPECTED_MESSAGE, "content of type " + type);
        }
    }

    private void handOn(int length) {
        data.setIndex(0, length);
        sink.data(data.retain());
        if (data.refCnt() > 1) {
            data.release();
            content = new byte[RecordLayer.ROOM];
            data = Unpooled.wrappedBuffer(content);
        }
    }

    private void handshake(int length) throws TlsAlertException {
        if (length == 0 || messageLength + length > UPDATE_LENGTH) {
            throw new TlsAlertException(Tls.UNEXPECTED_MESSAGE, "a handshake message that is no KeyUpdate");
        }
        System.arraycopy(content, 0, message, messageLength, length);
        messageLength += length;
        if (messageLength < UPDATE_LENGTH) {
            return;
        }
        messageLength = 0;
        if (message[0] != Tls.KEY_UPDATE || message[1] != 0 || message[2] != 0 || message[3] != 1) {
            throw new TlsAlertException(Tls.UNEXPECTED_MESSAGE, "a handshake message that is no KeyUpdate");
        }
        int requested = message[Tls.MESSAGE_HEADER];
        if (requested != 0 && requested != 1) {
            throw new TlsAlertException(Tls.ILLEGAL_PARAMETER, "a KeyUpdate that asks for " + requested);
        }
        if (!updates.take(1, nanoTime.getAsLong())) {
            throw new TlsAlertException(Tls.UNEXPECTED_MESSAGE, "too many KeyUpdates");
        }
        records.updateReceiving();
        if (requested == 1) {
            sender.oweUpdate();
        }
    }

    private void alert(int length) throws TlsAlertException {
        if (length != 2) {
            throw new TlsAlertException(Tls.DECODE_ERROR, "an alert of " + length + " bytes");
        }
        int description = content[1] & 0xFF;
        if (description == Tls.USER_CANCELED) {
            return;
        }
        // (In TLS 1.3 every other alert is fatal, whatever level it says, RFC 8446 §6.)
        closed = true;
        sink.closed(description == Tls.CLOSE_NOTIFY ? "close_notify" : "alert " + description);
    }
}
