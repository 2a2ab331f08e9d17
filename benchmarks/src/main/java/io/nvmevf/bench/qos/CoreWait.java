package io.nvmevf.bench.qos;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * For how long given threads were ready to run and did not get their core: the second field of /proc/[pid]/task/[tid]/schedstat, in
 * nanoseconds.
 */
final class CoreWait {
    private final List<Path> tasks;

    /** Of threads by their directories in /proc. */
    CoreWait(List<Path> tasks) {
        this.tasks = List.copyOf(tasks);
    }

    /** Of the threads of a process whose names begin so. */
    static CoreWait of(long pid, String namePrefix) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path task : tasks) {
                if (Files.readString(task.resolve("comm")).startsWith(namePrefix)) {
                    found.add(task);
                }
            }
        }
        if (found.isEmpty()) {
            throw new IOException("process " + pid + " has no thread named " + namePrefix + "...");
        }
        return new CoreWait(found);
    }

    /** Of all of them together, since they started. */
    long nanos() throws IOException {
        long nanos = 0;
        for (Path task : tasks) {
            nanos += Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ", -1)[1]);
        }
        return nanos;
    }
}
