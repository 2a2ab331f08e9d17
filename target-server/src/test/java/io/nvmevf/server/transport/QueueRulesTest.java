package io.nvmevf.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.protocol.nvme.Sqe;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.protocol.tcp.Pdu;
import io.nvmevf.protocol.tcp.R2t;
import io.nvmevf.protocol.tcp.TermReq;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.ReceivedPdu;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The submission queue, the life of its commands, and its limits. */
class QueueRulesTest {

    private static EmbeddedQueue queueOf(int size) {
        return EmbeddedQueue.connected(HostOptions.DEFAULT, EmbeddedQueue.LIMITS, size);
    }

    // ---- entries and identifiers -----------------------------------------------------------------------------------

    @Test
    void moreCommandsThanEntriesEndTheConnection() {
        try (EmbeddedQueue q = queueOf(4)) {
            q.commands.hold = true;
            for (int cid = 0; cid < 4; cid++) {
                q.feed(q.capsule(ScriptedCommands.NOTHING, cid, 1, 0));
            }
            q.expectNothing();
            q.feed(q.capsule(ScriptedCommands.NOTHING, 99, 1, 0));
            q.expectTermReq(TermReq.PDU_SEQUENCE_ERROR, 0);
        }
    }

    @Test
    void anEntryIsUsedAgainAfterItsCompletion() {
        try (EmbeddedQueue q = queueOf(2)) {
            for (int i = 0; i < 100; i++) {
                q.feed(q.capsule(ScriptedCommands.NOTHING, 7, 1, 0));
                assertThat(q.expect(Pdu.CAPSULE_RESP).status()).isZero();
            }
        }
    }

    @Test
    void aCommandIdentifierInUseIsAConflictAndTheFirstCommandKeepsIt() {
        try (EmbeddedQueue q = queueOf(16)) {
            q.commands.hold = true;
            q.feed(q.capsule(ScriptedCommands.READ, 7, 3, 64));
            for (int i = 0; i < 3; i++) {
                q.feed(i == 1 ? q.inCapsule(7, new byte[64]) : q.capsule(ScriptedCommands.NOTHING, 7, 1, 0));
                ReceivedPdu conflict = q.expect(Pdu.CAPSULE_RESP);
                assertThat(conflict.status()).isEqualTo(Status.COMMAND_ID_CONFLICT | Status.DNR);
            }
            q.commands.releaseOne();
            assertThat(q.expect(Pdu.C2H_DATA).data()).isEqualTo(ScriptedCommands.pattern(3, 64));
            assertThat(q.expect(Pdu.CAPSULE_RESP).cid()).isEqualTo(7);
            q.commands.hold = false;
            q.feed(q.capsule(ScriptedCommands.NOTHING, 7, 1, 0));
            assertThat(q.expect(Pdu.CAPSULE_RESP).status()).isZero();
        }
    }

    @Test
    void theHeadPointerGoesRoundWithTheQueue() {
        try (EmbeddedQueue q = queueOf(3)) {
            int before = -1;
            for (int i = 0; i < 10; i++) {
                q.feed(q.capsule(ScriptedCommands.NOTHING, i, 1, 0));
                int head = q.expect(Pdu.CAPSULE_RESP).sqhd();
                if (before >= 0) {
                    assertThat(head).isEqualTo((before + 1) % 3);
                }
                before = head;
            }
        }
    }

    // ---- the SUCCESS flag ------------------------------------------------------------------------------------------

    @Test
    void aReadEndsWithAResponseWhileSqFlowControlIsOn() {
        try (EmbeddedQueue q = queueOf(4)) {
            q.feed(q.capsule(ScriptedCommands.READ, 1, 1, 64));
            ReceivedPdu data = q.expect(Pdu.C2H_DATA);
            assertThat(data.has(Pdu.SUCCESS)).isFalse();
            assertThat(data.has(Pdu.LAST_PDU)).isTrue();
            q.expect(Pdu.CAPSULE_RESP);
        }
    }

    @Test
    void aReadEndsWithTheSuccessFlagWhenSqFlowControlIsOff() {
        try (EmbeddedQueue q =
                EmbeddedQueue.connected(HostOptions.DEFAULT.withoutSqFlowControl(), EmbeddedQueue.LIMITS, 4)) {
            q.feed(q.capsule(ScriptedCommands.READ, 1, 1, 64));
            assertThat(q.expect(Pdu.C2H_DATA).has(Pdu.SUCCESS)).isTrue();
            q.expectNothing();
            q.feed(q.capsule(ScriptedCommands.NOTHING, 1, 1, 0));
            q.expect(Pdu.CAPSULE_RESP);
        }
    }

    // ---- data descriptors ------------------------------------------------------------------------------------------

