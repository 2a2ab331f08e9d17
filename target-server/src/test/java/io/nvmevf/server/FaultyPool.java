package io.nvmevf.server;

import io.netty.channel.IoEventLoop;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.BlockQueue;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.StoragePool;
import io.nvmevf.storage.fault.FaultyDevice;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A pool whose devices can be made to fail; counts the devices that are open. */
public final class FaultyPool implements StoragePool {
    private final StoragePool inner;
    private final Map<String, FaultyDevice> devices = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();

    public FaultyPool(StoragePool inner) {
        this.inner = inner;
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

    private final class Counted implements BlockDevice {
        private final FaultyDevice device;

        Counted(FaultyDevice device) {
            this.device = device;
        }

        @Override
        public long capacity() {
            return device.capacity();
        }

        @Override
        public int transferAlignment() {
            return device.transferAlignment();
        }

        @Override
        public int bufferAlignment() {
            return device.bufferAlignment();
        }

        @Override
        public int atomicWriteUnit() {
            return device.atomicWriteUnit();
        }

        @Override
        public BlockQueue openQueue(IoEventLoop loop) {
            return device.openQueue(loop);
        }

        @Override
        public void close() {
            open.decrementAndGet();
            device.close();
        }
    }

    @Override
    public String kind() {
        return inner.kind();
    }

    @Override
    public long capacity() {
        return inner.capacity();
    }

    @Override
    public long allocated() {
        return inner.allocated();
    }

    @Override
    public void create(String id, long bytes) throws PoolException {
        inner.create(id, bytes);
    }

    @Override
    public void resize(String id, long bytes) throws PoolException {
        inner.resize(id, bytes);
    }

    @Override
    public void retire(String id) throws PoolException {
        inner.retire(id);
    }

    @Override
    public void delete(String id) throws PoolException {
        inner.delete(id);
    }

    @Override
    public Set<String> sweep(Set<String> known) throws PoolException {
        return inner.sweep(known);
    }

    @Override
    public void close() {
        inner.close();
    }
}
