package io.nvmevf.bench.load;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/**
 * One thread over its queues, from the first command to the last answer. Runs until the accesses end, or until a time is
 * over; latencies count between two times.
 *
 * <p>It polls its sockets without a pause, or sleeps in a selector when nothing has come; the first is faster and needs a
 * core of its own.
 */
final class Worker implements Callable<Worker.Result> {
    private static final long STALLED_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long HIGHEST_LATENCY_NANOS = Duration.ofMinutes(2).toNanos();
    private static final int PRECISION_DIGITS = 3;
    private static final long SELECT_MILLIS = 100;

    private final List<IoQueue> queues;
    private final List<Accesses> accesses;
    private final boolean spin;
    private final long from;
    private final long until;
    private final Histogram histogram = new Histogram(1, HIGHEST_LATENCY_NANOS, PRECISION_DIGITS);
    /** I/Os completed, for other threads. */
    private final AtomicLong progress = new AtomicLong();

    private long busyNanos;

    /**
     * What one thread has seen.
     *
     * @param histogram latencies in nanoseconds of what completed between the two times
     * @param busyNanos time between them in which it was not waiting
     * @param reads reads from sockets that brought something, over the whole run
     * @param completed I/Os over the whole run
     */
    record Result(Histogram histogram, long busyNanos, long reads, long completed) {}

    /**
     * @param accesses one for each queue
     * @param from {@link System#nanoTime} from which latencies count
     * @param until when no further commands are sent
     */
    Worker(List<IoQueue> queues, List<Accesses> accesses, boolean spin, long from, long until) {
        this.queues = queues;
        this.accesses = accesses;
        this.spin = spin;
        this.from = from;
        this.until = until;
    }

    /** I/Os completed so far. */
    long progress() {
        return progress.getAcquire();
    }

    @Override
    public Result call() throws IOException {
        long earlierReads = reads();
        long earlierCompleted = completed();
        for (int i = 0; i < queues.size(); i++) {
            queues.get(i).begin(accesses.get(i), histogram);
        }
        if (spin) {
            spin();
        } else {
            sleep();
        }
        return new Result(histogram, busyNanos, reads() - earlierReads, completed() - earlierCompleted);
    }

    private long reads() {
        return queues.stream().mapToLong(IoQueue::reads).sum();
    }

    private long completed() {
        return queues.stream().mapToLong(IoQueue::completed).sum();
    }

    private void spin() throws IOException {
        IoQueue[] all = queues.toArray(IoQueue[]::new);
        Progress clock = new Progress();
        long now = System.nanoTime();
        while (clock.goesOn(now)) {
            for (IoQueue queue : all) {
                int n = queue.poll();
                long after = System.nanoTime();
                if (n > 0) {
                    clock.busy(now, after);
                }
                now = after;
            }
        }
    }

    private void sleep() throws IOException {
        Progress clock = new Progress();
        try (Selector selector = Selector.open()) {
            for (IoQueue queue : queues) {
                queue.channel().register(selector, SelectionKey.OP_READ, queue);
            }
            long now = System.nanoTime();
            while (clock.goesOn(now)) {
                for (SelectionKey key : selector.keys()) {
                    boolean waits = ((IoQueue) key.attachment()).wantsWrite();
                    int wanted = SelectionKey.OP_READ | (waits ? SelectionKey.OP_WRITE : 0);
                    if (key.interestOps() != wanted) {
                        key.interestOps(wanted);
                    }
                }
                selector.select(SELECT_MILLIS);
                long woken = System.nanoTime();
                for (SelectionKey key : selector.selectedKeys()) {
                    ((IoQueue) key.attachment()).poll();
                }
                selector.selectedKeys().clear();
                now = System.nanoTime();
                clock.busy(woken, now);
            }
        }
    }

    /** Where the run is between its times. */
    private final class Progress {
        private boolean recording;
        private boolean stopped;
        private long seen = -1;
        private long seenAt;

        /** Whether there is more to do at {@code now}; starts and stops what has its time. */
        boolean goesOn(long now) throws LoadException {
            long completed = 0;
            boolean done = true;
            for (int i = 0; i < queues.size(); i++) {
                completed += queues.get(i).completed();
                done &= queues.get(i).isDone();
            }
            progress.setRelease(completed);
            if (completed != seen) {
                seen = completed;
                seenAt = now;
            } else if (now - seenAt > STALLED_NANOS) {
                throw new LoadException("nothing has completed for " + STALLED_NANOS / 1_000_000_000 + " s");
            }
            boolean inWindow = now - from >= 0 && now - until < 0;
            if (inWindow != recording) {
                recording = inWindow;
                queues.forEach(queue -> queue.record(inWindow));
            }
            if (!stopped && now - until >= 0) {
                stopped = true;
                queues.forEach(IoQueue::stop);
            }
            return !done;
        }

        void busy(long since, long to) {
            if (recording) {
                busyNanos += to - since;
            }
        }
    }
}
