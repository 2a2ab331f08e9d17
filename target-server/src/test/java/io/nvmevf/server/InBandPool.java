package io.nvmevf.server;

import io.nvmevf.storage.DelegatingPool;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.memory.MemoryPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A memory pool that keeps what it holds over a restart of the target, and says that what is made from some moment on is
 * encrypted. It counts the keys that it is told to renew.
 */
public final class InBandPool extends DelegatingPool {
    private final Set<String> encrypted = ConcurrentHashMap.newKeySet();
    private final List<String> renewed = new ArrayList<>();
    private volatile boolean encrypting;

    InBandPool(long capacity) throws PoolException {
        super(new MemoryPool(capacity, true));
    }

    /** What is made from now on is encrypted. */
    public void encrypt() {
        encrypting = true;
    }

    /** Whose keys were renewed. */
    public synchronized List<String> renewed() {
        return List.copyOf(renewed);
    }

    @Override
    public boolean isEncrypted(String id) {
        return encrypted.contains(id);
    }

    @Override
    public synchronized void renewKey(String id) throws PoolException {
        if (!isEncrypted(id)) {
            throw new PoolException(PoolException.Reason.INVALID, id + " is not encrypted");
        }
        renewed.add(id);
    }

    @Override
    public String kind() {
        // (Not "memory", which is taken to forget.)
        return "test";
    }

    @Override
    public void create(String id, long bytes) throws PoolException {
        inner.create(id, bytes);
        if (encrypting) {
            encrypted.add(id);
        }
    }
}
