package io.nvmevf.bench.load;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Turns the JSON lines of many runs into a Markdown table: one row for each variant and workload, over its rounds. */
public final class LoadReport {
    private static final String HEAD = """
            | target | workload | IOPS min / median / max | MiB/s | p50 us | p99 us | p99.9 us | CPU us per I/O | bytes allocated per I/O | GCs | generator busy | waited for a core |
            | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
            """;

    private LoadReport() {}

    /** Argument: a file of JSON lines. */
    public static void main(String[] args) throws IOException {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        out.print(table(Files.readAllLines(Path.of(args[0]))));
        out.flush();
    }

    static String table(List<String> jsonLines) throws IOException {
        ObjectMapper mapper = new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        Map<String, List<LoadResult>> rows = new LinkedHashMap<>();
        for (String line : jsonLines) {
            LoadResult run = mapper.readValue(line, LoadResult.class);
            rows.computeIfAbsent(key(run), key -> new ArrayList<>()).add(run);
        }
        StringBuilder table = new StringBuilder(HEAD);
        rows.forEach((key, runs) -> table.append(row(key, runs)));
        return table.toString();
    }

    private static String key(LoadResult run) {
        String size = run.blockSize() % 1024 == 0 ? run.blockSize() / 1024 + " KiB" : run.blockSize() + " B";
        return "%s | %s %s QD %d × %d"
                .formatted(
                        String.join(" ", run.labels().values()), size, run.workload(), run.queueDepth(), run.queues());
    }

    private static String row(String key, List<LoadResult> runs) {
        String target = runs.stream()
                        .anyMatch(run -> run.target() == null || run.target().jvm() == null)
                ? "– | – | –"
                : String.format(
                        Locale.ROOT,
                        "%.2f | %.2f | %.0f",
                        median(runs, run -> target(run).cpuUsPerIo()),
                        median(runs, run -> jvm(run).allocatedBytesPerIo()),
                        median(runs, run -> jvm(run).collections()));
        return String.format(
                Locale.ROOT,
                "| %s | %,.0f / **%,.0f** / %,.0f | %,.0f | %.1f | %.1f | %.1f | %s | %.0f %% | %.1f %% |\n",
                key,
                runs.stream().mapToDouble(LoadResult::iops).min().orElseThrow(),
                median(runs, LoadResult::iops),
                runs.stream().mapToDouble(LoadResult::iops).max().orElseThrow(),
                median(runs, LoadResult::mibPerSecond),
                median(runs, run -> run.latencyUs().p50()),
                median(runs, run -> run.latencyUs().p99()),
                median(runs, run -> run.latencyUs().p999()),
                target,
                median(
                        runs,
                        run -> run.generator() == null
                                ? Double.NaN
                                : run.generator().busyPercent()),
                median(runs, LoadResult::waitPercent));
    }

    private static LoadResult.Target target(LoadResult run) {
        LoadResult.Target target = run.target();
        if (target == null) {
            throw new IllegalArgumentException("a run without figures of the target");
        }
        return target;
    }

    private static LoadResult.Jvm jvm(LoadResult run) {
        LoadResult.Jvm jvm = target(run).jvm();
        if (jvm == null) {
            throw new IllegalArgumentException("a run without figures of the target's JVM");
        }
        return jvm;
    }

    /** Of an even number of values the mean of the two in the middle. */
    private static double median(List<LoadResult> runs, ToDoubleFunction<LoadResult> of) {
        double[] sorted = runs.stream().mapToDouble(of).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