    private static void refusedSgl(int status, byte[] capsule) {
        try (EmbeddedQueue q = queueOf(4)) {
            q.feed(capsule);
            assertThat(Status.describe(q.expect(Pdu.CAPSULE_RESP).status()))
                    .isEqualTo(Status.describe(status | Status.DNR));
            assertThat(q.commands.written).isEmpty();
            q.feed(q.inCapsule(5, new byte[8]));
            assertThat(q.expect(Pdu.CAPSULE_RESP).status()).isZero();
        }
    }

    @Test
    void aDescriptorThatDoesNotFitTheCommandIsRefused() {
        try (EmbeddedQueue q = queueOf(4)) {
            byte[] none = {};
            byte[] offset = EmbeddedQueue.sqe(ScriptedCommands.WRITE, 1, 1, 64, Sqe.SGL_IN_CAPSULE);
            offset[Sqe.SGL_OFFSET] = 4;
            refusedSgl(Status.SGL_OFFSET_INVALID, q.pdus.capsule(offset, new byte[64]));
            // Data in the capsule, the descriptor says transport; and the other way round.
            byte[] transport = EmbeddedQueue.sqe(ScriptedCommands.WRITE, 1, 1, 64, Sqe.SGL_TRANSPORT);
            refusedSgl(Status.SGL_DESCRIPTOR_TYPE_INVALID, q.pdus.capsule(transport, new byte[64]));
            byte[] inCapsule = EmbeddedQueue.sqe(ScriptedCommands.WRITE, 1, 1, 64, Sqe.SGL_IN_CAPSULE);
            refusedSgl(Status.SGL_DATA_LENGTH_INVALID, q.pdus.capsule(inCapsule, none));
            // Less data in the capsule than the command has, and a descriptor that points behind it.
            refusedSgl(Status.SGL_DATA_LENGTH_INVALID, q.pdus.capsule(inCapsule, new byte[60]));
            byte[] beyond = EmbeddedQueue.sqe(ScriptedCommands.WRITE, 1, 1, 64, Sqe.SGL_IN_CAPSULE);
            beyond[Sqe.SGL_LENGTH_OFFSET] = 72;
            refusedSgl(Status.SGL_DATA_LENGTH_INVALID, q.pdus.capsule(beyond, new byte[68]));
            // A read whose room is in the capsule, is too small, or of a type that is not there.
            refusedSgl(
                    Status.SGL_DESCRIPTOR_TYPE_INVALID,
                    q.pdus.capsule(EmbeddedQueue.sqe(ScriptedCommands.READ, 1, 1, 64, Sqe.SGL_IN_CAPSULE), none));
            byte[] small = EmbeddedQueue.sqe(ScriptedCommands.READ, 1, 1, 64, Sqe.SGL_TRANSPORT);
            small[Sqe.SGL_LENGTH_OFFSET] = 60;
            refusedSgl(Status.SGL_DATA_LENGTH_INVALID, q.pdus.capsule(small, none));
            refusedSgl(
                    Status.SGL_DESCRIPTOR_TYPE_INVALID,
                    q.pdus.capsule(EmbeddedQueue.sqe(ScriptedCommands.READ, 1, 1, 64, 0x00), none));
            byte[] prp = EmbeddedQueue.sqe(ScriptedCommands.NOTHING, 1, 1, 0, Sqe.SGL_TRANSPORT);
            prp[Sqe.FLAGS_OFFSET] = 0;
            refusedSgl(Status.INVALID_FIELD, q.pdus.capsule(prp, none));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 68, 256, 4096})
    void whatACapsuleHoldsBehindTheCommandsDataIsIgnored(int capsuleData) {
        try (EmbeddedQueue q =
                EmbeddedQueue.connected(HostOptions.DEFAULT.digests(true, true), EmbeddedQueue.LIMITS, 4)) {
            byte[] data = ScriptedCommands.pattern(3, capsuleData);
            byte[] sqe = EmbeddedQueue.sqe(ScriptedCommands.WRITE, 1, 1, 64, Sqe.SGL_IN_CAPSULE);
            q.feed(q.pdus.capsule(sqe, data));
            assertThat(q.expect(Pdu.CAPSULE_RESP).status()).isZero();
            assertThat(q.commands.written).containsExactly(Arrays.copyOf(data, 64));
        }
    }

    // ---- memory, admission, abort ----------------------------------------------------------------------------------

