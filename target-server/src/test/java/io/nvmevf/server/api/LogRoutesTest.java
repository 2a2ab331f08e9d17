package io.nvmevf.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.nvmevf.server.control.Role;
import io.nvmevf.server.logging.Logging;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

class LogRoutesTest {
    private static final String NAME = "io.nvmevf.server.api.Tried";
    private static final Logger LOG = LoggerFactory.getLogger(NAME);

    @TempDir
    Path directory;

    private TestApi api;

    @BeforeEach
    void start() throws Exception {
        Logging.start(Logging.Format.TEXT, Level.INFO);
        api = new TestApi(directory, TestApi.ASKING);
        api.token = api.makeToken("admin", Role.OPERATOR);
    }

    @AfterEach
    void stop() throws Exception {
        assertThat(Logging.ofProcess().set(NAME, null)).isTrue();
        api.close();
    }

    private static JsonNode of(JsonNode log, String logger) {
        for (JsonNode one : log.path("loggers")) {
            if (one.path("logger").asText().equals(logger)) {
                return one;
            }
        }
        throw new AssertionError(logger + " is not in " + log);
    }

    private JsonNode put(String body) throws Exception {
        return api.answer(200, "PUT", "/v1/logging", body);
    }

    @Test
    void aLevelIsChangedWithoutARestartAndTheAuditLogSaysByWhom() throws Exception {
        assertThat(of(api.get("/v1/logging"), NAME).toString())
                .isEqualTo("{\"logger\":\"" + NAME + "\",\"level\":\"info\",\"own\":false}");
        assertThat(api.get("/v1/logging").path("format").asText()).isEqualTo("text");
        assertThat(LOG.isDebugEnabled()).isFalse();
        JsonNode changed = put("{\"logger\":\"" + NAME + "\",\"level\":\"debug\"}");
        assertThat(of(changed, NAME).path("level").asText()).isEqualTo("debug");
        assertThat(LOG.isDebugEnabled()).isTrue();
        assertThat(api.lastEntry().type()).isEqualTo("log-level-changed");
        assertThat(api.lastEntry().fields())
                .containsAllEntriesOf(Map.of("logger", NAME, "before", "inherited", "level", "debug"));
        int entries = api.entries().size();
        put("{\"logger\":\"" + NAME + "\",\"level\":\"DEBUG\"}");
        assertThat(api.entries()).as("nothing has changed").hasSize(entries);
        assertThat(of(put("{\"logger\":\"" + NAME + "\",\"level\":null}"), NAME)
                        .path("own")
                        .asBoolean())
                .isFalse();
        assertThat(api.lastEntry().fields()).containsAllEntriesOf(Map.of("before", "debug", "level", "inherited"));
    }

    @Test
    void refusesWhatIsNoLoggerOfOursAndNoLevel() throws Exception {
        assertThat(api.refused(
                        404,
                        "not-found",
                        "PUT",
                        "/v1/logging",
                        "{\"logger\":\"com.linecorp.armeria\",\"level\":\"trace\"}"))
                .contains("GET /v1/logging", "secrets");
        assertThat(api.problem(400, "PUT", "/v1/logging", "{\"logger\":\"root\",\"level\":\"loud\"}"))
                .contains("error, warn, info, debug, trace");
        assertThat(api.problem(400, "PUT", "/v1/logging", "{\"name\":\"root\"}"))
                .contains("level, logger");
        assertThat(api.problem(400, "GET", "/v1/logging/lines?max=0", "")).contains("1 to 500");
    }

    @Test
    void showsTheLastLinesToOperatorsOnly() throws Exception {
        LOG.atWarn()
                .addKeyValue("vf", "vf1")
                .setCause(new IllegalStateException("why"))
                .log("it {}", "happened");
        JsonNode line = api.get("/v1/logging/lines?max=1").at("/items/0");
        assertThat(line.path("message").asText()).isEqualTo("it happened");
        assertThat(line.path("level").asText()).isEqualTo("warn");
        assertThat(line.path("logger").asText()).isEqualTo(NAME);
        assertThat(line.at("/fields/vf").asText()).isEqualTo("vf1");
        assertThat(line.path("trace").asText()).startsWith("java.lang.IllegalStateException: why");
        api.token = api.makeToken("reader", Role.READ_ONLY);
        assertThat(api.problem(403, "GET", "/v1/logging/lines", "")).contains("operator");
        api.get("/v1/logging");
    }
}
