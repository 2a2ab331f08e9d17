package io.nvmevf.bench.qos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nvmevf.bench.load.DataPattern;
import io.nvmevf.bench.report.Markdown;
import io.nvmevf.bench.report.Plot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether a change of a limit holds soon, and loses nothing: one virtual function is flooded with reads whose data are checked, while its limit
 * goes to and fro between two rates over REST.
 */
final class Changes implements Scenario {
    private static final String VF = "changes";
    private static final long[] RATES = {2000, 20_000};
    private static final int QUEUES = 4;
    private static final int DEPTH = 32;
    private static final long NAMESPACE = 32L << 20;
    private static final int SETTLED_MILLIS = 50;
    private static final int BETWEEN_MILLIS = 200;
    private static final int WINDOW_MILLIS = 5;
    private static final int STEADY_MILLIS = 20;
    private static final double RATE_GOAL = 0.05;
    private static final double GOAL_SHARE = 1;

    /** One change: milliseconds of the count at which it was asked for, answered, and followed by the next one. */
    private record Change(long rate, double asked, double answered, double next) {
        /** The rate from 50 ms after the answer on, against the new limit. */
        double off(Slices slices) {
            int from = (int) Math.ceil(answered) + SETTLED_MILLIS;
            int to = (int) Math.floor(next);
            double expected = rate * (to - from) / 1e3;
            return slices.between(from, to) / expected - 1;
        }

        /**
         * After how many milliseconds from the answer on the new rate is seen: at the end of the first window of 5 ms that is nearer to it than
         * to the old one (beyond the geometric mean of both), if the 20 ms from its start on are, too. 0 if that was before the answer;
         * infinite if it never was.
         */
        double seenAfter(Slices slices) {
            for (int at = (int) Math.floor(asked); at + STEADY_MILLIS <= next; at++) {
                if (isNew(slices, at, WINDOW_MILLIS) && isNew(slices, at, STEADY_MILLIS)) {
                    return Math.max(0, at + WINDOW_MILLIS - answered);
                }
            }
            return Double.POSITIVE_INFINITY;
        }

        private boolean isNew(Slices slices, int at, int millis) {
            double border = Math.sqrt((double) RATES[0] * RATES[1]);
            double seen = slices.between(at, at + millis) * 1e3 / millis;
            return rate > border ? seen > border : seen < border;
        }
    }

    private record Run(Slices slices, List<Change> changes, long sent, long completed) {}

    @Override
    public Outcome run(Bench bench) throws IOException, InterruptedException {
        bench.warmUp();
        int count = bench.options().rounds(1000, 40);
        Bench.Measured<Run> measured = bench.once(() -> measure(bench, count));
        return outcome(measured);
    }

    private static ObjectNode limit(long rate) {
        return Api.object().put("readIops", rate);
    }

