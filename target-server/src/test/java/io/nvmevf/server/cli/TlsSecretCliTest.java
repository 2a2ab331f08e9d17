package io.nvmevf.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.DhchapSecret;
import io.nvmevf.protocol.auth.TlsPskInterchange;
import io.nvmevf.server.api.TestApi;
import io.nvmevf.server.control.Access;
import io.nvmevf.server.control.DuplicateHost;
import io.nvmevf.server.control.HostKey;
import io.nvmevf.server.control.TargetService;
import io.nvmevf.server.control.TlsMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code nvmevf secret --tls}, keys at the physical function and the discovery service, and {@code nvmevf vf --tls}. */
class TlsSecretCliTest {
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

    private static String psk() {
        return TlsPskInterchange.generate(new SecureRandom(), 32, DhchapHash.SHA_256)
                .text();
    }

    private String file(String text) throws Exception {
        return Files.writeString(Files.createTempFile(directory, "psk", ""), text)
                .toString();
    }

    @Test
    void printsTheLinesForTheHostOnceAfterItMadeAPsk() throws Exception {
        assertThat(cli.run("secret", "set", "vf1", HOST, "--tls", "--generate")).isZero();
        String nqn = service.vf("vf1").nqn();
        assertThat(cli.out.lines())
                .containsExactly(
                        "Virtual function: vf1",
                        "Host:             " + HOST,
                        "May connect:      yes",
                        "PSKs for TLS:     1",
                        "Bytes, hash:      32 SHA-256",
                        "",
                        "The PSK is printed this once. On the host, as root:",
                        "",
                        "  nvme check-tls-key --insert --identity=1 --subsysnqn=" + nqn + " --hostnqn=" + HOST
                                + " --keydata="
                                + service.tlsKey("vf1", HOST).newest().text(),
                        "  nvme connect -t tcp -a 127.0.0.1 -s 4420 -n " + nqn + " --hostnqn=" + HOST + " --tls");
        assertThat(cli.err).isEmpty();
        assertThat(cli.run("secret", "rotate", "vf1", HOST, "--tls", "--generate", "--length=48", "--key-hash=none"))
                .isZero();
        assertThat(cli.out)
                .contains("PSKs for TLS:     2 (rotation)\n", "Bytes, hash:      48 none, 32 SHA-256\n")
                .contains(" --keydata=" + service.tlsKey("vf1", HOST).newest().text() + "\n");
        for (String[] command : new String[][] {
            {"secret", "list", "vf1"},
            {"secret", "list", "vf1", "-o", "json"},
            {"secret", "finish-rotation", "vf1", HOST, "--tls"},
            {"vf", "show", "vf1"},
            {"vf", "show", "vf1", "-o", "json"},
            {"audit", "list"},
            {"get"}
        }) {
            assertThat(cli.run(command)).isZero();
            assertThat(cli.out).as(String.join(" ", command)).doesNotContain("NVMeTLSkey");
        }
        assertThat(service.tlsKey("vf1", HOST).isRotating()).isFalse();
        assertThat(cli.run("secret", "set", "vf1", HOST, "--tls", "--generate", "--key-hash=sha384", "-o", "json"))
                .isZero();
        assertThat(TlsPskInterchange.parse(cli.json().path("psk").asText()))
                .isEqualTo(service.tlsKey("vf1", HOST).newest());
        assertThat(cli.run("secret", "remove", "vf1", HOST, "--tls")).isZero();
        assertThat(cli.out).isEqualTo("the TLS key of " + HOST + " is removed\n");
        assertThat(service.state().tlsKeys()).isEmpty();
    }

    @Test
    void takesPsksFromFilesAndFromStandardInput() throws Exception {
        String first = psk();
        String second = psk();
        assertThat(cli.run("secret", "set", "vf1", HOST, "--tls", "--secret-file", file(first + "\n")))
                .isZero();
        assertThat(cli.out).doesNotContain("NVMeTLSkey", "nvme connect");
        cli.input = second;
        assertThat(cli.run("secret", "rotate", "vf1", HOST, "--tls", "--secret-file", "-"))
                .isZero();
        assertThat(cli.out).doesNotContain("NVMeTLSkey", "nvme connect");
        assertThat(service.tlsKey("vf1", HOST).psks())
                .containsExactly(TlsPskInterchange.parse(second), TlsPskInterchange.parse(first));
    }

