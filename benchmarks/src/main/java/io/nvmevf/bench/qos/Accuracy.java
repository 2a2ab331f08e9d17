package io.nvmevf.bench.qos;

import io.nvmevf.bench.report.Markdown;
import io.nvmevf.bench.report.Plot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How exactly a limit is kept: hosts flood virtual functions after idleness. The first second, and then every second and the
 * mean of the seconds that follow, are held against the limit. Several virtual functions are measured side by side as long as their limits
 * together are far below what a core can do.
 */
final class Accuracy implements Scenario {
    private static final int SECOND = 1000;
    private static final double MEAN_GOAL = 0.01;
    private static final double WINDOW_GOAL = 0.03;
    private static final int TOGETHER = 12;
    private static final double IOPS_TOGETHER = 60_000;
    private static final double IDLE_SECONDS = 1.5;
    private static final long NAMESPACE = 32L << 20;

    private static final List<Work> WORKS = List.of(Work.READ, Work.WRITE, Work.MIXED);
    private static final List<Rates> LIMITS = List.of(
            Rates.iops(50),
            Rates.iops(1000),
            Rates.iops(9000),
            Rates.iops(20_000),
            Rates.megabytes(10),
            Rates.megabytes(100),
            Rates.megabytes(500));

    private record Case(Work work, int depth, int queues, Rates limit) {
        double iops() {
            return limit.commands(work.blockSize());
        }

        /** So few commands in flight that it needs the target for itself to reach its limit. */
        boolean needsAll() {
            return depth * queues < 8 && iops() > 5000;
        }
    }

    /** What came of a case; {@code slices} begin with the flood. */
    private record Result(Case of, @Nullable Slices slices, String refusal, Bench.@Nullable Quality quality) {
        double firstSecond() {
            return needed().between(0, SECOND);
        }

        double firstSecondAllowed() {
            double burst = of.limit().bytes()
                    ? (double) of.limit().burst() / of.work().blockSize()
                    : of.limit().burst();
            return of.iops() + burst;
        }

        double[] windows() {
            Slices counted = needed();
            return Arrays.stream(counted.windows(SECOND, counted.millis(), SECOND))
                    .mapToDouble(n -> n / of.iops() - 1)
                    .toArray();
        }

        double mean() {
            return Arrays.stream(windows()).average().orElseThrow();
        }

        double worstWindow() {
            double least = Arrays.stream(windows()).min().orElseThrow();
            double most = Arrays.stream(windows()).max().orElseThrow();
            return -least > most ? least : most;
        }

        boolean reached() {
            return Math.abs(mean()) <= MEAN_GOAL
                    && Math.abs(worstWindow()) <= WINDOW_GOAL
                    && firstSecond() <= firstSecondAllowed();
        }

        private Slices needed() {
            if (slices == null) {
                throw new IllegalStateException("a case that was not measured");
            }
            return slices;
        }
    }

    @Override
    public Outcome run(Bench bench) throws IOException, InterruptedException {
        int seconds = bench.options().seconds(10, 3);
        bench.warmUp();
        List<Result> results = new ArrayList<>();
        for (List<Case> batch : batches(cases(bench.options()))) {
            results.addAll(measure(bench, batch, seconds));
        }
        return outcome(results, seconds);
    }

    private static List<Case> cases(Bench.Options options) {
        LinkedHashSet<Case> cases = new LinkedHashSet<>();
        if (options.quick()) {
            for (Rates limit : LIMITS) {
                cases.add(new Case(Work.READ, 32, 1, limit));
            }
            cases.add(new Case(Work.WRITE, 32, 4, Rates.iops(9000)));
            cases.add(new Case(Work.MIXED, 32, 4, Rates.iops(9000)));
            cases.add(new Case(Work.READ, 128, 8, Rates.iops(50)));
            return List.copyOf(cases);
        }
        for (Rates limit : LIMITS) {
            for (Work work : WORKS) {
                cases.add(new Case(work, 32, 4, limit));
            }
        }
        for (Rates limit : options.all() ? LIMITS : List.of(Rates.iops(50), Rates.iops(9000), Rates.iops(20_000))) {
            for (Work work : options.all() ? WORKS : List.of(Work.READ)) {
                for (int depth : new int[] {1, 32, 128}) {
                    for (int queues : new int[] {1, 4, 8}) {
                        cases.add(new Case(work, depth, queues, limit));
                    }
                }
            }
        }
        return List.copyOf(cases);
    }

    private static List<List<Case>> batches(List<Case> cases) {
        List<List<Case>> batches = new ArrayList<>();
        List<Case> open = new ArrayList<>();
        double iops = 0;
        for (Case next : cases) {
            if (next.needsAll() || next.iops() > IOPS_TOGETHER) {
                batches.add(List.of(next));
                continue;
            }
            if (open.size() == TOGETHER || iops + next.iops() > IOPS_TOGETHER) {
                batches.add(open);
                open = new ArrayList<>();
                iops = 0;
            }
            open.add(next);
            iops += next.iops();
        }
        if (!open.isEmpty()) {
            batches.add(open);
        }
        return batches;
    }

