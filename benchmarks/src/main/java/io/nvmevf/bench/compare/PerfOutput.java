package io.nvmevf.bench.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nvmevf.bench.load.LoadResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Makes of what SPDK's {@code spdk_nvme_perf -L} prints, on standard input, the JSON that the load generator prints: one line
 * on standard output. It has no figures of the target and none of the generator.
 */
@Command(name = "perf-output", mixinStandardHelpOptions = true)
// (Picocli sets the fields.)
@SuppressWarnings("NullAway.Init")
public final class PerfOutput implements Callable<Integer> {
    private static final Pattern TOTAL =
            Pattern.compile("Total\\s*:\\s+([0-9.]+)\\s+([0-9.]+)\\s+([0-9.]+)\\s+([0-9.]+)\\s+([0-9.]+)");
    private static final Pattern PERCENTILE = Pattern.compile("\\s*([0-9.]+)%\\s*:\\s*([0-9.]+)us");

    @Option(names = "--rw", required = true, description = "as the load generator calls it")
    private String workload;

    @Option(names = "--bs", required = true)
    private int blockSize;

    @Option(names = "--qd", required = true)
    private int depth;

    @Option(names = "--queues", required = true)
    private int queues;

    @Option(names = "--seconds", required = true)
    private double seconds;

    @Option(names = "--label", description = "KEY=VALUE to add to the JSON")
    private Map<String, String> labels = new TreeMap<>();

    private PerfOutput() {}

    /** The command line. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new PerfOutput()).execute(args));
    }

    @Override
    public Integer call() {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        try {
            String text = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
            LoadResult result = parse(text, labels, workload, blockSize, depth, queues, seconds);
            out.println(new ObjectMapper().writeValueAsString(result));
            out.flush();
            return 0;
        } catch (IOException e) {
            err.println("perf-output: " + e.getMessage());
            return 1;
        }
    }

    /** @throws IOException if a line is missing, as when the target refused the connection */
    static LoadResult parse(
            String text,
            Map<String, String> labels,
            String workload,
            int blockSize,
            int depth,
            int queues,
            double seconds)
            throws IOException {
        Matcher total = TOTAL.matcher(text);
        if (!total.find()) {
            throw new IOException("spdk_nvme_perf printed no total: " + text.strip());
        }
        double iops = Double.parseDouble(total.group(1));
        Map<Double, Double> percentiles = new TreeMap<>();
        Matcher line = PERCENTILE.matcher(text);
        while (line.find()) {
            percentiles.putIfAbsent(Double.valueOf(line.group(1)), Double.valueOf(line.group(2)));
        }
        LoadResult.Latency latency = new LoadResult.Latency(
                Double.parseDouble(total.group(3)),
                percentile(percentiles, 50),
                percentile(percentiles, 99),
                percentile(percentiles, 99.9),
                Double.parseDouble(total.group(5)));
        return new LoadResult(
                labels,
                workload,
                blockSize,
                depth,
                queues,
                seconds,
                (long) (iops * seconds),
                iops,
                iops * blockSize / (1 << 20),
                latency,
                null,
                null);
    }

    private static double percentile(Map<Double, Double> percentiles, double percent) throws IOException {
        Double value = percentiles.get(percent);
        if (value == null) {
            throw new IOException("spdk_nvme_perf printed no " + percent + " % of latencies; it needs -L");
        }
        return value;
    }
}
