package io.nvmevf.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import io.nvmevf.server.transport.ConnectionGate.Visit;
import io.nvmevf.server.transport.ConnectionLimits.Rate;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConnectionGateTest {
    private static final Rate ANY = new Rate(100_000, Duration.ofNanos(1000));
    private static final String HOST = "nqn.2014-08.org.nvmexpress:uuid:11111111-1111-4111-8111-111111111111";
    private static final String VF = "nqn.2026-01.io.nvmevf:test:alpha";
    private static final String OTHER_VF = "nqn.2026-01.io.nvmevf:test:beta";
    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong now = new AtomicLong();
    private final List<Object> ended = new ArrayList<>();
    private int port = 1000;

    private ConnectionGate gate(int most, int pending, int perAddress) {
        return new ConnectionGate(
                new ConnectionLimits(most, pending, perAddress, most, most, ANY, ANY, ANY, Duration.ZERO, ANY),
                now::get);
    }

    private ConnectionGate gate(ConnectionLimits limits) {
        return new ConnectionGate(limits, now::get);
    }

    private SocketAddress from(String address) {
        try {
            return new InetSocketAddress(InetAddress.getByName(address), ++port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private Visit enter(ConnectionGate gate, String address) throws RefusedException {
        List<Visit> visit = new ArrayList<>();
        visit.add(gate.enter(from(address), () -> ended.add(visit.getFirst())));
        return visit.getFirst();
    }

    private @Nullable Refusal refusal(ConnectionGate gate, String address) {
        RefusedException e = catchThrowableOfType(RefusedException.class, () -> enter(gate, address));
        return e == null ? null : e.reason();
    }

    @Test
    void connectionsAreBoundedInAllAndOfOneAddress() throws Exception {
        ConnectionGate gate = gate(5, 5, 2);
        Visit first = enter(gate, "192.0.2.1");
        enter(gate, "192.0.2.1").connected();
        assertThat(refusal(gate, "192.0.2.1")).isEqualTo(Refusal.TOO_MANY_FROM_ADDRESS);
        enter(gate, "192.0.2.2").connected();
        enter(gate, "192.0.2.3").connected();
        enter(gate, "192.0.2.4").connected();
        assertThat(refusal(gate, "192.0.2.5")).isEqualTo(Refusal.TOO_MANY_CONNECTIONS);
        first.leave();
        first.leave();
        assertThat(gate.open()).isEqualTo(4);
        assertThat(refusal(gate, "192.0.2.5")).isNull();
        assertThat(ended).isEmpty();
    }

    /** A host has all addresses of its /64. */
    @Test
    void anIpv6HostIsItsPrefix() throws Exception {
        ConnectionGate gate = gate(10, 10, 2);
        enter(gate, "2001:db8::1");
        enter(gate, "2001:db8::ffff:2");
        assertThat(refusal(gate, "2001:db8::3")).isEqualTo(Refusal.TOO_MANY_FROM_ADDRESS);
        assertThat(refusal(gate, "2001:db8:0:1::3")).isNull();
    }

    @Test
    void halfOpenConnectionsKeepNobodyOut() throws Exception {
        ConnectionGate gate = gate(8, 4, 8);
        List<Visit> flood = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            flood.add(enter(gate, "203.0.113.1"));
        }
        // Who has most of them does not drive out himself,
        assertThat(refusal(gate, "203.0.113.1")).isEqualTo(Refusal.TOO_MANY_PENDING);
        // but gives up his oldest for those who have fewer.
        Visit honest = enter(gate, "192.0.2.1");
        assertThat(ended).containsExactly(flood.get(0));
        assertThat(gate.pending()).isEqualTo(4);
        assertThat(gate.open()).isEqualTo(4);
        enter(gate, "192.0.2.1");
        assertThat(ended).containsExactly(flood.get(0), flood.get(1));
        // Two each: nobody has two more than the other.
        assertThat(refusal(gate, "192.0.2.1")).isEqualTo(Refusal.TOO_MANY_PENDING);
        assertThat(refusal(gate, "203.0.113.1")).isEqualTo(Refusal.TOO_MANY_PENDING);
        honest.connected();
        assertThat(gate.pending()).isEqualTo(3);
        assertThat(refusal(gate, "203.0.113.1")).isNull();
        // What gave up its place may say so late, or twice.
        flood.get(0).leave();
        flood.get(0).connected();
        assertThat(gate.open()).isEqualTo(5);
    }

    @Test
    void aFullHouseTakesPlacesOfThoseThatAreNotConnected() throws Exception {
        ConnectionGate gate = gate(4, 4, 4);
        enter(gate, "192.0.2.1").connected();
        enter(gate, "192.0.2.2").connected();
        Visit half = enter(gate, "203.0.113.1");
        enter(gate, "203.0.113.1");
        enter(gate, "192.0.2.3").connected();
        assertThat(ended).containsExactly(half);
        assertThat(refusal(gate, "192.0.2.4")).isEqualTo(Refusal.TOO_MANY_CONNECTIONS);
    }

    @Test
    void whatComesTooFastFromOneAddressWaitsAndThenIsRefused() throws Exception {
        Rate two = new Rate(2, Duration.ofMillis(100));
        ConnectionGate gate =
                gate(new ConnectionLimits(100, 100, 100, 100, 100, ANY, two, ANY, Duration.ofMillis(150), ANY));
        assertThat(enter(gate, "192.0.2.1").delayNanos()).isZero();
        assertThat(enter(gate, "192.0.2.1").delayNanos()).isZero();
        assertThat(enter(gate, "192.0.2.1").delayNanos()).isEqualTo(SECOND / 10);
        assertThat(refusal(gate, "192.0.2.1")).isEqualTo(Refusal.TOO_FAST);
        assertThat(gate.open()).isEqualTo(3);
        assertThat(enter(gate, "192.0.2.2").delayNanos()).isZero();
        now.addAndGet(SECOND);
        assertThat(enter(gate, "192.0.2.1").delayNanos()).isZero();
    }

    /** What docs/security.md says about the defaults: hosts behind one NAT address all get in after a restart of the target. */
    @Test
    void theDefaultsLetEveryLinuxHostBehindOneAddressReconnectAtOnce() throws Exception {
        ConnectionGate gate = gate(ConnectionLimits.of(4096));
        int queues = 65;
        int hosts = ConnectionLimits.mostOfOne(4096) / queues;
        assertThat(hosts).isEqualTo(47);
        long longest = 0;
        List<Visit> visits = new ArrayList<>();
        for (int i = 0; i < hosts * queues; i++) {
            Visit visit = enter(gate, "192.0.2.1");
            longest = Math.max(longest, visit.delayNanos());
            visits.add(visit);
        }
        assertThat(longest)
                .isLessThanOrEqualTo(ConnectionLimits.MOST_DELAY.toNanos())
                .isPositive();
        // A host that has as many paths as that is not made to wait at its Connects.
        for (int i = 0; i < 16 * queues; i++) {
            assertThat(visits.get(i).delayOfConnect(HOST, VF, false)).isZero();
            visits.get(i).claim(HOST, VF, false);
            visits.get(i).connected();
        }
    }

    @Test
    void afterABurstOfAllConnectionsTheyAreTakenAtTheirRate() {
        ConnectionGate gate = gate(
                new ConnectionLimits(3, 3, 3, 3, 3, new Rate(3, Duration.ofMillis(1)), ANY, ANY, Duration.ZERO, ANY));
        for (int i = 0; i < 3; i++) {
            assertThat(gate.accepted()).isZero();
        }
        assertThat(gate.accepted()).isEqualTo(SECOND / 1000);
        assertThat(gate.accepted()).isEqualTo(2 * SECOND / 1000);
        now.addAndGet(2 * SECOND / 1000);
        assertThat(gate.accepted()).isEqualTo(SECOND / 1000);
    }

    @Test
    void connectsOfOneHostAtOneSubsystemWaitAndThenAreRefused() throws Exception {
        Rate one = new Rate(1, Duration.ofMillis(10));
        ConnectionGate gate =
                gate(new ConnectionLimits(100, 100, 100, 100, 100, ANY, ANY, one, Duration.ofMillis(10), ANY));
        Visit visit = enter(gate, "192.0.2.1");
        Visit elsewhere = enter(gate, "192.0.2.2");
        assertThat(visit.delayOfConnect(HOST, VF, false)).isZero();
        assertThat(elsewhere.delayOfConnect(HOST, VF, false)).isEqualTo(SECOND / 100);
        assertThatThrownBy(() -> visit.delayOfConnect(HOST, VF, false))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Refusal.CONNECT_TOO_FAST));
        assertThat(visit.delayOfConnect(HOST, OTHER_VF, false)).isZero();
        assertThat(visit.delayOfConnect(HOST + "x", VF, false)).isZero();
        // Where hosts authenticate, the same name from another address costs them nothing.
        assertThat(visit.delayOfConnect(HOST, VF, true)).isZero();
        assertThat(visit.delayOfConnect(HOST, VF, true)).isPositive();
        assertThat(elsewhere.delayOfConnect(HOST, VF, true)).isZero();
    }

    @Test
    void connectionsOfOneHostAreBoundedInAllAndAtOneSubsystem() throws Exception {
        ConnectionGate gate = gate(new ConnectionLimits(100, 100, 100, 3, 2, ANY, ANY, ANY, Duration.ZERO, ANY));
        Visit first = enter(gate, "192.0.2.1");
        first.claim(HOST, VF, false);
        first.claim(HOST, VF, false);
        enter(gate, "192.0.2.1").claim(HOST, VF, false);
        Visit third = enter(gate, "192.0.2.2");
        assertTooMany(() -> third.claim(HOST, VF, false));
        third.claim(HOST, OTHER_VF, false);
        Visit fourth = enter(gate, "192.0.2.2");
        assertTooMany(() -> fourth.claim(HOST, OTHER_VF, false));
        // What others say they are takes nothing from the host that has proved to be that.
        fourth.claim(HOST, VF, true);
        third.disclaim();
        enter(gate, "192.0.2.3").claim(HOST, OTHER_VF, false);
        first.leave();
        enter(gate, "192.0.2.3").claim(HOST, VF, false);
    }

    private static void assertTooMany(org.assertj.core.api.ThrowableAssert.ThrowingCallable claim) {
        assertThatThrownBy(claim)
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Refusal.TOO_MANY_OF_HOST));
    }

    @Test
    void authenticationsThatAreNotCompletedAreBoundedForTheHostFromThatAddress() throws Exception {
        Rate two = new Rate(2, Duration.ofSeconds(5));
        ConnectionGate gate =
                gate(new ConnectionLimits(100, 100, 100, 100, 100, ANY, ANY, ANY, Duration.ofSeconds(1), two));
        Visit attacker = enter(gate, "203.0.113.1");
        Visit host = enter(gate, "192.0.2.1");
        attacker.authenticates(HOST, VF);
        attacker.authenticates(HOST, VF);
        assertThatThrownBy(() -> attacker.authenticates(HOST, VF))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.reason()).isEqualTo(Refusal.AUTHENTICATION_TOO_OFTEN));
        // The host itself notices nothing, however often it succeeds.
        for (int i = 0; i < 100; i++) {
            host.authenticates(HOST, VF);
            host.authenticated(HOST, VF);
        }
        now.addAndGet(5 * SECOND);
        attacker.authenticates(HOST, VF);
    }

    @Test
    void nothingIsRememberedOfThoseWhoAreGone() throws Exception {
        ConnectionGate gate = gate(10_000, 10_000, 10_000);
        List<Visit> visits = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            Visit visit = enter(gate, "10.0." + i / 250 + "." + i % 250);
            visit.claim(HOST + i, VF, i % 2 == 0);
            if (i % 3 == 0) {
                visit.connected();
            }
            visits.add(visit);
        }
        assertThat(gate.remembered()).isEqualTo(15_000);
        visits.forEach(Visit::leave);
        assertThat(gate.remembered()).isZero();
        assertThat(gate.open()).isZero();
        assertThat(gate.pending()).isZero();
    }
}
