package io.nvmevf.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nvmevf.server.config.ApiConfig;
import io.nvmevf.server.control.FakeDataPlane;
import io.nvmevf.server.control.FakePool;
import io.nvmevf.server.control.StateFile;
import io.nvmevf.server.control.TargetService;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiServerTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private TargetService service;
    private ApiServer api;

    @BeforeEach
    void start() throws Exception {
        FakePool pool = new FakePool(1L << 30);
        FakeDataPlane plane = new FakeDataPlane(pool);
        service = TargetService.start(StateFile.open(directory), pool, plane);
        api = ApiServer.start(
                new ApiConfig("127.0.0.1", 0),
                service,
                plane,
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 4420)));
    }

    @AfterEach
    void stop() {
        api.close();
        service.close();
        http.close();
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + api.address().getPort() + path));
        if (body.isEmpty()) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json").method(method, BodyPublishers.ofString(body));
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private JsonNode answer(int status, String method, String path, String body) throws Exception {
        HttpResponse<String> response = send(method, path, body);
        assertThat(response.statusCode())
                .as(method + " " + path + ": " + response.body())
                .isEqualTo(status);
        if (status >= 400) {
            assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
        }
        return JSON.readTree(response.body().isEmpty() ? "{}" : response.body());
    }

    private String problem(int status, String method, String path, String body) throws Exception {
        JsonNode problem = answer(status, method, path, body);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        return problem.path("detail").asText();
    }

    @Test
    void takesAVirtualFunctionAndItsNamespaceThroughTheirLives() throws Exception {
        JsonNode vf = answer(201, "POST", "/v1/vfs", "{\"name\":\"vf1\",\"ioQueues\":4}");
        assertThat(vf.path("ioQueues").asInt()).isEqualTo(4);
        JsonNode ns = answer(201, "POST", "/v1/namespaces", "{\"vf\":\"vf1\",\"bytes\":8192,\"lbaSize\":512}");
        assertThat(ns.path("blocks").asInt()).isEqualTo(16);
        assertThat(ns.path("ready").asBoolean()).isTrue();
        assertThat(answer(200, "PATCH", "/v1/namespaces/ns-1", "{\"bytes\":12288}")
                        .path("bytes")
                        .asInt())
                .isEqualTo(12288);
        assertThat(answer(200, "PATCH", "/v1/namespaces/ns-1", "{\"writeProtected\":true}")
                        .path("writeProtected")
                        .asBoolean())
                .isTrue();
        assertThat(answer(200, "PATCH", "/v1/vfs/vf1", "{\"addAllowedHosts\":[\"nqn.2020-01.com.example:h\"]}")
                        .path("allowedHosts"))
                .hasSize(1);
        assertThat(answer(200, "GET", "/v1/pf", "")
                        .path("pool")
                        .path("allocated")
                        .asInt())
                .isEqualTo(12288);
        assertThat(problem(409, "DELETE", "/v1/vfs/vf1", "")).contains("has 1 namespace");
        answer(204, "DELETE", "/v1/namespaces/ns-1", "");
        answer(204, "DELETE", "/v1/vfs/vf1", "");
        assertThat(answer(200, "GET", "/v1/vfs", "").path("items")).isEmpty();
    }

    @Test
    void refusesWithAProblemThatSaysWhy() throws Exception {
        answer(201, "POST", "/v1/vfs", "{\"name\":\"vf1\"}");
        assertThat(problem(409, "POST", "/v1/vfs", "{\"name\":\"vf1\"}")).contains("already");
        assertThat(problem(400, "POST", "/v1/vfs", "{\"nam\":\"vf1\"}")).contains("unknown field 'nam'");
        assertThat(problem(400, "POST", "/v1/vfs", "{\"name\":7}")).contains("field 'name'");
        assertThat(problem(400, "POST", "/v1/vfs", "{\"name\":\"x\",\"ioQueues\":\"4\"}"))
                .contains("'ioQueues'");
        assertThat(problem(400, "POST", "/v1/vfs", "{\"name\":\"x\",\"allowedHosts\":[null]}"))
                .contains("'allowedHosts'");
        assertThat(problem(400, "POST", "/v1/vfs", "{")).contains("no valid JSON");
        assertThat(problem(400, "POST", "/v1/vfs", "null")).contains("null");
        assertThat(problem(400, "DELETE", "/v1/vfs/vf1?force=maybe", "")).contains("parameter");
        assertThat(problem(404, "GET", "/v1/vfs/none", "")).contains("'none'");
        assertThat(problem(404, "GET", "/v2", "")).contains("openapi.json");
        assertThat(problem(405, "PUT", "/v1/vfs", "{}")).contains("method");
        assertThat(problem(507, "POST", "/v1/namespaces", "{\"vf\":\"vf1\",\"bytes\":1099511627776}"))
                .contains("left");
        assertThat(problem(413, "POST", "/v1/vfs", "{\"name\":\"" + "x".repeat(ApiServer.MAX_BODY) + "\"}"))
                .contains("too large");
    }

    @Test
    void refusesBodiesThatAWebPageCouldSend() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + api.address().getPort() + "/v1/vfs"))
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("{\"name\":\"vf1\"}"))
                .build();
        assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(415);
        assertThat(service.state().vfs()).isEmpty();
    }

    @Test
    void refusesAHostHeaderThatIsNotLoopback() throws Exception {
        assertThat(statusLine("rebound.example:9420")).contains(" 403 ");
        assertThat(statusLine("127.0.0.1.example")).contains(" 403 ");
        assertThat(statusLine("localhost")).contains(" 200 ");
        assertThat(statusLine("[::1]:9420")).contains(" 200 ");
    }

    private String statusLine(String host) throws Exception {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), api.address().getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("GET /healthz HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("");
        }
    }

    @Test
    void describesExactlyTheRoutesThatItServes() throws Exception {
        JsonNode document = answer(200, "GET", "/v1/openapi.json", "");
        assertThat(document.path("openapi").asText()).startsWith("3.1");
        TreeSet<String> described = new TreeSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(
                                method -> described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        TreeSet<String> served = new TreeSet<>();
        api.server()
                .serviceConfigs()
                .forEach(config -> config.route()
                        .methods()
                        .forEach(method -> served.add(
                                method + " " + config.route().patternString().replaceAll(":([a-z]+)", "{$1}"))));
        assertThat(described).isEqualTo(served);

        answer(201, "POST", "/v1/vfs", "{\"name\":\"vf1\"}");
        answer(201, "POST", "/v1/namespaces", "{\"vf\":\"vf1\",\"bytes\":4096}");
        for (String route : described) {
            String method = route.substring(0, route.indexOf(' '));
            String path = route.substring(route.indexOf(' ') + 1)
                    .replace("{name}", "vf1")
                    .replace("{id}", "ns-1");
            if (method.equals("GET")) {
                assertThat(send(method, path, "").statusCode()).as(route).isEqualTo(200);
            }
        }
    }

    @Test
    void countsWhatLivesAndForgetsWhatWasDeleted() throws Exception {
        answer(201, "POST", "/v1/vfs", "{\"name\":\"vf1\"}");
        assertThat(send("GET", "/metrics", "").body())
                .contains(
                        "nvmevf_vf_commands_total{operation=\"read\",vf=\"vf1\"} 11.0",
                        "nvmevf_vf_data_bytes_total{operation=\"write\",vf=\"vf1\"} 4096.0",
                        "nvmevf_vf_command_errors_total{operation=\"other\",vf=\"vf1\"} 1.0",
                        "nvmevf_connections{class=\"io\"} 3.0",
                        "nvmevf_refusals_total{reason=\"host_not_allowed\"} 7.0",
                        "nvmevf_data_digest_errors_total 3.0",
                        "nvmevf_buffers_in_use_bytes 4096.0",
                        "nvmevf_host_log_lines_left_out_total 5.0",
                        "nvmevf_pool_capacity_bytes{kind=\"file\"} 1.073741824E9",
                        "nvmevf_event_loops{io=\"nio\"} 2.0",
                        "jvm_memory_used_bytes");
        answer(204, "DELETE", "/v1/vfs/vf1", "");
        assertThat(send("GET", "/metrics", "").body()).doesNotContain("vf1").contains("nvmevf_vfs 0.0");
    }
}