    @Test
    void refusesPsksAsArgumentsAndNeverPrintsThem() throws Exception {
        String psk = psk();
        List<String> printed = new ArrayList<>();
        for (String[] args : new String[][] {
            {psk}, {"--secret", psk}, {"--psk=" + psk}, {"--generate", "--psk", psk}, {"--generate", psk}
        }) {
            for (String[] where : new String[][] {{"vf1", HOST}, {"--pf", HOST}, {"--discovery", HOST}}) {
                assertThat(set(where, args)).isEqualTo(ExitCode.USAGE);
                assertThat(cli.err).contains("a secret is no argument", "--secret-file FILE", "make another one");
                printed.add(cli.out + cli.err);
            }
        }
        String[] vf = {"vf1", HOST};
        for (String[] args : new String[][] {
            {},
            {"--generate", "--secret-file", "-"},
            {"--secret-file", file(" \n")},
            {"--generate", "--bidirectional"},
            {"--generate", "--group=null"},
            {"--generate", "--hash=sha256"},
            {"--secret-file", file(psk), "--controller-secret-file", file(psk)}
        }) {
            assertThat(set(vf, args)).as(String.join(" ", args)).isEqualTo(ExitCode.USAGE);
            printed.add(cli.out + cli.err);
        }
        for (String[] args : new String[][] {
            {"--generate", "--length", "64"},
            {"--generate", "--key-hash", "sha512"},
            {"--secret-file", file(psk), "--length", "32"},
            {"--secret-file", file(psk + psk)}
        }) {
            assertThat(set(vf, args)).as(String.join(" ", args)).isEqualTo(ExitCode.INVALID);
            printed.add(cli.out + cli.err);
        }
        for (String[] args : new String[][] {
            {"secret", "remove", "vf1", HOST, psk},
            {"secret", "finish-rotation", "--pf", HOST, psk},
            {"secret", "list", "vf1", psk},
            {"secret", "list"},
            {"secret", "list", "--pf", "--discovery"},
            {"secret", "set", "vf1", "--generate"},
            {"secret", "set", "--pf", "--generate"}
        }) {
            assertThat(cli.run(args)).as(String.join(" ", args)).isEqualTo(ExitCode.USAGE);
            printed.add(cli.out + cli.err);
        }
        assertThat(printed).allSatisfy(text -> assertThat(text).doesNotContain(psk.substring(16, 40)));
        assertThat(service.state().tlsKeys()).isEmpty();
        assertThat(cli.run("secret", "rotate", "vf1", HOST, "--tls", "--generate"))
                .isEqualTo(ExitCode.NOT_FOUND);
    }

    private int set(String[] where, String... args) {
        List<String> all = new ArrayList<>(List.of("secret", "set", "--tls"));
        all.addAll(List.of(where));
        all.addAll(List.of(args));
        return cli.run(all.toArray(String[]::new));
    }

