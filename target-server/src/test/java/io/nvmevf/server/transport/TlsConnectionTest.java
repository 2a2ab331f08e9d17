package io.nvmevf.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmevf.protocol.tcp.Pdu;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.ReceivedPdu;
import io.nvmevf.server.host.TlsClient;
import io.nvmevf.server.host.TlsRefusedException;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.tls.AlertDescription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A connection whose handshake is over: what comes is the same however records are cut, and what is not in order ends it. */
class TlsConnectionTest {
    /** What a record adds to its content: header, content type, tag. */
    private static final int OVERHEAD = 22;

    private static List<HostOptions> digests() {
        return StreamCutTest.digests().toList();
    }

    @ParameterizedTest
    @MethodSource("digests")
    void recordsMayBeCutAtEachByte(HostOptions options) {
        for (int cut = 1; cut < 140; cut += 3) {
            int at = cut;
            TlsClient client = TlsFixture.client();
            try (EmbeddedQueue q = TlsFixture.connected(options, client)) {
                StreamCutTest.script(q, bytes -> {
                    byte[] records = client.protect(bytes);
                    q.feedCut(records, Math.min(at, records.length));
                });
            }
        }
    }

    @ParameterizedTest
    @MethodSource("digests")
    void recordsMayComeByteByByteAndPdusByteByRecord(HostOptions options) {
        TlsClient client = TlsFixture.client();
        try (EmbeddedQueue q = TlsFixture.connected(options, client)) {
            StreamCutTest.script(q, bytes -> {
                for (byte b : client.protect(bytes)) {
                    q.feed(new byte[] {b});
                }
            });
        }
        TlsClient other = TlsFixture.client();
        try (EmbeddedQueue q = TlsFixture.connected(options, other)) {
            StreamCutTest.script(q, bytes -> {
                for (byte b : bytes) {
                    q.feed(other.protect(new byte[] {b}));
                }
            });
        }
    }

    @Test
    void manyRecordsMayComeAtOnceAndTheirAnswersLeaveInOne() {
        TlsClient client = TlsFixture.client();
        try (EmbeddedQueue q = TlsFixture.connected(HostOptions.DEFAULT, client)) {
            byte[] all = {};
            for (int cid = 1; cid <= 50; cid++) {
                all = TlsFixture.join(all, client.protect(q.capsule(ScriptedCommands.NOTHING, cid, 1, 0)));
            }
            q.feed(all);
            byte[] answer = q.raw();
            assertThat(TlsFixture.records(answer)).hasSize(1);
            assertThat(answer).hasSize(50 * 24 + OVERHEAD);
            assertThat(client.open(answer, answer.length)).hasSize(50 * 24);
        }
    }

    @Test
    void longAnswersFillTheirRecords() {
        TlsClient client = TlsFixture.client();
        try (EmbeddedQueue q = TlsFixture.connected(HostOptions.DEFAULT, client)) {
            int length = 100_000;
            q.feed(client.protect(q.capsule(ScriptedCommands.READ, 1, 7, length)));
            byte[] answer = q.raw();
            List<byte[]> records = TlsFixture.records(answer);
            assertThat(records).hasSize(7);
            assertThat(records.subList(0, 6)).allSatisfy(r -> assertThat(r).hasSize((1 << 14) + OVERHEAD));
            byte[] plain = client.open(answer, answer.length);
            assertThat(plain).hasSize(24 + length + 24);
            assertThat(Arrays.copyOfRange(plain, 24, 24 + length)).isEqualTo(ScriptedCommands.pattern(7, length));
        }
    }

    @Test
    void whateverByteIsChangedNothingIsCarriedOut() {
        int length;
        try (EmbeddedQueue q = TlsFixture.connected(HostOptions.DEFAULT, TlsFixture.client())) {
            length = q.inCapsule(1, new byte[64]).length + OVERHEAD;
        }
        for (int at = 0; at < length; at++) {
            if (at == 1 || at == 2) {
                continue; // (the version, which is for nobody)
            }
            TlsClient client = TlsFixture.client();
            try (EmbeddedQueue q = TlsFixture.connected(HostOptions.DEFAULT, client)) {
                byte[] record = client.protect(q.inCapsule(1, new byte[64]));
                assertThat(record).hasSize(length);
                record[at] ^= 1;
                q.feed(record);
                // (More than the longest record that a changed length can promise and that is allowed.)
                for (int i = 2; i < 8; i++) {
                    q.feed(client.protect(q.inCapsule(i, new byte[64])));
                }
                assertThat(q.commands.written).as("byte " + at).isEmpty();
                assertThat(q.stats.refusals(Refusal.TLS_RECORD))
                        .as("byte " + at)
                        .isEqualTo(1);
                q.ignoreOutput();
            }
        }
    }

    private static void ended(EmbeddedQueue q, TlsClient client, int alert) {
        byte[] answer = q.raw();
        assertThatThrownBy(() -> client.take(answer, answer.length))
                .isInstanceOfSatisfying(
                        TlsRefusedException.class, e -> assertThat(e.alert()).isEqualTo(alert));
        assertThat(q.stats.refusals(Refusal.TLS_RECORD)).isEqualTo(1);
        q.pass(Duration.ofSeconds(1));
        assertThat(q.channel.isActive()).isFalse();
    }

