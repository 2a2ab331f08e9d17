package io.nvmevf.bench.load;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What the scheduler has counted for a process, from /proc/[pid]/task/[tid]/schedstat, in nanoseconds: how long its threads
 * ran (the kernel's TCP work for them is in it), and how long they were ready to run and did not get a processor. On a
 * machine that is shared with others the second tells a window that can be believed from one that cannot.
 *
 * <p>A thread's counters go with it, so what a thread did between the last look and its end is not seen; what was seen
 * before stays counted.
 */
public final class SchedulerTimes {
    private final Path tasks;
    private final Map<String, Times> seen = new HashMap<>();
    private Times total = new Times(0, 0);

    /**
     * Nanoseconds since the threads started.
     *
     * @param ran on a processor
     * @param waited for one
     */
    public record Times(long ran, long waited) {
        private Times plus(Times now, Times before) {
            return new Times(ran + now.ran - before.ran, waited + now.waited - before.waited);
        }
    }

    /** Of a process that this user may look at. */
    public SchedulerTimes(long pid) {
        this(Path.of("/proc/" + pid + "/task"));
    }

    SchedulerTimes(Path tasks) {
        this.tasks = tasks;
    }

    /** Of all threads, ended ones as far as they were seen. */
    public Times now() throws IOException {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
            for (Path thread : threads) {
                String[] fields = read(thread.resolve("schedstat"));
                if (fields.length >= 2) {
                    Times now = new Times(Long.parseLong(fields[0]), Long.parseLong(fields[1]));
                    Times before = seen.put(String.valueOf(thread.getFileName()), now);
                    // (A thread that has less than before is another one with the same number.)
                    boolean same = before != null && before.ran <= now.ran && before.waited <= now.waited;
                    total = total.plus(now, same ? before : new Times(0, 0));
                }
            }
        }
        return total;
    }

    /** Nothing, of a thread that has just ended. */
    private static String[] read(Path schedstat) throws IOException {
        try {
            return Files.readString(schedstat).strip().split(" ", -1);
        } catch (NoSuchFileException e) {
            return new String[0];
        } catch (IOException e) {
            // (ESRCH: it ended between opening and reading.)
            if (Files.exists(schedstat)) {
                throw e;
            }
            return new String[0];
        }
    }
}
