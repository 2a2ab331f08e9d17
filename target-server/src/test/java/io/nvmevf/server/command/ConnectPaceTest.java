package io.nvmevf.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.DhchapSecret;
import io.nvmevf.protocol.fabrics.ConnectData;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.TargetFixture;
import io.nvmevf.server.control.HostKey;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.HostAuthentication;
import io.nvmevf.server.host.HostConnection;
import io.nvmevf.server.host.HostDhchap;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.TestHost;
import io.nvmevf.server.metrics.DataPlaneStats.Delay;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import io.nvmevf.server.transport.ConnectionLimits;
import io.nvmevf.server.transport.ConnectionLimits.Rate;
import io.nvmevf.server.transport.EventLoops;
import io.nvmevf.server.transport.TransportLimits;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hosts that connect too fast, too often, or too much before they are connected. */
class ConnectPaceTest {
    private static final String ALPHA = TargetFixture.nqn(TargetFixture.VF);
    private static final Rate ANY = new Rate(100_000, Duration.ofNanos(1000));
    /** Far more than a test takes, so that what is refused does not depend on how fast it runs. */
    private static final Duration LONG = Duration.ofSeconds(100);

    static Stream<EventLoops.Kind> kinds() {
        return TargetFixture.kinds();
    }

    private static TargetFixture start(EventLoops.Kind kind, ConnectionLimits limits) {
        return TargetFixture.start(kind, TransportLimits.DEFAULT, limits);
    }

    private static TargetFixture start(ConnectionLimits limits) {
        return start(kinds().findFirst().orElseThrow(), limits);
    }

    private static ConnectionLimits limits(Rate connections, Rate connects, Duration delay, Rate authentications) {
        return new ConnectionLimits(100, 100, 100, 100, 100, ANY, connections, connects, delay, authentications);
    }

