package io.nvmevf.server;

import io.netty.channel.IoEventLoop;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.BlockQueue;
import io.nvmevf.storage.DelegatingDevice;
import io.nvmevf.storage.DelegatingPool;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.StoragePool;
import io.nvmevf.storage.fault.FaultyDevice;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A pool whose devices can be made to fail; counts the devices that are open. */
public final class FaultyPool extends DelegatingPool {
    private final Map<String, FaultyDevice> devices = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();

    public FaultyPool(StoragePool inner) {
        super(inner);
    }

    /** The device that was opened last under this id. */
    public FaultyDevice device(String id) {
        return Objects.requireNonNull(devices.get(id), () -> "no device " + id + " was opened");
    }

    /** Devices that are open. */
    public int open() {
        return open.get();
    }

    @Override
    public BlockDevice open(String id, long bytes) throws PoolException {
        FaultyDevice device = new FaultyDevice(inner.open(id, bytes));
        devices.put(id, device);
        open.incrementAndGet();
        return new Counted(device);
    }

    /** Erasures fail like everything else. */
    @Override
    public BlockDevice openForErase(String id, long bytes) throws PoolException {
        return open(id, bytes);
    }

    private final class Counted extends DelegatingDevice {
        Counted(FaultyDevice device) {
            super(device);
        }

        @Override
        public BlockQueue openQueue(IoEventLoop loop) {
            return inner.openQueue(loop);
        }

        @Override
        public void close() {
            open.decrementAndGet();
            super.close();
        }
    }
}