    @Test
    void writesBeyondTheQueuesMemoryWaitForTheirR2t() {
        try (EmbeddedQueue q = queueOf(16)) {
            int length = 400 << 10;
            for (int cid = 0; cid < 4; cid++) {
                q.feed(q.capsule(ScriptedCommands.WRITE, cid, 1, length));
            }
            ReceivedPdu first = q.expect(Pdu.R2T);
            ReceivedPdu second = q.expect(Pdu.R2T);
            q.expectNothing();
            finish(q, first, length);
            assertThat(q.expect(Pdu.CAPSULE_RESP).cid()).isZero();
            assertThat(q.expect(Pdu.R2T).cccid()).isEqualTo(2);
            q.expectNothing();
            finish(q, second, length);
            assertThat(q.expect(Pdu.CAPSULE_RESP).cid()).isEqualTo(1);
            assertThat(q.expect(Pdu.R2T).cccid()).isEqualTo(3);
        }
    }

    private static void finish(EmbeddedQueue q, ReceivedPdu r2t, int length) {
        byte[] data = new byte[8192];
        for (int at = 0; at < length; at += data.length) {
            q.feed(q.pdus.h2cData(
                    r2t.cccid(), R2t.ttag(r2t.bytes(), 0), at, data, 0, data.length, at + data.length == length));
        }
    }

    @Test
    void commandsThatAreNotAdmittedWaitInOrderAndHoldNoMemory() {
        try (EmbeddedQueue q = queueOf(16)) {
            q.commands.waitNanos = 1_000_000;
            q.feed(q.capsule(ScriptedCommands.WRITE, 1, 1, 65_536));
            q.feed(q.capsule(ScriptedCommands.NOTHING, 2, 1, 0));
            q.expectNothing();
            q.pass(Duration.ofMillis(1));
            q.expectNothing();
            q.commands.waitNanos = 0;
            q.pass(Duration.ofMillis(1));
            assertThat(q.expect(Pdu.R2T).cccid()).isEqualTo(1);
            assertThat(q.expect(Pdu.CAPSULE_RESP).cid()).isEqualTo(2);
            assertThat(q.commands.admitted).isEqualTo(2);
        }
    }

    @Test
    void aWaitingCommandCanBeAborted() {
        try (EmbeddedQueue q = queueOf(16)) {
            q.commands.waitNanos = 1_000_000;
            for (int cid = 1; cid <= 3; cid++) {
                q.feed(q.capsule(ScriptedCommands.READ, cid, 1, 64));
            }
            assertThat(q.queue.abort(2)).isTrue();
            assertThat(q.queue.abort(0x77))
                    .as("abort of a command that is not there")
                    .isFalse();
            ReceivedPdu aborted = q.expect(Pdu.CAPSULE_RESP);
            assertThat(aborted.cid()).isEqualTo(2);
            assertThat(aborted.status()).isEqualTo(Status.ABORT_REQUESTED);
            assertThat(q.commands.aborted).isEqualTo(1);
            q.commands.waitNanos = 0;
            q.pass(Duration.ofMillis(2));
            assertThat(q.expect(Pdu.C2H_DATA).cccid()).isEqualTo(1);
            q.expect(Pdu.CAPSULE_RESP);
            assertThat(q.expect(Pdu.C2H_DATA).cccid()).isEqualTo(3);
        }
    }

    @Test
    void aWriteThatIsReceivingIsAbortedWhenItsDataIsThere() {
        try (EmbeddedQueue q = queueOf(16)) {
            q.feed(q.capsule(ScriptedCommands.WRITE, 1, 1, 8192));
            ReceivedPdu r2t = q.expect(Pdu.R2T);
            assertThat(q.queue.abort(1)).isFalse();
            finish(q, r2t, 8192);
            assertThat(q.expect(Pdu.CAPSULE_RESP).status()).isEqualTo(Status.ABORT_REQUESTED);
            assertThat(q.commands.written).isEmpty();
            assertThat(q.commands.refunded).isEqualTo(1);
        }
    }

    @Test
    void commandsInFlightAtTheEndAreNotAnsweredAndFreeTheirBuffersWhenDone() {
        EmbeddedQueue q = queueOf(16);
        q.commands.hold = true;
        q.feed(q.capsule(ScriptedCommands.READ, 1, 1, 4096));
        q.feed(q.inCapsule(2, new byte[512]));
        q.feed(q.capsule(ScriptedCommands.WRITE, 3, 1, 4096));
        q.expect(Pdu.R2T);
        q.channel.close();
        q.channel.runPendingTasks();
        assertThat(q.commands.held).hasSize(2).allMatch(CommandSlot::orphaned);
        assertThat(q.commands.refunded)
                .as("the write that was admitted and never came")
                .isEqualTo(1);
        q.close();
    }

    // ---- time ------------------------------------------------------------------------------------------------------

    @Test
    void aConnectionWithoutIcReqIsClosedInTime() {
        try (EmbeddedQueue q = new EmbeddedQueue(HostOptions.DEFAULT, EmbeddedQueue.LIMITS)) {
            q.feed(q.pdus.icReq(), 0, 127);
            q.pass(Duration.ofMillis(9_999));
            assertThat(q.channel.isOpen()).isTrue();
            q.pass(Duration.ofMillis(2));
            assertThat(q.channel.isOpen()).isFalse();
            assertThat(q.stats.refusals(Refusal.ICREQ_TIMEOUT)).isEqualTo(1);
        }
    }

