package io.nvmevf.server.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.DhchapSecret;
import io.nvmevf.protocol.auth.TlsPsk;
import io.nvmevf.protocol.auth.TlsPsk.Derivation;
import io.nvmevf.protocol.auth.TlsPskInterchange;
import io.nvmevf.protocol.fabrics.ConnectData;
import io.nvmevf.protocol.fabrics.Nqn;
import io.nvmevf.protocol.log.DiscoveryLog;
import io.nvmevf.protocol.log.DiscoveryLogEntry;
import io.nvmevf.protocol.log.LogPageId;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.TargetFixture;
import io.nvmevf.server.control.Access;
import io.nvmevf.server.control.HostKey;
import io.nvmevf.server.control.TlsKey;
import io.nvmevf.server.control.TlsMode;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.Completion;
import io.nvmevf.server.host.HostAuthentication;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.HostTls;
import io.nvmevf.server.host.TestHost;
import io.nvmevf.server.host.TlsRefusedException;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import io.nvmevf.server.transport.EventLoops;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bouncycastle.tls.AlertDescription;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who gets in by TLS, as whom, and who does not. */
class TlsTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ALPHA = TargetFixture.nqn(TargetFixture.VF);
    private static final String OTHER_HOST = TestHost.NQN + "x";
    private static final UUID OTHER_ID = UUID.fromString("22222222-2222-4222-8222-222222222222");
    private static final TlsPskInterchange PSK = TlsPskInterchange.generate(RANDOM, 32, DhchapHash.SHA_256);
    private static final TlsPskInterchange ANOTHER = TlsPskInterchange.generate(RANDOM, 48, DhchapHash.SHA_384);

    private TargetFixture target;

    @BeforeEach
    void start() {
        target = TargetFixture.start();
        keys(PSK);
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private void keys(TlsPskInterchange... psks) {
        target.tlsKeys(new TlsKey(TargetFixture.VF, TestHost.NQN, List.of(psks)));
        target.publish();
    }

    private void access(UnaryOperator<Access> change) {
        target.changeVf(TargetFixture.VF, vf -> vf.with(change.apply(vf.access())));
        target.publish();
    }

    private static HostOptions options(
            TlsPskInterchange psk, int version, Derivation derivation, String hostnqn, String subnqn) {
        return HostOptions.DEFAULT.tls(
                HostTls.of(TlsPsk.retained(psk, version, psk.suiteHash(), hostnqn, subnqn, derivation)));
    }

    private static HostOptions options(TlsPskInterchange psk) {
        return options(psk, 1, Derivation.RFC_8446, TestHost.NQN, ALPHA);
    }

    /** Connects, enables the controller, and moves data on two queues. */
    private void works(HostOptions options) {
        try (TestHost host = TestHost.connect(target.address(), options, ALPHA)) {
            for (int qid = 1; qid <= 2; qid++) {
                HostQueue io = host.connectIo(qid, 16);
                byte[] data = new byte[100_352];
                new Random(qid).nextBytes(data);
                io.run(Command.write(1, qid * 256L, data, 512)).ok();
                assertThat(io.run(Command.read(1, qid * 256L, data.length / 512, 512))
                                .ok()
                                .data())
                        .isEqualTo(data);
            }
        }
    }

    private void handshakeRefused(HostOptions options, int alert) {
        long before = target.stats().refusals(Refusal.TLS_HANDSHAKE);
        assertThatThrownBy(() -> HostQueue.open(target.address(), options, 0))
                .isInstanceOfSatisfying(
                        TlsRefusedException.class, e -> assertThat(e.alert()).isEqualTo(alert));
        assertThat(target.stats().refusals(Refusal.TLS_HANDSHAKE)).isEqualTo(before + 1);
    }

    private void connectRefused(HostOptions options, String subnqn, String hostnqn, int status, Refusal reason) {
        try (HostQueue queue = HostQueue.open(target.address(), options, 0)) {
            byte[] data = HostQueue.connectData(subnqn, hostnqn, TestHost.ID, ConnectData.CNTLID_DYNAMIC);
            long before = target.stats().refusals(reason);
            queue.run(queue.connectCommand(data, 32, 0)).isFinal(status);
            assertThat(target.stats().refusals(reason)).isEqualTo(before + 1);
        }
    }

    static Stream<Arguments> psks() {
        Stream.Builder<Arguments> all = Stream.builder();
        for (int length : new int[] {32, 48}) {
            for (DhchapHash hash : new DhchapHash @Nullable [] {null, DhchapHash.SHA_256, DhchapHash.SHA_384}) {
                for (int version = 0; version <= 1; version++) {
                    for (Derivation derivation : Derivation.values()) {
                        all.add(Arguments.of(
                                TlsPskInterchange.generate(RANDOM, length, hash), hash, version, derivation));
                    }
                }
            }
        }
        return all.build();
    }

    /** PSKs of both lengths, with HH 00, 01 and 02; identities of both versions; both derivations. */
    @ParameterizedTest
    @MethodSource("psks")
    void everyKindOfPskWorks(TlsPskInterchange psk, @Nullable DhchapHash hash, int version, Derivation derivation) {
        keys(psk);
        works(options(psk, version, derivation, TestHost.NQN, ALPHA));
    }

    /** GnuTLS before 3.8.11, which many hosts have, uses every PSK with SHA-256, and then offers no cipher suite with it. */
    @Test
    void aPskForSha384IsNotTakenWithSha256() {
        keys(ANOTHER);
        TlsPsk psk = TlsPsk.retained(ANOTHER, 1, DhchapHash.SHA_384, TestHost.NQN, ALPHA, Derivation.RFC_8446);
        handshakeRefused(HostOptions.DEFAULT.tls(HostTls.of(psk).alwaysSha256()), AlertDescription.decrypt_error);
    }

    static Stream<EventLoops.Kind> kinds() {
        return TargetFixture.kinds();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void itWorksOverEveryTransportAndWithDigests(EventLoops.Kind kind) {
        target.close();
        target = TargetFixture.start(kind);
        keys(ANOTHER);
        works(options(ANOTHER));
        works(options(ANOTHER).digests(true, true));
    }

    @Test
    void duringARotationBothPsksAreValidAndThenOnlyTheNewOne() {
        TlsPskInterchange old = TlsPskInterchange.generate(RANDOM, 32, null);
        TlsPskInterchange next = TlsPskInterchange.generate(RANDOM, 32, null);
        keys(old);
        keys(next, old);
        for (Derivation derivation : Derivation.values()) {
            works(options(old, 0, derivation, TestHost.NQN, ALPHA));
            works(options(next, 0, derivation, TestHost.NQN, ALPHA));
        }
        keys(next);
        works(options(next, 0, Derivation.RFC_8446, TestHost.NQN, ALPHA));
        handshakeRefused(options(old, 0, Derivation.RFC_8446, TestHost.NQN, ALPHA), AlertDescription.decrypt_error);
    }

    @Test
    void wrongKeysAndUnknownNamesAreRefusedAlike() {
        handshakeRefused(options(ANOTHER), AlertDescription.decrypt_error);
        handshakeRefused(options(PSK, 0, Derivation.RFC_8446, OTHER_HOST, ALPHA), AlertDescription.decrypt_error);
        handshakeRefused(
                options(PSK, 0, Derivation.RFC_8446, TestHost.NQN, ALPHA + "x"), AlertDescription.decrypt_error);
        works(options(PSK));
    }

    @Test
    void whereTlsIsOffNoHandshakeSucceeds() {
        access(a -> a.with(TlsMode.OFF));
        handshakeRefused(options(PSK), AlertDescription.decrypt_error);
        works(HostOptions.DEFAULT);
    }

    @Test
    void aHostThatIsNotAllowedGetsNoHandshake() {
        access(a -> a.allowing(Set.of(OTHER_HOST), false));
        handshakeRefused(options(PSK), AlertDescription.decrypt_error);
    }

    @Test
    void withoutTlsAHostConnectsUnlessTlsIsRequired() {
        works(HostOptions.DEFAULT);
        access(a -> a.with(TlsMode.REQUIRED));
        connectRefused(HostOptions.DEFAULT, ALPHA, TestHost.NQN, Status.CONNECT_INVALID_HOST, Refusal.TLS_REQUIRED);
        works(options(PSK));
    }

    @Test
    void aConnectionIsForTheNamesOfItsPsk() {
        target.addVf("beta");
        target.publish();
        for (String subnqn : List.of(TargetFixture.nqn("beta"), TargetFixture.nqn("nowhere"), Nqn.DISCOVERY)) {
            connectRefused(options(PSK), subnqn, TestHost.NQN, Status.CONNECT_INVALID_HOST, Refusal.TLS_IDENTITY);
        }
        connectRefused(options(PSK), ALPHA, OTHER_HOST, Status.CONNECT_INVALID_HOST, Refusal.TLS_IDENTITY);
    }

    @Test
    void aPskThatIsTakenAwayBeforeConnectIsOfNoUse() {
        try (HostQueue queue = HostQueue.open(target.address(), options(PSK), 0)) {
            keys(ANOTHER);
            byte[] data = HostQueue.connectData(ALPHA, TestHost.NQN, TestHost.ID, ConnectData.CNTLID_DYNAMIC);
            queue.run(queue.connectCommand(data, 32, 0)).isFinal(Status.CONNECT_INVALID_HOST);
            keys(ANOTHER, PSK);
            access(a -> a.with(TlsMode.OFF));
            queue.run(queue.connectCommand(data, 32, 0)).isFinal(Status.CONNECT_INVALID_HOST);
            assertThat(target.stats().refusals(Refusal.TLS_IDENTITY)).isEqualTo(2);
            access(a -> a.with(TlsMode.ALLOWED));
            queue.run(queue.connectCommand(data, 32, 0)).ok();
        }
    }

    @Test
    void aRevokedHostIsDisconnected() {
        TestHost host = target.keep(TestHost.connect(target.address(), options(PSK), ALPHA));
        access(a -> a.allowing(Set.of(OTHER_HOST), false));
        host.admin().connection().expectEnd();
        handshakeRefused(options(PSK), AlertDescription.decrypt_error);
    }

    /** Or anyone who has seen a host's NQN and identifiers could read and write as that host. */
    @Test
    void anIoQueueIsProtectedAsItsAdminQueueIs() {
        TestHost host = target.keep(TestHost.connect(target.address(), options(PSK), ALPHA));
        byte[] data = HostQueue.connectData(ALPHA, TestHost.NQN, TestHost.ID, host.cntlid());
        HostQueue plain = target.keep(HostQueue.open(target.address(), HostOptions.DEFAULT, 1));
        plain.run(plain.connectCommand(data, 16, 0)).isFinal(Status.CONNECT_INVALID_HOST);
        assertThat(target.stats().refusals(Refusal.TLS_REQUIRED)).isEqualTo(1);
        host.connectIo(1, 16).run(Command.flush(1)).ok();
    }

    @Test
    void tlsIsAProofWhereAuthenticationIsRequired() {
        access(a -> a.requiringAuthentication(true));
        works(options(PSK));
        connectRefused(
                HostOptions.DEFAULT,
                ALPHA,
                TestHost.NQN,
                Status.AUTHENTICATION_REQUIRED,
                Refusal.AUTHENTICATION_REQUIRED);
    }

    @Test
    void aHostWithBothKeysAuthenticatesWithinTls() {
        DhchapSecret secret = DhchapSecret.generate(RANDOM, 32, DhchapHash.SHA_256);
        target.hostKeys(
                new HostKey(TargetFixture.VF, TestHost.NQN, List.of(new HostKey.Pair(secret, null)), null, null));
        access(a -> a.with(TlsMode.REQUIRED));
        TestHost host =
                target.keep(TestHost.connectAdmin(target.address(), options(PSK), ALPHA, TestHost.NQN, TestHost.ID, 0));
        host.admin(Command.propertyGet(0, 8)).is(Status.AUTHENTICATION_REQUIRED);
        HostAuthentication.authenticate(host.admin(), ALPHA, secret);
        host.enable();
        HostQueue io = host.connectIo(1, 16);
        io.run(Command.flush(1)).is(Status.AUTHENTICATION_REQUIRED);
        HostAuthentication.authenticate(io, ALPHA, secret);
        io.run(Command.flush(1)).ok();
    }

    // ---- discovery and the physical function ---------------------------------------------------------------------

    private List<DiscoveryLogEntry> discovered(TestHost host) {
        DiscoveryLog log = new DiscoveryLog(host.admin(Command.logPage(LogPageId.DISCOVERY, 0, 16 << 10))
                .ok()
                .page());
        return Stream.iterate(0, i -> i + 1).limit(log.numrec()).map(log::entry).toList();
    }

    private void entry(TlsMode mode, String hostnqn, int treq, int sectype) {
        access(a -> a.with(mode));
        try (TestHost host =
                TestHost.connectAdmin(target.address(), HostOptions.DEFAULT, Nqn.DISCOVERY, hostnqn, OTHER_ID, 0)) {
            host.enable();
            DiscoveryLogEntry entry = discovered(host).stream()
                    .filter(e -> e.subnqn().equals(ALPHA))
                    .findFirst()
                    .orElseThrow();
            assertThat(entry.treq() & 3).as("TREQ").isEqualTo(treq);
            assertThat(entry.sectype()).as("SECTYPE").isEqualTo(sectype);
        }
    }

    @Test
    void discoverySaysHowToConnect() {
        int not = DiscoveryLogEntry.TREQ_SECURE_CHANNEL_NOT_REQUIRED;
        entry(TlsMode.OFF, TestHost.NQN, not, DiscoveryLogEntry.SECTYPE_NONE);
        entry(TlsMode.ALLOWED, TestHost.NQN, not, DiscoveryLogEntry.SECTYPE_TLS13);
        entry(TlsMode.ALLOWED, OTHER_HOST, not, DiscoveryLogEntry.SECTYPE_NONE);
        int required = DiscoveryLogEntry.TREQ_SECURE_CHANNEL_REQUIRED;
        entry(TlsMode.REQUIRED, TestHost.NQN, required, DiscoveryLogEntry.SECTYPE_TLS13);
    }

    @Test
    void discoveryIsReachedByTlsUnderBothItsNames() {
        target.close();
        target = TargetFixture.start(Access.ANYBODY.with(TlsMode.REQUIRED));
        target.tlsKeys(new TlsKey(HostKey.DISCOVERY, TestHost.NQN, List.of(PSK)));
        target.publish();
        for (String nqn : List.of(Nqn.DISCOVERY, TargetFixture.DISCOVERY)) {
            TestHost host = target.keep(
                    TestHost.connect(target.address(), options(PSK, 1, Derivation.RFC_8446, TestHost.NQN, nqn), nqn));
            assertThat(discovered(host)).hasSize(2);
            assertThat(discovered(host).getFirst().treq() & 3)
                    .isEqualTo(DiscoveryLogEntry.TREQ_SECURE_CHANNEL_REQUIRED);
            connectRefused(HostOptions.DEFAULT, nqn, TestHost.NQN, Status.CONNECT_INVALID_HOST, Refusal.TLS_REQUIRED);
        }
        // Both are names of one subsystem: nvme-cli finds one through the other, and goes on with the same PSK.
        target.keep(TestHost.connect(
                target.address(),
                options(PSK, 1, Derivation.RFC_8446, TestHost.NQN, Nqn.DISCOVERY),
                TargetFixture.DISCOVERY));
        connectRefused(
                options(PSK, 1, Derivation.RFC_8446, TestHost.NQN, Nqn.DISCOVERY),
                ALPHA,
                TestHost.NQN,
                Status.CONNECT_INVALID_HOST,
                Refusal.TLS_IDENTITY);
    }

    @Test
    void thePhysicalFunctionIsReachedByTls() {
        target.offerPf(Access.NOBODY.allowing(Set.of(TestHost.NQN), false).with(TlsMode.REQUIRED));
        target.tlsKeys(new TlsKey(HostKey.PF, TestHost.NQN, List.of(PSK)));
        target.publish();
        TestHost host = target.keep(TestHost.connect(
                target.address(),
                options(PSK, 1, Derivation.RFC_8446, TestHost.NQN, TargetFixture.PF),
                TargetFixture.PF));
        assertThat(host.csts().rdy()).isTrue();
        connectRefused(
                HostOptions.DEFAULT, TargetFixture.PF, TestHost.NQN, Status.CONNECT_INVALID_HOST, Refusal.TLS_REQUIRED);
    }

    // ---- I/O -------------------------------------------------------------------------------------------------------

    @Test
    void manyCommandsOfAllSizesAreVerifiedWhileKeysChange() {
        HostOptions options = options(PSK).digests(true, true);
        TestHost host = target.keep(TestHost.connect(target.address(), options, ALPHA));
        HostQueue io = host.connectIo(1, 64);
        Random random = new Random(5);
        byte[] disk = new byte[(int) TargetFixture.BYTES];
        for (int i = 0; i < 200; i++) {
            int length = 512 * (1 + random.nextInt(random.nextInt(10) == 0 ? 1000 : 16));
            int at = 512 * random.nextInt((disk.length - length) / 512);
            byte[] data = new byte[length];
            random.nextBytes(data);
            System.arraycopy(data, 0, disk, at, length);
            if (i % 20 == 0) {
                io.connection().sendRaw(io.connection().tls().keyUpdate(i % 40 == 0));
            }
            io.run(Command.write(1, at / 512, data, 512)).ok();
            int readLength = 512 * (1 + random.nextInt(64));
            int readAt = 512 * random.nextInt((disk.length - readLength) / 512);
            Completion read =
                    io.run(Command.read(1, readAt / 512, readLength / 512, 512)).ok();
            assertThat(read.data()).isEqualTo(Arrays.copyOfRange(disk, readAt, readAt + readLength));
        }
    }
}
