package io.nvmevf.bench.micro;

import io.nvmevf.server.transport.tls.RecordLayer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Vector;
import org.bouncycastle.tls.AbstractTlsClient;
import org.bouncycastle.tls.AbstractTlsServer;
import org.bouncycastle.tls.BasicTlsPSKExternal;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.PRFAlgorithm;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsPSKExternal;
import org.bouncycastle.tls.TlsProtocol;
import org.bouncycastle.tls.TlsServerProtocol;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;

/**
 * Bouncy Castle's record layer behind the target's interface, after a handshake in memory: what the target's own is compared with. It
 * carries application data only, and replaces its keys by itself.
 */
final class BouncyCastleRecordLayer implements RecordLayer {
    private static final byte[] IDENTITY = "benchmark".getBytes(StandardCharsets.US_ASCII);
    private static final TlsCrypto CRYPTO = new JcaTlsCryptoProvider().create(new SecureRandom());

    private final TlsProtocol protocol;

    private BouncyCastleRecordLayer(TlsProtocol protocol) {
        this.protocol = protocol;
    }

    /** Both ends of one connection: the client's and the server's. */
    static BouncyCastleRecordLayer[] pair(boolean aes256) {
        TlsClientProtocol client = new TlsClientProtocol();
        TlsServerProtocol server = new TlsServerProtocol();
        try {
            server.accept(new Server(aes256));
            client.connect(new Client(aes256));
            while (client.isHandshaking() || server.isHandshaking()) {
                pass(client, server);
                pass(server, client);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new BouncyCastleRecordLayer[] {new BouncyCastleRecordLayer(client), new BouncyCastleRecordLayer(server)};
    }

    private static void pass(TlsProtocol from, TlsProtocol to) throws IOException {
        byte[] bytes = new byte[from.getAvailableOutputBytes()];
        from.readOutput(bytes, 0, bytes.length);
        to.offerInput(bytes);
    }

    @Override
    public int protect(int contentType, byte[] content, int length, byte[] record) {
        try {
            protocol.writeApplicationData(content, 0, length);
            return protocol.readOutput(record, 0, record.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int open(byte[] record, int length, byte[] content) {
        try {
            protocol.offerInput(record, 0, length);
            return protocol.readInput(content, 0, content.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int contentType() {
        return 23;
    }

    @Override
    public void updateSending() {
        throw new UnsupportedOperationException("Bouncy Castle does so itself");
    }

    @Override
    public void updateReceiving() {
        throw new UnsupportedOperationException("Bouncy Castle does so itself");
    }

    @Override
    public boolean isSendingWornOut() {
        return false;
    }

    private static int[] suites(boolean aes256) {
        return new int[] {aes256 ? CipherSuite.TLS_AES_256_GCM_SHA384 : CipherSuite.TLS_AES_128_GCM_SHA256};
    }

    private static TlsPSKExternal psk(boolean aes256) {
        return new BasicTlsPSKExternal(
                IDENTITY,
                CRYPTO.createSecret(new byte[aes256 ? 48 : 32]),
                aes256 ? PRFAlgorithm.tls13_hkdf_sha384 : PRFAlgorithm.tls13_hkdf_sha256);
    }

    @SuppressWarnings({"rawtypes", "JdkObsolete"}) // (Bouncy Castle's signatures)
    private static final class Client extends AbstractTlsClient {
        private final boolean aes256;

        Client(boolean aes256) {
            super(CRYPTO);
            this.aes256 = aes256;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.TLSv13.only();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return suites(aes256);
        }

        @Override
        public Vector<TlsPSKExternal> getExternalPSKs() {
            Vector<TlsPSKExternal> psks = new Vector<>();
            psks.add(psk(aes256));
            return psks;
        }

        @Override
        public TlsAuthentication getAuthentication() throws IOException {
            throw new IOException("there is no certificate");
        }
    }

    @SuppressWarnings({"rawtypes", "JdkObsolete"}) // (Bouncy Castle's signatures)
    private static final class Server extends AbstractTlsServer {
        private final boolean aes256;

        Server(boolean aes256) {
            super(CRYPTO);
            this.aes256 = aes256;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.TLSv13.only();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return suites(aes256);
        }

        @Override
        public TlsPSKExternal getExternalPSK(Vector identities) {
            return psk(aes256);
        }

        @Override
        public TlsCredentials getCredentials() throws IOException {
            throw new IOException("there is no certificate");
        }
    }
}
