package io.nvmevf.server.control;

import io.netty.channel.IoEventLoop;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.BlockQueue;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.PoolException.Reason;
import io.nvmevf.storage.StoragePool;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A pool that keeps the contract's crash rule to the letter, and whose content outlives the service that uses it. */
public final class FakePool implements StoragePool {
    enum Life {
        PREPARED,
        PERMANENT,
        RETIRED
    }

    static final class Device implements BlockDevice {
        final String id;
        Life life = Life.PREPARED;
        long bytes;
        boolean open;
        /** Whose data it holds; null for zeros. */
        @Nullable
        String content;

        Device(String id, long bytes) {
            this.id = id;
            this.bytes = bytes;
        }

        @Override
        public long capacity() {
            return bytes;
        }

        @Override
        public int transferAlignment() {
            return 512;
        }

        @Override
        public int bufferAlignment() {
            return 1;
        }

        @Override
        public int atomicWriteUnit() {
            return 512;
        }

        @Override
        public BlockQueue openQueue(IoEventLoop loop) {
            throw new UnsupportedOperationException("nobody does I/O here");
        }

        @Override
        public void close() {
            open = false;
        }
    }

    final Map<String, Device> devices = new TreeMap<>();

    /** Called before and after each change; may throw to crash there. */
    Runnable step = () -> {};

    /** Thrown, instead of doing it, by the next operation of this name. */
    @Nullable
    String failing;

    private final long capacity;

    public FakePool(long capacity) {
        this.capacity = capacity;
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
        return devices.values().stream().mapToLong(d -> d.bytes).sum();
    }

    private interface Change {
        void run() throws PoolException;
    }

    private void change(String name, Change change) throws PoolException {
        if (name.equals(failing)) {
            throw new PoolException(Reason.IO, name + " failed");
        }
        step.run();
        change.run();
        step.run();
    }

    @Override
    public void create(String id, long bytes) throws PoolException {
        change("create", () -> {
            fits(bytes);
            if (devices.putIfAbsent(id, new Device(id, bytes)) != null) {
                throw new PoolException(Reason.EXISTS, id + " exists");
            }
        });
    }

    private void fits(long more) throws PoolException {
        if (allocated() + more > capacity) {
            throw new PoolException(Reason.INSUFFICIENT_CAPACITY, (capacity - allocated()) + " bytes are left");
        }
    }

    @Override
    public BlockDevice open(String id, long bytes) throws PoolException {
        Device device = find(id);
        change("open", () -> {
            if (device.bytes != bytes) {
                throw new PoolException(Reason.NOT_FOUND, id + " has " + device.bytes + " bytes, not " + bytes);
            }
            device.life = Life.PERMANENT;
            device.open = true;
        });
        return device;
    }

    /** As a wipe does. */
    void erase(String id) throws PoolException {
        Device device = find(id);
        change("erase", () -> device.content = null);
    }

    @Override
    public void resize(String id, long bytes) throws PoolException {
        Device device = find(id);
        change("resize", () -> {
            fits(bytes - device.bytes);
            device.bytes = bytes;
        });
    }

    @Override
    public void retire(String id) throws PoolException {
        Device device = find(id);
        change("retire", () -> {
            if (device.open) {
                throw new PoolException(Reason.INVALID, id + " is open");
            }
            device.life = Life.RETIRED;
        });
    }

    @Override
    public void delete(String id) throws PoolException {
        Device device = find(id);
        change("delete", () -> {
            if (device.life != Life.RETIRED) {
                throw new PoolException(Reason.INVALID, id + " is not retired");
            }
            devices.remove(id);
        });
    }

    @Override
    public Set<String> sweep(Set<String> known) {
        devices.values().removeIf(d -> d.life != Life.PERMANENT && !known.contains(d.id));
        Set<String> strangers = new HashSet<>(devices.keySet());
        strangers.removeAll(known);
        return strangers;
    }

    Device find(String id) throws PoolException {
        Device device = devices.get(id);
        if (device == null) {
            throw new PoolException(Reason.NOT_FOUND, "there is no " + id);
        }
        return device;
    }

    /** The process is gone: nothing is open any more, nothing fails. */
    void reboot() {
        devices.values().forEach(Device::close);
        step = () -> {};
        failing = null;
    }

    @Override
    public void close() {}
}
