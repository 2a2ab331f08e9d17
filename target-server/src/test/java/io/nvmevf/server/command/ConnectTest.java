package io.nvmevf.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.protocol.fabrics.ConnectData;
import io.nvmevf.protocol.nvme.FabricsCommand;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.TargetFixture;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.Completion;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.TestHost;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connect (NVMe Base 2.1 §6.3): who gets a controller, and what a refusal says about the field at fault. */
class ConnectTest {
    private static final String OTHER_NQN = "nqn.2014-08.org.nvmexpress:uuid:22222222-2222-4222-8222-222222222222";
    private static final UUID OTHER_ID = UUID.fromString("22222222-2222-4222-8222-222222222222");
    private static final String ALPHA = TargetFixture.nqn(TargetFixture.VF);

    private TargetFixture target;

    @BeforeEach
    void start() {
        target = TargetFixture.start();
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private HostQueue open(int qid) {
        return target.keep(HostQueue.open(target.address(), HostOptions.DEFAULT, qid));
    }

    private static byte[] data() {
        return HostQueue.connectData(ALPHA, TestHost.NQN, TestHost.ID, ConnectData.CNTLID_DYNAMIC);
    }

    private static byte[] data(String subnqn, String hostnqn, UUID hostid, int cntlid) {
        return HostQueue.connectData(subnqn, hostnqn, hostid, cntlid);
    }

    /** The Connect is refused with Invalid Parameters, which say that this field is at fault; another try succeeds. */
    private void invalid(int field, byte[] connectData, int size) {
        HostQueue admin = open(0);
        Completion refused =
                admin.run(admin.connectCommand(connectData, size, 0)).isFinal(Status.CONNECT_INVALID_PARAMETERS);
        assertThat(refused.dw0()).as("IATTR and IPO").isEqualTo(field);
        admin.run(admin.connectCommand(data(), 32, 0)).ok();
    }

    private static int inData(int offset) {
        return FabricsCommand.IATTR_DATA | offset;
    }

    /**
     * A command that an event loop is looking at when its host is revoked must not look up what is attached next: the change
     * is over only when each loop has come by.
     */
    @Test
    void aRevocationIsOverWhenNoLoopCanBeInACommandOfTheHostsAnyMore() throws Exception {
        target.addVf("beta");
        target.publish();
        TestHost lost = target.keep(TestHost.connect(target.address(), HostOptions.DEFAULT, TargetFixture.nqn("beta")));
        CountDownLatch busy = new CountDownLatch(1);
        AtomicBoolean free = new AtomicBoolean();
        target.keepLoopsBusy(busy);
        target.changeVf("beta", vf -> vf.allowing(new java.util.TreeSet<>(List.of(OTHER_NQN)), false));
        CompletableFuture<Boolean> published = CompletableFuture.supplyAsync(() -> {
            target.publish();
            return free.get();
        });
        try {
            // (A change that did not wait would be over long before.)
            assertThat(published).failsWithin(Duration.ofMillis(300)).withThrowableOfType(TimeoutException.class);
        } finally {
            free.set(true);
            busy.countDown();
        }
        assertThat(published.get(20, TimeUnit.SECONDS))
                .as("the loops were free")
                .isTrue();
        lost.admin().connection().expectEnd();
    }

    @Test
    void anAdminQueueGetsAControllerThatItHasNotHadBefore() {
        Set<Integer> ids = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            try (TestHost host =
                    TestHost.connectAdmin(target.address(), HostOptions.DEFAULT, ALPHA, TestHost.NQN, TestHost.ID, 0)) {
                assertThat(host.cntlid()).isBetween(1, 0xFFEF);
                assertThat(ids.add(host.cntlid()))
                        .as("CNTLID %d is new", host.cntlid())
                        .isTrue();
            }
        }
    }

