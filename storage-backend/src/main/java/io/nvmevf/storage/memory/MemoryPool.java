package io.nvmevf.storage.memory;

import com.sun.management.OperatingSystemMXBean;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.PoolException.Reason;
import io.nvmevf.storage.PoolIds;
import io.nvmevf.storage.StoragePool;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool in memory. It begins empty in each process: an owner that remembers devices from before finds them
 * {@link Reason#NOT_FOUND} and has to create them again. Memory is taken by the page of 4 KiB when it is first written.
 */
public final class MemoryPool implements StoragePool {

    private static final Logger LOG = LoggerFactory.getLogger(MemoryPool.class);

    private enum State {
        PREPARED,
        PERMANENT,
        RETIRED
    }

    private static final class Entry {
        final MemoryStore store;
        State state = State.PREPARED;

        @Nullable
        MemoryDevice open;

        Entry(MemoryStore store) {
            this.store = store;
        }
    }

    private final long capacity;
    private final Map<String, Entry> entries = new HashMap<>();

    /**
     * @param capacity bytes, positive
     * @param overcommit whether the capacity may be more than the memory of the machine (or of the container)
     * @throws PoolException {@link Reason#INVALID} if it is more and may not be
     */
    public MemoryPool(long capacity, boolean overcommit) throws PoolException {
        if (capacity <= 0) {
            throw new PoolException(Reason.INVALID, "memory pool: the capacity must be positive, not " + capacity);
        }
        long machine =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
        if (!overcommit && capacity > machine) {
            throw new PoolException(
                    Reason.INVALID,
                    "memory pool: " + capacity + " bytes are more than the machine's " + machine
                            + "; choose less, or allow overcommit");
        }
        this.capacity = capacity;
    }

    @Override
    public String kind() {
        return "memory";
    }

    @Override
    public long capacity() {
        return capacity;
    }

    @Override
    public synchronized long allocated() {
        long sum = 0;
        for (Entry entry : entries.values()) {
            sum += entry.store.capacity();
        }
        return sum;
    }

    @Override
    public synchronized void create(String id, long bytes) throws PoolException {
        PoolIds.check(id, bytes);
        if (entries.containsKey(id)) {
            throw new PoolException(Reason.EXISTS, "memory pool: there is a device " + id + " already");
        }
        checkRoom(id, bytes);
        try {
            entries.put(id, new Entry(new MemoryStore(bytes)));
        } catch (MemoryStore.OutOfAddressSpace e) {
            throw new PoolException(Reason.IO, "memory pool: no room for " + id + ": " + e.getMessage(), e);
        }
    }

    private void checkRoom(String id, long more) throws PoolException {
        long left = capacity - allocated();
        if (more > left) {
            throw new PoolException(
                    Reason.INSUFFICIENT_CAPACITY,
                    "memory pool: " + id + " needs " + more + " bytes, " + left + " of " + capacity + " are left");
        }
    }

    @Override
    public synchronized BlockDevice open(String id, long bytes) throws PoolException {
        Entry entry = entry(id);
        if (entry.open != null) {
            throw new PoolException(Reason.INVALID, "memory pool: " + id + " is open already");
        }
        if (entry.store.capacity() != bytes) {
            throw new PoolException(
                    Reason.NOT_FOUND,
                    "memory pool: " + id + " has " + entry.store.capacity() + " bytes, not the recorded " + bytes);
        }
        entry.state = State.PERMANENT;
        MemoryDevice device = new MemoryDevice(entry.store, () -> closed(entry));
        entry.open = device;
        return device;
    }

    private synchronized void closed(Entry entry) {
        MemoryDevice device = entry.open;
        if (device != null && device.hasQueues()) {
            LOG.error("a memory device is closed before its queues");
            return; // stays "open", so that its memory is not taken away from them
        }
        entry.open = null;
    }

    @Override
    public synchronized void resize(String id, long bytes) throws PoolException {
        PoolIds.check(id, bytes);
        Entry entry = entry(id);
        checkRoom(id, bytes - entry.store.capacity());
        try {
            entry.store.resize(bytes);
        } catch (MemoryStore.OutOfAddressSpace e) {
            throw new PoolException(Reason.IO, "memory pool: no room for " + id + ": " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized void retire(String id) throws PoolException {
        Entry entry = entry(id);
        if (entry.open != null) {
            throw new PoolException(Reason.INVALID, "memory pool: " + id + " is open; close it before it is retired");
        }
        entry.state = State.RETIRED;
    }

    @Override
    public synchronized void delete(String id) throws PoolException {
        Entry entry = entry(id);
        if (entry.state != State.RETIRED || entry.open != null) {
            throw new PoolException(Reason.INVALID, "memory pool: " + id + " must be retired before it is deleted");
        }
        entries.remove(id);
        entry.store.free();
    }

    @Override
    public synchronized Set<String> sweep(Set<String> known) {
        Set<String> strangers = new HashSet<>();
        for (Iterator<Map.Entry<String, Entry>> it = entries.entrySet().iterator(); it.hasNext(); ) {
            Map.Entry<String, Entry> each = it.next();
            if (known.contains(each.getKey())) {
                continue;
            }
            if (each.getValue().state == State.PERMANENT) {
                strangers.add(each.getKey());
            } else {
                it.remove();
                each.getValue().store.free();
            }
        }
        return strangers;
    }

    @Override
    public synchronized void close() {
        for (Map.Entry<String, Entry> each : entries.entrySet()) {
            if (each.getValue().open != null) {
                LOG.error(
                        "memory pool: {} is still open when the pool is closed; its memory is not freed",
                        each.getKey());
            } else {
                each.getValue().store.free();
            }
        }
        entries.clear();
    }

    private Entry entry(String id) throws PoolException {
        Entry entry = entries.get(id);
        if (entry == null) {
            throw new PoolException(Reason.NOT_FOUND, "memory pool: there is no device " + id);
        }
        return entry;
    }
}
