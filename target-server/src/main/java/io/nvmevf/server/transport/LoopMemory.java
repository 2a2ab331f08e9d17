package io.nvmevf.server.transport;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * The data buffers that all queues of one event loop may hold together: the loop's equal share of {@code total-memory}.
 * A queue that finds no room waits in line and is called when there is some again. Touched on its loop only, so no queue
 * takes a lock for it.
 *
 * <p>An owner (a virtual function) may hold no more than is free: one that hoards gets at most half, two a third each, and
 * there is always some left for those that hold little (dynamic thresholds with α = 1: Choudhury and Hahne, "Dynamic queue
 * length thresholds for shared-memory packet switches", 1998). An owner of which no command runs may always begin one,
 * whatever its waiting commands hold, so that none is stopped for ever.
 */
final class LoopMemory {

    /** What one owner holds. */
    static final class Share {
        private final Object owner;
        private long used;
        private int queues;
        private int running;

        private Share(Object owner) {
            this.owner = owner;
        }
    }

    private final long limit;
    private final Map<Object, Share> shares = new HashMap<>();
    private final ArrayDeque<QueuePair> waiting = new ArrayDeque<>();
    private long used;
    private boolean waking;

    LoopMemory(long limit) {
        this.limit = limit;
    }

    /** The share that another queue of this owner takes part in; to be left with {@link #leave}. */
    Share join(Object owner) {
        Share share = shares.computeIfAbsent(owner, Share::new);
        share.queues++;
        return share;
    }

    void leave(Share share) {
        if (--share.queues == 0) {
            shares.remove(share.owner);
        }
    }

    /** Bytes that all owners hold. */
    long used() {
        return used;
    }

    /** Owners that have queues on this loop. */
    int owners() {
        return shares.size();
    }

    /**
     * Whether the owner may hold {@code bytes} more.
     *
     * @param always whether it may if no command of the owner runs, whatever it holds
     */
    boolean hasRoom(Share share, long bytes, boolean always) {
        return (always && share.running == 0) || share.used + bytes <= limit - used;
    }

    /** A command of the owner begins; until {@link #ended}. */
    void began(Share share) {
        share.running++;
    }

    void ended(Share share) {
        share.running--;
        wake();
    }

    void take(Share share, long bytes) {
        share.used += bytes;
        used += bytes;
    }

    void give(Share share, long bytes) {
        share.used -= bytes;
        used -= bytes;
        wake();
    }

    private void wake() {
        if (!waiting.isEmpty() && !waking) {
            waking = true;
            try {
                for (int n = waiting.size(); n > 0; n--) {
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
