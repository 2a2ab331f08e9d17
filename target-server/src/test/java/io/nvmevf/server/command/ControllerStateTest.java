package io.nvmevf.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.protocol.fabrics.Cap;
import io.nvmevf.protocol.fabrics.Cc;
import io.nvmevf.protocol.fabrics.Csts;
import io.nvmevf.protocol.fabrics.Properties;
import io.nvmevf.protocol.feature.FeatureId;
import io.nvmevf.protocol.nvme.AdminOpcode;
import io.nvmevf.protocol.nvme.FabricsCommand;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.TargetFixture;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.TestHost;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Properties, enable, reset, shutdown and keep alive (NVMe Base 2.1 §3.1.4, §3.5 to §3.9). */
class ControllerStateTest {
    private TargetFixture target;

    @BeforeEach
    void start() {
        target = TargetFixture.start();
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private TestHost notEnabled(int kato) {
        return target.keep(TestHost.connectAdmin(
                target.address(),
                HostOptions.DEFAULT,
                TargetFixture.nqn(TargetFixture.VF),
                TestHost.NQN,
                TestHost.ID,
                kato));
    }

    @Test
    void propertiesHaveTheirSizeAndNoOther() {
        TestHost host = notEnabled(0);
        assertThat(new Cap(host.property(Properties.CAP)).mqes()).isEqualTo(1023);
        assertThat(host.property(Properties.VS)).isEqualTo(Properties.VS_2_1);
        assertThat(host.property(Properties.CC)).isZero();
        assertThat(host.property(Properties.CSTS)).isZero();
        host.admin(Command.propertyGet(Properties.CAP, 4)).isFinal(Status.INVALID_FIELD);
        host.admin(Command.propertyGet(Properties.CC, 8)).isFinal(Status.INVALID_FIELD);
        for (int offset : new int[] {4, 0x0C, 0x10, 0x24, 0x28, 0x30, 0x1000, -4, Integer.MAX_VALUE}) {
            host.admin(Command.propertyGet(offset, 4)).isFinal(Status.INVALID_FIELD);
            host.admin(Command.propertyGet(offset, 8)).isFinal(Status.INVALID_FIELD);
            host.admin(Command.propertySet(offset, 4, 1)).isFinal(Status.INVALID_FIELD);
        }
        host.admin(Command.propertySet(Properties.CAP, 8, 1)).isFinal(Status.INVALID_FIELD);
        host.admin(Command.propertySet(Properties.CC, 8, 1)).isFinal(Status.INVALID_FIELD);
        host.admin(Command.fabrics(0x77)).is(Status.INVALID_OPCODE);
    }

    @Test
    void commandsBeforeEnableAreOutOfSequence() {
        TestHost host = notEnabled(0);
        host.admin(Command.identify(1, 0)).isFinal(Status.COMMAND_SEQUENCE_ERROR);
        host.enable();
        host.admin(Command.identify(1, 0)).ok();
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0x00000001, // no entry sizes
                0x00450001, // IOSQES 5
                0x00360001, // IOCQES 3
                0x00460081, // MPS 1
                0x00460801, // AMS 1
                0x00460011 // CSS 1
            })
    void enablingWithWhatIsNotSupportedIsAFatalStatusAndAResetMendsIt(int cc) {
        TestHost host = notEnabled(0);
        host.writeCc(new Cc(cc));
        assertThat(host.csts().cfs()).isTrue();
        assertThat(host.csts().rdy()).isFalse();
        host.writeCc(new Cc(cc).en(false));
        assertThat(host.csts().cfs()).isFalse();
        host.enable();
    }

