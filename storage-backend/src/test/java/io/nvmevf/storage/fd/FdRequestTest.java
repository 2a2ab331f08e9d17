package io.nvmevf.storage.fd;

import static io.nvmevf.storage.BlockError.GONE;
import static io.nvmevf.storage.BlockError.NONE;
import static io.nvmevf.storage.BlockError.NO_SPACE;
import static io.nvmevf.storage.BlockError.READ_FAILED;
import static io.nvmevf.storage.BlockError.WRITE_FAILED;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.storage.conformance.Loops;
import io.nvmevf.storage.conformance.WaitingQueue;
import io.nvmevf.storage.posix.Linux;
import io.nvmevf.storage.posix.NativePosix;
import io.nvmevf.storage.posix.Posix;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests over a kernel that answers what a test says, and otherwise does its work on a real file. */
class FdRequestTest {

    private static final int CAPACITY = 8 << 20;

    @TempDir
    Path directory;

    private final ScriptedPosix posix = new ScriptedPosix();
    private IoWorkers workers;
    private FdDevice device;
    private Loops loops;
    private WaitingQueue queue;

    @BeforeEach
    void open() throws Exception {
        Path file = directory.resolve("file");
        int fd = NativePosix.INSTANCE.open(file, Linux.O_RDWR | Linux.O_CREAT, 0600);
        NativePosix.INSTANCE.ftruncate(fd, CAPACITY, file);
        workers = new IoWorkers("test", 1, posix);
        device = new FdDevice(
                "test", fd, file, NativePosix.INSTANCE.status(fd, file), CAPACITY, 512, 1, workers, () -> {});
        loops = Loops.nio();
        queue = new WaitingQueue(device, loops.first());
    }

    @AfterEach
    void close() {
        queue.close();
        loops.close();
        device.close();
        workers.close();
    }

    @Test
    void goesOnWhereAShortTransferStopped() {
        byte[] bytes = new byte[8192];
        Arrays.fill(bytes, (byte) 3);
        posix.shorten(512, 1024);
        assertThat(queue.write(4096, bytes, false)).isEqualTo(NONE);
        assertThat(posix.calls).containsExactly("write 4096+8192", "write 4608+7680", "write 5632+6656");
        posix.calls.clear();
        posix.shorten(4096);
        assertThat(queue.read(4096, 8192)).isEqualTo(bytes);
        assertThat(posix.calls).containsExactly("read 4096+8192", "read 8192+4096");
    }

    @Test
    void triesAgainAfterAnInterruption() {
        posix.fail(Linux.EINTR, Linux.EAGAIN, Linux.EINTR);
        assertThat(queue.write(0, new byte[512], false)).isEqualTo(NONE);
        assertThat(posix.calls).hasSize(4);
    }

    @Test
    void doesNotTryForEver() {
        posix.fail(Collections.nCopies(5000, Linux.EAGAIN).stream()
                .mapToInt(Integer::intValue)
                .toArray());
        assertThat(queue.read(0, new byte[512])).isEqualTo(READ_FAILED);
    }

    @Test
    void mapsEachErrno() {
        for (int errno : new int[] {Linux.ENOSPC, Linux.EDQUOT, Linux.EFBIG}) {
            posix.fail(errno);
            assertThat(queue.write(0, new byte[512], false)).isEqualTo(NO_SPACE);
        }
        for (int errno : new int[] {Linux.ENODEV, Linux.ENXIO, Linux.ESTALE}) {
            posix.fail(errno);
            assertThat(queue.read(0, new byte[512])).isEqualTo(GONE);
        }
        posix.fail(Linux.EIO);
        assertThat(queue.read(0, new byte[512])).isEqualTo(READ_FAILED);
        posix.fail(Linux.EIO);
        assertThat(queue.write(0, new byte[512], true)).isEqualTo(WRITE_FAILED);
        posix.fail(Linux.EIO);
        assertThat(queue.flush()).isEqualTo(WRITE_FAILED);
        posix.fail(Linux.EIO);
        assertThat(queue.deallocate(0, 512)).isEqualTo(WRITE_FAILED);
        assertThat(queue.read(0, 512)).containsOnly(0);
    }

