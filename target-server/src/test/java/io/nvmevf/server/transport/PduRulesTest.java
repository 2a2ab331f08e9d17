package io.nvmevf.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.nvmevf.protocol.Fields;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.protocol.tcp.CapsuleCmd;
import io.nvmevf.protocol.tcp.DataPdu;
import io.nvmevf.protocol.tcp.IcReq;
import io.nvmevf.protocol.tcp.Pdu;
import io.nvmevf.protocol.tcp.R2t;
import io.nvmevf.protocol.tcp.TermReq;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.HostPdus;
import io.nvmevf.server.host.ReceivedPdu;
import io.nvmevf.server.metrics.DataPlaneStats.ConnectionClass;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A PDU that breaks the transport's rules ends its connection, with the fatal error that NVMe/TCP 1.1 §3.5 names. */
class PduRulesTest {
    private static final HostOptions DIGESTS = HostOptions.DEFAULT.digests(true, true);

    // ---- ICReq -----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        // offset and value of one byte that is wrong, FES, FEI
        "2, 127, 1, 2", // HLEN
        "2, 0, 1, 2",
        "4, 127, 1, 4", // PLEN
        "5, 1, 1, 4",
        "7, 255, 1, 4",
        "8, 1, 6, 8", // PFV
        "9, 128, 6, 8",
        "10, 32, 1, 10", // HPDA
        "10, 255, 1, 10",
    })
    void anIcReqWithAWrongFieldIsRefused(int offset, int value, int fes, int fei) {
        try (EmbeddedQueue q = new EmbeddedQueue(HostOptions.DEFAULT, EmbeddedQueue.LIMITS)) {
            byte[] icReq = q.pdus.icReq();
            icReq[offset] = (byte) value;
            q.feed(icReq);
            q.expectTermReq(fes, fei);
        }
    }

    @Test
    void everyOtherPduBeforeTheIcReqIsOutOfSequence() {
        try (EmbeddedQueue q = new EmbeddedQueue(HostOptions.DEFAULT, EmbeddedQueue.LIMITS)) {
            q.feed(q.capsule(ScriptedCommands.NOTHING, 1, 1, 0));
            q.expectTermReq(TermReq.PDU_SEQUENCE_ERROR, 0);
        }
        try (EmbeddedQueue q = new EmbeddedQueue(HostOptions.DEFAULT, EmbeddedQueue.LIMITS)) {
            q.feed(q.pdus.h2cData(1, 0, 0, new byte[8], 0, 8, true));
            q.expectTermReq(TermReq.PDU_SEQUENCE_ERROR, 0);
        }
    }

    @Test
    void aSecondIcReqIsOutOfSequence() {
        try (EmbeddedQueue q = EmbeddedQueue.connected()) {
            q.feed(q.pdus.icReq());
            q.expectTermReq(TermReq.PDU_SEQUENCE_ERROR, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 7, 8, 9, 10, 0x42, 0xFF})
    void aTypeThatNoHostSendsIsAnInvalidField(int type) {
        for (boolean first : new boolean[] {true, false}) {
            try (EmbeddedQueue q =
                    first ? new EmbeddedQueue(HostOptions.DEFAULT, EmbeddedQueue.LIMITS) : EmbeddedQueue.connected()) {
                byte[] pdu = q.capsule(ScriptedCommands.NOTHING, 1, 1, 0);
                pdu[0] = (byte) type;
                q.feed(pdu);
                q.expectTermReq(TermReq.INVALID_HEADER_FIELD, Pdu.TYPE_OFFSET);
            }
        }
    }

    // ---- CapsuleCmd ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "2, 71, 2", // HLEN
        "2, 255, 2",
        "1, 1, 1", // HDGSTF and DDGSTF that were not negotiated
        "1, 2, 1",
        "3, 71, 3", // PDO inside of the header, misaligned, behind the end
        "3, 73, 3",
        "3, 255, 3",
        "4, 8, 4", // PLEN smaller than the header
        "4, 71, 4",
        "7, 128, 4", // PLEN of 2 GiB
        "6, 1, 4", // PLEN above what any capsule holds
    })
    void aCapsuleWithAWrongFieldIsRefused(int offset, int value, int fei) {
        for (int cut = 0; cut < 9; cut++) {
            try (EmbeddedQueue q = EmbeddedQueue.connected()) {
                byte[] capsule = q.inCapsule(1, new byte[16]);
                capsule[offset] = (byte) value;
                q.feedCut(capsule, cut);
                ReceivedPdu term = q.expectTermReq(TermReq.INVALID_HEADER_FIELD, fei);
                int reported = (int) Pdu.plen(term.bytes(), 0) - TermReq.HEADER;
                assertThat(reported).as("bytes of the PDU at fault").isGreaterThanOrEqualTo(8);
                assertThat(Fields.bytes(term.bytes(), TermReq.HEADER, reported))
                        .isEqualTo(Arrays.copyOf(capsule, reported));
            }
        }
    }

    @Test
    void inCapsuleDataAtTheLimitIsTakenAndBeyondItIsRefused() {
        int limit = EmbeddedQueue.LIMITS.inCapsuleData();
        try (EmbeddedQueue q = EmbeddedQueue.connected()) {
            byte[] data = ScriptedCommands.pattern(1, limit);
            q.feed(q.inCapsule(1, data));
            assertThat(q.expect(Pdu.CAPSULE_RESP).status()).isZero();
            assertThat(q.commands.written).containsExactly(data);
            q.feed(q.inCapsule(2, new byte[limit + 4]));
            q.expectTermReq(TermReq.INVALID_HEADER_FIELD, Pdu.PLEN_OFFSET);
        }
    }

    @Test
    void anAdminQueueTakes8192BytesInCapsuleWhateverTheLimitOfIoQueues() {
        try (EmbeddedQueue q = EmbeddedQueue.connected()) {
            q.queue.connected(q, q.commands, ConnectionClass.ADMIN, 16, true);
            q.feed(q.inCapsule(1, new byte[8192]));
            assertThat(q.expect(Pdu.CAPSULE_RESP).status()).isZero();
            q.feed(q.inCapsule(2, new byte[8196]));
            q.expectTermReq(TermReq.INVALID_HEADER_FIELD, Pdu.PLEN_OFFSET);
        }
    }

    @Test
    void aWrongHeaderDigestIsReportedWithTheDigestThatCame() {
        for (int cut = 0; cut < 80; cut++) {
            try (EmbeddedQueue q = EmbeddedQueue.connected(DIGESTS, EmbeddedQueue.LIMITS, 16)) {
                byte[] capsule = q.capsule(ScriptedCommands.NOTHING, 1, 1, 0);
                capsule[CapsuleCmd.HEADER] ^= 1;
                int sent = Unpooled.wrappedBuffer(capsule).getIntLE(CapsuleCmd.HEADER);
                q.feedCut(capsule, Math.min(cut, capsule.length));
                q.expectTermReq(TermReq.HEADER_DIGEST_ERROR, sent);
            }
        }
    }

    @Test
    void aWrongDataDigestFailsItsCommandAndTheConnectionGoesOn() {
        try (EmbeddedQueue q = EmbeddedQueue.connected(DIGESTS, EmbeddedQueue.LIMITS, 16)) {
            byte[] capsule = q.inCapsule(1, new byte[64]);
            capsule[capsule.length - 1] ^= 0x40;
            q.feed(capsule);
            ReceivedPdu response = q.expect(Pdu.CAPSULE_RESP);
            assertThat(response.status()).isEqualTo(Status.TRANSIENT_TRANSPORT_ERROR);
            assertThat(q.commands.written).isEmpty();
            assertThat(q.stats.dataDigestErrors()).isEqualTo(1);

            int ttag = startWrite(q, 2, 8192 + 64);
            byte[] first = q.pdus.h2cData(2, ttag, 0, new byte[8192], 0, 8192, false);
            first[200] ^= 1;
            q.feed(first);
            q.feed(q.pdus.h2cData(2, ttag, 8192, new byte[64], 0, 64, true));
            assertThat(q.expect(Pdu.CAPSULE_RESP).status()).isEqualTo(Status.TRANSIENT_TRANSPORT_ERROR);
            assertThat(q.commands.written).isEmpty();
            q.feed(q.inCapsule(3, new byte[64]));
            assertThat(q.expect(Pdu.CAPSULE_RESP).status()).isZero();
        }
    }

    // ---- H2CData ---------------------------------------------------------------------------------------------------

    private static int startWrite(EmbeddedQueue q, int cid, int length) {
        q.feed(q.capsule(ScriptedCommands.WRITE, cid, 1, length));
        return R2t.ttag(q.expect(Pdu.R2T).bytes(), 0);
    }

    private static void wrongData(int fes, int fei, Consumer<byte[]> tamper) {
        try (EmbeddedQueue q = EmbeddedQueue.connected()) {
            int ttag = startWrite(q, 0x2222, 4096);
            byte[] pdu = q.pdus.h2cData(0x2222, ttag, 0, new byte[4096], 0, 4096, true);
            tamper.accept(pdu);
            q.feed(pdu);
            q.expectTermReq(fes, fei);
            assertThat(q.commands.written).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        // offset, value, FES, FEI
        "10, 9, 1, 10", // TTAG of no transfer
        "11, 128, 1, 10",
        "8, 0, 1, 8", // CCCID of another command
        "12, 4, 4, 12", // DATAO: beyond the range
        "15, 128, 4, 12", // DATAO of 2 GiB
        "16, 4, 1, 16", // DATAL other than the data in the PDU
        "1, 0, 1, 1", // LAST_PDU missing
        "2, 25, 1, 2", // HLEN
        "3, 20, 1, 3", // PDO
        "3, 26, 1, 3",
    })
    void hostDataWithAWrongFieldIsRefused(int offset, int value, int fes, int fei) {
        wrongData(fes, fei, pdu -> pdu[offset] = (byte) value);
    }

    @Test
    void hostDataThatIsLastTooSoonIsRefused() {
        try (EmbeddedQueue q = EmbeddedQueue.connected()) {
            int ttag = startWrite(q, 1, 4096);
            q.feed(q.pdus.h2cData(1, ttag, 0, new byte[4096], 0, 2048, true));
            q.expectTermReq(TermReq.INVALID_HEADER_FIELD, Pdu.FLAGS_OFFSET);
        }
    }

    @Test
    void hostDataOutOfOrderTwiceOrTooMuchIsOutOfRange() {
        for (int wrongOffset : new int[] {0, 1024, 4096}) {
            try (EmbeddedQueue q = EmbeddedQueue.connected()) {
                int ttag = startWrite(q, 1, 4096);
                q.feed(q.pdus.h2cData(1, ttag, 0, new byte[2048], 0, 2048, false));
                q.expectNothing();
                q.feed(q.pdus.h2cData(1, ttag, wrongOffset, new byte[2048], 0, 2048, true));
                q.expectTermReq(TermReq.DATA_TRANSFER_OUT_OF_RANGE, DataPdu.DATAO_OFFSET);
            }
        }
        try (EmbeddedQueue q = EmbeddedQueue.connected()) {
            int ttag = startWrite(q, 1, 4096);
            q.feed(q.pdus.h2cData(1, ttag, 0, new byte[4100], 0, 4100, true));
            q.expectTermReq(TermReq.DATA_TRANSFER_OUT_OF_RANGE, DataPdu.DATAO_OFFSET);
        }
    }

    @Test
    void hostDataOfMaxH2cDataIsTakenAndMoreIsRefused() {
        int max = EmbeddedQueue.LIMITS.maxH2cData();
        try (EmbeddedQueue q = EmbeddedQueue.connected()) {
            int ttag = startWrite(q, 1, 2 * max);
            q.feed(q.pdus.h2cData(1, ttag, 0, new byte[max], 0, max, false));
            q.expectNothing();
            q.feed(q.pdus.h2cData(1, ttag, max, new byte[max], 0, max, true));
            assertThat(q.expect(Pdu.CAPSULE_RESP).status()).isZero();
            ttag = startWrite(q, 2, 2 * max);
            q.feed(q.pdus.h2cData(2, ttag, 0, new byte[max + 4], 0, max + 4, false));
            q.expectTermReq(TermReq.LIMIT_EXCEEDED, DataPdu.DATAL_OFFSET);
        }
    }

    @Test
    void hostDataForACommandThatIsDoneOrNeverAskedIsRefused() {
        try (EmbeddedQueue q = EmbeddedQueue.connected()) {
            int ttag = startWrite(q, 1, 64);
            byte[] pdu = q.pdus.h2cData(1, ttag, 0, new byte[64], 0, 64, true);
            q.feed(pdu);
            assertThat(q.expect(Pdu.CAPSULE_RESP).status()).isZero();
            q.feed(pdu);
            q.expectTermReq(TermReq.INVALID_HEADER_FIELD, DataPdu.TTAG_OFFSET);
        }
        try (EmbeddedQueue q = EmbeddedQueue.connected()) {
            q.feed(q.pdus.h2cData(1, 0, 0, new byte[64], 0, 64, true));
            q.expectTermReq(TermReq.INVALID_HEADER_FIELD, DataPdu.TTAG_OFFSET);
        }
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    @Test
    void aTermReqOfTheHostEndsTheConnectionWithoutAnAnswer() {
        try (EmbeddedQueue q = EmbeddedQueue.connected()) {
            q.feed(HostPdus.termReq(TermReq.PDU_SEQUENCE_ERROR, 0, q.pdus.icReq()));
            assertThat(q.channel.isOpen()).isFalse();
            q.expectNothing();
            assertThat(q.stats.refusals(Refusal.HOST_TERMINATED)).isEqualTo(1);
        }
    }

    @Test
    void nothingIsSentAfterATermReq() {
        try (EmbeddedQueue q = EmbeddedQueue.connected()) {
            q.commands.hold = true;
            q.feed(q.capsule(ScriptedCommands.READ, 1, 1, 512));
            q.feed(q.pdus.icReq());
            q.expectTermReq(TermReq.PDU_SEQUENCE_ERROR, 0);
            q.commands.releaseOne();
            q.expectNothing();
            q.feed(q.capsule(ScriptedCommands.NOTHING, 2, 1, 0));
            q.expectNothing();
        }
    }

    @Test
    void theConnectionIsClosedIfTheHostDoesNotDoItAfterATermReq() {
        try (EmbeddedQueue q = EmbeddedQueue.connected()) {
            q.feed(q.pdus.icReq());
            q.expectTermReq(TermReq.PDU_SEQUENCE_ERROR, 0);
            q.pass(EmbeddedQueue.LIMITS.icReqTimeout().plusMillis(1));
            assertThat(q.channel.isOpen()).isFalse();
        }
    }

    @Test
    void aConnectionThatEndsInAnyPhaseLeavesNothingBehind() {
        byte[] stream;
        try (EmbeddedQueue q = EmbeddedQueue.connected(DIGESTS, EmbeddedQueue.LIMITS, 16)) {
            int ttag = startWrite(q, 1, 64);
            stream = q.pdus.h2cData(1, ttag, 0, new byte[64], 0, 64, true);
        }
        for (int cut = 0; cut <= IcReq.SIZE; cut++) {
            try (EmbeddedQueue q = new EmbeddedQueue(DIGESTS, EmbeddedQueue.LIMITS)) {
                q.feed(q.pdus.icReq(), 0, cut);
            }
        }
        for (int cut = 0; cut <= stream.length; cut++) {
            try (EmbeddedQueue q = EmbeddedQueue.connected(DIGESTS, EmbeddedQueue.LIMITS, 16)) {
                startWrite(q, 1, 64);
                q.feed(stream, 0, cut);
            }
            try (EmbeddedQueue q = EmbeddedQueue.connected(DIGESTS, EmbeddedQueue.LIMITS, 16)) {
                byte[] capsule = q.inCapsule(1, new byte[16]);
                q.feed(capsule, 0, Math.min(cut, capsule.length));
            }
        }
    }
}
