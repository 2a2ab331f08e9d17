package io.nvmevf.storage;

import java.util.Set;

/**
 * Where devices come from: an amount of capacity that is handed out in devices, each under an id.
 *
 * <p>Control path: methods block, may be called by any thread but an event loop's, and are thread-safe: the owner opens and resizes on
 * one thread while an erasure opens and closes on another. What they did is durable when they return.
 *
 * <p>Crash rule. A device is created <i>prepared</i> and becomes permanent with its first {@link #open}; it is
 * {@linkplain #retire retired} before it is deleted, and {@link #open} takes a retired device back. So the owner's own
 * record decides: it creates, records, opens; or retires, records, deletes. Whatever the record does not name after a
 * crash is removed by {@link #sweep}, and only then: a permanent device is never swept.
 */
public interface StoragePool extends AutoCloseable {

    /** Sizes of devices are multiples of this many bytes. */
    int GRANULARITY = 4096;

    /** The kind's name in configuration, logs and metrics: {@code file}, {@code block} or {@code memory}. */
    String kind();

    /** Bytes that may be handed out. */
    long capacity();

    /** Bytes that are handed out: the sum of the sizes of all devices, however sparse they are. */
    long allocated();

    /**
     * Prepares a device of {@code bytes} zeros.
     *
     * @param id {@code [a-z0-9-]{1,64}}
     * @param bytes a positive multiple of 4096
     */
    void create(String id, long bytes) throws PoolException;

    /** Opens a device that was created with this id and has {@code bytes}. */
    BlockDevice open(String id, long bytes) throws PoolException;

    /** Whether what the device with this id holds is encrypted beneath, under a key of its own. */
    default boolean isEncrypted(String id) {
        return false;
    }

    /**
     * Opens a device so that its erasure, and the proof of it, see what lies on the medium: the same as {@link #open}, but beneath the
     * encryption where there is one.
     */
    default BlockDevice openForErase(String id, long bytes) throws PoolException {
        return open(id, bytes);
    }

    /**
     * Gives an encrypted device a new key and destroys the old one: what was stored can never be read again, and reads as noise until
     * it is deallocated. After a crash there is either the old key or the new one, never none; to call it again is harmless. The
     * device must be closed, or open by {@link #openForErase} only.
     *
     * @throws PoolException {@link PoolException.Reason#INVALID} if the device is not encrypted, or open
     */
    default void renewKey(String id) throws PoolException {
        throw new PoolException(
                PoolException.Reason.INVALID, kind() + " pool: " + id + " is not encrypted, so it has no key to renew");
    }

    /**
     * Changes the size of a device; the bytes that are added read as zeros. Open devices see the new capacity.
     *
     * <p>Before it shrinks a device, the caller waits until no write behind the new end is in flight. After a crash between a
     * resize and the owner's record of it, {@link #open} refuses with NOT_FOUND; resizing the closed device to the recorded size
     * repairs that.
     */
    void resize(String id, long bytes) throws PoolException;

    /** Marks a device as about to be deleted. Its data stays until {@link #delete}. The device must be closed. */
    void retire(String id) throws PoolException;

    /** Deletes a retired device and its data; its capacity is free afterwards. */
    void delete(String id) throws PoolException;

    /** Whether a device that exists takes less space than its size, so that writing to all of it would take more. */
    default boolean isThin(String id) {
        return true;
    }

    /**
     * After a start: removes what a crash left half made or half deleted, except the {@code known} ids.
     *
     * @return ids of permanent devices that are not known; they are left alone, for an operator to look at
     */
    Set<String> sweep(Set<String> known) throws PoolException;

    /**
     * Looks whether what the open devices are stored on is still there. Blocks; called about once a second, on any thread
     * but an event loop's. See {@link BlockDevice#isGone}.
     */
    default void checkPresence() {}

    @Override
    void close();
}
