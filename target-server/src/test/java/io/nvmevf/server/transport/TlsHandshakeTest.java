package io.nvmevf.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.TlsPsk;
import io.nvmevf.protocol.auth.TlsPskInterchange;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.HostTls;
import io.nvmevf.server.host.TlsClient;
import io.nvmevf.server.host.TlsRefusedException;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import io.nvmevf.server.transport.tls.TlsHost;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.PskKeyExchangeMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes, however they come in, and what is no handshake. */
class TlsHandshakeTest {
    private static final HostTls OFFER = HostTls.of(TlsFixture.psk(TlsFixture.CONFIGURED, DhchapHash.SHA_256));

    /** Lets the client and the target talk until the client is done. */
    private static void shakeHands(EmbeddedQueue q, TlsClient client) {
        q.feed(client.start());
        while (!client.isDone()) {
            byte[] answer = q.raw();
            assertThat(answer).as("what the target sends").isNotEmpty();
            client.take(answer, answer.length);
            q.feed(client.output());
        }
        q.client = client;
    }

    private static void works(EmbeddedQueue q, TlsClient client) {
        q.feed(client.protect(q.pdus.icReq()));
        q.initialized();
    }

    private static void refused(HostTls how, int alert) {
        TlsClient client = new TlsClient(how);
        try (EmbeddedQueue q = TlsFixture.queue(null)) {
            assertThatThrownBy(() -> shakeHands(q, client))
                    .isInstanceOfSatisfying(
                            TlsRefusedException.class,
                            e -> assertThat(e.alert()).isEqualTo(alert));
            assertThat(q.stats.refusals(Refusal.TLS_HANDSHAKE)).isEqualTo(1);
            assertThat(q.channel.isActive()).isTrue();
            q.pass(Duration.ofSeconds(1));
            assertThat(q.channel.isActive()).isFalse();
        }
    }

    @Test
    void aConnectionWithoutTlsHasNothingBeforeIt() {
        try (EmbeddedQueue q = TlsFixture.queue(null)) {
            assertThat(q.channel.pipeline().get(TlsHandler.class)).isNotNull();
            q.feed(q.pdus.icReq());
            q.initialized();
            assertThat(q.channel.pipeline().get(TlsHandler.class)).isNull();
            assertThat(q.queue.tlsHost()).isNull();
        }
    }

    @Test
    void theConnectionKnowsWhoTheHostIs() {
        TlsClient client = TlsFixture.client();
        try (EmbeddedQueue q = TlsFixture.open(HostOptions.DEFAULT, client)) {
            works(q, client);
            TlsHost host = Objects.requireNonNull(q.queue.tlsHost());
            assertThat(host)
                    .isEqualTo(new TlsHost(
                            TlsFixture.HOST,
                            TlsFixture.SUBSYSTEM,
                            TlsFixture.psk(TlsFixture.CONFIGURED, DhchapHash.SHA_256)
                                    .identity(),
                            TlsFixture.CONFIGURED,
                            "TLS_AES_128_GCM_SHA256"));
            assertThat(host.isGenerated()).isFalse();
        }
    }

    private static TlsPsk generated(int seed, DhchapHash hash) {
        byte[] secret = new byte[hash.length()];
        new Random(seed).nextBytes(secret);
        return TlsPsk.generated(secret, hash, TlsFixture.HOST, TlsFixture.SUBSYSTEM);
    }

    @ParameterizedTest
    @EnumSource(
            value = DhchapHash.class,
            names = {"SHA_256", "SHA_384"})
    void aPskThatWasGeneratedIsTakenWhileItIsValid(DhchapHash hash) {
        TlsFixture.Keys keys = new TlsFixture.Keys();
        TlsPsk psk = generated(1, hash);
        keys.generated = psk;
        TlsClient client = new TlsClient(HostTls.of(psk));
        try (EmbeddedQueue q = TlsFixture.queue(keys)) {
            shakeHands(q, client);
            works(q, client);
            TlsHost host = Objects.requireNonNull(q.queue.tlsHost());
            assertThat(host.isGenerated()).isTrue();
            assertThat(host.identity()).isEqualTo(psk.identity());
        }
        for (TlsPsk other : List.of(generated(2, hash), TlsFixture.psk(TlsFixture.CONFIGURED, hash))) {
            keys.generated = other;
            TlsClient late = new TlsClient(HostTls.of(psk));
            try (EmbeddedQueue q = TlsFixture.queue(keys)) {
                assertThatThrownBy(() -> shakeHands(q, late))
                        .isInstanceOfSatisfying(
                                TlsRefusedException.class,
                                e -> assertThat(e.alert()).isEqualTo(AlertDescription.decrypt_error));
            }
        }
    }

