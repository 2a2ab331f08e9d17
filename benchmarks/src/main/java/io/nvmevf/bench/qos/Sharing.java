package io.nvmevf.bench.qos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nvmevf.bench.report.Markdown;
import io.nvmevf.bench.report.Plot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How a physical function that is short is shared: equal virtual functions, weights, guarantees, and what becomes of what
 * nobody asks for. The capacity is set well below what the machine can do, so that it is the planner that decides.
 */
final class Sharing implements Scenario {
    private static final long CAPACITY = 20_000;
    private static final long CAPACITY_BYTES = 2_000_000_000;
    private static final long NAMESPACE = 8L << 20;
    private static final int DEPTH = 32;
    private static final int MOST_MEMBERS = 64;
    private static final int SECOND = 1000;
    private static final int DEFAULT_WEIGHT = 100;
    private static final double JAIN_GOAL = 0.99;
    private static final double WEIGHT_GOAL = 0.03;
    private static final double GUARANTEE_GOAL = 0.02;
    /** Of the capacity, for one that has all of it. */
    private static final double TAKEN = 0.95;

    private static final double TOTAL_GOAL = 0.05;
    private static final int TAKEN_WINDOW = 10;
    private static final int PHASE_MILLIS = 1000;

    private enum Asks {
        ALL_IT_CAN,
        ITS_GUARANTEE,
        NOTHING
    }

    private record Member(long minIops, int weight, Asks asks) {
        static final Member EQUAL = new Member(0, DEFAULT_WEIGHT, Asks.ALL_IT_CAN);
        static final Member IDLE = new Member(0, DEFAULT_WEIGHT, Asks.NOTHING);

        ObjectNode limits() {
            ObjectNode limits = Api.object();
            limits.putObject("share").put("minIops", minIops).put("weight", weight);
            return limits;
        }

        Demand demand(long from) {
            return switch (asks) {
                case ALL_IT_CAN -> Demand.flood(from);
                case ITS_GUARANTEE -> new Demand.Paced(from, minIops);
                case NOTHING -> Demand.none();
            };
        }
    }

    /** Commands that each member completed in the window, of {@code seconds}. */
    private record Counts(List<Long> commands, int seconds) {
        double iops(int member) {
            return (double) commands.get(member) / seconds;
        }

        double total() {
            return (double) commands.stream().mapToLong(Long::longValue).sum() / seconds;
        }
    }

    private final List<Map<String, Object>> rows = new ArrayList<>();
    private final List<List<String>> table = new ArrayList<>();

    @Override
    public Outcome run(Bench bench) throws IOException, InterruptedException {
        bench.warmUp();
        int seconds = bench.options().seconds(10, 2);
        bench.api().capacity(CAPACITY, CAPACITY_BYTES);
        for (int n : new int[] {2, 8, 64}) {
            var got = measure(bench, Collections.nCopies(n, Member.EQUAL), seconds);
            double jain = Fairness.jain(got.result().commands());
            row(n + " equal, all flood", got, "Jain index", "%.5f".formatted(jain), "≥ 0.99", jain >= JAIN_GOAL);
        }
        weights(bench, seconds);
        guarantee(bench, 2000, seconds);
        guarantee(bench, 5000, seconds);
        List<Member> idle = new ArrayList<>(Collections.nCopies(7, Member.IDLE));
        idle.addFirst(Member.EQUAL);
        var got = measure(bench, idle, seconds);
        double used = got.result().iops(0) / CAPACITY;
        row("1 floods, 7 idle", got, "of the capacity", Text.tenth(100 * used) + " %", "≥ 95 %", used >= TAKEN);
        Plot plot = takeover(bench);
        String text = "The physical function can do %s reads of 4 KiB a second; %d s for each row.\n\n"
                        .formatted(Text.number(CAPACITY), seconds)
                + Markdown.table(
                        List.of(
                                "virtual functions",
                                "together, IOPS:",
                                "what",
                                "figure:",
                                "goal:",
                                "waited for a core:",
                                "reached"),
                        table);
        return new Outcome(rows, text, List.of(plot));
    }

    private void weights(Bench bench, int seconds) throws IOException, InterruptedException {
        int[] weights = {100, 200, 400};
        var got = measure(
                bench,
                Arrays.stream(weights)
                        .mapToObj(weight -> new Member(0, weight, Asks.ALL_IT_CAN))
                        .toList(),
                seconds);
        double[] off = Fairness.deviations(got.result().commands(), weights);
        double worst = Arrays.stream(off).map(Math::abs).max().orElseThrow();
        String shares = String.join(
                " : ",
                IntStream.range(0, weights.length)
                        .mapToObj(i ->
                                Text.decimal(got.result().iops(i) / got.result().iops(0)))
                        .toList());
        row(
                "weights 1 : 2 : 4, all flood",
                got,
                "shares " + shares + ", worst off",
                Text.percent(worst),
                "≤ 3 %",
                worst <= WEIGHT_GOAL);
    }

    private void guarantee(Bench bench, long minIops, int seconds) throws IOException, InterruptedException {
        List<Member> members = new ArrayList<>(Collections.nCopies(8, Member.EQUAL));
        // (With the least weight, so that it is the guarantee that it gets.)
        members.addFirst(new Member(minIops, 1, Asks.ITS_GUARANTEE));
        var got = measure(bench, members, seconds);
        double off = got.result().iops(0) / minIops - 1;
        row(
                "1 asks for its guarantee of %s, 8 flood".formatted(Text.number(minIops)),
                got,
                "it gets, off",
                Text.percent(off),
                "≤ 2 %",
                Math.abs(off) <= GUARANTEE_GOAL);
    }

