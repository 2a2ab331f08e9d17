package io.nvmevf.bench.load;

import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.TlsPsk;
import io.nvmevf.protocol.auth.TlsTrafficSecret;
import io.nvmevf.server.transport.tls.AesGcmRecordLayer;
import io.nvmevf.server.transport.tls.RecordLayer;
import io.nvmevf.server.transport.tls.Tls;
import io.nvmevf.server.transport.tls.TlsAlertException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Vector;
import org.bouncycastle.tls.AbstractTlsClient;
import org.bouncycastle.tls.BasicTlsPSKExternal;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.PRFAlgorithm;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsPSKExternal;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;
import org.jspecify.annotations.Nullable;

/**
 * The host's side of TLS 1.3 with a PSK. After the handshake records are made and opened by the target's own record layer: what is
 * measured is the target, and this side is to cost as little as it can.
 */
final class TlsWire implements Wire {
    /** Records that are made at a time. */
    private static final int AT_ONCE = 8;

    private static final int IN_SIZE = 256 << 10;
    private static final int APPLICATION_DATA = 23;
    /** HandshakeType (RFC 8446 §4). */
    private static final int KEY_UPDATE = 24;

    private static final TlsCrypto CRYPTO = new JcaTlsCryptoProvider().create(new SecureRandom());

    private final SocketChannel channel;
    private final RecordLayer records;
    private final byte[] content = new byte[RecordLayer.ROOM];
    private final byte[] record = new byte[RecordLayer.ROOM];
    private final ByteBuffer out =
            ByteBuffer.allocateDirect(AT_ONCE * RecordLayer.ROOM).limit(0);
    private final ByteBuffer in = ByteBuffer.allocateDirect(IN_SIZE).limit(0);

    private TlsWire(SocketChannel channel, RecordLayer records) {
        this.channel = channel;
        this.records = records;
    }

    /** Does the handshake; the channel blocks. */
    static TlsWire open(SocketChannel channel, TlsPsk psk) throws IOException {
        Client client = new Client(psk);
        TlsClientProtocol protocol = new TlsClientProtocol();
        protocol.connect(client);
        byte[] bytes = new byte[16 << 10];
        while (client.records == null) {
            int n = protocol.readOutput(bytes, 0, bytes.length);
            if (n > 0) {
                channel.write(ByteBuffer.wrap(bytes, 0, n));
                continue;
            }
            n = channel.read(ByteBuffer.wrap(bytes));
            if (n < 0) {
                throw new LoadException("the target ended the TLS handshake");
            }
            protocol.offerInput(bytes, 0, n);
        }
        int n = protocol.readOutput(bytes, 0, bytes.length);
        channel.write(ByteBuffer.wrap(bytes, 0, n));
        return new TlsWire(channel, client.records);
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int before = into.position();
        if (!open(into)) {
            in.compact();
            int n = channel.read(in);
            in.flip();
            if (n < 0) {
                return -1;
            }
            open(into);
        }
        return into.position() - before;
    }

    /** Opens the whole records that are here, as many as fit. Returns whether there was one. */
    private boolean open(ByteBuffer into) throws IOException {
        boolean any = false;
        while (in.remaining() >= Tls.HEADER) {
            int length = Tls.HEADER + (in.getShort(in.position() + 3) & 0xFFFF);
            if (in.remaining() < length || into.remaining() < length) {
                break;
            }
            in.get(record, 0, length);
            try {
                int n = records.open(record, length, content);
                if (records.contentType() == APPLICATION_DATA) {
                    into.put(content, 0, n);
                } else if (records.contentType() == Tls.HANDSHAKE) {
                    // (The other message that may come, NewSessionTicket, is of no use here.)
                    if (n > 0 && content[0] == KEY_UPDATE) {
                        records.updateReceiving();
                    }
                } else {
                    throw new LoadException("the target ended the TLS connection");
                }
            } catch (TlsAlertException e) {
                throw new LoadException("the target sent " + e.getMessage());
            }
            any = true;
        }
        return any;
    }

    @Override
    public void write(ByteBuffer from) throws IOException {
        while (from.hasRemaining() && flush()) {
            out.clear();
            for (int i = 0; i < AT_ONCE && from.hasRemaining(); i++) {
                int n = Math.min(from.remaining(), Tls.MAX_CONTENT);
                from.get(content, 0, n);
                protect(n);
            }
            out.flip();
        }
        flush();
    }

    @Override
    public void write(ByteBuffer[] from) throws IOException {
        while (remains(from) && flush()) {
            out.clear();
            for (int i = 0; i < AT_ONCE && remains(from); i++) {
                int n = 0;
                for (ByteBuffer part : from) {
                    int taken = Math.min(part.remaining(), Tls.MAX_CONTENT - n);
                    part.get(content, n, taken);
                    n += taken;
                }
                protect(n);
            }
            out.flip();
        }
        flush();
    }

    private static boolean remains(ByteBuffer[] from) {
        for (ByteBuffer part : from) {
            if (part.hasRemaining()) {
                return true;
            }
        }
        return false;
    }

    private void protect(int n) {
        out.put(record, 0, records.protect(APPLICATION_DATA, content, n, record));
    }

    @Override
    public boolean flush() throws IOException {
        if (out.hasRemaining()) {
            channel.write(out);
        }
        return !out.hasRemaining();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** What Bouncy Castle asks. */
    private static final class Client extends AbstractTlsClient {
        private final TlsPsk psk;
        private final boolean sha256;
        private @Nullable RecordLayer records;

        Client(TlsPsk psk) {
            super(CRYPTO);
            this.psk = psk;
            sha256 = psk.hash() == DhchapHash.SHA_256;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.TLSv13.only();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return new int[] {sha256 ? CipherSuite.TLS_AES_128_GCM_SHA256 : CipherSuite.TLS_AES_256_GCM_SHA384};
        }

        @Override
        @SuppressWarnings("JdkObsolete") // (Bouncy Castle's signature)
        public Vector<TlsPSKExternal> getExternalPSKs() {
            Vector<TlsPSKExternal> psks = new Vector<>();
            psks.add(new BasicTlsPSKExternal(
                    psk.identity().getBytes(StandardCharsets.UTF_8),
                    CRYPTO.createSecret(psk.psk()),
                    sha256 ? PRFAlgorithm.tls13_hkdf_sha256 : PRFAlgorithm.tls13_hkdf_sha384));
            return psks;
        }

        @Override
        public TlsAuthentication getAuthentication() throws IOException {
            throw new IOException("the target has no certificate");
        }

        @Override
        public void notifyHandshakeComplete() {
            SecurityParameters parameters = context.getSecurityParametersConnection();
            records = new AesGcmRecordLayer(
                    new TlsTrafficSecret(
                            psk.hash(), parameters.getTrafficSecretClient().extract()),
                    new TlsTrafficSecret(
                            psk.hash(), parameters.getTrafficSecretServer().extract()));
        }
    }
}