    @Test
    void aHandshakeMayBeCutAtEachByte() {
        int length = TlsFixture.client().start().length;
        for (int cut = 1; cut < length; cut += 7) {
            TlsClient client = TlsFixture.client();
            try (EmbeddedQueue q = TlsFixture.queue(null)) {
                q.feedCut(client.start(), cut);
                byte[] answer = q.raw();
                client.take(answer, answer.length);
                byte[] finished = client.output();
                q.feedCut(finished, cut % finished.length);
                q.client = client;
                works(q, client);
            }
        }
    }

    @Test
    void aHandshakeMayComeByteByByte() {
        TlsClient client = TlsFixture.client();
        try (EmbeddedQueue q = TlsFixture.queue(null)) {
            for (byte b : client.start()) {
                q.feed(new byte[] {b});
            }
            byte[] answer = q.raw();
            client.take(answer, answer.length);
            for (byte b : client.output()) {
                q.feed(new byte[] {b});
            }
            q.client = client;
            works(q, client);
        }
    }

    @Test
    void whatFollowsTheHandshakeMayComeWithIt() {
        TlsClient client = TlsFixture.client();
        try (EmbeddedQueue q = TlsFixture.queue(null)) {
            q.feed(client.start());
            byte[] answer = q.raw();
            client.take(answer, answer.length);
            byte[] finished = client.output();
            byte[] icReq = client.protect(q.pdus.icReq());
            q.client = client;
            q.feed(TlsFixture.join(finished, Arrays.copyOf(icReq, 40)));
            q.feed(Arrays.copyOfRange(icReq, 40, icReq.length));
            q.initialized();
        }
    }

    @Test
    void aClientHelloMayComeInManyRecordsButNotInAny() {
        for (int size : new int[] {17, 100, 5000}) {
            TlsClient client = TlsFixture.client();
            try (EmbeddedQueue q = TlsFixture.queue(null)) {
                q.feed(TlsFixture.inPieces(client.start(), size));
                byte[] answer = q.raw();
                client.take(answer, answer.length);
                assertThat(client.isDone()).isTrue();
            }
        }
        try (EmbeddedQueue q = TlsFixture.queue(null)) {
            q.feed(TlsFixture.inPieces(TlsFixture.client().start(), 1));
            assertThat(q.raw()).isEqualTo(alert(AlertDescription.unexpected_message));
            assertThat(q.stats.refusals(Refusal.TLS_HANDSHAKE)).isEqualTo(1);
        }
    }

    @Test
    void lengthsAreCheckedBeforeAnythingIsWaitedFor() {
        try (EmbeddedQueue q = TlsFixture.queue(null)) {
            q.feed(new byte[] {22, 3, 1, 0x40, 1});
            assertThat(q.raw()).isEqualTo(alert(AlertDescription.record_overflow));
        }
        try (EmbeddedQueue q = TlsFixture.queue(null)) {
            q.feed(new byte[] {22, 3, 1, 0, 4, 1, 0, 0x40, 0});
            assertThat(q.raw()).isEqualTo(alert(AlertDescription.illegal_parameter));
        }
        try (EmbeddedQueue q = TlsFixture.queue(null)) {
            q.feed(new byte[] {22, 2, 1, 0, 4});
            assertThat(q.raw()).isEqualTo(alert(AlertDescription.decode_error));
        }
        try (EmbeddedQueue q = TlsFixture.queue(null)) {
            q.feed(new byte[] {22, 3, 1, 0, 0});
            assertThat(q.raw()).isEqualTo(alert(AlertDescription.unexpected_message));
        }
        try (EmbeddedQueue q = TlsFixture.queue(null)) {
            q.feed(TlsFixture.join(TlsFixture.inPieces(TlsFixture.client().start(), 50), new byte[] {23}));
            assertThat(q.raw()).as("one byte of another record may come").isNotEmpty();
        }
    }

