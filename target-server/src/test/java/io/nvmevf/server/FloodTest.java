package io.nvmevf.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.DhchapSecret;
import io.nvmevf.protocol.fabrics.ConnectData;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.control.HostKey;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.Completion;
import io.nvmevf.server.host.Flood;
import io.nvmevf.server.host.HostAuthentication;
import io.nvmevf.server.host.HostDhchap;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.TestHost;
import io.nvmevf.server.metrics.DataPlaneStats.ConnectionClass;
import io.nvmevf.server.metrics.DataPlaneStats.Delay;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import io.nvmevf.server.transport.ConnectionLimits;
import io.nvmevf.server.transport.EventLoops;
import io.nvmevf.server.transport.TransportLimits;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Thousands of connections of people who mean no good, of all kinds at once: a tenant goes on working, another one gets in, memory
 * stays bounded, and when they are gone all is as before. The strict figure for latency is measured by {@code benchmarks/qos} (flood):
 * here the attackers have the same two cores as the target, so what is asked for is what only a target that stalls would miss.
 */
class FloodTest {
    private static final int MOST = 1200;
    private static final int FLOODS = 4;
    private static final int CONNECTIONS = 800;
    private static final String LOCKED = "locked";
    private static final int SAMPLES = 1500;
    /** Bytes of buffers, and of heap (its other side in this process included), for each connection that is open. */
    private static final long MOST_BUFFERS = 1024;

    private static final long MOST_HEAP = 48 << 10;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final DhchapSecret SECRET = DhchapSecret.generate(new SecureRandom(), 32, DhchapHash.SHA_256);
    private static final DhchapSecret WRONG = DhchapSecret.generate(new SecureRandom(), 32, DhchapHash.SHA_256);

    static Stream<EventLoops.Kind> kinds() {
        return TargetFixture.kinds();
    }

    private static TransportLimits limits() {
        TransportLimits l = TransportLimits.DEFAULT;
        return new TransportLimits(
                Duration.ofSeconds(3),
                Duration.ofSeconds(3),
                Duration.ofSeconds(3),
                l.maxH2cData(),
                l.inCapsuleData(),
                l.cpda(),
                l.queueMemory());
    }

