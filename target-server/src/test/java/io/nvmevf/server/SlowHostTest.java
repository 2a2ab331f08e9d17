package io.nvmevf.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.TestHost;
import io.nvmevf.server.metrics.DataPlaneStats.ConnectionClass;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import io.nvmevf.server.transport.EventLoops;
import io.nvmevf.server.transport.TransportLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hosts that ask for much and do not take it. */
class SlowHostTest {
    private static final String GREEDY = "greedy";
    private static final int QUEUES = 32;
    private static final int READS = 64;
    private static final int BLOCKS = (128 << 10) / 4096;
    private static final long TOTAL_MEMORY = 16L << 20;
    /** What a queue may hold beyond the memory of all: what is on its way, and the one command that always may go on. */
    private static final long BEYOND = (256 << 10) + (128 << 10);

    static Stream<EventLoops.Kind> kinds() {
        return TargetFixture.kinds();
    }

    private static TransportLimits limits(Duration pduTimeout) {
        TransportLimits l = TransportLimits.DEFAULT;
        return new TransportLimits(
                l.icReqTimeout(),
                l.connectTimeout(),
                pduTimeout,
                l.maxH2cData(),
                l.inCapsuleData(),
                l.cpda(),
                l.queueMemory());
    }

    private static TestHost greedy(TargetFixture target) {
        target.addVf(GREEDY);
        target.addNamespace(GREEDY, 1, TargetFixture.BYTES, 4096);
        target.publish();
        return target.keep(TestHost.connect(target.address(), HostOptions.DEFAULT, TargetFixture.nqn(GREEDY)));
    }

    /** What the host does not take is memory that its virtual function holds, and others have theirs. */
    @ParameterizedTest
    @MethodSource("kinds")
    void answersThatAreNotTakenAreMemoryThatIsBounded(EventLoops.Kind kind) {
        try (TargetFixture target = TargetFixture.withMemory(kind, limits(Duration.ofSeconds(60)), TOTAL_MEMORY)) {
            HostQueue victim = target.io();
            TestHost host = greedy(target);
            List<HostQueue> deaf = new ArrayList<>();
            List<Integer> cids = new ArrayList<>();
            for (int qid = 1; qid <= QUEUES; qid++) {
                HostQueue queue = host.connectIo(qid, READS + 1);
                for (int i = 0; i < READS; i++) {
                    cids.add(queue.submit(Command.read(1, 0, BLOCKS, 4096)));
                }
                deaf.add(queue);
            }
            long most = 0;
            for (int i = 0; i < 500; i++) {
                victim.run(Command.read(1, i, 8, 512)).ok();
                most = Math.max(most, target.buffersInUse());
            }
            assertThat(most)
                    .as("bytes of buffers that %d deaf queues bring about", QUEUES)
                    .isLessThan(TOTAL_MEMORY + QUEUES * BEYOND)
                    .isGreaterThan(TOTAL_MEMORY / 4);
            // When they listen again, all of it comes.
            for (int i = 0; i < cids.size(); i++) {
                deaf.get(i / READS).await(cids.get(i)).ok();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aHostThatTakesItsAnswersByteByByteIsCutOff(EventLoops.Kind kind) {
        try (TargetFixture target = TargetFixture.withMemory(kind, limits(Duration.ofMillis(300)), TOTAL_MEMORY)) {
            HostQueue slow = greedy(target).connectIo(1, READS + 1);
            for (int i = 0; i < READS; i++) {
                slow.submit(Command.read(1, 0, BLOCKS, 4096));
            }
            HostQueue victim = target.io();
            while (target.stats().refusals(Refusal.PDU_TIMEOUT) == 0) {
                slow.connection().takeByte();
                victim.run(Command.read(1, 0, 8, 512)).ok();
            }
            while (target.stats().open(ConnectionClass.IO) > 1) {
                victim.run(Command.read(1, 0, 8, 512)).ok();
            }
            assertThat(target.stats().refusals(Refusal.PDU_TIMEOUT)).isEqualTo(1);
        }
    }
}
