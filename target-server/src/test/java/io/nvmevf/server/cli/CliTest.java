package io.nvmevf.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nvmevf.server.api.ApiServer;
import io.nvmevf.server.config.ApiConfig;
import io.nvmevf.server.control.FakeDataPlane;
import io.nvmevf.server.control.FakePool;
import io.nvmevf.server.control.StateFile;
import io.nvmevf.server.control.TargetService;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CliTest {
    @TempDir
    Path directory;

    private TargetService service;
    private ApiServer api;
    private String url = "";
    private String out = "";
    private String err = "";

    @BeforeEach
    void start() throws Exception {
        FakePool pool = new FakePool(1L << 30);
        FakeDataPlane plane = new FakeDataPlane(pool);
        service = TargetService.start(StateFile.open(directory.resolve("data")), pool, plane);
        api = ApiServer.start(
                new ApiConfig("127.0.0.1", 0),
                service,
                plane,
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 4420)));
        url = "http://127.0.0.1:" + api.address().getPort();
    }

    @AfterEach
    void stop() {
        api.close();
        service.close();
    }

    /** Runs a command against the API and returns its exit code. */
    private int run(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.add("--api=" + url);
        return bare(all.toArray(String[]::new));
    }

    private int bare(String... args) {
        StringWriter stdout = new StringWriter();
        StringWriter stderr = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(stdout, true)).setErr(new PrintWriter(stderr, true));
        int code = line.execute(args);
        out = stdout.toString();
        err = stderr.toString();
        return code;
    }

    @Test
    void printsTables() throws Exception {
        assertThat(run("vf", "create", "vf1", "--allow-any-host")).isZero();
        assertThat(run("vf", "create", "db", "--nqn", "nqn.2020-01.com.example:db"))
                .isZero();
        assertThat(run("ns", "create", "vf1", "--size", "64MiB")).isZero();
        assertThat(run("vf", "list")).isZero();
        assertThat(out.lines())
                .containsExactly(
                        "NAME  HOSTS  NAMESPACES  SIZE    NQN",
                        "vf1   any    1           64 MiB  " + service.vf("vf1").nqn(),
                        "db    0      0           0 B     nqn.2020-01.com.example:db");
        assertThat(run("ns", "list")).isZero();
        assertThat(out.lines())
                .containsExactly(
                        "ID    VF   NSID  SIZE    LBA   STATE  UUID",
                        "ns-1  vf1  1     64 MiB  4096  ready  "
                                + service.namespace("ns-1").uuid());
        assertThat(run("ns", "resize", "vf1/1", "128MiB")).isZero();
        assertThat(out).contains("Size:             128 MiB (32768 blocks of 4096 bytes)");
        assertThat(run("status")).isZero();
        assertThat(out).contains("Pool:              file, 128 MiB of 1 GiB allocated, 896 MiB free");
    }

    @Test
    void printsJsonThatCanBeReadBack() throws Exception {
        assertThat(run("vf", "create", "vf1", "-o", "json")).isZero();
        assertThat(new ObjectMapper().readTree(out).path("name").asText()).isEqualTo("vf1");
        assertThat(run("vf", "list", "-o", "json")).isZero();
        assertThat(new ObjectMapper().readTree(out).path("items")).hasSize(1);
        assertThat(run("vf", "delete", "vf1", "-o", "json")).isZero();
        assertThat(out).isEmpty();
    }

    @Test
    void changesWhoMayConnect() throws Exception {
        run("vf", "create", "vf1", "--allow-any-host");
        String host = "nqn.2014-08.org.nvmexpress:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427";
        assertThat(run("vf", "set", "vf1", "--allow-host", host, "--allow-any-host", "false"))
                .isZero();
        assertThat(service.vf("vf1").allowedHosts()).containsExactly(host);
        assertThat(service.vf("vf1").allowAnyHost()).isFalse();
        assertThat(run("vf", "set", "vf1", "--remove-host", host)).isZero();
        assertThat(service.vf("vf1").allowedHosts()).isEmpty();
    }

    @Test
    void endsWithTheDocumentedExitCodes() {
        assertThat(run("vf", "show", "none")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(err).isEqualTo("nvmevf: there is no virtual function 'none'\n");
        assertThat(run("vf", "create", "vf1")).isZero();
        assertThat(run("vf", "create", "vf1")).isEqualTo(ExitCode.CONFLICT);
        assertThat(run("vf", "create", "VF")).isEqualTo(ExitCode.INVALID);
        assertThat(run("ns", "create", "vf1", "--size", "1TiB")).isEqualTo(ExitCode.NO_CAPACITY);
        assertThat(run("ns", "create", "vf1", "--size", "1GB")).isEqualTo(ExitCode.USAGE);
        assertThat(run("ns", "show", "vf1/3")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(run("vf", "set", "vf1")).isEqualTo(ExitCode.USAGE);
        assertThat(bare("vf", "list", "--api", "ftp://x")).isEqualTo(ExitCode.USAGE);
        api.close();
        assertThat(run("vf", "list")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(err).contains("nvmevf quickstart");
    }

    @Test
    void refusesABadConfigurationWithItsLines() throws Exception {
        Path file = Files.writeString(directory.resolve("nvmevf.yaml"), "api:\n  port: x\n");
        assertThat(bare("serve", "-c", file.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(err).contains(file + ":2: api.port: is 'x'; allowed is a whole number from 0 to 65535");
        assertThat(bare("serve", "-c", directory.resolve("none.yaml").toString()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(bare("quickstart", "--io", "magic")).isEqualTo(ExitCode.USAGE);
        assertThat(err).contains("transport.io: is 'magic'; allowed is auto, io_uring, epoll, nio");
    }

    @Test
    void completesItsOwnCommands() {
        assertThat(bare("completion")).isZero();
        assertThat(out).contains("nvmevf", "quickstart", "--shrink");
    }
}