    @Test
    void eachFieldOfAnAdminConnectThatIsWrongIsNamed() {
        invalid(
                inData(ConnectData.SUBNQN_OFFSET),
                data(TargetFixture.nqn("nobody"), TestHost.NQN, TestHost.ID, 0xFFFF),
                32);
        invalid(inData(ConnectData.SUBNQN_OFFSET), data("", TestHost.NQN, TestHost.ID, 0xFFFF), 32);
        invalid(inData(ConnectData.HOSTNQN_OFFSET), data(ALPHA, "", TestHost.ID, 0xFFFF), 32);
        invalid(inData(ConnectData.HOSTID_OFFSET), data(ALPHA, TestHost.NQN, new UUID(0, 0), 0xFFFF), 32);
        invalid(inData(ConnectData.CNTLID_OFFSET), data(ALPHA, TestHost.NQN, TestHost.ID, 0xFFFE), 32);
        invalid(inData(ConnectData.CNTLID_OFFSET), data(ALPHA, TestHost.NQN, TestHost.ID, 1), 32);
        invalid(FabricsCommand.SQSIZE_OFFSET, data(), 1);
        invalid(FabricsCommand.SQSIZE_OFFSET, data(), 65_536);
        byte[] endless = data();
        java.util.Arrays.fill(endless, ConnectData.SUBNQN_OFFSET, ConnectData.SUBNQN_OFFSET + 256, (byte) 'a');
        invalid(inData(ConnectData.SUBNQN_OFFSET), endless, 32);
        assertThat(target.stats().refusals(Refusal.UNKNOWN_SUBSYSTEM)).isPositive();
    }

    @Test
    void anUnknownRecordFormatIsRefused() {
        HostQueue admin = open(0);
        admin.run(admin.connectCommand(data(), 32, 0).octet(FabricsCommand.RECFMT_OFFSET, 1))
                .isFinal(Status.CONNECT_INCOMPATIBLE_FORMAT);
    }

    @Test
    void aConnectWithTooLittleDataIsRefusedBeforeItIsLookedAt() {
        HostQueue admin = open(0);
        admin.run(admin.connectCommand(new byte[1020], 32, 0)).isFinal(Status.SGL_DATA_LENGTH_INVALID);
        admin.run(admin.connectCommand(data(), 32, 0)).ok();
    }

    @Test
    void aHostThatIsNotAllowedIsRefused() {
        target.addVf("closed", List.of(OTHER_NQN), 4, 64);
        target.publish();
        HostQueue admin = open(0);
        admin.run(admin.connectCommand(data(TargetFixture.nqn("closed"), TestHost.NQN, TestHost.ID, 0xFFFF), 32, 0))
                .isFinal(Status.CONNECT_INVALID_HOST);
        assertThat(target.stats().refusals(Refusal.HOST_NOT_ALLOWED)).isEqualTo(1);
        admin.run(admin.connectCommand(data(TargetFixture.nqn("closed"), OTHER_NQN, OTHER_ID, 0xFFFF), 32, 0))
                .ok();
    }

    @Test
    void aHostThatIsNoLongerAllowedLosesItsController() {
        target.addVf("beta", List.of(TestHost.NQN, OTHER_NQN), 4, 64);
        target.publish();
        TestHost kept = target.keep(TestHost.connectAdmin(
                target.address(), HostOptions.DEFAULT, TargetFixture.nqn("beta"), OTHER_NQN, OTHER_ID, 0));
        kept.enable();
        TestHost lost = target.keep(TestHost.connect(target.address(), HostOptions.DEFAULT, TargetFixture.nqn("beta")));
        HostQueue io = lost.connectIo(1, 8);
        target.changeVf("beta", vf -> vf.allowing(new java.util.TreeSet<>(List.of(OTHER_NQN)), false));
        target.publish();
        lost.admin().connection().expectEnd();
        io.connection().expectEnd();
        assertThat(kept.csts().rdy()).isTrue();
    }

    @Test
    void theSameHostNqnWithAnotherHostIdIsRefusedWhileTheFirstLives() {
        TestHost first = target.connect();
        HostQueue admin = open(0);
        Completion refused = admin.run(admin.connectCommand(data(ALPHA, TestHost.NQN, OTHER_ID, 0xFFFF), 32, 0));
        assertThat(refused.isFinal(Status.CONNECT_INVALID_PARAMETERS).dw0())
                .isEqualTo(inData(ConnectData.HOSTID_OFFSET));
        admin.run(admin.connectCommand(data(ALPHA, OTHER_NQN, OTHER_ID, 0xFFFF), 32, 0))
                .ok();
        assertThat(first.csts().rdy()).isTrue();
    }

    @Test
    void beforeConnectEveryOtherCommandIsOutOfSequence() {
        HostQueue admin = open(0);
        admin.run(Command.identify(1, 0)).isFinal(Status.COMMAND_SEQUENCE_ERROR);
        admin.run(Command.propertyGet(0, 8)).isFinal(Status.COMMAND_SEQUENCE_ERROR);
        admin.run(admin.connectCommand(data(), 32, 0)).ok();
        admin.run(admin.connectCommand(data(), 32, 0)).isFinal(Status.COMMAND_SEQUENCE_ERROR);
    }

    // ---- I/O queues ------------------------------------------------------------------------------------------------

