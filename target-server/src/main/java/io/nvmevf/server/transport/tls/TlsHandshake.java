package io.nvmevf.server.transport.tls;

import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.TlsClientHello;
import io.nvmevf.protocol.auth.TlsTrafficSecret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Hashtable;
import java.util.Objects;
import java.util.Vector;
import org.bouncycastle.tls.AbstractTlsServer;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.BasicTlsPSKExternal;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.PRFAlgorithm;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.PskIdentity;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.bouncycastle.tls.TlsPSKExternal;
import org.bouncycastle.tls.TlsServerProtocol;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;
import org.jspecify.annotations.Nullable;

/**
 * The target's side of one handshake: which PSK the host uses is found out here, all else is Bouncy Castle's. One thread at a
 * time; a step takes about a millisecond of computing.
 *
 * <pre>
 *   {@link #clientHello} ──▶ UNDER_WAY ── {@link #record}, a few times ──▶ DONE: {@link #host}, {@link #records}
 *             └────────────────────┴──────────▶ FAILED: {@link #failure}
 * </pre>
 *
 * <p>After each step what {@link #takeOutput} gives is to be sent, after the last one too: it may be an alert.
 *
 * <p>A host that knows no valid PSK is told {@code decrypt_error}, as RFC 8446 §6.2 allows, whether there is no such identity or
 * the binder is wrong. Nobody gets as far as Diffie-Hellman who has not proved to know a PSK.
 */
public final class TlsHandshake {
    /** How it stands. */
    public enum State {
        UNDER_WAY,
        DONE,
        FAILED
    }

    /** Records of the host's that it may take after the ClientHello. */
    private static final int MOST_RECORDS = 32;

    /** Those that GnuTLS offers; larger groups of finite fields would cost tens of milliseconds. */
    private static final int[] GROUPS = {
        NamedGroup.x25519,
        NamedGroup.secp256r1,
        NamedGroup.secp384r1,
        NamedGroup.secp521r1,
        NamedGroup.x448,
        NamedGroup.ffdhe2048,
        NamedGroup.ffdhe3072,
        NamedGroup.ffdhe4096
    };

    private static final TlsCrypto CRYPTO = new JcaTlsCryptoProvider().create(new SecureRandom());

    private final TlsCredentials credentials;
    private final TlsServerProtocol protocol = new TlsServerProtocol();
    private State state = State.UNDER_WAY;
    private String failure = "";
    private int taken;
    private PskChooser.@Nullable Choice choice;
    private @Nullable RecordLayer records;

    public TlsHandshake(TlsCredentials credentials) {
        this.credentials = credentials;
    }

    /**
     * The first step.
     *
     * @param message the ClientHello
     * @param hello the records that it came in
     */
    public void clientHello(byte[] message, byte[] hello) {
        TlsClientHello offered = TlsClientHello.parse(message);
        if (offered != null) {
            choice = PskChooser.choose(offered, credentials);
        }
        try {
            // (One that is not well-formed is Bouncy Castle's to refuse: it gets no PSK.)
            protocol.accept(new Server(offered, choice));
            protocol.offerInput(hello);
        } catch (IOException e) {
            failed(e);
        }
    }

    /** Takes one more record. */
    public void record(byte[] record) {
        try {
            if (++taken > MOST_RECORDS) {
                throw new TlsFatalAlert(AlertDescription.unexpected_message, "too many records");
            }
            protocol.offerInput(record);
        } catch (IOException e) {
            failed(e);
        }
    }

    private void failed(IOException e) {
        state = State.FAILED;
        if (!failure.isEmpty()) {
            return;
        }
        failure = switch (e) {
            case TlsFatalAlertReceived received ->
                "the host ended it: " + AlertDescription.getText(received.getAlertDescription());
            case TlsFatalAlert alert -> AlertDescription.getText(alert.getAlertDescription());
            default -> String.valueOf(e.getMessage());
        };
    }

    /** What is to be sent; empty if there is nothing. */
    public byte[] takeOutput() {
        byte[] output = new byte[protocol.getAvailableOutputBytes()];
        protocol.readOutput(output, 0, output.length);
        return output;
    }

    public State state() {
        return state;
    }

    /** Why it failed, for the log. */
    public String failure() {
        return failure;
    }

