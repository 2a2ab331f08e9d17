package io.nvmevf.bench.load;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * For how long threads of a process were ready to run and did not get a processor: the second field of
 * /proc/[pid]/task/[tid]/schedstat, in nanoseconds. On a machine that is shared with others this tells a window that can be
 * believed from one that cannot.
 */
final class SchedulerWait {
    private final Path tasks;

    /** Of a process that this user may look at. */
    SchedulerWait(long pid) {
        tasks = Path.of("/proc/" + pid + "/task");
    }

    /** Of all threads that live, since they started. */
    long nanos() throws IOException {
        long nanos = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
            for (Path thread : threads) {
                nanos += nanos(thread.resolve("schedstat"));
            }
        }
        return nanos;
    }

    private static long nanos(Path schedstat) throws IOException {
        try {
            return Long.parseLong(Files.readString(schedstat).split(" ", -1)[1]);
        } catch (NoSuchFileException e) {
            // A thread that has just ended.
            return 0;
        }
    }
}
