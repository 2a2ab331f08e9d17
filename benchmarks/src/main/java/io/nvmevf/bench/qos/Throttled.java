package io.nvmevf.bench.qos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.nvmevf.bench.report.Markdown;
import io.nvmevf.bench.report.Plot;
import io.nvmevf.protocol.log.VolumeStatistics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether the target's counter of throttled time is right: hosts send bursts at known times, and from the times at which the commands really
 * went the exact answer is computed ({@link ThrottleModel}).
 */
final class Throttled implements Scenario {
    private static final double GOAL = 0.01;
    private static final double IDLE_SECONDS = 1.5;
    private static final long STAGGER_NANOS = 9_300_000;
    private static final double DRAIN_SECONDS = 30;
    private static final long NAMESPACE = 32L << 20;

    /**
     * Demand that comes and goes.
     *
     * @param commands in a burst
     * @param everyMillis a burst begins, while there is demand
     * @param onMillis there is demand; then for {@code offMillis} there is none
     */
    private record Pattern(
            Work work, Rates limit, long burst, int commands, int everyMillis, int onMillis, int offMillis) {
        String name() {
            String off = offMillis == 0 ? "" : ", %d ms on, %d ms off".formatted(onMillis, offMillis);
            return "%s %d KiB, %s%s: %d every %d ms%s"
                    .formatted(
                            work.name(),
                            work.blockSize() >> 10,
                            limit,
                            burst == limit.burst() ? "" : " burst " + Text.number(burst),
                            commands,
                            everyMillis,
                            off);
        }

        long[] offsets(int seconds) {
            List<Long> offsets = new ArrayList<>();
            for (int at = 0; at < seconds * 1000; at += everyMillis) {
                if (offMillis == 0 || at % (onMillis + offMillis) < onMillis) {
                    offsets.add(at * 1_000_000L);
                }
            }
            return offsets.stream().mapToLong(Long::longValue).toArray();
        }

        ObjectNode json() {
            ObjectNode limits = Api.object();
            limits.putObject(work.limit() + (limit.bytes() ? "Bytes" : "Iops"))
                    .put("rate", limit.perSecond())
                    .put("burst", burst);
            return limits;
        }

        /** The most commands that can be in flight, if none were answered while there is demand. */
        int inFlight() {
            return offMillis == 0 ? commands : commands * onMillis / everyMillis;
        }

        long amount() {
            return limit.bytes() ? work.blockSize() : 1;
        }
    }

    private static Pattern pattern(Work work, Rates limit, int commands, int every, int on, int off) {
        return new Pattern(work, limit, limit.burst(), commands, every, on, off);
    }

    private static final List<Pattern> PATTERNS = List.of(
            pattern(Work.READ, Rates.iops(1000), 100, 200, 0, 0),
            pattern(Work.READ, Rates.iops(1000), 50, 20, 500, 1500),
            pattern(Work.READ, Rates.iops(9000), 600, 100, 0, 0),
            new Pattern(Work.READ, Rates.iops(2000), 500, 800, 500, 0, 0),
            pattern(Work.WRITE, Rates.iops(500), 60, 200, 0, 0),
            pattern(Work.MIXED, Rates.iops(3000), 400, 250, 0, 0),
            pattern(Work.READ, Rates.megabytes(10), 300, 200, 0, 0),
            pattern(Work.READ.of(65_536), Rates.megabytes(100), 120, 100, 0, 0),
            pattern(Work.WRITE.of(65_536), Rates.megabytes(50), 40, 25, 250, 750),
            pattern(Work.FLUSH, Rates.iops(1000), 100, 200, 0, 0));

    /**
     * What came of a pattern, in seconds.
     *
     * @param lateUs by how much a command went later than it was to, at most
     */
    private record Result(Pattern of, double exact, double metric, double logPage, int commands, double lateUs) {
        double metricOff() {
            return metric / exact - 1;
        }

        double logPageOff() {
            return logPage / exact - 1;
        }

        boolean reached() {
            return Math.abs(metricOff()) <= GOAL && Math.abs(logPageOff()) <= GOAL;
        }
    }

    @Override
    public Outcome run(Bench bench) throws IOException, InterruptedException {
        int seconds = bench.options().seconds(20, 4);
        bench.warmUp();
        Bench.Measured<List<Result>> measured = bench.measure(() -> all(bench, seconds));
        return outcome(measured, seconds);
    }

