package io.nvmevf.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The REST API as the commands need it. Whatever goes wrong becomes a {@link CliException}. */
final class ApiClient {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    /** Bytes of an answer that is read as a whole. */
    private static final int MAX_ANSWER = 256 << 20;

    private final ApiAddress address;
    private final @Nullable String token;

    /**
     * @param token sent with each request; null: none
     * @throws CliException if somebody on the way could read the token
     */
    ApiClient(ApiAddress address, @Nullable String token) throws CliException {
        if (token != null && address instanceof ApiAddress.Remote remote && !remote.isPrivate()) {
            throw new CliException(
                    ExitCode.USAGE,
                    "the token was not sent, because everybody on the way to " + address
                            + " could read it; use https:// (and --ca-file), or leave the token out");
        }
        this.address = address;
        this.token = token;
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

    /** What is there as it is, as a whole. */
    String text(String path) throws CliException {
        try (InputStream in = download(path)) {
            return new String(in.readNBytes(MAX_ANSWER), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    /** What is there as it is, however long. The caller closes the stream. */
    InputStream download(String path) throws CliException {
        try {
            HttpExchange exchange = HttpExchange.send(address, "GET", path, token, null);
            if (exchange.status() / 100 != 2) {
                try (exchange) {
                    throw refused(exchange.status(), exchange.body().readNBytes(MAX_ANSWER));
                }
            }
            return new FilterInputStream(exchange.body()) {
                @Override
                public void close() {
                    exchange.close();
                }
            };
        } catch (IOException e) {
            throw unreachable(e);
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
        byte[] json = body == null ? null : body.toString().getBytes(StandardCharsets.UTF_8);
        try (HttpExchange exchange = HttpExchange.send(address, method, path, token, json)) {
            byte[] answer = exchange.body().readNBytes(MAX_ANSWER);
            if (exchange.status() / 100 != 2) {
                throw refused(exchange.status(), answer);
            }
            return answer.length == 0 ? MissingNode.getInstance() : MAPPER.readTree(answer);
        } catch (JsonProcessingException | ProtocolException e) {
            throw new CliException(ExitCode.FAILURE, "what answers at " + address + " is no nvmevf; check --api", e);
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private CliException unreachable(IOException e) {
        if (e instanceof SSLException) {
            return new CliException(
                    ExitCode.UNREACHABLE,
                    "no TLS connection to " + address + ": " + e.getMessage()
                            + "; name the certificate that it is to be trusted by with --ca-file, and the target by a name"
                            + " that is in its certificate",
                    e);
        }
        if (address instanceof ApiAddress.Local
                && String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("permission denied")) {
            return new CliException(
                    ExitCode.NOT_ALLOWED,
                    "this user may not open " + address
                            + "; use sudo, or let an operator add you to api.socket-group or api.socket-users",
                    e);
        }
        return new CliException(
                ExitCode.UNREACHABLE,
                "no target answers at " + address + " (" + e.getClass().getSimpleName()
                        + "); start one with 'nvmevf quickstart' or 'nvmevf serve -c nvmevf.yaml', or say where it is"
                        + " with --api or NVMEVF_API",
                e);
    }

    private static CliException refused(int status, byte[] answer) {
        return new CliException(ExitCode.ofStatus(status), detail(status, answer));
    }

    private static String detail(int status, byte[] answer) {
        try {
            JsonNode problem = MAPPER.readTree(answer);
            if (problem.hasNonNull("detail")) {
                return problem.get("detail").asText();
            }
        } catch (IOException e) {
            // Not ours: the status has to do.
        }
        return "the API answered with HTTP status " + status;
    }
}