    private Completion connectIo(int qid, byte[] connectData, int size) {
        HostQueue io = open(qid);
        return io.run(io.connectCommand(connectData, size, 0));
    }

    @Test
    void eachFieldOfAnIoConnectThatIsWrongIsNamed() {
        TestHost host = target.connect();
        int cntlid = host.cntlid();
        target.addVf("beta");
        target.publish();
        byte[] right = data(ALPHA, TestHost.NQN, TestHost.ID, cntlid);
        assertThat(connectIo(1, data(ALPHA, TestHost.NQN, TestHost.ID, cntlid + 1), 8)
                        .isFinal(Status.CONNECT_INVALID_PARAMETERS)
                        .dw0())
                .isEqualTo(inData(ConnectData.CNTLID_OFFSET));
        assertThat(connectIo(1, data(TargetFixture.nqn("beta"), TestHost.NQN, TestHost.ID, cntlid), 8)
                        .isFinal(Status.CONNECT_INVALID_PARAMETERS)
                        .dw0())
                .isEqualTo(inData(ConnectData.CNTLID_OFFSET));
        assertThat(connectIo(1, data(ALPHA, OTHER_NQN, TestHost.ID, cntlid), 8)
                        .isFinal(Status.CONNECT_INVALID_PARAMETERS)
                        .dw0())
                .isEqualTo(inData(ConnectData.HOSTNQN_OFFSET));
        assertThat(connectIo(1, data(ALPHA, TestHost.NQN, OTHER_ID, cntlid), 8)
                        .isFinal(Status.CONNECT_INVALID_PARAMETERS)
                        .dw0())
                .isEqualTo(inData(ConnectData.HOSTID_OFFSET));
        for (int size : new int[] {1, 1025, 65_536}) {
            assertThat(connectIo(1, right, size)
                            .isFinal(Status.CONNECT_INVALID_PARAMETERS)
                            .dw0())
                    .isEqualTo(FabricsCommand.SQSIZE_OFFSET);
        }
        assertThat(connectIo(65, right, 8)
                        .isFinal(Status.CONNECT_INVALID_PARAMETERS)
                        .dw0())
                .isEqualTo(FabricsCommand.QID_OFFSET);
        connectIo(1, right, 1024).ok();
        connectIo(64, right, 2).ok();
        connectIo(1, right, 8).isFinal(Status.COMMAND_SEQUENCE_ERROR);
    }

    @Test
    void aQueueIdentifierIsFreeAgainAfterItsConnectionEnded() {
        TestHost host = target.connect();
        for (int i = 0; i < 10; i++) {
            HostQueue io = host.reconnectIo(1, 8);
            io.connection().finish();
            io.connection().expectEnd();
        }
    }

    @Test
    void ioQueuesWaitForTheControllerToBeEnabled() {
        TestHost host = target.keep(
                TestHost.connectAdmin(target.address(), HostOptions.DEFAULT, ALPHA, TestHost.NQN, TestHost.ID, 0));
        byte[] right = data(ALPHA, TestHost.NQN, TestHost.ID, host.cntlid());
        connectIo(1, right, 8).isFinal(Status.COMMAND_SEQUENCE_ERROR);
        host.enable();
        connectIo(1, right, 8).ok();
    }

    @Test
    void disconnectEndsAnIoQueueAfterItsAnswer() {
        TestHost host = target.connect();
        HostQueue io = host.connectIo(1, 8);
        io.run(Command.fabrics(FabricsCommand.DISCONNECT)).ok();
        io.connection().expectEnd();
        host.reconnectIo(1, 8).run(Command.flush(1)).ok();
    }

    @Test
    void theEndOfTheAdminQueueEndsTheControllerAndItsIoQueues() {
        TestHost host = target.connect();
        HostQueue io = host.connectIo(1, 8);
        host.admin().close();
        io.connection().expectEnd();
    }

    @Test
    void aHostWithoutSqFlowControlIsToldSoByTheHeadPointerOfItsConnect() {
        HostQueue admin = target.keep(HostQueue.open(target.address(), HostOptions.DEFAULT.withoutSqFlowControl(), 0));
        assertThat(admin.run(admin.connectCommand(data(), 32, 0)).ok().sqhd()).isEqualTo(0xFFFF);
        HostQueue with = open(0);
        assertThat(with.run(with.connectCommand(data(), 32, 0)).ok().sqhd())
                .as("one entry was taken")
                .isEqualTo(1);
        assertThat(with.run(Command.propertyGet(0, 8)).ok().sqhd()).isEqualTo(2);
    }
}
