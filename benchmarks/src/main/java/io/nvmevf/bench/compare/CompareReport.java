package io.nvmevf.bench.compare;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.nvmevf.bench.load.LoadResult;
import io.nvmevf.bench.report.Markdown;
import io.nvmevf.bench.report.Plot;
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
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Turns the JSON lines of {@code benchmarks/compare/run} into tables, plots and a summary in JSON. What belongs together is in
 * the labels of each line: group, subject, reference, role (subject or reference), round and goals.
 */
@Command(name = "compare-report", mixinStandardHelpOptions = true)
// (Picocli sets the fields.)
@SuppressWarnings("NullAway.Init")
public final class CompareReport implements Callable<Integer> {
    @Parameters(description = "JSON lines")
    private Path results;

    @Option(names = "--note", defaultValue = "", description = "stands above the tables: where and how it was measured")
    private String note;

    @Option(names = "--out", required = true, description = "folder for summary.json and plots/")
    private Path out;

    @Option(names = "--readme", description = "document in which the results named 'compare' are replaced")
    private @Nullable Path readme;

    @Option(names = "--plots", defaultValue = "plots", description = "path of the plots as seen from the document")
    private String plotsPath;

    private CompareReport() {}

    /** The command line. */
    public static void main(String[] args) {
        System.setProperty("java.awt.headless", "true");
        Locale.setDefault(Locale.ROOT);
        System.exit(new CommandLine(new CompareReport()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        List<Group> groups = read(Files.readAllLines(results));
        Path plots = Files.createDirectories(out.resolve("plots"));
        StringBuilder text = new StringBuilder(note.isEmpty() ? "" : note + "\n");
        List<Map<String, Object>> summary = new ArrayList<>();
        for (Group group : groups) {
            Plot plot = group.plot();
            plot.write(plots);
            text.append('\n').append(group.markdown());
            text.append("\n![%s](%s/%s.svg)\n".formatted(plot.text(), plotsPath, plot.name()));
            summary.addAll(group.summary());
        }
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        Files.writeString(out.resolve("summary.json"), mapper.writeValueAsString(summary) + "\n");
        if (readme != null) {
            Files.writeString(readme, Markdown.replace(Files.readString(readme), "compare", text.toString()));
        }
        PrintWriter printer = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        printer.println(text);
        printer.flush();
        return 0;
    }

    /** The groups in the order in which they were measured. */
    static List<Group> read(List<String> jsonLines) throws IOException {
        ObjectMapper mapper = new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        Map<String, Group> groups = new LinkedHashMap<>();
        for (String line : jsonLines) {
            LoadResult result = mapper.readValue(line, LoadResult.class);
            String name = label(result, "group");
            String subject = label(result, "subject");
            String reference = label(result, "reference");
            groups.computeIfAbsent(name + '/' + subject + '/' + reference, k -> new Group(name, subject, reference))
                    .add(result);
        }
        return List.copyOf(groups.values());
    }

    static String label(LoadResult result, String name) {
        String value = result.labels().get(name);
        if (value == null) {
            throw new IllegalArgumentException("a result without the label " + name);
        }
        return value;
    }
}
