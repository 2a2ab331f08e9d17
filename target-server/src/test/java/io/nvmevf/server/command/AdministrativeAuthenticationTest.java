package io.nvmevf.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.DhchapSecret;
import io.nvmevf.protocol.auth.TlsPskInterchange;
import io.nvmevf.protocol.fabrics.ConnectData;
import io.nvmevf.protocol.fabrics.Nqn;
import io.nvmevf.protocol.identify.Cns;
import io.nvmevf.protocol.log.DiscoveryLog;
import io.nvmevf.protocol.log.LogPageId;
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
import io.nvmevf.server.host.TestHost;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hosts with keys at the physical function and at the discovery service: they get in as at a virtual function. */
class AdministrativeAuthenticationTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final DhchapSecret SECRET = DhchapSecret.generate(RANDOM, 32, DhchapHash.SHA_256);
    private static final DhchapSecret CONTROLLER = DhchapSecret.generate(RANDOM, 48, DhchapHash.SHA_384);
    private static final String STRANGER = TestHost.NQN + "x";
    private static final UUID OTHER_ID = UUID.fromString("22222222-2222-4222-8222-222222222222");

    private TargetFixture target;

    @BeforeEach
    void start() {
        start(Access.ANYBODY);
    }

    private void start(Access discovery) {
        target = TargetFixture.start(discovery);
        target.offerPf(Access.NOBODY.allowing(Set.of(TestHost.NQN, STRANGER), false));
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private void key(String subsystem) {
        target.hostKeys(
                new HostKey(subsystem, TestHost.NQN, List.of(new HostKey.Pair(SECRET, CONTROLLER)), null, null));
        target.publish();
    }

    private TestHost admin(String subnqn) {
        return target.keep(
                TestHost.connectAdmin(target.address(), HostOptions.DEFAULT, subnqn, TestHost.NQN, TestHost.ID, 0));
    }

    private HostQueue refused(String subnqn, String hostnqn, UUID id, int status) {
        HostQueue queue = target.keep(HostQueue.open(target.address(), HostOptions.DEFAULT, 0));
        byte[] data = HostQueue.connectData(subnqn, hostnqn, id, ConnectData.CNTLID_DYNAMIC);
        queue.run(queue.connectCommand(data, 32, 0)).isFinal(status);
        return queue;
    }

    private long discovered(TestHost host) {
        return new DiscoveryLog(host.admin(Command.logPage(LogPageId.DISCOVERY, 0, 16 << 10))
                        .ok()
                        .page())
                .numrec();
    }

    private long discovered(String hostnqn, UUID id) {
        try (TestHost host =
                TestHost.connectAdmin(target.address(), HostOptions.DEFAULT, Nqn.DISCOVERY, hostnqn, id, 0)) {
            host.enable();
            return discovered(host);
        }
    }

    private static void locked(TestHost host) {
        host.admin(Command.identify(Cns.CONTROLLER, 0)).is(Status.AUTHENTICATION_REQUIRED);
        host.admin(Command.logPage(LogPageId.DISCOVERY, 0, 4096)).is(Status.AUTHENTICATION_REQUIRED);
        host.admin(Command.propertyGet(0, 8)).is(Status.AUTHENTICATION_REQUIRED);
    }

    @Test
    void anOperatorsHostWithAKeyMustAuthenticateOnEachQueue() {
        key(HostKey.PF);
        TestHost host = admin(TargetFixture.PF);
        locked(host);
        HostAuthentication.authenticate(host.admin(), TargetFixture.PF, SECRET, CONTROLLER);
        host.enable();
        host.csts();
        HostQueue io = host.connectIo(1, 16);
        io.run(Command.flush(1)).is(Status.AUTHENTICATION_REQUIRED);
        HostAuthentication.authenticate(io, TargetFixture.PF, SECRET, CONTROLLER);
        // And again, on a controller that is in use.
        HostAuthentication.authenticate(host.admin(), TargetFixture.PF, SECRET, CONTROLLER);
    }

    @Test
    void aWrongSecretOpensNeitherOfThem() {
        DhchapSecret wrong = DhchapSecret.generate(RANDOM, 32, DhchapHash.SHA_256);
        long failures = 0;
        for (String subsystem : List.of(HostKey.PF, HostKey.DISCOVERY)) {
            key(subsystem);
            String subnqn = subsystem.equals(HostKey.PF) ? TargetFixture.PF : Nqn.DISCOVERY;
            TestHost host = admin(subnqn);
            assertThat(Objects.requireNonNull(new HostAuthentication(host.admin())
                                    .run(new HostDhchap(TestHost.NQN, subnqn, wrong, null)))
                            .explanation())
                    .isNotZero();
            host.admin().connection().expectEnd();
            assertThat(target.stats().refusals(Refusal.AUTHENTICATION_FAILED)).isEqualTo(++failures);
        }
    }

    /** A host puts into its response the name that it connected to. */
    @Test
    void theDiscoveryServiceIsAuthenticatedToUnderEachOfItsNames() {
        key(HostKey.DISCOVERY);
        for (String subnqn : List.of(Nqn.DISCOVERY, TargetFixture.DISCOVERY)) {
            TestHost host = admin(subnqn);
            locked(host);
            HostAuthentication.authenticate(host.admin(), subnqn, SECRET, CONTROLLER);
            host.enable();
            assertThat(discovered(host)).isEqualTo(3);
            HostAuthentication.authenticate(host.admin(), subnqn, SECRET, CONTROLLER);
        }
    }

    @Test
    void aKeyOfOneIsNoKeyOfTheOther() {
        key(HostKey.PF);
        assertThat(discovered(TestHost.NQN, TestHost.ID)).isEqualTo(3);
        key(HostKey.DISCOVERY);
        TestHost host = admin(TargetFixture.PF);
        host.enable();
        assertThat(target.subsystem(TargetFixture.VF).hostKey(TestHost.NQN)).isNull();
    }

    /** Hosts that ask for what there is may be clones of each other, before as after they have a key. */
    @Test
    void theDiscoveryServiceTakesAnyHostIdentifierAlsoFromHostsWithAKey() {
        key(HostKey.DISCOVERY);
        TestHost first = admin(Nqn.DISCOVERY);
        HostAuthentication.authenticate(first.admin(), Nqn.DISCOVERY, SECRET);
        TestHost second = target.keep(
                TestHost.connectAdmin(target.address(), HostOptions.DEFAULT, Nqn.DISCOVERY, TestHost.NQN, OTHER_ID, 0));
        HostAuthentication.authenticate(second.admin(), Nqn.DISCOVERY, SECRET);
        second.enable();
    }

    @Test
    void whereTheDiscoveryServiceRequiresItAStrangerLearnsNothing() {
        target.close();
        start(Access.ANYBODY.requiringAuthentication(true));
        key(HostKey.DISCOVERY);
        refused(Nqn.DISCOVERY, STRANGER, OTHER_ID, Status.AUTHENTICATION_REQUIRED);
        refused(TargetFixture.DISCOVERY, STRANGER, OTHER_ID, Status.AUTHENTICATION_REQUIRED);
        assertThat(target.stats().refusals(Refusal.AUTHENTICATION_REQUIRED)).isEqualTo(2);
        TestHost host = admin(Nqn.DISCOVERY);
        HostAuthentication.authenticate(host.admin(), Nqn.DISCOVERY, SECRET);
        host.enable();
        assertThat(discovered(host)).isEqualTo(3);
    }

    @Test
    void wherePfRequiresItAnOperatorsHostWithoutAKeyIsRefusedAndDoesNotSeeIt() {
        target.offerPf(
                Access.NOBODY.allowing(Set.of(TestHost.NQN, STRANGER), false).requiringAuthentication(true));
        key(HostKey.PF);
        refused(TargetFixture.PF, STRANGER, OTHER_ID, Status.AUTHENTICATION_REQUIRED);
        assertThat(discovered(STRANGER, OTHER_ID)).isEqualTo(2);
        assertThat(discovered(TestHost.NQN, TestHost.ID)).isEqualTo(3);
        assertThat(admin(TargetFixture.PF)
                        .admin()
                        .run(Command.propertyGet(0, 8))
                        .is(Status.AUTHENTICATION_REQUIRED)
                        .dw0())
                .isZero();
    }

    @Test
    void aTlsKeyMakesVisibleWhatTlsOpens() {
        TlsKey key = new TlsKey(
                TargetFixture.VF, TestHost.NQN, List.of(TlsPskInterchange.generate(RANDOM, 32, DhchapHash.SHA_256)));
        target.changeVf(TargetFixture.VF, vf -> vf.with(vf.access().with(TlsMode.REQUIRED)));
        target.publish();
        assertThat(discovered(TestHost.NQN, TestHost.ID)).isEqualTo(2);
        long generation = target.subsystem(TargetFixture.VF).registry().generation(TestHost.NQN);
        target.tlsKeys(key);
        target.publish();
        assertThat(target.subsystem(TargetFixture.VF).registry().generation(TestHost.NQN))
                .isGreaterThan(generation);
        assertThat(target.subsystem(TargetFixture.VF).tlsKey(TestHost.NQN)).isEqualTo(key);
        assertThat(discovered(TestHost.NQN, TestHost.ID)).isEqualTo(3);
        assertThat(discovered(STRANGER, OTHER_ID)).isEqualTo(2);
        // Proof enough where some proof is required, but not where there is no TLS.
        target.changeVf(
                TargetFixture.VF,
                vf -> vf.with(vf.access().with(TlsMode.ALLOWED).requiringAuthentication(true)));
        target.publish();
        assertThat(discovered(TestHost.NQN, TestHost.ID)).isEqualTo(3);
        target.changeVf(TargetFixture.VF, vf -> vf.with(vf.access().with(TlsMode.OFF)));
        target.publish();
        assertThat(discovered(TestHost.NQN, TestHost.ID)).isEqualTo(2);
    }
}
