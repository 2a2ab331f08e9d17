package io.nvmevf.storage;

import io.netty.channel.IoEventLoop;

/**
 * A randomly addressable array of bytes that survives what its kind says it survives.
 *
 * <ul>
 *   <li>Bytes that were never written, or were deallocated, read as zeros.
 *   <li>A completed write is visible to every later read through any queue. It is on stable storage once a later
 *       {@link BlockQueue#flush} has completed, or at once if it was written with {@code fua}.
 *   <li>Requests in flight at the same time have no order. One request may be split by the device; only an aligned
 *       write of {@link #atomicWriteUnit()} bytes or less is never seen in part by a read or after a crash.
 * </ul>
 */
public interface BlockDevice extends AutoCloseable {

    /** Bytes; a multiple of 4096. Changes only through {@link StoragePool#resize}. */
    long capacity();

    /** What offsets and lengths of requests must be multiples of: 512 or 4096 bytes. */
    int transferAlignment();

    /** What the memory address of a buffer must be a multiple of: 1 (any), 512 or 4096 bytes. */
    int bufferAlignment();

    /** Bytes that are written wholly or not at all: at least {@link #transferAlignment()}. */
    int atomicWriteUnit();

    /**
     * Opens a queue that is called, and completes, on {@code loop} only. This method itself may be called on any thread.
     *
     * @throws IllegalStateException if the device is closed
     */
    BlockQueue openQueue(IoEventLoop loop);

    /** Whether what the device is stored on has vanished: every request completes with {@link BlockError#GONE}. */
    default boolean isGone() {
        return false;
    }

    /** Releases the device. All queues must have been closed before. Never throws. */
    @Override
    void close();
}
