package io.nvmevf.bench.qos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** The target's REST API, as far as the scenarios need it. */
final class Api implements Closeable {
    static final ObjectMapper MAPPER = new ObjectMapper();

    private static final String NQN = "nqn.2026-01.io.nvmevf:bench:";

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final String base;
    private final Set<String> made = new HashSet<>();

    /** The target has refused what it was asked for. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    Api(String base) {
        this.base = base;
    }

    static String nqn(String vf) {
        return NQN + vf;
    }

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /**
     * Makes a virtual function with a namespace, or changes the one that was made by this name before.
     *
     * @param depth of its queues; the target allows 2 and more
     * @param limits as in the API; empty for none
     */
    void vf(String name, int queues, int depth, ObjectNode limits, long namespaceBytes)
            throws IOException, InterruptedException {
        ObjectNode vf = object().put("ioQueues", queues).put("queueDepth", Math.max(2, depth));
        if (made.contains(name)) {
            if (limits.isEmpty()) {
                vf.put("noLimits", true);
            } else {
                vf.set("limits", limits);
            }
            send("PATCH", "/v1/vfs/" + name, vf);
            return;
        }
        if (!limits.isEmpty()) {
            vf.set("limits", limits);
        }
        send("POST", "/v1/vfs", vf.put("name", name).put("nqn", nqn(name)).put("allowAnyHost", true));
        made.add(name);
        send("POST", "/v1/namespaces", object().put("vf", name).put("bytes", namespaceBytes));
    }

    /** Whether a virtual function was made by this name. */
    boolean has(String vf) {
        return made.contains(vf);
    }

    /** Changes the limits of a virtual function; returns when the target has answered. */
    void limits(String vf, ObjectNode limits) throws IOException, InterruptedException {
        ObjectNode change = object();
        change.set("limits", limits);
        send("PATCH", "/v1/vfs/" + vf, change);
    }

    /** Says what the physical function can do: 4 KiB commands a second, and bytes a second. */
    void capacity(long iops, long bytes) throws IOException, InterruptedException {
        send(
                "PUT",
                "/v1/pf/capacity",
                object().put("readIops", iops)
                        .put("writeIops", iops)
                        .put("readBytes", bytes)
                        .put("writeBytes", bytes));
    }

    /** What the metrics page says about throttled time, in seconds. */
    double throttledSeconds(String vf, String limit) throws IOException, InterruptedException {
        String page = exchange("GET", "/metrics", HttpRequest.newBuilder().GET());
        for (String line : page.split("\n", -1)) {
            if (line.startsWith("nvmevf_vf_throttled_seconds_total{")
                    && line.contains("vf=\"" + vf + "\"")
                    && line.contains("limit=\"" + limit + "\"")) {
                return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
            }
        }
        throw new IOException("the metrics page has no throttled time of " + vf + " for " + limit);
    }

    private JsonNode send(String method, String path, ObjectNode body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder()
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body.toString()));
        return MAPPER.readTree(exchange(method, path, request));
    }

    private String exchange(String method, String path, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(
                request.uri(URI.create(base + path))
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                BodyHandlers.ofString());
        if (response.statusCode() / 100 == 4) {
            JsonNode problem = MAPPER.readTree(response.body());
            throw new RefusedException(
                    method + " " + path + ": " + problem.path("detail").asText(response.body()));
        }
        if (response.statusCode() / 100 != 2) {
            throw new IOException(method + " " + path + ": " + response.statusCode() + " " + response.body());
        }
        return response.body();
    }

    @Override
    public void close() {
        http.close();
    }
}
