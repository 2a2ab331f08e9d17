package io.nvmevf.server.subsystem;

import io.netty.channel.IoEventLoop;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.control.Namespace;
import io.nvmevf.storage.BlockDevice;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A namespace in service.
 *
 * <p>Its gate: {@link #exclusively} shuts it on every loop, waits until no command runs, and runs a task alone; commands
 * that come meanwhile wait, and go on when the task has called {@link #release}. It is what makes a fused Compare and Write
 * one step, and what fences a namespace before it is resized or removed. Commands pay nothing for it but one test of a
 * field that only their own loop writes.
 */
public final class AttachedNamespace {
    private final List<IoEventLoop> loops;
    private final @Nullable BlockDevice device;
    private final AtomicReferenceArray<NamespaceQueue> queues;
    private volatile Namespace config;
    private final int busy;
    private volatile int removed = Status.SUCCESS;

    /** Tasks that want the namespace for themselves, the running one first. Guarded by itself. */
    private final ArrayDeque<Runnable> exclusive = new ArrayDeque<>();

    /**
     * @param device null if it could not be opened, or is being erased
     * @param busy what commands are answered while it is being erased for its tenant, else SUCCESS
     */
    AttachedNamespace(Namespace config, @Nullable BlockDevice device, int busy, List<IoEventLoop> loops) {
        this.config = config;
        this.device = device;
        this.busy = busy;
        this.loops = loops;
        queues = new AtomicReferenceArray<>(loops.size());
    }

    /** What is configured; a new value after each change. */
    public Namespace config() {
        return config;
    }

    public int nsid() {
        return config.nsid();
    }

    /** Logical blocks. */
    public long nsze() {
        return config.blocks();
    }

    /** LBADS: a logical block has 2^n bytes. */
    public int lbads() {
        return Integer.numberOfTrailingZeros(config.lbaSize());
    }

    /** Whether what it is stored on is missing, since the start or now. */
    public boolean isMissing() {
        return device == null ? busy == Status.SUCCESS : device.isGone();
    }

    /** Whether commands can be carried out. */
    public boolean isReady() {
        return device != null;
    }

    /** What keeps commands from being carried out now: their status, or SUCCESS. */
    public int status() {
        if (removed != Status.SUCCESS) {
            return removed;
        }
        if (device != null) {
            return Status.SUCCESS;
        }
        return busy == Status.SUCCESS ? Status.NAMESPACE_NOT_READY | Status.DNR : busy;
    }

    int busyStatus() {
        return busy;
    }

    /** Bytes of the smallest logical block that the device can transfer: 512 or 4096. */
    public int transferAlignment() {
        return device == null ? 1 : device.transferAlignment();
    }

    /** What addresses of data must be multiples of. */
    public int bufferAlignment() {
        return device == null ? 1 : device.bufferAlignment();
    }

    /** This loop's way to the namespace. Called on that loop. */
    public NamespaceQueue queue(int loopIndex) {
        NamespaceQueue q = queues.getPlain(loopIndex);
        if (q == null) {
            q = new NamespaceQueue(loops.get(loopIndex), device);
            queues.setRelease(loopIndex, q);
        }
        return q;
    }

    /** A counter's sum over all loops. */
    public long count(NamespaceCounters.Counter counter) {
        long sum = 0;
        for (int i = 0; i < queues.length(); i++) {
            NamespaceQueue q = queues.getAcquire(i);
            if (q != null) {
                sum += q.counters().get(counter);
            }
        }
        return sum;
    }

    /** Adds how long its commands took, on all loops, to {@code sum}. */
    void addLatency(NamespaceCounters.Timed commands, LatencyHistogram sum) {
        for (int i = 0; i < queues.length(); i++) {
            NamespaceQueue q = queues.getAcquire(i);
            if (q != null) {
                sum.add(q.counters().latency(commands));
            }
        }
    }

    /**
     * Runs {@code task} when no command runs on the namespace and none can begin. It runs on one of the event loops, and
     * {@link #release} must follow, from any thread, then or later. Tasks run one after the other.
     */
    public void exclusively(Runnable task) {
        synchronized (exclusive) {
            exclusive.add(task);
            if (exclusive.size() > 1) {
                return;
            }
        }
        AtomicInteger undrained = new AtomicInteger(loops.size());
        for (int i = 0; i < loops.size(); i++) {
            int index = i;
            loops.get(i)
                    .execute(() -> queue(index).shut(() -> {
                        if (undrained.decrementAndGet() == 0) {
                            task.run();
                        }
                    }));
        }
    }

    /** Ends what {@link #exclusively} began: the next task runs, or the gate opens. */
    public void release() {
        Runnable next;
        synchronized (exclusive) {
            exclusive.remove();
            next = exclusive.peek();
        }
        // (The gate stays shut from one task to the next: nothing has begun in between. A task that is added from here
        // on
        // shuts it anew.)
        if (next != null) {
            next.run();
            return;
        }
        for (int i = 0; i < loops.size(); i++) {
            int index = i;
            loops.get(i).execute(() -> {
                if (first() == null) {
                    queue(index).open();
                }
            });
        }
    }

    private @Nullable Runnable first() {
        synchronized (exclusive) {
            return exclusive.peek();
        }
    }

    void reconfigure(Namespace next) {
        config = next;
    }

    /** It was detached or deleted, or is being erased: commands that still hold it are answered this. */
    void markRemoved(int status) {
        removed = status;
    }

    /** Closes the queues, each on its loop, and then the device. Only within the gate, after {@link #markRemoved}. */
    void close(Runnable closed) {
        AtomicInteger left = new AtomicInteger(loops.size());
        for (int i = 0; i < loops.size(); i++) {
            int index = i;
            loops.get(i).execute(() -> {
                try {
                    queue(index).close();
                } finally {
                    if (left.decrementAndGet() == 0) {
                        if (device != null) {
                            device.close();
                        }
                        closed.run();
                    }
                }
            });
        }
    }
}
