package io.nvmevf.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.protocol.auth.DhGroup;
import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.DhchapSecret;
import io.nvmevf.server.api.TestApi;
import io.nvmevf.server.control.HostKey;
import io.nvmevf.server.control.TargetService;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code nvmevf secret}, and what {@code nvmevf vf} has to do with it. */
class SecretCliTest {
    private static final String HOST = "nqn.2014-08.org.nvmexpress:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427";

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
        assertThat(cli.run("vf", "create", "vf1", "--allow-host", HOST, "--io-queues", "1"))
                .isZero();
    }

    @AfterEach
    void stop() throws Exception {
        api.close();
    }

    private static String secret() {
        return DhchapSecret.generate(new SecureRandom(), 32, DhchapHash.SHA_256).text();
    }

    private Path file(String text) throws Exception {
        return Files.writeString(Files.createTempFile(directory, "secret", ""), text);
    }

    private HostKey.Pair newest() throws Exception {
        return service.hostKey("vf1", HOST).newest();
    }

    @Test
    void printsTheLineForTheHostOnceAfterItMadeSecrets() throws Exception {
        assertThat(cli.run("secret", "set", "vf1", HOST, "--generate", "--bidirectional"))
                .isZero();
        HostKey.Pair pair = newest();
        assertThat(pair.isBidirectional()).isTrue();
        DhchapSecret controller = Objects.requireNonNull(pair.controller());
        assertThat(cli.out.lines())
                .containsExactly(
                        "Virtual function:   vf1",
                        "Host:               " + HOST,
                        "May connect:        yes",
                        "Pairs of secrets:   1",
                        "Bidirectional:      yes",
                        "Hash of the secret: SHA-256",
                        "Hash:               any",
                        "Group:              any",
                        "",
                        "The secrets are printed this once. On the host, as root:",
                        "",
                        "  nvme connect -t tcp -a 127.0.0.1 -s 4420 -n "
                                + service.vf("vf1").nqn() + " --hostnqn=" + HOST + " --dhchap-secret="
                                + pair.host().text() + " --dhchap-ctrl-secret=" + controller.text());
        assertThat(cli.err).isEmpty();
        cli.run("vf", "update", "vf1", "--port=2");
        assertThat(cli.run("secret", "rotate", "vf1", HOST, "--generate", "--no-bidirectional"))
                .isZero();
        assertThat(cli.out)
                .contains("Pairs of secrets:   2 (rotation)\n", "Bidirectional:      no, yes\n")
                .contains(" -s 4421 ")
                .endsWith(" --dhchap-secret=" + newest().host().text() + "\n");
        for (String[] command : new String[][] {
            {"secret", "list", "vf1"},
            {"secret", "list", "vf1", "-o", "json"},
            {"secret", "finish-rotation", "vf1", HOST},
            {"vf", "show", "vf1"},
            {"vf", "show", "vf1", "-o", "json"},
            {"audit", "list"},
            {"get"}
        }) {
            assertThat(cli.run(command)).isZero();
            assertThat(cli.out).as(String.join(" ", command)).doesNotContain("DHHC");
        }
    }

    @Test
    void listsHostsAsATableAndAsJson() throws Exception {
        String other = "nqn.2020-01.com.example:other";
        cli.run("secret", "set", "vf1", HOST, "--generate", "--length=64", "--hash=sha512", "--group=ffdhe4096");
        cli.run("secret", "rotate", "vf1", HOST, "--generate", "--key-hash=none", "--bidirectional");
        cli.run("secret", "set", "vf1", other, "--generate", "--key-hash", "SHA-384");
        assertThat(cli.err)
                .isEqualTo(
                        "the host may not connect yet; let it with: nvmevf vf update vf1 --allow-host " + other + "\n");
        assertThat(cli.run("secret", "list", "vf1")).isZero();
        assertThat(cli.out.lines())
                .containsExactly(
                        "HOST" + " ".repeat(HOST.length() - 4) + "  ALLOWED  PAIRS         "
                                + "BIDIRECTIONAL  KEY-HASH       HASH     GROUP      TLS",
                        HOST + "  yes      2 (rotation)  yes, no        none, SHA-512  SHA-512  ffdhe4096  -",
                        other + " ".repeat(HOST.length() - other.length())
                                + "  no       1             no             SHA-384        any      any        -");
        assertThat(service.hostKey("vf1", HOST).group()).isEqualTo(DhGroup.FFDHE4096);
        assertThat(cli.run("secret", "list", "vf1", "-o", "json")).isZero();
        assertThat(cli.json().at("/items/1/host").asText()).isEqualTo(other);
        assertThat(cli.json().at("/items/0/pairs/1/keyHash").asText()).isEqualTo("SHA-512");
        assertThat(cli.run("secret", "set", "vf1", other, "--generate", "-o", "json"))
                .isZero();
        assertThat(DhchapSecret.parse(cli.json().path("secret").asText()))
                .isEqualTo(service.hostKey("vf1", other).newest().host());
    }

    @Test
    void takesSecretsFromFilesAndFromStandardInput() throws Exception {
        String first = secret();
        String second = secret();
        assertThat(cli.run(
                        "secret",
                        "set",
                        "vf1",
                        HOST,
                        "--secret-file",
                        file(first + "\n").toString()))
                .isZero();
        assertThat(newest()).isEqualTo(new HostKey.Pair(DhchapSecret.parse(first), null));
        assertThat(cli.out).doesNotContain("DHHC", "nvme connect");
        cli.input = second;
        assertThat(cli.run(
                        "secret",
                        "rotate",
                        "vf1",
                        HOST,
                        "--secret-file",
                        "-",
                        "--controller-secret-file",
                        file(first).toString()))
                .isZero();
        assertThat(newest()).isEqualTo(new HostKey.Pair(DhchapSecret.parse(second), DhchapSecret.parse(first)));
        assertThat(cli.out).doesNotContain("DHHC", "nvme connect");
    }

    @Test
    void refusesSecretsAsArgumentsAndNeverPrintsThem() throws Exception {
        String secret = secret();
        String nowhere = directory.resolve("none").toString();
        List<String> printed = new ArrayList<>();
        for (String[] args : new String[][] {
            {secret},
            {"--secret", secret},
            {"--secret=" + secret},
            {"--generate", "--secret", secret},
            {"--generate", "--controller-secret=" + secret},
            {"--generate", secret}
        }) {
            assertThat(secretSet(args)).isEqualTo(ExitCode.USAGE);
            printed.add(cli.out + cli.err);
            assertThat(cli.err).contains("a secret is no argument", "--secret-file FILE", "make another one");
        }
        for (String[] args : new String[][] {
            {},
            {"--generate", "--secret-file", "-"},
            {"--secret-file", "-", "--controller-secret-file", "-"},
            {"--secret-file", nowhere},
            {"--secret-file", directory.toString()},
            {"--secret-file", "-"},
            {"--secret-file", file(" \n").toString()},
            {"--secret-file", file(secret.repeat(100)).toString()},
            {"--generate", "--length", "x"},
            {"--secret-file", file(secret).toString(), "--controller-secret-file", nowhere}
        }) {
            assertThat(secretSet(args)).as(String.join(" ", args)).isEqualTo(ExitCode.USAGE);
            printed.add(cli.out + cli.err);
        }
        for (String[] args : new String[][] {
            {"--generate", "--length", "33"},
            {"--generate", "--key-hash", "md5"},
            {"--generate", "--hash", "none"},
            {"--generate", "--group", "ffdhe1024"},
            {"--generate", "--controller-secret-file", file(secret).toString()},
            {"--secret-file", file(secret).toString(), "--bidirectional"},
            {"--secret-file", file(secret).toString(), "--length", "32"},
            {"--secret-file", file(secret + secret).toString()},
            {
                "--secret-file",
                file(secret).toString(),
                "--controller-secret-file",
                file(secret).toString()
            }
        }) {
            assertThat(secretSet(args)).as(String.join(" ", args)).isEqualTo(ExitCode.INVALID);
            printed.add(cli.out + cli.err);
        }
        assertThat(printed).allSatisfy(text -> assertThat(text).doesNotContain(secret.substring(10, 30)));
        assertThat(service.state().hostKeys()).isEmpty();
        assertThat(cli.run("secret", "rotate", "vf1", HOST, "--generate")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(cli.run("secret", "set", "none", HOST, "--generate")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(cli.run("secret", "set", "vf1", "host", "--generate")).isEqualTo(ExitCode.INVALID);
        assertThat(cli.run("secret", "list", "none")).isEqualTo(ExitCode.NOT_FOUND);
    }

    private int secretSet(String... args) {
        List<String> all = new ArrayList<>(List.of("secret", "set", "vf1", HOST));
        all.addAll(List.of(args));
        return cli.run(all.toArray(String[]::new));
    }

    @Test
    void asksBeforeAKeyIsReplacedOrRemoved() throws Exception {
        cli.interactive = true;
        assertThat(secretSet("--generate")).isZero();
        assertThat(cli.asked).isEmpty();
        HostKey key = service.hostKey("vf1", HOST);
        cli.typed.add("no");
        assertThat(secretSet("--generate")).isEqualTo(ExitCode.USAGE);
        assertThat(cli.err).contains("has a key already", "nvmevf secret rotate", "nothing was changed");
        cli.typed.add("no");
        assertThat(cli.run("secret", "remove", "vf1", HOST)).isEqualTo(ExitCode.USAGE);
        assertThat(cli.err).contains("and whoever uses its NQN, will need no secret any more");
        assertThat(service.hostKey("vf1", HOST)).isEqualTo(key);
        assertThat(secretSet("--generate", "--yes")).isZero();
        assertThat(service.hostKey("vf1", HOST)).isNotEqualTo(key);
        cli.run("vf", "update", "vf1", "--require-auth");
        cli.typed.add("vf1");
        assertThat(cli.run("secret", "remove", "vf1", HOST)).isZero();
        assertThat(cli.err).contains("will not be able to connect any more");
        assertThat(cli.out).isEqualTo("the key of " + HOST + " is removed\n");
        assertThat(cli.asked).hasSize(3);
        assertThat(cli.run("secret", "remove", "vf1", HOST, "-y")).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void showsWhichHostsMustAuthenticate() throws Exception {
        String other = "nqn.2020-01.com.example:other";
        cli.run("vf", "show", "vf1");
        assertThat(cli.out)
                .contains("Allowed hosts:   " + HOST + " (no key)\n")
                .contains("Authentication:  required of hosts that have a key\n");
        cli.run("secret", "set", "vf1", HOST, "--generate");
        cli.run("secret", "set", "vf1", other, "--generate");
        assertThat(cli.run("vf", "update", "vf1", "--require-auth")).isZero();
        assertThat(cli.out)
                .contains("Allowed hosts:   " + HOST + " (has a key)\n")
                .contains(
                        "Authentication:  required of every host; these have one and may not connect: " + other + "\n");
        assertThat(service.vf("vf1").access().requireAuthentication()).isTrue();
        assertThat(cli.run("vf", "update", "vf1", "--allow-any-host", "true")).isZero();
        assertThat(service.vf("vf1").access().requireAuthentication()).isTrue();
        assertThat(cli.run("vf", "update", "vf1", "--no-require-auth", "--remove-host", HOST))
                .isZero();
        assertThat(cli.out)
                .contains("Allowed hosts:   any\n")
                .contains("Authentication:  required of hosts that have a key; these have one: " + HOST + ", " + other
                        + "\n");
        assertThat(cli.run("vf", "create", "vf2", "--require-auth", "--io-queues=1"))
                .isZero();
        assertThat(service.vf("vf2").access().requireAuthentication()).isTrue();
        assertThat(cli.run("vf", "create", "vf3", "--no-require-auth", "--io-queues=1"))
                .isZero();
        assertThat(service.vf("vf3").access().requireAuthentication()).isFalse();
        assertThat(cli.run("get")).isZero();
        assertThat(cli.out).contains("requireAuthentication: true").doesNotContain(other);
        Path printed = Files.writeString(directory.resolve("printed.yaml"), cli.out);
        assertThat(cli.run("apply", "-f", printed.toString(), "--dry-run", "--prune"))
                .as(cli.out)
                .isZero();
        Files.writeString(printed, "vfs:\n- name: vf2\n  requireAuthentication: false\n");
        assertThat(cli.run("apply", "-f", printed.toString())).isZero();
        assertThat(cli.out).contains("~ change-vf vf2\n    requireAuthentication: true -> false\n");
        assertThat(service.vf("vf2").access().requireAuthentication()).isFalse();
    }

    @Test
    void theLineIsFitForAShell() throws Exception {
        String odd = "nqn.2020-01.com.example:it's;$(x)";
        assertThat(cli.run("secret", "set", "vf1", odd, "--generate")).isZero();
        assertThat(cli.out).contains(" --hostnqn='nqn.2020-01.com.example:it'\\''s;$(x)' --dhchap-secret=DHHC-1:01:");
        assertThat(cli.err).contains("--allow-host 'nqn.2020-01.com.example:it'\\''s;$(x)'");
        assertThat(cli.run("secret", "remove", "vf1", odd)).isZero();
    }

    @Test
    void completionKnowsTheCommands() {
        assertThat(cli.bare("completion")).isZero();
        assertThat(cli.out)
                .contains(
                        "finish-rotation", "--secret-file", "--controller-secret-file", "--require-auth", "--key-hash");
        assertThat(cli.bare("secret", "--help")).isZero();
        assertThat(cli.out).contains("never taken as an argument", "history");
        assertThat(cli.bare("secret", "set", "--help")).isZero();
        assertThat(cli.out).doesNotContain("Refused");
    }
}
