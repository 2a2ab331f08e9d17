package io.nvmevf.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import io.nvmevf.server.audit.AuditEntry;
import io.nvmevf.server.control.Role;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Bearer tokens over REST. */
class TokenRoutesTest {
    @TempDir
    Path directory;

    private TestApi api;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi(directory, TestApi.ASKING);
        api.token = api.makeToken("admin", Role.OPERATOR);
    }

    @AfterEach
    void stop() throws Exception {
        api.close();
    }

    private JsonNode create(String body) throws Exception {
        return api.post(201, "/v1/tokens", body);
    }

    private String wwwAuthenticate(String path) throws Exception {
        HttpResponse<String> answer = api.send("GET", path, "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
        return answer.headers().firstValue("www-authenticate").orElseThrow();
    }

    @Test
    void takesATokenThroughItsLife() throws Exception {
        JsonNode made = create("{\"name\":\"prometheus\",\"role\":\"metrics\"}");
        String secret = made.path("secret").asText();
        assertThat(secret).matches("nvmevf_[0-9A-Za-z]{49}");
        String id = made.at("/token/id").asText();
        assertThat(id).matches("tok-[0-9a-f]{8}");
        assertThat(api.get("/v1/tokens").path("items")).hasSize(2);
        assertThat(api.get("/v1/tokens").at("/items/1").toString())
                .isEqualTo("{\"id\":\"" + id + "\",\"name\":\"prometheus\",\"role\":\"metrics\","
                        + "\"created\":\"2026-11-23T12:00:00Z\",\"expires\":null,\"expired\":false}");
        String admin = api.token;
        api.token = secret;
        assertThat(api.send("GET", "/metrics", "").statusCode()).isEqualTo(200);
        assertThat(api.problem(403, "GET", "/v1/pf", ""))
                .isEqualTo("this needs the role read-only, and metrics is what this token has");
        api.token = admin;
        api.answer(204, "DELETE", "/v1/tokens/" + id, "");
        api.token = secret;
        assertThat(wwwAuthenticate("/metrics")).isEqualTo("Bearer realm=\"nvmevf\", error=\"invalid_token\"");
        assertThat(api.problem(401, "GET", "/metrics", "")).contains("it was revoked");
    }

    @Test
    void aTokenEndsWhenItExpires() throws Exception {
        String secret = create("{\"name\":\"ci\",\"role\":\"read-only\",\"expiresInSeconds\":3600}")
                .path("secret")
                .asText();
        String admin = api.token;
        api.token = secret;
        api.get("/v1/pf");
        api.now = api.now.plusSeconds(3599);
        api.get("/v1/pf");
        api.now = api.now.plusSeconds(1);
        assertThat(api.problem(401, "GET", "/v1/pf", "")).contains("expired");
        api.token = admin;
        assertThat(api.get("/v1/tokens").at("/items/1/expired").asBoolean()).isTrue();
        assertThat(api.send("GET", "/metrics", "").body())
                .contains("nvmevf_api_refusals_total{reason=\"expired_token\"} 1.0");
    }

    @Test
    void refusesWhatIsNoToken() throws Exception {
        String admin = api.token;
        api.token = "";
        assertThat(wwwAuthenticate("/v1/pf")).isEqualTo("Bearer realm=\"nvmevf\"");
        assertThat(api.problem(401, "GET", "/v1/pf", "")).contains("needs a token", "nvmevf token create");
        // (One character changed: the checksum tells.)
        char last = admin.charAt(20);
        api.token = admin.substring(0, 20) + (last == 'a' ? 'b' : 'a') + admin.substring(21);
        assertThat(api.problem(401, "GET", "/v1/pf", "")).contains("cut or mistyped");
        api.token = "";
        HttpRequest basic = HttpRequest.newBuilder(URI.create(api.url() + "/v1/pf"))
                .header("Authorization", "Basic YWRtaW46YWRtaW4=")
                .build();
        assertThat(api.http.send(basic, BodyHandlers.ofString()).body()).contains("no bearer token");
        assertThat(api.send("GET", "/healthz", "").statusCode()).isEqualTo(200);
        api.token = admin;
        assertThat(api.send("GET", "/metrics", "").body())
                .contains("nvmevf_api_refusals_total{reason=\"no_token\"} 2.0")
                .contains("nvmevf_api_refusals_total{reason=\"bad_token\"} 2.0");
    }

    @Test
    void refusesTokensThatCannotBe() throws Exception {
        assertThat(api.refused(400, "invalid", "POST", "/v1/tokens", "{\"role\":\"metrics\"}"))
                .contains("name is missing");
        assertThat(api.refused(400, "invalid", "POST", "/v1/tokens", "{\"name\":\"A b\",\"role\":\"metrics\"}"))
                .contains("a-z");
        assertThat(api.refused(400, "invalid", "POST", "/v1/tokens", "{\"name\":\"a\"}"))
                .contains("operator, read-only, metrics");
        assertThat(api.problem(400, "POST", "/v1/tokens", "{\"name\":\"a\",\"role\":\"root\"}"))
                .contains("operator, read-only, metrics");
        for (String seconds : new String[] {"59", "315360001", "-1"}) {
            assertThat(api.refused(
                            400,
                            "invalid",
                            "POST",
                            "/v1/tokens",
                            "{\"name\":\"a\",\"role\":\"metrics\",\"expiresInSeconds\":" + seconds + "}"))
                    .contains("60 to 315360000");
        }
        assertThat(api.refused(409, "exists", "POST", "/v1/tokens", "{\"name\":\"admin\",\"role\":\"metrics\"}"))
                .contains("admin");
        assertThat(api.refused(404, "not-found", "DELETE", "/v1/tokens/" + api.token, ""))
                .doesNotContain("nvmevf_");
    }

    @Test
    void failuresAreSlowedAndAValidTokenIsNot() throws Exception {
        String admin = api.token;
        api.token = "nonsense";
        for (int i = 0; i < FailedTokens.FREE; i++) {
            api.answer(401, "GET", "/v1/pf", "");
        }
        long start = System.nanoTime();
        api.answer(401, "GET", "/v1/pf", "");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(100));
        api.token = admin;
        api.get("/v1/pf");
    }

    @Test
    void refusedChangesAreInTheAuditLogButNotTooMany() throws Exception {
        String admin = api.token;
        api.token = api.makeToken("reader", Role.READ_ONLY);
        int before = api.entries().size();
        for (int i = 0; i < 5; i++) {
            api.answer(403, "DELETE", "/v1/tokens/" + admin, "");
        }
        api.answer(403, "GET", "/v1/tokens", "");
        // (It is written on another thread, before those of the next request that waits for the disk.)
        List<AuditEntry> entries = awaitEntries(before + 1);
        AuditEntry entry = entries.getLast();
        assertThat(entry.type()).isEqualTo("change-refused");
        assertThat(entry.fields())
                .containsEntry("method", "DELETE")
                .containsEntry("path", "/v1/tokens/nvmevf_…")
                .containsEntry("role", "read-only")
                .containsEntry("needed", "operator")
                .hasEntrySatisfying("who", who -> assertThat(who.toString()).contains("kind=token", "name=reader"));
        api.time.addAndGet(RefusedChanges.EVERY.toNanos());
        api.answer(403, "POST", "/v1/pf/offline", "{}");
        assertThat(awaitEntries(before + 2).getLast().fields()).containsEntry("path", "/v1/pf/offline");
        assertThat(api.entries()).hasSize(before + 2);
        api.token = admin;
        assertThat(api.send("GET", "/metrics", "").body()).contains("nvmevf_api_refusals_total{reason=\"role\"} 7.0");
    }

    private List<AuditEntry> awaitEntries(int count) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (api.entries().size() < count && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        List<AuditEntry> entries = api.entries();
        assertThat(entries).hasSize(count);
        return entries;
    }

    @Test
    void tokensAreNowhereButInTheAnswerToTheirMaking() throws Exception {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Map<Logger, Level> levels = new HashMap<>();
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        root.addAppender(log);
        String secret;
        try {
            for (Logger logger : root.getLoggerContext().getLoggerList()) {
                if (logger.getLevel() != null) {
                    levels.put(logger, logger.getLevel());
                    logger.setLevel(Level.TRACE);
                }
            }
            secret = create("{\"name\":\"ci\",\"role\":\"read-only\"}")
                    .path("secret")
                    .asText();
            api.token = secret;
            api.get("/v1/pf");
            api.answer(403, "POST", "/v1/pf/offline", "{}");
            api.answer(404, "GET", "/v1/vfs/none", "");
            assertThat(api.get("/v1/audit").toString()).doesNotContain(secret);
        } finally {
            root.detachAppender(log);
            levels.forEach(Logger::setLevel);
        }
        assertThat(log.list).isNotEmpty();
        for (ILoggingEvent event : log.list) {
            assertThat(event.getFormattedMessage()).doesNotContain(secret);
        }
        assertThat(api.service().state().toString()).doesNotContain(secret);
        assertThat(Files.readString(directory.resolve("state.json")))
                .doesNotContain(secret)
                .doesNotContain(secret.substring(7, 20));
    }

    @Test
    void whereNobodyIsAskedATokenStillSaysWhoItIs() throws Exception {
        try (TestApi open = new TestApi(Files.createDirectory(directory.resolve("open")), TestApi.LOOPBACK)) {
            open.post(201, "/v1/vfs", "{\"name\":\"vf1\"}");
            assertThat(open.lastEntry().fields().get("who"))
                    .isEqualTo(Map.of("kind", "anonymous", "address", "127.0.0.1"));
            open.token = open.makeToken("reader", Role.READ_ONLY);
            open.get("/v1/vfs");
            open.answer(403, "DELETE", "/v1/vfs/vf1", "");
            open.token = "nonsense";
            open.answer(401, "GET", "/v1/vfs", "");
        }
    }
}
