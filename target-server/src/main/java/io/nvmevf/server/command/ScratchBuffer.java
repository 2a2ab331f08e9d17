package io.nvmevf.server.command;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** A buffer for what a command reads for itself: Compare, Verify and Copy. */
final class ScratchBuffer {
    private ScratchBuffer() {}

    /** A direct buffer with {@code length} bytes from its reader index, whose address is a multiple of {@code alignment}. */
    static ByteBuf allocate(ByteBufAllocator alloc, int length, int alignment) {
        if (alignment == 1) {
            return alloc.directBuffer(length, length);
        }
        ByteBuf b = alloc.directBuffer(length + alignment);
        int at = (int) (-b.memoryAddress() & (alignment - 1));
        return b.setIndex(at, at + length);
    }
}
