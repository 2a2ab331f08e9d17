package io.nvmevf.storage.block;

import static io.nvmevf.storage.BlockError.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.conformance.Loops;
import io.nvmevf.storage.conformance.WaitingQueue;
import io.nvmevf.storage.posix.Linux;
import io.nvmevf.storage.posix.NativePosix;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostBlockPoolTest {

    private static final int MIB = 1 << 20;

    @TempDir
    Path directory;

    @Test
    void aDeviceIsZeroedForItsNextOwnerAndRememberedAcrossRestarts() throws Exception {
        Path state = directory.resolve("state");
        try (LoopDevice small = new LoopDevice(directory.resolve("small"), 4 * MIB);
                LoopDevice large = new LoopDevice(directory.resolve("large"), 16 * MIB);
                Loops loops = Loops.nio()) {
            List<Path> devices = List.of(small.path(), large.path());
            try (HostBlockPool pool = new HostBlockPool(devices, state, false)) {
                assertThat(pool.capacity()).isEqualTo(20 * MIB);
                pool.create("a", 8 * MIB);
                assertThatThrownBy(() -> pool.create("b", 8 * MIB)).hasMessageContaining("no free device");
                try (BlockDevice device = pool.open("a", 8 * MIB);
                        WaitingQueue queue = new WaitingQueue(device, loops.first())) {
                    byte[] secret = new byte[MIB];
                    Arrays.fill(secret, (byte) 'x');
                    assertThat(queue.write(4 * MIB, secret, true)).isEqualTo(NONE);
                }
                pool.create("never-opened", 4 * MIB);
            }
            try (HostBlockPool pool = new HostBlockPool(devices, state, true)) {
                assertThat(pool.allocated()).isEqualTo(12 * MIB);
                assertThat(pool.sweep(Set.of())).containsExactly("a");
                assertThat(pool.allocated()).isEqualTo(8 * MIB);
                pool.retire("a");
                pool.delete("a");
                pool.create("b", 16 * MIB);
                try (BlockDevice device = pool.open("b", 16 * MIB);
                        WaitingQueue queue = new WaitingQueue(device, loops.first())) {
                    assertThat(queue.read(4 * MIB, MIB)).containsOnly(0);
                }
            }
        }
    }

    @Test
    void anInterruptedResizeOrDeletionIsFinishedAfterARestart() throws Exception {
        Path state = directory.resolve("state");
        try (LoopDevice one = new LoopDevice(directory.resolve("one"), 8 * MIB);
                LoopDevice two = new LoopDevice(directory.resolve("two"), 8 * MIB)) {
            List<Path> devices = List.of(one.path(), two.path());
            try (HostBlockPool pool = new HostBlockPool(devices, state, false)) {
                pool.create("opened", 4 * MIB);
                pool.open("opened", 4 * MIB).close();
                pool.create("never-opened", 4 * MIB);
            }
            try (HostBlockPool pool = new HostBlockPool(devices, state, false)) {
                pool.resize("opened", 4 * MIB);
                pool.resize("opened", 8 * MIB);
                pool.resize("never-opened", 8 * MIB);
                pool.resize("never-opened", 2 * MIB);
                assertThat(pool.allocated()).isEqualTo(10 * MIB);
                assertThatThrownBy(() -> pool.resize("opened", 16 * MIB)).hasMessageContaining("has not the");
                pool.retire("never-opened");
            }
            try (HostBlockPool pool = new HostBlockPool(devices, state, false)) {
                pool.retire("never-opened");
                pool.delete("never-opened");
                assertThat(pool.allocated()).isEqualTo(8 * MIB);
                pool.open("opened", 8 * MIB).close();
            }
        }
    }

    @Test
    void aDeviceThatSomethingElseHoldsIsRefused() throws Exception {
        try (LoopDevice loop = new LoopDevice(directory.resolve("image"), 4 * MIB);
                HostBlockPool pool = new HostBlockPool(List.of(loop.path()), directory.resolve("state"), false)) {
            int holder = NativePosix.INSTANCE.open(loop.path(), Linux.O_RDWR | Linux.O_EXCL, 0);
            try {
                assertThatThrownBy(() -> pool.create("a", 4 * MIB)).hasMessageContaining("is mounted");
            } finally {
                NativePosix.INSTANCE.close(holder);
            }
            pool.create("a", 4 * MIB);
        }
    }

    @Test
    void aFileIsNoBlockDevice() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> new HostBlockPool(List.of(file), directory.resolve("state"), false))
                .isInstanceOf(PoolException.class)
                .hasMessageContaining("not a block device");
    }

    @Test
    void aDamagedAssignmentFileStopsTheStartAndStaysAsItIs() throws Exception {
        Path file = directory.resolve("assignments");
        Files.writeString(file, "nvmevf-block-pool 1\nPERMANENT a many /dev/x\n");
        assertThatThrownBy(() -> new HostBlockPool(List.of(), directory, false)).hasMessageContaining("line 2");
        Files.writeString(file, "nvmevf-block-pool 2\n");
        assertThatThrownBy(() -> new HostBlockPool(List.of(), directory, false)).hasMessageContaining("newer");
        assertThat(file).hasContent("nvmevf-block-pool 2\n");
    }
}
