package io.nvmevf.storage.fd;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEventLoop;
import io.netty.channel.uring.IoUringIoHandle;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.BlockQueue;
import io.nvmevf.storage.BlockRequests;
import io.nvmevf.storage.posix.FileStatus;
import io.nvmevf.storage.posix.Linux;
import io.nvmevf.storage.posix.NativePosix;
import io.nvmevf.storage.posix.PosixException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open file or host block device. The descriptor is closed when the device and its last queue are, so that its number
 * is never reused under a request.
 *
 * <p>Atomicity: {@link #atomicWriteUnit()} is the unit that the storage beneath writes whole, its sector. Of a buffered file
 * the kernel lets a read run beside a write, which Linux's own NVMe target over files does no better.
 */
public final class FdDevice implements BlockDevice {

    private static final Logger LOG = LoggerFactory.getLogger(FdDevice.class);

    private final String name;
    private final int fd;
    private final Path path;
    private final FileStatus opened;
    private final int transferAlignment;
    private final int bufferAlignment;
    private final IoWorkers workers;
    private final Runnable onClose;

    /** The device itself and each open queue. */
    private final AtomicInteger users = new AtomicInteger(1);

    private final AtomicInteger closes = new AtomicInteger();
    private volatile long capacity;
    private volatile boolean gone;
    private volatile boolean punchHole = true;
    private volatile boolean zeroRange = true;
    private volatile boolean dsync = true;

    /**
     * @param name for messages and logs
     * @param fd owned by the device from here on
     * @param path where the file should stay to be found
     * @param opened the status of {@code fd}
     * @param capacity bytes
     * @param transferAlignment 512 or 4096 bytes
     * @param bufferAlignment 1, 512 or 4096 bytes
     * @param workers for loops without io_uring; not owned
     * @param onClose called once, when the owner closes the device
     */
    public FdDevice(
            String name,
            int fd,
            Path path,
            FileStatus opened,
            long capacity,
            int transferAlignment,
            int bufferAlignment,
            IoWorkers workers,
            Runnable onClose) {
        this.name = name;
        this.fd = fd;
        this.path = path;
        this.opened = opened;
        this.capacity = capacity;
        this.transferAlignment = transferAlignment;
        this.bufferAlignment = bufferAlignment;
        this.workers = workers;
        this.onClose = onClose;
    }

    @Override
    public long capacity() {
        return capacity;
    }

    /** Tells queues the new size. The caller grows the file before, and shrinks it after. */
    public void setCapacity(long bytes) {
        capacity = bytes;
    }

    @Override
    public int transferAlignment() {
        return transferAlignment;
    }

    @Override
    public int bufferAlignment() {
        return bufferAlignment;
    }

    @Override
    public int atomicWriteUnit() {
        return transferAlignment;
    }

    @Override
    public BlockQueue openQueue(IoEventLoop loop) {
        if (closes.get() != 0) {
            throw new IllegalStateException(this + " is closed");
        }
        return loop.isCompatible(IoUringIoHandle.class)
                ? new RingQueue(this, loop)
                : new PoolQueue(this, loop, workers);
    }

    @Override
    public void close() {
        if (closes.getAndIncrement() == 0) {
            if (users.get() > 1) {
                LOG.error("{} is closed before its queues; its file stays open until they are closed", this);
            }
            onClose.run();
            release();
        }
    }

    public boolean isClosed() {
        return closes.get() != 0;
    }

    /** The open descriptor, for the pool's own calls. */
    public int fd() {
        return fd;
    }

    public Path path() {
        return path;
    }

    void retain() {
        users.getAndIncrement();
    }

    void release() {
        if (users.decrementAndGet() == 0) {
            NativePosix.INSTANCE.close(fd);
        }
    }

    @Override
    public boolean isGone() {
        return gone;
    }

    BlockError check(long offset, long length) {
        if (BlockRequests.isOutOfRange(offset, length, capacity, transferAlignment)) {
            return BlockError.OUT_OF_RANGE;
        }
        return gone ? BlockError.GONE : BlockError.NONE;
    }

    long bufferAddress(ByteBuf buffer, int index, int length) {
        long address = BlockRequests.address(buffer, index, length);
        if ((address & (bufferAlignment - 1)) != 0) {
            throw new IllegalArgumentException(
                    "the buffer must begin at a multiple of " + bufferAlignment + " bytes for " + this);
        }
        return address;
    }

    boolean supportsDsync() {
        return dsync;
    }

    void lacksDsync() {
        dsync = false;
        LOG.info("{}: no RWF_DSYNC here; FUA is a write and a sync", this);
    }

    boolean supportsFallocate(int mode) {
        return (mode & Linux.FALLOC_FL_PUNCH_HOLE) != 0 ? punchHole : zeroRange;
    }

    /** The file system cannot: from now on zeros are written. */
    void lacksFallocate(int mode) {
        boolean punch = (mode & Linux.FALLOC_FL_PUNCH_HOLE) != 0;
        if (punch) {
            punchHole = false;
        } else {
            zeroRange = false;
        }
        LOG.info("{}: no {} here; zeros are written instead", this, punch ? "PUNCH_HOLE" : "ZERO_RANGE");
    }

    BlockError failed(int errno, boolean read) {
        BlockError error = Errnos.toBlockError(errno, read);
        LOG.debug("{}: {} -> {}", this, Linux.errorName(errno), error);
        return error;
    }

    /**
     * Looks whether the path still leads to what was opened. If it does not, every request from now on completes with
     * {@link BlockError#GONE}: what is written to an unlinked file would never be found again. If it does again, the
     * device works again. Blocks.
     */
    public void checkPresence() {
        String problem;
        try {
            problem = NativePosix.INSTANCE.status(path).isSameAs(opened) ? "" : "it was replaced by another one";
        } catch (PosixException e) {
            // Only what says that nothing is there counts: a directory that is unreadable for now loses no data.
            boolean absent = e.errno() == Linux.ENOENT || e.errno() == Linux.ENXIO || e.errno() == Linux.ENODEV;
            problem = absent || e.errno() == Linux.ESTALE ? String.valueOf(e.getMessage()) : "";
        }
        boolean isGone = !problem.isEmpty();
        if (isGone && !gone) {
            LOG.error("{} is gone: {}. Requests fail until it is back", this, problem);
        } else if (!isGone && gone) {
            LOG.warn("{} is back", this);
        }
        gone = isGone;
    }

    @Override
    public String toString() {
        return name + " (" + path + ")";
    }
}
