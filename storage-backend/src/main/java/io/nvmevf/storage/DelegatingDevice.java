package io.nvmevf.storage;

/** A device around another one, with the same sizes. A subclass says what its queues do differently. */
public abstract class DelegatingDevice implements BlockDevice {

    protected final BlockDevice inner;

    protected DelegatingDevice(BlockDevice inner) {
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
