package io.nvmevf.storage;

import java.util.Set;

/** A pool around another one, which it owns. A subclass says what it does differently. */
public abstract class DelegatingPool implements StoragePool {

    protected final StoragePool inner;

    protected DelegatingPool(StoragePool inner) {
        this.inner = inner;
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
    public boolean isEncrypted(String id) {
        return inner.isEncrypted(id);
    }

    @Override
    public boolean isThin(String id) {
        return inner.isThin(id);
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
    public BlockDevice openForErase(String id, long bytes) throws PoolException {
        return inner.openForErase(id, bytes);
    }

    @Override
    public void renewKey(String id) throws PoolException {
        inner.renewKey(id);
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
    public void checkPresence() {
        inner.checkPresence();
    }

    @Override
    public void close() {
        inner.close();
    }
}