    private static byte[] data() {
        return HostQueue.connectData(ALPHA, TestHost.NQN, TestHost.ID, ConnectData.CNTLID_DYNAMIC);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aConnectionThatComesTooSoonIsReadLaterAndThenServed(EventLoops.Kind kind) {
        Duration interval = Duration.ofSeconds(2);
        try (TargetFixture target = start(kind, limits(new Rate(1, interval), ANY, Duration.ofSeconds(5), ANY))) {
            long start = System.nanoTime();
            HostConnection first = target.keep(HostConnection.open(target.address(), HostOptions.DEFAULT));
            HostConnection second = target.keep(HostConnection.open(target.address(), HostOptions.DEFAULT));
            first.initialize();
            second.initialize();
            assertThat(System.nanoTime() - start).as("nanoseconds").isGreaterThanOrEqualTo(interval.toNanos());
            assertThat(target.stats().delays(Delay.CONNECTION)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void connectionsThatWouldWaitTooLongAreClosedAtOnce(EventLoops.Kind kind) {
        try (TargetFixture target = start(kind, limits(new Rate(2, LONG), ANY, Duration.ofSeconds(5), ANY))) {
            TestHost host = target.connect();
            HostQueue io = host.connectIo(1, 8);
            for (int i = 0; i < 10; i++) {
                target.keep(HostConnection.open(target.address(), HostOptions.DEFAULT))
                        .drain();
            }
            assertThat(target.stats().refusals(Refusal.TOO_FAST)).isEqualTo(10);
            io.run(Command.flush(1)).ok();
        }
    }

    @Test
    void aConnectThatComesTooSoonIsTakenUpLater() {
        Rate slow = new Rate(1, Duration.ofSeconds(2));
        try (TargetFixture target = start(limits(ANY, slow, Duration.ofSeconds(5), ANY))) {
            List<HostQueue> queues = new ArrayList<>();
            List<Integer> cids = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                HostQueue queue = target.keep(HostQueue.open(target.address(), HostOptions.DEFAULT, 0));
                queues.add(queue);
                cids.add(queue.submit(queue.connectCommand(data(), 32, 0)));
            }
            // One that hangs up while it waits leaves nothing behind: the fixture looks when it is closed.
            while (target.stats().delays(Delay.CONNECT) < 2) {
                Thread.onSpinWait();
            }
            queues.get(2).connection().reset();
            for (int i = 0; i < 2; i++) {
                queues.get(i).await(cids.get(i)).ok();
            }
        }
    }

    @Test
    void connectsThatWouldWaitTooLongAreRefusedAndMayBeTriedAgain() {
        try (TargetFixture target = start(limits(ANY, new Rate(2, LONG), Duration.ofSeconds(5), ANY))) {
            TestHost host = target.connect();
            HostQueue io = host.connectIo(1, 8);
            HostQueue late = target.keep(HostQueue.open(target.address(), HostOptions.DEFAULT, 0));
            assertThat(late.run(late.connectCommand(data(), 32, 0))
                            .is(Status.CONNECT_CONTROLLER_BUSY)
                            .dnr())
                    .isFalse();
            assertThat(target.stats().refusals(Refusal.CONNECT_TOO_FAST)).isEqualTo(1);
            // Another host does not notice.
            target.keep(TestHost.connectAdmin(
                    target.address(), HostOptions.DEFAULT, ALPHA, TestHost.NQN + "x", TestHost.ID, 0));
            io.run(Command.flush(1)).ok();
        }
    }

    @Test
    void aHostHasSoManyConnectionsAndNoMore() {
        ConnectionLimits limits = new ConnectionLimits(100, 100, 100, 100, 3, ANY, ANY, ANY, Duration.ZERO, ANY);
        try (TargetFixture target = start(limits)) {
            TestHost host = target.connect();
            host.connectIo(1, 8);
            HostQueue last = host.connectIo(2, 8);
            HostQueue tooMany = target.keep(HostQueue.open(target.address(), HostOptions.DEFAULT, 0));
            tooMany.run(tooMany.connectCommand(data(), 32, 0)).is(Status.CONNECT_CONTROLLER_BUSY);
            assertThat(target.stats().refusals(Refusal.TOO_MANY_OF_HOST)).isEqualTo(1);
            last.close();
            while (target.gate().open() > 3) {
                Thread.onSpinWait();
            }
            tooMany.run(tooMany.connectCommand(data(), 32, 0)).ok();
        }
    }

    @Test
    void authenticationsThatFailAreBoundedAndThoseThatSucceedAreNot() {
        DhchapSecret secret = DhchapSecret.generate(new SecureRandom(), 32, DhchapHash.SHA_256);
        DhchapSecret wrong = DhchapSecret.generate(new SecureRandom(), 32, DhchapHash.SHA_256);
        try (TargetFixture target = start(limits(ANY, ANY, Duration.ZERO, new Rate(2, LONG)))) {
            target.hostKeys(
                    new HostKey(TargetFixture.VF, TestHost.NQN, List.of(new HostKey.Pair(secret, null)), null, null));
            target.publish();
            for (int i = 0; i < 5; i++) {
                TestHost host = admin(target);
                HostAuthentication.authenticate(host.admin(), ALPHA, secret);
                host.close();
            }
            for (int i = 0; i < 2; i++) {
                TestHost host = admin(target);
                assertThat(new HostAuthentication(host.admin()).run(new HostDhchap(TestHost.NQN, ALPHA, wrong, null)))
                        .isNotNull();
            }
            HostQueue third = target.keep(HostQueue.open(target.address(), HostOptions.DEFAULT, 0));
            assertThat(third.run(third.connectCommand(data(), 32, 0))
                            .is(Status.CONNECT_CONTROLLER_BUSY)
                            .dnr())
                    .isFalse();
            assertThat(target.stats().refusals(Refusal.AUTHENTICATION_FAILED)).isEqualTo(2);
            assertThat(target.stats().refusals(Refusal.AUTHENTICATION_TOO_OFTEN))
                    .isEqualTo(1);
            assertThat(target.stats().delays(Delay.FAILED_AUTHENTICATION)).isEqualTo(2);
        }
    }

    private static TestHost admin(TargetFixture target) {
        return target.keep(
                TestHost.connectAdmin(target.address(), HostOptions.DEFAULT, ALPHA, TestHost.NQN, TestHost.ID, 0));
    }

    @Test
    void whoChattersBeforeItIsConnectedIsCutOff() {
        try (TargetFixture target = start(ConnectionLimits.of(100))) {
            HostQueue queue = target.keep(HostQueue.open(target.address(), HostOptions.DEFAULT, 0));
            byte[] data = HostQueue.connectData(ALPHA + "x", TestHost.NQN, TestHost.ID, ConnectData.CNTLID_DYNAMIC);
            for (int i = 0; i < 64; i++) {
                queue.run(queue.connectCommand(data, 32, 0)).isFinal(Status.CONNECT_INVALID_PARAMETERS);
            }
            queue.submit(queue.connectCommand(data, 32, 0));
            queue.connection().drain();
            assertThat(target.stats().refusals(Refusal.TOO_MANY_COMMANDS)).isEqualTo(1);
        }
    }
}
