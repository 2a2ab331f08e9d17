package io.nvmevf.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.protocol.fabrics.ConnectData;
import io.nvmevf.protocol.tcp.Pdu;
import io.nvmevf.protocol.tcp.TermReq;
import io.nvmevf.server.TargetFixture;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.Completion;
import io.nvmevf.server.host.HostConnection;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.TestHost;
import io.nvmevf.server.metrics.DataPlaneStats.ConnectionClass;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole transport over real sockets, on each kind of event loop. */
class WireTest {

    static Stream<EventLoops.Kind> kinds() {
        return TargetFixture.kinds();
    }

    static Stream<Arguments> kindsAndDigests() {
        return kinds().flatMap(kind -> Stream.of(
                Arguments.of(kind, false, false),
                Arguments.of(kind, true, false),
                Arguments.of(kind, false, true),
                Arguments.of(kind, true, true)));
    }

    private static byte[] bytes(long seed, int length) {
        byte[] data = new byte[length];
        new SplittableRandom(seed).nextBytes(data);
        return data;
    }

    private static TransportLimits limits(Duration icReq, Duration connect, Duration pdu) {
        TransportLimits l = TransportLimits.DEFAULT;
        return new TransportLimits(icReq, connect, pdu, l.maxH2cData(), l.inCapsuleData(), l.cpda(), l.queueMemory());
    }

