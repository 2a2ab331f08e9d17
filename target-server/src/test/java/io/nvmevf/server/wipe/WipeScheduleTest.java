package io.nvmevf.server.wipe;

import static io.nvmevf.server.wipe.WipeFixture.MIB;
import static io.nvmevf.server.wipe.WipeFixture.SIZE;
import static io.nvmevf.server.wipe.WipeFixture.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.nvmevf.storage.BlockCompletion;
import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.memory.MemoryPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** When runs run, how fast, what they tell of themselves, and how they end when the wiper does. */
class WipeScheduleTest {
    private static final WipePlan ZERO = WipePlan.of(WipeMethod.ZERO, Verification.FULL, 7);

    private static MemoryPool memory() throws Exception {
        return new MemoryPool(1L << 30, true);
    }

    @Test
    void theRateHoldsOverAllRuns() throws Exception {
        FakeClock clock = new FakeClock();
        try (WipeFixture wipes = new WipeFixture(memory(), new WipeLimits(4 * MIB, 2), clock)) {
            wipes.createFilled("a");
            wipes.createFilled("b");
            CompletableFuture<WipeResult> a = wipes.start("a", ZERO);
            CompletableFuture<WipeResult> b = wipes.start("b", ZERO);
            assertThat(get(a).failure()).isNull();
            assertThat(get(b).failure()).isNull();
        }
        // Both write all of it and read it twice; the last pieces may leave the bucket below zero.
        double seconds = 6.0 * SIZE / (4 * MIB);
        assertThat(clock.nanos() / 1e9).isBetween(seconds - 0.5, seconds + 0.5);
    }

    @Test
    void deallocatingIsNotPaced() throws Exception {
        FakeClock clock = new FakeClock();
        try (WipeFixture wipes = new WipeFixture(memory(), new WipeLimits(MIB, 1), clock)) {
            wipes.createFilled("a");
            WipePlan plan = WipePlan.of(WipeMethod.DEALLOCATE, Verification.SAMPLED, 7);
            assertThat(wipes.run("a", plan).failure()).isNull();
        }
        assertThat(clock.nanos() / 1e9).isBetween(5.0, 6.1); // 6 MiB are read
    }

    @Test
    void progressOnlyGoesForwardAndEndsAtTheTotal() throws Exception {
        List<WipeProgress> seen = Collections.synchronizedList(new ArrayList<>());
        AtomicReference<WipeRun> run = new AtomicReference<>();
        CountDownLatch started = new CountDownLatch(1);
        FakeClock clock = new FakeClock() {
            @Override
            public boolean pause(long nanos, CountDownLatch stop) throws InterruptedException {
                assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
                seen.add(run.get().progress());
                return super.pause(nanos, stop);
            }
        };
        try (WipeFixture wipes = new WipeFixture(memory(), new WipeLimits(MIB, 1), clock)) {
            wipes.createFilled("a");
            WipePlan plan = new WipePlan(WipeMethod.OVERWRITE, 2, 1, false, Verification.FULL, 7);
            CompletableFuture<WipeResult> done = new CompletableFuture<>();
            run.set(wipes.wiper.start("a", SIZE, plan, "a", false, done::complete));
            started.countDown();
            assertThat(get(done).failure()).isNull();
            seen.add(run.get().progress());
        }
        assertThat(seen).hasSizeGreaterThan(60);
        assertThat(seen).extracting(WipeProgress::doneBytes).isSorted();
        assertThat(seen).extracting(WipeProgress::totalBytes).containsOnly(5 * SIZE);
        assertThat(seen.getFirst().doneBytes()).isZero();
        assertThat(seen.getLast().doneBytes()).isEqualTo(5 * SIZE);
        assertThat(seen.getLast().bytesPerSecond()).isZero();
        List<String> phases = new ArrayList<>();
        for (WipeProgress each : seen) {
            if (phases.isEmpty() || !phases.getLast().equals(each.phase())) {
                phases.add(each.phase());
            }
        }
        // The deallocation between the two verifications takes no time of this clock.
        assertThat(phases).containsExactly("erase", "verify");
        assertThat(seen.get(20).bytesPerSecond()).isBetween(MIB / 2L, 2L * MIB);
    }

