package io.nvmevf.bench.qos;

import io.nvmevf.bench.load.DataPattern;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What scenarios work with: the engine, the target's API, the hosts, and the times. */
final class Bench implements Closeable {
    private static final long SECOND = 1_000_000_000L;
    private static final double PERCENT = 100;
    private static final String WARM_UP = "warm-up";
    private static final int WARM_UP_QUEUES = 2;
    private static final int WARM_UP_DEPTH = 32;
    private static final long WARM_UP_BYTES = 16L << 20;
    private static final double WARM_UP_SECONDS = 1.5;
    private static final long LEAD_NANOS = 20_000_000;

    private final Options options;
    private final Engine engine = new Engine();
    private final Api api;
    private final CoreWait targetWait;
    private final CoreWait generatorWait;
    private final List<Host> hosts = new ArrayList<>();

    /**
     * What the command line says.
     *
     * @param quick a short run that only shows that everything works
     * @param all the whole matrix instead of a choice of it
     * @param seconds of a window; 0 for what the scenario takes
     * @param rounds 0 for what the scenario takes
     * @param attempts how often a window is measured in which somebody waited for a core
     * @param maxWait percent of a window that generator or target may wait for their cores
     * @param only neighbours whose names have this in them
     */
    record Options(
            int port,
            String api,
            long targetPid,
            boolean quick,
            boolean all,
            int seconds,
            int rounds,
            int attempts,
            double maxWait,
            String only) {
        int seconds(int usual, int ifQuick) {
            return seconds != 0 ? seconds : quick ? ifQuick : usual;
        }

        int rounds(int usual, int ifQuick) {
            return rounds != 0 ? rounds : quick ? ifQuick : usual;
        }
    }

    /**
     * How far a window can be believed.
     *
     * @param generatorWait percent of it in which the thread of the generator was ready to run and did not
     * @param targetWait the same, of the target's event loops
     * @param lateUs 99.9 % of the generator's turns took less, in microseconds: so late can a command have been sent, or its
     *     answer noticed
     * @param latestUs the longest turn
     */
    record Quality(double generatorWait, double targetWait, double lateUs, double latestUs) {
        double worst() {
            return Math.max(generatorWait, targetWait);
        }

        Map<String, Object> json() {
            return Map.of(
                    "generatorWaitPercent",
                    generatorWait,
                    "targetWaitPercent",
                    targetWait,
                    "generatorLateP999Us",
                    lateUs,
                    "generatorLateMaxUs",
                    latestUs);
        }
    }

    /** What a window brought. */
    record Measured<T>(T result, Quality quality) {}

    /** Measures one window, from the start of a measurement to its end. */
    interface Measurement<T> {
        T measure() throws IOException, InterruptedException;
    }

    Bench(Options options) throws IOException, InterruptedException {
        this.options = options;
        api = new Api(options.api());
        targetWait = CoreWait.of(options.targetPid(), "nvmevf-loop");
        generatorWait = new CoreWait(List.of(engine.task()));
    }

    Options options() {
        return options;
    }

    Engine engine() {
        return engine;
    }

    Api api() {
        return api;
    }

    /** Connects a host, not yet to the engine. */
    Host connect(String vf, Work work, int queues, int depth, @Nullable DataPattern pattern) throws IOException {
        Host host = new Host(options.port(), Api.nqn(vf), work, queues, depth, pattern);
        hosts.add(host);
        return host;
    }

    /** Connects a host, and the engine serves it from now on. */
    Host host(String vf, Work work, int queues, int depth) throws IOException, InterruptedException {
        Host host = connect(vf, work, queues, depth, null);
        engine.add(host);
        return host;
    }

    /** Takes hosts away from the engine and disconnects them. */
    void close(Iterable<Host> away) throws IOException, InterruptedException {
        for (Host host : away) {
            engine.remove(host);
            host.close();
            hosts.remove(host);
        }
    }

    /** Loads the target for some seconds, so that its code and ours have been compiled before anything is measured. */
    void warmUp() throws IOException, InterruptedException {
        api.vf(WARM_UP, WARM_UP_QUEUES, WARM_UP_DEPTH, Api.object(), WARM_UP_BYTES);
        for (Work work : List.of(Work.MIXED, Work.READ, Work.FLUSH, Work.DEALLOCATE)) {
            Host host = host(WARM_UP, work, WARM_UP_QUEUES, WARM_UP_DEPTH);
            engine.order(() -> host.demand(Demand.flood(System.nanoTime())));
            sleep(WARM_UP_SECONDS);
            close(List.of(host));
        }
    }

    /** A time a little ahead, at which something can be ordered to begin. */
    static long soon() {
        return System.nanoTime() + LEAD_NANOS;
    }

    static long seconds(double seconds) {
        return Math.round(seconds * SECOND);
    }

    /** Sleeps; keeps all hosts' controllers alive. */
    void sleepUntil(long time) throws IOException, InterruptedException {
        while (true) {
            // (Something that the engine failed at is told here.)
            engine.order(() -> {});
            long now = System.nanoTime();
            if (time - now <= 0) {
                return;
            }
            for (Host host : hosts) {
                host.keepAlive(now);
            }
            TimeUnit.NANOSECONDS.sleep(Math.min(SECOND, Math.max(0, time - System.nanoTime())));
        }
    }

    void sleep(double seconds) throws IOException, InterruptedException {
        sleepUntil(System.nanoTime() + seconds(seconds));
    }

    /** Waits until something is true, which is asked on the engine's thread. */
    void await(String what, double seconds, java.util.concurrent.Callable<Boolean> condition)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + seconds(seconds);
        while (!engine.call(condition)) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("did not come true in " + seconds + " s: " + what);
            }
            sleep(0.005);
        }
    }

    /** Measures once, with what tells how far it can be believed. */
    <T> Measured<T> once(Measurement<T> measurement) throws IOException, InterruptedException {
        // (Not in the middle of it.)
        System.gc();
        long start = System.nanoTime();
        long ours = generatorWait.nanos();
        long theirs = targetWait.nanos();
        engine.turns();
        T result = measurement.measure();
        Histogram turns = engine.turns();
        double nanos = System.nanoTime() - start;
        return new Measured<>(
                result,
                new Quality(
                        PERCENT * (generatorWait.nanos() - ours) / nanos,
                        PERCENT * (targetWait.nanos() - theirs) / nanos,
                        turns.getValueAtPercentile(99.9) / 1e3,
                        turns.getMaxValue() / 1e3));
    }

    /** Measures, again while somebody had to wait for a core too long; the window with the least waiting counts. */
    <T> Measured<T> measure(Measurement<T> measurement) throws IOException, InterruptedException {
        Measured<T> best = once(measurement);
        for (int i = 1; i < options.attempts() && best.quality().worst() > options.maxWait(); i++) {
            Measured<T> next = once(measurement);
            best = next.quality().worst() < best.quality().worst() ? next : best;
        }
        return best;
    }

    /** For who waits. */
    // The one who runs it wants to see that it goes on.
    @SuppressWarnings("SystemOut")
    void progress(String line) {
        System.err.println(line);
    }

    @Override
    public void close() {
        engine.close();
        hosts.forEach(Host::close);
        api.close();
    }
}
