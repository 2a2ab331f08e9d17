package io.nvmevf.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmevf.server.api.TestApi;
import io.nvmevf.server.config.LogConfig;
import io.nvmevf.server.logging.Logging;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** {@code nvmevf log}, and what the log of a new target is like. */
class LogCliTest {
    private static final String NAME = "io.nvmevf.server.cli.Tried";
    private static final Logger LOG = LoggerFactory.getLogger(NAME);
    private static final LogConfig CONFIGURED = new LogConfig(LogConfig.Format.TEXT, LogConfig.Level.WARN);

    @TempDir
    Path directory;

    @Test
    void showsAndChangesLevels() throws Exception {
        Logging.start(Logging.Format.TEXT, Level.INFO);
        try (TestApi api = new TestApi(directory)) {
            TestCli cli = new TestCli(api.url());
            assertThat(cli.run("log", "level")).as(cli.err).isEqualTo(ExitCode.OK);
            assertThat(cli.out.lines().toList().get(1)).matches("root +info +here");
            assertThat(cli.run("log", "level", NAME, "trace")).as(cli.err).isEqualTo(ExitCode.OK);
            assertThat(cli.out.lines().toList()).hasSize(2).last().asString().matches(NAME + " +trace +here");
            assertThat(LOG.isTraceEnabled()).isTrue();
            assertThat(cli.run("log", "level", NAME, "default")).isEqualTo(ExitCode.OK);
            assertThat(LOG.isTraceEnabled()).isFalse();
            assertThat(cli.run("log", "level", NAME, "-o", "json")).isEqualTo(ExitCode.OK);
            assertThat(cli.json().at("/items/0/level").asText()).isEqualTo("info");
            assertThat(cli.run("log", "level", NAME, "loud")).isEqualTo(ExitCode.INVALID);
            assertThat(cli.run("log", "level", "io.netty", "trace")).isEqualTo(ExitCode.NOT_FOUND);
            assertThat(cli.run("log", "level", "io.netty")).isEqualTo(ExitCode.NOT_FOUND);
        }
    }

    @Test
    void showsTheLastLines() throws Exception {
        Logging.start(Logging.Format.TEXT, Level.INFO);
        try (TestApi api = new TestApi(directory)) {
            TestCli cli = new TestCli(api.url());
            LOG.atWarn().addKeyValue("vf", "vf1").log("it happened");
            assertThat(cli.run("log", "show", "-n", "1")).as(cli.err).isEqualTo(ExitCode.OK);
            assertThat(cli.out).endsWith(" WARN " + NAME + ": it happened vf=\"vf1\"\n");
            assertThat(cli.run("log", "show", "-n", "1", "-o", "json")).isEqualTo(ExitCode.OK);
            assertThat(cli.json().at("/items/0/message").asText()).isEqualTo("it happened");
        }
    }

    @Test
    void theCommandLineComesBeforeTheEnvironmentAndThatBeforeTheFile() throws Exception {
        TestCli terminal = new TestCli("");
        LogOptions options = new LogOptions();
        assertThat(options.over(CONFIGURED, terminal)).isEqualTo(CONFIGURED);
        terminal.environment.put(LogOptions.FORMAT, "json");
        terminal.environment.put(LogOptions.LEVEL, "DEBUG");
        assertThat(options.over(CONFIGURED, terminal))
                .isEqualTo(new LogConfig(LogConfig.Format.JSON, LogConfig.Level.DEBUG));
        options.format = LogConfig.Format.TEXT;
        options.level = LogConfig.Level.ERROR;
        assertThat(options.over(CONFIGURED, terminal))
                .isEqualTo(new LogConfig(LogConfig.Format.TEXT, LogConfig.Level.ERROR));
    }

    @Test
    void aVariableThatIsWrongIsNotOverheard() {
        TestCli terminal = new TestCli("");
        terminal.environment.put(LogOptions.FORMAT, "xml");
        assertThatThrownBy(() -> new LogOptions().over(CONFIGURED, terminal))
                .isInstanceOf(CliException.class)
                .hasMessage("NVMEVF_LOG_FORMAT is 'xml'; allowed are text, json");
    }
}
