package io.nvmevf.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.server.GeneratedDocs;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/metrics.md} is made of a scrape of a target that has something of everything. */
class MetricsReferenceTest {
    private static final Pattern HELP = Pattern.compile("(?m)^# HELP (nvmevf_\\w+) (.*)$");
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (nvmevf_\\w+) (\\w+)$");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^(nvmevf_\\w+?)(?:_bucket|_sum|_count)?\\{(.*)} ");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    /** Labels whose values are names that operators gave, or numbers of this machine. */
    private static final Set<String> OPEN = Set.of("vf", "subject", "loop", "le", "io");
    /** Metrics of which this scrape does not show all values. */
    private static final Pattern PARTLY = Pattern.compile("nvmevf_(pool|wipe|transport|vf_latency).*");

    private static final String HEAD = """
            # Metrics reference

            What `/metrics` on the management port tells Prometheus. This page is made of a scrape by `MetricsReferenceTest`; change it in the code
            ([`metrics`](../target-server/src/main/java/io/nvmevf/server/metrics)).

            - A scrape takes no lock of the data path. Numbers may be some microseconds old.
            - Counters begin at 0 when the target starts. A virtual function that is deleted takes its series with it; limits that are not set have none.
            - Alert rules are in [`docker/prometheus/rules`](../docker/prometheus/rules/nvmevf.yml), a Grafana dashboard in
              [`docker/grafana/dashboards`](../docker/grafana/dashboards/nvmevf.json).
            - Beside these there are the usual metrics of a JVM: `jvm_*`, `process_*`, `system_*`.

            | metric | type | labels | |
            | --- | --- | --- | --- |
            """;

    private static final String QUESTIONS = """

            ## What operators ask

            | question | PromQL |
            | --- | --- |
            | IOPS of each virtual function | `sum by (vf) (rate(nvmevf_vf_commands_total[1m]))` |
            | its throughput, bytes a second | `sum by (vf) (rate(nvmevf_vf_data_bytes_total[1m]))` |
            | its p99 latency, seconds | `histogram_quantile(0.99, sum by (vf, le) (rate(nvmevf_vf_latency_seconds_bucket[5m])))` |
            | part of the time in which it wanted more than its limits | `sum by (vf) (rate(nvmevf_vf_throttled_seconds_total{limit=~"iops\\|bytes"}[5m]))` |
            | how long the oldest erasure takes, seconds | `nvmevf_oldest_unwiped_age_seconds` |
            | authentications that failed, a minute | `60 * rate(nvmevf_refusals_total{reason="authentication_failed"}[5m])` |
            | how late the event loops are | `max(nvmevf_event_loop_lag_seconds)` |
            """;

    @TempDir
    Path directory;

    @Test
    void thePageSaysWhatAScrapeTells() throws Exception {
        String scrape;
        try (TestApi api = new TestApi(directory)) {
            api.answer(
                    200,
                    "PUT",
                    "/v1/pf/capacity",
                    "{\"readIops\":100000,\"writeIops\":100000,\"readBytes\":1000000000,\"writeBytes\":1000000000}");
            api.post(201, "/v1/vfs", """
                    {"name":"vf1","ioQueues":1,"queueDepth":64,"limits":{
                    "readIops":{"rate":1000},"writeIops":{"rate":1000},"totalIops":{"rate":1500},
                    "readBytes":{"rate":100000000},"writeBytes":{"rate":100000000},"totalBytes":{"rate":100000000},
                    "share":{"minIops":100,"weight":100}}}""");
            api.post(201, "/v1/namespaces", "{\"vf\":\"vf1\",\"bytes\":4096}");
            api.post(202, "/v1/namespaces/ns-1/release", "{}");
            scrape = api.send("GET", "/metrics", "").body();
        }
        Map<String, String> types = new TreeMap<>();
        Matcher type = TYPE.matcher(scrape);
        while (type.find()) {
            types.put(type.group(1), type.group(2));
        }
        Map<String, Map<String, Set<String>>> labels = new TreeMap<>();
        Matcher sample = SAMPLE.matcher(scrape);
        while (sample.find()) {
            Map<String, Set<String>> of = labels.computeIfAbsent(sample.group(1), name -> new TreeMap<>());
            Matcher label = LABEL.matcher(sample.group(2));
            while (label.find()) {
                of.computeIfAbsent(label.group(1), name -> new TreeSet<>()).add(label.group(2));
            }
        }
        StringBuilder page = new StringBuilder(HEAD);
        Matcher help = HELP.matcher(scrape);
        Map<String, String> rows = new TreeMap<>();
        while (help.find()) {
            String name = help.group(1);
            rows.put(
                    name,
                    "| `%s` | %s | %s | %s |%n"
                            .formatted(
                                    name,
                                    types.get(name),
                                    labels(name, labels.getOrDefault(name, Map.of())),
                                    help.group(2)));
        }
        assertThat(rows)
                .hasSizeGreaterThan(20)
                .containsKey("nvmevf_wipe_done_bytes")
                .containsKey("nvmevf_vf_weight");
        rows.values().forEach(page::append);
        GeneratedDocs.check("metrics.md", page.append(QUESTIONS).toString());
    }

    private static String labels(String metric, Map<String, Set<String>> labels) {
        StringBuilder all = new StringBuilder();
        labels.forEach((name, values) -> {
            if (name.equals("le")) {
                return;
            }
            boolean open = OPEN.contains(name) || PARTLY.matcher(metric).matches();
            all.append(all.isEmpty() ? "" : "; ").append('`').append(name).append('`');
            if (!open) {
                all.append(": ").append(String.join(", ", values));
            }
        });
        return all.toString();
    }
}
