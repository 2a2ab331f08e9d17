package io.nvmevf.server.wipe;

import static io.nvmevf.server.wipe.WipeFixture.MIB;
import static io.nvmevf.server.wipe.WipeFixture.get;
import static io.nvmevf.server.wipe.WipeTask.ZERO_PIECE;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.nvmevf.storage.BlockCompletion;
import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.BlockQueue;
import io.nvmevf.storage.file.FilePool;
import io.nvmevf.storage.memory.MemoryPool;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Zeroing a sparse device takes the space of one piece, gives it back, and gives nothing back that is not stable. */
class ZeroPiecesTest {
    private static final long BYTES = 2 * ZERO_PIECE + 5L * MIB + 4096;

    /**
     * A sparse device with little room. It keeps no data, as nothing but zeros is written to it; it counts.
     */
    private static final class Thin extends BentDevice.Queue {
        private final long room;
        private long allocated;
        private long unstable;
        long peak;
        long written;
        int early;
        boolean stableAtTheEnd;

        Thin(BlockQueue beneath, long room) {
            super(beneath);
            this.room = room;
        }

        @Override
        public void write(long offset, ByteBuf buffer, int index, int length, boolean fua, BlockCompletion done) {
            if (allocated + length > room) {
                done.done(BlockError.NO_SPACE);
                return;
            }
            for (int i = 0; i < length; i += Long.BYTES) {
                if (buffer.getLong(index + i) != 0) {
                    throw new IllegalArgumentException("not zeros");
                }
            }
            written += length;
            unstable += length;
            allocated += length;
            peak = Math.max(peak, allocated);
            done.done(BlockError.NONE);
        }

        @Override
        public void flush(BlockCompletion done) {
            unstable = 0;
            stableAtTheEnd = true;
            done.done(BlockError.NONE);
        }

        @Override
        public void writeZeroes(long offset, long length, boolean deallocate, boolean fua, BlockCompletion done) {
            if (unstable > 0 || !deallocate) {
                early++;
            }
            allocated -= length;
            stableAtTheEnd = false;
            done.done(BlockError.NONE);
        }
    }

    @TempDir
    Path directory;

    private WipeFixture wipes;
    private @Nullable Thin last;

    @BeforeEach
    void start() throws Exception {
        wipes = new WipeFixture(new FilePool(directory, BYTES, true, false));
        wipes.pool.create("a", BYTES);
    }

    @AfterEach
    void stop() {
        wipes.close();
    }

    private Thin thin() {
        return Objects.requireNonNull(last);
    }

    private WipeResult zero(long room, Verification verification) throws Exception {
        wipes.pool.bend = device -> new BentDevice(device, queue -> {
            Thin thin = new Thin(queue, room);
            last = thin;
            return thin;
        });
        return get(wipes.start("a", BYTES, WipePlan.of(WipeMethod.ZERO, verification, 9)));
    }

    @ParameterizedTest
    @EnumSource(Verification.class)
    void everythingIsWrittenInTheRoomOfOnePiece(Verification verification) throws Exception {
        WipeResult result = zero(ZERO_PIECE, verification);
        assertThat(result.failure()).isNull();
        Thin thin = thin();
        assertThat(result.verifiedBytes()).isEqualTo(Sampling.bytes(verification, BYTES));
        assertThat(thin.written).isEqualTo(BYTES);
        assertThat(thin.peak).isEqualTo(ZERO_PIECE);
        assertThat(thin.early).as("deallocations of zeros that were not stable").isZero();
        assertThat(thin.allocated).isZero();
        assertThat(thin.stableAtTheEnd).isTrue();
    }

    @Test
    void aFullStorageFailsTheWipeAndSaysHowMuchRoomItNeeds() throws Exception {
        WipeResult result = zero(100L * MIB, Verification.FULL);
        assertThat(result.failure())
                .isEqualTo(
                        "the write of 1048576 bytes at byte 104857600 failed with NO_SPACE, the storage beneath is full;"
                                + " make room in it (zero needs 256 MiB, overwrite as much as the namespace is large), then retry the wipe");
        assertThat(thin().early).isZero();
    }

    @Test
    void progressCountsWritingReadingBackAndGivingBack() throws Exception {
        try (WipeFixture memory = new WipeFixture(new MemoryPool(1L << 30, true))) {
            memory.pool.create("m", ZERO_PIECE + 4096);
            CompletableFuture<WipeResult> done = new CompletableFuture<>();
            WipeRun run = memory.wiper.start(
                    "m",
                    ZERO_PIECE + 4096,
                    WipePlan.of(WipeMethod.ZERO, Verification.SAMPLED, 3),
                    "m",
                    false,
                    done::complete);
            assertThat(get(done).failure()).isNull();
            long sample = Sampling.bytes(Verification.SAMPLED, ZERO_PIECE + 4096);
            assertThat(run.progress().doneBytes()).isEqualTo(2 * (ZERO_PIECE + 4096 + sample));
            assertThat(run.progress().totalBytes()).isEqualTo(run.progress().doneBytes());
        }
    }
}
