package io.nvmevf.server.command;

import static io.nvmevf.server.command.Management.ASSIGN;
import static io.nvmevf.server.command.Management.OFFLINE;
import static io.nvmevf.server.command.Management.ONLINE;
import static io.nvmevf.server.command.Management.PRIMARY_FLEXIBLE;
import static io.nvmevf.server.command.Management.virtualization;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.InBandFixture;
import io.nvmevf.server.control.VfState;
import io.nvmevf.server.host.Completion;
import io.nvmevf.server.host.TestHost;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Virtualization Management (NVMe Base 2.1 §5.2.6) as nvme-cli's virt-mgmt sends it. */
class VirtualizationTest {
    private static final int INVALID_CONTROLLER = 0x11F;
    private static final int INVALID_STATE = 0x120;
    private static final int INVALID_NUMBER = 0x121;
    private static final int INVALID_RESOURCE = 0x122;
    private static final int VQ = 0;
    private static final int VI = 1;

    private InBandFixture target;
    private TestHost operator;
    private int alpha;

    @BeforeEach
    void start(@TempDir Path directory) {
        target = new InBandFixture(directory);
        alpha = target.vf("alpha", "acme").number();
        operator = target.operator();
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private Completion send(int act, int rt, int cntlid, int nr) {
        return operator.admin(virtualization(act, rt, cntlid, nr));
    }

    @Test
    void offlineDisconnectsHostsAndTakesTheQueues() {
        target.namespace("alpha", 1 << 20, 4096);
        TestHost tenant = target.tenant("alpha");
        send(OFFLINE, VQ, alpha, 0).ok();
        assertThat(target.vf("alpha").state()).isEqualTo(VfState.OFFLINE);
        assertThat(target.vf("alpha").queues()).isZero();
        assertThatThrownBy(tenant::csts).isInstanceOf(AssertionError.class);
        send(OFFLINE, VQ, alpha, 0).ok();
    }

    @Test
    void assignGivesQueuesThatOnlineNeeds() {
        send(OFFLINE, VQ, alpha, 0).ok();
        send(ONLINE, VQ, alpha, 0).isFinal(INVALID_STATE);
        assertThat(send(ASSIGN, VQ, alpha, 5).ok().dw0()).as("NRM").isEqualTo(5);
        assertThat(target.vf("alpha").ioQueues()).isEqualTo(4);
        send(ONLINE, VQ, alpha, 0).ok();
        assertThat(target.vf("alpha").state()).isEqualTo(VfState.ONLINE);
        send(ONLINE, VQ, alpha, 0).ok();
        target.tenant("alpha").connectIo(4, 16);
    }

    @Test
    void theQueuesOfAnOnlineFunctionStay() {
        send(ASSIGN, VQ, alpha, 5).isFinal(INVALID_STATE);
        assertThat(target.vf("alpha").queues()).isEqualTo(4);
    }

    @Test
    void noQueuesAtAllIsANumberThatCanBeAssigned() {
        send(OFFLINE, VQ, alpha, 0).ok();
        send(ASSIGN, VQ, alpha, 2).ok();
        assertThat(send(ASSIGN, VQ, alpha, 0).ok().dw0()).isZero();
        assertThat(target.vf("alpha").queues()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 66, 0xFFFF})
    void anAdminQueueAloneOrMoreThanAFunctionCanHaveIsRefused(int queues) {
        send(OFFLINE, VQ, alpha, 0).ok();
        send(ASSIGN, VQ, alpha, queues).isFinal(INVALID_NUMBER);
        assertThat(target.vf("alpha").queues()).isZero();
    }

    @Test
    void moreQueuesThanAreLeftAreRefused() {
        send(OFFLINE, VQ, alpha, 0).ok();
        for (int n = 0; n < InBandFixture.QUEUE_RESOURCES / 65; n++) {
            int number = target.vf("vf" + n, "acme").number();
            send(OFFLINE, VQ, number, 0).ok();
            send(ASSIGN, VQ, number, 65).ok();
        }
        int left = InBandFixture.QUEUE_RESOURCES % 65;
        send(ASSIGN, VQ, alpha, left + 1).isFinal(INVALID_RESOURCE);
        assertThat(send(ASSIGN, VQ, alpha, left).ok().dw0()).isEqualTo(left);
    }

    @Test
    void thereAreNoOtherResourcesThanQueues() {
        send(OFFLINE, VQ, alpha, 0).ok();
        for (int rt : new int[] {VI, 2, 7}) {
            send(ASSIGN, rt, alpha, 2).isFinal(INVALID_RESOURCE);
            send(PRIMARY_FLEXIBLE, rt, operator.cntlid(), 0).isFinal(INVALID_RESOURCE);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {OFFLINE, ASSIGN, ONLINE})
    void anUnknownControllerOrAPrimaryOneIsRefused(int act) {
        for (int cntlid : new int[] {0, alpha + 1, 0xEFFF, 0xFFFF, operator.cntlid()}) {
            send(act, VQ, cntlid, 2).isFinal(INVALID_CONTROLLER);
        }
    }

    @Test
    void thePrimaryControllerTakesNoneOfTheQueues() {
        assertThat(send(PRIMARY_FLEXIBLE, VQ, operator.cntlid(), 0).ok().dw0()).isZero();
        send(PRIMARY_FLEXIBLE, VQ, operator.cntlid(), 1).isFinal(INVALID_NUMBER);
        send(PRIMARY_FLEXIBLE, VQ, alpha, 0).isFinal(INVALID_CONTROLLER);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 3, 4, 5, 6, 10, 15})
    void anUnknownActionIsAnInvalidField(int act) {
        send(act, VQ, alpha, 2).isFinal(Status.INVALID_FIELD);
    }

    @Test
    void whatWasAssignedSurvivesARestart() {
        send(OFFLINE, VQ, alpha, 0).ok();
        send(ASSIGN, VQ, alpha, 7).ok();
        target.restart();
        assertThat(target.vf("alpha").state()).isEqualTo(VfState.OFFLINE);
        assertThat(target.vf("alpha").queues()).isEqualTo(7);
        operator = target.operator();
        send(ONLINE, VQ, alpha, 0).ok();
    }
}
