package io.nvmevf.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.server.api.TestApi;
import io.nvmevf.server.control.TargetService;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CliTest {
    @TempDir
    Path directory;

    private TestApi api;
    private TargetService service;
    private TestCli cli;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi(Files.createDirectories(directory.resolve("data")));
        service = api.service();
        cli = new TestCli(api.url());
    }

    @AfterEach
    void stop() throws Exception {
        api.close();
    }

    @Test
    void printsTables() throws Exception {
        assertThat(cli.run("vf", "create", "vf1", "--allow-any-host", "--tenant", "acme", "--io-queues", "4"))
                .isZero();
        assertThat(cli.run(
                        "vf", "create", "db", "--nqn", "nqn.2020-01.com.example:db", "--offline", "--io-queues", "1"))
                .isZero();
        assertThat(cli.run("ns", "create", "vf1", "--size", "64MiB")).isZero();
        assertThat(cli.run("ns", "create", "--name", "spare", "--size", "1MiB")).isZero();
        assertThat(cli.run("vf", "list")).isZero();
        assertThat(cli.out.lines())
                .containsExactly(
                        "NAME  STATE    TENANT  HOSTS  NAMESPACES  SIZE    NQN",
                        "vf1   online   acme    any    1           64 MiB  "
                                + service.vf("vf1").nqn(),
                        "db    offline  db      0      0           0 B     nqn.2020-01.com.example:db");
        assertThat(cli.run("ns", "list")).isZero();
        assertThat(cli.out.lines())
                .containsExactly(
                        "ID    NAME   VF   NSID  SIZE    LBA   STATE      OWNER  UUID",
                        "ns-1  ns-1   vf1  1     64 MiB  4096  attached   acme   "
                                + service.namespace("ns-1").uuid(),
                        "ns-2  spare  -    -     1 MiB   4096  available  -      "
                                + service.namespace("ns-2").uuid());
        assertThat(cli.run("ns", "list", "--state", "available")).isZero();
        assertThat(cli.out.lines()).hasSize(2);
        assertThat(cli.run("ns", "resize", "vf1/1", "128MiB")).isZero();
        assertThat(cli.out).contains("Size:             128 MiB (32768 blocks of 4096 bytes)");
        assertThat(cli.run("status")).isZero();
        assertThat(cli.out)
                .contains(
                        "file, 129 MiB of 1 GiB allocated, 895 MiB free",
                        "7 of 100 assigned, 93 free",
                        "2 of 4 (1 online, 1 offline)",
                        "2 (1 available, 1 attached)");
    }

    @Test
    void printsJsonThatCanBeReadBack() throws Exception {
        assertThat(cli.run("vf", "create", "vf1", "-o", "json")).isZero();
        assertThat(cli.json().path("name").asText()).isEqualTo("vf1");
        assertThat(cli.run("vf", "list", "-o", "json")).isZero();
        assertThat(cli.json().path("items")).hasSize(1);
        assertThat(cli.run("vf", "delete", "vf1", "-o", "json")).isZero();
        assertThat(cli.out).isEmpty();
    }

    @Test
    void changesWhoMayConnect() throws Exception {
        cli.run("vf", "create", "vf1", "--allow-any-host");
        String host = "nqn.2014-08.org.nvmexpress:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427";
        assertThat(cli.run("vf", "update", "vf1", "--allow-host", host, "--allow-any-host", "false", "--port", "2"))
                .isZero();
        assertThat(service.vf("vf1").access().allowedHosts()).containsExactly(host);
        assertThat(service.vf("vf1").access().allowAnyHost()).isFalse();
        assertThat(service.vf("vf1").ports()).containsExactly(2);
        assertThat(cli.run("vf", "set", "vf1", "--remove-host", host, "--all-ports", "--tenant", "other"))
                .isZero();
        assertThat(service.vf("vf1").access().allowedHosts()).isEmpty();
        assertThat(service.vf("vf1").ports()).isEmpty();
        assertThat(service.vf("vf1").tenant()).isEqualTo("other");
    }

    @Test
    void takesVirtualFunctionsOnlineAndOffline() throws Exception {
        cli.run("vf", "create", "vf1", "--io-queues", "1");
        cli.run("vf", "create", "vf2", "--io-queues", "1");
        assertThat(cli.run("vf", "offline", "vf1")).isZero();
        assertThat(service.vf("vf1").isOnline()).isFalse();
        assertThat(cli.run("vf", "online", "vf1")).isZero();
        assertThat(service.vf("vf1").isOnline()).isTrue();
        assertThat(cli.run("pf", "offline")).isZero();
        assertThat(service.state().vfs()).noneMatch(vf -> vf.isOnline());
    }

    @Test
    void endsWithTheDocumentedExitCodes() {
        assertThat(cli.run("vf", "show", "none")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(cli.err).isEqualTo("nvmevf: there is no virtual function 'none'\n");
        assertThat(cli.run("vf", "create", "vf1")).isZero();
        assertThat(cli.run("vf", "create", "vf1")).isEqualTo(ExitCode.CONFLICT);
        assertThat(cli.run("vf", "create", "VF")).isEqualTo(ExitCode.INVALID);
        assertThat(cli.run("vf", "create", "vf2", "--io-queues", "64")).isEqualTo(ExitCode.NO_CAPACITY);
        assertThat(cli.run("ns", "create", "vf1", "--size", "1TiB")).isEqualTo(ExitCode.NO_CAPACITY);
        assertThat(cli.run("ns", "create", "vf1", "--size", "1GB")).isEqualTo(ExitCode.USAGE);
        assertThat(cli.run("ns", "show", "vf1/3")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(cli.run("ns", "detach", "ns-1")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(cli.run("ns", "create", "--size", "1MiB")).isZero();
        assertThat(cli.run("ns", "detach", "ns-1")).isEqualTo(ExitCode.CONFLICT);
        assertThat(cli.run("ns", "release", "ns-1", "--pattern", "0x1ffffffff")).isEqualTo(ExitCode.USAGE);
        assertThat(cli.run("ns", "discard", "ns-1", "--yes")).isEqualTo(ExitCode.CONFLICT);
        assertThat(cli.run("op", "show", "op-1")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(cli.run("vf", "update", "vf1")).isEqualTo(ExitCode.USAGE);
        assertThat(cli.bare("vf", "list", "--api", "ftp://x")).isEqualTo(ExitCode.USAGE);
        api.closeApi();
        assertThat(cli.run("vf", "list")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(cli.err).contains("nvmevf quickstart");
        assertThat(cli.run("audit", "export")).isEqualTo(ExitCode.UNREACHABLE);
    }

    @Test
    void refusesABadConfigurationWithItsLines() throws Exception {
        Path file = Files.writeString(directory.resolve("nvmevf.yaml"), "api:\n  port: x\n");
        assertThat(cli.bare("serve", "-c", file.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(cli.err).contains(file + ":2: api.port: is 'x'; allowed is a whole number from 0 to 65535");
        assertThat(cli.bare("serve", "-c", directory.resolve("none.yaml").toString()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(cli.bare("quickstart", "--io", "magic")).isEqualTo(ExitCode.USAGE);
        assertThat(cli.err).contains("transport.io: is 'magic'; allowed is auto, io_uring, epoll, nio");
    }

    @Test
    void completesItsOwnCommands() {
        assertThat(cli.bare("completion")).isZero();
        assertThat(cli.out).contains("nvmevf", "quickstart", "--shrink", "reassign", "--allow-wipe", "export");
    }

    @Test
    void listsAndExportsTheAuditLog() throws Exception {
        cli.run("vf", "create", "vf1");
        assertThat(cli.run("audit", "list", "--after", "1")).isZero();
        assertThat(cli.out.lines().toList().get(1))
                .startsWith("2    2026-11-23T12:00:00Z  vf-created  ")
                .contains("vf=vf1", "tenant=vf1");
        assertThat(cli.run("audit", "export")).isZero();
        assertThat(cli.out).isEqualTo(Files.readString(directory.resolve("data/audit.log")));
        Path file = directory.resolve("copy");
        assertThat(cli.run("audit", "export", "-f", file.toString())).isZero();
        assertThat(file).hasSameTextualContentAs(directory.resolve("data/audit.log"));
        assertThat(cli.run("audit", "export", "-f", file.toString()))
                .as("a file that is there")
                .isEqualTo(ExitCode.FAILURE);
        assertThat(cli.bare("audit", "verify", file.toString())).isZero();
    }
}
