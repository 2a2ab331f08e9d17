package io.nvmevf.storage.posix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a directory to one user: a file {@code .lock} in it that is locked with flock(2) and names the process that has it.
 * The kernel drops the lock with the process, however it ends; the file stays and means nothing by itself.
 */
public final class DirectoryLock implements AutoCloseable {

    private static final String NAME = ".lock";

    private final int fd;

    private DirectoryLock(int fd) {
        this.fd = fd;
    }

    /**
     * Takes the directory, which exists or is created.
     *
     * @throws IOException if it is taken, with a message that says by whom, or if the system refuses
     */
    public static DirectoryLock take(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve(NAME);
        NativePosix posix = NativePosix.INSTANCE;
        int fd = posix.open(file, Linux.O_RDWR | Linux.O_CREAT, 0600);
        try {
            if (!posix.tryLock(fd, file)) {
                String holder =
                        Files.readString(file, StandardCharsets.US_ASCII).strip();
                throw new IOException(directory + " is in use by "
                        + (holder.isEmpty() ? "another process" : "process " + holder) + "; stop it first");
            }
            Files.writeString(
                    file,
                    ProcessHandle.current().pid() + "\n",
                    StandardCharsets.US_ASCII,
                    StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException e) {
            posix.close(fd);
            throw e;
        }
        return new DirectoryLock(fd);
    }

    @Override
    public void close() {
        NativePosix.INSTANCE.close(fd);
    }
}
