package io.nvmevf.bench.qos;

import io.nvmevf.bench.load.Connection;
import io.nvmevf.bench.load.DataPattern;
import io.nvmevf.bench.load.HostController;
import io.nvmevf.bench.load.Io;
import io.nvmevf.bench.load.IoQueue;
import io.nvmevf.bench.load.LoadOptions;
import io.nvmevf.bench.load.Workload;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The host of one virtual function: a controller with I/O queues. Connecting, the admin queue and closing belong to the thread of
 * the scenario; all else to the engine's, once the engine has it.
 */
final class Host implements Party, IoQueue.Completions, Closeable {
    /** Little, so that a queue that brings much does not make the others wait. */
    private static final int IN_SIZE = 64 << 10;

    private static final int HIGHEST_DIGITS = 3;
    private static final long HIGHEST_LATENCY = 120_000_000_000L;
    private static final long KEEP_ALIVE_NANOS = 8_000_000_000L;
    private static final int LARGE = 64 << 10;

    private final HostController controller;
    private final IoQueue[] queues;
    private final Work work;
    private final long blocks;
    private final SplittableRandom random = new SplittableRandom(1);

    private Demand demand = Demand.none();
    private Slices slices = new Slices(0, 0);
    private Histogram latencies = new Histogram(1, HIGHEST_LATENCY, HIGHEST_DIGITS);
    private long from;
    private long until;
    private boolean deaf;
    private boolean hungUp;
    private int next;
    private long visited;
    private long sent;
    private long completed;
    private long sentInWindow;
    private long keepAliveAt = System.nanoTime() + KEEP_ALIVE_NANOS;

    /**
     * Connects.
     *
     * @param depth commands in flight on each queue
     * @param pattern what is written, and checked when it is read; null: anything, and reads are not checked
     */
    Host(int port, String nqn, Work work, int queues, int depth, @Nullable DataPattern pattern) throws IOException {
        this.work = work;
        LoadOptions options = new LoadOptions(
                "127.0.0.1",
                port,
                nqn,
                "nqn.2026-01.io.nvmevf:bench-host",
                0,
                Workload.RANDREAD,
                work.blockSize(),
                depth,
                queues,
                1,
                Duration.ZERO,
                Duration.ZERO,
                false,
                false,
                false,
                0,
                true,
                1,
                null,
                1);
        controller = HostController.open(options);
        this.queues = new IoQueue[queues];
        try {
            HostController.NamespaceSize namespace = controller.namespace();
            blocks = namespace.bytes() / work.blockSize();
            controller.numberOfQueues(queues);
            for (int i = 0; i < queues; i++) {
                Connection connection = controller.ioQueue(i + 1, depth);
                if (work.blockSize() > LARGE) {
                    // (All hosts share one thread: a neighbour must not delay the victim's commands on this side.)
                    connection.socketBuffers(LARGE);
                }
                this.queues[i] = new IoQueue(connection, controller, namespace, options, pattern, IN_SIZE);
                this.queues[i].tell(this);
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    // ---- the scenario's thread -----------------------------------------------------------------------------------

    /** Keeps the controller alive if it is time to. */
    void keepAlive(long now) throws IOException {
        if (now - keepAliveAt >= 0) {
            keepAliveAt = now + KEEP_ALIVE_NANOS;
            controller.keepAlive();
        }
    }

    HostController controller() {
        return controller;
    }

    /** Disconnects, whatever is in flight. The engine must not have it any more. */
    @Override
    public void close() {
        for (IoQueue queue : queues) {
            if (queue != null) {
                try {
                    queue.close();
                } catch (IOException e) {
                    // It is gone, which is what was wanted.
                }
            }
        }
        controller.close();
    }

    // ---- the engine's thread -------------------------------------------------------------------------------------

    @Override
    public void turn(Engine engine) throws IOException {
        if (hungUp) {
            return;
        }
        if (!deaf) {
            for (IoQueue queue : queues) {
                queue.poll();
                engine.between();
            }
        }
        demand.offer(this, System.nanoTime());
        for (IoQueue queue : queues) {
            flush(queue);
        }
    }

    private void flush(IoQueue queue) throws IOException {
        try {
            queue.flush();
        } catch (IOException e) {
            if (!deaf) {
                throw e;
            }
            // The target may well hang up on a host that does not listen.
            hungUp = true;
        }
    }

    /** Sends one command to a random place, which counts from {@code startedAt}. Returns false if no queue has room. */
    boolean send(long startedAt) {
        return send(random.nextLong(blocks), startedAt);
    }

    /** Every block once. */
    Demand everyBlock() {
        return (host, now) -> {
            while (visited < blocks && send(visited, now)) {
                visited++;
            }
        };
    }

    /** Blocks of the namespace. */
    long blocks() {
        return blocks;
    }

    private boolean send(long block, long startedAt) {
        for (int i = 0; i < queues.length; i++) {
            IoQueue queue = queues[next];
            next = next + 1 == queues.length ? 0 : next + 1;
            if (queue.free() > 0) {
                Io io = work.readPercent() == 100
                                || (work.readPercent() > 0 && random.nextInt(100) < work.readPercent())
                        ? Io.READ
                        : work.other();
                queue.send(io, block, startedAt);
                sent++;
                if (inWindow(startedAt)) {
                    sentInWindow++;
                }
                return true;
            }
        }
        return false;
    }

    @Override
    public void completed(long startedAt, long now) {
        completed++;
        slices.add(now);
        if (inWindow(startedAt)) {
            latencies.recordValue(Math.max(1, now - startedAt));
        }
    }

    /** From now on, this is what is asked for. */
    void demand(Demand what) {
        demand = what;
    }

    /** From now on, completions are counted by the millisecond. */
    void count(Slices into) {
        slices = into;
    }

    Slices counted() {
        return slices.copy();
    }

    /** Latencies count of what is started in this time. */
    void window(long start, long end) {
        from = start;
        until = end;
        latencies = new Histogram(1, HIGHEST_LATENCY, HIGHEST_DIGITS);
        sentInWindow = 0;
    }

    boolean inWindow(long start) {
        return start - from >= 0 && start - until < 0;
    }

    Histogram latencies() {
        return latencies.copy();
    }

    /** Whether all that was sent in the window has been answered. */
    boolean isWindowComplete() {
        return latencies.getTotalCount() == sentInWindow;
    }

    /** From now on, answers are not read any more. */
    void deafen() {
        deaf = true;
    }

    long sent() {
        return sent;
    }

    /** Commands answered with success; any other answer ends the run. */
    long completed() {
        return completed;
    }
}
