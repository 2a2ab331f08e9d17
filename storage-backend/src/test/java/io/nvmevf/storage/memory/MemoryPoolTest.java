package io.nvmevf.storage.memory;

import static io.nvmevf.storage.conformance.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.PoolException.Reason;
import io.nvmevf.storage.conformance.Loops;
import io.nvmevf.storage.conformance.WaitingQueue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Scanner;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MemoryPoolTest {

    private static final int MIB = 1 << 20;

    @Test
    void handsOutNoMoreThanItHas() throws Exception {
        try (MemoryPool pool = new MemoryPool(4 * MIB, false)) {
            pool.create("a", 3 * MIB);
            assertRefused(Reason.INSUFFICIENT_CAPACITY, () -> pool.create("b", 2 * MIB));
            assertRefused(Reason.INSUFFICIENT_CAPACITY, () -> pool.resize("a", 5 * MIB));
            assertRefused(Reason.EXISTS, () -> pool.create("a", 4096));
            assertRefused(Reason.INVALID, () -> pool.create("Ä", 4096));
            assertRefused(Reason.INVALID, () -> pool.create("c", 512));
            assertThat(pool.allocated()).isEqualTo(3 * MIB);
            pool.retire("a");
            pool.delete("a");
            assertThat(pool.allocated()).isZero();
            pool.create("b", 4 * MIB);
        }
    }

    @Test
    void refusesMoreThanTheMachineHasUnlessTold() throws Exception {
        assertRefused(Reason.INVALID, () -> new MemoryPool(1L << 50, false));
        try (MemoryPool pool = new MemoryPool(1L << 50, true)) {
            assertThat(pool.capacity()).isEqualTo(1L << 50);
        }
    }

    @Test
    void sweepRemovesOnlyWhatIsNotPermanent() throws Exception {
        try (MemoryPool pool = new MemoryPool(64 * MIB, false)) {
            pool.create("prepared", MIB);
            pool.create("known", MIB);
            pool.create("permanent", MIB);
            pool.open("permanent", MIB).close();
            pool.create("retired", MIB);
            pool.open("retired", MIB).close();
            pool.retire("retired");
            assertThat(pool.sweep(Set.of("known"))).containsExactly("permanent");
            assertThat(pool.allocated()).isEqualTo(2 * MIB);
            assertRefused(Reason.NOT_FOUND, () -> pool.open("retired", MIB));
            pool.open("known", MIB).close();
        }
    }

    @Test
    void deallocatingGivesMemoryBackToTheSystem() throws Exception {
        long bytes = 512L * MIB;
        try (MemoryPool pool = new MemoryPool(bytes, true);
                Loops loops = Loops.nio()) {
            pool.create("a", bytes);
            try (BlockDevice device = pool.open("a", bytes);
                    WaitingQueue queue = new WaitingQueue(device, loops.first())) {
                byte[] some = new byte[MIB];
                Arrays.fill(some, (byte) 1);
                for (long at = 0; at < bytes; at += MIB) {
                    assertThat(queue.write(at, some, false)).isEqualTo(BlockError.NONE);
                }
                long full = residentBytes();
                assertThat(queue.deallocate(0, bytes)).isEqualTo(BlockError.NONE);
                assertThat(residentBytes()).isLessThan(full - bytes / 2);
            }
        }
    }

    private static long residentBytes() throws Exception {
        try (Scanner statm = new Scanner(Files.readString(Path.of("/proc/self/statm")))) {
            statm.nextLong(); // the first number is the address space
            return statm.nextLong() * 4096;
        }
    }

    @Test
    void aPageIsNeverSeenHalfWritten() throws Exception {
        try (MemoryPool pool = new MemoryPool(MIB, false);
                Loops loops = Loops.nio()) {
            pool.create("a", MIB);
            try (BlockDevice device = pool.open("a", MIB);
                    WaitingQueue writer = new WaitingQueue(device, loops.first());
                    WaitingQueue reader = new WaitingQueue(device, loops.second())) {
                assertThat(device.atomicWriteUnit()).isEqualTo(4096);
                int rounds = 50_000;
                AtomicInteger torn = new AtomicInteger();
                CompletableFuture<BlockError> writing = writer.begin((q, done) -> {
                    var memory = WaitingQueue.buffer(4096);
                    for (int i = 1; i <= rounds; i++) {
                        memory.setLong(0, i);
                        memory.setLong(4088, i);
                        q.write(0, memory, 0, 4096, false, error -> {});
                    }
                    memory.release();
                    done.done(BlockError.NONE);
                });
                CompletableFuture<BlockError> reading = reader.begin((q, done) -> {
                    var memory = WaitingQueue.buffer(4096);
                    for (int i = 1; i <= rounds; i++) {
                        q.read(0, memory, 0, 4096, error -> {});
                        if (memory.getLong(0) != memory.getLong(4088)) {
                            torn.incrementAndGet();
                        }
                    }
                    memory.release();
                    done.done(BlockError.NONE);
                });
                assertThat(WaitingQueue.get(writing)).isEqualTo(BlockError.NONE);
                assertThat(WaitingQueue.get(reading)).isEqualTo(BlockError.NONE);
                assertThat(torn).hasValue(0);
            }
        }
    }
}
