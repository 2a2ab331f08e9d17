package io.nvmevf.server.wipe;

import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.DelegatingPool;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.StoragePool;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A pool whose devices, where they are opened to be erased, are wrapped by a test. It notes what it was asked. */
final class BentPool extends DelegatingPool {
    /** What {@link #renewKey} does. */
    @FunctionalInterface
    interface Renewal {
        void renew(String id) throws PoolException;
    }

    final List<String> calls = new CopyOnWriteArrayList<>();
    final AtomicInteger open = new AtomicInteger();
    volatile UnaryOperator<BlockDevice> bend = UnaryOperator.identity();
    volatile boolean encrypted;
    volatile Renewal renewal = id -> super.renewKey(id);

    BentPool(StoragePool inner) {
        super(inner);
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
}
