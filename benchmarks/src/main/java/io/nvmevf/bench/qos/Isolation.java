package io.nvmevf.bench.qos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nvmevf.bench.report.Markdown;
import io.nvmevf.bench.report.Plot;
import io.nvmevf.storage.posix.NativePosix;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * What a victim notices of its neighbour. The victim asks for half of its limit in an open loop; it is measured alone and with a
 * neighbour that wants far more than it may, in turn, and the medians over the rounds are compared. For context there is also the
 * same neighbour without a limit.
 */
final class Isolation implements Scenario {
    private static final String VICTIM = "victim";
    private static final String NEIGHBOUR = "neighbour";
    private static final long VICTIM_LIMIT = 4000;
    private static final long VICTIM_RATE = 2000;
    private static final int VICTIM_DEPTH = 128;
    private static final long NEIGHBOUR_IOPS = 500;
    private static final long NEIGHBOUR_BYTES = 100 << 20;
    private static final int QUEUES = 4;
    private static final int DEPTH = 128;
    private static final int LARGE = 1 << 20;
    private static final long NAMESPACE = 64L << 20;
    private static final int WARM_UP_PAGES = 20;
    private static final int WARM_UP_HOSTS = 8;
    private static final double WARM_UP_SECONDS = 4;
    private static final double SETTLE_SECONDS = 1.5;
    private static final int UNLIMITED_ROUNDS = 2;
    private static final double P99_GOAL = 1.2;
    private static final double FLOOD_P99_GOAL = 1.5;
    private static final double P999_GOAL = 2;
    private static final double SCRAPE_GOAL_MILLIS = 100;

    private enum Behaviour {
        FLOODS,
        DOES_NOT_READ,
        CONNECTS,
        /** No host, but somebody who opens connections; the name says what they do. */
        ATTACKS,
        /** No host, but Prometheus, with the metrics of a thousand other virtual functions. */
        SCRAPES
    }

    private record Neighbour(String name, Work work, boolean byBytes, Behaviour behaviour) {
        ObjectNode limits() {
            return byBytes
                    ? Api.object().put("totalBytes", NEIGHBOUR_BYTES)
                    : Api.object().put("totalIops", NEIGHBOUR_IOPS);
        }
    }

    private final String scenario;
    private final double p99Goal;
    private final List<Neighbour> neighbours;
    /** Pages that were fetched, those of windows that do not count too. */
    private final List<Scraper.Scrape> scrapes = new ArrayList<>();

    private Isolation(String scenario, double p99Goal, List<Neighbour> neighbours) {
        this.scenario = scenario;
        this.p99Goal = p99Goal;
        this.neighbours = neighbours;
    }

    /** Neighbours that are hosts. */
    static Isolation fromNeighbours() {
        return new Isolation("isolation", P99_GOAL, NEIGHBOURS);
    }

    /** Floods of connections that come to nothing. */
    static Isolation fromFloods() {
        return new Isolation(
                "flood",
                FLOOD_P99_GOAL,
                Stream.of(ConnectionFlood.Kind.values())
                        .map(kind -> new Neighbour(kind.label(), Work.READ, false, Behaviour.ATTACKS))
                        .toList());
    }

    /** Prometheus. */
    static Isolation fromScrapes() {
        return new Isolation(
                "scrape",
                P99_GOAL,
                List.of(new Neighbour("scraped every second, 1,000 VFs", Work.READ, false, Behaviour.SCRAPES)));
    }

    private static final List<Neighbour> NEIGHBOURS = List.of(
            new Neighbour("4 KiB reads", Work.READ, false, Behaviour.FLOODS),
            new Neighbour("4 KiB writes", Work.WRITE, false, Behaviour.FLOODS),
            new Neighbour("1 MiB reads", Work.READ.of(LARGE), true, Behaviour.FLOODS),
            new Neighbour("1 MiB writes", Work.WRITE.of(LARGE), true, Behaviour.FLOODS),
            new Neighbour("deallocates", Work.DEALLOCATE, false, Behaviour.FLOODS),
            new Neighbour("flushes", Work.FLUSH, false, Behaviour.FLOODS),
            new Neighbour("connects, disconnects", Work.READ, false, Behaviour.CONNECTS),
            new Neighbour("never reads its responses", Work.READ.of(LARGE), true, Behaviour.DOES_NOT_READ));

