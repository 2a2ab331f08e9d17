package io.nvmevf.storage.conformance;

import static io.nvmevf.storage.BlockError.NONE;
import static io.nvmevf.storage.BlockError.OUT_OF_RANGE;
import static io.nvmevf.storage.conformance.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.PoolException.Reason;
import io.nvmevf.storage.StoragePool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every device does, whatever it is made of. A subclass says which pool, which loops and which decorator. */
public abstract class BlockDeviceConformance {

    /** Bytes of the device under test. */
    public static final long CAPACITY = 32L << 20;

    /** Bytes that the pool must be able to grow it to. */
    public static final long GROWN = 40L << 20;

    protected static final String ID = "under-test";
    private static final int MIB = 1 << 20;

    private StoragePool pool;
    private Loops loops;
    private BlockDevice device;
    private WaitingQueue queue;

    /** An empty pool that holds one device of {@link #GROWN} bytes. May abort the test with a reason. */
    protected abstract StoragePool openPool() throws Exception;

    protected abstract Loops openLoops();

    protected BlockDevice decorate(BlockDevice inner) {
        return inner;
    }

    /** Bytes that the device takes beneath, or -1 if that cannot be told. */
    protected long bytesTaken() throws Exception {
        return -1;
    }

    /** Heap bytes per request that are tolerated; infinite where it is only reported. */
    protected abstract double toleratedAllocation();

    @BeforeEach
    final void open() throws Exception {
        pool = openPool();
        pool.create(ID, CAPACITY);
        loops = openLoops();
        openDevice(CAPACITY);
    }

    @AfterEach
    final void close() {
        if (queue != null) {
            queue.close();
        }
        if (loops != null) {
            loops.close();
        }
        if (device != null) {
            device.close();
        }
        if (pool != null) {
            pool.close();
        }
    }