    private static byte[] alert(short description) {
        return new byte[] {21, 3, 3, 0, 2, 2, (byte) description};
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                NamedGroup.x25519,
                NamedGroup.x448,
                NamedGroup.secp256r1,
                NamedGroup.secp384r1,
                NamedGroup.ffdhe2048,
                NamedGroup.ffdhe3072,
                NamedGroup.ffdhe4096
            })
    void everyGroupIsTaken(int group) {
        TlsClient client = new TlsClient(OFFER.groups(group, group));
        try (EmbeddedQueue q = TlsFixture.queue(null)) {
            shakeHands(q, client);
            works(q, client);
        }
    }

    /** The host has sent no key share of the group that is chosen: a HelloRetryRequest. */
    @Test
    void aHostMayBeAskedForAnotherKeyShare() {
        TlsClient client = new TlsClient(OFFER.groups(NamedGroup.secp256r1, NamedGroup.x25519, NamedGroup.secp256r1));
        try (EmbeddedQueue q = TlsFixture.queue(null)) {
            q.feed(client.start());
            byte[] retry = q.raw();
            client.take(retry, retry.length);
            assertThat(client.isDone()).isFalse();
            q.feed(client.output());
            byte[] answer = q.raw();
            client.take(answer, answer.length);
            q.feed(client.output());
            assertThat(client.isDone()).isTrue();
            q.client = client;
            works(q, client);
        }
    }

    @Test
    void otherGroupsAreNotTaken() {
        refused(OFFER.groups(NamedGroup.ffdhe8192, NamedGroup.ffdhe8192), AlertDescription.handshake_failure);
    }

    /** A downgrade, of the version or of what protects past connections when a PSK becomes known. */
    @Test
    void olderVersionsAndPskWithoutDiffieHellmanAreNotTaken() {
        refused(
                OFFER.version(ProtocolVersion.TLSv12).suites(CipherSuite.TLS_DHE_PSK_WITH_AES_128_GCM_SHA256),
                AlertDescription.protocol_version);
        refused(OFFER.mode(PskKeyExchangeMode.psk_ke), AlertDescription.handshake_failure);
    }

    @Test
    void theSuiteIsThatOfThePsk() {
        for (DhchapHash hash : new DhchapHash[] {DhchapHash.SHA_256, DhchapHash.SHA_384}) {
            TlsClient client = new TlsClient(HostTls.of(TlsFixture.psk(TlsFixture.CONFIGURED, hash))
                    .suites(CipherSuite.TLS_AES_256_GCM_SHA384, CipherSuite.TLS_AES_128_GCM_SHA256));
            try (EmbeddedQueue q = TlsFixture.queue(null)) {
                shakeHands(q, client);
                works(q, client);
                assertThat(Objects.requireNonNull(q.queue.tlsHost()).suite())
                        .endsWith(hash.toString().replace("-", ""));
            }
        }
    }

    @Test
    void whoKnowsNoPskIsToldTheSameAsWhoIsUnknown() {
        TlsPskInterchange wrong = TlsPskInterchange.generate(new SecureRandom(), 32, DhchapHash.SHA_256);
        refused(HostTls.of(TlsFixture.psk(wrong, DhchapHash.SHA_256)), AlertDescription.decrypt_error);
        refused(
                HostTls.of(TlsPsk.retained(
                        TlsFixture.CONFIGURED,
                        1,
                        DhchapHash.SHA_256,
                        "nqn.2026-01.x:nobody",
                        TlsFixture.SUBSYSTEM,
                        TlsPsk.Derivation.RFC_8446)),
                AlertDescription.decrypt_error);
    }

    @Test
    void theOneOfSeveralPsksThatIsProvedIsChosen() {
        TlsPskInterchange wrong = TlsPskInterchange.generate(new SecureRandom(), 32, DhchapHash.SHA_256);
        TlsClient client = new TlsClient(HostTls.of(
                TlsFixture.psk(wrong, DhchapHash.SHA_256),
                TlsFixture.psk(TlsFixture.CONFIGURED, DhchapHash.SHA_384),
                TlsFixture.psk(TlsFixture.CONFIGURED, DhchapHash.SHA_256)));
        try (EmbeddedQueue q = TlsFixture.queue(null)) {
            shakeHands(q, client);
            works(q, client);
        }
    }

    /** Who has recorded a handshake and sends it again gets an answer that is of no use to him. */
    @Test
    void aReplayedHandshakeGetsNowhere() {
        TlsClient client = TlsFixture.client();
        byte[] hello = client.start();
        byte[] finished;
        byte[] icReq;
        try (EmbeddedQueue q = TlsFixture.queue(null)) {
            q.feed(hello);
            byte[] answer = q.raw();
            client.take(answer, answer.length);
            finished = client.output();
            icReq = client.protect(q.pdus.icReq());
            q.feed(finished);
            q.client = client;
        }
        try (EmbeddedQueue q = TlsFixture.queue(null)) {
            q.feed(hello);
            assertThat(q.raw()).isNotEmpty();
            q.feed(finished);
            q.feed(icReq);
            assertThat(q.stats.refusals(Refusal.TLS_HANDSHAKE)).isEqualTo(1);
            assertThat(q.queue.tlsHost()).isNull();
            assertThat(q.channel.pipeline().get(TlsHandler.class)).isNotNull();
            q.ignoreOutput();
        }
    }

    @Test
    void aSlowHandshakeEndsInTime() {
        TlsClient client = TlsFixture.client();
        byte[] hello = client.start();
        for (int sent : new int[] {1, 100, hello.length}) {
            try (EmbeddedQueue q = TlsFixture.queue(null)) {
                q.feed(hello, 0, sent);
                q.pass(EmbeddedQueue.LIMITS.icReqTimeout().minusMillis(1));
                assertThat(q.channel.isActive()).isTrue();
                q.pass(Duration.ofMillis(1));
                assertThat(q.channel.isActive()).isFalse();
                assertThat(q.stats.refusals(Refusal.ICREQ_TIMEOUT)).isEqualTo(1);
                q.ignoreOutput();
            }
        }
    }

    @Test
    void nothingIsReadWhileAStepIsComputed() {
        TlsFixture.Keys keys = new TlsFixture.Keys();
        keys.hold = true;
        TlsClient client = TlsFixture.client();
        try (EmbeddedQueue q = TlsFixture.queue(keys)) {
            q.feed(client.start());
            assertThat(q.channel.config().isAutoRead()).isFalse();
            keys.held.remove().run();
            byte[] answer = q.raw();
            assertThat(q.channel.config().isAutoRead()).isTrue();
            client.take(answer, answer.length);
            q.feed(client.output());
            assertThat(q.channel.config().isAutoRead()).isFalse();
            // The connection ends first: what was computed is of no use any more.
            q.pass(EmbeddedQueue.LIMITS.icReqTimeout());
            assertThat(q.channel.isActive()).isFalse();
            while (!keys.held.isEmpty()) {
                keys.held.remove().run();
            }
            q.ignoreOutput();
        }
    }

    @Test
    void aHandshakeWaitsWhileTooManyOthersDo() {
        TlsFixture.Keys keys = new TlsFixture.Keys();
        keys.busy = 3;
        TlsClient client = TlsFixture.client();
        try (EmbeddedQueue q = TlsFixture.queue(keys)) {
            q.feed(client.start());
            assertThat(q.raw()).isEmpty();
            q.pass(Duration.ofMillis(20));
            assertThat(q.raw()).isEmpty();
            q.pass(Duration.ofMillis(20));
            q.pass(Duration.ofMillis(20));
            byte[] answer = q.raw();
            client.take(answer, answer.length);
            assertThat(client.isDone()).isTrue();
        }
    }
}
