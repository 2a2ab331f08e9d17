package io.nvmevf.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.protocol.tcp.Pdu;
import io.nvmevf.protocol.tcp.R2t;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.ReceivedPdu;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The stream may be cut anywhere: what comes in is the same. */
class StreamCutTest {
    private static final int NO_CUT = -1;

    static Stream<HostOptions> digests() {
        HostOptions plain = HostOptions.DEFAULT;
        return Stream.of(plain, plain.digests(true, false), plain.digests(false, true), plain.digests(true, true));
    }

    @Test
    void anIcReqCutAtAnyOffsetIsAnswered() {
        for (int cut = 0; cut <= 128; cut++) {
            try (EmbeddedQueue q = new EmbeddedQueue(HostOptions.DEFAULT, EmbeddedQueue.LIMITS)) {
                q.feedCut(q.pdus.icReq(), cut);
                q.initialized();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("digests")
    void everyPduMayBeCutAtEachOffset(HostOptions options) {
        for (int cut = 1; cut < 128; cut++) {
            run(options, cut);
        }
    }

    @ParameterizedTest
    @MethodSource("digests")
    void everyPduMayComeByteByByte(HostOptions options) {
        try (EmbeddedQueue q = EmbeddedQueue.connected(options, EmbeddedQueue.LIMITS, 16)) {
            script(q, bytes -> {
                for (int i = 0; i < bytes.length; i++) {
                    q.feed(bytes, i, 1);
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("digests")
    void anyPaddingThatCpdaAsksForIsSkipped(HostOptions options) {
        for (int cpda : new int[] {0, 1, 7, 31}) {
            TransportLimits l = EmbeddedQueue.LIMITS;
            TransportLimits aligned = new TransportLimits(
                    l.icReqTimeout(),
                    l.connectTimeout(),
                    l.pduTimeout(),
                    l.maxH2cData(),
                    l.inCapsuleData(),
                    cpda,
                    l.queueMemory());
            try (EmbeddedQueue q = EmbeddedQueue.connected(options, aligned, 16)) {
                script(q, q::feed);
            }
            try (EmbeddedQueue q = EmbeddedQueue.connected(options, aligned, 16)) {
                script(q, bytes -> {
                    for (int i = 0; i < bytes.length; i++) {
                        q.feed(bytes, i, 1);
                    }
                });
            }
        }
    }

    @ParameterizedTest
    @MethodSource("digests")
    void dataIsAlignedAsHpdaAsksFor(HostOptions options) {
        for (int hpda = 0; hpda <= 31; hpda++) {
            // (The parser of the test host checks the alignment.)
            try (EmbeddedQueue q = EmbeddedQueue.connected(options.alignment(hpda), EmbeddedQueue.LIMITS, 16)) {
                script(q, q::feed);
            }
        }
    }

    private static void run(HostOptions options, int cut) {
        try (EmbeddedQueue q = EmbeddedQueue.connected(options, EmbeddedQueue.LIMITS, 16)) {
            script(q, bytes -> {
                if (cut == NO_CUT || cut >= bytes.length) {
                    q.feed(bytes);
                } else {
                    q.feedCut(bytes, cut);
                }
            });
        }
    }

    interface Feeder {
        void feed(byte[] bytes);
    }

    /** One command of each kind, each PDU through {@code feeder}; checks what was written and read. */
    static void script(EmbeddedQueue q, Feeder feeder) {
        feeder.feed(q.capsule(ScriptedCommands.NOTHING, 0x1001, 1, 0));
        assertThat(q.expect(Pdu.CAPSULE_RESP).cid()).isEqualTo(0x1001);

        byte[] small = ScriptedCommands.pattern(5, 40);
        feeder.feed(q.inCapsule(0xFFFF, small));
        assertThat(q.expect(Pdu.CAPSULE_RESP).cid()).isEqualTo(0xFFFF);
        assertThat(q.commands.written.getLast()).isEqualTo(small);

        byte[] large = ScriptedCommands.pattern(6, 100);
        feeder.feed(q.capsule(ScriptedCommands.WRITE, 2, 1, large.length));
        ReceivedPdu r2t = q.expect(Pdu.R2T);
        assertThat(R2t.r2tl(r2t.bytes(), 0)).isEqualTo(large.length);
        int ttag = R2t.ttag(r2t.bytes(), 0);
        feeder.feed(q.pdus.h2cData(2, ttag, 0, large, 0, 36, false));
        feeder.feed(q.pdus.h2cData(2, ttag, 36, large, 36, 64, true));
        assertThat(q.expect(Pdu.CAPSULE_RESP).status()).isZero();
        assertThat(q.commands.written.getLast()).isEqualTo(large);

        feeder.feed(q.capsule(ScriptedCommands.READ, 3, 77, 300));
        assertThat(q.expect(Pdu.C2H_DATA).data()).isEqualTo(ScriptedCommands.pattern(77, 300));
        assertThat(q.expect(Pdu.CAPSULE_RESP).status()).isZero();

        feeder.feed(q.capsule(ScriptedCommands.REFUSED, 4, 1, 0));
        assertThat(q.expect(Pdu.CAPSULE_RESP).status()).isNotZero();
        q.expectNothing();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void aLongStreamMayBeCutAtRandom(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        HostOptions options = HostOptions.DEFAULT
                .digests(random.nextBoolean(), random.nextBoolean())
                .alignment(random.nextInt(32));
        try (EmbeddedQueue q = EmbeddedQueue.connected(options, EmbeddedQueue.LIMITS, 1024)) {
            List<byte[]> writes = new ArrayList<>();
            List<byte[]> stream = new ArrayList<>();
            for (int cid = 0; cid < 400; cid++) {
                if (random.nextBoolean()) {
                    byte[] data = ScriptedCommands.pattern(cid, 4 * random.nextInt(1, 1024));
                    writes.add(data);
                    stream.add(q.inCapsule(cid, data));
                } else {
                    stream.add(q.capsule(ScriptedCommands.READ, cid, cid, random.nextInt(1, 3000)));
                }
            }
            byte[] all = join(stream);
            for (int at = 0; at < all.length; ) {
                int n = Math.min(
                        all.length - at, random.nextInt(20) == 0 ? random.nextInt(1, 20_000) : random.nextInt(1, 300));
                q.feed(all, at, n);
                at += n;
            }
            int responses = 0;
            for (ReceivedPdu pdu = q.next(); pdu != null; pdu = q.next()) {
                if (pdu.type() == Pdu.C2H_DATA) {
                    byte[] data = pdu.data();
                    assertThat(data).isEqualTo(ScriptedCommands.pattern(pdu.cccid(), data.length));
                } else {
                    assertThat(pdu.status()).isZero();
                    responses++;
                }
            }
            assertThat(responses).isEqualTo(400);
            assertThat(q.commands.written).hasSize(writes.size());
            for (int i = 0; i < writes.size(); i++) {
                assertThat(q.commands.written.get(i)).isEqualTo(writes.get(i));
            }
        }
    }

    private static byte[] join(List<byte[]> parts) {
        byte[] all = new byte[parts.stream().mapToInt(p -> p.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return Arrays.copyOf(all, at);
    }
}
