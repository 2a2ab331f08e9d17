package io.nvmevf.storage;

import io.netty.buffer.ByteBuf;
import java.lang.foreign.MemorySegment;

/** What every implementation checks before it touches a request, so that all of them refuse the same. */
public final class BlockRequests {

    /** The largest read or write, in bytes: 1 MiB. */
    public static final int MAX_TRANSFER = 1 << 20;

    private BlockRequests() {}

    /** Whether {@code [offset, offset + length)} lies within {@code capacity} bytes, for any values, without overflow. */
    public static boolean inRange(long offset, long length, long capacity) {
        return offset >= 0 && length > 0 && length <= capacity && offset <= capacity - length;
    }

    /**
     * Refuses a caller's mistake: a range that is not a multiple of the alignment.
     *
     * @param alignment a power of two
     * @throws IllegalArgumentException if it is misaligned
     */
    public static void checkAligned(long offset, long length, int alignment) {
        if (((offset | length) & (alignment - 1)) != 0) {
            throw new IllegalArgumentException(
                    "offset " + offset + " and length " + length + " must be multiples of " + alignment + " bytes");
        }
    }

    /**
     * Whether a request's range does not lie within the device, so that it completes with {@link BlockError#OUT_OF_RANGE}.
     *
     * @param alignment a power of two
     * @throws IllegalArgumentException if it lies within and is misaligned
     */
    public static boolean isOutOfRange(long offset, long length, long capacity, int alignment) {
        if (!inRange(offset, length, capacity)) {
            return true;
        }
        checkAligned(offset, length, alignment);
        return false;
    }

    /**
     * Refuses to close a queue that is in use.
     *
     * @param queue its name, for the message
     * @throws IllegalStateException if requests are in flight
     */
    public static void checkIdle(String queue, int inFlight) {
        if (inFlight != 0) {
            throw new IllegalStateException(queue + " is closed with " + inFlight + " in flight");
        }
    }

    /**
     * The native address of {@code buffer[index]}, after checks that keep raw memory access within the buffer.
     *
     * <p>Allocates only for a buffer that does not expose its address, which Netty's own direct buffers do when the JVM
     * allows the memory methods of Unsafe.
     *
     * @throws IllegalArgumentException if the buffer is not direct or the length is not 1 to {@link #MAX_TRANSFER}
     * @throws IndexOutOfBoundsException if the range does not lie within the buffer
     */
    public static long address(ByteBuf buffer, int index, int length) {
        if (length < 1 || length > MAX_TRANSFER) {
            throw new IllegalArgumentException("length " + length + " is not within 1 to " + MAX_TRANSFER + " bytes");
        }
        if (index < 0 || index > buffer.capacity() - length) {
            throw new IndexOutOfBoundsException(
                    "index " + index + " length " + length + " in a buffer of " + buffer.capacity() + " bytes");
        }
        if (buffer.hasMemoryAddress()) {
            return buffer.memoryAddress() + index;
        }
        if (!buffer.isDirect() || buffer.nioBufferCount() != 1) {
            throw new IllegalArgumentException("the buffer must be one piece of direct memory: " + buffer);
        }
        return MemorySegment.ofBuffer(buffer.internalNioBuffer(index, length)).address();
    }
}
