package io.nvmevf.storage.crypt;

import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.DelegatingPool;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.PoolException.Reason;
import io.nvmevf.storage.StoragePool;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool whose devices are encrypted on the pool beneath, each with a key of its own. Devices that were made before encryption was
 * turned on stay as they are: their ids are given at the start, and they pass through until they are deleted.
 *
 * <p>The crash rule of {@link StoragePool} holds for device and key together: a device gets its key before it is made, and loses it before it
 * is deleted. A key without a device, which a crash leaves, is destroyed by {@link #sweep}.
 */
public final class EncryptedPool extends DelegatingPool {

    private static final Logger LOG = LoggerFactory.getLogger(EncryptedPool.class);

    private final KeyStore keys;
    private final Set<String> plain = ConcurrentHashMap.newKeySet();
    private final Set<String> retired = new HashSet<>();

    /** Ids of devices that are open and encrypted. */
    private final Set<String> open = ConcurrentHashMap.newKeySet();

    /**
     * Reads the key files, opens the key store and puts it over a pool. If there is a previous key-encryption key, all keys are wrapped
     * anew; one that cannot be is logged, and does not stop the others.
     *
     * @param inner owned from here on: closed if this fails
     * @param keys directory of the {@link KeyStore}
     * @param keyFile see {@link KeyEncryptionKey#read}
     * @param previousKeyFile the file from before, until all keys are wrapped by the new one
     * @param plain ids of the devices that are not encrypted
     */
    public static EncryptedPool open(
            StoragePool inner, Path keys, Path keyFile, @Nullable Path previousKeyFile, Set<String> plain)
            throws PoolException {
        KeyEncryptionKey kek = null;
        KeyEncryptionKey previous = null;
        try {
            kek = KeyEncryptionKey.read(keyFile);
            previous = previousKeyFile == null ? null : KeyEncryptionKey.read(previousKeyFile);
            KeyStore store = KeyStore.open(keys, kek, previous);
            if (store.isForeign()) {
                throw new PoolException(
                        Reason.INVALID,
                        "the keys in " + keys + " are wrapped by another key than that in " + keyFile
                                + "; name the right file. Nothing was changed");
            }
            if (previous != null) {
                wrapAnew(store, kek);
            }
            return new EncryptedPool(inner, store, plain);
        } catch (PoolException | RuntimeException e) {
            inner.close();
            if (kek != null) {
                kek.close();
            }
            if (previous != null) {
                previous.close();
            }
            throw e;
        }
    }

    private static void wrapAnew(KeyStore store, KeyEncryptionKey kek) {
        try {
            int wrapped = store.rewrapAll(kek);
            LOG.info(
                    "{}: {} keys were wrapped anew; all are wrapped by {} now, and the previous key file is not needed any more",
                    store,
                    wrapped,
                    kek);
        } catch (PoolException e) {
            LOG.error("the previous key file is still needed: {}", e.getMessage());
        }
    }

    /**
     * @param inner owned from here on
     * @param keys owned from here on
     * @param plain ids of the devices that are not encrypted
     */
    public EncryptedPool(StoragePool inner, KeyStore keys, Set<String> plain) {
        super(inner);
        this.keys = keys;
        this.plain.addAll(plain);
    }

    @Override
    public boolean isEncrypted(String id) {
        return !plain.contains(id);
    }

    @Override
    public synchronized void create(String id, long bytes) throws PoolException {
        // A key that is there already is left over, or its device exists: only the pool beneath knows. Nothing may
        // happen to it before
        // that has made the device.
        boolean leftOver = keys.has(id);
        if (!leftOver) {
            keys.create(id);
        }
        try {
            inner.create(id, bytes);
        } catch (PoolException e) {
            if (!leftOver) {
                destroyAfter(e, id);
            }
            throw e;
        }
        if (leftOver) {
            keys.renew(id);
        }
        plain.remove(id);
        retired.remove(id);
    }

    private void destroyAfter(PoolException cause, String id) {
        try {
            keys.destroy(id);
        } catch (PoolException e) {
            cause.addSuppressed(e); // left over: see create and sweep
        }
    }

    @Override
    public synchronized BlockDevice open(String id, long bytes) throws PoolException {
        if (!isEncrypted(id)) {
            return takenBack(id, inner.open(id, bytes));
        }
        DataKey key = keys.load(id);
        BlockDevice device;
        try {
            device = inner.open(id, bytes);
        } catch (PoolException e) {
            key.destroy();
            throw e;
        }
        open.add(id);
        return new EncryptedDevice(takenBack(id, device), key, () -> open.remove(id));
    }

    /** A retired device is not so any more when it was opened. */
    private BlockDevice takenBack(String id, BlockDevice device) {
        retired.remove(id);
        return device;
    }

    @Override
    public synchronized BlockDevice openForErase(String id, long bytes) throws PoolException {
        return takenBack(id, inner.openForErase(id, bytes));
    }

    @Override
    public synchronized void renewKey(String id) throws PoolException {
        if (!isEncrypted(id)) {
            inner.renewKey(id);
            return;
        }
        if (open.contains(id)) {
            throw new PoolException(
                    Reason.INVALID, kind() + " pool: " + id + " is open; close it before its key is renewed");
        }
        keys.renew(id);
    }

    @Override
    public synchronized void resize(String id, long bytes) throws PoolException {
        inner.resize(id, bytes);
    }

    @Override
    public synchronized void retire(String id) throws PoolException {
        inner.retire(id);
        retired.add(id);
    }

    @Override
    public synchronized void delete(String id) throws PoolException {
        // Only a device that is known to be retired loses its key first: the pool beneath may still refuse the others.
        if (retired.contains(id)) {
            keys.destroy(id);
        }
        inner.delete(id);
        keys.destroy(id);
        retired.remove(id);
        plain.remove(id);
    }

    @Override
    public synchronized Set<String> sweep(Set<String> known) throws PoolException {
        Set<String> strangers = inner.sweep(known);
        Set<String> kept = new HashSet<>(known);
        kept.addAll(strangers);
        keys.sweep(kept);
        return strangers;
    }

    @Override
    public synchronized void close() {
        if (!open.isEmpty()) {
            LOG.error("{} pool: closed while these encrypted devices are open: {}", kind(), open);
        }
        inner.close();
        keys.close();
    }
}
