package io.nvmevf.storage.block;

import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.PoolException.Reason;
import io.nvmevf.storage.PoolIds;
import io.nvmevf.storage.block.Assignments.Assignment;
import io.nvmevf.storage.block.Assignments.State;
import io.nvmevf.storage.fd.FdDevice;
import io.nvmevf.storage.fd.FdPool;
import io.nvmevf.storage.fd.IoWorkers;
import io.nvmevf.storage.posix.DirectoryLock;
import io.nvmevf.storage.posix.Linux;
import io.nvmevf.storage.posix.NativePosix;
import io.nvmevf.storage.posix.PosixException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A list of host block devices, each of which serves one namespace. A device is opened exclusively (O_EXCL): what is mounted
 * or part of another volume is refused. Name devices by links that stay ({@code /dev/disk/by-id/...}); the pool knows them by that
 * path, and never looks at what they hold.
 */
public final class HostBlockPool extends FdPool {

    private static final Logger LOG = LoggerFactory.getLogger(HostBlockPool.class);
    private static final NativePosix POSIX = NativePosix.INSTANCE;

    /** Threads for each host device, where the event loop has no io_uring. */
    private static final int THREADS = 2;

    /** What a host device offers. */
    private record Host(long bytes, int logicalBlock, IoWorkers workers) {}

    private final Path stateDirectory;
    private final boolean directIo;
    private final DirectoryLock lock;
    private final Assignments assignments;
    private final Map<Path, Host> hosts = new LinkedHashMap<>();

    /**
     * @param devices paths of block devices, in the order in which they are given out
     * @param stateDirectory exists, or is created; holds the assignment file
     * @param directIo whether devices bypass the page cache (O_DIRECT)
     */
    public HostBlockPool(List<Path> devices, Path stateDirectory, boolean directIo) throws PoolException {
        this.stateDirectory = stateDirectory.toAbsolutePath();
        this.directIo = directIo;
        try {
            lock = DirectoryLock.take(this.stateDirectory);
        } catch (IOException e) {
            throw io("its state directory cannot be used", e);
        }
        try {
            assignments = new Assignments(this.stateDirectory);
            for (Path device : devices) {
                inspect(device.toAbsolutePath());
            }
            for (Assignment assignment : assignments.all()) {
                if (!hosts.containsKey(assignment.device())) {
                    LOG.error("{}: {} lies on {}, which is not configured", this, assignment.id(), assignment.device());
                }
            }
        } catch (IOException e) {
            lock.close();
            throw io("cannot be used", e);
        } catch (PoolException e) {
            lock.close();
            throw e;
        }
    }

    private void inspect(Path device) throws IOException, PoolException {
        if (!POSIX.status(device).isBlockDevice()) {
            throw new PoolException(Reason.INVALID, this + ": " + device + " is not a block device");
        }
        int fd = POSIX.open(device, Linux.O_RDONLY, 0);
        try {
            int logicalBlock = POSIX.logicalBlockSize(fd, device);
            if (logicalBlock > 4096) {
                throw new PoolException(
                        Reason.INVALID,
                        this + ": " + device + " has blocks of " + logicalBlock + " bytes; 512 to 4096 are supported");
            }
            long bytes = POSIX.blockDeviceSize(fd, device) & -4096L;
            IoWorkers workers = new IoWorkers("block-" + device.getFileName(), THREADS, POSIX);
            hosts.put(device, new Host(bytes, logicalBlock <= 512 ? 512 : 4096, workers));
        } finally {
            POSIX.close(fd);
        }
    }

    @Override
    public String kind() {
        return "block";
    }

    @Override
    public long capacity() {
        return hosts.values().stream().mapToLong(Host::bytes).sum();
    }

    @Override
    public synchronized long allocated() {
        return assignments.all().stream().mapToLong(Assignment::bytes).sum();
    }

    /**
     * {@inheritDoc}
     *
     * <p>Takes the first free host device that is large enough and zeroes it, which takes as long as the device needs. Then the
     * beginning, the end and pieces in between are read back, at most 1024 of 4 KiB.
     */
    @Override
    public synchronized void create(String id, long bytes) throws PoolException {
        PoolIds.check(id, bytes);
        if (assignments.get(id) != null) {
            throw new PoolException(Reason.EXISTS, this + ": there is a device " + id + " already");
        }
        for (Map.Entry<Path, Host> host : hosts.entrySet()) {
            if (host.getValue().bytes() >= bytes && !assignments.uses(host.getKey())) {
                Path device = host.getKey();
                try {
                    zero(device, 0, bytes);
                    assignments.put(new Assignment(State.PREPARED, id, bytes, device));
                } catch (IOException e) {
                    throw io("cannot create " + id + " on " + device, e);
                }
                return;
            }
        }
        throw new PoolException(
                Reason.INSUFFICIENT_CAPACITY,
                this + ": no free device of at least " + bytes + " bytes for " + id + " among " + hosts.size());
    }

