package io.nvmevf.server.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmevf.protocol.auth.AuthFailure;
import io.nvmevf.protocol.auth.AuthNegotiate;
import io.nvmevf.protocol.auth.DhGroup;
import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.DhchapSecret;
import io.nvmevf.protocol.auth.TlsPsk;
import io.nvmevf.protocol.auth.TlsPskInterchange;
import io.nvmevf.protocol.fabrics.ConnectData;
import io.nvmevf.protocol.fabrics.Nqn;
import io.nvmevf.protocol.log.DiscoveryLog;
import io.nvmevf.protocol.log.DiscoveryLogEntry;
import io.nvmevf.protocol.log.LogPageId;
import io.nvmevf.protocol.nvme.FabricsCommand;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.TargetFixture;
import io.nvmevf.server.control.Access;
import io.nvmevf.server.control.HostKey;
import io.nvmevf.server.control.TlsKey;
import io.nvmevf.server.control.TlsMode;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.HostAuthentication;
import io.nvmevf.server.host.HostDhchap;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.HostTls;
import io.nvmevf.server.host.TestHost;
import io.nvmevf.server.host.TlsRefusedException;
import io.nvmevf.server.metrics.DataPlaneStats.ConnectionClass;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import io.nvmevf.server.transport.EventLoops;
import io.nvmevf.server.transport.TransportLimits;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bouncycastle.tls.AlertDescription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Secure channel concatenation: who authenticates comes back with TLS, by a PSK that both sides have made of it. */
class ConcatenationTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ALPHA = TargetFixture.nqn(TargetFixture.VF);
    private static final UUID OTHER_ID = UUID.fromString("22222222-2222-4222-8222-222222222222");
    private static final DhchapSecret SECRET = DhchapSecret.generate(RANDOM, 32, DhchapHash.SHA_256);
    private static final HostKey.Pair PAIR = new HostKey.Pair(SECRET, null);
    private static final TlsPskInterchange CONFIGURED = TlsPskInterchange.generate(RANDOM, 32, DhchapHash.SHA_256);
    private static final List<DhGroup> SMALL = List.of(DhGroup.FFDHE2048);

    private TargetFixture target;

    @BeforeEach
    void start() {
        target = TargetFixture.start();
        keys(PAIR);
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private void keys(HostKey.Pair... pairs) {
        target.hostKeys(new HostKey(TargetFixture.VF, TestHost.NQN, List.of(pairs), null, null));
        target.publish();
    }

    private void access(UnaryOperator<Access> change) {
        target.changeVf(TargetFixture.VF, vf -> vf.with(change.apply(vf.access())));
        target.publish();
    }

    private void mode(TlsMode mode) {
        access(a -> a.with(mode));
    }

    private long refused(Refusal reason) {
        return target.stats().refusals(reason);
    }

    // ---- the steps of a host ---------------------------------------------------------------------------------------

    private TestHost admin(HostOptions options, String subnqn) {
        return target.keep(TestHost.connectAdmin(target.address(), options, subnqn, TestHost.NQN, TestHost.ID, 0));
    }

    private TestHost plain() {
        return admin(HostOptions.DEFAULT, ALPHA);
    }

    private static HostDhchap dhchap(String subnqn, int scc) {
        return new HostDhchap(TestHost.NQN, subnqn, SECRET, null)
                .offering(List.of(DhchapHash.values()), SMALL)
                .asking(scc);
    }

    private static HostDhchap dhchap(int scc) {
        return dhchap(ALPHA, scc);
    }

    private static void succeeds(HostQueue queue, HostDhchap dhchap) {
        AuthFailure failure = new HostAuthentication(queue).run(dhchap);
        assertThat(failure == null ? "" : AuthFailure.describe(failure.explanation()))
                .isEmpty();
    }

    private void fails(HostQueue queue, HostDhchap dhchap, int explanation, Refusal reason) {
        long before = refused(reason);
        AuthFailure failure = Objects.requireNonNull(new HostAuthentication(queue).run(dhchap));
        assertThat(AuthFailure.describe(failure.explanation())).isEqualTo(AuthFailure.describe(explanation));
        queue.connection().expectEnd();
        assertThat(refused(reason)).isEqualTo(before + 1);
    }

    private void mismatch(HostQueue queue, HostDhchap dhchap) {
        fails(queue, dhchap, AuthFailure.SCC_MISMATCH, Refusal.SECURE_CHANNEL);
    }

    /** What the host makes on a connection without TLS, which it closes. */
    private TlsPsk generated(String subnqn) {
        TestHost host = admin(HostOptions.DEFAULT, subnqn);
        HostDhchap dhchap = dhchap(subnqn, AuthNegotiate.SCC_NEW_TLS_PSK);
        succeeds(host.admin(), dhchap);
        host.close();
        return dhchap.generated();
    }

    private static HostOptions by(TlsPsk psk) {
        return HostOptions.DEFAULT.tls(HostTls.of(psk));
    }

    private TestHost secured(TlsPsk psk) {
        return target.keep(TestHost.connect(target.address(), by(psk), ALPHA));
    }

    private static void works(HostQueue io) {
        byte[] data = new byte[20_480];
        RANDOM.nextBytes(data);
        io.run(Command.write(1, 0, data, 512)).ok();
        assertThat(io.run(Command.read(1, 0, 40, 512)).ok().data()).isEqualTo(data);
    }

    private void handshakeRefused(TlsPsk psk) {
        long before = refused(Refusal.TLS_HANDSHAKE);
        assertThatThrownBy(() -> HostQueue.open(target.address(), by(psk), 0))
                .isInstanceOfSatisfying(
                        TlsRefusedException.class,
                        e -> assertThat(e.alert()).isEqualTo(AlertDescription.decrypt_error));
        assertThat(refused(Refusal.TLS_HANDSHAKE)).isEqualTo(before + 1);
    }

    private void connectRefused(HostOptions options, int qid, int cntlid, String subnqn, String host, Refusal reason) {
        try (HostQueue queue = HostQueue.open(target.address(), options, qid)) {
            long before = refused(reason);
            byte[] data = HostQueue.connectData(subnqn, host, TestHost.ID, cntlid);
            queue.run(queue.connectCommand(data, 16, 0)).isFinal(Status.CONNECT_INVALID_HOST);
            assertThat(refused(reason)).isEqualTo(before + 1);
        }
    }

    private void adminRefused(TlsPsk psk, String subnqn, String host) {
        connectRefused(by(psk), 0, ConnectData.CNTLID_DYNAMIC, subnqn, host, Refusal.TLS_IDENTITY);
    }

    /** Until the target has seen that all hosts of the virtual function are gone. */
    private void gone() {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!target.subsystem(TargetFixture.VF).controllers().isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    // ---- how it goes -----------------------------------------------------------------------------------------------

    static Stream<EventLoops.Kind> kinds() {
        return TargetFixture.kinds();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aHostComesBackWithThePskThatItHasMade(EventLoops.Kind kind) {
        target.close();
        target = TargetFixture.start(kind);
        keys(PAIR);
        for (TlsMode mode : List.of(TlsMode.ALLOWED, TlsMode.REQUIRED)) {
            mode(mode);
            TlsPsk psk = generated(ALPHA);
            assertThat(psk.identity()).startsWith("NVMe1G01 " + TestHost.NQN + " " + ALPHA + " ");
            try (TestHost host = TestHost.connect(target.address(), by(psk), ALPHA)) {
                // (Nobody has to authenticate again.)
                works(host.connectIo(1, 16));
                works(host.connectIo(2, 16));
                assertThat(target.stats().open(ConnectionClass.IO)).isEqualTo(2);
            }
            gone();
        }
        assertThat(Stream.of(Refusal.values()).mapToLong(this::refused).sum()).isZero();
    }

    @Test
    void itWorksWithEveryGroupAndWithBothHashesAndWithOlderHosts() {
        mode(TlsMode.REQUIRED);
        for (DhchapHash hash : List.of(DhchapHash.SHA_256, DhchapHash.SHA_384)) {
            for (DhGroup group : List.of(DhGroup.FFDHE2048, DhGroup.FFDHE3072, DhGroup.FFDHE4096)) {
                TestHost host = plain();
                HostDhchap dhchap = new HostDhchap(TestHost.NQN, ALPHA, SECRET, null)
                        .offering(List.of(hash), List.of(DhGroup.NULL, group))
                        .asking(AuthNegotiate.SCC_NEW_TLS_PSK);
                succeeds(host.admin(), group == DhGroup.FFDHE3072 ? dhchap.likeOlderLinux() : dhchap);
                assertThat(dhchap.challenge().group()).isEqualTo(group);
                host.close();
                works(secured(dhchap.generated()).connectIo(1, 8));
            }
        }
    }

    @Test
    void connectSaysWhetherThereMustBeASecureChannel() {
        int both = FabricsCommand.ATR | FabricsCommand.ASCR;
        assertThat(flags(HostOptions.DEFAULT)).isEqualTo(FabricsCommand.ATR);
        mode(TlsMode.REQUIRED);
        assertThat(flags(HostOptions.DEFAULT)).isEqualTo(both);
        assertThat(flags(by(generated(ALPHA)))).isZero();
        target.tlsKeys(new TlsKey(TargetFixture.VF, TestHost.NQN, List.of(CONFIGURED)));
        target.publish();
        assertThat(flags(by(configured()))).isEqualTo(FabricsCommand.ATR);
        mode(TlsMode.OFF);
        assertThat(flags(HostOptions.DEFAULT)).isEqualTo(FabricsCommand.ATR);
    }

    private int flags(HostOptions options) {
        try (HostQueue queue = HostQueue.open(target.address(), options, 0)) {
            byte[] data = HostQueue.connectData(ALPHA, TestHost.NQN, TestHost.ID, ConnectData.CNTLID_DYNAMIC);
            return queue.run(queue.connectCommand(data, 32, 0)).ok().dw0() & ~0xFFFF;
        }
    }

    private static TlsPsk configured() {
        return TlsPsk.retained(CONFIGURED, 1, CONFIGURED.suiteHash(), TestHost.NQN, ALPHA, TlsPsk.Derivation.RFC_8446);
    }

    @Test
    void aHostMayMakeThePskOfItsAssociationAnew() {
        TlsPsk first = generated(ALPHA);
        TestHost host = secured(first);
        HostQueue io = host.connectIo(1, 8);
        HostDhchap again = dhchap(AuthNegotiate.SCC_REPLACE_TLS_PSK);
        succeeds(host.admin(), again);
        TlsPsk second = again.generated();
        assertThat(second).isNotEqualTo(first);
        works(io);
        handshakeRefused(first);
        works(host.connectIo(2, 8, by(second)));
        adminRefused(second, ALPHA, TestHost.NQN);
        HostDhchap third = dhchap(AuthNegotiate.SCC_REPLACE_TLS_PSK);
        succeeds(host.admin(), third);
        handshakeRefused(second);
        // Without asking for one it proves who it is, and no more.
        succeeds(host.admin(), dhchap(AuthNegotiate.SCC_NONE));
        works(host.connectIo(3, 8, by(third.generated())));
        host.close();
        gone();
        handshakeRefused(third.generated());
    }

    @Test
    void manyPathsOfAHostMayConnectAtOnce() {
        mode(TlsMode.REQUIRED);
        List<TlsPsk> psks = Stream.generate(() -> generated(ALPHA)).limit(4).toList();
        List<TestHost> hosts = psks.reversed().stream().map(this::secured).toList();
        hosts.forEach(host -> works(host.connectIo(1, 8)));
        assertThat(hosts.stream().map(TestHost::cntlid)).doesNotHaveDuplicates();
    }

    // ---- downgrade -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(
            value = TlsMode.class,
            names = {"ALLOWED", "REQUIRED"})
    void whoHasAgreedToASecureChannelIsRefusedWithoutIt(TlsMode mode) {
        mode(mode);
        TestHost host = plain();
        host.admin(Command.propertyGet(0, 8)).is(Status.AUTHENTICATION_REQUIRED);
        assertThat(refused(Refusal.SECURE_CHANNEL)).isZero();
        HostDhchap dhchap = dhchap(AuthNegotiate.SCC_NEW_TLS_PSK);
        succeeds(host.admin(), dhchap);
        host.admin(Command.propertyGet(0, 8)).is(Status.AUTHENTICATION_REQUIRED);
        host.admin(Command.propertySet(0x14, 4, TestHost.ENABLED.value())).is(Status.AUTHENTICATION_REQUIRED);
        host.admin(Command.identify(1, 0)).is(Status.AUTHENTICATION_REQUIRED);
        assertThat(refused(Refusal.SECURE_CHANNEL)).isEqualTo(3);
        // Nor by authenticating again, without asking for a PSK.
        byte[] negotiate = HostDhchap.bytes(dhchap(AuthNegotiate.SCC_NONE).negotiate());
        host.admin(HostAuthentication.sending(negotiate)).isFinal(Status.COMMAND_SEQUENCE_ERROR);
        assertThat(target.subsystem(TargetFixture.VF).controllers()).isEmpty();
        // While it is open, or after: the PSK is good.
        works(secured(dhchap.generated()).connectIo(1, 8));
    }

    @Test
    void whereTlsIsRequiredAuthenticatingWithoutAPskIsNotEnough() {
        mode(TlsMode.REQUIRED);
        mismatch(plain().admin(), dhchap(AuthNegotiate.SCC_NONE));
        assertThat(refused(Refusal.AUTHENTICATION_FAILED)).isZero();
        // And for who has no key for it, a connection without TLS is not even for that.
        target.hostKeys();
        target.publish();
        connectRefused(HostOptions.DEFAULT, 0, ConnectData.CNTLID_DYNAMIC, ALPHA, TestHost.NQN, Refusal.TLS_REQUIRED);
    }

    @Test
    void aPskIsMadeOnlyWhereItIsOfUse() {
        mismatch(plain().admin(), dhchap(AuthNegotiate.SCC_REPLACE_TLS_PSK));
        mismatch(plain().admin(), dhchap(1));
        mismatch(
                plain().admin(),
                new HostDhchap(TestHost.NQN, ALPHA, SECRET, null)
                        .offering(List.of(DhchapHash.values()), List.of(DhGroup.NULL))
                        .asking(AuthNegotiate.SCC_NEW_TLS_PSK));
        // A queue in use, and an I/O queue.
        TestHost host = plain();
        succeeds(host.admin(), dhchap(AuthNegotiate.SCC_NONE));
        host.enable();
        mismatch(host.connectIo(1, 8), dhchap(AuthNegotiate.SCC_NEW_TLS_PSK));
        mismatch(host.admin(), dhchap(AuthNegotiate.SCC_NEW_TLS_PSK));
        mode(TlsMode.OFF);
        mismatch(plain().admin(), dhchap(AuthNegotiate.SCC_NEW_TLS_PSK));
        // And over TLS with a PSK that somebody configured.
        mode(TlsMode.ALLOWED);
        target.tlsKeys(new TlsKey(TargetFixture.VF, TestHost.NQN, List.of(CONFIGURED)));
        target.publish();
        for (int scc : new int[] {AuthNegotiate.SCC_NEW_TLS_PSK, AuthNegotiate.SCC_REPLACE_TLS_PSK}) {
            mismatch(admin(by(configured()), ALPHA).admin(), dhchap(scc));
        }
    }

    @Test
    void aWrongSecretMakesNoPsk() {
        mode(TlsMode.REQUIRED);
        TestHost host = plain();
        HostDhchap stranger = new HostDhchap(
                        TestHost.NQN, ALPHA, DhchapSecret.generate(RANDOM, 32, DhchapHash.SHA_256), null)
                .offering(List.of(DhchapHash.SHA_256), SMALL)
                .asking(AuthNegotiate.SCC_NEW_TLS_PSK);
        fails(host.admin(), stranger, AuthFailure.FAILED, Refusal.AUTHENTICATION_FAILED);
        handshakeRefused(stranger.generated());
    }

    // ---- the PSK is of one association -----------------------------------------------------------------------------

    @Test
    void aPskDoesNotOutliveItsAssociation() {
        TlsPsk psk = generated(ALPHA);
        TestHost host = secured(psk);
        host.close();
        gone();
        handshakeRefused(psk);
        // The host begins without TLS again.
        works(secured(generated(ALPHA)).connectIo(1, 8));
    }

    @Test
    void aPskIsOfOneControllerAndTheControllerHasNoOther() {
        target.tlsKeys(new TlsKey(TargetFixture.VF, TestHost.NQN, List.of(CONFIGURED)));
        target.publish();
        TlsPsk psk = generated(ALPHA);
        TlsPsk another = generated(ALPHA);
        TlsPsk fresh = generated(ALPHA);
        TestHost host = secured(psk);
        TestHost second = secured(another);
        adminRefused(psk, ALPHA, TestHost.NQN);
        for (TlsPsk wrong : List.of(another, fresh, configured())) {
            connectRefused(by(wrong), 1, host.cntlid(), ALPHA, TestHost.NQN, Refusal.TLS_IDENTITY);
        }
        connectRefused(HostOptions.DEFAULT, 1, host.cntlid(), ALPHA, TestHost.NQN, Refusal.TLS_REQUIRED);
        works(host.connectIo(1, 8));
        works(second.connectIo(1, 8));
        // Nor has a controller whose admin queue came with a configured PSK, or without TLS.
        TestHost configured = admin(by(configured()), ALPHA);
        succeeds(configured.admin(), dhchap(AuthNegotiate.SCC_NONE));
        configured.enable();
        connectRefused(by(fresh), 1, configured.cntlid(), ALPHA, TestHost.NQN, Refusal.TLS_IDENTITY);
        TestHost plain = plain();
        succeeds(plain.admin(), dhchap(AuthNegotiate.SCC_NONE));
        plain.enable();
        connectRefused(by(fresh), 1, plain.cntlid(), ALPHA, TestHost.NQN, Refusal.TLS_IDENTITY);
    }

    @Test
    void aPskIsForOneVirtualFunctionAndOneHost() {
        target.addVf("beta");
        String beta = TargetFixture.nqn("beta");
        target.hostKeys(
                new HostKey(TargetFixture.VF, TestHost.NQN, List.of(PAIR), null, null),
                new HostKey("beta", TestHost.NQN, List.of(PAIR), null, null),
                new HostKey(TargetFixture.VF, TestHost.NQN + "x", List.of(PAIR), null, null));
        target.publish();
        TestHost host = plain();
        HostAuthentication exchange = new HostAuthentication(host.admin());
        HostDhchap dhchap = dhchap(AuthNegotiate.SCC_NEW_TLS_PSK);
        exchange.send(exchange.toTheReply(dhchap));
        exchange.receive();
        TlsPsk psk = dhchap.generated();
        adminRefused(psk, beta, TestHost.NQN);
        adminRefused(psk, Nqn.DISCOVERY, TestHost.NQN);
        adminRefused(psk, ALPHA, TestHost.NQN + "x");
        // The same bytes under other names are another PSK, which nobody has generated.
        handshakeRefused(TlsPsk.generated(psk.psk(), psk.hash(), TestHost.NQN, beta));
        handshakeRefused(TlsPsk.generated(psk.psk(), psk.hash(), TestHost.NQN + "x", ALPHA));
        works(secured(psk).connectIo(1, 8));
    }

    @Test
    void aPskIsWorthNothingOnceTheSecretIsTakenAwayOrTlsIs() {
        TlsPsk psk = generated(ALPHA);
        HostQueue open = target.keep(HostQueue.open(target.address(), by(psk), 0));
        keys(new HostKey.Pair(DhchapSecret.generate(RANDOM, 32, null), null));
        byte[] data = HostQueue.connectData(ALPHA, TestHost.NQN, TestHost.ID, ConnectData.CNTLID_DYNAMIC);
        open.run(open.connectCommand(data, 16, 0)).isFinal(Status.CONNECT_INVALID_HOST);
        handshakeRefused(psk);
        target.hostKeys();
        target.publish();
        handshakeRefused(psk);
        keys(PAIR);
        mode(TlsMode.OFF);
        handshakeRefused(psk);
        mode(TlsMode.ALLOWED);
        access(a -> a.allowing(Set.of(TestHost.NQN + "x"), false));
        handshakeRefused(psk);
        access(a -> a.allowing(Set.of(TestHost.NQN), false));
        open.run(open.connectCommand(data, 16, 0)).ok();
    }

    @Test
    void aHostThatStaysWithoutTlsIsDisconnected() {
        Duration soon = Duration.ofMillis(400);
        TransportLimits l = TransportLimits.DEFAULT;
        TransportLimits limits = new TransportLimits(
                soon, soon, l.pduTimeout(), l.maxH2cData(), l.inCapsuleData(), l.cpda(), l.queueMemory());
        target.close();
        target = TargetFixture.start(kinds().findFirst().orElseThrow(), limits, 100);
        keys(PAIR);
        TestHost host = plain();
        succeeds(host.admin(), dhchap(AuthNegotiate.SCC_NEW_TLS_PSK));
        host.admin().connection().expectEnd();
        assertThat(refused(Refusal.AUTHENTICATION_TIMEOUT)).isEqualTo(1);
    }

    // ---- discovery and the physical function -----------------------------------------------------------------------

    private List<DiscoveryLogEntry> discovered(TestHost host) {
        DiscoveryLog log = new DiscoveryLog(host.admin(Command.logPage(LogPageId.DISCOVERY, 0, 16 << 10))
                .ok()
                .page());
        return Stream.iterate(0, i -> i + 1).limit(log.numrec()).map(log::entry).toList();
    }

    private List<DiscoveryLogEntry> discovered(String hostnqn) {
        try (TestHost host =
                TestHost.connectAdmin(target.address(), HostOptions.DEFAULT, Nqn.DISCOVERY, hostnqn, OTHER_ID, 0)) {
            host.enable();
            return discovered(host).stream()
                    .filter(e -> e.subnqn().equals(ALPHA))
                    .toList();
        }
    }

    @Test
    void discoveryShowsAVirtualFunctionThatRequiresTlsToWhoCanMakeAPsk() {
        mode(TlsMode.REQUIRED);
        assertThat(discovered(TestHost.NQN + "x")).isEmpty();
        assertThat(discovered(TestHost.NQN)).singleElement().satisfies(e -> {
            assertThat(e.treq() & 3).isEqualTo(DiscoveryLogEntry.TREQ_SECURE_CHANNEL_REQUIRED);
            assertThat(e.sectype()).isEqualTo(DiscoveryLogEntry.SECTYPE_TLS13);
        });
        mode(TlsMode.ALLOWED);
        // (nvme-cli would take TLS13 for a request to concatenate, also where the host's kernel cannot.)
        assertThat(discovered(TestHost.NQN)).singleElement().satisfies(e -> {
            assertThat(e.treq() & 3).isEqualTo(DiscoveryLogEntry.TREQ_SECURE_CHANNEL_NOT_REQUIRED);
            assertThat(e.sectype()).isEqualTo(DiscoveryLogEntry.SECTYPE_NONE);
        });
    }

    @Test
    void discoveryAndThePhysicalFunctionTakeItToo() {
        target.close();
        target = TargetFixture.start(Access.ANYBODY.with(TlsMode.REQUIRED));
        target.offerPf(Access.NOBODY.allowing(Set.of(TestHost.NQN), false).with(TlsMode.REQUIRED));
        target.hostKeys(
                new HostKey(HostKey.DISCOVERY, TestHost.NQN, List.of(PAIR), null, null),
                new HostKey(HostKey.PF, TestHost.NQN, List.of(PAIR), null, null));
        target.publish();
        for (String nqn : List.of(Nqn.DISCOVERY, TargetFixture.DISCOVERY, TargetFixture.PF)) {
            TestHost host = target.keep(TestHost.connect(target.address(), by(generated(nqn)), nqn));
            assertThat(host.csts().rdy()).isTrue();
        }
        // Both are names of one subsystem.
        TestHost host =
                target.keep(TestHost.connect(target.address(), by(generated(Nqn.DISCOVERY)), TargetFixture.DISCOVERY));
        assertThat(discovered(host)).isNotEmpty();
    }
}
