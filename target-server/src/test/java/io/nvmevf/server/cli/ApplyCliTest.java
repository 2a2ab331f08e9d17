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

/** {@code nvmevf apply} and {@code nvmevf get}. */
class ApplyCliTest {
    private static final String YAML = """
            vfs:
              - name: web
                tenant: acme
                allowAnyHost: true
                ioQueues: 2
              - name: db
                ports: [2]
                ioQueues: 4
                state: offline
            namespaces:
              - name: logs
                vf: web
                size: 1MiB
              - name: spare
                size: 8192
                lbaSize: 512
            """;

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

    private int apply(String yaml, String... options) throws Exception {
        Path file = Files.writeString(directory.resolve("target.yaml"), yaml);
        String[] args = new String[options.length + 3];
        args[0] = "apply";
        args[1] = "-f";
        args[2] = file.toString();
        System.arraycopy(options, 0, args, 3, options.length);
        return cli.run(args);
    }

    @Test
    void showsTheDifferenceDoesItAndThenHasNothingToDo() throws Exception {
        assertThat(apply(YAML, "--dry-run")).isEqualTo(ExitCode.CHANGES);
        assertThat(cli.out)
                .contains(
                        "+ create-vf web\n    tenant: acme\n",
                        "+ create-namespace logs\n    vf: web\n    bytes: 1 MiB\n");
        assertThat(service.state().vfs()).isEmpty();
        assertThat(apply(YAML)).isZero();
        assertThat(cli.out).endsWith("applied: 4 steps\n");
        assertThat(service.vf("db").isOnline()).isFalse();
        assertThat(service.namespace("logs").vf()).isEqualTo("web");
        assertThat(service.namespace("spare").lbaSize()).isEqualTo(512);
        long revision = service.state().revision();
        assertThat(apply(YAML)).isZero();
        assertThat(cli.out).isEqualTo("nothing to do\n");
        assertThat(apply(YAML, "--dry-run", "--prune")).isZero();
        assertThat(service.state().revision()).isEqualTo(revision);

        assertThat(apply(YAML.replace("1MiB", "2MiB").replace("state: offline", "state: online"), "--dry-run"))
                .isEqualTo(ExitCode.CHANGES);
        assertThat(cli.out).isEqualTo("""
                ~ online-vf db
                    state: offline -> online
                ~ resize-namespace ns-1
                    bytes: 1 MiB -> 2 MiB
                """);
        cli.interactive = true;
        assertThat(apply("vfs:\n- name: web\n", "--dry-run", "--prune")).isEqualTo(ExitCode.CHANGES);
        assertThat(cli.out)
                .contains("\u001b[31m- delete-namespace ns-1  (destroys data)\u001b[0m")
                .contains("\u001b[31m- delete-vf db\u001b[0m");
    }

    @Test
    void refusesToDestroyUnlessItIsAllowed() throws Exception {
        apply(YAML);
        String moved = YAML.replace("vf: web", "vf: db");
        assertThat(apply(moved)).isEqualTo(ExitCode.CONFLICT);
        assertThat(cli.err).contains("nothing was done", "--allow-wipe", "reassign-namespace ns-1");
        assertThat(apply(moved, "--allow-wipe", "--no-wait", "-o", "json")).isZero();
        assertThat(cli.json().at("/operations/0/id").asText()).isEqualTo("op-1");
        api.eraser().finish("ns-1", "broken");
        assertThat(apply(moved)).isEqualTo(ExitCode.INVALID);
        assertThat(cli.err).contains("quarantined", "nvmevf ns retry ns-1");
    }

    @Test
    void printsWhatThereIsAsAFileThatChangesNothing() throws Exception {
        assertThat(cli.run("get")).isZero();
        assertThat(cli.out).isEqualTo("# For: nvmevf apply -f FILE\n");
        apply(YAML);
        cli.run("vf", "create", "7e3", "--io-queues", "1");
        cli.run("ns", "create", "--name", "null", "--size", "12KiB");
        assertThat(cli.run("get")).isZero();
        assertThat(cli.out).contains("name: web", "size: 1 MiB", "vf: web", "allowedHosts: []");
        assertThat(apply(cli.out, "--dry-run", "--prune")).as(cli.out).isZero();
        assertThat(cli.run("export", "-o", "json")).isZero();
        assertThat(cli.json().path("namespaces")).hasSize(3);
    }

    @Test
    void refusesAFileWithItsLines() throws Exception {
        assertThat(
                        apply(
                                "vfs:\n  - name: a\n    tennant: x\nnamespaces:\n  - vf: a\n    size: 5\n    wipe:\n      method: burn\n"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(cli.err)
                .contains(
                        "target.yaml:3: vfs[0].tennant: is no known key; allowed are name, tenant, nqn,",
                        "target.yaml:5: namespaces[0].name: is missing",
                        "target.yaml:6: namespaces[0].size: is '5'",
                        "target.yaml:8: namespaces[0].wipe.method: is 'burn'; allowed is crypto, zero, deallocate, overwrite");
        assertThat(cli.run("apply", "-f", directory.resolve("none").toString())).isEqualTo(ExitCode.USAGE);
        assertThat(apply("vfs:\n  - name: a\n    queueDepth: 1\n")).isEqualTo(ExitCode.USAGE);
        assertThat(apply("namespaces:\n  - name: a\n    vf: b\n    size: 4096\n"))
                .isEqualTo(ExitCode.INVALID);
        assertThat(cli.err).contains("'b', which is not there");
    }
}
