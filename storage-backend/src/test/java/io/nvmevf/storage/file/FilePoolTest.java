package io.nvmevf.storage.file;

import static io.nvmevf.storage.BlockError.GONE;
import static io.nvmevf.storage.BlockError.NONE;
import static io.nvmevf.storage.BlockError.NO_SPACE;
import static io.nvmevf.storage.BlockError.READ_FAILED;
import static io.nvmevf.storage.conformance.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.channel.uring.IoUring;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.PoolException.Reason;
import io.nvmevf.storage.conformance.Command;
import io.nvmevf.storage.conformance.Loops;
import io.nvmevf.storage.conformance.WaitingQueue;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilePoolTest {

    private static final int MIB = 1 << 20;

    @TempDir
    Path directory;

    private FilePool pool(long capacity) throws PoolException {
        return new FilePool(directory, capacity, false, false);
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    @Test
    void handsOutNoMoreThanItsCapacity() throws Exception {
        try (FilePool pool = pool(4 * MIB)) {
            pool.create("a", 3 * MIB);
            assertRefused(Reason.INSUFFICIENT_CAPACITY, "left", () -> pool.create("b", 2 * MIB));
            assertRefused(Reason.INSUFFICIENT_CAPACITY, "left", () -> pool.resize("a", 5 * MIB));
            assertRefused(Reason.EXISTS, "already", () -> pool.create("a", 4096));
            assertRefused(Reason.INVALID, "id", () -> pool.create("../a", 4096));
            assertRefused(Reason.INVALID, "4096", () -> pool.create("c", 4097));
            assertThat(pool.allocated()).isEqualTo(3 * MIB);
        }
        try (FilePool again = pool(4 * MIB)) {
            assertThat(again.allocated()).isEqualTo(3 * MIB);
            assertRefused(Reason.INVALID, "retired", () -> again.delete("a"));
            again.retire("a");
            again.delete("a");
            assertThat(again.allocated()).isZero();
            again.create("b", 4 * MIB);
        }
        assertRefused(Reason.INVALID, "raise the capacity", () -> pool(MIB));
    }

    @Test
    void promisesNoMoreThanTheFileSystemHoldsUnlessTold() throws Exception {
        long usable = Files.getFileStore(directory).getUsableSpace() & -65536L;
        try (FilePool pool = pool(usable * 4)) {
            assertRefused(Reason.INSUFFICIENT_CAPACITY, "overcommit", () -> pool.create("a", usable * 2));
            pool.create("a", usable / 2);
            assertRefused(Reason.INSUFFICIENT_CAPACITY, "promised", () -> pool.create("b", usable / 4 * 3));
        }
        try (FilePool pool = new FilePool(directory, usable * 4, true, false)) {
            pool.create("b", usable / 4 * 3);
        }
    }

    @Test
    void sweepRemovesWhatWasNeverOpenedOrWasRetiredAndNothingElse() throws Exception {
        try (FilePool pool = pool(64 * MIB)) {
            pool.create("prepared", MIB);
            pool.create("recorded", MIB);
            pool.create("permanent", MIB);
            pool.open("permanent", MIB).close();
            pool.create("retired", MIB);
            pool.open("retired", MIB).close();
            pool.retire("retired");
            pool.create("undecided", MIB);
            pool.open("undecided", MIB).close();
            pool.retire("undecided");
        }
        Files.writeString(directory.resolve("notes.txt"), "mine");
        try (FilePool pool = pool(64 * MIB)) {
            assertThat(pool.sweep(Set.of("recorded", "undecided"))).containsExactly("permanent");
            assertThat(pool.allocated()).isEqualTo(3 * MIB);
            assertThat(directory.resolve("notes.txt")).exists();
            assertRefused(Reason.NOT_FOUND, "retired", () -> pool.open("retired", MIB));
            pool.open("recorded", MIB).close();
            pool.open("undecided", MIB).close();
            assertThat(directory.resolve("recorded.ns")).exists();
            assertThat(directory.resolve("undecided.ns")).exists();
            assertThat(pool.sweep(Set.of())).containsExactlyInAnyOrder("permanent", "recorded", "undecided");
        }
    }

    @Test
    void aDirectoryHasOnePool() throws Exception {
        try (FilePool pool = pool(MIB)) {
            String holder = "process " + ProcessHandle.current().pid();
            assertRefused(Reason.IO, holder, () -> pool(MIB));
            assertRefused(Reason.IO, holder, () -> pool(MIB)); // a refused one must not have taken the lock away
            assertThat(pool.allocated()).isZero();
        }
        pool(MIB).close();
    }

    @Test
    void anUnlinkedFileIsGoneAndAReplacedOneToo() throws Exception {
        try (FilePool pool = pool(MIB);
                Loops loops = Loops.nio()) {
            pool.create("a", MIB);
            try (BlockDevice device = pool.open("a", MIB);
                    WaitingQueue queue = new WaitingQueue(device, loops.first())) {
                Path file = directory.resolve("a.ns");
                Path aside = directory.resolve("aside");
                pool.checkPresence();
                assertThat(queue.write(0, filled(4096, 1), true)).isEqualTo(NONE);
                Files.move(file, aside);
                pool.checkPresence();
                assertThat(queue.write(0, filled(4096, 2), false)).isEqualTo(GONE);
                assertThat(queue.read(0, new byte[4096])).isEqualTo(GONE);
                assertThat(queue.flush()).isEqualTo(GONE);
                assertThat(queue.writeZeroes(0, 4096, true, false)).isEqualTo(GONE);
                Files.write(file, new byte[MIB]);
                pool.checkPresence();
                assertThat(queue.read(0, new byte[4096])).isEqualTo(GONE);
                Files.delete(file);
                Files.move(aside, file);
                pool.checkPresence();
                assertThat(queue.read(0, 4096)).containsOnly(1);
            }
        }
    }

    @Test
    void aFileOfAnotherSizeIsNotOpened() throws Exception {
        try (FilePool pool = pool(4 * MIB)) {
            pool.create("a", MIB);
            pool.open("a", MIB).close();
            assertRefused(Reason.NOT_FOUND, "2097152", () -> pool.open("a", 2 * MIB));
            assertRefused(Reason.NOT_FOUND, "no file", () -> pool.open("b", MIB));
            try (RandomAccessFile file =
                    new RandomAccessFile(directory.resolve("a.ns").toFile(), "rw")) {
                file.setLength(8192);
            }
            assertRefused(Reason.NOT_FOUND, "8192", () -> pool.open("a", MIB));
        }
    }

    @Test
    void aFileThatIsCutShortFailsItsReads() throws Exception {
        try (FilePool pool = pool(MIB);
                Loops loops = Loops.nio()) {
            pool.create("a", MIB);
            try (BlockDevice device = pool.open("a", MIB);
                    WaitingQueue queue = new WaitingQueue(device, loops.first())) {
                try (RandomAccessFile file =
                        new RandomAccessFile(directory.resolve("a.ns").toFile(), "rw")) {
                    file.setLength(6144);
                }
                assertThat(queue.read(0, 4096)).containsOnly(0);
                assertThat(queue.read(4096, new byte[4096])).isEqualTo(READ_FAILED);
                assertThat(queue.read(65536, new byte[4096])).isEqualTo(READ_FAILED);
            }
        }
    }

    @Test
    void openDevicesAreNeitherOpenedAgainNorRetired() throws Exception {
        try (FilePool pool = pool(MIB)) {
            pool.create("a", MIB);
            try (BlockDevice device = pool.open("a", MIB)) {
                assertThat(device.transferAlignment()).isEqualTo(512);
                assertRefused(Reason.INVALID, "open", () -> pool.open("a", MIB));
                assertRefused(Reason.INVALID, "close it", () -> pool.retire("a"));
            }
            pool.retire("a");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ring", "nio"})
    void aFullFileSystemIsNoSpaceAndReadsGoOn(String kind) throws Exception {
        assumeThat(kind.equals("nio") || IoUring.isAvailable()).as("io_uring").isTrue();
        // Also a file system without ZERO_RANGE: writeZeroes has to write there.
        Command.orSkip("mount", "-t", "tmpfs", "-o", "size=4m", "none", directory.toString());
        try (FilePool pool = new FilePool(directory, 64 * MIB, true, false);
                Loops loops = kind.equals("nio") ? Loops.nio() : Loops.ring()) {
            pool.create("a", 16 * MIB);
            try (BlockDevice device = pool.open("a", 16 * MIB);
                    WaitingQueue queue = new WaitingQueue(device, loops.first())) {
                assertThat(queue.write(0, filled(MIB, 1), true)).isEqualTo(NONE);
                assertThat(queue.writeZeroes(4096, 8192, false, true)).isEqualTo(NONE);
                assertThat(queue.writeZeroes(0, 16 * MIB, false, false)).isEqualTo(NO_SPACE);
                assertThat(queue.write(15 * MIB, filled(MIB, 1), false)).isEqualTo(NO_SPACE);
                assertThat(queue.read(4096, 8192)).containsOnly(0);
                assertThat(queue.deallocate(0, 16 * MIB)).isEqualTo(NONE);
                assertThat(queue.write(15 * MIB, filled(MIB, 1), false)).isEqualTo(NONE);
            }
        } finally {
            Command.orSkip("umount", directory.toString());
        }
    }
}
