package io.nvmevf.storage.crypt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.FastThreadLocal;
import io.nvmevf.storage.BlockRequests;
import java.util.ArrayDeque;

/**
 * Direct memory for the ciphertext of writes, one pool for each event loop: the queues of idle devices hold none. What comes back is kept
 * for the next write, up to {@value #KEPT} bytes a loop, and given back to the system when the loop ends. How much one queue may
 * have is the queue's own affair.
 */
final class WriteBuffers {

    /** Bytes that a loop keeps while nothing is written. */
    private static final int KEPT = 32 << 20;

    /** What the memory of a buffer is aligned to, from {@link #start} on. */
    private static final int ALIGNMENT = 4096;

    private static final int SMALLEST_SHIFT = 12;
    private static final int LARGEST_SHIFT = 20;

    private static final FastThreadLocal<WriteBuffers> OF_LOOP = new FastThreadLocal<>() {
        @Override
        protected WriteBuffers initialValue() {
            return new WriteBuffers();
        }

        @Override
        protected void onRemoval(WriteBuffers value) {
            value.release();
        }
    };

    /** For each power of two from 4 KiB to 1 MiB. */
    private final ArrayDeque<ByteBuf>[] free;

    private int kept;

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type cannot be made otherwise
    private WriteBuffers() {
        free = new ArrayDeque[LARGEST_SHIFT - SMALLEST_SHIFT + 1];
        for (int i = 0; i < free.length; i++) {
            free[i] = new ArrayDeque<>();
        }
    }

    /** Those of the calling loop. */
    static WriteBuffers ofLoop() {
        return OF_LOOP.get();
    }

    private static int sizeClass(int length) {
        return Math.max(0, 32 - Integer.numberOfLeadingZeros(length - 1) - SMALLEST_SHIFT);
    }

    private static int bytes(int sizeClass) {
        return 1 << (sizeClass + SMALLEST_SHIFT);
    }

    /**
     * A buffer with room for {@code length} bytes, 1 to 1 MiB, from {@link #start} on.
     *
     * @throws OutOfMemoryError if the limit of direct memory is reached
     */
    ByteBuf take(int length) {
        int sizeClass = sizeClass(length);
        ByteBuf buffer = free[sizeClass].pollLast();
        if (buffer == null) {
            return Unpooled.directBuffer(bytes(sizeClass) + ALIGNMENT);
        }
        kept -= bytes(sizeClass);
        return buffer;
    }

    /** @param length as it was taken */
    void giveBack(ByteBuf buffer, int length) {
        int sizeClass = sizeClass(length);
        if (kept + bytes(sizeClass) > KEPT) {
            buffer.release();
            return;
        }
        kept += bytes(sizeClass);
        free[sizeClass].addLast(buffer);
    }

    /** The index of the first aligned byte. */
    static int start(ByteBuf buffer) {
        return (int) (-BlockRequests.address(buffer, 0, 1) & (ALIGNMENT - 1));
    }

    private void release() {
        for (ArrayDeque<ByteBuf> each : free) {
            each.forEach(ByteBuf::release);
            each.clear();
        }
        kept = 0;
    }
}
