package io.nvmevf.server.wipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whose run begins when. Each run lasts until the test ends it. */
class WipeSchedulerTest {
    private static final boolean SLOW = true;
    private static final boolean QUICK = false;
    private static final boolean OPERATOR = true;
    private static final boolean TENANT = false;

    private final Map<String, CountDownLatch> held = new HashMap<>();
    private final BlockingQueue<String> begun = new LinkedBlockingQueue<>();
    private final AtomicInteger threads = new AtomicInteger();
    private final AtomicBoolean noThreads = new AtomicBoolean();
    private final ThreadFactory factory = task -> {
        if (noThreads.get()) {
            throw new OutOfMemoryError("no thread, says the test");
        }
        threads.incrementAndGet();
        Thread thread = new Thread(task, "held-wipe");
        thread.setDaemon(true);
        return thread;
    };
    private WipeScheduler scheduler = new WipeScheduler(2, factory);

    @AfterEach
    void endAll() throws Exception {
        held.values().forEach(CountDownLatch::countDown);
        assertThat(scheduler.close(TimeUnit.SECONDS.toNanos(20))).isTrue();
    }

    private void submit(String owner, boolean slow, boolean operator, String name) {
        CountDownLatch latch = new CountDownLatch(1);
        held.put(name, latch);
        scheduler.submit(owner, slow, operator, () -> {
            begun.add(name);
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private void end(String name) {
        Objects.requireNonNull(held.get(name)).countDown();
    }

    private String next() throws Exception {
        String name = begun.poll(20, TimeUnit.SECONDS);
        return name == null ? "nothing" : name;
    }

    /** As many runs have begun as threads were started; when this returns no other one has. */
    private void onlyBegun(String... names) throws Exception {
        for (String name : names) {
            assertThat(next()).isEqualTo(name);
        }
        assertThat(begun).isEmpty();
    }

    @Test
    void aTenantsFloodDelaysNeitherAnotherTenantNorTheOperator() throws Exception {
        for (int i = 0; i < 100; i++) {
            submit("flood", SLOW, TENANT, "flood-" + i);
            submit("flood", QUICK, TENANT, "quick-flood-" + i);
        }
        assertThat(List.of(next(), next())).containsExactlyInAnyOrder("flood-0", "quick-flood-0");
        assertThat(threads).as("one run of one owner at a time in a lane").hasValue(2);
        submit("other", SLOW, TENANT, "other");
        onlyBegun("other");
        submit("other", QUICK, TENANT, "quick-other");
        onlyBegun("quick-other");
        // All places of the tenants are taken; and it is the flooding tenant's namespaces that the operator wants back.
        submit("flood", SLOW, OPERATOR, "operator");
        onlyBegun("operator");
        submit("flood", QUICK, OPERATOR, "quick-operator");
        onlyBegun("quick-operator");
        assertThat(threads).hasValue(6);
    }

    @Test
    void ownersTakeTurnsAndTheRunsOfOneKeepTheirOrder() throws Exception {
        scheduler = new WipeScheduler(1, factory);
        for (String name : List.of("a1", "a2", "a3", "b1", "b2", "c1")) {
            submit(name.substring(0, 1), SLOW, TENANT, name);
        }
        for (String name : List.of("a1", "b1", "c1", "a2", "b2", "a3")) {
            onlyBegun(name);
            end(name);
        }
        assertThat(scheduler.close(TimeUnit.SECONDS.toNanos(20))).isTrue();
        assertThat(threads).as("a thread goes on with what waits").hasValue(1);
    }

    @Test
    void whoComesLateIsNotBehindAllThatOthersHaveWaiting() throws Exception {
        scheduler = new WipeScheduler(1, factory);
        for (String name : List.of("a1", "a2", "a3", "a4")) {
            submit("a", SLOW, TENANT, name);
        }
        onlyBegun("a1");
        submit("b", SLOW, TENANT, "b1");
        end("a1");
        onlyBegun("b1");
        end("b1");
        onlyBegun("a2");
    }

    @Test
    void aRunThatHangsHoldsItsOwnersTurnAndOnePlaceOnly() throws Exception {
        submit("hung", SLOW, TENANT, "hung");
        submit("hung", SLOW, TENANT, "behind");
        onlyBegun("hung");
        for (int i = 0; i < 20; i++) {
            submit("other-" + i % 3, SLOW, TENANT, "other-" + i);
        }
        for (int i = 0; i < 20; i++) {
            String name = next();
            assertThat(name).startsWith("other-");
            end(name);
        }
        end("hung");
        onlyBegun("behind");
    }

    @Test
    void aRunThatThrowsFreesItsPlace() throws Exception {
        scheduler = new WipeScheduler(1, factory);
        scheduler.submit("throws", SLOW, TENANT, () -> {
            throw new AssertionError("the test wants it");
        });
        submit("a", SLOW, TENANT, "a");
        submit("b", SLOW, TENANT, "b");
        onlyBegun("a");
        end("a");
        onlyBegun("b");
    }

    @Test
    void aThreadThatCannotBeHadIsToldAndTakesNoPlace() throws Exception {
        scheduler = new WipeScheduler(1, factory);
        noThreads.set(true);
        assertThatThrownBy(() -> submit("a", SLOW, TENANT, "a")).isInstanceOf(OutOfMemoryError.class);
        noThreads.set(false);
        submit("a", SLOW, TENANT, "again");
        onlyBegun("again");
    }

    @Test
    void closeForgetsWhatWaitsAndSaysWhetherAllHaveEnded() throws Exception {
        submit("a", SLOW, TENANT, "runs");
        submit("a", SLOW, TENANT, "waits");
        onlyBegun("runs");
        assertThat(scheduler.close(1)).isFalse();
        assertThatThrownBy(() -> submit("a", SLOW, TENANT, "late")).isInstanceOf(IllegalStateException.class);
        end("runs");
        assertThat(scheduler.close(TimeUnit.SECONDS.toNanos(20))).isTrue();
        assertThat(begun).isEmpty();
    }
}
