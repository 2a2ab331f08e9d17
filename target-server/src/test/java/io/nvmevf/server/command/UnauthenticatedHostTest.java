package io.nvmevf.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.DhchapSecret;
import io.nvmevf.protocol.fabrics.ConnectData;
import io.nvmevf.protocol.fabrics.Nqn;
import io.nvmevf.protocol.feature.FeatureId;
import io.nvmevf.protocol.identify.Cns;
import io.nvmevf.protocol.log.DiscoveryLog;
import io.nvmevf.protocol.log.LogPageId;
import io.nvmevf.protocol.nvme.AdminOpcode;
import io.nvmevf.protocol.nvme.FabricsCommand;
import io.nvmevf.protocol.nvme.NvmOpcode;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.TargetFixture;
import io.nvmevf.server.control.HostKey;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.Completion;
import io.nvmevf.server.host.HostAuthentication;
import io.nvmevf.server.host.HostDhchap;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.TestHost;
import io.nvmevf.server.metrics.DataPlaneStats.ConnectionClass;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What somebody can do who knows the NQN of a host that has a key, and not the key: nothing that anyone notices. */
class UnauthenticatedHostTest {
    private static final String ALPHA = TargetFixture.nqn(TargetFixture.VF);
    private static final UUID OTHER_ID = UUID.fromString("22222222-2222-4222-8222-222222222222");
    private static final DhchapSecret SECRET = DhchapSecret.generate(new SecureRandom(), 32, DhchapHash.SHA_256);

    /** Beside its Connect, of which the target takes 64 in all before a host has authenticated. */
    private static final int MOST_COMMANDS = 63;

    private TargetFixture target;

