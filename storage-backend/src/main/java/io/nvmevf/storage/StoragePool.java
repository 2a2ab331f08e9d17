package io.nvmevf.storage;

import java.util.Set;

/**
 * Where devices come from: an amount of capacity that is handed out in devices, each under an id.
 *
 * <p>Control path: methods block, are called by one thread at a time, and never on an event loop. What they did is
 * durable when they return.
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
