package io.nvmevf.bench.compare;

import io.nvmevf.bench.load.LoadResult;
import io.nvmevf.bench.report.Markdown;
import io.nvmevf.bench.report.Plot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** All work of one subject that was held against one reference. */
final class Group {
    private static final List<String> RATIOS =
            List.of("work", "IOPS, MiB/s", "p50", "p99", "p99.9", "CPU per I/O", "goals");
    private static final List<String> FIGURES = List.of(
            "work",
            "target",
            "IOPS:",
            "MiB/s:",
            "p50 us:",
            "p99 us:",
            "p99.9 us:",
            "CPU us per I/O:",
            "bytes allocated per I/O:",
            "generator busy:",
            "waited for a core:");
    private static final List<Metric> SHOWN = List.of(Metric.IOPS, Metric.P50, Metric.P99, Metric.P999, Metric.CPU);
    private static final String NOT_MEASURED = "–";

    private final String name;
    private final String subject;
    private final String reference;
    private final Map<String, Comparison> comparisons = new LinkedHashMap<>();

    Group(String name, String subject, String reference) {
        this.name = name;
        this.subject = subject;
        this.reference = reference;
    }

    void add(LoadResult result) {
        String work = work(result);
        Comparison comparison = comparisons.computeIfAbsent(
                work, k -> new Comparison(work, Goal.list(CompareReport.label(result, "goals"))));
        comparison.add(
                CompareReport.label(result, "role").equals("subject"),
                Integer.parseInt(CompareReport.label(result, "round")),
                result);
    }

    List<Comparison> comparisons() {
        return List.copyOf(comparisons.values());
    }

    private static String work(LoadResult result) {
        int bytes = result.blockSize();
        String size = bytes % 1024 == 0 ? bytes / 1024 + " KiB" : bytes + " B";
        return "%s %s QD %d × %d".formatted(size, result.workload(), result.queueDepth(), result.queues());
    }

    /** Two tables: ratios, then the figures that they were made of. */
    String markdown() {
        List<List<String>> ratios = new ArrayList<>();
        List<List<String>> figures = new ArrayList<>();
        for (Comparison comparison : comparisons.values()) {
            ratios.add(ratios(comparison));
            figures.add(figures(comparison.work(), subject, comparison.subject()));
            figures.add(figures(comparison.work(), reference, comparison.reference()));
        }
        return """
                ### %s: %s : %s
                Ratios, minimum / **median** / maximum over the rounds.

                %s
                Figures, medians over the rounds.

                %s""".formatted(
                        name, subject, reference, Markdown.table(RATIOS, ratios), Markdown.table(FIGURES, figures));
    }

    private static List<String> ratios(Comparison comparison) {
        List<String> cells = new ArrayList<>(List.of(comparison.work()));
        for (Metric metric : SHOWN) {
            cells.add(comparison.spread(metric).map(Spread::text).orElse(NOT_MEASURED));
        }
        List<String> verdicts = new ArrayList<>();
        for (Goal goal : comparison.goals()) {
            Optional<Spread> spread = comparison.spread(goal.metric());
            // (A difference stands in no other column.)
            String shown = goal.metric() == Metric.P50_ADDED
                    ? spread.map(s -> s.text() + " us, ").orElse("")
                    : "";
            verdicts.add(shown + spread.map(s -> goal.verdict(s.median())).orElse("not measured"));
        }
        cells.add(verdicts.isEmpty() ? NOT_MEASURED : String.join("; ", verdicts));
        return cells;
    }

    private static List<String> figures(String work, String target, List<LoadResult> runs) {
        return List.of(
                work,
                target,
                median(runs, "%,.0f", LoadResult::iops),
                median(runs, "%,.0f", LoadResult::mibPerSecond),
                median(runs, "%,.1f", run -> run.latencyUs().p50()),
                median(runs, "%,.1f", run -> run.latencyUs().p99()),
                median(runs, "%,.1f", run -> run.latencyUs().p999()),
                median(runs, "%.2f", run -> of(run.target(), LoadResult.Target::cpuUsPerIo)),
                median(runs, "%.2f", run -> of(run.target(), t -> of(t.jvm(), LoadResult.Jvm::allocatedBytesPerIo))),
                median(runs, "%.0f %%", run -> of(run.generator(), LoadResult.Generator::busyPercent)),
                median(runs, "%.1f %%", run -> run.generator() == null ? Double.NaN : run.waitPercent()));
    }

    /** NaN for what was not measured. */
    private static <T> double of(@Nullable T part, ToDoubleFunction<T> figure) {
        return part == null ? Double.NaN : figure.applyAsDouble(part);
    }

    private static String median(List<LoadResult> runs, String format, ToDoubleFunction<LoadResult> figure) {
        List<Double> values = runs.stream()
                .mapToDouble(figure)
                .filter(value -> !Double.isNaN(value))
                .boxed()
                .toList();
        return values.isEmpty()
                ? NOT_MEASURED
                : String.format(Locale.ROOT, format, Spread.of(values).median());
    }

    /** Medians of the ratios, side by side. */
    Plot plot() {
        List<Comparison> drawn = comparisons.values().stream()
                .filter(comparison -> comparison.spread(Metric.IOPS).isPresent())
                .toList();
        String title = "%s: %s : %s".formatted(name, subject, reference);
        Plot.Bars bars = new Plot.Bars(
                title, "", "ratio", drawn.stream().map(Comparison::work).toList());
        for (Metric metric : List.of(Metric.IOPS, Metric.P50, Metric.P99)) {
            bars.bars(
                    metric.title(),
                    drawn.stream()
                            .mapToDouble(comparison -> comparison
                                    .spread(metric)
                                    .map(Spread::median)
                                    .orElse(0.0))
                            .toArray());
        }
        return bars.limit("equal", 1).plot("%s-%s".formatted(name, reference), "Ratios of " + title);
    }

    /** One object for each kind of work. */
    List<Map<String, Object>> summary() {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Comparison comparison : comparisons.values()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("group", name);
            row.put("subject", subject);
            row.put("reference", reference);
            row.put("work", comparison.work());
            for (Metric metric : Metric.values()) {
                comparison
                        .spread(metric)
                        .ifPresent(spread -> row.put(metric.name().toLowerCase(Locale.ROOT), spread));
            }
            Map<String, Boolean> goals = new LinkedHashMap<>();
            for (Goal goal : comparison.goals()) {
                comparison
                        .spread(goal.metric())
                        .ifPresent(spread -> goals.put(goal.toString(), goal.reached(spread.median())));
            }
            row.put("goals", goals);
            rows.add(row);
        }
        return rows;
    }
}
