package io.nvmevf.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nvmevf.server.audit.AuditHead;
import io.nvmevf.server.audit.AuditLog;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code nvmevf audit verify}. */
class AuditCliTest {
    @TempDir
    Path directory;

    private String file = "";
    private String key = "";
    private AuditHead head = new AuditHead(1, "");
    private String out = "";
    private String err = "";

    @BeforeEach
    void write() throws Exception {
        try (AuditLog log = AuditLog.open(directory, InstantSource.system())) {
            log.append("vf-created", Map.of("vf", "vf1"));
            log.append("vf-deleted", Map.of("vf", "vf1"));
            head = log.head();
            key = log.publicKey();
        }
        file = directory.resolve("audit.log").toString();
    }

    private int run(String... args) {
        StringWriter stdout = new StringWriter();
        StringWriter stderr = new StringWriter();
        CommandLine line = new CommandLine(new AuditCommands.Verify())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((exception, command, parsed) -> {
                    command.getErr().println(exception.getMessage());
                    return exception instanceof CliException e ? e.exitCode() : ExitCode.FAILURE;
                });
        line.setOut(new PrintWriter(stdout, true)).setErr(new PrintWriter(stderr, true));
        int code = line.execute(args);
        out = stdout.toString();
        err = stderr.toString();
        return code;
    }

    @Test
    void anIntactLogIsShown() throws Exception {
        assertThat(run(file)).isEqualTo(ExitCode.OK);
        assertThat(out.lines())
                .containsExactly(
                        "Log:             intact",
                        "Lines in order:  3",
                        "Erasure records: 0",
                        "Head:            " + head,
                        "Public key:      " + key);
        assertThat(run(file, "--head", head.toString(), "--public-key", key, "-o", "json"))
                .isEqualTo(ExitCode.OK);
        JsonNode json = new ObjectMapper().readTree(out);
        assertThat(json.path("intact").asBoolean()).isTrue();
        assertThat(json.path("head").asText()).isEqualTo(head.toString());
        assertThat(json.has("broken")).isFalse();
        assertThat(run(file, "--public-key", directory.resolve("audit.key").toString()))
                .isEqualTo(ExitCode.OK);
    }

    @Test
    void aBrokenLogEndsWithOne() throws Exception {
        String text = Files.readString(Path.of(file));
        Files.writeString(Path.of(file), text.replace("vf-created", "vf-creatid"));
        assertThat(run(file)).isEqualTo(ExitCode.FAILURE);
        assertThat(out).startsWith("""
                        Log:             BROKEN
                        Broken:          line 2, changed: the line was changed: its content does not match its hash
                        """);
        assertThat(run(file, "-o", "json")).isEqualTo(ExitCode.FAILURE);
        assertThat(new ObjectMapper().readTree(out).at("/broken/line").asInt()).isEqualTo(2);
        Files.writeString(Path.of(file), text.substring(0, text.lastIndexOf("{\"fields\"")));
        assertThat(run(file)).isEqualTo(ExitCode.OK);
        assertThat(run(file, "--head", head.toString())).isEqualTo(ExitCode.FAILURE);
        assertThat(out).contains("truncated", "1 were cut off");
    }

    @Test
    void badArgumentsAreRefused() {
        assertThat(run()).isEqualTo(ExitCode.USAGE);
        assertThat(run(directory.resolve("none").toString())).isEqualTo(ExitCode.USAGE);
        assertThat(err).contains("cannot be read");
        assertThat(run(file, "--head", "3")).isEqualTo(ExitCode.USAGE);
        assertThat(err).contains("write SEQ:HASH");
        assertThat(run(file, "--public-key", "nonsense")).isEqualTo(ExitCode.USAGE);
        assertThat(err).contains("--public-key is neither");
    }
}
