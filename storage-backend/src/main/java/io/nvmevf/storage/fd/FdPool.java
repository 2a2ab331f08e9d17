package io.nvmevf.storage.fd;

import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.PoolException.Reason;
import io.nvmevf.storage.StoragePool;
import io.nvmevf.storage.posix.FileStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What pools of descriptors share: which of their devices are open. Messages begin with the pool's {@link #toString}. The
 * control path holds the pool's monitor; presence checks and the closing of a device do not.
 */
public abstract class FdPool implements StoragePool {

    private static final Logger LOG = LoggerFactory.getLogger(FdPool.class);

    private final Map<String, FdDevice> open = new ConcurrentHashMap<>();

    /** The open device of this id, or null. */
    protected final @Nullable FdDevice device(String id) {
        return open.get(id);
    }

    /**
     * Refuses an id whose device is open.
     *
     * @param more ends the message, right after "is open"
     * @throws PoolException {@link Reason#INVALID}
     */
    protected final void checkNotOpen(String id, String more) throws PoolException {
        if (open.containsKey(id)) {
            throw new PoolException(Reason.INVALID, this + ": " + id + " is open" + more);
        }
    }

    /** Makes the device of a descriptor, which counts as open until it is closed. For the parameters see {@link FdDevice}. */
    protected final FdDevice opened(
            String id,
            int fd,
            Path path,
            FileStatus status,
            long capacity,
            int transferAlignment,
            int bufferAlignment,
            IoWorkers workers) {
        FdDevice device = new FdDevice(
                id, fd, path, status, capacity, transferAlignment, bufferAlignment, workers, () -> open.remove(id));
        open.put(id, device);
        return device;
    }

    /** The exception for what the operating system refused. */
    protected final PoolException io(String what, IOException e) {
        return new PoolException(Reason.IO, this + ": " + what + ": " + e.getMessage(), e);
    }

    /**
     * Looks whether the paths of all open devices still lead to them. Blocks; called about once a second by the owner's
     * maintenance thread, beside the control path. See {@link FdDevice#checkPresence}.
     */
    @Override
    public final void checkPresence() {
        for (FdDevice device : open.values()) {
            device.checkPresence();
        }
    }

    @Override
    public final synchronized void close() {
        if (!open.isEmpty()) {
            LOG.error("{} is closed while these are open: {}", this, open.keySet());
        }
        release();
    }

    /** Gives back what the pool holds, when it is closed. Devices that are still open keep their descriptors. */
    protected abstract void release();

    /** The pool's name in messages. */
    @Override
    public abstract String toString();
}
