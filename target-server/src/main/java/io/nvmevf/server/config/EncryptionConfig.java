package io.nvmevf.server.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * {@code pool.encryption}: encryption at rest. Namespaces that are made while it is configured are encrypted, each with a
 * key of its own; others stay as they are.
 *
 * @param keyFile {@code key-file}: holds the key-encryption key, 32 random bytes or 64 hexadecimal digits, mode 0600, not
 *     within {@code data-dir}; null (default): new namespaces are not encrypted
 * @param previousKeyFile {@code previous-key-file}: the key-encryption key from before, while the keys of the namespaces are
 *     being wrapped by the new one, not within {@code data-dir}; null (default): there is none
 */
public record EncryptionConfig(
        @Nullable Path keyFile, @Nullable Path previousKeyFile) {

    /** Nothing is encrypted. */
    public static final EncryptionConfig NONE = new EncryptionConfig(null, null);
}
