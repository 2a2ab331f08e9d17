package io.nvmevf.server.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;

class LoggingTest {
    private static final Logging LOGGING = Logging.ofProcess();
    private static final String NAME = "io.nvmevf.server.logging.Tried";
    private final Logger logger = (Logger) LoggerFactory.getLogger(NAME);

    @AfterEach
    void asItWas() {
        Logging.start(Logging.Format.TEXT, Level.INFO);
        assertThat(LOGGING.set(NAME, null)).isTrue();
    }

    private LoggingEvent event(String message, @Nullable Throwable thrown) {
        LoggingEvent event = new LoggingEvent(
                LoggingTest.class.getName(), logger, ch.qos.logback.classic.Level.WARN, message, thrown, new Object[] {
                    "x"
                });
        event.setInstant(Instant.parse("2026-11-23T12:00:00.123Z"));
        event.setThreadName("nvmevf-loop-1");
        event.setKeyValuePairs(List.of(new KeyValuePair("connection", 7L), new KeyValuePair("vf", "vf1")));
        return event;
    }

    private static String encoded(Logging.Format format, ILoggingEvent event) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        return new String(Logging.encoder(format, context).encode(event), StandardCharsets.UTF_8);
    }

    @Test
    void jsonIsOneObjectOnOneLineWithTheFieldsBesideTheMessage() throws Exception {
        String line = encoded(Logging.Format.JSON, event("host {} said \"a\nb\"", new IllegalStateException("why")));
        assertThat(line).endsWith("\n");
        assertThat(line.strip()).doesNotContain("\n");
        JsonNode json = new ObjectMapper().readTree(line);
        assertThat(json.path("time").asText()).isEqualTo("2026-11-23T12:00:00.123Z");
        assertThat(json.path("level").asText()).isEqualTo("WARN");
        assertThat(json.path("logger").asText()).isEqualTo(NAME);
        assertThat(json.path("thread").asText()).isEqualTo("nvmevf-loop-1");
        assertThat(json.path("message").asText()).isEqualTo("host x said \"a\nb\"");
        assertThat(json.path("connection").asLong()).isEqualTo(7);
        assertThat(json.path("vf").asText()).isEqualTo("vf1");
        assertThat(json.path("stack_trace").asText()).startsWith("java.lang.IllegalStateException: why");
        assertThat(json.size()).as(line).isEqualTo(8);
    }

    @Test
    void textHasTheFieldsBehindTheMessageAndNothingWhereThereAreNone() {
        LoggingEvent event = event("said {}", null);
        assertThat(encoded(Logging.Format.TEXT, event))
                .contains("WARN  [nvmevf-loop-1]", ": said x connection=\"7\" vf=\"vf1\"\n");
        LoggingEvent plain = new LoggingEvent(
                LoggingTest.class.getName(), logger, ch.qos.logback.classic.Level.INFO, "so", null, null);
        assertThat(encoded(Logging.Format.TEXT, plain)).endsWith(": so\n");
    }

    @Test
    void theFormIsThatOfStandardErrorFromTheStartOn() throws Exception {
        PrintStream before = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            Logging.start(Logging.Format.JSON, Level.INFO);
            logger.atInfo().addKeyValue("vf", "vf2").log("hello");
            Logging.stop();
        } finally {
            System.setErr(before);
        }
        JsonNode json = new ObjectMapper().readTree(written.toString(StandardCharsets.UTF_8));
        assertThat(json.path("message").asText()).isEqualTo("hello");
        assertThat(json.path("vf").asText()).isEqualTo("vf2");
        assertThat(LOGGING.format()).isEqualTo(Logging.Format.JSON);
    }

    @Test
    void whoLogsDoesNotWaitForWhoReadsStandardError() throws Exception {
        PrintStream before = System.err;
        CountDownLatch writes = new CountDownLatch(1);
        CountDownLatch mayWrite = new CountDownLatch(1);
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8) {
            @Override
            public void write(byte[] bytes) throws IOException {
                writes.countDown();
                try {
                    mayWrite.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                super.write(bytes);
            }
        });
        try {
            Logging.start(Logging.Format.TEXT, Level.INFO);
            logger.info("first");
            assertThat(writes.await(10, TimeUnit.SECONDS)).isTrue();
            // (More than the lines that may wait; this thread would wait for ever.)
            for (int line = 0; line < 10_000; line++) {
                logger.info("line {}", line);
            }
            mayWrite.countDown();
            Logging.stop();
            logger.info("after the end");
        } finally {
            mayWrite.countDown();
            System.setErr(before);
        }
        assertThat(written.toString(StandardCharsets.UTF_8).lines())
                .hasSizeBetween(4096, 5000)
                .first(STRING)
                .endsWith("first");
        assertThat(written.toString(StandardCharsets.UTF_8)).contains("line 0", "line 4000", "after the end");
    }

    @Test
    void aLevelIsChangedAndGoesBackToThatOfTheLoggerAbove() {
        Logging.start(Logging.Format.TEXT, Level.WARN);
        assertThat(logger.isInfoEnabled()).isFalse();
        assertThat(LOGGING.set(NAME, Level.TRACE)).isTrue();
        assertThat(logger.isTraceEnabled()).isTrue();
        assertThat(LOGGING.level(NAME)).isEqualTo(new Logging.LoggerLevel(NAME, "trace", true));
        assertThat(LOGGING.set(NAME, null)).isTrue();
        assertThat(LOGGING.level(NAME)).isEqualTo(new Logging.LoggerLevel(NAME, "warn", false));

        assertThat(LOGGING.set("io.nvmevf", Level.DEBUG)).isTrue();
        assertThat(logger.isDebugEnabled()).isTrue();
        assertThat(LOGGING.set("io.nvmevf", null)).isTrue();

        assertThat(LOGGING.set("root", Level.ERROR)).isTrue();
        assertThat(logger.isWarnEnabled()).isFalse();
        assertThat(LOGGING.set("root", null)).as("as at the start").isTrue();
        assertThat(LOGGING.loggers()).first().isEqualTo(new Logging.LoggerLevel("root", "warn", true));
    }

    @Test
    void librariesStayAsTheyAre() {
        assertThat(LoggerFactory.getLogger("com.linecorp.armeria")).isNotNull();
        for (String name : List.of("com.linecorp.armeria", "io.netty", "com", "io", "io.nvmevfs", "")) {
            assertThat(LOGGING.set(name, Level.TRACE)).as(name).isFalse();
            assertThat(LOGGING.level(name)).as(name).isNull();
        }
        assertThat(LOGGING.loggers())
                .extracting(Logging.LoggerLevel::logger)
                .allMatch(n -> n.equals("root") || n.startsWith("io.nvmevf"));
    }

    @Test
    void noLoggerIsMadeByNamingIt() {
        int before = LOGGING.loggers().size();
        for (int i = 0; i < 100; i++) {
            assertThat(LOGGING.set("io.nvmevf.server.none" + i, Level.TRACE)).isFalse();
        }
        assertThat(LOGGING.loggers()).hasSize(before);
    }

    @Test
    void theLastLinesAreKeptEachNoLongerThanItMayBe() {
        Logging.start(Logging.Format.TEXT, Level.INFO);
        for (int i = 0; i < RecentLines.LINES + 10; i++) {
            logger.atInfo().addKeyValue("n", i).log("line {}", i);
        }
        assertThat(LOGGING.recent(Integer.MAX_VALUE)).hasSize(RecentLines.LINES);
        LogLine last = LOGGING.recent(2).getLast();
        assertThat(LOGGING.recent(2)).hasSize(2);
        assertThat(last.message()).isEqualTo("line " + (RecentLines.LINES + 9));
        assertThat(last.fields()).containsExactly(java.util.Map.entry("n", String.valueOf(RecentLines.LINES + 9)));
        assertThat(last.level()).isEqualTo("info");
        assertThat(last.logger()).isEqualTo(NAME);
        assertThat(last.trace()).isNull();

        logger.error("x".repeat(100_000), new IllegalStateException("y".repeat(100_000)));
        LogLine cut = LOGGING.recent(1).getFirst();
        assertThat(cut.message()).hasSize(RecentLines.MAX_TEXT + 1).endsWith("…");
        assertThat(cut.trace()).hasSize(RecentLines.MAX_TEXT + 1).startsWith("java.lang.IllegalStateException: yyy");
    }
}