    @Test
    void physicalFunctionAndDiscoveryHaveKeysToo() throws Exception {
        assertThat(cli.run("secret", "set", "--pf", HOST, "--generate", "--bidirectional"))
                .isZero();
        HostKey.Pair pair = service.hostKey(HostKey.PF, HOST).newest();
        assertThat(cli.out)
                .startsWith("Subsystem:          physical function\n")
                .contains("-n " + service.pf().nqn() + " --hostnqn=" + HOST + " --dhchap-secret="
                        + pair.host().text() + " --dhchap-ctrl-secret=");
        assertThat(cli.err)
                .isEqualTo("the host may not connect yet; let it with: pf.allowed-hosts in the configuration\n");
        assertThat(cli.run("secret", "set", "--discovery", HOST, "--generate", "--bidirectional"))
                .isZero();
        HostKey.Pair discovery = service.hostKey(HostKey.DISCOVERY, HOST).newest();
        assertThat(cli.err).isEmpty();
        assertThat(cli.out)
                .startsWith("Subsystem:          discovery service\n")
                .contains("  nvme discover -t tcp -a 127.0.0.1 -s 4420 --hostnqn=" + HOST + " --dhchap-secret="
                        + discovery.host().text() + "\n")
                .doesNotContain("--dhchap-ctrl-secret");
        assertThat(cli.run("secret", "set", HOST, "--discovery", "--tls", "--generate"))
                .isZero();
        assertThat(cli.out)
                .contains(" --subsysnqn=nqn.2014-08.org.nvmexpress.discovery --hostnqn=" + HOST)
                .endsWith("  nvme discover -t tcp -a 127.0.0.1 -s 4420 --hostnqn=" + HOST + " --tls\n");
        assertThat(cli.run("secret", "rotate", "--pf", HOST, "--generate")).isZero();
        assertThat(cli.run("secret", "finish-rotation", "--pf", HOST)).isZero();
        assertThat(cli.run("secret", "list", "--pf")).isZero();
        assertThat(cli.out.lines().skip(1)).hasSize(1);
        assertThat(cli.run("secret", "remove", "--pf", HOST)).isZero();
        assertThat(cli.run("secret", "remove", "--discovery", HOST)).isZero();
        assertThat(cli.run("secret", "remove", "--discovery", HOST, "--tls")).isZero();
        assertThat(service.state().hostKeys()).isEmpty();
        assertThat(service.state().tlsKeys()).isEmpty();
    }

    @Test
    void listsWhichKindsAHostHas() throws Exception {
        String tlsOnly = "nqn.2020-01.com.example:tls";
        String plainOnly = "nqn.2020-01.com.example:dhchap";
        cli.run("secret", "set", "vf1", HOST, "--generate");
        cli.run("secret", "set", "vf1", HOST, "--tls", "--generate");
        cli.run("secret", "rotate", "vf1", HOST, "--tls", "--generate", "--length=48");
        cli.run("secret", "set", "vf1", plainOnly, "--generate");
        cli.run("secret", "set", "vf1", tlsOnly, "--tls", "--generate", "--key-hash=none");
        assertThat(cli.run("secret", "list", "vf1")).isZero();
        assertThat(cli.out.lines().map(line -> line.replaceAll(" {2,}", "|")))
                .containsExactly(
                        "HOST|ALLOWED|PAIRS|BIDIRECTIONAL|KEY-HASH|HASH|GROUP|TLS",
                        HOST + "|yes|1|no|SHA-256|any|any|48 SHA-384, 32 SHA-256",
                        plainOnly + "|no|1|no|SHA-256|any|any|-",
                        tlsOnly + "|no|-|-|-|-|-|32 none");
        cli.run("secret", "list", "vf1", "-o", "json");
        assertThat(cli.json().at("/items")).hasSize(3);
        assertThat(cli.json().at("/items/2/pairs")).isEmpty();
        assertThat(cli.json().at("/items/0/psks/0/length").asInt()).isEqualTo(48);
        cli.run("vf", "update", "vf1", "--allow-host", tlsOnly, "--allow-host", plainOnly);
        assertThat(cli.out)
                .contains(HOST + " (has a key and a TLS key)")
                .contains(tlsOnly + " (has a TLS key)")
                .contains(plainOnly + " (has a key)");
    }

    @Test
    void saysWhatKeepsAKeyFromWorking() throws Exception {
        cli.run("vf", "update", "vf1", "--tls", "off");
        assertThat(cli.run("secret", "set", "vf1", HOST, "--tls", "--generate")).isZero();
        assertThat(cli.err).isEqualTo("TLS is off there; turn it on with: nvmevf vf update vf1 --tls allowed\n");
        assertThat(cli.run("secret", "set", "vf1", HOST, "--generate")).isZero();
        assertThat(cli.err).isEmpty();
    }

