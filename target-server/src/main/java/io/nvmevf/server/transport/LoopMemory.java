package io.nvmevf.server.transport;

import java.util.ArrayDeque;

/**
 * The data buffers that all queues of one event loop may hold together: the loop's equal share of {@code total-memory}.
 * A queue that finds no room waits in line and is called when there is some again. Touched on its loop only, so no queue
 * takes a lock for it.
 */
final class LoopMemory {
    private final long limit;
    private final ArrayDeque<QueuePair> waiting = new ArrayDeque<>();
    private long used;
    private boolean waking;

    LoopMemory(long limit) {
        this.limit = limit;
    }

    /** Whether {@code bytes} more fit. One buffer always does, so that no limit stops a queue for ever. */
    boolean hasRoom(long bytes) {
        return used == 0 || used + bytes <= limit;
    }

    void take(long bytes) {
        used += bytes;
    }

    void give(long bytes) {
        used -= bytes;
        if (!waiting.isEmpty() && !waking) {
            waking = true;
            try {
                for (int n = waiting.size(); n > 0 && used < limit; n--) {
                    waiting.remove().memoryFreed();
                }
            } finally {
                waking = false;
            }
        }
    }

    /** Has the queue called, once, when memory is given back. */
    void await(QueuePair queue) {
        waiting.add(queue);
    }

    void forget(QueuePair queue) {
        waiting.remove(queue);
    }
}
