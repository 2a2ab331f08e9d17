package io.nvmevf.bench.qos;

import io.nvmevf.bench.report.Markdown;
import io.nvmevf.bench.report.Plot;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs one scenario against a target that has no virtual functions yet; writes its rows, plots and table. */
@Command(name = "qos", mixinStandardHelpOptions = true)
// (Picocli sets the fields.)
@SuppressWarnings("NullAway.Init")
public final class QosBench implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(description = "accuracy, isolation, flood, scrape, fairness, changes or throttled")
    private String scenario;

    @Option(names = "--port", required = true, description = "of the target, on 127.0.0.1")
    private int port;

    @Option(names = "--api", required = true, description = "URL of its API")
    private String api;

    @Option(names = "--target-pid", required = true)
    private long targetPid;

    @Option(names = "--quick")
    private boolean quick;

    @Option(names = "--all")
    private boolean all;

    @Option(names = "--seconds")
    private int seconds;

    @Option(names = "--rounds")
    private int rounds;

    @Option(names = "--attempts", defaultValue = "3")
    private int attempts;

    @Option(names = "--max-wait", defaultValue = "2")
    private double maxWait;

    @Option(
            names = "--only",
            defaultValue = "",
            description = "isolation, flood: neighbours whose names have this in them")
    private String only;

    @Option(names = "--out", required = true, description = "folder for NAME.jsonl and plots")
    private Path out;

    @Option(names = "--readme", description = "document whose results are replaced")
    private @Nullable Path readme;

    @Option(names = "--note", defaultValue = "", description = "stands above the table: where and how it was measured")
    private String note;

    /** The command line. */
    public static void main(String[] args) {
        System.setProperty("java.awt.headless", "true");
        Locale.setDefault(Locale.ROOT);
        System.exit(new CommandLine(new QosBench()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Scenario what = scenarios().get(scenario);
        if (what == null) {
            throw new CommandLine.ParameterException(spec.commandLine(), "there is no scenario '" + scenario + "'");
        }
        Outcome outcome;
        try (Bench bench = new Bench(
                new Bench.Options(port, api, targetPid, quick, all, seconds, rounds, attempts, maxWait, only))) {
            outcome = what.run(bench);
        }
        Path plots = Files.createDirectories(out.resolve("plots"));
        StringBuilder lines = new StringBuilder();
        for (Map<String, Object> row : outcome.rows()) {
            lines.append(Api.MAPPER.writeValueAsString(row)).append('\n');
        }
        Files.writeString(out.resolve(scenario + ".jsonl"), lines);
        StringBuilder text = new StringBuilder();
        if (!note.isEmpty()) {
            text.append(note).append("\n\n");
        }
        text.append(outcome.markdown());
        for (Plot plot : outcome.plots()) {
            plot.write(plots);
            text.append("\n![%s](plots/%s.svg)\n".formatted(plot.text(), plot.name()));
        }
        if (readme != null) {
            Files.writeString(readme, Markdown.replace(Files.readString(readme), scenario, text.toString()));
        }
        PrintWriter printer = spec.commandLine().getOut();
        printer.println("## " + scenario + "\n\n" + text);
        printer.flush();
        return 0;
    }

    private static Map<String, Scenario> scenarios() {
        return Map.of(
                "accuracy",
                new Accuracy(),
                "isolation",
                Isolation.fromNeighbours(),
                "flood",
                Isolation.fromFloods(),
                "scrape",
                Isolation.fromScrapes(),
                "fairness",
                new Sharing(),
                "changes",
                new Changes(),
                "throttled",
                new Throttled());
    }
}
