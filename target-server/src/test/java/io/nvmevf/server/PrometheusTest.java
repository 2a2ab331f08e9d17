package io.nvmevf.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nvmevf.qos.Limit;
import io.nvmevf.qos.Limits;
import io.nvmevf.server.config.TargetConfig;
import io.nvmevf.server.control.Disposal;
import io.nvmevf.server.control.NewNamespace;
import io.nvmevf.server.control.NewVirtualFunction;
import io.nvmevf.server.control.VirtualFunctionChange;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.TestHost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metrics as a real Prometheus takes them, with the rules and the dashboard that are shipped in {@code docker/}. */
@Installed(value = "prometheus", debianPackage = "prometheus")
class PrometheusTest {
    private static final Path SHIPPED = Path.of("..", "docker");
    private static final long BYTES = 16 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private Target target;
    private TestHost host;
    private HostQueue io;
    private boolean loading = true;

    @BeforeEach
    void start() throws Exception {
        String yaml = """
                data-dir: data
                pool:
                  kind: memory
                  capacity: 64MiB
                listeners:
                  - address: 127.0.0.1
                    port: 0
                api:
                  port: 0
                """;
        target = Target.start(TargetConfig.parse(yaml, directory.resolve("nvmevf.yaml")));
        String nqn = target.service()
                .createVf(NewVirtualFunction.named("vf1").forAnyHost())
                .nqn();
        target.service()
                .updateVf(
                        "vf1",
                        VirtualFunctionChange.NONE.limitedBy(null, Limits.NONE.withTotalIops(Limit.of(8000, 10))));
        target.service().createNamespace(NewNamespace.in("vf1", BYTES, 4096));
        host = TestHost.connect(target.listenAddresses().getFirst(), HostOptions.DEFAULT, nqn);
        io = host.connectIo(1, 32);
    }

    @AfterEach
    void stop() throws Exception {
        host.close();
        target.close();
    }

