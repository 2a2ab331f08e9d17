package io.nvmevf.server.wipe;

import static io.nvmevf.server.wipe.WipeFixture.MIB;
import static io.nvmevf.server.wipe.WipeFixture.SIZE;
import static io.nvmevf.server.wipe.WipeFixture.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.nvmevf.storage.BlockCompletion;
import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.BlockQueue;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.fault.FaultyDevice;
import io.nvmevf.storage.fault.Operation;
import io.nvmevf.storage.memory.MemoryPool;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Storage that fails or lies: no such wipe ever counts as done. */
class WipeFaultTest {
    private static final WipePlan ZERO = WipePlan.of(WipeMethod.ZERO, Verification.FULL, 7);
    private static final WipePlan DEALLOCATE = WipePlan.of(WipeMethod.DEALLOCATE, Verification.FULL, 7);

    private WipeFixture wipes;

    @BeforeEach
    void start() throws Exception {
        wipes = new WipeFixture(new MemoryPool(1L << 30, true));
        wipes.createFilled("a");
    }

    @AfterEach
    void stop() {
        wipes.close();
    }

    private void failNth(Operation operation, int nth, BlockError error) {
        wipes.pool.bend = device -> {
            FaultyDevice faulty = new FaultyDevice(device);
            faulty.failNth(operation, nth, error);
            return faulty;
        };
    }

    private void bend(UnaryOperator<BlockQueue> bend) {
        wipes.pool.bend = device -> new BentDevice(device, bend);
    }

    /** The device is closed, and the next try with storage that works succeeds. */
    private void canBeRetried(WipePlan plan) throws Exception {
        assertThat(wipes.pool.open).hasValue(0);
        wipes.pool.bend = UnaryOperator.identity();
        assertThat(wipes.run("a", plan).failure()).isNull();
        assertThat(wipes.firstNonZero("a", SIZE)).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({
        "ZERO, WRITE, 1, WRITE_FAILED, the write of 1048576 bytes at byte 0 failed",
        "ZERO, WRITE, 9, NO_SPACE, the write of 1048576 bytes at byte 8388608 failed",
        "ZERO, WRITE, 17, GONE, the write of 12288 bytes at byte 16777216 failed",
        "ZERO, FLUSH, 1, WRITE_FAILED, the flush failed",
        "ZERO, READ, 1, READ_FAILED, the read of 1048576 bytes at byte 0 failed",
        "ZERO, READ, 9, READ_FAILED, the read of 1048576 bytes at byte 8388608 failed",
        "ZERO, READ, 17, READ_FAILED, the read of 12288 bytes at byte 16777216 failed",
        "ZERO, WRITE_ZEROES, 1, WRITE_FAILED, the deallocation of 16789504 bytes at byte 0 failed",
        "ZERO, FLUSH, 2, WRITE_FAILED, the flush failed",
        "ZERO, READ, 18, READ_FAILED, the read of 1048576 bytes at byte 0 failed",
        "DEALLOCATE, WRITE_ZEROES, 1, WRITE_FAILED, the deallocation of 16789504 bytes at byte 0 failed",
        "DEALLOCATE, FLUSH, 1, WRITE_FAILED, the flush failed",
        "DEALLOCATE, READ, 3, OUT_OF_RANGE, the read of 1048576 bytes at byte 2097152 failed",
        "CRYPTO, WRITE_ZEROES, 1, WRITE_FAILED, the deallocation of 16789504 bytes at byte 0 failed",
        "CRYPTO, READ, 1, READ_FAILED, the read of 1048576 bytes at byte 0 failed",
        "OVERWRITE, WRITE, 18, WRITE_FAILED, the write of 1048576 bytes at byte 0 failed",
        "OVERWRITE, FLUSH, 1, WRITE_FAILED, the flush failed",
        "OVERWRITE, FLUSH, 2, WRITE_FAILED, the flush failed",
        "OVERWRITE, READ, 17, READ_FAILED, the read of 12288 bytes at byte 16777216 failed",
        "OVERWRITE, WRITE_ZEROES, 1, WRITE_FAILED, the deallocation of 16789504 bytes at byte 0 failed",
        "OVERWRITE, FLUSH, 3, WRITE_FAILED, the flush failed",
        "OVERWRITE, READ, 18, READ_FAILED, the read of 1048576 bytes at byte 0 failed",
    })
    void anErrorFailsTheWipeAndIsLocated(
            WipeMethod method, Operation operation, int nth, BlockError error, String where) throws Exception {
        WipePlan plan = method == WipeMethod.OVERWRITE
                ? new WipePlan(method, 2, 0xCAFEBABE, true, Verification.FULL, 1)
                : WipePlan.of(method, Verification.FULL, 1);
        wipes.pool.renewal = id -> {};
        failNth(operation, nth, error);
        WipeResult result = wipes.run("a", plan);
        assertThat(result.succeeded()).isFalse();
        assertThat(result.failure())
                .startsWith(where + " with " + error)
                .endsWith(", then retry the wipe")
                .contains(error == BlockError.NO_SPACE ? "; make room in it" : "; repair the storage");
        canBeRetried(plan);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 514, 1026, 1027, 2052})
    void anErrorInASampleFailsTheWipe(int nth) throws Exception {
        failNth(Operation.READ, nth, BlockError.READ_FAILED);
        WipePlan plan = WipePlan.of(WipeMethod.ZERO, Verification.SAMPLED, 3);
        assertThat(wipes.run("a", plan).failure()).contains("READ_FAILED");
        canBeRetried(plan);
    }

