package io.nvmevf.server.host;

import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.TlsPsk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Vector;
import org.bouncycastle.tls.AbstractTlsClient;
import org.bouncycastle.tls.BasicTlsPSKExternal;
import org.bouncycastle.tls.PRFAlgorithm;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.bouncycastle.tls.TlsPSKExternal;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;

/** The client's side of a TLS connection, bytes in and bytes out: Bouncy Castle's, record layer included. */
@SuppressWarnings({"rawtypes", "unchecked", "JdkObsolete"}) // (Bouncy Castle's signatures)
public final class TlsClient {
    private static final JcaTlsCrypto CRYPTO = new JcaTlsCryptoProvider().create(new SecureRandom());

    private static final class Protocol extends TlsClientProtocol {
        void update(boolean requested) throws IOException {
            send13KeyUpdate(requested);
        }
    }

    private final Protocol protocol = new Protocol();
    private final Client client;

    public TlsClient(HostTls how) {
        client = new Client(how);
    }

    /** The ClientHello. */
    public byte[] start() {
        try {
            protocol.connect(client);
            return output();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Takes in what the target sent.
     *
     * @throws TlsRefusedException if there was an alert in it
     */
    public void take(byte[] bytes, int length) {
        try {
            protocol.offerInput(bytes, 0, length);
        } catch (TlsFatalAlertReceived e) {
            throw new TlsRefusedException(e.getAlertDescription());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is to be sent. */
    public byte[] output() {
        byte[] output = new byte[protocol.getAvailableOutputBytes()];
        protocol.readOutput(output, 0, output.length);
        return output;
    }

    /** Whether the handshake is complete. */
    public boolean isDone() {
        return client.done;
    }

    /** Whether the target has said that it sends nothing more. */
    public boolean isClosed() {
        return protocol.isClosed();
    }

    public byte[] protect(byte[] bytes, int from, int length) {
        try {
            protocol.writeApplicationData(bytes, from, length);
            return output();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public byte[] protect(byte[] bytes) {
        return protect(bytes, 0, bytes.length);
    }

    /** What was in the records that the target sent; what is cut off comes with the next call. */
    public byte[] open(byte[] bytes, int length) {
        take(bytes, length);
        byte[] data = new byte[protocol.getAvailableInputBytes()];
        protocol.readInput(data, 0, data.length);
        return data;
    }

    /** A KeyUpdate; the target is to answer with its own if {@code requested}. */
    public byte[] keyUpdate(boolean requested) {
        try {
            protocol.update(requested);
            return output();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A close_notify. */
    public byte[] close() {
        try {
            protocol.close();
            return output();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Client extends AbstractTlsClient {
        private final HostTls how;
        private boolean done;

        Client(HostTls how) {
            super(CRYPTO);
            this.how = how;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return how.version().only();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return how.suites().stream().mapToInt(suite -> suite).toArray();
        }

        @Override
        protected Vector getSupportedGroups(Vector roles) {
            return new Vector(how.groups());
        }

        @Override
        public Vector getEarlyKeyShareGroups() {
            return new Vector(List.of(how.early()));
        }

        @Override
        public short[] getPskKeyExchangeModes() {
            return new short[] {how.mode()};
        }

        @Override
        public Vector<TlsPSKExternal> getExternalPSKs() {
            Vector<TlsPSKExternal> psks = new Vector<>();
            for (TlsPsk psk : how.psks()) {
                psks.add(new BasicTlsPSKExternal(
                        psk.identity().getBytes(StandardCharsets.UTF_8),
                        CRYPTO.createSecret(psk.psk()),
                        how.sha256() || psk.hash() == DhchapHash.SHA_256
                                ? PRFAlgorithm.tls13_hkdf_sha256
                                : PRFAlgorithm.tls13_hkdf_sha384));
            }
            return psks;
        }

        @Override
        public TlsAuthentication getAuthentication() throws IOException {
            throw new IOException("the target has no certificate");
        }

        @Override
        public void notifyHandshakeComplete() {
            done = true;
        }
    }
}
