package io.nvmevf.storage.memory;

import io.netty.channel.IoEventLoop;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.BlockQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** An open device of a {@link MemoryPool}. Requests complete before the call returns, except zeroing of large ranges. */
final class MemoryDevice implements BlockDevice {

    private final MemoryStore store;
    private final Runnable onClose;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicInteger queues = new AtomicInteger();

    MemoryDevice(MemoryStore store, Runnable onClose) {
        this.store = store;
        this.onClose = onClose;
    }

    @Override
    public long capacity() {
        return store.capacity();
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
        return MemoryStore.atomicUnit();
    }

    @Override
    public BlockQueue openQueue(IoEventLoop loop) {
        if (closed.get()) {
            throw new IllegalStateException("the memory device is closed");
        }
        queues.getAndIncrement();
        return new MemoryQueue(store, loop, queues::getAndDecrement);
    }

    boolean hasQueues() {
        return queues.get() > 0;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            onClose.run();
        }
    }
}
