package io.nvmevf.storage.conformance;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.nvmevf.storage.BlockCompletion;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.BlockQueue;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CompletableFuture;

/** Keeps a number of 4 KiB reads and writes in flight without allocating, to see what the queue allocates. */
final class LoadDriver implements BlockCompletion {

    private static final int BLOCK = 4096;
    private static final int DEPTH = 32;

    private final BlockQueue queue;
    private final long blocks;
    private final ByteBuf buffer;
    private final int start;
    private final CompletableFuture<BlockError> result;
    private int left;
    private int inFlight;
    private boolean pumping;
    private long at;
    private BlockError worst = BlockError.NONE;

    private LoadDriver(
            BlockQueue queue, long blocks, ByteBuf buffer, int requests, CompletableFuture<BlockError> result) {
        this.queue = queue;
        this.blocks = blocks;
        this.buffer = buffer;
        this.start = WaitingQueue.start(buffer);
        this.left = requests;
        this.result = result;
    }

    /** Heap bytes per request that all threads with a part in it allocate, after a warm-up. */
    static double allocatedPerRequest(WaitingQueue queue, BlockDevice device, int requests) {
        ByteBuf buffer = WaitingQueue.buffer(BLOCK);
        try {
            run(queue, device, buffer, requests);
            run(queue, device, buffer, requests);
            long before = allocated(queue);
            run(queue, device, buffer, requests);
            long after = allocated(queue);
            return (double) (after - before) / requests;
        } finally {
            buffer.release();
        }
    }

    private static void run(WaitingQueue queue, BlockDevice device, ByteBuf buffer, int requests) {
        CompletableFuture<BlockError> result = new CompletableFuture<>();
        queue.onLoop(q -> {
            new LoadDriver(q, device.capacity() / BLOCK, buffer, requests, result).pump();
            return true;
        });
        BlockError error = WaitingQueue.get(result);
        if (error != BlockError.NONE) {
            throw new AssertionError(error);
        }
    }

    private static long allocated(WaitingQueue queue) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = queue.onLoop(q -> threads.getCurrentThreadAllocatedBytes());
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().contains("-io-")) {
                sum += threads.getThreadAllocatedBytes(thread.threadId());
            }
        }
        return sum;
    }

    private void pump() {
        pumping = true;
        while (left > 0 && inFlight < DEPTH) {
            left--;
            inFlight++;
            at = (at + 7919) % blocks;
            if ((left & 1) == 0) {
                queue.read(at * BLOCK, buffer, start, BLOCK, this);
            } else {
                queue.write(at * BLOCK, buffer, start, BLOCK, false, this);
            }
        }
        pumping = false;
        if (left == 0 && inFlight == 0) {
            result.complete(worst);
        }
    }

    @Override
    public void done(BlockError error) {
        inFlight--;
        if (error != BlockError.NONE) {
            worst = error;
        }
        if (!pumping) {
            pump();
        }
    }
}