    @Test
    void aResetEndsIoQueuesAndForgetsFeaturesAndKeepsTheAdminQueue() {
        TestHost host = target.connect();
        HostQueue io = host.connectIo(1, 8);
        host.admin(Command.setFeature(FeatureId.ERROR_RECOVERY, 7)).ok();
        int aer = host.admin().submit(Command.asyncEvent());
        host.writeCc(TestHost.ENABLED.en(false));
        io.connection().expectEnd();
        // (As a host does it: asks until it is so. The end of the connection may be seen here before it is counted
        // there.)
        for (int i = 0; i < 1000 && host.csts().rdy(); i++) {}
        assertThat(host.csts().rdy()).isFalse();
        assertThat(host.admin().await(aer).code())
                .as("the waiting event request")
                .isNotZero();
        host.admin(Command.identify(1, 0)).isFinal(Status.COMMAND_SEQUENCE_ERROR);
        host.enable();
        assertThat(host.admin(Command.getFeature(FeatureId.ERROR_RECOVERY, 0))
                        .ok()
                        .dw0())
                .isZero();
        host.reconnectIo(1, 8).run(Command.flush(1)).ok();
    }

    @ParameterizedTest
    @ValueSource(ints = {Cc.SHN_NORMAL, Cc.SHN_ABRUPT})
    void aShutdownCompletesAndAResetStartsAnew(int shn) {
        TestHost host = target.connect();
        host.connectIo(1, 8).run(Command.write(1, 0, new byte[4096], 512)).ok();
        host.writeCc(TestHost.ENABLED.shn(shn));
        Csts csts = host.csts();
        for (int i = 0; i < 1000 && csts.shst() != Csts.SHST_COMPLETE; i++) {
            csts = host.csts();
        }
        assertThat(csts.shst()).isEqualTo(Csts.SHST_COMPLETE);
        host.writeCc(new Cc(0));
        // (RDY is cleared when nothing of the I/O queue is in flight any more.)
        for (int i = 0; i < 1000 && host.csts().rdy(); i++) {}
        assertThat(host.csts().rdy()).isFalse();
        assertThat(host.csts().shst()).isEqualTo(Csts.SHST_NONE);
        host.enable();
    }

    // ---- keep alive ------------------------------------------------------------------------------------------------

    @Test
    void aHostThatFallsSilentLosesItsControllerAfterTheKeepAliveTimeout() {
        TestHost host = notEnabled(300);
        host.enable();
        HostQueue io = host.connectIo(1, 8);
        long before = System.nanoTime();
        io.connection().expectEnd();
        host.admin().connection().expectEnd();
        assertThat(System.nanoTime() - before).as("nanoseconds until the end").isGreaterThan(300_000_000L);
        assertThat(target.stats().refusals(Refusal.KEEP_ALIVE_TIMEOUT)).isEqualTo(1);
    }

    @Test
    void aHostThatNeverEnablesIsWatchedToo() {
        notEnabled(200).admin().connection().expectEnd();
    }

    @Test
    void trafficOnAnyQueueKeepsTheControllerAlive() {
        TestHost host = notEnabled(400);
        host.enable();
        HostQueue io = host.connectIo(1, 8);
        for (long end = System.nanoTime() + 1_500_000_000L; System.nanoTime() < end; ) {
            io.run(Command.read(1, 0, 1, 512)).ok();
        }
        host.admin(Command.of(AdminOpcode.KEEP_ALIVE, 0)).ok();
        assertThat(host.csts().rdy()).isTrue();
    }

    @Test
    void keepAliveWithoutATimeoutIsInvalidAndTheFeatureStartsIt() {
        TestHost host = notEnabled(0);
        host.enable();
        host.admin(Command.of(AdminOpcode.KEEP_ALIVE, 0)).isFinal(Status.KEEP_ALIVE_INVALID);
        host.admin(Command.setFeature(FeatureId.KEEP_ALIVE_TIMER, 5000)).ok();
        assertThat(host.admin(Command.getFeature(FeatureId.KEEP_ALIVE_TIMER, 0))
                        .ok()
                        .dw0())
                .isEqualTo(5000);
        host.admin(Command.of(AdminOpcode.KEEP_ALIVE, 0)).ok();
    }

    @Test
    void disconnectIsNoCommandOfTheAdminQueue() {
        TestHost host = target.connect();
        assertThat(host.admin(Command.fabrics(FabricsCommand.DISCONNECT)).code())
                .isNotZero();
        assertThat(host.csts().rdy()).isTrue();
    }
}
