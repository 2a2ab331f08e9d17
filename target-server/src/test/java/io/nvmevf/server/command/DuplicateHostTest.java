package io.nvmevf.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.protocol.auth.AuthFailure;
import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.DhchapSecret;
import io.nvmevf.protocol.fabrics.ConnectData;
import io.nvmevf.protocol.nvme.FabricsCommand;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.TargetFixture;
import io.nvmevf.server.control.DuplicateHost;
import io.nvmevf.server.control.HostKey;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.HostAuthentication;
import io.nvmevf.server.host.HostDhchap;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.TestHost;
import io.nvmevf.server.metrics.DataPlaneStats.ConnectionClass;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A second admin queue of one host at a virtual function, under each of the policies. */
class DuplicateHostTest {
    private static final String ALPHA = TargetFixture.nqn(TargetFixture.VF);
    private static final String OTHER = TestHost.NQN + "x";
    private static final UUID OTHER_ID = UUID.fromString("22222222-2222-4222-8222-222222222222");
    private static final DhchapSecret SECRET = DhchapSecret.generate(new SecureRandom(), 32, DhchapHash.SHA_256);
    private static final DhchapSecret WRONG = DhchapSecret.generate(new SecureRandom(), 32, DhchapHash.SHA_256);

    private TargetFixture target;

    @BeforeEach
    void start() {
        target = TargetFixture.start();
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private void policy(DuplicateHost policy) {
        target.changeVf(TargetFixture.VF, vf -> vf.with(vf.access().with(policy)));
        target.publish();
    }

    private void keys() {
        target.hostKeys(
                new HostKey(TargetFixture.VF, TestHost.NQN, List.of(new HostKey.Pair(SECRET, null)), null, null));
        target.publish();
    }

    private TestHost admin(String hostnqn, UUID id) {
        return target.keep(TestHost.connectAdmin(target.address(), HostOptions.DEFAULT, ALPHA, hostnqn, id, 0));
    }

    private HostQueue unconnected() {
        return target.keep(HostQueue.open(target.address(), HostOptions.DEFAULT, 0));
    }

    private static Command connect(HostQueue queue, UUID id) {
        byte[] data = HostQueue.connectData(ALPHA, TestHost.NQN, id, ConnectData.CNTLID_DYNAMIC);
        return queue.connectCommand(data, 32, 0);
    }

    private static void authenticate(TestHost host) {
        HostAuthentication.authenticate(host.admin(), ALPHA, SECRET);
        host.enable();
    }

    @Test
    void usuallyAHostMayHaveSeveralControllers() {
        TestHost first = target.connect();
        TestHost second = target.connect();
        assertThat(second.cntlid()).isNotEqualTo(first.cntlid());
        first.connectIo(1, 8).run(Command.flush(1)).ok();
        second.connectIo(1, 8).run(Command.flush(1)).ok();
        assertThat(target.stats().refusals(Refusal.DUPLICATE_HOST)).isZero();
    }

    @Test
    void rejectRefusesTheNewOneUntilTheOldOneIsGone() {
        policy(DuplicateHost.REJECT);
        TestHost first = target.connect();
        HostQueue second = unconnected();
        // (Without DNR: the host tries again, and gets in when the target has given the old one up.)
        assertThat(second.run(connect(second, TestHost.ID))
                        .is(Status.CONNECT_CONTROLLER_BUSY)
                        .dnr())
                .isFalse();
        assertThat(target.stats().refusals(Refusal.DUPLICATE_HOST)).isEqualTo(1);
        first.connectIo(1, 8).run(Command.flush(1)).ok();
        // Another host is no duplicate.
        admin(OTHER, OTHER_ID).enable();
        first.close();
        while (target.stats().open(ConnectionClass.ADMIN) > 1) {
            Thread.onSpinWait();
        }
        second.run(connect(second, TestHost.ID)).ok();
    }

    @Test
    void replaceEndsTheOlderOnesWithAllOfTheirQueues() {
        TestHost first = target.connect();
        HostQueue io = first.connectIo(1, 8);
        TestHost other = admin(OTHER, OTHER_ID);
        policy(DuplicateHost.REPLACE);
        TestHost second = target.connect();
        io.connection().drain();
        first.admin().connection().drain();
        assertThat(target.stats().refusals(Refusal.DUPLICATE_HOST)).isEqualTo(1);
        second.connectIo(1, 8).run(Command.flush(1)).ok();
        other.enable();
        assertThat(target.subsystem(TargetFixture.VF).controllers()).hasSize(2);
    }

    /** Nobody without the key throws a host out, or learns that it is there. */
    @Test
    void replaceEndsTheOlderOnesOnlyWhenTheNewOneHasAuthenticated() {
        keys();
        policy(DuplicateHost.REPLACE);
        TestHost first = admin(TestHost.NQN, TestHost.ID);
        authenticate(first);
        TestHost impostor = admin(TestHost.NQN, TestHost.ID);
        AuthFailure refusal =
                new HostAuthentication(impostor.admin()).run(new HostDhchap(TestHost.NQN, ALPHA, WRONG, null));
        assertThat(refusal).isNotNull();
        impostor.admin().connection().drain();
        first.csts();
        assertThat(target.stats().refusals(Refusal.DUPLICATE_HOST)).isZero();
        TestHost second = admin(TestHost.NQN, TestHost.ID);
        first.csts();
        authenticate(second);
        first.admin().connection().drain();
        second.csts();
        assertThat(target.stats().refusals(Refusal.DUPLICATE_HOST)).isEqualTo(1);
    }

    @Test
    void rejectTellsOnlyAHostThatHasAuthenticated() {
        keys();
        policy(DuplicateHost.REJECT);
        TestHost first = admin(TestHost.NQN, TestHost.ID);
        authenticate(first);
        TestHost second = admin(TestHost.NQN, TestHost.ID);
        HostAuthentication exchange = new HostAuthentication(second.admin());
        exchange.send(exchange.toTheReply(new HostDhchap(TestHost.NQN, ALPHA, SECRET, null)));
        second.admin(HostAuthentication.receiving(4096)).is(Status.AUTHENTICATION_REQUIRED);
        second.admin().connection().drain();
        assertThat(target.stats().refusals(Refusal.DUPLICATE_HOST)).isEqualTo(1);
        assertThat(target.stats().refusals(Refusal.AUTHENTICATION_FAILED)).isZero();
        first.csts();
    }

    @Test
    void theSameHostWithAnotherIdentifierIsRefusedUnderEachPolicy() {
        TestHost first = target.connect();
        for (DuplicateHost policy : DuplicateHost.values()) {
            policy(policy);
            HostQueue clone = unconnected();
            assertThat(clone.run(connect(clone, OTHER_ID))
                            .isFinal(Status.CONNECT_INVALID_PARAMETERS)
                            .dw0())
                    .isEqualTo(FabricsCommand.IATTR_DATA | ConnectData.HOSTID_OFFSET);
        }
        assertThat(target.stats().refusals(Refusal.HOST_ID_MISMATCH)).isEqualTo(3);
        first.csts();
    }
}