    @ParameterizedTest
    @MethodSource("kindsAndDigests")
    void dataGoesThereAndBackWithEveryDigestAlignmentAndTransfer(EventLoops.Kind kind, boolean hdgst, boolean ddgst) {
        try (TargetFixture target = TargetFixture.start(kind)) {
            TestHost host = target.connect(HostOptions.DEFAULT.digests(hdgst, ddgst));
            int qid = 1;
            for (int hpda : new int[] {0, 1, 7, 31}) {
                HostOptions options = HostOptions.DEFAULT.digests(hdgst, ddgst).alignment(hpda);
                for (HostOptions o : List.of(
                        options,
                        options.withoutInCapsule().pieces(4096),
                        options.withoutInCapsule().pieces(12_288).withoutSqFlowControl(),
                        options.withoutInCapsule())) {
                    HostQueue io = host.connectIo(qid++, 16, o);
                    for (int length : new int[] {512, 8192, 8704, 65_536, TargetFixture.MDTS}) {
                        byte[] data = bytes(qid * 31L + length, length);
                        io.run(Command.write(1, 3, data, 512)).ok();
                        Completion read =
                                io.run(Command.read(1, 3, length / 512, 512)).ok();
                        assertThat(read.data()).isEqualTo(data);
                        assertThat(read.bySuccessFlag()).isEqualTo(!o.sqFlowControl());
                    }
                    io.close();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aFullQueueOfCommandsInOneSegmentIsCarriedOut(EventLoops.Kind kind) {
        try (TargetFixture target = TargetFixture.start(kind)) {
            HostQueue io = target.connect().connectIo(1, 1024);
            for (int round = 0; round < 3; round++) {
                List<Integer> cids = new ArrayList<>();
                List<byte[]> pdus = new ArrayList<>();
                for (int i = 0; i < 1024; i++) {
                    Command c = i % 2 == 0
                            ? Command.write(1, i, bytes(round * 1024L + i, 512), 512)
                            : Command.read(1, 4096 + i, 1, 512);
                    pdus.add(io.capsule(c));
                    cids.add(c.cid());
                }
                for (byte[] pdu : pdus) {
                    io.connection().send(pdu);
                }
                for (int cid : cids) {
                    io.await(cid).ok();
                }
                for (int i = 0; i < 1024; i += 2) {
                    assertThat(io.run(Command.read(1, i, 1, 512)).ok().data()).isEqualTo(bytes(round * 1024L + i, 512));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aConnectionThatBreaksTheRulesLosesItselfOnly(EventLoops.Kind kind) {
        try (TargetFixture target = TargetFixture.start(kind)) {
            TestHost host = target.connect();
            HostQueue good = host.connectIo(1, 32);
            HostQueue bad = host.connectIo(2, 32);
            byte[] data = bytes(1, 65_536);
            int inFlight = good.submit(Command.write(1, 0, data, 512));
            byte[] pdu = bad.capsule(Command.read(1, 0, 8, 512));
            pdu[Pdu.TYPE_OFFSET] = 0x42;
            bad.connection().send(pdu);
            bad.connection().expectTermReq(TermReq.INVALID_HEADER_FIELD, Pdu.TYPE_OFFSET);
            good.await(inFlight).ok();
            assertThat(good.run(Command.read(1, 0, 128, 512)).ok().data()).isEqualTo(data);
            host.reconnectIo(2, 32).run(Command.flush(1)).ok();
            assertThat(target.stats().refusals(Refusal.PROTOCOL_ERROR)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void connectionsThatAreResetInTheMiddleOfEverythingLeaveNothingBehind(EventLoops.Kind kind) {
        try (TargetFixture target = TargetFixture.start(kind)) {
            TestHost host = target.connect();
            SplittableRandom random = new SplittableRandom(7);
            byte[] data = bytes(2, 131_072);
            for (int i = 0; i < 40; i++) {
                HostQueue io = host.connectIo(1 + i, 64);
                for (int c = 0; c < 10; c++) {
                    io.submit(Command.read(1, 0, 512, 512));
                    io.submit(Command.write(2, 0, data, 4096));
                }
                byte[] partial = io.capsule(Command.write(1, 0, bytes(3, 4096), 512));
                io.connection().send(partial, 0, random.nextInt(partial.length));
                if (random.nextBoolean()) {
                    io.connection().reset();
                } else {
                    io.close();
                }
            }
            host.connectIo(64, 8).run(Command.read(1, 0, 8, 512)).ok();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aHostThatDoesNotReadHoldsBoundedMemoryAndGetsEverythingLater(EventLoops.Kind kind) {
        int commands = 400;
        long mostMemory = 32L << 20;
        try (TargetFixture target = TargetFixture.start(kind)) {
            TestHost host = target.connect();
            HostQueue slow = host.connectIo(1, 1024);
            HostQueue other = host.connectIo(2, 16);
            byte[] data = bytes(5, TargetFixture.MDTS);
            other.run(Command.write(1, 0, data, 512)).ok();
            List<Integer> cids = new ArrayList<>();
            byte[] burst = new byte[commands * 72];
            for (int i = 0; i < commands; i++) {
                Command read = Command.read(1, 0, TargetFixture.MDTS / 512, 512);
                System.arraycopy(slow.capsule(read), 0, burst, i * 72, 72);
                cids.add(read.cid());
            }
            slow.connection().send(burst);
            long most = 0;
            for (int i = 0; i < 200; i++) {
                other.run(Command.read(1, 0, 128, 512)).ok();
                most = Math.max(most, target.buffersInUse());
            }
            assertThat(most)
                    .as("bytes of buffers while %d MiB are asked for", commands)
                    .isLessThan(mostMemory);
            for (int cid : cids) {
                assertThat(slow.await(cid).ok().data()).isEqualTo(data);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void limitsOfTimeAreKept(EventLoops.Kind kind) {
        Duration soon = Duration.ofMillis(150);
        Duration late = Duration.ofSeconds(60);
        try (TargetFixture target = TargetFixture.start(kind, limits(soon, late, late), 100)) {
            HostConnection silent = target.keep(HostConnection.open(target.address(), HostOptions.DEFAULT));
            silent.expectEnd();
            assertThat(target.stats().refusals(Refusal.ICREQ_TIMEOUT)).isEqualTo(1);
        }
        try (TargetFixture target = TargetFixture.start(kind, limits(late, soon, late), 100)) {
            HostConnection silent = target.keep(HostConnection.initialized(target.address(), HostOptions.DEFAULT));
            silent.expectEnd();
            assertThat(target.stats().refusals(Refusal.CONNECT_TIMEOUT)).isEqualTo(1);
            // A Connect that was refused does not stop the clock.
            HostQueue refused = target.keep(HostQueue.open(target.address(), HostOptions.DEFAULT, 0));
            byte[] data = HostQueue.connectData(
                    "nqn.2026-01.io.nvmevf:no", TestHost.NQN, TestHost.ID, ConnectData.CNTLID_DYNAMIC);
            refused.run(refused.connectCommand(data, 32, 0)).is(0x182);
            refused.connection().expectEnd();
        }
        try (TargetFixture target = TargetFixture.start(kind, limits(late, late, soon), 100)) {
            HostQueue io = target.io(HostOptions.DEFAULT.withoutInCapsule());
            io.connection().send(io.capsule(Command.write(1, 0, bytes(1, 4096), 512)));
            io.connection().expect(Pdu.R2T);
            io.connection().expectEnd();
            assertThat(target.stats().refusals(Refusal.PDU_TIMEOUT)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void moreConnectionsThanAllowedAreClosedAtOnce(EventLoops.Kind kind) {
        try (TargetFixture target = TargetFixture.start(kind, TransportLimits.DEFAULT, 3)) {
            TestHost host = target.connect();
            HostQueue io = host.connectIo(1, 8);
            HostQueue last = host.connectIo(2, 8);
            HostConnection tooMany = target.keep(HostConnection.open(target.address(), HostOptions.DEFAULT));
            tooMany.drain();
            assertThat(target.stats().refusals(Refusal.TOO_MANY_CONNECTIONS)).isEqualTo(1);
            io.run(Command.flush(1)).ok();
            last.connection().finish();
            last.connection().expectEnd();
            // (The place is free when the target has seen the end; until then another is closed at once.)
            while (target.stats().open(ConnectionClass.IO) > 1) {
                io.run(Command.flush(1)).ok();
            }
            host.connectIo(3, 8).run(Command.flush(1)).ok();
        }
    }
}
