package io.nvmevf.server.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code pool}: where namespaces are stored.
 *
 * @param kind {@code kind}: {@code file} (a sparse file per namespace; default), {@code block} (host block devices) or
 *     {@code memory} (nothing survives the process)
 * @param path {@code path}: directory of a file pool; default: {@code pool} in the data directory. Only for {@code file}
 * @param devices {@code devices}: absolute paths of block devices, 1 to 64, all of their content is lost. Only, and
 *     always, for {@code block}
 * @param capacity {@code capacity}: bytes that may be handed out, 1 MiB to 8192 TiB, a multiple of 4096; 0: as large as
 *     the file system or the devices are (default). {@code memory} has to name it
 * @param overcommit {@code overcommit}: whether more may be handed out than the file system or the memory beneath can hold
 *     now, up to {@code capacity}; default false
 * @param directIo {@code direct-io}: whether the host's page cache is passed by; default false
 * @param encryption {@code encryption}: of what is stored; default: none
 */
public record PoolConfig(
        Kind kind,
        @Nullable Path path,
        List<Path> devices,
        long capacity,
        boolean overcommit,
        boolean directIo,
        EncryptionConfig encryption) {

    /** What a pool is made of. */
    public enum Kind {
        FILE,
        BLOCK,
        MEMORY
    }

    public PoolConfig {
        devices = List.copyOf(devices);
    }
}
