package io.nvmevf.server;

import io.nvmevf.server.config.EncryptionConfig;
import io.nvmevf.server.config.PoolConfig;
import io.nvmevf.server.config.TargetConfig;
import io.nvmevf.server.control.StateFile;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.StoragePool;
import io.nvmevf.storage.block.HostBlockPool;
import io.nvmevf.storage.crypt.EncryptedPool;
import io.nvmevf.storage.file.FilePool;
import io.nvmevf.storage.memory.MemoryPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens the storage pool that is configured, encrypted or not. */
final class Storage {
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