    @Test
    void theLastPieceOfALongDeallocationIsLocated() throws Exception {
        wipes.pool.create("long", 200L * MIB);
        failNth(Operation.WRITE_ZEROES, 3, BlockError.WRITE_FAILED);
        // No time passes for this clock: the pieces double, to 64, 128 and 8 MiB.
        try (WipeFixture fixed =
                new WipeFixture(wipes.pool, new WipeLimits(0, 1), new FakeClock(), java.time.Duration.ofSeconds(20))) {
            assertThat(get(fixed.start("long", 200L * MIB, DEALLOCATE)).failure())
                    .startsWith("the deallocation of 8388608 bytes at byte 201326592 failed with WRITE_FAILED");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8, 16})
    void aWriteThatWasDroppedIsFoundAndLocated(int piece) throws Exception {
        long at = (long) piece * MIB;
        bend(queue -> new BentDevice.Queue(queue) {
            @Override
            public void write(long offset, ByteBuf buffer, int index, int length, boolean fua, BlockCompletion done) {
                if (offset == at) {
                    done.done(BlockError.NONE);
                } else {
                    super.write(offset, buffer, index, length, fua, done);
                }
            }
        });
        WipeResult result = wipes.run("a", ZERO);
        assertThat(result.failure()).startsWith("the byte at " + at + " was read back and is not what");
        assertThat(result.verifiedBytes()).isLessThan(SIZE);
        assertThat(wipes.firstNonZero("a", SIZE)).isEqualTo(at);
        canBeRetried(ZERO);
    }

    @Test
    void aPatternThatWasDroppedIsFoundEvenThoughZerosFollow() throws Exception {
        WipePlan plan = new WipePlan(WipeMethod.OVERWRITE, 1, 0x5A5A5A5A, false, Verification.FULL, 1);
        bend(queue -> new BentDevice.Queue(queue) {
            @Override
            public void write(long offset, ByteBuf buffer, int index, int length, boolean fua, BlockCompletion done) {
                if (offset == 5L * MIB) {
                    done.done(BlockError.NONE);
                } else {
                    super.write(offset, buffer, index, length, fua, done);
                }
            }
        });
        assertThat(wipes.run("a", plan).failure()).startsWith("the byte at " + 5 * MIB + " was read back");
        canBeRetried(plan);
    }