    @Test
    void replayedReorderedAndUnprotectedRecordsEndTheConnection() {
        TlsClient client = TlsFixture.client();
        try (EmbeddedQueue q = TlsFixture.connected(HostOptions.DEFAULT, client)) {
            byte[] record = client.protect(q.inCapsule(1, new byte[64]));
            q.feed(TlsFixture.join(record, record));
            assertThat(q.commands.written).hasSize(1);
            byte[] answer = q.raw();
            List<byte[]> records = TlsFixture.records(answer);
            assertThat(records).hasSize(2);
            assertThatThrownBy(() -> client.take(answer, answer.length)).isInstanceOf(TlsRefusedException.class);
        }
        TlsClient second = TlsFixture.client();
        try (EmbeddedQueue q = TlsFixture.connected(HostOptions.DEFAULT, second)) {
            second.protect(q.inCapsule(1, new byte[64]));
            q.feed(second.protect(q.inCapsule(2, new byte[64])));
            ended(q, second, AlertDescription.bad_record_mac);
        }
        TlsClient third = TlsFixture.client();
        try (EmbeddedQueue q = TlsFixture.connected(HostOptions.DEFAULT, third)) {
            q.feed(new byte[] {20, 3, 3, 0, 1, 1});
            ended(q, third, AlertDescription.unexpected_message);
        }
        TlsClient fourth = TlsFixture.client();
        try (EmbeddedQueue q = TlsFixture.connected(HostOptions.DEFAULT, fourth)) {
            q.feed(q.capsule(ScriptedCommands.NOTHING, 1, 1, 0));
            q.feed(q.capsule(ScriptedCommands.NOTHING, 2, 1, 0));
            assertThat(q.stats.refusals(Refusal.TLS_RECORD)).isEqualTo(1);
            q.ignoreOutput();
        }
    }

    @Test
    void tooLongAndTooShortRecordsEndTheConnection() {
        TlsClient client = TlsFixture.client();
        try (EmbeddedQueue q = TlsFixture.connected(HostOptions.DEFAULT, client)) {
            q.feed(new byte[] {23, 3, 3, 0x41, 1});
            ended(q, client, AlertDescription.record_overflow);
        }
        TlsClient second = TlsFixture.client();
        try (EmbeddedQueue q = TlsFixture.connected(HostOptions.DEFAULT, second)) {
            q.feed(new byte[] {23, 3, 3, 0, 0});
            ended(q, second, AlertDescription.bad_record_mac);
        }
    }

    @Test
    void aHostMayReplaceItsKeyAndAskForOurs() {
        TlsClient client = TlsFixture.client();
        try (EmbeddedQueue q = TlsFixture.connected(HostOptions.DEFAULT, client)) {
            for (int cid = 1; cid <= 10; cid++) {
                q.feed(client.keyUpdate(cid % 2 == 0));
                byte[] answer = q.raw();
                assertThat(TlsFixture.records(answer)).hasSize(cid % 2 == 0 ? 1 : 0);
                client.take(answer, answer.length);
                q.feed(client.protect(q.inCapsule(cid, new byte[64])));
                ReceivedPdu response = q.expect(Pdu.CAPSULE_RESP);
                assertThat(response.cid()).isEqualTo(cid);
            }
            // Those that come together are answered once, before what is sent next.
            byte[] updates = TlsFixture.join(client.keyUpdate(true), client.keyUpdate(true));
            q.feed(TlsFixture.join(updates, client.protect(q.inCapsule(11, new byte[64]))));
            byte[] answer = q.raw();
            assertThat(TlsFixture.records(answer)).hasSize(2);
            assertThat(client.open(answer, answer.length)).hasSize(24);
            assertThat(q.commands.written).hasSize(11);
        }
    }

    @Test
    void aFloodOfKeyUpdatesEndsTheConnection() {
        TlsClient client = TlsFixture.client();
        try (EmbeddedQueue q = TlsFixture.connected(HostOptions.DEFAULT, client)) {
            for (int i = 0; i < 32; i++) {
                q.feed(client.keyUpdate(false));
            }
            assertThat(q.stats.refusals(Refusal.TLS_RECORD)).isZero();
            q.pass(Duration.ofSeconds(1));
            q.feed(client.keyUpdate(false));
            assertThat(q.stats.refusals(Refusal.TLS_RECORD)).isZero();
            q.feed(client.keyUpdate(false));
            ended(q, client, AlertDescription.unexpected_message);
        }
    }

    @Test
    void aHostThatSendsNothingMoreIsAnsweredAndLeft() {
        TlsClient client = TlsFixture.client();
        try (EmbeddedQueue q = TlsFixture.connected(HostOptions.DEFAULT, client)) {
            byte[] first = client.protect(q.inCapsule(1, new byte[64]));
            q.feed(TlsFixture.join(first, client.close(), new byte[] {1, 2, 3}));
            assertThat(TlsFixture.records(q.raw()))
                    .as("the response, and close_notify")
                    .hasSize(2);
            assertThat(q.commands.written).hasSize(1);
            q.pass(Duration.ofSeconds(1));
            assertThat(q.channel.isActive()).isFalse();
            assertThat(q.stats.refusals(Refusal.TLS_RECORD)).isZero();
        }
    }

    @Test
    void theTargetSaysWhenItCloses() {
        TlsClient client = TlsFixture.client();
        try (EmbeddedQueue q = TlsFixture.connected(HostOptions.DEFAULT, client)) {
            q.queue.close();
            byte[] answer = q.raw();
            client.take(answer, answer.length);
            assertThat(client.isClosed()).isTrue();
            assertThat(q.channel.isActive()).isFalse();
        }
    }

    @Test
    void whatIsCutOffInTheMiddleLeavesNothing() {
        TlsClient client = TlsFixture.client();
        try (EmbeddedQueue q = TlsFixture.connected(HostOptions.DEFAULT, client)) {
            byte[] record = client.protect(q.inCapsule(1, new byte[64]));
            q.feed(record, 0, record.length - 1);
            q.channel.close();
            assertThat(q.commands.written).isEmpty();
        }
    }
}