    @BeforeEach
    void start() {
        target = TargetFixture.start();
        target.hostKeys(
                new HostKey(TargetFixture.VF, TestHost.NQN, List.of(new HostKey.Pair(SECRET, null)), null, null));
        target.publish();
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private TestHost admin(UUID hostid, int kato) {
        return target.keep(
                TestHost.connectAdmin(target.address(), HostOptions.DEFAULT, ALPHA, TestHost.NQN, hostid, kato));
    }

    private TestHost admin() {
        return admin(TestHost.ID, 0);
    }

    private static void authenticate(HostQueue queue) {
        HostAuthentication.authenticate(queue, ALPHA, SECRET);
    }

    private TestHost ready() {
        TestHost host = admin();
        authenticate(host.admin());
        host.enable();
        return host;
    }

    /** Up to a reply that is right; the verdict is not fetched. */
    private static void proves(HostQueue queue) {
        HostAuthentication exchange = new HostAuthentication(queue);
        exchange.send(exchange.toTheReply(new HostDhchap(TestHost.NQN, ALPHA, SECRET, null)));
    }

    private static void required(HostQueue queue, Command command) {
        assertThat(queue.run(command).is(Status.AUTHENTICATION_REQUIRED).dnr()).isFalse();
    }

    @Test
    void everyOtherAdminCommandIsRefused() {
        TestHost host = admin();
        for (int opc = 0; opc <= 0xFF; opc++) {
            if (opc % MOST_COMMANDS == 0) {
                host = admin();
            }
            if (opc != FabricsCommand.OPCODE) {
                required(host.admin(), Command.of(opc, 1));
            }
        }
        for (int fctype = 0; fctype <= 0xFF; fctype++) {
            if (fctype % MOST_COMMANDS == 0) {
                host = admin();
            }
            boolean allowed = fctype == FabricsCommand.AUTHENTICATION_SEND
                    || fctype == FabricsCommand.AUTHENTICATION_RECEIVE
                    || fctype == FabricsCommand.DISCONNECT;
            if (!allowed) {
                required(host.admin(), Command.fabrics(fctype));
            }
        }
        host = admin();
        required(host.admin(), Command.identify(Cns.CONTROLLER, 0));
        required(
                host.admin(),
                Command.of(AdminOpcode.SET_FEATURES, 0)
                        .cdw(10, FeatureId.HOST_BEHAVIOR_SUPPORT)
                        .out(new byte[512]));
        host.admin(Command.fabrics(FabricsCommand.DISCONNECT)).isFinal(Status.INVALID_QUEUE_TYPE);
        authenticate(host.admin());
        host.enable();
    }

    @Test
    void everyIoCommandIsRefusedAndDisconnectDisconnects() {
        TestHost host = ready();
        HostQueue io = host.connectIo(1, 16);
        for (int opc = 0; opc <= 0xFF; opc++) {
            if (opc % MOST_COMMANDS == 0) {
                io = host.connectIo(1, 16);
            }
            if (opc != FabricsCommand.OPCODE) {
                required(io, Command.of(opc, 1));
            }
        }
        io = host.connectIo(1, 16);
        required(io, Command.read(1, 0, 8, 512));
        required(io, Command.write(1, 0, new byte[4096], 512));
        required(io, Command.write(1, 0, new byte[65_536], 512));
        required(io, Command.blocks(NvmOpcode.COMPARE, 1, 0, 1).fuse(1).out(new byte[512]));
        io.run(Command.fabrics(FabricsCommand.DISCONNECT)).ok();
        io.connection().expectEnd();
        HostQueue again = host.reconnectIo(1, 16);
        authenticate(again);
        again.run(Command.read(1, 0, 8, 512)).ok();
    }

    /** Or anyone could keep a host out by its NQN. */
    @Test
    void aHostIdentifierIsTakenFromNobodyWhoHasNotProvedIt() {
        TestHost nobody = admin(OTHER_ID, 0);
        TestHost host = ready();
        // Once the genuine host is there, the other identifier is refused as ever: to who can prove to be the host.
        // Others do not
        // learn that it is there.
        TestHost late = admin(OTHER_ID, 0);
        proves(late.admin());
        late.admin(HostAuthentication.receiving(4096)).is(Status.AUTHENTICATION_REQUIRED);
        assertThat(target.stats().refusals(Refusal.HOST_ID_MISMATCH)).isEqualTo(1);
        // And one that has connected before it was there cannot become a second one.
        proves(nobody.admin());
        nobody.admin(HostAuthentication.receiving(4096)).is(Status.AUTHENTICATION_REQUIRED);
        nobody.admin().connection().expectEnd();
        host.csts();
    }

    @Test
    void aQueueIdentifierIsTakenFromNobodyWhoHasNotProvedIt() {
        TestHost host = ready();
        HostQueue squatter = host.connectIo(1, 16);
        HostQueue genuine = host.connectIo(1, 16);
        authenticate(genuine);
        genuine.run(Command.flush(1)).ok();
        proves(squatter);
        squatter.run(HostAuthentication.receiving(4096)).is(Status.AUTHENTICATION_REQUIRED);
        squatter.connection().expectEnd();
        genuine.run(Command.flush(1)).ok();
    }

    @Test
    void aControllerThatIsNotAuthenticatedIsSeenByNobody() {
        TestHost nobody = admin();
        TestHost host = ready();
        assertThat(nobody.cntlid()).isNotEqualTo(host.cntlid());
        byte[] list = host.admin(Command.identify(Cns.CONTROLLERS, 0)).ok().data();
        assertThat(list[0]).as("controllers").isEqualTo((byte) 1);
        assertThat((list[2] & 0xFF) | (list[3] & 0xFF) << 8).isEqualTo(host.cntlid());
        assertThat(target.subsystem(TargetFixture.VF).controllers()).hasSize(1);
        assertThat(target.stats().open(ConnectionClass.ADMIN)).isEqualTo(1);
        assertThat(target.stats().open(ConnectionClass.PENDING)).isEqualTo(1);
        HostQueue io = target.keep(HostQueue.open(target.address(), HostOptions.DEFAULT, 1));
        byte[] data = HostQueue.connectData(ALPHA, TestHost.NQN, TestHost.ID, nobody.cntlid());
        int field = io.run(io.connectCommand(data, 16, 0))
                .isFinal(Status.CONNECT_INVALID_PARAMETERS)
                .dw0();
        assertThat(field).isEqualTo(FabricsCommand.IATTR_DATA | ConnectData.CNTLID_OFFSET);
    }

    /** The timer of a controller begins when its host is known. */
    @Test
    void keepAliveIsWatchedFromTheAuthenticationOn() {
        TestHost nobody = admin(TestHost.ID, 1000);
        TestHost host = admin(TestHost.ID, 1000);
        authenticate(host.admin());
        host.admin().connection().expectEnd();
        assertThat(target.stats().refusals(Refusal.KEEP_ALIVE_TIMEOUT)).isEqualTo(1);
        required(nobody.admin(), Command.propertyGet(0, 8));
        authenticate(nobody.admin());
        assertThat(target.stats().refusals(Refusal.KEEP_ALIVE_TIMEOUT)).isEqualTo(1);
    }

    @Test
    void whoIsRevokedOrOfflineEndsWhetherAuthenticatedOrNot() {
        TestHost nobody = admin();
        TestHost host = ready();
        target.changeVf(TargetFixture.VF, vf -> vf.allowing(new TreeSet<>(List.of("nqn.2026-01.x:other")), false));
        target.publish();
        nobody.admin().connection().expectEnd();
        host.admin().connection().expectEnd();
    }

    @Test
    void aControllerTakesItsUnauthenticatedQueuesWithIt() {
        TestHost host = ready();
        HostQueue reset = host.connectIo(1, 16);
        host.writeCc(TestHost.ENABLED.en(false));
        reset.connection().expectEnd();
        host.enable();
        HostQueue ended = host.connectIo(1, 16);
        host.admin().close();
        ended.connection().expectEnd();
        assertThat(target.stats().refusals(Refusal.AUTHENTICATION_TIMEOUT)).isZero();
    }

    @Test
    void whereAuthenticationIsRequiredHostsWithoutAKeyAreRefused() {
        target.changeVf(TargetFixture.VF, vf -> vf.requiringAuthentication(true));
        target.publish();
        String stranger = TestHost.NQN + "x";
        HostQueue queue = target.keep(HostQueue.open(target.address(), HostOptions.DEFAULT, 0));
        byte[] data = HostQueue.connectData(ALPHA, stranger, OTHER_ID, ConnectData.CNTLID_DYNAMIC);
        // Nobody said that it may come: it does not learn that there is such a virtual function.
        Completion stranded = queue.run(queue.connectCommand(data, 32, 0)).isFinal(Status.CONNECT_INVALID_PARAMETERS);
        byte[] nowhere = HostQueue.connectData(ALPHA + "x", stranger, OTHER_ID, ConnectData.CNTLID_DYNAMIC);
        assertThat(queue.run(queue.connectCommand(nowhere, 32, 0))
                        .isFinal(Status.CONNECT_INVALID_PARAMETERS)
                        .dw0())
                .isEqualTo(stranded.dw0());
        assertThat(target.stats().refusals(Refusal.AUTHENTICATION_REQUIRED)).isEqualTo(1);
        // A host that is named is told what it lacks.
        target.changeVf(TargetFixture.VF, vf -> vf.allowing(Set.of(stranger, TestHost.NQN), false));
        target.publish();
        queue.run(queue.connectCommand(data, 32, 0)).isFinal(Status.AUTHENTICATION_REQUIRED);
        // And who is not allowed learns no more than who may not prove itself.
        target.changeVf(TargetFixture.VF, vf -> vf.allowing(Set.of(TestHost.NQN), false));
        target.publish();
        assertThat(queue.run(queue.connectCommand(data, 32, 0))
                        .isFinal(Status.CONNECT_INVALID_PARAMETERS)
                        .dw0())
                .isEqualTo(stranded.dw0());
        target.changeVf(TargetFixture.VF, vf -> vf.allowing(Set.of(stranger, TestHost.NQN), false));
        target.publish();
        assertThat(discovered(stranger, OTHER_ID)).isEqualTo(1);
        assertThat(discovered(TestHost.NQN, TestHost.ID)).isEqualTo(2);
        ready();
        // A key makes it one of those who may.
        long generation = target.subsystem(TargetFixture.VF).registry().generation(stranger);
        target.hostKeys(new HostKey(TargetFixture.VF, stranger, List.of(new HostKey.Pair(SECRET, null)), null, null));
        target.publish();
        assertThat(target.subsystem(TargetFixture.VF).registry().generation(stranger))
                .isGreaterThan(generation);
        assertThat(discovered(stranger, OTHER_ID)).isEqualTo(2);
        assertThat(queue.run(queue.connectCommand(data, 32, 0)).ok().dw0() & FabricsCommand.ATR)
                .isNotZero();
    }

    /** Records of the discovery log: the discovery subsystem's own, and what the host may connect to. */
    private long discovered(String hostnqn, UUID hostid) {
        try (TestHost host =
                TestHost.connectAdmin(target.address(), HostOptions.DEFAULT, Nqn.DISCOVERY, hostnqn, hostid, 0)) {
            host.enable();
            return new DiscoveryLog(host.admin(Command.logPage(LogPageId.DISCOVERY, 0, 16 << 10))
                            .ok()
                            .page())
                    .numrec();
        }
    }
}