    @ParameterizedTest
    @EnumSource(Verification.class)
    void aDeallocationThatDidNothingIsFound(Verification verification) throws Exception {
        bend(queue -> new BentDevice.Queue(queue) {
            @Override
            public void writeZeroes(long offset, long length, boolean deallocate, boolean fua, BlockCompletion done) {
                done.done(BlockError.NONE);
            }
        });
        WipePlan plan = WipePlan.of(WipeMethod.DEALLOCATE, verification, 5);
        assertThat(wipes.run("a", plan).failure())
                .matches("the byte at \\d+ was read back.*"); // (several are read at once)
        canBeRetried(plan);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 4095, 8L * MIB + 77, SIZE - 1})
    void oneByteThatIsLeftIsFound(long at) throws Exception {
        bend(queue -> new BentDevice.Queue(queue) {
            @Override
            public void read(long offset, ByteBuf buffer, int index, int length, BlockCompletion done) {
                super.read(offset, buffer, index, length, error -> {
                    if (at >= offset && at < offset + length) {
                        buffer.setByte(index + (int) (at - offset), 1);
                    }
                    done.done(error);
                });
            }
        });
        assertThat(wipes.run("a", ZERO).failure()).startsWith("the byte at " + at + " was read back");
        canBeRetried(ZERO);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 512, MIB / 2})
    void aReadThatTransfersLessThanItSaysIsFound(int transferred) throws Exception {
        bend(queue -> new BentDevice.Queue(queue) {
            @Override
            public void read(long offset, ByteBuf buffer, int index, int length, BlockCompletion done) {
                if (offset != 3L * MIB) {
                    super.read(offset, buffer, index, length, done);
                } else if (transferred == 0) {
                    done.done(BlockError.NONE);
                } else {
                    super.read(offset, buffer, index, transferred, done);
                }
            }
        });
        assertThat(wipes.run("a", DEALLOCATE).failure())
                .startsWith("the byte at " + (3 * MIB + transferred) + " was read back");
        canBeRetried(DEALLOCATE);
    }

    @Test
    void aFailureTellsNothingOfWhatWasRead() throws Exception {
        bend(queue -> new BentDevice.Queue(queue) {
            @Override
            public void writeZeroes(long offset, long length, boolean deallocate, boolean fua, BlockCompletion done) {
                done.done(BlockError.NONE);
            }
        });
        assertThat(wipes.run("a", DEALLOCATE).failure()).isNotNull().doesNotContain("a7", "A7", "167", "-89");
    }

    @Test
    void aKeyThatCannotBeReplacedFailsTheWipe() throws Exception {
        WipePlan plan = WipePlan.of(WipeMethod.CRYPTO, Verification.FULL, 1);
        assertThat(wipes.run("a", plan).failure())
                .startsWith("the key of a could not be replaced: ")
                .contains("not encrypted")
                .endsWith("; retry, or wipe with another method");
        wipes.pool.renewal = id -> {
            throw new PoolException(PoolException.Reason.IO, "the key file cannot be written");
        };
        wipes.pool.encrypted = true;
        assertThat(wipes.run("a", plan).failure())
                .contains("the key file cannot be written")
                .endsWith("; repair the key store, then retry the wipe");
        assertThat(wipes.pool.calls).containsExactly("renew a", "renew a");
        assertThat(wipes.firstNonZero("a", SIZE)).isZero();
        wipes.pool.renewal = id -> {};
        canBeRetried(plan);
    }

    @Test
    void aBugInAPoolFailsTheWipeAndNothingElse() throws Exception {
        wipes.pool.renewal = id -> {
            throw new IllegalStateException("a bug");
        };
        WipePlan plan = WipePlan.of(WipeMethod.CRYPTO, Verification.FULL, 1);
        assertThat(wipes.run("a", plan).failure()).contains("please report it", "a bug");
        bend(queue -> new BentDevice.Queue(queue) {
            @Override
            public void write(long offset, ByteBuf buffer, int index, int length, boolean fua, BlockCompletion done) {
                throw new IllegalArgumentException("not like this");
            }
        });
        assertThat(wipes.run("a", ZERO).failure()).contains("please report it", "not like this");
        canBeRetried(ZERO);
    }

    @Test
    void aDeviceThatIsMissingOrHasAnotherSizeFailsTheWipe() throws Exception {
        assertThat(get(wipes.start("b", 4096, ZERO)).failure())
                .startsWith("the device of b could not be opened: ")
                .endsWith("; repair the storage, then retry the wipe");
        assertThat(get(wipes.start("a", 8192, ZERO)).failure()).contains("not the recorded 8192");
        assertThat(wipes.firstNonZero("a", SIZE)).isZero();
    }

    @Test
    void whatThrowsAtTheEndDisturbsNoOtherRun() throws Exception {
        wipes.wiper.start("a", SIZE, ZERO, "a", false, result -> {
            throw new IllegalStateException("not interested");
        });
        wipes.createFilled("b");
        assertThat(wipes.run("b", ZERO).failure()).isNull();
    }
}
