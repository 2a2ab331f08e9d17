package io.nvmevf.server.wipe;

import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.StoragePool;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A pool whose devices, where they are opened to be erased, are wrapped by a test. It notes what it was asked. */
final class BentPool implements StoragePool {
    /** What {@link #renewKey} does. */
    @FunctionalInterface
    interface Renewal {
        void renew(String id) throws PoolException;
    }

    private final StoragePool inner;
    final List<String> calls = new CopyOnWriteArrayList<>();
    final AtomicInteger open = new AtomicInteger();
    volatile UnaryOperator<BlockDevice> bend = UnaryOperator.identity();
    volatile boolean encrypted;
    volatile Renewal renewal = id -> StoragePool.super.renewKey(id);

    BentPool(StoragePool inner) {
        this.inner = inner;
    }

    @Override
    public BlockDevice openForErase(String id, long bytes) throws PoolException {
        calls.add("erase " + id);
        BlockDevice device = bend.apply(inner.open(id, bytes));
        open.incrementAndGet();
        return new BentDevice(device, UnaryOperator.identity()) {
            @Override
            public void close() {
                open.decrementAndGet();
                super.close();
            }
        };
    }

    @Override
    public boolean isEncrypted(String id) {
        return encrypted;
    }

    @Override
    public void renewKey(String id) throws PoolException {
        calls.add("renew " + id);
        renewal.renew(id);
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
    public BlockDevice open(String id, long bytes) throws PoolException {
        return inner.open(id, bytes);
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
