package io.nvmevf.server.wipe;

import static io.nvmevf.server.wipe.WipeFixture.MIB;
import static io.nvmevf.server.wipe.WipeFixture.SIZE;
import static io.nvmevf.server.wipe.WipeFixture.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.nvmevf.storage.BlockCompletion;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.StoragePool;
import io.nvmevf.storage.file.FilePool;
import io.nvmevf.storage.memory.MemoryPool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each method does to a device, and what it leaves. */
class WiperTest {
    private static final long CAPACITY = 4L << 30;

    @TempDir
    Path directory;

    private static WipePlan plan(WipeMethod method, Verification verification) {
        return method == WipeMethod.OVERWRITE
                ? new WipePlan(method, 2, 0x12345678, true, verification, 7)
                : WipePlan.of(method, verification, 7);
    }

    private StoragePool pool(String kind) throws PoolException {
        return switch (kind) {
            case "memory" -> new MemoryPool(CAPACITY, true);
            case "file" -> new FilePool(directory, CAPACITY, true, false);
            case "direct" -> directPool();
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private StoragePool directPool() throws PoolException {
        FilePool pool = new FilePool(directory, CAPACITY, true, true);
        boolean works = true;
        try {
            pool.create("probe", 4096);
            pool.open("probe", 4096).close();
        } catch (PoolException e) {
            works = e.reason() != PoolException.Reason.INVALID;
        }
        if (!works) {
            pool.close();
        }
        assumeTrue(works, "the temporary directory has no O_DIRECT");
        return pool;
    }

    private static IoHandlerFactory handler(String io) {
        if (io.equals("nio")) {
            return NioIoHandler.newFactory();
        }
        assumeTrue(IoUring.isAvailable(), "no io_uring here");
        return IoUringIoHandler.newFactory();
    }

    @ParameterizedTest
    @CsvSource({
        "memory, nio",
        "file, nio",
        "file, io_uring",
        "direct, nio",
        "direct, io_uring",
    })
    void everyMethodLeavesOnlyZeros(String kind, String io) throws Exception {
        IoHandlerFactory handler = handler(io);
        BentPool pool = new BentPool(pool(kind));
        pool.renewal = id -> {};
        WipeLimits limits = new WipeLimits(0, 2);
        try (WipeFixture wipes = new WipeFixture(pool, limits, WipeClock.SYSTEM, Duration.ofSeconds(20));
                Wiper wiper = new Wiper(pool, limits, () -> null, WipeClock.SYSTEM, Duration.ofSeconds(20), handler)) {
            for (WipeMethod method : WipeMethod.values()) {
                for (Verification verification : Verification.values()) {
                    String id = (method + "-" + verification).toLowerCase(java.util.Locale.ROOT);
                    wipes.createFilled(id);
                    assertThat(wipes.firstNonZero(id, SIZE)).isZero();
                    CompletableFuture<WipeResult> done = new CompletableFuture<>();
                    WipeRun run = wiper.start(id, SIZE, plan(method, verification), id, false, done::complete);
                    WipeResult result = get(done);
                    assertThat(result.failure()).isNull();
                    assertThat(result.bytes()).isEqualTo(SIZE);
                    assertThat(result.verifiedBytes())
                            .isEqualTo(verification == Verification.FULL ? SIZE : 2L * MIB + 1024 * 4096);
                    assertThat(result.endedMillis()).isGreaterThanOrEqualTo(result.startedMillis());
                    assertThat(run.progress().doneBytes())
                            .isEqualTo(run.progress().totalBytes());
                    assertThat(wipes.firstNonZero(id, SIZE)).isEqualTo(-1);
                }
            }
            assertThat(pool.open).hasValue(0);
        }
    }

    @Test
    void aDeviceOfOnePageIsWiped() throws Exception {
        try (WipeFixture wipes = new WipeFixture(pool("memory"))) {
            wipes.pool.create("small", 4096);
            WipeResult result = get(wipes.start("small", 4096, WipePlan.of(WipeMethod.ZERO, Verification.SAMPLED, 1)));
            assertThat(result.failure()).isNull();
            assertThat(result.verifiedBytes()).isEqualTo(4096);
        }
    }

    @Test
    void anEncryptedDeviceGetsItsNewKeyBeforeItIsOpened() throws Exception {
        try (WipeFixture wipes = new WipeFixture(pool("memory"))) {
            wipes.createFilled("a");
            wipes.pool.renewal = id -> assertThat(wipes.pool.open).hasValue(0);
            assertThat(wipes.run("a", plan(WipeMethod.CRYPTO, Verification.FULL))
                            .failure())
                    .isNull();
            assertThat(wipes.pool.calls).containsExactly("renew a", "erase a");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = WipeMethod.class,
            names = {"ZERO", "DEALLOCATE", "OVERWRITE"})
    void whereNothingIsEncryptedOnlyCryptoAsksForANewKey(WipeMethod method) throws Exception {
        try (WipeFixture wipes = new WipeFixture(pool("memory"))) {
            wipes.createFilled("a");
            assertThat(wipes.run("a", plan(method, Verification.SAMPLED)).failure())
                    .isNull();
            assertThat(wipes.pool.calls).containsExactly("erase a");
        }
    }

    @ParameterizedTest
    @EnumSource(WipeMethod.class)
    void anEncryptedDeviceGetsANewKeyByEveryMethod(WipeMethod method) throws Exception {
        try (WipeFixture wipes = new WipeFixture(pool("memory"))) {
            wipes.createFilled("a");
            wipes.pool.encrypted = true;
            wipes.pool.renewal = id -> {};
            assertThat(wipes.run("a", plan(method, Verification.SAMPLED)).failure())
                    .isNull();
            assertThat(wipes.pool.calls).containsExactly("renew a", "erase a");
        }
    }

    /** Notes in which order the pieces of a device are written, with what, and when it is flushed. */
    private static void note(WipeFixture wipes, List<String> log) {
        wipes.pool.bend = device -> new BentDevice(device, queue -> new BentDevice.Queue(queue) {
            @Override
            public void write(long offset, ByteBuf buffer, int index, int length, boolean fua, BlockCompletion done) {
                for (int i = 0; i < length; i += 4) {
                    if (buffer.getInt(index + i) != buffer.getInt(index)) {
                        throw new IllegalArgumentException("not one pattern");
                    }
                }
                log.add("%08x".formatted(buffer.getInt(index)));
                super.write(offset, buffer, index, length, fua, done);
            }

            @Override
            public void read(long offset, ByteBuf buffer, int index, int length, BlockCompletion done) {
                log.add("read");
                super.read(offset, buffer, index, length, done);
            }

            @Override
            public void flush(BlockCompletion done) {
                log.add("flush");
                super.flush(done);
            }

            @Override
            public void writeZeroes(long offset, long length, boolean deallocate, boolean fua, BlockCompletion done) {
                log.add(deallocate ? "deallocate" : "zeroes");
                super.writeZeroes(offset, length, deallocate, fua, done);
            }
        });
    }

    private static List<String> withoutRepeats(List<String> log) {
        List<String> result = new ArrayList<>();
        for (String each : log) {
            if (result.isEmpty() || !result.getLast().equals(each)) {
                result.add(each);
            }
        }
        return result;
    }

    @ParameterizedTest
    @CsvSource({
        "1, true,  12345678",
        "2, true,  edcba987 12345678",
        "3, true,  12345678 edcba987 12345678",
        "2, false, 12345678 12345678",
    })
    void overwritingInvertsBetweenPassesAndEndsWithThePattern(int passes, boolean invert, String words)
            throws Exception {
        List<String> log = Collections.synchronizedList(new ArrayList<>());
        try (WipeFixture wipes = new WipeFixture(pool("memory"))) {
            wipes.createFilled("a");
            note(wipes, log);
            WipePlan plan = new WipePlan(WipeMethod.OVERWRITE, passes, 0x12345678, invert, Verification.FULL, 1);
            assertThat(wipes.run("a", plan).failure()).isNull();
        }
        List<String> expected = new ArrayList<>();
        for (String word : List.of(words.split(" ", -1))) {
            expected.add(word);
            expected.add("flush");
        }
        expected.addAll(List.of("read", "deallocate", "flush", "read"));
        assertThat(withoutRepeats(log)).isEqualTo(expected);
        assertThat(log.stream().filter("12345678"::equals)).hasSize(17 * Collections.frequency(expected, "12345678"));
    }

    @Test
    void zeroReallyWritesZerosAndGivesThemBackWhenTheyAreStable() throws Exception {
        List<String> log = Collections.synchronizedList(new ArrayList<>());
        try (WipeFixture wipes = new WipeFixture(pool("memory"))) {
            wipes.createFilled("a");
            note(wipes, log);
            assertThat(wipes.run("a", plan(WipeMethod.ZERO, Verification.FULL)).failure())
                    .isNull();
        }
        assertThat(withoutRepeats(log)).containsExactly("00000000", "flush", "read", "deallocate", "flush", "read");
        assertThat(log).hasSize(17 + 1 + 17 + 1 + 1 + 17);
    }

    @Test
    void buffersSuitADeviceThatWantsThemAligned() throws Exception {
        try (WipeFixture wipes = new WipeFixture(pool("memory"))) {
            wipes.createFilled("a");
            wipes.pool.bend = device -> new BentDevice(device, queue -> new BentDevice.Queue(queue) {
                private static void check(ByteBuf buffer, int index) {
                    if ((buffer.memoryAddress() + index) % 4096 != 0) {
                        throw new IllegalArgumentException("misaligned");
                    }
                }

                @Override
                public void read(long offset, ByteBuf buffer, int index, int length, BlockCompletion done) {
                    check(buffer, index);
                    super.read(offset, buffer, index, length, done);
                }

                @Override
                public void write(
                        long offset, ByteBuf buffer, int index, int length, boolean fua, BlockCompletion done) {
                    check(buffer, index);
                    super.write(offset, buffer, index, length, fua, done);
                }
            });
            assertThat(wipes.run("a", plan(WipeMethod.OVERWRITE, Verification.FULL))
                            .failure())
                    .isNull();
        }
    }

    @Test
    void aSparseTebibyteTakesFewRequests() throws Exception {
        long size = 1L << 40;
        List<String> log = Collections.synchronizedList(new ArrayList<>());
        try (WipeFixture wipes = new WipeFixture(new FilePool(directory, size, true, false))) {
            wipes.pool.create("big", size);
            note(wipes, log);
            WipeResult result =
                    get(wipes.start("big", size, WipePlan.of(WipeMethod.DEALLOCATE, Verification.SAMPLED, 3)));
            assertThat(result.failure()).isNull();
        }
        assertThat(log.stream().filter("deallocate"::equals).count()).isBetween(1024L, 4096L);
        assertThat(log.stream().filter("read"::equals)).hasSize(1026);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 17})
    void overwritingHasOneToSixteenPasses(int passes) {
        assertThatThrownBy(() -> new WipePlan(WipeMethod.OVERWRITE, passes, 0, false, Verification.FULL, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("passes must be 1 to 16, not " + passes);
    }

    @Test
    void otherMethodsHaveNoPattern() {
        assertThatThrownBy(() -> new WipePlan(WipeMethod.ZERO, 2, 0, false, Verification.FULL, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new WipePlan(WipeMethod.CRYPTO, 1, 5, false, Verification.FULL, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new WipePlan(WipeMethod.DEALLOCATE, 1, 0, true, Verification.FULL, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new WipeLimits(-1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new WipeLimits(0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSizeThatNoDeviceHasIsRefused() throws Exception {
        try (WipeFixture wipes = new WipeFixture(pool("memory"))) {
            WipePlan plan = WipePlan.of(WipeMethod.ZERO, Verification.FULL, 0);
            assertThatThrownBy(() -> wipes.wiper.start("a", 4097, plan, "t", false, r -> {}))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> wipes.wiper.start("a", 0, plan, "t", false, r -> {}))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