    /** Holds the first write back, until it is told to go on. */
    private static final class Hang {
        final CountDownLatch reached = new CountDownLatch(1);
        private final CompletableFuture<Void> release = new CompletableFuture<>();

        void on(BentPool pool, String id) {
            AtomicBoolean first = new AtomicBoolean(true);
            pool.bend = device -> !pool.calls.getLast().equals("erase " + id)
                    ? device
                    : new BentDevice(device, queue -> new BentDevice.Queue(queue) {
                        @Override
                        public void write(
                                long offset, ByteBuf buffer, int index, int length, boolean fua, BlockCompletion done) {
                            super.write(offset, buffer, index, length, fua, error -> {
                                if (first.compareAndSet(true, false)) {
                                    reached.countDown();
                                    release.thenRun(() -> done.done(error));
                                } else {
                                    done.done(error);
                                }
                            });
                        }
                    });
        }

        void release() {
            release.complete(null);
        }
    }

    @Test
    void aRunThatHangsKeepsItsTurnAndNoOther() throws Exception {
        Hang hang = new Hang();
        try (WipeFixture wipes = new WipeFixture(memory(), new WipeLimits(0, 2), WipeClock.SYSTEM)) {
            wipes.createFilled("a");
            wipes.createFilled("b");
            wipes.createFilled("c");
            hang.on(wipes.pool, "a");
            CompletableFuture<WipeResult> a = wipes.start("a", ZERO);
            assertThat(hang.reached.await(20, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<WipeResult> b = wipes.start("b", ZERO);
            CompletableFuture<WipeResult> c = wipes.start("c", ZERO);
            assertThat(get(b).failure()).isNull();
            assertThat(get(c).failure()).isNull();
            assertThat(a).isNotDone();
            hang.release();
            assertThat(get(a).failure()).isNull();
            assertThat(wipes.pool.calls).containsExactly("erase a", "erase b", "erase c");
        }
    }

    @Test
    void aHungDeviceHoldsUpItsOwnersWritingRunsAndNothingElse() throws Exception {
        Hang hang = new Hang();
        WipePlan quick = WipePlan.of(WipeMethod.DEALLOCATE, Verification.SAMPLED, 7);
        try (WipeFixture wipes = new WipeFixture(memory(), new WipeLimits(0, 2), WipeClock.SYSTEM)) {
            for (String id : List.of("a", "behind", "quick", "other", "taken")) {
                wipes.createFilled(id);
            }
            hang.on(wipes.pool, "a");
            CompletableFuture<WipeResult> a = wipes.start("a", SIZE, ZERO, "alpha", false);
            assertThat(hang.reached.await(20, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<WipeResult> behind = wipes.start("behind", SIZE, ZERO, "alpha", false);
            assertThat(get(wipes.start("quick", SIZE, quick, "alpha", false)).failure())
                    .isNull();
            assertThat(get(wipes.start("other", SIZE, ZERO, "beta", false)).failure())
                    .isNull();
            assertThat(get(wipes.start("taken", SIZE, ZERO, "alpha", true)).failure())
                    .as("what the operator takes from the same tenant")
                    .isNull();
            assertThat(wipes.pool.calls).containsExactly("erase a", "erase quick", "erase other", "erase taken");
            hang.release();
            assertThat(get(a).failure()).isNull();
            assertThat(get(behind).failure()).isNull();
        }
    }

    @Test
    void runsBeyondTheLimitWaitInOrder() throws Exception {
        Hang hang = new Hang();
        try (WipeFixture wipes = new WipeFixture(memory(), new WipeLimits(0, 1), WipeClock.SYSTEM)) {
            wipes.createFilled("a");
            wipes.createFilled("b");
            wipes.createFilled("c");
            hang.on(wipes.pool, "a");
            CompletableFuture<WipeResult> a = wipes.start("a", ZERO);
            assertThat(hang.reached.await(20, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<WipeResult> done = new CompletableFuture<>();
            WipeRun b = wipes.wiper.start("b", SIZE, ZERO, "b", false, done::complete);
            CompletableFuture<WipeResult> c = wipes.start("c", ZERO);
            assertThat(b.progress()).isEqualTo(new WipeProgress("erase", 0, 4 * SIZE, 0));
            assertThat(wipes.pool.calls).containsExactly("erase a");
            hang.release();
            assertThat(get(a).failure()).isNull();
            assertThat(get(done).failure()).isNull();
            assertThat(get(c).failure()).isNull();
            assertThat(wipes.pool.calls).containsExactly("erase a", "erase b", "erase c");
        }
    }

    @Test
    void closeStopsRunsAndThoseThatWaitWithoutAWord() throws Exception {
        CountDownLatch pausing = new CountDownLatch(1);
        FakeClock clock = new FakeClock() {
            @Override
            public boolean pause(long nanos, CountDownLatch stop) throws InterruptedException {
                pausing.countDown();
                return stop.await(20, TimeUnit.SECONDS);
            }
        };
        List<WipeResult> told = Collections.synchronizedList(new ArrayList<>());
        try (WipeFixture wipes = new WipeFixture(memory(), new WipeLimits(1, 1), clock)) {
            wipes.createFilled("a");
            wipes.wiper.start("a", SIZE, ZERO, "a", false, told::add);
            wipes.wiper.start("waits", SIZE, ZERO, "waits", false, told::add);
            assertThat(pausing.await(20, TimeUnit.SECONDS)).isTrue();
            wipes.wiper.close();
            assertThat(told).isEmpty();
            assertThat(wipes.pool.open).hasValue(0);
            assertThat(wipes.pool.calls).containsExactly("erase a");
            assertThatThrownBy(() -> wipes.wiper.start("a", SIZE, ZERO, "a", false, told::add))
                    .isInstanceOf(IllegalStateException.class);
            // It begins again, as after a restart.
            try (Wiper next = new Wiper(wipes.pool, new WipeLimits(0, 1))) {
                CompletableFuture<WipeResult> done = new CompletableFuture<>();
                next.start("a", SIZE, ZERO, "a", false, done::complete);
                assertThat(get(done).failure()).isNull();
            }
        }
    }

    @Test
    void closeDoesNotWaitForStorageThatHangs() throws Exception {
        Hang hang = new Hang();
        List<WipeResult> told = Collections.synchronizedList(new ArrayList<>());
        BentPool pool = new BentPool(memory());
        try (WipeFixture wipes = new WipeFixture(pool, new WipeLimits(0, 1), WipeClock.SYSTEM, Duration.ofMillis(50))) {
            wipes.createFilled("a");
            hang.on(pool, "a");
            wipes.wiper.start("a", SIZE, ZERO, "a", false, told::add);
            assertThat(hang.reached.await(20, TimeUnit.SECONDS)).isTrue();
            long before = System.nanoTime();
            wipes.wiper.close();
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
            assertThat(pool.open).hasValue(1);
            hang.release();
            assertThat(told).isEmpty();
        }
    }

    @Test
    void theErrorOfOneRequestStillWaitsForTheOthers() throws Exception {
        Hang hang = new Hang();
        try (WipeFixture wipes = new WipeFixture(memory())) {
            wipes.createFilled("a");
            hang.on(wipes.pool, "a");
            var hanging = wipes.pool.bend;
            wipes.pool.bend = device -> new BentDevice(hanging.apply(device), queue -> new BentDevice.Queue(queue) {
                @Override
                public void write(
                        long offset, ByteBuf buffer, int index, int length, boolean fua, BlockCompletion done) {
                    if (offset == MIB) {
                        done.done(BlockError.WRITE_FAILED);
                    } else {
                        super.write(offset, buffer, index, length, fua, done);
                    }
                }
            });
            CompletableFuture<WipeResult> a = wipes.start("a", ZERO);
            assertThat(hang.reached.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(wipes.pool.open).hasValue(1);
            assertThat(a).isNotDone();
            hang.release();
            assertThat(get(a).failure()).startsWith("the write of 1048576 bytes at byte 1048576 failed");
            assertThat(wipes.pool.open).hasValue(0);
        }
    }
}