    /** A goal is only reached if the physical function was short, and did what it can. */
    private void row(
            String members,
            Bench.Measured<Counts> got,
            String what,
            String figure,
            String goal,
            boolean figureReached) {
        boolean reached = figureReached && Math.abs(got.result().total() / CAPACITY - 1) <= TOTAL_GOAL;
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("scenario", "fairness");
        row.put("members", members);
        row.put("seconds", got.result().seconds());
        row.put("commands", got.result().commands());
        row.put("what", what);
        row.put("figure", figure);
        row.put("reached", reached);
        row.putAll(got.quality().json());
        rows.add(row);
        table.add(List.of(
                members,
                Text.number(got.result().total()),
                what,
                figure,
                goal,
                Text.tenth(got.quality().worst()) + " %",
                Text.verdict(reached)));
    }

    private static Bench.Measured<Counts> measure(Bench bench, List<Member> members, int seconds)
            throws IOException, InterruptedException {
        bench.progress("fairness: %d virtual functions".formatted(members.size()));
        List<Host> hosts = connect(bench, members);
        try {
            return bench.measure(() -> {
                long start = Bench.soon();
                int millis = (seconds + 1) * SECOND;
                bench.engine().order(() -> {
                    for (int i = 0; i < hosts.size(); i++) {
                        hosts.get(i).count(new Slices(millis, start));
                        hosts.get(i).demand(members.get(i).demand(start));
                    }
                });
                bench.sleepUntil(start + millis * 1_000_000L);
                // (The first second is for the shares to settle.)
                return bench.engine()
                        .call(() -> new Counts(
                                hosts.stream()
                                        .map(host -> host.counted().between(SECOND, millis))
                                        .toList(),
                                seconds));
            });
        } finally {
            bench.close(hosts);
        }
    }

    private static List<Host> connect(Bench bench, List<Member> members) throws IOException, InterruptedException {
        List<Host> hosts = new ArrayList<>();
        // (Guarantees of virtual functions that sit this one out would be promised in vain.)
        for (int i = members.size(); i < MOST_MEMBERS; i++) {
            if (bench.api().has(name(i))) {
                bench.api().limits(name(i), Member.IDLE.limits());
            }
        }
        for (int i = 0; i < members.size(); i++) {
            bench.api().vf(name(i), 1, DEPTH, members.get(i).limits(), NAMESPACE);
            hosts.add(bench.host(name(i), Work.READ, 1, DEPTH));
        }
        return hosts;
    }

    private static String name(int member) {
        return "share-" + member;
    }

    /** Two flood, one of them stops, and comes back: how soon the other one has all, and has half again. */
    private Plot takeover(Bench bench) throws IOException, InterruptedException {
        List<Host> hosts = connect(bench, Collections.nCopies(2, Member.EQUAL));
        Host stays = hosts.getFirst();
        Host goes = hosts.getLast();
        Bench.Measured<Slices[]> got;
        try {
            got = bench.measure(() -> {
                long start = Bench.soon();
                bench.engine().order(() -> {
                    for (Host host : hosts) {
                        host.count(new Slices(4 * PHASE_MILLIS, start - PHASE_MILLIS * 1_000_000L));
                        host.demand(Demand.flood(start));
                    }
                });
                long stop = start + PHASE_MILLIS * 1_000_000L;
                bench.engine().order(() -> goes.demand(Demand.flood(start).until(stop)));
                bench.sleepUntil(stop + PHASE_MILLIS * 500_000L);
                long back = stop + PHASE_MILLIS * 1_000_000L;
                bench.engine().order(() -> goes.demand(Demand.flood(back)));
                bench.sleepUntil(back + PHASE_MILLIS * 1_000_000L);
                return bench.engine().call(() -> new Slices[] {stays.counted(), goes.counted()});
            });
        } finally {
            bench.close(hosts);
        }
        int stop = 2 * PHASE_MILLIS;
        int back = 3 * PHASE_MILLIS;
        int taken = stop;
        while (taken < back
                && got.result()[0].between(taken, taken + TAKEN_WINDOW) < TAKEN * CAPACITY * TAKEN_WINDOW / SECOND) {
            taken++;
        }
        row(
                "2 flood, 1 stops",
                new Bench.Measured<>(
                        new Counts(
                                List.of(got.result()[0].between(stop, back), got.result()[1].between(stop, back)),
                                PHASE_MILLIS / SECOND),
                        got.quality()),
                "the other one has 95 % of the capacity, after",
                taken == back ? "never" : taken - stop + " ms",
                "",
                taken < back);
        return plot(got.result());
    }

    private static Plot plot(Slices[] slices) {
        int windows = slices[0].millis() / TAKEN_WINDOW;
        double[] x =
                IntStream.range(0, windows).mapToDouble(i -> i * TAKEN_WINDOW).toArray();
        double[][] rates = new double[2][];
        for (int i = 0; i < 2; i++) {
            rates[i] = Arrays.stream(slices[i].windows(0, windows * TAKEN_WINDOW, TAKEN_WINDOW))
                    .mapToDouble(n -> (double) n * SECOND / TAKEN_WINDOW)
                    .toArray();
        }
        double[] ends = {0, slices[0].millis()};
        return new Plot.Xy(
                        "Two equal virtual functions; one stops at 2,000 ms and comes back at 3,000 ms",
                        "ms",
                        "commands a second, in 10 ms")
                .line("stays", x, rates[0])
                .line("stops and comes back", x, rates[1])
                .limit("capacity", ends, new double[] {CAPACITY, CAPACITY})
                .limit("half of it", ends, new double[] {CAPACITY / 2.0, CAPACITY / 2.0})
                .plot("fairness", "Rates of two virtual functions over time");
    }
}