    private static List<Result> all(Bench bench, int seconds) throws IOException, InterruptedException {
        List<Host> hosts = new ArrayList<>();
        try {
            for (int i = 0; i < PATTERNS.size(); i++) {
                Pattern pattern = PATTERNS.get(i);
                int depth = Math.min(256, pattern.inFlight());
                int queues = Math.ceilDiv(pattern.inFlight(), depth);
                bench.api().vf("throttled-" + i, queues, depth, pattern.json(), NAMESPACE);
                hosts.add(bench.host("throttled-" + i, pattern.work(), queues, depth));
            }
            bench.sleep(IDLE_SECONDS);
            double[] metrics = metrics(bench);
            double[] pages = pages(hosts);
            long start = Bench.soon();
            List<Demand.Trace> traces = new ArrayList<>();
            for (Pattern pattern : PATTERNS) {
                // (Not all at the same moment: then they would hold each other up on their way.)
                long stagger = traces.size() * STAGGER_NANOS;
                traces.add(new Demand.Trace(start + stagger, pattern.offsets(seconds), pattern.commands()));
            }
            bench.engine().order(() -> {
                for (int i = 0; i < hosts.size(); i++) {
                    hosts.get(i).demand(traces.get(i));
                }
            });
            bench.sleepUntil(start + Bench.seconds(seconds));
            bench.await(
                    "all commands are answered",
                    DRAIN_SECONDS,
                    () -> traces.stream().allMatch(Demand.Trace::isDone)
                            && hosts.stream().allMatch(host -> host.completed() == host.sent()));
            double[] metricsAfter = metrics(bench);
            double[] pagesAfter = pages(hosts);
            List<Result> results = new ArrayList<>();
            for (int i = 0; i < PATTERNS.size(); i++) {
                Pattern pattern = PATTERNS.get(i);
                long[] sentAt = traces.get(i).sentAt();
                results.add(new Result(
                        pattern,
                        exact(pattern, sentAt),
                        metricsAfter[i] - metrics[i],
                        pagesAfter[i] - pages[i],
                        sentAt.length,
                        traces.get(i).worstLateness() / 1e3));
            }
            return results;
        } finally {
            bench.close(hosts);
        }
    }

    private static double exact(Pattern pattern, long[] sentAt) {
        ThrottleModel model = new ThrottleModel(pattern.limit().perSecond(), pattern.burst());
        for (long at : sentAt) {
            model.arrive(at, pattern.amount());
        }
        return model.throttledNanos() / 1e9;
    }

    private static double[] metrics(Bench bench) throws IOException, InterruptedException {
        double[] seconds = new double[PATTERNS.size()];
        for (int i = 0; i < seconds.length; i++) {
            String limit = PATTERNS.get(i).limit().bytes() ? "bytes" : "iops";
            seconds[i] = bench.api().throttledSeconds("throttled-" + i, limit);
        }
        return seconds;
    }

    private static double[] pages(List<Host> hosts) throws IOException {
        double[] seconds = new double[hosts.size()];
        for (int i = 0; i < seconds.length; i++) {
            ByteBuf page = hosts.get(i).controller().logPage(VolumeStatistics.LID, VolumeStatistics.SIZE);
            int offset = PATTERNS.get(i).limit().bytes()
                    ? VolumeStatistics.VOLUME_THROUGHPUT_OFFSET
                    : VolumeStatistics.VOLUME_IOPS_OFFSET;
            seconds[i] = page.getLongLE(offset) / 1e6;
        }
        return seconds;
    }

    private static Outcome outcome(Bench.Measured<List<Result>> measured, int seconds) {
        List<Map<String, Object>> rows = new ArrayList<>();
        List<List<String>> table = new ArrayList<>();
        List<Result> results = measured.result();
        for (int i = 0; i < results.size(); i++) {
            Result result = results.get(i);
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("scenario", "throttled");
            row.put("pattern", result.of().name());
            row.put("commands", result.commands());
            row.put("exactSeconds", result.exact());
            row.put("metricSeconds", result.metric());
            row.put("logPageSeconds", result.logPage());
            row.put("sentLateMaxUs", result.lateUs());
            row.put("reached", result.reached());
            row.putAll(measured.quality().json());
            rows.add(row);
            table.add(List.of(
                    String.valueOf(i + 1),
                    result.of().name(),
                    Text.number(result.commands()),
                    "%.6f".formatted(result.exact()),
                    "%.6f".formatted(result.metric()),
                    Text.percent(result.metricOff()),
                    "%.6f".formatted(result.logPage()),
                    Text.percent(result.logPageOff()),
                    Text.verdict(result.reached())));
        }
        String text =
                "%d of %d patterns are within 1 %%. %d s each, all at once; generator and target waited for their cores for %s and %s %% of it.\n\n"
                                .formatted(
                                        results.stream().filter(Result::reached).count(),
                                        results.size(),
                                        seconds,
                                        Text.tenth(measured.quality().generatorWait()),
                                        Text.tenth(measured.quality().targetWait()))
                        + Markdown.table(
                                List.of(
                                        "case:",
                                        "demand",
                                        "commands:",
                                        "exact, s:",
                                        "metric, s:",
                                        "off:",
                                        "log page D0h, s:",
                                        "off:",
                                        "reached"),
                                table);
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= results.size(); i++) {
            names.add(String.valueOf(i));
        }
        Plot plot = new Plot.Bars(
                        "Throttled time as the target counts it, against the exact computation",
                        "case (row of the table)",
                        "off, %",
                        names)
                .bars(
                        "metric",
                        results.stream().mapToDouble(r -> 100 * r.metricOff()).toArray())
                .bars(
                        "log page D0h",
                        results.stream().mapToDouble(r -> 100 * r.logPageOff()).toArray())
                .limit("allowed", 1)
                .limit("allowed, below", -1)
                .plot("throttled", "By how many percent the target's counters are off, for each pattern");
        return new Outcome(rows, text, List.of(plot));
    }
}