    /** Who the host is, when it is DONE. */
    public TlsHost host() {
        PskChooser.Choice chosen = Objects.requireNonNull(choice);
        String suite = chosen.psk().hash() == DhchapHash.SHA_256 ? "TLS_AES_128_GCM_SHA256" : "TLS_AES_256_GCM_SHA384";
        return new TlsHost(
                chosen.identity().hostNqn(),
                chosen.identity().subsystemNqn(),
                chosen.identity().text(),
                chosen.configured(),
                suite);
    }

    /** What protects everything from now on, when it is DONE. */
    public RecordLayer records() {
        return Objects.requireNonNull(records);
    }

    /** What Bouncy Castle asks. */
    private final class Server extends AbstractTlsServer {
        private final @Nullable TlsClientHello offered;
        private final PskChooser.@Nullable Choice chosen;
        private boolean selected;

        Server(@Nullable TlsClientHello offered, PskChooser.@Nullable Choice chosen) {
            super(CRYPTO);
            this.offered = offered;
            this.chosen = chosen;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.TLSv13.only();
        }

        /** Bouncy Castle selects the suite without regard to the hash of the PSK: it may only have those that fit. */
        @Override
        protected int[] getSupportedCipherSuites() {
            if (chosen == null) {
                return new int[] {CipherSuite.TLS_AES_256_GCM_SHA384, CipherSuite.TLS_AES_128_GCM_SHA256};
            }
            return new int[] {
                chosen.psk().hash() == DhchapHash.SHA_256
                        ? CipherSuite.TLS_AES_128_GCM_SHA256
                        : CipherSuite.TLS_AES_256_GCM_SHA384
            };
        }

        @Override
        public int[] getSupportedGroups() {
            return GROUPS.clone();
        }

        /** Where the version is settled, and nothing else: the first place where a host can be refused for want of a PSK. */
        @Override
        public ProtocolVersion getServerVersion() throws IOException {
            ProtocolVersion version = super.getServerVersion();
            TlsClientHello hello = offered;
            if (hello != null && hello.psks() > 0 && chosen == null) {
                throw new TlsFatalAlert(AlertDescription.decrypt_error, PskChooser.problem(hello));
            }
            return version;
        }

        @Override
        public @Nullable TlsPSKExternal getExternalPSK(@SuppressWarnings("rawtypes") Vector identities) {
            PskChooser.Choice psk = chosen;
            byte[] identity = psk == null ? new byte[0] : psk.identity().text().getBytes(StandardCharsets.UTF_8);
            if (psk == null || !identities.contains(new PskIdentity(identity, 0))) {
                return null;
            }
            selected = true;
            return new BasicTlsPSKExternal(
                    identity,
                    CRYPTO.createSecret(psk.psk().psk()),
                    psk.psk().hash() == DhchapHash.SHA_256
                            ? PRFAlgorithm.tls13_hkdf_sha256
                            : PRFAlgorithm.tls13_hkdf_sha384);
        }

        @Override
        public int getSelectedCipherSuite() throws IOException {
            if (!selected) {
                throw new TlsFatalAlert(AlertDescription.handshake_failure, "no PSK with psk_dhe_ke is offered");
            }
            return super.getSelectedCipherSuite();
        }

        @Override
        public org.bouncycastle.tls.TlsCredentials getCredentials() throws TlsFatalAlert {
            throw new TlsFatalAlert(AlertDescription.handshake_failure);
        }

        /** None: max_fragment_length, for one, is declined. */
        @Override
        @SuppressWarnings({"rawtypes", "JdkObsolete"}) // (Bouncy Castle's signature)
        public Hashtable getServerExtensions() {
            return new Hashtable();
        }

        @Override
        public int getMaxHandshakeMessageSize() {
            return TlsClientHello.MAX_SIZE;
        }

        @Override
        public void notifyAlertRaised(
                short level, short description, @Nullable String message, @Nullable Throwable cause) {
            if (failure.isEmpty()) {
                String why = cause == null ? message : cause.getMessage();
                failure = why == null ? AlertDescription.getText(description) : why;
            }
        }

        @Override
        public void notifyHandshakeComplete() {
            SecurityParameters parameters = context.getSecurityParametersConnection();
            DhchapHash hash = Objects.requireNonNull(chosen).psk().hash();
            records = new AesGcmRecordLayer(
                    new TlsTrafficSecret(
                            hash, parameters.getTrafficSecretServer().extract()),
                    new TlsTrafficSecret(
                            hash, parameters.getTrafficSecretClient().extract()));
            state = State.DONE;
        }
    }
}
