package io.nvmevf.storage.crypt;

import static io.nvmevf.storage.BlockError.NONE;
import static io.nvmevf.storage.BlockError.READ_FAILED;
import static io.nvmevf.storage.BlockError.WRITE_FAILED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.conformance.Loops;
import io.nvmevf.storage.conformance.WaitingQueue;
import io.nvmevf.storage.fault.FaultyDevice;
import io.nvmevf.storage.fault.FaultyDevice.Event;
import io.nvmevf.storage.fault.Operation;
import io.nvmevf.storage.file.FilePool;
import io.nvmevf.storage.memory.MemoryPool;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptedDeviceTest {

    private static final int MIB = 1 << 20;
    private static final long CAPACITY = 32L * MIB;

    @TempDir
    Path directory;

    private MemoryPool pool;
    private Loops loops;
    private FaultyDevice medium;
    private DataKey key;
    private EncryptedDevice device;
    private WaitingQueue queue;

    @BeforeEach
    void open() throws Exception {
        pool = new MemoryPool(CAPACITY, true);
        pool.create("a", CAPACITY);
        loops = Loops.nio();
        medium = new FaultyDevice(pool.open("a", CAPACITY));
        key = TestKeys.dataKey(1);
        device = new EncryptedDevice(medium, key);
        queue = new WaitingQueue(device, loops.first());
    }

    @AfterEach
    void close() {
        queue.close();
        loops.close();
        device.close();
        pool.close();
    }

    private static byte[] text(int length) {
        byte[] marker = "TENANT-A-SECRET-".getBytes(StandardCharsets.US_ASCII);
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
            text[i] = marker[i % marker.length];
        }
        return text;
    }

    @Test
    void nothingThatWasWrittenLiesOnTheMedium() throws Exception {
        try (FilePool files = new FilePool(directory, 8L * MIB, false, false)) {
            files.create("f", 4L * MIB);
            try (EncryptedDevice encrypted = new EncryptedDevice(files.open("f", 4L * MIB), TestKeys.dataKey(1));
                    WaitingQueue writer = new WaitingQueue(encrypted, loops.first())) {
                assertThat(writer.write(0, text(MIB), true)).isEqualTo(NONE);
                assertThat(writer.write(3L * MIB, new byte[4096], true)).isEqualTo(NONE);
                assertThat(writer.flush()).isEqualTo(NONE);
            }
        }
        byte[] file = Files.readAllBytes(directory.resolve("f.ns"));
        assertThat(new String(file, StandardCharsets.ISO_8859_1)).doesNotContain("TENANT", "SECRET");
        // The content repeats itself every 16 bytes; no block of the ciphertext does, not even the same one of another
        // data unit.
        List<String> blocks = new ArrayList<>();
        for (int at = 0; at < MIB; at += 16) {
            blocks.add(Arrays.toString(Arrays.copyOfRange(file, at, at + 16)));
        }
        assertThat(blocks.stream().distinct().count()).isEqualTo(blocks.size());
        assertThat(Arrays.copyOfRange(file, MIB, 3 * MIB)).as("never written").containsOnly(0);
        assertThat(Arrays.equals(Arrays.copyOfRange(file, 3 * MIB, 3 * MIB + 4096), new byte[4096]))
                .as("zeros that were written are encrypted")
                .isFalse();
    }

    @Test
    void theCallersBufferIsNotChanged() {
        byte[] content = text(MIB);
        ByteBuf buffer = WaitingQueue.buffer(MIB);
        buffer.setBytes(5, content, 0, MIB);
        assertThat(queue.call((q, done) -> q.write(0, buffer, 5, MIB, false, done)))
                .isEqualTo(NONE);
        byte[] after = new byte[MIB];
        buffer.getBytes(5, after);
        buffer.release();
        assertThat(after).isEqualTo(content);
        assertThat(queue.read(0, MIB)).isEqualTo(content);
    }

    @Test
    void readsOnlyWhatLiesInItsRangeOfTheBuffer() {
        assertThat(queue.write(4096, text(4096), false)).isEqualTo(NONE);
        ByteBuf buffer = WaitingQueue.buffer(8192);
        buffer.setZero(0, buffer.capacity());
        assertThat(queue.call((q, done) -> q.read(4096, buffer, 1000, 4096, done)))
                .isEqualTo(NONE);
        byte[] all = new byte[buffer.capacity()];
        buffer.getBytes(0, all);
        buffer.release();
        assertThat(Arrays.copyOfRange(all, 0, 1000)).containsOnly(0);
        assertThat(Arrays.copyOfRange(all, 1000, 5096)).isEqualTo(text(4096));
        assertThat(Arrays.copyOfRange(all, 5096, all.length)).containsOnly(0);
    }

    @Test
    void anotherKeyReadsNoise() {
        assertThat(queue.write(0, text(4096), false)).isEqualTo(NONE);
        try (WaitingQueue wrong = new WaitingQueue(new EncryptedDevice(medium, TestKeys.dataKey(2)), loops.second())) {
            byte[] noise = wrong.read(0, 4096);
            assertThat(new String(noise, StandardCharsets.ISO_8859_1)).doesNotContain("TENANT");
            assertThat(wrong.read(8192, 4096)).as("a hole needs no key").containsOnly(0);
        }
        assertThat(queue.read(0, 4096)).isEqualTo(text(4096));
    }

    @Test
    void theSameContentElsewhereHasAnotherCiphertext() {
        assertThat(queue.write(0, text(1024), false)).isEqualTo(NONE);
        try (WaitingQueue beneath = new WaitingQueue(medium, loops.second())) {
            byte[] both = beneath.read(0, 1024);
            assertThat(Arrays.copyOf(both, 512)).isNotEqualTo(Arrays.copyOfRange(both, 512, 1024));
        }
    }

    @Test
    void aDestroyedKeyIsNotUsedAgain() {
        assertThat(queue.write(0, text(4096), false)).isEqualTo(NONE);
        medium.hold(Operation.READ);
        ByteBuf buffer = WaitingQueue.buffer(4096);
        CompletableFuture<BlockError> underWay = queue.begin((q, done) -> q.read(0, buffer, 0, 4096, done));
        assertThat(queue.inFlight()).isEqualTo(1);
        key.destroy();
        medium.release();
        assertThat(WaitingQueue.get(underWay)).isEqualTo(READ_FAILED);
        buffer.release();
        int seen = medium.history().size();
        assertThat(queue.read(0, new byte[4096])).isEqualTo(READ_FAILED);
        assertThat(queue.write(0, text(4096), true)).isEqualTo(WRITE_FAILED);
        assertThat(queue.writeZeroes(0, 4096, true, false)).isEqualTo(WRITE_FAILED);
        assertThat(queue.deallocate(0, 4096)).isEqualTo(WRITE_FAILED);
        assertThat(queue.read(CAPACITY, new byte[512])).isEqualTo(BlockError.OUT_OF_RANGE);
        assertThat(medium.history()).as("nothing went beneath").hasSize(seen);
        try (WaitingQueue later = new WaitingQueue(device, loops.second())) {
            assertThat(later.read(0, new byte[4096])).isEqualTo(READ_FAILED);
        }
        assertThat(key.isDestroyed()).isTrue();
        assertThatThrownBy(() -> key.wrappedBy(TestKeys.kek(1))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closingTheDeviceDestroysItsKey() {
        DataKey other = TestKeys.dataKey(3);
        new EncryptedDevice(new FaultyDevice(medium), other).close();
        assertThat(other.isDestroyed()).isTrue();
    }

    @Test
    void writesBeyondTheMemoryWaitInOrder() {
        medium.hold(Operation.WRITE);
        ByteBuf memory = WaitingQueue.buffer(MIB);
        List<CompletableFuture<BlockError>> writes = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            long offset = (long) i * MIB;
            writes.add(queue.begin((q, done) -> q.write(offset, memory, 0, MIB, false, done)));
        }
        // A small one waits behind the large ones, although there were room for it.
        writes.add(queue.begin((q, done) -> q.write(20L * MIB, memory, 0, 512, false, done)));
        assertThat(queue.inFlight()).isEqualTo(11);
        assertThat(offsetsWritten()).containsExactly(0L, 1L * MIB, 2L * MIB, 3L * MIB);
        assertThat(EncryptedQueue.WRITE_MEMORY).isEqualTo(4 * MIB);
        CompletableFuture<BlockError> read = queue.begin((q, done) -> q.flush(done));
        assertThat(WaitingQueue.get(read)).as("a flush waits for no write").isEqualTo(NONE);
        medium.release();
        writes.forEach(write -> assertThat(WaitingQueue.get(write)).isEqualTo(NONE));
        assertThat(offsetsWritten())
                .containsExactly(
                        0L, 1L * MIB, 2L * MIB, 3L * MIB, 4L * MIB, 5L * MIB, 6L * MIB, 7L * MIB, 8L * MIB, 9L * MIB,
                        20L * MIB);
        assertThat(queue.inFlight()).isZero();
        memory.release();
    }

    private List<Long> offsetsWritten() {
        return medium.history().stream()
                .filter(event -> event.operation() == Operation.WRITE)
                .map(Event::offset)
                .toList();
    }

    @Test
    void whatWaitsFailsWhenTheKeyIsDestroyed() {
        medium.hold(Operation.WRITE);
        ByteBuf memory = WaitingQueue.buffer(MIB);
        List<CompletableFuture<BlockError>> writes = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            long offset = (long) i * MIB;
            writes.add(queue.begin((q, done) -> q.write(offset, memory, 0, MIB, false, done)));
        }
        assertThat(queue.inFlight()).isEqualTo(6);
        key.destroy();
        medium.release();
        List<BlockError> errors = writes.stream().map(WaitingQueue::get).toList();
        assertThat(errors).containsExactly(NONE, NONE, NONE, NONE, WRITE_FAILED, WRITE_FAILED);
        assertThat(queue.inFlight()).isZero();
        memory.release();
    }

    @Test
    void errorsFromBeneathArePassedOnAndMemoryComesBack() {
        medium.failAll(Operation.WRITE, BlockError.NO_SPACE);
        medium.failAll(Operation.READ, BlockError.READ_FAILED);
        for (int i = 0; i < 20; i++) {
            assertThat(queue.write(0, text(MIB), false)).isEqualTo(BlockError.NO_SPACE);
            assertThat(queue.read(0, new byte[MIB])).isEqualTo(READ_FAILED);
        }
        medium.heal();
        assertThat(queue.write(0, text(MIB), false)).isEqualTo(NONE);
        assertThat(queue.read(0, MIB)).isEqualTo(text(MIB));
    }

    @Test
    void zeroesGoBeneathAsTheyAre() {
        assertThat(queue.writeZeroes(4096, 8192, false, true)).isEqualTo(NONE);
        assertThat(queue.writeZeroes(4096, 8192, true, false)).isEqualTo(NONE);
        assertThat(queue.deallocate(4096, 8192)).isEqualTo(NONE);
        assertThat(medium.history())
                .extracting(Event::operation)
                .containsExactly(Operation.WRITE_ZEROES, Operation.WRITE_ZEROES, Operation.DEALLOCATE);
    }

    @Test
    void refusesABufferThatTheDeviceBeneathWouldRefuse() throws Exception {
        try (FilePool files = new FilePool(directory, 8L * MIB, false, true)) {
            files.create("f", 4L * MIB);
            try (BlockDevice encrypted = new EncryptedDevice(files.open("f", 4L * MIB), TestKeys.dataKey(1));
                    WaitingQueue direct = new WaitingQueue(encrypted, loops.first())) {
                ByteBuf buffer = WaitingQueue.buffer(8192);
                int misaligned = WaitingQueue.start(buffer) + 8;
                assertThat(encrypted.bufferAlignment()).isGreaterThan(8);
                assertThatThrownBy(() -> direct.call((q, done) -> q.write(0, buffer, misaligned, 4096, false, done)))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> direct.call((q, done) -> q.read(0, buffer, misaligned, 4096, done)))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThat(direct.inFlight()).isZero();
                buffer.release();
            }
        }
    }
}
