package io.nvmevf.server;

import io.nvmevf.server.config.EncryptionConfig;
import io.nvmevf.server.config.PoolConfig;
import io.nvmevf.server.config.TargetConfig;
import io.nvmevf.server.control.StateFile;
import io.nvmevf.server.control.StateSecrets;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.StoragePool;
import io.nvmevf.storage.block.HostBlockPool;
import io.nvmevf.storage.crypt.EncryptedPool;
import io.nvmevf.storage.crypt.KeyEncryptionKey;
import io.nvmevf.storage.file.FilePool;
import io.nvmevf.storage.memory.MemoryPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Opens the storage pool that is configured, encrypted or not. */
final class Storage {
    private static final String SECRETS_LABEL = "nvmevf secrets of hosts";

    private Storage() {}

    static StoragePool open(TargetConfig config, StateFile state) throws PoolException, IOException {
        StoragePool pool = plain(config.pool(), config.dataDir());
        EncryptionConfig encryption = config.pool().encryption();
        Path keyFile = encryption.keyFile();
        return keyFile == null
                ? pool
                : EncryptedPool.open(
                        pool,
                        config.dataDir().resolve("keys"),
                        keyFile,
                        encryption.previousKeyFile(),
                        state.unencrypted());
    }

    /** What encrypts the secrets of hosts in the state file: keys that are made of those that wrap the keys of devices. */
    static StateSecrets secrets(EncryptionConfig encryption) throws PoolException {
        return new StateSecrets(sealingKey(encryption.keyFile()), sealingKey(encryption.previousKeyFile()));
    }

    private static StateSecrets.@Nullable SealingKey sealingKey(@Nullable Path keyFile) throws PoolException {
        if (keyFile == null) {
            return null;
        }
        try (KeyEncryptionKey kek = KeyEncryptionKey.read(keyFile)) {
            return new StateSecrets.SealingKey(kek.id(), kek.derive(SECRETS_LABEL));
        }
    }

    private static StoragePool plain(PoolConfig pool, Path dataDir) throws PoolException, IOException {
        return switch (pool.kind()) {
            case MEMORY -> new MemoryPool(pool.capacity(), pool.overcommit());
            case BLOCK -> new HostBlockPool(pool.devices(), dataDir, pool.directIo());
            case FILE -> {
                Path configured = pool.path();
                Path path = Files.createDirectories(configured == null ? dataDir.resolve("pool") : configured);
                yield new FilePool(path, capacity(pool, path), pool.overcommit(), pool.directIo());
            }
        };
    }

    /** What is configured, or as much as the file system has. */
    private static long capacity(PoolConfig pool, Path path) throws IOException {
        long total = Files.getFileStore(path).getTotalSpace();
        return pool.capacity() != 0 ? pool.capacity() : total - total % StoragePool.GRANULARITY;
    }
}