    @Test
    void aConnectionWithoutConnectIsClosedInTime() {
        try (EmbeddedQueue q = new EmbeddedQueue(HostOptions.DEFAULT, EmbeddedQueue.LIMITS)) {
            q.pass(Duration.ofSeconds(9));
            q.feed(q.pdus.icReq());
            q.pass(Duration.ofMillis(9_999));
            assertThat(q.channel.isOpen()).isTrue();
            q.pass(Duration.ofMillis(2));
            assertThat(q.channel.isOpen()).isFalse();
            assertThat(q.stats.refusals(Refusal.CONNECT_TIMEOUT)).isEqualTo(1);
            assertThat(q.stats.refusals(Refusal.ICREQ_TIMEOUT)).isZero();
        }
    }

    @Test
    void aPduThatDoesNotComeOnEndsTheConnection() {
        try (EmbeddedQueue q = queueOf(4)) {
            q.feed(q.inCapsule(1, new byte[64]), 0, 100);
            q.pass(Duration.ofSeconds(61));
            q.pass(Duration.ofSeconds(31));
            assertThat(q.channel.isOpen()).isFalse();
            assertThat(q.stats.refusals(Refusal.PDU_TIMEOUT)).isEqualTo(1);
        }
    }

    @Test
    void dataThatWasAskedForAndDoesNotComeEndsTheConnection() {
        try (EmbeddedQueue q = queueOf(4)) {
            q.feed(q.capsule(ScriptedCommands.WRITE, 1, 1, 4096));
            q.expect(Pdu.R2T);
            q.pass(Duration.ofSeconds(61));
            q.pass(Duration.ofSeconds(31));
            assertThat(q.channel.isOpen()).isFalse();
            assertThat(q.stats.refusals(Refusal.PDU_TIMEOUT)).isEqualTo(1);
        }
    }

    /** The time is for all of it: who sends a byte now and then does not gain any. */
    @Test
    void anIcReqThatComesByteByByteIsLateAllTheSame() {
        try (EmbeddedQueue q = new EmbeddedQueue(HostOptions.DEFAULT, EmbeddedQueue.LIMITS)) {
            byte[] icReq = q.pdus.icReq();
            q.feed(icReq, 0, 1);
            q.pass(Duration.ofSeconds(9));
            assertThat(q.channel.isOpen()).isTrue();
            q.feed(icReq, 1, 1);
            q.pass(Duration.ofMillis(1_001));
            assertThat(q.channel.isOpen()).isFalse();
            assertThat(q.stats.refusals(Refusal.ICREQ_TIMEOUT)).isEqualTo(1);
        }
    }

    @Test
    void aConnectThatComesByteByByteIsLateAllTheSame() {
        try (EmbeddedQueue q = new EmbeddedQueue(HostOptions.DEFAULT, EmbeddedQueue.LIMITS)) {
            q.feed(q.pdus.icReq());
            q.initialized();
            byte[] connect = q.inCapsule(1, new byte[1024]);
            for (int i = 0; i < 9; i++) {
                q.feed(connect, i, 1);
                q.pass(Duration.ofSeconds(1));
            }
            assertThat(q.channel.isOpen()).isTrue();
            q.pass(Duration.ofSeconds(1));
            assertThat(q.channel.isOpen()).isFalse();
            assertThat(q.stats.refusals(Refusal.CONNECT_TIMEOUT)).isEqualTo(1);
        }
    }

    @Test
    void aPduThatComesByteByByteEndsTheConnection() {
        try (EmbeddedQueue q = queueOf(4)) {
            byte[] pdu = q.inCapsule(1, new byte[64]);
            int at = 0;
            while (q.channel.isOpen() && at < 20) {
                q.feed(pdu, at++, 1);
                q.pass(Duration.ofSeconds(9));
            }
            assertThat(q.channel.isOpen()).isFalse();
            assertThat(at).as("bytes, one every 9 s").isLessThan(10);
            assertThat(q.stats.refusals(Refusal.PDU_TIMEOUT)).isEqualTo(1);
        }
    }

    @Test
    void anIdleConnectionLivesAsLongAsItLikes() {
        try (EmbeddedQueue q = queueOf(4)) {
            q.commands.hold = true;
            q.feed(q.capsule(ScriptedCommands.NOTHING, 1, 1, 0));
            for (int i = 0; i < 100; i++) {
                q.pass(Duration.ofSeconds(31));
            }
            assertThat(q.channel.isOpen()).isTrue();
            q.commands.releaseOne();
            q.expect(Pdu.CAPSULE_RESP);
        }
    }
}