    private void zero(Path device, long offset, long length) throws IOException {
        int fd = exclusive(device, 0);
        try {
            Zeroing.zero(fd, device, offset, length);
        } finally {
            POSIX.close(fd);
        }
    }

    @Override
    public synchronized BlockDevice open(String id, long bytes) throws PoolException {
        PoolIds.check(id, bytes);
        checkNotOpen(id, " already");
        Assignment assignment = assignment(id);
        Path path = assignment.device();
        Host host = hosts.get(path);
        if (host == null) {
            throw new PoolException(
                    Reason.NOT_FOUND, this + ": " + id + " lies on " + path + ", which is not configured any more");
        }
        if (assignment.bytes() != bytes || host.bytes() < bytes) {
            throw new PoolException(
                    Reason.NOT_FOUND,
                    this + ": " + id + " was assigned " + assignment.bytes() + " bytes on " + path + ", which has "
                            + host.bytes() + "; recorded are " + bytes
                            + ". Put the device back in its place, or resize it to the recorded size");
        }
        int fd = -1;
        try {
            fd = exclusive(path, directIo ? Linux.O_DIRECT : 0);
            if (assignment.state() != State.PERMANENT) {
                assignments.put(assignment.in(State.PERMANENT));
            }
            return opened(
                    id,
                    fd,
                    path,
                    POSIX.status(fd, path),
                    bytes,
                    host.logicalBlock(),
                    directIo ? host.logicalBlock() : 1,
                    host.workers());
        } catch (IOException e) {
            if (fd >= 0) {
                POSIX.close(fd);
            }
            throw io("cannot open " + id, e);
        }
    }

    private static int exclusive(Path path, int flags) throws IOException {
        try {
            return POSIX.open(path, Linux.O_RDWR | Linux.O_EXCL | flags, 0);
        } catch (PosixException e) {
            if (e.errno() == Linux.EBUSY) {
                throw new IOException(path + " is mounted, part of another volume, or open in another program", e);
            }
            throw e;
        }
    }

    @Override
    public synchronized void resize(String id, long bytes) throws PoolException {
        PoolIds.check(id, bytes);
        Assignment assignment = assignment(id);
        Path path = assignment.device();
        Host host = hosts.get(path);
        if (host == null || host.bytes() < bytes) {
            throw new PoolException(
                    Reason.INSUFFICIENT_CAPACITY, this + ": " + path + " has not the " + bytes + " bytes for " + id);
        }
        FdDevice device = device(id);
        try {
            long added = bytes - assignment.bytes();
            if (added > 0) {
                if (device == null) {
                    zero(path, assignment.bytes(), added);
                } else {
                    Zeroing.zero(device.fd(), path, assignment.bytes(), added);
                }
            } else if (device != null) {
                device.setCapacity(bytes);
            }
            assignments.put(assignment.resized(bytes));
        } catch (IOException e) {
            throw io("cannot resize " + id, e);
        }
        if (device != null) {
            device.setCapacity(bytes);
        }
    }

    @Override
    public boolean isThin(String id) {
        return false;
    }

    @Override
    public synchronized void retire(String id) throws PoolException {
        checkNotOpen(id, "; close it before it is retired");
        Assignment assignment = assignment(id);
        try {
            assignments.put(assignment.in(State.RETIRED));
        } catch (IOException e) {
            throw io("cannot retire " + id, e);
        }
    }

    /** {@inheritDoc} The data stays on the host device until it is given out again, which zeroes it. */
    @Override
    public synchronized void delete(String id) throws PoolException {
        if (assignment(id).state() != State.RETIRED) {
            throw new PoolException(Reason.INVALID, this + ": " + id + " must be retired before it is deleted");
        }
        try {
            assignments.remove(id);
        } catch (IOException e) {
            throw io("cannot delete " + id, e);
        }
    }

    @Override
    public synchronized Set<String> sweep(Set<String> known) throws PoolException {
        Set<String> strangers = new HashSet<>();
        for (Assignment assignment : new ArrayList<>(assignments.all())) {
            if (known.contains(assignment.id())) {
                continue;
            }
            if (assignment.state() == State.PERMANENT) {
                strangers.add(assignment.id());
            } else {
                try {
                    assignments.remove(assignment.id());
                } catch (IOException e) {
                    throw io("cannot be swept", e);
                }
            }
        }
        return strangers;
    }

    @Override
    protected void release() {
        hosts.values().forEach(host -> host.workers().close());
        lock.close();
    }

    private Assignment assignment(String id) throws PoolException {
        PoolIds.check(id);
        Assignment assignment = assignments.get(id);
        if (assignment == null) {
            throw new PoolException(Reason.NOT_FOUND, this + ": there is no device " + id);
        }
        return assignment;
    }

    @Override
    public String toString() {
        return "block pool " + stateDirectory;
    }
}