    @Test
    void writesZerosInPiecesWhereTheFileSystemCannot() {
        byte[] ones = new byte[1 << 20];
        Arrays.fill(ones, (byte) 1);
        assertThat(queue.write(1 << 20, ones, false)).isEqualTo(NONE);
        posix.calls.clear();
        posix.fail(Linux.EOPNOTSUPP);
        assertThat(queue.writeZeroes(512, 2_500_608, false, true)).isEqualTo(NONE);
        assertThat(posix.calls)
                .containsExactly(
                        "fallocate 17 512+2500608",
                        "write 512+1048576",
                        "write 1049088+1048576",
                        "write 2097664+403456",
                        "sync");
        posix.calls.clear();
        assertThat(queue.writeZeroes(0, 4096, false, false)).isEqualTo(NONE);
        assertThat(posix.calls).as("it is remembered").containsExactly("write 0+4096");
        posix.calls.clear();
        assertThat(queue.deallocate(0, 4096)).isEqualTo(NONE);
        assertThat(posix.calls).as("for each flavour").containsExactly("fallocate 3 0+4096");
        assertThat(queue.read(1 << 20, 1 << 20)).containsOnly(0);
    }

    @Test
    void syncsAfterAWriteWhereTheFlagIsNotKnown() {
        posix.fail(Linux.EOPNOTSUPP);
        assertThat(queue.write(0, new byte[512], true)).isEqualTo(NONE);
        assertThat(queue.write(0, new byte[512], true)).isEqualTo(NONE);
        assertThat(posix.calls).containsExactly("write dsync 0+512", "write 0+512", "sync", "write 0+512", "sync");
    }

    @Test
    void completesAllOfManyLoopsAndRequestsWithFewThreads() throws Exception {
        int each = 20_000;
        IoWorkers four = new IoWorkers("stress", 4, NativePosix.INSTANCE);
        Path file = directory.resolve("stress");
        int fd = NativePosix.INSTANCE.open(file, Linux.O_RDWR | Linux.O_CREAT, 0600);
        NativePosix.INSTANCE.ftruncate(fd, CAPACITY, file);
        FdDevice shared = new FdDevice(
                "stress", fd, file, NativePosix.INSTANCE.status(fd, file), CAPACITY, 512, 1, four, () -> {});
        try (WaitingQueue first = new WaitingQueue(shared, loops.first());
                WaitingQueue second = new WaitingQueue(shared, loops.second())) {
            var results = new ArrayList<java.util.concurrent.CompletableFuture<Integer>>();
            var memory = WaitingQueue.buffer(512);
            for (WaitingQueue waiting : List.of(first, second)) {
                var result = new java.util.concurrent.CompletableFuture<Integer>();
                results.add(result);
                waiting.onLoop(q -> {
                    int[] done = {0};
                    for (int i = 0; i < each; i++) {
                        q.read(0, memory, 0, 512, error -> {
                            done[0] += error == NONE ? 1 : each;
                            if (q.inFlight() == 0) {
                                result.complete(done[0]);
                            }
                        });
                    }
                    return true;
                });
            }
            for (var result : results) {
                assertThat(WaitingQueue.get(result)).isEqualTo(each);
            }
            memory.release();
        }
        shared.close();
        four.close();
    }

    /** Called by one worker thread; read by the test after a completion. */
    private static final class ScriptedPosix implements Posix {

        final List<String> calls = Collections.synchronizedList(new ArrayList<>());
        private final Deque<Long> answers = new ArrayDeque<>();

        synchronized void fail(int... errnos) {
            answers.clear();
            for (int errno : errnos) {
                answers.add((long) -errno);
            }
        }

        synchronized void shorten(long... lengths) {
            answers.clear();
            for (long length : lengths) {
                answers.add(length);
            }
        }

        private synchronized long answer(String call, long length) {
            calls.add(call);
            Long answer = answers.poll();
            return answer == null ? length : answer;
        }

        @Override
        public long pread(int fd, long address, long length, long offset) {
            long answer = answer("read " + offset + "+" + length, length);
            return answer < 0 ? answer : NativePosix.INSTANCE.pread(fd, address, answer, offset);
        }

        @Override
        public long pwrite(int fd, long address, long length, long offset, boolean dsync) {
            long answer = answer("write " + (dsync ? "dsync " : "") + offset + "+" + length, length);
            return answer < 0 ? answer : NativePosix.INSTANCE.pwrite(fd, address, answer, offset, dsync);
        }

        @Override
        public int fdatasync(int fd) {
            long answer = answer("sync", 0);
            return answer < 0 ? (int) answer : NativePosix.INSTANCE.fdatasync(fd);
        }

        @Override
        public int fallocate(int fd, int mode, long offset, long length) {
            long answer = answer("fallocate " + mode + " " + offset + "+" + length, length);
            return answer < 0 ? (int) answer : NativePosix.INSTANCE.fallocate(fd, mode, offset, length);
        }
    }
}