    /** The usual ones, but that newcomers wait less in the backlog that the flood fills: the test has no hour. */
    private static ConnectionLimits connectionLimits() {
        ConnectionLimits l = ConnectionLimits.of(MOST);
        return new ConnectionLimits(
                l.most(),
                l.mostPending(),
                l.mostPerAddress(),
                l.mostPerHost(),
                l.mostPerHostAndSubsystem(),
                ConnectionLimits.Rate.perSecond(1000, MOST),
                l.connections(),
                l.connects(),
                l.mostDelay(),
                l.authentications());
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("%s, in time", what).isNegative();
            Thread.onSpinWait();
        }
    }

    /** Nanoseconds that reads took, one after the other, in ascending order. */
    private static long[] latencies(HostQueue io) {
        long[] nanos = new long[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            long before = System.nanoTime();
            io.run(Command.read(1, i % 512, 8, 512)).ok();
            nanos[i] = System.nanoTime() - before;
        }
        Arrays.sort(nanos);
        return nanos;
    }

    private static long percentile(long[] sorted, int percent) {
        return sorted[sorted.length * percent / 100];
    }

    private static long heapAfterCollection() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** Tries wrong secrets for as long as it is let. */
    private static void guess(TargetFixture target) {
        String locked = TargetFixture.nqn(LOCKED);
        byte[] data = HostQueue.connectData(locked, TestHost.NQN, TestHost.ID, ConnectData.CNTLID_DYNAMIC);
        while (true) {
            try (HostQueue queue = HostQueue.open(target.address(), HostOptions.DEFAULT, 0)) {
                Completion connected = queue.run(queue.connectCommand(data, 32, 0));
                if (connected.code() == Status.CONNECT_CONTROLLER_BUSY) {
                    return;
                }
                if (connected.code() == Status.SUCCESS) {
                    HostDhchap wrong = new HostDhchap(TestHost.NQN, locked, WRONG, null);
                    if (new HostAuthentication(queue).run(wrong) == null) {
                        throw new IllegalStateException("a wrong secret was taken");
                    }
                }
            } catch (AssertionError | UncheckedIOException cutOff) {
                // (It was too slow, or its place was needed. It tries again.)
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aFloodOfConnectionsCostsOthersLittleAndPasses(EventLoops.Kind kind) throws Exception {
        try (TargetFixture target = TargetFixture.start(kind, limits(), connectionLimits())) {
            target.addVf(LOCKED);
            target.changeVf(LOCKED, vf -> vf.requiringAuthentication(true));
            target.addVf("public");
            target.addNamespace("public", 1, TargetFixture.BYTES, 4096);
            target.hostKeys(new HostKey(LOCKED, TestHost.NQN, List.of(new HostKey.Pair(SECRET, null)), null, null));
            target.publish();
            HostQueue victim = target.io();
            latencies(victim);
            long[] alone = latencies(victim);
            long buffersBefore = target.buffersInUse();
            long heapBefore = heapAfterCollection();

            List<Flood> floods = new ArrayList<>();
            CompletableFuture<Void> guesser =
                    CompletableFuture.runAsync(() -> guess(target), Thread::startVirtualThread);
            try {
                for (int i = 1; i <= FLOODS; i++) {
                    floods.add(new Flood(target.address(), i, CONNECTIONS, TargetFixture.nqn("public")));
                }
                await("the house is full", () -> target.gate().pending() >= ConnectionLimits.mostOfOne(MOST) * 9 / 10);
                long[] beside = latencies(victim);
                long buffers = target.buffersInUse() - buffersBefore;
                assertThat(buffers).as("buffers of all connections").isLessThan(MOST * MOST_BUFFERS);
                assertThat((heapAfterCollection() - heapBefore) / (FLOODS * CONNECTIONS))
                        .as("heap of one connection")
                        .isLessThan(MOST_HEAP);
                assertThat(target.gate().open()).isLessThanOrEqualTo(MOST);
                assertThat(target.gate().pending()).isLessThanOrEqualTo(ConnectionLimits.mostOfOne(MOST));

                // An honest host gets in meanwhile, with all of its queues.
                try (TestHost newcomer = connect(target)) {
                    for (int qid = 1; qid <= 8; qid++) {
                        newcomer.connectIo(qid, 16)
                                .run(Command.read(1, 0, 1, 512))
                                .ok();
                    }
                }
                assertThat(percentile(beside, 50))
                        .as("median of the victim's latency, ns; alone %d", percentile(alone, 50))
                        .isLessThan(percentile(alone, 50) * 3 / 2
                                + Duration.ofMillis(2).toNanos());
                assertThat(percentile(beside, 99))
                        .as("99th percentile of the victim's latency, ns; alone %d", percentile(alone, 99))
                        .isLessThan(percentile(alone, 99) * 3 / 2
                                + Duration.ofMillis(50).toNanos());
                await(
                        "all kinds of refusals",
                        () -> Stream.of(
                                        Refusal.TOO_MANY_PENDING,
                                        Refusal.UNKNOWN_SUBSYSTEM,
                                        Refusal.ICREQ_TIMEOUT,
                                        Refusal.CONNECT_TIMEOUT)
                                .allMatch(reason -> target.stats().refusals(reason) > 0));
            } finally {
                floods.forEach(Flood::close);
            }
            // (His connections have to wait in the backlog like all others while the flood lasts.)
            assertThat(guesser).as("who guesses secrets").succeedsWithin(PATIENCE);
            assertThat(target.stats().refusals(Refusal.AUTHENTICATION_TOO_OFTEN))
                    .isPositive();
            assertThat(target.stats().delays(Delay.FAILED_AUTHENTICATION)).isPositive();
            await("all of them are gone", () -> target.gate().pending() == 0);
            await("their controllers are gone", () -> target.stats().open(ConnectionClass.ADMIN) == 1);
            await("their memory is free", () -> target.buffersInUse() <= buffersBefore);
            latencies(victim);
            try (TestHost again = connect(target)) {
                again.connectIo(1, 16).run(Command.read(1, 0, 1, 512)).ok();
            }
        }
    }

    /** An honest host, which tries again when it was refused. */
    private static TestHost connect(TargetFixture target) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                TestHost host = TestHost.connectAdmin(
                        target.address(),
                        HostOptions.DEFAULT,
                        TargetFixture.nqn(TargetFixture.VF),
                        TestHost.NQN,
                        TestHost.ID,
                        0);
                host.enable();
                return host;
            } catch (AssertionError | UncheckedIOException refused) {
                assertThat(System.nanoTime() - end).as("connecting, in time").isNegative();
            }
        }
    }
}
