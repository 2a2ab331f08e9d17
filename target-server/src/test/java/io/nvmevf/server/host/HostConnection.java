package io.nvmevf.server.host;

import io.nvmevf.protocol.tcp.IcResp;
import io.nvmevf.protocol.tcp.Pdu;
import io.nvmevf.protocol.tcp.TermReq;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A TCP connection that sends any bytes and receives checked PDUs. */
public final class HostConnection implements AutoCloseable {
    /** The longest wait for anything. */
    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket = new Socket();
    private final HostOptions options;
    private final HostPdus pdus;
    private final PduParser parser;
    private final byte[] chunk = new byte[64 << 10];
    private final @Nullable TlsClient tls;
    private int maxH2cData;
    private String last = "nothing";

    private HostConnection(HostOptions options) {
        this.options = options;
        pdus = new HostPdus(options);
        parser = new PduParser(options);
        HostTls how = options.tls();
        tls = how == null ? null : new TlsClient(how);
    }

    /**
     * Connects TCP, and does the TLS handshake if that is how it talks; says nothing yet.
     *
     * @throws TlsRefusedException if the target ended the handshake
     */
    public static HostConnection open(InetSocketAddress address, HostOptions options) {
        HostConnection connection = new HostConnection(options);
        try {
            connection.socket.setTcpNoDelay(true);
            connection.socket.setSoTimeout(PATIENCE_MILLIS);
            connection.socket.connect(address, PATIENCE_MILLIS);
            if (connection.tls != null) {
                connection.shakeHands(connection.tls);
            }
        } catch (IOException e) {
            connection.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    /** Of no use but to make PDUs. */
    static HostConnection unconnected() {
        return new HostConnection(HostOptions.DEFAULT);
    }

    /** Connects, and exchanges ICReq and ICResp. */
    public static HostConnection initialized(InetSocketAddress address, HostOptions options) {
        HostConnection connection = open(address, options);
        connection.initialize();
        return connection;
    }

    /** Sends the ICReq, checks the ICResp. */
    public ReceivedPdu initialize() {
        send(pdus.icReq());
        return initialized();
    }

    /** Takes the ICResp in. */
    public ReceivedPdu initialized() {
        ReceivedPdu response = expect(Pdu.IC_RESP);
        if (IcResp.dgst(response.bytes(), 0) != options.dgst() || IcResp.pfv(response.bytes(), 0) != 0) {
            throw new AssertionError("ICResp has other digests than asked for: " + IcResp.dgst(response.bytes(), 0));
        }
        maxH2cData = (int) IcResp.maxh2cdata(response.bytes(), 0);
        if (maxH2cData < 4096 || maxH2cData % 4 != 0) {
            throw new AssertionError("MAXH2CDATA " + maxH2cData);
        }
        pdus.cpda(IcResp.cpda(response.bytes(), 0));
        return response;
    }

    public HostOptions options() {
        return options;
    }

    public HostPdus pdus() {
        return pdus;
    }

    /** MAXH2CDATA of the ICResp. */
    public int maxH2cData() {
        return maxH2cData;
    }

    private void shakeHands(TlsClient client) throws IOException {
        sendRaw(client.start());
        while (!client.isDone()) {
            int n = socket.getInputStream().read(chunk);
            if (n < 0) {
                throw new TlsRefusedException(-1);
            }
            client.take(chunk, n);
            sendRaw(client.output());
        }
    }

    /** Sends bytes as they are, beneath TLS. */
    public void sendRaw(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot send; received last: " + last, e);
        }
    }

    /** The TLS session, to be driven beneath what this connection sends. */
    public TlsClient tls() {
        return Objects.requireNonNull(tls);
    }

    public void send(byte[] bytes) {
        send(bytes, 0, bytes.length);
    }

    public void send(byte[] bytes, int from, int length) {
        if (tls != null) {
            sendRaw(tls.protect(bytes, from, length));
            return;
        }
        try {
            socket.getOutputStream().write(bytes, from, length);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot send; received last: " + last, e);
        }
    }

    /** Sends in pieces of {@code size} bytes, each with a write of its own. */
    public void sendInPieces(byte[] bytes, int size) {
        for (int at = 0; at < bytes.length; at += size) {
            send(bytes, at, Math.min(size, bytes.length - at));
        }
    }

    /** Takes one byte from the socket, or finds that it has ended. */
    public void takeByte() {
        try {
            int n = socket.getInputStream().read(chunk, 0, 1);
            if (n == 1) {
                parser.add(chunk, n);
            }
        } catch (IOException e) {
            // (Reset by the target.)
        }
    }

    /** The next PDU; fails if the connection ends or nothing comes. */
    public ReceivedPdu receive() {
        ReceivedPdu pdu = receiveOrEnd();
        if (pdu == null) {
            throw new AssertionError("the target closed the connection; received last: " + last);
        }
        return pdu;
    }

    /** The next PDU, or null if the target has closed the connection. */
    public @Nullable ReceivedPdu receiveOrEnd() {
        while (true) {
            ReceivedPdu pdu = parser.next();
            if (pdu != null) {
                last = pdu.toString();
                return pdu;
            }
            try {
                int n = socket.getInputStream().read(chunk);
                if (n < 0) {
                    return null;
                }
                if (tls != null) {
                    byte[] data = tls.open(chunk, n);
                    parser.add(data, data.length);
                } else {
                    parser.add(chunk, n);
                }
            } catch (SocketTimeoutException e) {
                throw new AssertionError(
                        "nothing came for %d ms; received last: %s, and %d bytes of a PDU"
                                .formatted(PATIENCE_MILLIS, last, parser.left()),
                        e);
            } catch (SocketException e) {
                return null; // (reset by the target)
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    public ReceivedPdu expect(int type) {
        ReceivedPdu pdu = receive();
        if (pdu.type() != type) {
            throw new AssertionError("expected " + Pdu.name(type) + ", received " + pdu);
        }
        return pdu;
    }

    /** The target must end this connection with such a C2HTermReq, after whatever it still sends. */
    public ReceivedPdu expectTermReq(int fes, long fei) {
        ReceivedPdu pdu = receive();
        while (pdu.type() != Pdu.C2H_TERM_REQ) {
            pdu = receive();
        }
        if (TermReq.fes(pdu.bytes(), 0) != fes || TermReq.fei(pdu.bytes(), 0) != fei) {
            throw new AssertionError("expected " + TermReq.describe(fes) + " fei=%Xh, received ".formatted(fei) + pdu);
        }
        finish();
        expectEnd();
        return pdu;
    }

    /** The target must close, without another PDU. */
    public void expectEnd() {
        ReceivedPdu pdu = receiveOrEnd();
        if (pdu != null) {
            throw new AssertionError("expected the end of the connection, received " + pdu);
        }
        if (parser.left() != 0) {
            throw new AssertionError("the connection ended within a PDU, after " + parser.left() + " bytes of it");
        }
    }

    /** The target must close, whatever it sends before. */
    public void drain() {
        while (receiveOrEnd() != null) {
            // (What comes is of no interest, only that it ends.)
        }
    }

    /** Sends no more. */
    public void finish() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            // (The target was faster.)
        }
    }

    /** Ends the connection with a TCP reset. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
