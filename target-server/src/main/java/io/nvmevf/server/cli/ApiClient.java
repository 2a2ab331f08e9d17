package io.nvmevf.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The REST API as the commands need it. Whatever goes wrong becomes a {@link CliException}. */
final class ApiClient implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final String base;

    ApiClient(String base) throws CliException {
        this.base = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        try {
            URI uri = URI.create(this.base);
            if (uri.getHost() == null || !"http".equals(uri.getScheme())) {
                throw new IllegalArgumentException("no http URL");
            }
        } catch (IllegalArgumentException e) {
            throw new CliException(
                    ExitCode.USAGE,
                    "'" + base
                            + "' is no address of an API; give one such as http://127.0.0.1:9420 with --api or NVMEVF_API",
                    e);
        }
    }

    JsonNode get(String path) throws CliException {
        return send("GET", path, null);
    }

    JsonNode post(String path, ObjectNode body) throws CliException {
        return send("POST", path, body);
    }

    JsonNode put(String path, ObjectNode body) throws CliException {
        return send("PUT", path, body);
    }

    JsonNode patch(String path, ObjectNode body) throws CliException {
        return send("PATCH", path, body);
    }

    /** The operation that goes on; missing if all is done. */
    JsonNode delete(String path) throws CliException {
        return send("DELETE", path, null);
    }

    /** With nothing to say. */
    JsonNode post(String path) throws CliException {
        return send("POST", path, object());
    }

    /** What is there as it is, however long. The caller closes the stream. */
    InputStream download(String path) throws CliException {
        try {
            HttpResponse<InputStream> response =
                    http.send(HttpRequest.newBuilder(URI.create(base + path)).build(), BodyHandlers.ofInputStream());
            if (response.statusCode() / 100 != 2) {
                response.body().close();
                throw new CliException(
                        ExitCode.ofStatus(response.statusCode()),
                        "the API answered with HTTP status " + response.statusCode());
            }
            return response.body();
        } catch (IOException e) {
            throw unreachable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.FAILURE, "interrupted", e);
        }
    }

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** One segment of a path, or a value of a query. */
    static String escape(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private JsonNode send(String method, String path, @Nullable ObjectNode body) throws CliException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofMinutes(3));
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json").method(method, BodyPublishers.ofString(body.toString()));
        }
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            int status = response.statusCode();
            if (status / 100 != 2) {
                throw new CliException(ExitCode.ofStatus(status), detail(response));
            }
            return response.body().isEmpty() ? MissingNode.getInstance() : MAPPER.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new CliException(ExitCode.FAILURE, "what answers at " + base + " is no nvmevf; check --api", e);
        } catch (IOException e) {
            throw unreachable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.FAILURE, "interrupted", e);
        }
    }

    private CliException unreachable(IOException e) {
        return new CliException(
                ExitCode.UNREACHABLE,
                "no target answers at " + base + " (" + e.getClass().getSimpleName()
                        + "); start one with 'nvmevf quickstart' or 'nvmevf serve -c nvmevf.yaml', or say where it is"
                        + " with --api or NVMEVF_API",
                e);
    }

    private static String detail(HttpResponse<String> response) {
        try {
            JsonNode problem = MAPPER.readTree(response.body());
            if (problem.hasNonNull("detail")) {
                return problem.get("detail").asText();
            }
        } catch (JsonProcessingException e) {
            // Not ours: the status has to do.
        }
        return "the API answered with HTTP status " + response.statusCode();
    }

    @Override
    public void close() {
        http.close();
    }
}
