package io.nvmevf.bench.load;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** One controller with its I/O queues, and what can be done with them, one thing after the other. */
final class LoadRun implements Closeable {
    private static final long KEEP_ALIVE_NANOS = HostController.KATO.toNanos() / 3;
    private static final double CONTENDED_PERCENT = 5;
    private static final long NO_END_NANOS = Duration.ofDays(365).toNanos();

    private final LoadOptions options;
    private final HostController controller;
    private final List<IoQueue> queues = new ArrayList<>();
    private final long blocks;
    private final ExecutorService threads;
    private long keepAliveAt = System.nanoTime() + KEEP_ALIVE_NANOS;

    /**
     * Connects.
     *
     * @param pattern what is written, and checked when it is read; null: anything, and reads are not checked
     */
    LoadRun(LoadOptions options, @Nullable DataPattern pattern) throws IOException {
        this.options = options;
        threads = Executors.newFixedThreadPool(
                options.threads(), Thread.ofPlatform().name("load-", 0).daemon().factory());
        controller = HostController.open(options);
        try {
            HostController.NamespaceSize namespace = controller.namespace();
            blocks = check(namespace);
            controller.numberOfQueues(options.queues());
            for (int qid = 1; qid <= options.queues(); qid++) {
                Connection connection = controller.ioQueue(qid, options.depth());
                queues.add(new IoQueue(connection, controller, namespace, options, pattern));
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private long check(HostController.NamespaceSize namespace) throws LoadException {
        int size = options.blockSize();
        if (size <= 0 || size % (1 << namespace.lbads()) != 0 || size > controller.mdts()) {
            throw new LoadException("block size %d: must be a multiple of %d, at most %d"
                    .formatted(size, 1 << namespace.lbads(), controller.mdts()));
        }
        long region = options.region() == 0 ? namespace.bytes() : options.region();
        long count = region / size;
        if (region > namespace.bytes() || count < options.queues()) {
            throw new LoadException("region %d: must hold a block for each queue, and the namespace has %d bytes"
                    .formatted(region, namespace.bytes()));
        }
        return count;
    }

    /** Writes every block of the region once, in ascending order. */
    void fill() throws IOException, InterruptedException {
        once((queue, of) -> Accesses.once(false, blocks, queue, of));
    }

    /** Writes every block once and reads every block once, in scattered orders, with the data checked. Returns bytes. */
    long verify() throws IOException, InterruptedException {
        once((queue, of) -> Accesses.scattered(false, blocks, queue, of));
        once((queue, of) -> Accesses.scattered(true, blocks, queue, of));
        return blocks * options.blockSize();
    }

    private interface AccessesOf {
        Accesses of(int queue, int queues);
    }

    private void once(AccessesOf accesses) throws IOException, InterruptedException {
        long now = System.nanoTime();
        Running running = start(accesses, now, now + NO_END_NANOS);
        running.results();
    }

    /**
     * Warms up, then measures; again while the generator or the target had to wait for its processor too long, as on a
     * machine that others use at the same time.
     *
     * @param attempts 1 or more; the one with the least waiting counts when none was good
     */
    LoadResult measure(Map<String, String> labels, @Nullable TargetProbe probe, int attempts)
            throws IOException, InterruptedException {
        LoadResult best = measure(labels, probe);
        for (int i = 1; i < attempts && best.waitPercent() > CONTENDED_PERCENT; i++) {
            LoadResult next = measure(labels, probe);
            best = next.waitPercent() < best.waitPercent() ? next : best;
        }
        return best;
    }

    /** Warms up, then measures. */
    LoadResult measure(Map<String, String> labels, @Nullable TargetProbe probe)
            throws IOException, InterruptedException {
        SchedulerTimes ours = new SchedulerTimes(ProcessHandle.current().pid());
        long from = System.nanoTime() + options.warmUp().toNanos();
        long until = from + options.duration().toNanos();
        Running running = start(
                (queue, of) -> Accesses.endless(options.workload(), blocks, queue, of, options.seed()), from, until);
        running.await(from);
        long startedAt = System.nanoTime();
        long waitedBefore = ours.now().waited();
        long before = running.progress();
        TargetProbe.@Nullable Sample first = probe == null ? null : probe.sample();
        running.await(until);
        TargetProbe.@Nullable Sample last = probe == null ? null : probe.sample();
        long counted = running.progress() - before;
        long nanos = System.nanoTime() - startedAt;
        double waited = 100.0 * (ours.now().waited() - waitedBefore) / nanos;
        List<Worker.Result> results = running.results();

        Histogram histogram = results.getFirst().histogram();
        for (Worker.Result other : results.subList(1, results.size())) {
            histogram.add(other.histogram());
        }
        double seconds = options.duration().toNanos() / 1e9;
        double iops = histogram.getTotalCount() / seconds;
        double busy = results.stream().mapToLong(Worker.Result::busyNanos).sum() / (seconds * 1e9 * results.size());
        double perRead =
                (double) results.stream().mapToLong(Worker.Result::completed).sum()
                        / results.stream().mapToLong(Worker.Result::reads).sum();
        return new LoadResult(
                labels,
                options.workload().name().toLowerCase(java.util.Locale.ROOT),
                options.blockSize(),
                options.depth(),
                options.queues(),
                seconds,
                histogram.getTotalCount(),
                iops,
                iops * options.blockSize() / (1 << 20),
                LoadResult.Latency.of(histogram),
                new LoadResult.Generator(busy * 100, waited, perRead),
                first == null || last == null ? null : target(last.since(first), counted, nanos));
    }

    private static LoadResult.Target target(TargetProbe.Sample spent, long ios, long nanos) {
        TargetProbe.Jvm jvm = spent.jvm();
        return new LoadResult.Target(
                spent.cpuNanos() / 1e3 / ios,
                100.0 * spent.cpuNanos() / nanos,
                100.0 * spent.waitNanos() / nanos,
                jvm == null
                        ? null
                        : new LoadResult.Jvm(
                                (double) jvm.loopBytes() / ios,
                                (double) jvm.allBytes() / ios,
                                jvm.loopBytes(),
                                jvm.collections(),
                                jvm.collectionMillis()));
    }

    private Running start(AccessesOf accesses, long from, long until) {
        List<Worker> workers = new ArrayList<>();
        for (int thread = 0; thread < options.threads(); thread++) {
            List<IoQueue> served = new ArrayList<>();
            List<Accesses> theirs = new ArrayList<>();
            for (int queue = thread; queue < queues.size(); queue += options.threads()) {
                served.add(queues.get(queue));
                theirs.add(accesses.of(queue, queues.size()));
            }
            workers.add(new Worker(served, theirs, options.spin(), from, until));
        }
        return new Running(workers);
    }

    /** Workers that have been started. */
    private final class Running {
        private final List<Worker> workers;
        private final ExecutorCompletionService<Worker.Result> ended = new ExecutorCompletionService<>(threads);
        private final List<Worker.Result> results = new ArrayList<>();

        Running(List<Worker> workers) {
            this.workers = workers;
            workers.forEach(ended::submit);
        }

        long progress() {
            return workers.stream().mapToLong(Worker::progress).sum();
        }

        /** Waits for a time, keeps the controller alive, and throws as soon as a worker fails. */
        void await(long time) throws IOException, InterruptedException {
            long left = time - System.nanoTime();
            while (left > 0 && results.size() < workers.size()) {
                long keepAliveIn = keepAliveAt - System.nanoTime();
                if (keepAliveIn <= 0) {
                    controller.keepAlive();
                    keepAliveAt = System.nanoTime() + KEEP_ALIVE_NANOS;
                } else {
                    take(ended.poll(Math.min(left, keepAliveIn), TimeUnit.NANOSECONDS));
                }
                left = time - System.nanoTime();
            }
        }

        List<Worker.Result> results() throws IOException, InterruptedException {
            await(System.nanoTime() + NO_END_NANOS);
            return results;
        }

        private void take(@Nullable Future<Worker.Result> done) throws IOException, InterruptedException {
            if (done == null) {
                return;
            }
            try {
                results.add(done.get());
            } catch (ExecutionException e) {
                String message = e.getCause() instanceof IOException io
                        ? String.valueOf(io.getMessage())
                        : "a fault of the generator";
                throw new IOException(message, e.getCause());
            }
        }
    }

    /** Ends the controller as a host does that shuts down. */
    void shutdown() throws IOException {
        for (IoQueue queue : queues) {
            queue.close();
        }
        controller.shutdown();
    }

    @Override
    public void close() throws IOException {
        for (IoQueue queue : queues) {
            queue.close();
        }
        controller.close();
        threads.shutdownNow();
    }
}