    private static Run measure(Bench bench, int count) throws IOException, InterruptedException {
        DataPattern pattern = new DataPattern(System.nanoTime());
        bench.api().vf(VF, QUEUES, DEPTH, Api.object(), NAMESPACE);
        fill(bench, pattern);
        bench.api().limits(VF, limit(RATES[0]));
        Host host = bench.connect(VF, Work.READ, QUEUES, DEPTH, pattern);
        bench.engine().add(host);
        try {
            long start = Bench.soon();
            // (Changes take some milliseconds each, beside the time between them.)
            int millis = count * (BETWEEN_MILLIS + 100) + 2000;
            bench.engine().order(() -> {
                host.count(new Slices(millis, start));
                host.demand(Demand.flood(start));
            });
            bench.sleepUntil(start + Bench.seconds(1));
            List<long[]> times = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                long asked = System.nanoTime();
                bench.api().limits(VF, limit(RATES[(i + 1) % 2]));
                long answered = System.nanoTime();
                times.add(new long[] {asked, answered});
                bench.sleepUntil(answered + BETWEEN_MILLIS * 1_000_000L);
            }
            long end = System.nanoTime();
            bench.engine().order(() -> host.demand(Demand.none()));
            bench.await("all commands are answered", 10, () -> host.completed() == host.sent());
            Slices slices = bench.engine().call(host::counted);
            List<Change> changes = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                long next = i + 1 < count ? times.get(i + 1)[0] : end;
                changes.add(new Change(
                        RATES[(i + 1) % 2],
                        (times.get(i)[0] - start) / 1e6,
                        (times.get(i)[1] - start) / 1e6,
                        (next - start) / 1e6));
            }
            return new Run(slices, changes, host.sent(), host.completed());
        } finally {
            bench.close(List.of(host));
        }
    }

    /** Every block gets what belongs there. */
    private static void fill(Bench bench, DataPattern pattern) throws IOException, InterruptedException {
        Host host = bench.connect(VF, Work.WRITE, QUEUES, DEPTH, pattern);
        bench.engine().add(host);
        Demand everyBlock = host.everyBlock();
        bench.engine().order(() -> host.demand(everyBlock));
        bench.await(
                "every block is written", 60, () -> host.sent() == host.blocks() && host.completed() == host.sent());
        bench.close(List.of(host));
    }

    private static Outcome outcome(Bench.Measured<Run> measured) {
        Run run = measured.result();
        List<Change> changes = run.changes();
        List<Map<String, Object>> rows = new ArrayList<>();
        double[] seen = new double[changes.size()];
        double[] off = new double[changes.size()];
        double[] took = new double[changes.size()];
        for (int i = 0; i < seen.length; i++) {
            Change change = changes.get(i);
            seen[i] = change.seenAfter(run.slices());
            off[i] = change.off(run.slices());
            took[i] = change.answered() - change.asked();
            rows.add(new LinkedHashMap<>(Map.of(
                    "scenario",
                    "changes",
                    "change",
                    i + 1,
                    "rate",
                    change.rate(),
                    "answeredAfterMs",
                    took[i],
                    "seenAfterMs",
                    seen[i],
                    "rateOff",
                    off[i])));
        }
        rows.addFirst(new LinkedHashMap<>(Map.of(
                "scenario",
                "changes",
                "sent",
                run.sent(),
                "completed",
                run.completed(),
                "quality",
                measured.quality().json())));
        long inTime = Arrays.stream(seen).filter(ms -> ms <= SETTLED_MILLIS).count();
        long settled = Arrays.stream(off).filter(x -> Math.abs(x) <= RATE_GOAL).count();
        List<List<String>> table = List.of(
                List.of("changes", Text.number(changes.size()), ""),
                List.of("commands sent", Text.number(run.sent()), ""),
                List.of(
                        "commands answered with success, their data right",
                        Text.number(run.completed()),
                        Text.verdict(run.completed() == run.sent())),
                List.of(
                        "changes whose rate was seen within 50 ms of the answer",
                        Text.number(inTime),
                        Text.verdict(inTime >= GOAL_SHARE * changes.size())),
                List.of(
                        "changes whose rate from 50 ms on is within 5 %",
                        Text.number(settled), Text.verdict(settled >= GOAL_SHARE * changes.size())),
                List.of("new rate seen, ms after the answer: median / 99 % / most", three(seen), ""),
                List.of("rate from 50 ms on, off: least / median / most", offs(off), ""),
                List.of("REST request to answer, ms: median / 99 % / most", three(took), ""),
                List.of(
                        "generator / target waited for a core",
                        Text.tenth(measured.quality().generatorWait()) + " % / "
                                + Text.tenth(measured.quality().targetWait()) + " %",
                        ""));
        String text = "One virtual function, 4 KiB random reads, QD %d × %d, limit %s and %s IOPS in turn.\n\n"
                        .formatted(DEPTH, QUEUES, Text.number(RATES[0]), Text.number(RATES[1]))
                + Markdown.table(List.of("what", "figure:", "reached"), table);
        return new Outcome(rows, text, List.of(distribution(seen), first(run)));
    }

    private static Plot distribution(double[] seen) {
        double[] sorted = seen.clone();
        Arrays.sort(sorted);
        double[] share = new double[sorted.length];
        for (int i = 0; i < share.length; i++) {
            share[i] = 100.0 * (i + 1) / share.length;
        }
        return new Plot.Xy(
                        "Time until a changed limit is seen in the rate",
                        "after the answer of the REST API, ms",
                        "of all changes, %")
                .line("changes", sorted, share)
                .limit("allowed", new double[] {SETTLED_MILLIS, SETTLED_MILLIS}, new double[] {0, 100})
                .range(0, 100)
                .plot("changes", "Share of changes that were seen within a time");
    }

    /** The first changes, as they look. */
    private static Plot first(Run run) {
        int from = (int) run.changes().getFirst().asked() - 100;
        int shown = 1500;
        int window = 10;
        double[] x = new double[shown / window];
        double[] y = new double[x.length];
        double[] limit = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            int at = from + i * window;
            x[i] = i * window;
            y[i] = run.slices().between(at, at + window) * 1e3 / window;
            limit[i] = RATES[0];
            for (Change change : run.changes()) {
                if (at >= change.answered()) {
                    limit[i] = change.rate();
                }
            }
        }
        return new Plot.Xy("Rate of a virtual function whose limit is changed", "ms", "commands a second, in 10 ms")
                .line("rate", x, y)
                .limit("limit, from the answer on", x, limit)
                .plot("changes-rate", "Rate over time while the limit goes to and fro");
    }

    private static String three(double[] values) {
        return "%s / %s / %s"
                .formatted(
                        Text.tenth(Text.quantile(values, 0.5)),
                        Text.tenth(Text.quantile(values, 0.99)),
                        Text.tenth(Text.quantile(values, 1)));
    }

    private static String offs(double[] values) {
        return "%s / %s / %s"
                .formatted(
                        Text.percent(Text.quantile(values, 0)),
                        Text.percent(Text.quantile(values, 0.5)),
                        Text.percent(Text.quantile(values, 1)));
    }
}