    /** More than the limit lets pass at once. */
    private void load() {
        List<Integer> cids = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            cids.add(io.submit(i % 2 == 0 ? Command.read(1, i, 1, 4096) : Command.write(1, i, new byte[4096], 4096)));
        }
        cids.forEach(cid -> io.await(cid).ok());
    }

    private static String run(Path input, String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(input.toFile())
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as("%s: %s", String.join(" ", command), out)
                .isZero();
        return out;
    }

    @Test
    void promtoolFindsNothingToComplainAbout() throws Exception {
        load();
        Path scrape = directory.resolve("scrape");
        Files.writeString(scrape, get("http://127.0.0.1:" + target.apiAddress().getPort() + "/metrics"));
        assertThat(run(scrape, "promtool", "check", "metrics")).isEmpty();
        assertThat(Files.readString(scrape))
                .contains("nvmevf_vf_latency_seconds_bucket{operation=\"read\",vf=\"vf1\",le=");
    }

    @Test
    void theRulesAreRightAndFireWhenTheyShould() throws Exception {
        Path none = Path.of("/dev/null");
        run(
                none,
                "promtool",
                "check",
                "rules",
                SHIPPED.resolve("prometheus/rules/nvmevf.yml").toString());
        run(
                none,
                "promtool",
                "test",
                "rules",
                SHIPPED.resolve("prometheus/tests/nvmevf.test.yml").toString());
    }

    @Test
    void prometheusAnswersWhatOperatorsAsk() throws Exception {
        try (Prometheus prometheus = new Prometheus()) {
            prometheus.until("count_over_time(up[1m]) > 5");
            for (String question : List.of(
                    "sum by (vf, operation) (rate(nvmevf_vf_commands_total[1m])) > 0",
                    "sum by (vf, operation) (rate(nvmevf_vf_data_bytes_total[1m])) > 0",
                    "histogram_quantile(0.99, sum by (vf, le) (rate(nvmevf_vf_latency_seconds_bucket[1m]))) < 40",
                    "rate(nvmevf_vf_throttled_seconds_total{vf=\"vf1\",limit=\"iops\"}[1m]) > 0",
                    "nvmevf_oldest_unwiped_age_seconds == 0",
                    "rate(nvmevf_refusals_total{reason=\"authentication_failed\"}[1m]) == 0",
                    "nvmevf_event_loop_lag_seconds >= 0",
                    "nvmevf_transport{io=~\"io_uring|epoll|nio\",reason!=\"\"} == 1")) {
                prometheus.until(question);
            }
            assertThat(prometheus.query("ALERTS{alertstate=\"firing\"}")).isEmpty();
            assertThat(prometheus.rules())
                    .hasSizeGreaterThan(5)
                    .allSatisfy(rule -> assertThat(rule.path("health").asText())
                            .as(rule.path("name").asText())
                            .isEqualTo("ok"));
            loading = false;
            host.close();
            target.service().deleteVf("vf1", Disposal.DELETE);
            prometheus.until("absent(nvmevf_vf_commands_total)");
            assertThat(prometheus.query("{__name__=~\"nvmevf_vf_.*\"}"))
                    .as("of a virtual function that is gone")
                    .isEmpty();
        }
    }

    @Test
    void eachPanelOfTheDashboardHasAnswers() throws Exception {
        JsonNode dashboard =
                json.readTree(SHIPPED.resolve("grafana/dashboards/nvmevf.json").toFile());
        List<String> silent = List.of("Erasures", "Refused", "Garbage collection");
        try (Prometheus prometheus = new Prometheus()) {
            prometheus.until("count_over_time(up[1m]) > 5");
            int queries = 0;
            for (JsonNode panel : dashboard.path("panels")) {
                String expression = panel.at("/targets/0/expr")
                        .asText()
                        .replace("$__rate_interval", "1m")
                        .replace("$vf", ".*");
                if (silent.contains(panel.path("title").asText())) {
                    prometheus.query(expression);
                } else {
                    prometheus.until(expression);
                }
                queries++;
            }
            assertThat(queries).isGreaterThan(15);
        }
    }

    private String get(String url) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
                .body();
    }

    /** Scrapes the target every 200 ms, with the rules that are shipped. */
    private final class Prometheus implements AutoCloseable {
        private final Process process;
        private final String url;

        Prometheus() throws Exception {
            int port;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            url = "http://127.0.0.1:" + port;
            Path config = directory.resolve("prometheus.yml");
            Files.writeString(config, """
                    global: {scrape_interval: 200ms, evaluation_interval: 200ms}
                    rule_files: ["%s"]
                    scrape_configs:
                      - job_name: nvmevf
                        static_configs: [{targets: ["127.0.0.1:%d"]}]
                    """.formatted(
                            SHIPPED.resolve("prometheus/rules/nvmevf.yml")
                                    .toAbsolutePath()
                                    .normalize(),
                            target.apiAddress().getPort()));
            process = new ProcessBuilder(
                            "prometheus",
                            "--config.file=" + config,
                            "--storage.tsdb.path=" + directory.resolve("tsdb"),
                            "--web.listen-address=127.0.0.1:" + port)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("prometheus.log").toFile())
                    .start();
        }

        /** Loads the target until the query has an answer. */
        void until(String query) throws Exception {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (true) {
                if (loading) {
                    load();
                }
                try {
                    if (!query(query).isEmpty()) {
                        return;
                    }
                } catch (IOException starting) {
                    assertThat(process.isAlive())
                            .as(Files.readString(directory.resolve("prometheus.log")))
                            .isTrue();
                }
                assertThat(System.nanoTime()).as("no answer to %s", query).isLessThan(end);
            }
        }

        JsonNode query(String query) throws IOException, InterruptedException {
            String answer = get(url + "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
            if (!answer.startsWith("{")) {
                throw new IOException(answer);
            }
            JsonNode parsed = json.readTree(answer);
            assertThat(parsed.path("status").asText())
                    .as("%s: %s", query, answer)
                    .isEqualTo("success");
            return parsed.at("/data/result");
        }

        List<JsonNode> rules() throws IOException, InterruptedException {
            List<JsonNode> rules = new ArrayList<>();
            json.readTree(get(url + "/api/v1/rules"))
                    .at("/data/groups")
                    .forEach(group -> group.path("rules").forEach(rules::add));
            return rules;
        }

        @Override
        public void close() {
            process.destroy();
            process.onExit().orTimeout(20, TimeUnit.SECONDS).join();
        }
    }
}