    /**
     * What one window of the victim brought.
     *
     * @param neighbourRate commands (or controllers) a second that the neighbour got meanwhile
     */
    private record Window(Histogram latencies, double lateP999Us, double neighbourRate) {
        double us(double percentile) {
            return latencies.getValueAtPercentile(percentile) / 1e3;
        }
    }

    private record Rounds(
            Neighbour neighbour,
            List<Bench.Measured<Window>> alone,
            List<Bench.Measured<Window>> beside,
            List<Bench.Measured<Window>> unlimited) {
        static double us(List<Bench.Measured<Window>> windows, double percentile) {
            return windows.isEmpty()
                    ? Double.NaN
                    : Text.median(windows, w -> w.result().us(percentile));
        }

        double ratio(double percentile) {
            return us(beside, percentile) / us(alone, percentile);
        }

        double unlimitedRatio(double percentile) {
            return us(unlimited, percentile) / us(alone, percentile);
        }

        boolean reached(double p99Goal) {
            return ratio(99) <= p99Goal && ratio(99.9) <= P999_GOAL;
        }
    }

    @Override
    public Outcome run(Bench bench) throws IOException, InterruptedException {
        bench.warmUp();
        if (neighbours.stream()
                .anyMatch(n -> n.behaviour() == Behaviour.CONNECTS || n.behaviour() == Behaviour.ATTACKS)) {
            connect(bench);
        }
        int seconds = bench.options().seconds(5, 1);
        int rounds = bench.options().rounds(5, 1);
        bench.api().vf(VICTIM, 1, VICTIM_DEPTH, Api.object().put("readIops", VICTIM_LIMIT), NAMESPACE);
        Host victim = bench.connect(VICTIM, Work.READ, 1, VICTIM_DEPTH, null);
        bench.engine().addPrecise(victim);
        if (neighbours.stream().anyMatch(n -> n.behaviour() == Behaviour.SCRAPES)) {
            Scraper.tenants(bench);
            try (Scraper scraper =
                    new Scraper(bench.options().api(), bench.options().targetPid())) {
                bench.await(
                        "the page has been fetched often enough to have been compiled",
                        120,
                        () -> scraper.scrapes().size() >= WARM_UP_PAGES);
            }
        }
        List<Rounds> results = new ArrayList<>();
        for (Neighbour neighbour : neighbours) {
            if (!neighbour.name().contains(bench.options().only())) {
                continue;
            }
            Rounds of = new Rounds(neighbour, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            for (int round = 0; round < rounds; round++) {
                of.alone().add(bench.measure(() -> window(bench, victim, seconds, () -> 0)));
                of.beside().add(beside(bench, victim, seconds, neighbour, neighbour.limits()));
                if (round < UNLIMITED_ROUNDS && neighbour.behaviour() == Behaviour.FLOODS) {
                    of.unlimited().add(beside(bench, victim, seconds, neighbour, Api.object()));
                }
            }
            results.add(of);
            bench.progress("%s: %s: p99 %s, p99.9 %s of the figure alone"
                    .formatted(scenario, neighbour.name(), Text.decimal(of.ratio(99)), Text.decimal(of.ratio(99.9))));
        }
        if (results.isEmpty()) {
            throw new IOException("no neighbour has '%s' in its name"
                    .formatted(bench.options().only()));
        }
        return outcome(results, seconds, rounds);
    }

    /** Connects many hosts, each as often as it may at once, so that what a target does for it has been compiled as it is after some days. */
    private static void connect(Bench bench) throws IOException, InterruptedException {
        // (The kernel lets a thread wait while it makes the table of descriptors larger.)
        NativePosix.INSTANCE.reserveDescriptors(2 * ConnectionFlood.MOST_OPEN);
        bench.api().vf(NEIGHBOUR, QUEUES, DEPTH, Api.object(), NAMESPACE);
        for (int host = 0; host < WARM_UP_HOSTS; host++) {
            ConnectStorm storm = new ConnectStorm(
                    bench.options().port(), Api.nqn(NEIGHBOUR), "nqn.2026-01.io.nvmevf:bench-warm-up-" + host);
            bench.engine().add(storm);
            try {
                bench.sleep(WARM_UP_SECONDS);
            } finally {
                bench.engine().remove(storm);
                storm.hangUp();
            }
        }
        bench.progress("warm-up: connected");
    }

    private interface Count {
        long now();
    }

    private static Window window(Bench bench, Host victim, int seconds, Count neighbour)
            throws IOException, InterruptedException {
        long start = Bench.soon();
        long end = start + Bench.seconds(seconds);
        Demand.Paced demand = new Demand.Paced(start, VICTIM_RATE);
        long before = bench.engine().call(() -> {
            victim.window(start, end);
            victim.demand(demand);
            return neighbour.now();
        });
        bench.sleepUntil(end);
        long after = bench.engine().call(() -> {
            victim.demand(Demand.none());
            return neighbour.now();
        });
        bench.await("the victim's commands are answered", 30, victim::isWindowComplete);
        return bench.engine()
                .call(() -> new Window(
                        victim.latencies(),
                        demand.lateness().getValueAtPercentile(99.9) / 1e3,
                        (after - before) / (double) seconds));
    }

    private Bench.Measured<Window> beside(Bench bench, Host victim, int seconds, Neighbour neighbour, ObjectNode limits)
            throws IOException, InterruptedException {
        if (neighbour.behaviour() == Behaviour.SCRAPES) {
            try (Scraper scraper =
                    new Scraper(bench.options().api(), bench.options().targetPid())) {
                bench.sleep(SETTLE_SECONDS);
                Bench.Measured<Window> measured = bench.measure(() ->
                        window(bench, victim, seconds, () -> scraper.scrapes().size()));
                scrapes.addAll(scraper.scrapes());
                return measured;
            }
        }
        bench.api().vf(NEIGHBOUR, QUEUES, DEPTH, limits, NAMESPACE);
        if (neighbour.behaviour() == Behaviour.ATTACKS) {
            ConnectionFlood flood = new ConnectionFlood(
                    bench.options().port(), Api.nqn(NEIGHBOUR), ConnectionFlood.Kind.of(neighbour.name()));
            bench.engine().add(flood);
            try {
                bench.sleep(SETTLE_SECONDS);
                return bench.measure(() -> window(bench, victim, seconds, flood::opened));
            } finally {
                bench.engine().remove(flood);
                flood.hangUp();
            }
        }
        if (neighbour.behaviour() == Behaviour.CONNECTS) {
            ConnectStorm storm = new ConnectStorm(bench.options().port(), Api.nqn(NEIGHBOUR));
            bench.engine().add(storm);
            try {
                bench.sleep(SETTLE_SECONDS);
                return bench.measure(() -> window(bench, victim, seconds, storm::controllers));
            } finally {
                bench.engine().remove(storm);
                storm.hangUp();
            }
        }
        Host host = bench.host(NEIGHBOUR, neighbour.work(), QUEUES, DEPTH);
        try {
            bench.engine().order(() -> {
                host.demand(Demand.flood(System.nanoTime()));
                if (neighbour.behaviour() == Behaviour.DOES_NOT_READ) {
                    host.deafen();
                }
            });
            bench.sleep(SETTLE_SECONDS);
            return bench.measure(() -> window(bench, victim, seconds, host::completed));
        } finally {
            bench.close(List.of(host));
        }
    }

    private Outcome outcome(List<Rounds> results, int seconds, int rounds) {
        List<Map<String, Object>> rows = new ArrayList<>();
        List<List<String>> table = new ArrayList<>();
        for (Rounds of : results) {
            rows(rows, of.neighbour(), "alone", of.alone());
            rows(rows, of.neighbour(), "limited", of.beside());
            rows(rows, of.neighbour(), "unlimited", of.unlimited());
            table.add(List.of(
                    of.neighbour().name(),
                    Text.number(Text.median(of.beside(), w -> w.result().neighbourRate())),
                    three(of.alone()),
                    three(of.beside()),
                    Text.decimal(of.ratio(50)),
                    "**" + Text.decimal(of.ratio(99)) + "**",
                    "**" + Text.decimal(of.ratio(99.9)) + "**",
                    of.unlimited().isEmpty()
                            ? "–"
                            : Text.tenth(of.unlimitedRatio(99)) + " / " + Text.tenth(of.unlimitedRatio(99.9)),
                    Text.number(Text.median(of.beside(), w -> w.result().lateP999Us())),
                    Text.tenth(Text.median(of.beside(), w -> w.quality().worst())) + " %",
                    Text.verdict(of.reached(p99Goal))));
        }
        String text =
                ("The victim asks for %s reads of 4 KiB a second, evenly spaced, of the %s that it may. %d rounds of %d s alone, then %d s"
                                        + " beside the neighbour, in turn; medians over the rounds.\n\n")
                                .formatted(
                                        Text.number(VICTIM_RATE), Text.number(VICTIM_LIMIT), rounds, seconds, seconds)
                        + Markdown.table(
                                List.of(
                                        "neighbour",
                                        "it got, a second:",
                                        "alone, us: p50 / p99 / p99.9",
                                        "beside it, us: p50 / p99 / p99.9",
                                        "p50 ×:",
                                        "p99 × (≤ %s):".formatted(p99Goal),
                                        "p99.9 × (≤ 2):",
                                        "unlimited, for context: p99 × / p99.9 ×",
                                        "sent late, p99.9 us:",
                                        "waited for a core:",
                                        "reached"),
                                table);
        if (!scrapes.isEmpty()) {
            text += scraped();
        }
        Plot plot = new Plot.Bars(
                        "Latency of a victim beside a neighbour at its limit, of its latency alone",
                        "neighbour",
                        "of the figure alone, ×",
                        results.stream().map(of -> of.neighbour().name()).toList())
                .bars("p99", results.stream().mapToDouble(of -> of.ratio(99)).toArray())
                .bars(
                        "p99.9",
                        results.stream().mapToDouble(of -> of.ratio(99.9)).toArray())
                .limit("allowed for p99: " + p99Goal, p99Goal)
                .limit("allowed for p99.9: 2", P999_GOAL)
                .plot(scenario, "p99 and p99.9 of the victim beside each neighbour, against the figures alone");
        return new Outcome(rows, text, List.of(plot));
    }

    private String scraped() {
        double[] millis =
                scrapes.stream().mapToDouble(scrape -> scrape.seconds() * 1e3).toArray();
        double slowest = Text.quantile(millis, 1);
        return "\n%d pages of %s KiB: half of them came within %s ms, 99 %% within %s ms, the slowest took %s ms; goal: 100 ms, reached: %s.\n"
                .formatted(
                        millis.length,
                        Text.number(Text.median(scrapes, Scraper.Scrape::bytes) / 1024),
                        Text.tenth(Text.quantile(millis, 0.5)),
                        Text.tenth(Text.quantile(millis, 0.99)),
                        Text.tenth(slowest),
                        Text.verdict(slowest <= SCRAPE_GOAL_MILLIS));
    }

    private void rows(
            List<Map<String, Object>> rows, Neighbour neighbour, String how, List<Bench.Measured<Window>> windows) {
        for (int round = 0; round < windows.size(); round++) {
            Window window = windows.get(round).result();
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("scenario", scenario);
            row.put("neighbour", neighbour.name());
            row.put("how", how);
            row.put("round", round + 1);
            row.put("commands", window.latencies().getTotalCount());
            row.put("p50Us", window.us(50));
            row.put("p99Us", window.us(99));
            row.put("p999Us", window.us(99.9));
            row.put("maxUs", window.latencies().getMaxValue() / 1e3);
            row.put("sentLateP999Us", window.lateP999Us());
            row.put("neighbourPerSecond", window.neighbourRate());
            row.putAll(windows.get(round).quality().json());
            rows.add(row);
        }
    }

    private static String three(List<Bench.Measured<Window>> windows) {
        return "%s / %s / %s"
                .formatted(
                        Text.number(Rounds.us(windows, 50)),
                        Text.number(Rounds.us(windows, 99)),
                        Text.number(Rounds.us(windows, 99.9)));
    }
}
