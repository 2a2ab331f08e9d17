package io.nvmevf.server.subsystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AuthenticationWorkersTest {
    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void ownersTakeTurnsHoweverMuchOneOfThemWants() {
        List<String> order = new ArrayList<>();
        try (AuthenticationWorkers workers = new AuthenticationWorkers(1)) {
            CountDownLatch all = new CountDownLatch(1);
            assertThat(workers.submit("first", "x", () -> await(all))).isTrue();
            for (int i = 0; i < 5; i++) {
                assertThat(workers.submit("greedy", "x", () -> order.add("greedy")))
                        .isTrue();
            }
            for (int i = 0; i < 2; i++) {
                assertThat(workers.submit("modest", "x", () -> order.add("modest")))
                        .isTrue();
            }
            all.countDown();
        }
        assertThat(order).containsExactly("greedy", "modest", "greedy", "modest", "greedy", "greedy", "greedy");
    }

    @Test
    void addressesTakeTurnsWithinAnOwner() {
        List<String> order = new ArrayList<>();
        try (AuthenticationWorkers workers = new AuthenticationWorkers(1)) {
            CountDownLatch all = new CountDownLatch(1);
            assertThat(workers.submit("first", "x", () -> await(all))).isTrue();
            for (int i = 0; i < 4; i++) {
                assertThat(workers.submit("vf", "attacker", () -> order.add("attacker")))
                        .isTrue();
            }
            assertThat(workers.submit("vf", "host", () -> order.add("host"))).isTrue();
            assertThat(workers.submit("other", "attacker", () -> order.add("other")))
                    .isTrue();
            all.countDown();
        }
        assertThat(order).containsExactly("attacker", "other", "host", "attacker", "attacker", "attacker");
    }

    @Test
    void whatWaitsIsBoundedForEachOwnerAndEachAddress() {
        AtomicInteger done = new AtomicInteger();
        int taken = 0;
        try (AuthenticationWorkers workers = new AuthenticationWorkers(1)) {
            CountDownLatch running = new CountDownLatch(1);
            CountDownLatch all = new CountDownLatch(1);
            assertThat(workers.submit("a", "x", () -> {
                        running.countDown();
                        await(all);
                    }))
                    .isTrue();
            await(running);
            // (One address does not fill the line of its owner.)
            while (workers.submit("a", "one", done::incrementAndGet)) {
                taken++;
            }
            assertThat(taken).isEqualTo(AuthenticationWorkers.MOST_FROM_ADDRESS);
            assertThat(workers.submit("b", "one", done::incrementAndGet)).isFalse();
            for (int i = 0; workers.submit("a", i, done::incrementAndGet); i++) {
                taken++;
            }
            assertThat(taken).isEqualTo(AuthenticationWorkers.MOST_WAITING);
            assertThat(workers.submit("b", "elsewhere", done::incrementAndGet)).isTrue();
            all.countDown();
        }
        assertThat(done).hasValue(taken + 1);
    }

    @Test
    void afterItsEndItTakesNothing() {
        AuthenticationWorkers workers = new AuthenticationWorkers();
        workers.close();
        assertThat(workers.submit("a", "x", () -> {})).isFalse();
        workers.close();
    }

    @Test
    void sequenceNumbersAreNeverZeroAndDoNotComeTwice() {
        try (AuthenticationWorkers workers = new AuthenticationWorkers(1)) {
            Set<Integer> seen = new HashSet<>();
            for (int i = 0; i < 1000; i++) {
                assertThat(seen.add(workers.nextSeqnum())).isTrue();
            }
            assertThat(seen).doesNotContain(0);
        }
    }
}
