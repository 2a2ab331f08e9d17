package io.nvmevf.storage;

import io.netty.buffer.ByteBuf;

/**
 * The requests of one event loop to one {@link BlockDevice}. Every method is called on that loop, returns without
 * blocking, and calls {@code done} exactly once on that loop: before it returns or later.
 *
 * <p>Buffers are direct. From the call to {@code done} the range {@code [index, index + length)} belongs to the device;
 * the caller keeps the buffer alive and does not touch the range. Reader and writer index are neither read nor moved.
 * Ranges that do not lie within the capacity complete with {@link BlockError#OUT_OF_RANGE}; nothing is transferred.
 * No request allocates in steady state.
 *
 * <p>A caller's mistake throws, and {@code done} is not called: {@link IllegalArgumentException} for a range that is not a
 * multiple of the device's alignment, a length outside 1 byte to 1 MiB, or a buffer that is not direct or not aligned;
 * {@link IndexOutOfBoundsException} for a range outside the buffer; {@link IllegalStateException} after {@link #close}.
 */
public interface BlockQueue extends AutoCloseable {

    /** Reads {@code length} bytes (1 up to 1 MiB) at byte {@code offset}. After an error the range's content is undefined. */
    void read(long offset, ByteBuf buffer, int index, int length, BlockCompletion done);

    /** Writes {@code length} bytes (1 up to 1 MiB) at byte {@code offset}; with {@code fua} they are stable when done. */
    void write(long offset, ByteBuf buffer, int index, int length, boolean fua, BlockCompletion done);

    /** Makes every write that completed before this call stable, whichever queue of the device it went through. */
    void flush(BlockCompletion done);

    /**
     * Makes {@code length} bytes (any length up to the capacity) read as zeros.
     *
     * @param deallocate whether the space may be given back (NVMe: DEAC); without it the space stays allocated where the
     *     device can tell the two apart
     * @param fua whether the zeros are stable when done
     */
    void writeZeroes(long offset, long length, boolean deallocate, boolean fua, BlockCompletion done);

    /** Gives the space of {@code length} bytes back; they read as zeros afterwards. */
    default void deallocate(long offset, long length, BlockCompletion done) {
        writeZeroes(offset, length, true, false, done);
    }

    /** Requests that were called and are not done. */
    int inFlight();

    /** Releases the queue. Legal only with {@link #inFlight()} 0. */
    @Override
    void close();
}