    private static List<Result> measure(Bench bench, List<Case> batch, int seconds)
            throws IOException, InterruptedException {
        List<Result> results = new ArrayList<>();
        List<Case> allowed = new ArrayList<>();
        for (Case next : batch) {
            String vf = "accuracy-" + allowed.size();
            try {
                bench.api().vf(vf, next.queues(), next.depth(), next.limit().json(next.work()), NAMESPACE);
                allowed.add(next);
            } catch (Api.RefusedException e) {
                results.add(new Result(next, null, String.valueOf(e.getMessage()), null));
            }
        }
        if (!allowed.isEmpty()) {
            Bench.Measured<List<Slices>> measured = bench.measure(() -> flood(bench, allowed, seconds));
            for (int i = 0; i < allowed.size(); i++) {
                results.add(new Result(allowed.get(i), measured.result().get(i), "", measured.quality()));
            }
            bench.progress("accuracy: %d cases at once, waited for a core %s / %s %%"
                    .formatted(
                            allowed.size(),
                            Text.tenth(measured.quality().generatorWait()),
                            Text.tenth(measured.quality().targetWait())));
        }
        return results;
    }

    private static List<Slices> flood(Bench bench, List<Case> cases, int seconds)
            throws IOException, InterruptedException {
        List<Host> hosts = new ArrayList<>();
        try {
            for (int i = 0; i < cases.size(); i++) {
                Case of = cases.get(i);
                hosts.add(bench.host("accuracy-" + i, of.work(), of.queues(), of.depth()));
            }
            bench.sleep(IDLE_SECONDS);
            long start = Bench.soon();
            int millis = (1 + seconds) * SECOND;
            bench.engine().order(() -> {
                for (Host host : hosts) {
                    host.count(new Slices(millis, start));
                    host.demand(Demand.flood(start));
                }
            });
            bench.sleepUntil(start + Bench.seconds(1 + seconds) + Bench.seconds(0.05));
            return bench.engine().call(() -> hosts.stream().map(Host::counted).toList());
        } finally {
            bench.close(hosts);
        }
    }

    private static Outcome outcome(List<Result> results, int seconds) {
        List<Map<String, Object>> rows = new ArrayList<>();
        List<List<String>> table = new ArrayList<>();
        List<double[]> points = new ArrayList<>();
        List<double[]> means = new ArrayList<>();
        int reached = 0;
        int measured = 0;
        for (Result result : results) {
            Case of = result.of();
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("scenario", "accuracy");
            row.put("work", of.work().name());
            row.put("queueDepth", of.depth());
            row.put("queues", of.queues());
            row.put("limit", of.limit().toString());
            row.put("limitIops", of.iops());
            if (result.slices() == null || result.quality() == null) {
                row.put("refused", result.refusal());
                table.add(List.of(
                        "",
                        name(of),
                        of.limit().toString(),
                        "not allowed: more than 10 s of commands",
                        "",
                        "",
                        "",
                        "",
                        ""));
                rows.add(row);
                continue;
            }
            measured++;
            reached += result.reached() ? 1 : 0;
            for (double window : result.windows()) {
                points.add(new double[] {measured, 100 * (1 + window)});
            }
            means.add(new double[] {measured, 100 * (1 + result.mean())});
            row.put("meanOff", result.mean());
            row.put("windowsOff", result.windows());
            row.put("firstSecond", result.firstSecond());
            row.put("firstSecondAllowed", result.firstSecondAllowed());
            row.put("reached", result.reached());
            row.putAll(result.quality().json());
            rows.add(row);
            table.add(List.of(
                    String.valueOf(measured),
                    name(of),
                    of.limit().toString(),
                    Text.number(of.iops() * (1 + result.mean())),
                    Text.percent(result.mean()),
                    Text.percent(result.worstWindow()),
                    Text.number(result.firstSecond()) + " / " + Text.number(Math.floor(result.firstSecondAllowed())),
                    Text.tenth(result.quality().worst()) + " %",
                    Text.verdict(result.reached())));
        }
        String text =
                "%d of %d cases reach all three goals. 4 KiB, random; %d windows of 1 s after the first second.\n\n"
                                .formatted(reached, measured, seconds)
                        + Markdown.table(
                                List.of(
                                        "case:",
                                        "work",
                                        "limit:",
                                        "IOPS, mean:",
                                        "mean off:",
                                        "worst 1 s window off:",
                                        "first second: commands / allowed:",
                                        "waited for a core:",
                                        "reached"),
                                table);
        double[] ends = {0.5, measured + 0.5};
        Plot plot = new Plot.Xy(
                        "Rate of a flooded virtual function, of its limit",
                        "case (row of the table)",
                        "of the limit, %")
                .points("windows of 1 s", column(points, 0), column(points, 1))
                .points("mean of %d s".formatted(seconds), column(means, 0), column(means, 1))
                .limit("a window: 103 %", ends, new double[] {103, 103})
                .limit("97 %", ends, new double[] {97, 97})
                .limit("the mean: 101 %", ends, new double[] {101, 101})
                .limit("99 %", ends, new double[] {99, 99})
                .plot("accuracy", "Rates of all windows of 1 s, and means, in percent of the limit");
        return new Outcome(rows, text, List.of(plot));
    }

    private static String name(Case of) {
        return "%s QD %d × %d".formatted(of.work().name(), of.depth(), of.queues());
    }

    private static double[] column(List<double[]> rows, int column) {
        return rows.stream().mapToDouble(row -> row[column]).toArray();
    }
}
