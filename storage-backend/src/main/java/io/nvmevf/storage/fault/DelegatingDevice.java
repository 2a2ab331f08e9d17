package io.nvmevf.storage.fault;

import io.nvmevf.storage.BlockDevice;

/** A device around another one, with the same sizes. A subclass says what its queues do differently. */
abstract class DelegatingDevice implements BlockDevice {

    final BlockDevice inner;

    DelegatingDevice(BlockDevice inner) {
        this.inner = inner;
    }

    @Override
    public long capacity() {
        return inner.capacity();
    }

    @Override
    public int transferAlignment() {
        return inner.transferAlignment();
    }

    @Override
    public int bufferAlignment() {
        return inner.bufferAlignment();
    }

    @Override
    public int atomicWriteUnit() {
        return inner.atomicWriteUnit();
    }

    @Override
    public boolean isGone() {
        return inner.isGone();
    }

    @Override
    public void close() {
        inner.close();
    }
}
