package io.nvmevf.server.transport.tls;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.auth.TlsClientHello;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a host sends until its handshake is complete, cut into what {@link TlsHandshake} takes: the ClientHello as a whole, in however many records it came, then record by record. Holds
 * little more than what was received in one go.
 */
public final class HandshakeInput {
    /** Records that the ClientHello may come in. */
    private static final int MOST_RECORDS = 64;

    private byte[] bytes = new byte[1024];
    private int length;

    /** Where the next record of the ClientHello begins. */
    private int scanned;

    private int records;
    private byte[] message = new byte[512];
    private int messageLength;

    /** Takes in all of {@code in}. */
    public void add(ByteBuf in) {
        int n = in.readableBytes();
        if (length + n > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + n, 2 * bytes.length));
        }
        in.readBytes(bytes, length, n);
        length += n;
    }

    /**
     * The ClientHello, a handshake message with its header; null if it is not whole. What it came in is then {@link
     * #clientHelloRecords}.
     *
     * @throws TlsAlertException if it is none, or too long
     */
    public byte @Nullable [] clientHello() throws TlsAlertException {
        while (true) {
            if (messageLength >= Tls.MESSAGE_HEADER && messageLength >= expected()) {
                if (messageLength > expected()) {
                    throw new TlsAlertException(Tls.UNEXPECTED_MESSAGE, "something in the record of the ClientHello");
                }
                return Arrays.copyOf(message, messageLength);
            }
            int end = endOfRecord(scanned, Tls.HANDSHAKE, Tls.MAX_CONTENT);
            if (end < 0) {
                return null;
            }
            int fragment = end - scanned - Tls.HEADER;
            if (fragment == 0 || ++records > MOST_RECORDS) {
                throw new TlsAlertException(Tls.UNEXPECTED_MESSAGE, "a ClientHello in too small pieces");
            }
            if (messageLength + fragment > message.length) {
                message = Arrays.copyOf(message, Math.max(messageLength + fragment, 2 * message.length));
            }
            System.arraycopy(bytes, scanned + Tls.HEADER, message, messageLength, fragment);
            messageLength += fragment;
            scanned = end;
            if (messageLength >= Tls.MESSAGE_HEADER && expected() > TlsClientHello.MAX_SIZE) {
                throw new TlsAlertException(Tls.ILLEGAL_PARAMETER, "a ClientHello of " + expected() + " bytes");
            }
        }
    }

    private int expected() {
        return Tls.MESSAGE_HEADER + (((message[1] & 0xFF) << 16) | ((message[2] & 0xFF) << 8) | (message[3] & 0xFF));
    }

    /** The records of the ClientHello, after {@link #clientHello} gave it; they are taken out. */
    public byte[] clientHelloRecords() {
        message = new byte[0];
        return takeOut(scanned);
    }

    /** The next record, taken out; null if it is not whole. */
    public byte @Nullable [] record() throws TlsAlertException {
        int end = endOfRecord(0, -1, Tls.MAX_CIPHERTEXT);
        return end < 0 ? null : takeOut(end);
    }

    /** All that is left, taken out. */
    public byte[] rest() {
        return takeOut(length);
    }

    /** @param type of the record, or -1 if any will do */
    private int endOfRecord(int at, int type, int most) throws TlsAlertException {
        if (length > at && type >= 0 && bytes[at] != type) {
            throw new TlsAlertException(Tls.UNEXPECTED_MESSAGE, "a record of type " + (bytes[at] & 0xFF));
        }
        if (length > at + 1 && bytes[at + 1] != Tls.MAJOR_VERSION) {
            throw new TlsAlertException(Tls.DECODE_ERROR, "what is no record of TLS");
        }
        if (length - at < Tls.HEADER) {
            return -1;
        }
        int size = ((bytes[at + Tls.LENGTH_OFFSET] & 0xFF) << 8) | (bytes[at + Tls.LENGTH_OFFSET + 1] & 0xFF);
        if (size > most) {
            throw new TlsAlertException(Tls.RECORD_OVERFLOW, "a record of " + size + " bytes");
        }
        int end = at + Tls.HEADER + size;
        return end <= length ? end : -1;
    }

    private byte[] takeOut(int n) {
        byte[] taken = Arrays.copyOf(bytes, n);
        System.arraycopy(bytes, n, bytes, 0, length - n);
        length -= n;
        return taken;
    }
}