    @Test
    void asksBeforeATlsKeyIsReplacedOrRemoved() throws Exception {
        cli.interactive = true;
        cli.run("secret", "set", "vf1", HOST, "--generate");
        assertThat(cli.run("secret", "set", "vf1", HOST, "--tls", "--generate")).isZero();
        assertThat(cli.asked).isEmpty();
        cli.typed.add("no");
        assertThat(cli.run("secret", "set", "vf1", HOST, "--tls", "--generate")).isEqualTo(ExitCode.USAGE);
        assertThat(cli.err).contains("has a TLS key already", "nvmevf secret rotate");
        cli.typed.add("no");
        assertThat(cli.run("secret", "remove", "vf1", HOST, "--tls")).isEqualTo(ExitCode.USAGE);
        assertThat(cli.err).contains("will not be able to use TLS any more");
        cli.run("vf", "update", "vf1", "--tls", "required");
        cli.typed.add("vf1");
        assertThat(cli.run("secret", "remove", "vf1", HOST, "--tls")).isZero();
        assertThat(cli.err).contains("will not be able to connect any more");
        assertThat(service.state().hostKeys()).hasSize(1);
        cli.run("secret", "set", "--discovery", HOST, "--generate");
        cli.typed.add("discovery");
        assertThat(cli.run("secret", "remove", "--discovery", HOST)).isZero();
    }

    @Test
    void aVirtualFunctionSaysWhetherTlsIsNeededAndWhatBecomesOfADuplicate() throws Exception {
        assertThat(cli.run("vf", "show", "vf1")).isZero();
        assertThat(cli.out).contains("TLS:             allowed\n", "Duplicate host:  allow\n");
        assertThat(cli.run("vf", "update", "vf1", "--tls", "required", "--duplicate-host", "reject"))
                .isZero();
        assertThat(cli.out).contains("TLS:             required\n", "Duplicate host:  reject\n");
        assertThat(cli.run("vf", "create", "vf2", "--io-queues=1", "--tls=off", "--duplicate-host=replace"))
                .isZero();
        Access made = service.vf("vf2").access();
        assertThat(made.tls()).isEqualTo(TlsMode.OFF);
        assertThat(made.duplicateHost()).isEqualTo(DuplicateHost.REPLACE);
        assertThat(cli.run("vf", "update", "vf2", "--tls", "maybe")).isEqualTo(ExitCode.USAGE);
        assertThat(cli.run("get")).isZero();
        assertThat(cli.out).contains("tls: required", "duplicateHost: reject", "tls: \"off\"");
        Path printed = Files.writeString(directory.resolve("printed.yaml"), cli.out);
        assertThat(cli.run("apply", "-f", printed.toString(), "--dry-run", "--prune"))
                .as(cli.out)
                .isZero();
        assertThat(cli.out).doesNotContain("~ change-vf");
        Files.writeString(printed, "vfs:\n- name: vf2\n  tls: required\n  duplicateHost: allow\n");
        assertThat(cli.run("apply", "-f", printed.toString())).isZero();
        assertThat(cli.out)
                .contains("~ change-vf vf2\n    tls: off -> required\n    duplicateHost: replace -> allow\n");
        assertThat(service.vf("vf2").access().tls()).isEqualTo(TlsMode.REQUIRED);
    }

    @Test
    void aSecretForTheWrongKindIsRefused() throws Exception {
        String secret = DhchapSecret.generate(new SecureRandom(), 32, DhchapHash.SHA_256)
                .text();
        assertThat(cli.run("secret", "set", "vf1", HOST, "--tls", "--secret-file", file(secret)))
                .isEqualTo(ExitCode.INVALID);
        assertThat(cli.err).doesNotContain(secret.substring(10, 30));
        assertThat(cli.run("secret", "set", "vf1", HOST, "--secret-file", file(psk())))
                .isEqualTo(ExitCode.INVALID);
    }
}