    @Test
    void readsZerosWhereNothingWasWritten() {
        assertThat(queue.read(0, 4096)).containsOnly(0);
        assertThat(queue.read(CAPACITY - MIB, MIB)).containsOnly(0);
        assertThat(device.capacity()).isEqualTo(CAPACITY);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 20, 300})
    void behavesLikeAnArrayOfBytes(long seed) {
        Random random = new Random(seed);
        byte[] model = new byte[(int) CAPACITY];
        int unit = device.transferAlignment();
        for (int step = 0; step < 300; step++) {
            int length = unit * (1 + random.nextInt(random.nextInt(8) == 0 ? 512 * 1024 / unit : 64));
            int offset = unit * random.nextInt((int) ((CAPACITY - length) / unit) + 1);
            if (random.nextBoolean()) {
                offset %= MIB; // half of it in a small place, so that requests overlap
            }
            String where = "seed " + seed + " step " + step + " offset " + offset + " length " + length;
            int kind = random.nextInt(10);
            if (kind < 4) {
                byte[] bytes = new byte[length];
                random.nextBytes(bytes);
                assertThat(queue.write(offset, bytes, kind == 0)).as(where).isEqualTo(NONE);
                System.arraycopy(bytes, 0, model, offset, length);
            } else if (kind < 6) {
                assertThat(queue.writeZeroes(offset, length, random.nextBoolean(), random.nextBoolean()))
                        .as(where)
                        .isEqualTo(NONE);
                Arrays.fill(model, offset, offset + length, (byte) 0);
            } else if (kind == 6) {
                assertThat(queue.deallocate(offset, length)).as(where).isEqualTo(NONE);
                Arrays.fill(model, offset, offset + length, (byte) 0);
            } else if (kind == 7) {
                assertThat(queue.flush()).as(where).isEqualTo(NONE);
            } else {
                byte[] expected = Arrays.copyOfRange(model, offset, offset + length);
                assertThat(Arrays.mismatch(queue.read(offset, length), expected))
                        .as(where)
                        .isEqualTo(-1);
            }
        }
        for (int at = 0; at < CAPACITY; at += MIB) {
            assertThat(Arrays.mismatch(queue.read(at, MIB), Arrays.copyOfRange(model, at, at + MIB)))
                    .as("seed %d, mebibyte at %d", seed, at)
                    .isEqualTo(-1);
        }
    }

    @Test
    void aWriteOfTheSmallestUnitLeavesItsNeighboursAlone() {
        int unit = device.transferAlignment();
        byte[] around = filled(4 * 4096, 0x11);
        assertThat(queue.write(8192, around, false)).isEqualTo(NONE);
        assertThat(queue.write(8192 + 4096 + unit, filled(unit, 0x22), false)).isEqualTo(NONE);
        Arrays.fill(around, 4096 + unit, 4096 + 2 * unit, (byte) 0x22);
        assertThat(queue.read(8192, around.length)).isEqualTo(around);
    }

    @Test
    void writesWithFuaAndFlushesSucceed() {
        assertThat(queue.write(4096, filled(4096, 1), true)).isEqualTo(NONE);
        assertThat(queue.write(8192, filled(4096, 2), false)).isEqualTo(NONE);
        assertThat(queue.flush()).isEqualTo(NONE);
        assertThat(queue.writeZeroes(4096, 4096, false, true)).isEqualTo(NONE);
        assertThat(queue.read(4096, 4096)).containsOnly(0);
        assertThat(queue.read(8192, 4096)).containsOnly(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void zeroesWhatWasWritten(boolean deallocate) {
        assertThat(queue.write(0, filled(MIB, 7), false)).isEqualTo(NONE);
        assertThat(queue.writeZeroes(4096, 65536, deallocate, false)).isEqualTo(NONE);
        assertThat(queue.read(0, 4096)).containsOnly(7);
        assertThat(queue.read(4096, 65536)).containsOnly(0);
        assertThat(queue.read(4096 + 65536, 4096)).containsOnly(7);
    }

    @Test
    void zeroesTheWholeDevice() {
        assertThat(queue.write(0, filled(MIB, 7), false)).isEqualTo(NONE);
        assertThat(queue.write(CAPACITY - MIB, filled(MIB, 7), false)).isEqualTo(NONE);
        assertThat(queue.writeZeroes(0, CAPACITY, true, true)).isEqualTo(NONE);
        assertThat(queue.read(0, MIB)).containsOnly(0);
        assertThat(queue.read(CAPACITY - MIB, MIB)).containsOnly(0);
    }

    @Test
    void deallocatingGivesSpaceBack() throws Exception {
        assumeTrue(bytesTaken() >= 0, "this kind of device cannot tell how much space it takes");
        for (int at = 0; at < 16 * MIB; at += MIB) {
            assertThat(queue.write(at, filled(MIB, 9), true)).isEqualTo(NONE);
        }
        assertThat(queue.flush()).isEqualTo(NONE);
        long full = bytesTaken();
        assertThat(queue.deallocate(0, 16L * MIB)).isEqualTo(NONE);
        assertThat(queue.flush()).isEqualTo(NONE);
        assertThat(bytesTaken()).isLessThan(full - 12L * MIB);
        assertThat(queue.read(5L * MIB, MIB)).containsOnly(0);
    }

    @Test
    void refusesWhatDoesNotLieWithinTheCapacity() {
        byte[] page = filled(4096, 5);
        long[] outside = {
            CAPACITY, CAPACITY - 4096 + 512, -4096, Long.MAX_VALUE, Long.MAX_VALUE - 4095, Long.MIN_VALUE, CAPACITY * 2
        };
        for (long offset : outside) {
            assertThat(queue.write(offset, page, false)).as("write %d", offset).isEqualTo(OUT_OF_RANGE);
            assertThat(queue.read(offset, page.clone())).as("read %d", offset).isEqualTo(OUT_OF_RANGE);
            assertThat(queue.writeZeroes(offset, 4096, true, false))
                    .as("zeroes %d", offset)
                    .isEqualTo(OUT_OF_RANGE);
            assertThat(queue.deallocate(offset, 4096))
                    .as("deallocate %d", offset)
                    .isEqualTo(OUT_OF_RANGE);
        }
        assertThat(queue.deallocate(4096, Long.MAX_VALUE)).isEqualTo(OUT_OF_RANGE);
        assertThat(queue.deallocate(4096, CAPACITY)).isEqualTo(OUT_OF_RANGE);
        assertThat(queue.read(CAPACITY - 4096, 4096)).containsOnly(0);
        assertThat(queue.inFlight()).isZero();
    }

    @Test
    void refusesMemoryOutsideTheBuffer() {
        ByteBuf buffer = WaitingQueue.buffer(4096);
        int start = WaitingQueue.start(buffer);
        assertThatThrownBy(() -> queue.call((q, done) -> q.read(0, buffer, start + 4096, 8192, done)))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> queue.call((q, done) -> q.write(0, buffer, -4096, 4096, false, done)))
                .isInstanceOf(IndexOutOfBoundsException.class);
        buffer.release();
    }

    @Test
    void completesEachOfManyRequestsOnce() {
        int count = 3000;
        int slots = (int) (CAPACITY / 4096);
        ByteBuf memory = WaitingQueue.buffer(count * 4096);
        int start = WaitingQueue.start(memory);
        for (int i = 0; i < count; i++) {
            memory.setInt(start + i * 4096, i + 1);
        }
        all(
                count,
                i -> queue.begin(
                        (q, done) -> q.write(scattered(i, slots), memory, start + i * 4096, 4096, i % 500 == 0, done)));
        memory.setZero(0, memory.capacity());
        all(count, i -> queue.begin((q, done) -> q.read(scattered(i, slots), memory, start + i * 4096, 4096, done)));
        for (int i = 0; i < count; i++) {
            assertThat(memory.getInt(start + i * 4096)).isEqualTo(i + 1);
        }
        assertThat(queue.inFlight()).isZero();
        memory.release();
    }

    private static long scattered(int i, int slots) {
        return (i * 2L + 1) % slots * 4096 + (i * 2L + 1) / slots % 2 * 4096;
    }

    private static void all(int count, IntFunction<CompletableFuture<BlockError>> request) {
        List<CompletableFuture<BlockError>> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            results.add(request.apply(i));
        }
        for (CompletableFuture<BlockError> result : results) {
            assertThat(WaitingQueue.get(result)).isEqualTo(NONE);
        }
    }

    @Test
    void countsWhatIsNotDone() {
        ByteBuf memory = WaitingQueue.buffer(4096);
        int start = WaitingQueue.start(memory);
        AtomicInteger done = new AtomicInteger();
        CompletableFuture<Boolean> all = new CompletableFuture<>();
        int accounted = queue.onLoop(q -> {
            for (int i = 0; i < 600; i++) {
                q.read(i * 4096L, memory, start, 4096, error -> {
                    if (done.incrementAndGet() == 600) {
                        all.complete(true);
                    }
                });
            }
            return q.inFlight() + done.get();
        });
        assertThat(accounted).isEqualTo(600);
        assertThat(WaitingQueue.get(all)).isTrue();
        assertThat(queue.inFlight()).isZero();
        memory.release();
    }

    @Test
    void anotherLoopSeesWhatWasWritten() {
        try (WaitingQueue other = new WaitingQueue(device, loops.second())) {
            for (int i = 1; i <= 50; i++) {
                assertThat(queue.write(i * 8192L, filled(8192, i), false)).isEqualTo(NONE);
                assertThat(other.read(i * 8192L, 8192)).containsOnly(i);
                assertThat(other.write(i * 8192L, filled(8192, i + 1), false)).isEqualTo(NONE);
                assertThat(queue.read(i * 8192L, 8192)).containsOnly(i + 1);
            }
            assertThat(other.flush()).isEqualTo(NONE);
            assertThat(other.deallocate(8192, 8192)).isEqualTo(NONE);
            assertThat(queue.read(8192, 8192)).containsOnly(0);
        }
    }

    @Test
    void resizeIsSeenByOpenQueues() throws Exception {
        assertThat(queue.write(CAPACITY - 4096, filled(4096, 3), true)).isEqualTo(NONE);
        pool.resize(ID, GROWN);
        assertThat(device.capacity()).isEqualTo(GROWN);
        assertThat(pool.allocated()).isEqualTo(GROWN);
        assertThat(queue.read(CAPACITY - 4096, 4096)).containsOnly(3);
        assertThat(queue.read(CAPACITY, MIB)).containsOnly(0);
        assertThat(queue.write(GROWN - 4096, filled(4096, 4), true)).isEqualTo(NONE);
        pool.resize(ID, CAPACITY);
        assertThat(device.capacity()).isEqualTo(CAPACITY);
        assertThat(queue.read(GROWN - 4096, new byte[4096])).isEqualTo(OUT_OF_RANGE);
        pool.resize(ID, GROWN);
        assertThat(queue.read(GROWN - 4096, 4096)).containsOnly(0);
        assertThat(queue.read(CAPACITY - 4096, 4096)).containsOnly(3);
    }

    @Test
    void survivesClosingAndReopening() throws Exception {
        assertThat(queue.write(65536, filled(4096, 6), true)).isEqualTo(NONE);
        closeDevice();
        openDevice(CAPACITY);
        assertThat(queue.read(65536, 4096)).containsOnly(6);
    }

    @Test
    void aClosedDeviceIsResizedAlsoToItsPresentSize() throws Exception {
        assertThat(queue.write(CAPACITY - 4096, filled(4096, 3), true)).isEqualTo(NONE);
        closeDevice();
        pool.resize(ID, CAPACITY);
        assertThat(pool.allocated()).isEqualTo(CAPACITY);
        pool.resize(ID, GROWN);
        pool.resize(ID, GROWN);
        assertThat(pool.allocated()).isEqualTo(GROWN);
        assertRefused(Reason.NOT_FOUND, () -> pool.open(ID, CAPACITY));
        openDevice(GROWN);
        assertThat(device.capacity()).isEqualTo(GROWN);
        assertThat(queue.read(CAPACITY - 4096, 4096)).containsOnly(3);
        assertThat(queue.read(CAPACITY, MIB)).containsOnly(0);
        assertThat(queue.write(GROWN - 4096, filled(4096, 4), true)).isEqualTo(NONE);
        closeDevice();
        pool.resize(ID, CAPACITY);
        pool.resize(ID, GROWN);
        openDevice(GROWN);
        assertThat(queue.read(CAPACITY - 4096, 4096)).containsOnly(3);
        assertThat(queue.read(GROWN - 4096, 4096)).as("was cut off").containsOnly(0);
    }

    @Test
    void aDeviceThatWasNeverOpenedIsResizedRetiredAndDeleted() throws Exception {
        closeDevice();
        pool.retire(ID);
        pool.delete(ID);
        pool.create(ID, CAPACITY);
        pool.resize(ID, CAPACITY);
        pool.resize(ID, GROWN);
        assertThat(pool.allocated()).isEqualTo(GROWN);
        assertRefused(Reason.INVALID, () -> pool.delete(ID));
        pool.retire(ID);
        pool.retire(ID); // a second attempt, after a deletion that failed
        pool.delete(ID);
        assertThat(pool.allocated()).isZero();
        assertRefused(Reason.NOT_FOUND, () -> pool.retire(ID));
        assertRefused(Reason.NOT_FOUND, () -> pool.delete(ID));
    }

    /** The close after each test does it again, which is harmless. */
    private void closeDevice() {
        queue.close();
        device.close();
    }

    private void openDevice(long bytes) throws Exception {
        device = decorate(pool.open(ID, bytes));
        queue = new WaitingQueue(device, loops.first());
    }

    @Test
    void carriesTheLargestRequest() {
        byte[] bytes = new byte[MIB];
        new Random(5).nextBytes(bytes);
        assertThat(queue.write(3L * MIB, bytes, true)).isEqualTo(NONE);
        assertThat(queue.read(3L * MIB, MIB)).isEqualTo(bytes);
    }

    @Test
    void aQueueOpenedOnItsOwnLoopWorksAtOnce() {
        CompletableFuture<BlockError> result = new CompletableFuture<>();
        loops.second().execute(() -> {
            var own = device.openQueue(loops.second());
            own.flush(error -> {
                loops.second().execute(own::close);
                result.complete(error);
            });
        });
        assertThat(WaitingQueue.get(result)).isEqualTo(NONE);
    }

    @Test
    void allocatesNoMoreThanToleratedPerRequest() {
        double perRequest = LoadDriver.allocatedPerRequest(queue, device, 20_000);
        System.out.printf("%s: %.2f heap bytes per request%n", getClass().getSimpleName(), perRequest);
        assertThat(perRequest).isLessThan(toleratedAllocation());
    }

    protected static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
