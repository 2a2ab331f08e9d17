package io.nvmevf.storage.file;

import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.PoolException.Reason;
import io.nvmevf.storage.PoolIds;
import io.nvmevf.storage.fd.DirectAlignment;
import io.nvmevf.storage.fd.FdDevice;
import io.nvmevf.storage.fd.FdPool;
import io.nvmevf.storage.fd.IoWorkers;
import io.nvmevf.storage.posix.DirectoryLock;
import io.nvmevf.storage.posix.FileStatus;
import io.nvmevf.storage.posix.Linux;
import io.nvmevf.storage.posix.NativePosix;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory of sparse files.
 *
 * <p>What may be handed out. The sizes of all devices together never exceed {@link #capacity()}. Unless overcommit is
 * allowed, there is a second rule, checked by create and by a growing resize: the bytes that are asked for, plus what all
 * devices were promised and have not yet taken (size minus allocated blocks, for each file), must fit what the file system has
 * to give now (the space that unprivileged users may use). Other users of the file system can take that space later; a pool that
 * must not run out has a file system of its own.
 */
public final class FilePool extends FdPool {

    private static final Logger LOG = LoggerFactory.getLogger(FilePool.class);
    private static final NativePosix POSIX = NativePosix.INSTANCE;

    private final Path directory;
    private final long capacity;
    private final boolean overcommit;
    private final boolean directIo;
    private final DirectoryLock lock;
    private final IoWorkers workers;

    /** Sum of the sizes of all files; written under this object's monitor. */
    private final AtomicLong allocated = new AtomicLong();

    /**
     * @param directory exists, or is created
     * @param capacity bytes that may be handed out, positive
     * @param overcommit whether more may be promised than the file system can hold now
     * @param directIo whether files bypass the page cache (O_DIRECT)
     * @throws PoolException if the directory is in use, is no directory, or holds more than the capacity
     */
    public FilePool(Path directory, long capacity, boolean overcommit, boolean directIo) throws PoolException {
        this(
                directory,
                capacity,
                overcommit,
                directIo,
                new IoWorkers("file-pool", IoWorkers.DEFAULT_THREADS, NativePosix.INSTANCE));
    }

    /** @param workers owned by the pool from here on */
    public FilePool(Path directory, long capacity, boolean overcommit, boolean directIo, IoWorkers workers)
            throws PoolException {
        if (capacity <= 0) {
            throw new PoolException(
                    Reason.INVALID, "file pool " + directory + ": the capacity must be positive, not " + capacity);
        }
        this.directory = directory.toAbsolutePath();
        this.capacity = capacity;
        this.overcommit = overcommit;
        this.directIo = directIo;
        this.workers = workers;
        try {
            lock = DirectoryLock.take(this.directory);
        } catch (IOException e) {
            throw io("cannot be used", e);
        }
        try {
            long measured = measure();
            allocated.set(measured);
            if (measured > capacity) {
                throw new PoolException(
                        Reason.INVALID,
                        this + ": its devices have " + measured + " bytes, more than the configured capacity of "
                                + capacity + "; raise the capacity");
            }
        } catch (IOException e) {
            lock.close();
            throw io("cannot be read", e);
        } catch (PoolException e) {
            lock.close();
            throw e;
        }
    }

    @Override
    public String kind() {
        return "file";
    }

    @Override
    public long capacity() {
        return capacity;
    }

    @Override
    public long allocated() {
        return allocated.get();
    }

    @Override
    public synchronized void create(String id, long bytes) throws PoolException {
        PoolIds.check(id, bytes);
        FileState existing = find(id);
        if (existing != null) {
            throw new PoolException(
                    Reason.EXISTS, this + ": there is a file " + existing.path(directory, id) + " already");
        }
        checkRoom(id, bytes);
        Path path = FileState.PREPARED.path(directory, id);
        try {
            int fd = POSIX.open(path, Linux.O_RDWR | Linux.O_CREAT | Linux.O_EXCL, 0600);
            try {
                POSIX.ftruncate(fd, bytes, path);
                POSIX.fsync(fd, path);
            } catch (IOException e) {
                Files.deleteIfExists(path);
                throw e;
            } finally {
                POSIX.close(fd);
            }
            POSIX.fsyncDirectory(directory);
        } catch (IOException e) {
            throw io("cannot create " + id, e);
        }
        allocated.addAndGet(bytes);
    }

    @Override
    public synchronized BlockDevice open(String id, long bytes) throws PoolException {
        PoolIds.check(id, bytes);
        checkNotOpen(id, " already");
        FileState state = existing(id);
        Path found = state.path(directory, id);
        Path path = FileState.PERMANENT.path(directory, id);
        int fd = -1;
        try {
            fd = POSIX.open(found, Linux.O_RDWR | (directIo ? Linux.O_DIRECT : 0), 0);
            FileStatus status = POSIX.status(fd, found);
            checkFile(id, found, status, bytes);
            DirectAlignment alignment = DirectAlignment.of(status, directIo, found);
            if (state != FileState.PERMANENT) {
                move(found, path);
            }
            return opened(id, fd, path, status, bytes, alignment.transfer(), alignment.buffer(), workers);
        } catch (IOException e) {
            closeQuietly(fd);
            String hint = directIo && String.valueOf(e.getMessage()).contains("EINVAL")
                    ? " (this file system has no O_DIRECT: turn direct I/O off)"
                    : "";
            throw io("cannot open " + id + hint, e);
        } catch (PoolException e) {
            closeQuietly(fd);
            throw e;
        }
    }

    private void checkFile(String id, Path path, FileStatus status, long bytes) throws PoolException {
        if (!status.isRegularFile()) {
            throw new PoolException(Reason.NOT_FOUND, this + ": " + path + " is not a regular file");
        }
        if (status.size() != bytes) {
            throw new PoolException(
                    Reason.NOT_FOUND,
                    this + ": " + path + " has " + status.size() + " bytes, but " + bytes + " are recorded for " + id
                            + (status.size() < bytes
                                    ? "; it was cut short: restore it from a backup, or delete the device"
                                    : "; if a resize was interrupted, resize the device to the recorded size"));
        }
    }

    @Override
    public synchronized void resize(String id, long bytes) throws PoolException {
        PoolIds.check(id, bytes);
        FileState state = existing(id);
        Path path = state.path(directory, id);
        FdDevice device = device(id);
        try {
            long before = POSIX.status(path).size();
            if (bytes > before) {
                checkRoom(id, bytes - before);
            } else if (device != null) {
                device.setCapacity(bytes); // before the file shrinks: no request begins behind its end
            }
            int fd = POSIX.open(path, Linux.O_RDWR, 0);
            try {
                POSIX.ftruncate(fd, bytes, path);
                POSIX.fsync(fd, path);
            } finally {
                POSIX.close(fd);
            }
            allocated.addAndGet(bytes - before);
        } catch (IOException e) {
            throw io("cannot resize " + id, e);
        }
        if (device != null) {
            device.setCapacity(bytes);
        }
    }

    @Override
    public synchronized boolean isThin(String id) {
        try {
            FileStatus status = POSIX.status(existing(id).path(directory, id));
            return status.allocated() < status.size();
        } catch (IOException | PoolException e) {
            return true;
        }
    }

    @Override
    public synchronized void retire(String id) throws PoolException {
        PoolIds.check(id);
        checkNotOpen(id, "; close it before it is retired");
        FileState state = existing(id);
        if (state != FileState.RETIRED) {
            try {
                move(state.path(directory, id), FileState.RETIRED.path(directory, id));
            } catch (IOException e) {
                throw io("cannot retire " + id, e);
            }
        }
    }

    @Override
    public synchronized void delete(String id) throws PoolException {
        PoolIds.check(id);
        FileState state = existing(id);
        if (state != FileState.RETIRED) {
            throw new PoolException(Reason.INVALID, this + ": " + id + " must be retired before it is deleted");
        }
        try {
            remove(state.path(directory, id));
            POSIX.fsyncDirectory(directory);
        } catch (IOException e) {
            throw io("cannot delete " + id, e);
        }
    }

    @Override
    public synchronized Set<String> sweep(Set<String> known) throws PoolException {
        Set<String> strangers = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                for (FileState state : FileState.values()) {
                    String id = state.idOf(name);
                    if (id == null || known.contains(id)) {
                        continue;
                    }
                    if (state == FileState.PERMANENT) {
                        strangers.add(id);
                    } else {
                        LOG.info("{}: removing {}, left over from a crash", this, name);
                        remove(file);
                    }
                }
            }
            POSIX.fsyncDirectory(directory);
        } catch (IOException e) {
            throw io("cannot be swept", e);
        }
        return strangers;
    }

    @Override
    protected void release() {
        workers.close();
        lock.close();
    }

    private void checkRoom(String id, long more) throws PoolException {
        long left = capacity - allocated.get();
        if (more > left) {
            throw new PoolException(
                    Reason.INSUFFICIENT_CAPACITY,
                    this + ": " + id + " needs " + more + " bytes, " + left + " of " + capacity + " are left");
        }
        if (overcommit) {
            return;
        }
        try {
            long promised = 0;
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
                for (Path file : files) {
                    if (isDevice(file)) {
                        FileStatus status = POSIX.status(file);
                        promised += Math.max(0, status.size() - status.allocated());
                    }
                }
            }
            long usable = Files.getFileStore(directory).getUsableSpace();
            if (more > usable - promised) {
                throw new PoolException(
                        Reason.INSUFFICIENT_CAPACITY,
                        this + ": " + id + " needs " + more + " bytes; the file system has " + usable
                                + " left, of which " + promised
                                + " are promised to other devices; free some, or allow overcommit");
            }
        } catch (IOException e) {
            throw io("its free space cannot be determined", e);
        }
    }

    private long measure() throws IOException {
        long sum = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (isDevice(file)) {
                    sum += Files.size(file);
                }
            }
        }
        return sum;
    }

    private static boolean isDevice(Path file) {
        String name = String.valueOf(file.getFileName());
        for (FileState state : FileState.values()) {
            if (state.idOf(name) != null) {
                return true;
            }
        }
        return false;
    }

    private void remove(Path file) throws IOException {
        long size = Files.size(file);
        Files.delete(file);
        allocated.addAndGet(-size);
    }

    private void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        POSIX.fsyncDirectory(directory);
    }

    private @Nullable FileState find(String id) {
        for (FileState state : FileState.values()) {
            if (Files.exists(state.path(directory, id))) {
                return state;
            }
        }
        return null;
    }

    private FileState existing(String id) throws PoolException {
        FileState state = find(id);
        if (state == null) {
            throw new PoolException(
                    Reason.NOT_FOUND, this + ": there is no file " + FileState.PERMANENT.path(directory, id));
        }
        return state;
    }

    private static void closeQuietly(int fd) {
        if (fd >= 0) {
            POSIX.close(fd);
        }
    }

    @Override
    public String toString() {
        return "file pool " + directory;
    }
}
