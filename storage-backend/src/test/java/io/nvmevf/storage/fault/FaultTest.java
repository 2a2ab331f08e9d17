package io.nvmevf.storage.fault;

import static io.nvmevf.storage.BlockError.NONE;
import static io.nvmevf.storage.BlockError.NO_SPACE;
import static io.nvmevf.storage.BlockError.READ_FAILED;
import static io.nvmevf.storage.BlockError.WRITE_FAILED;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.BlockQueue;
import io.nvmevf.storage.conformance.Loops;
import io.nvmevf.storage.conformance.WaitingQueue;
import io.nvmevf.storage.memory.MemoryPool;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultTest {

    private static final byte[] OLD = "old!".repeat(1024).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final byte[] NEW = "new!".repeat(1024).getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private MemoryPool pool;
    private Loops loops;
    private BlockDevice memory;

    @BeforeEach
    void open() throws Exception {
        pool = new MemoryPool(1 << 20, false);
        pool.create("a", 1 << 20);
        memory = pool.open("a", 1 << 20);
        loops = Loops.nio();
    }

    @AfterEach
    void close() {
        loops.close();
        memory.close();
        pool.close();
    }

    @Test
    void aCrashLosesWhatWasNotFlushedAndNothingElse() {
        UnsyncedLossDevice device = new UnsyncedLossDevice(memory);
        try (WaitingQueue queue = new WaitingQueue(device, loops.first())) {
            assertThat(queue.write(0, OLD, false)).isEqualTo(NONE);
            assertThat(queue.write(4096, OLD, true)).isEqualTo(NONE);
            assertThat(queue.flush()).isEqualTo(NONE);
            assertThat(device.unsyncedBlocks()).isZero();

            assertThat(queue.write(0, NEW, false)).isEqualTo(NONE);
            assertThat(queue.write(4096, NEW, true)).isEqualTo(NONE);
            assertThat(queue.write(8192, NEW, false)).isEqualTo(NONE);
            assertThat(queue.writeZeroes(12288, 4096, true, false)).isEqualTo(NONE);
            assertThat(queue.read(0, 4096)).as("visible before the crash").isEqualTo(NEW);
            assertThat(device.unsyncedBlocks()).isEqualTo(24);

            device.crash();
            assertThat(queue.read(0, 4096)).as("was not flushed").isEqualTo(OLD);
            assertThat(queue.read(4096, 4096)).as("was written with FUA").isEqualTo(NEW);
            assertThat(queue.read(8192, 4096)).as("was not flushed").containsOnly(0);
        }
    }

    @Test
    void aFailedFlushMakesNothingStable() {
        FaultyDevice faulty = new FaultyDevice(memory);
        UnsyncedLossDevice device = new UnsyncedLossDevice(faulty);
        try (WaitingQueue queue = new WaitingQueue(device, loops.first())) {
            assertThat(queue.write(0, NEW, false)).isEqualTo(NONE);
            faulty.failNext(Operation.FLUSH, WRITE_FAILED);
            assertThat(queue.flush()).isEqualTo(WRITE_FAILED);
            assertThat(device.unsyncedBlocks()).isEqualTo(8);
            assertThat(queue.flush()).isEqualTo(NONE);
            device.crash();
            assertThat(queue.read(0, 4096)).isEqualTo(NEW);
        }
    }

    @Test
    void failsWhatItIsToldToAndDoesNotTouchTheDeviceThen() {
        FaultyDevice device = new FaultyDevice(memory);
        try (WaitingQueue queue = new WaitingQueue(device, loops.first())) {
            assertThat(queue.write(0, OLD, false)).isEqualTo(NONE);
            device.failNth(Operation.WRITE, 2, NO_SPACE);
            assertThat(queue.write(4096, OLD, false)).isEqualTo(NONE);
            assertThat(queue.write(0, NEW, true)).isEqualTo(NO_SPACE);
            assertThat(queue.read(0, 4096)).isEqualTo(OLD);
            device.failAll(Operation.READ, READ_FAILED);
            assertThat(queue.read(0, new byte[512])).isEqualTo(READ_FAILED);
            assertThat(queue.read(0, new byte[512])).isEqualTo(READ_FAILED);
            device.heal();
            assertThat(queue.read(0, new byte[512])).isEqualTo(NONE);
            assertThat(device.history()).contains(new FaultyDevice.Event(Operation.WRITE, 0, 4096, true, NO_SPACE));
        }
    }

    @Test
    void holdsCompletionsBackUntilReleased() {
        FaultyDevice device = new FaultyDevice(memory);
        try (WaitingQueue queue = new WaitingQueue(device, loops.first())) {
            device.hold(Operation.FLUSH);
            CompletableFuture<BlockError> flush = queue.begin(BlockQueue::flush);
            assertThat(queue.inFlight()).isEqualTo(1);
            assertThat(queue.write(0, NEW, false)).as("others go on").isEqualTo(NONE);
            assertThat(flush).isNotDone();
            assertThat(device.held()).isEqualTo(1);
            device.release();
            assertThat(WaitingQueue.get(flush)).isEqualTo(NONE);
            assertThat(queue.inFlight()).isZero();
            assertThat(queue.flush()).isEqualTo(NONE);
        }
    }
}
