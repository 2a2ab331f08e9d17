package io.nvmevf.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.nvmevf.server.Target;
import io.nvmevf.server.api.TestApi;
import io.nvmevf.server.config.TargetConfig;
import io.nvmevf.server.control.NewNamespace;
import io.nvmevf.server.control.NewVirtualFunction;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code nvmevf doctor}: on this machine, with targets that are there, are not, and have something. */
class DoctorCliTest {
    @TempDir
    Path directory;

    private final TestCli cli = new TestCli("");

    private Path config(String yaml) throws Exception {
        return Files.writeString(directory.resolve("nvmevf.yaml"), yaml);
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private JsonNode finding(String check) throws Exception {
        for (JsonNode one : cli.json().path("findings")) {
            if (one.path("check").asText().equals(check)) {
                return one;
            }
        }
        throw new AssertionError(check + " is not in " + cli.out);
    }

    @Test
    void aMachineThatCanServeAndATargetThatDoesNotRunYet() throws Exception {
        Path file = config("listeners: [{port: 0}]\napi: {port: " + freePort() + ", socket: off}\n"
                + "pool: {kind: memory, capacity: 1MiB}\ntransport: {max-connections: 100, io: auto}\n");
        assertThat(cli.bare("doctor", "-c", file.toString()))
                .as(cli.out + cli.err)
                .isEqualTo(ExitCode.OK);
        assertThat(cli.out)
                .containsPattern("(?m)^OK    configuration +.*nvmevf.yaml is well-formed$")
                .containsPattern("(?m)^OK    target +none runs with this configuration$")
                .containsPattern("(?m)^WARN  pool +in memory: .*\n +→ set pool.kind: file");
        assertThat(directory).as("nothing was made").isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void aTargetThatRuns() throws Exception {
        int port = freePort();
        Path file = config("listeners: [{port: " + port + "}]\napi: {port: " + freePort() + ", socket: api.sock}\n"
                + "pool: {kind: memory, capacity: 1MiB}\ntransport: {max-connections: 100}\n");
        try (Target target = Target.start(TargetConfig.load(file))) {
            assertThat(cli.bare("doctor", "-c", file.toString(), "-o", "json"))
                    .as(cli.out + cli.err)
                    .isEqualTo(ExitCode.OK);
            assertThat(cli.json().path("fail").asInt()).isZero();
            assertThat(finding("target").path("what").asText()).isEqualTo("it answers: ok");
            assertThat(finding("port 127.0.0.1:" + port).path("what").asText())
                    .startsWith("the running target answers");
            assertThat(finding("capacity").path("verdict").asText()).isEqualTo("ok");
            assertThat(finding("event loops").path("what").asText()).startsWith("late by");
            assertThat(finding("namespaces").path("what").asText()).isEqualTo("none is quarantined");
            assertThat(target.apiSocket()).isEqualTo(directory.resolve("api.sock"));
        }
    }

    @Test
    void aTargetThatHasSomething() throws Exception {
        try (TestApi api = new TestApi(directory)) {
            api.service().createVf(NewVirtualFunction.named("vf1"));
            api.service().createNamespace(NewNamespace.in("vf1", 1020L << 20, 4096));
            assertThat(cli.bare("doctor", "--api", api.url(), "-o", "json"))
                    .as(cli.out)
                    .isIn(ExitCode.OK, ExitCode.FAILURE);
            assertThat(finding("capacity").path("verdict").asText()).isEqualTo("warn");
            assertThat(finding("capacity").path("what").asText()).contains("4 MiB of 1 GiB free");
            api.service().release("ns-1", null);
            api.eraser().finish("ns-1", "the disk is broken");
            assertThat(cli.bare("doctor", "--api", api.url(), "-o", "json")).isEqualTo(ExitCode.FAILURE);
            assertThat(finding("namespaces").path("what").asText()).startsWith("1 quarantined");
            assertThat(finding("operations").path("what").asText()).contains("the disk is broken");
        }
    }

    @Test
    void aConfigurationThatIsRefusedIsAFailureThatSaysWhy() throws Exception {
        Path file = config("pool: {kind: tape}\n");
        assertThat(cli.bare("doctor", "-c", file.toString(), "--api=http://127.0.0.1:1"))
                .isEqualTo(ExitCode.FAILURE);
        assertThat(cli.out).containsPattern("FAIL  configuration").contains("pool.kind", "tape");
        assertThat(cli.bare("doctor", "-c", directory.resolve("none").toString(), "--api=http://127.0.0.1:1"))
                .isEqualTo(ExitCode.FAILURE);
        assertThat(cli.out).contains("is not there");
    }

    @Test
    void whoMayNotAskIsToldWhatToDo() throws Exception {
        try (TestApi api = new TestApi(directory, TestApi.ASKING)) {
            Path file = config("pool: {kind: memory, capacity: 1MiB}\ntransport: {max-connections: 100}\n");
            cli.bare("doctor", "-c", file.toString(), "--api", api.url(), "-o", "json");
            JsonNode said = cli.json();
            assertThat(said.path("findings").findValuesAsText("what").toString())
                    .contains("it answers: ok", "needs a token");
        }
    }
}
