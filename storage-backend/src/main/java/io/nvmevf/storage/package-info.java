/**
 * The block device contract: what a namespace is stored on.
 *
 * <p>A {@link io.nvmevf.storage.StoragePool} hands out {@link io.nvmevf.storage.BlockDevice}s. A device opens one
 * {@link io.nvmevf.storage.BlockQueue} for each event loop that uses it; a queue is called on that loop only and
 * completes there, so a request never changes its thread. Implementations live in packages of their own
 * ({@code file}, {@code block}, {@code memory}) and pass one conformance suite; {@code crypt} encrypts over any of them.
 *
 * <p>It does not know NVMe: no LBA, no status code, no namespace. Those are the target's words.
 */
@NullMarked
package io.nvmevf.storage;

import org.jspecify.annotations.NullMarked;
