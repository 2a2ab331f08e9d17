package io.nvmevf.storage.fault;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.IoEventLoop;
import io.nvmevf.storage.BlockCompletion;
import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.BlockQueue;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Writes blocks to a queue, one run of neighbours after the other, each at most 1 MiB of bytes or any length of zeros. */
final class BlockMover {

    private static final int MAX_RUN = 1 << 20;

    private final BlockQueue queue;
    private final IoEventLoop loop;
    private final int block;
    private final NavigableMap<Long, byte[]> left;
    private final ByteBuf memory;
    private final int start;

    /** @param blocks is not changed */
    BlockMover(BlockQueue queue, IoEventLoop loop, int block, int bufferAlignment, NavigableMap<Long, byte[]> blocks) {
        this.queue = queue;
        this.loop = loop;
        this.block = block;
        this.left = new TreeMap<>(blocks);
        this.memory = Unpooled.directBuffer(MAX_RUN + bufferAlignment);
        long address = memory.hasMemoryAddress() ? memory.memoryAddress() : 0;
        this.start = (int) (-address & (bufferAlignment - 1));
    }

    /** Moves all blocks, then completes; stops at the first error. */
    // The marks of the overlay are told apart by identity.
    @SuppressWarnings("ReferenceEquality")
    void move(BlockCompletion done) {
        Map.Entry<Long, byte[]> first = left.firstEntry();
        if (first == null) {
            end(BlockError.NONE, done);
            return;
        }
        BlockCompletion next = error -> {
            if (error != BlockError.NONE) {
                end(error, done);
            } else {
                // A turn of the loop in between: a device that completes at once would nest as deep as there are runs.
                loop.execute(() -> move(done));
            }
        };
        long from = first.getKey();
        if (Overlay.isZeros(first.getValue())) {
            long count = 0;
            while (left.get(from + count) == first.getValue()) {
                left.remove(from + count);
                count++;
            }
            queue.writeZeroes(from * block, count * block, first.getValue() == Overlay.DEALLOCATED, false, next);
            return;
        }
        int length = 0;
        byte[] bytes = first.getValue();
        while (bytes != null && !Overlay.isZeros(bytes) && length < MAX_RUN) {
            memory.setBytes(start + length, bytes);
            left.remove(from + length / block);
            length += block;
            bytes = left.get(from + length / block);
        }
        queue.write(from * block, memory, start, length, false, next);
    }

    private void end(BlockError error, BlockCompletion done) {
        memory.release();
        done.done(error);
    }
}
