package io.nvmevf.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.qos.Limit;
import io.nvmevf.qos.Limits;
import io.nvmevf.server.api.TestApi;
import io.nvmevf.server.control.TargetService;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code nvmevf profile}, {@code nvmevf tenant}, and limits of virtual functions. */
class LimitCliTest {
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

    private Limits limits(String vf) throws Exception {
        return service.state().limitsOf(service.vf(vf));
    }

    @Test
    void takesAProfileThroughItsLife() throws Exception {
        assertThat(cli.run(
                        "profile",
                        "create",
                        "silver",
                        "--iops=3000:burst-rate=9000,credits=1000000",
                        "--bandwidth",
                        "125MiB"))
                .isZero();
        assertThat(cli.out)
                .contains("Limits:  total 3000 IOPS (up to 9000 IOPS with 1000000 credits), total 125 MiB/s");
        assertThat(cli.run("profile", "list")).isZero();
        assertThat(cli.out.lines())
                .containsExactly(
                        "NAME             KIND      VFS  LIMITS",
                        "gp2-like-100gib  built in  0    total 300 IOPS (up to 3000 IOPS with 5400000 credits),"
                                + " total 128 MiB/s",
                        "gp3-like         built in  0    total 3000 IOPS, total 125 MiB/s",
                        "c5d-large-like   built in  0    read 20000 IOPS, write 9000 IOPS",
                        "silver           own       0    total 3000 IOPS (up to 9000 IOPS with 1000000 credits),"
                                + " total 125 MiB/s");
        assertThat(cli.run("vf", "create", "a", "--profile", "silver")).isZero();
        assertThat(cli.out).contains("total 125 MiB/s (profile silver)");
        assertThat(cli.run("profile", "update", "silver", "--read-iops", "9000:burst=18000"))
                .isZero();
        assertThat(limits("a")).isEqualTo(Limits.NONE.withReadIops(Limit.of(9000, 18_000)));
        assertThat(cli.run("profile", "show", "silver")).isZero();
        assertThat(cli.out).contains("Limits:  read 9000 IOPS (burst 18000)", "Used by: a");
        assertThat(cli.run("profile", "delete", "silver")).isEqualTo(ExitCode.CONFLICT);
        assertThat(cli.err).contains("used by 1 virtual function (a)");
        assertThat(cli.run("vf", "update", "a", "--no-limits")).isZero();
        assertThat(cli.run("profile", "delete", "silver")).isZero();
        assertThat(cli.out).isEqualTo("profile silver is deleted\n");
    }

    @Test
    void limitsVirtualFunctionsAndTenants() throws Exception {
        assertThat(cli.run(
                        "vf",
                        "create",
                        "a",
                        "--tenant=acme",
                        "--read-iops=20000",
                        "--write-iops=9000",
                        "--read-bandwidth=1GiB",
                        "--write-bandwidth=512MiB:burst=1GiB"))
                .isZero();
        assertThat(limits("a"))
                .isEqualTo(new Limits(
                        Limit.of(20_000),
                        Limit.of(9_000),
                        null,
                        Limit.of(1L << 30),
                        Limit.of(512L << 20, 1L << 30),
                        null,
                        null));
        assertThat(cli.run("tenant", "limits", "acme", "--iops", "30000")).isZero();
        assertThat(cli.out).isEqualTo("Limits: total 30000 IOPS\n");
        assertThat(cli.run("vf", "show", "a")).isZero();
        assertThat(cli.out)
                .contains(
                        "Limits:          read 20000 IOPS, write 9000 IOPS, read 1 GiB/s, write 512 MiB/s (burst 1 GiB)\n",
                        "Tenant's limits: total 30000 IOPS\n");
        cli.pauses = 1;
        assertThat(cli.run("top", "--once")).isZero();
        assertThat(cli.out.lines().toList().get(0)).endsWith("LIMITS");
        assertThat(cli.out.lines().toList().get(1)).contains("read 20000 IOPS, write 9000 IOPS");
        assertThat(cli.run("vf", "update", "a", "--iops", "10000")).isZero();
        assertThat(limits("a")).isEqualTo(Limits.NONE.withTotalIops(Limit.of(10_000)));
        assertThat(cli.run("vf", "update", "a", "--profile", "c5d-large-like")).isZero();
        assertThat(service.vf("a").profile()).isEqualTo("c5d-large-like");
        assertThat(cli.run("tenant", "list")).isZero();
        assertThat(cli.out.lines())
                .containsExactly("TENANT  VFS  NAMESPACES  LIMITS", "acme    1    0           total 30000 IOPS");
        assertThat(cli.run("tenant", "limits", "acme", "--no-limits")).isZero();
        assertThat(cli.run("tenant", "limits", "acme")).isZero();
        assertThat(cli.out).isEqualTo("Limits: none\n");
    }

    @Test
    void refusesWhatCannotBe() throws Exception {
        for (String rate :
                new String[] {"0", "-5", "x", "1000000000001", "99999999999999999999", "5:burst=0", "5:x=1"}) {
            assertThat(cli.run("profile", "create", "p", "--iops=" + rate))
                    .as(rate)
                    .isEqualTo(ExitCode.USAGE);
            assertThat(cli.err).as(rate).contains("--iops");
            assertThat(cli.run("vf", "create", "a", "--bandwidth", rate))
                    .as(rate)
                    .isEqualTo(ExitCode.USAGE);
            assertThat(cli.err).as(rate).contains("--bandwidth");
        }
        assertThat(cli.run("profile", "create", "p", "--iops=0")).isEqualTo(ExitCode.USAGE);
        assertThat(cli.err).contains("rate 0 is not in 1 to 1000000000000 (leave the limit out for no limit)");
        assertThat(cli.run("profile", "create", "p")).isEqualTo(ExitCode.INVALID);
        assertThat(cli.run("profile", "update", "gp3-like")).isEqualTo(ExitCode.USAGE);
        assertThat(cli.run("profile", "update", "gp3-like", "--iops", "1")).isEqualTo(ExitCode.INVALID);
        assertThat(cli.err).contains("built in");
        assertThat(cli.run("profile", "show", "none")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(cli.run("vf", "create", "a", "--profile", "none")).isEqualTo(ExitCode.INVALID);
        assertThat(cli.err).contains("profile is 'none'; there are");
        assertThat(cli.run("vf", "create", "a", "--profile", "gp3-like", "--iops", "5"))
                .isEqualTo(ExitCode.INVALID);
        assertThat(cli.err).contains("both");
        assertThat(cli.run("vf", "create", "a", "--iops", "50", "--io-queues", "64"))
                .isZero();
        assertThat(service.vf("a").queueDepth()).isEqualTo(7);
        assertThat(cli.run("vf", "update", "a", "--queue-depth", "8")).isEqualTo(ExitCode.INVALID);
        assertThat(cli.err).contains("ioQueues 15 x queueDepth 33 would do");
        assertThat(cli.run("vf", "update", "a", "--no-limits", "--iops", "5")).isEqualTo(ExitCode.INVALID);
        assertThat(cli.run("tenant", "limits", "a", "--no-limits", "--iops", "5"))
                .isEqualTo(ExitCode.USAGE);
    }

    @Test
    void appliesAndPrintsFiles() throws Exception {
        String yaml = """
                profiles:
                  - name: silver
                    limits:
                      totalIops: {rate: 3000, burstRate: 9000, credits: 1000000}
                      totalBytes: 125MiB
                tenants:
                  - name: acme
                    limits: {readBytes: {rate: 1GiB, burst: 2GiB}}
                vfs:
                  - name: a
                    tenant: acme
                    profile: silver
                    ioQueues: 2
                  - name: b
                    ioQueues: 2
                    limits: {totalIops: 5000, writeBytes: 64MiB}
                """;
        Path file = Files.writeString(directory.resolve("target.yaml"), yaml);
        assertThat(cli.run("apply", "-f", file.toString(), "--dry-run")).isEqualTo(ExitCode.CHANGES);
        assertThat(cli.out)
                .startsWith("""
                        + create-profile silver
                            totalIops: 3000 (burst rate 9000, credits 1000000)
                            totalBytes: 125 MiB/s
                        ~ tighten-tenant acme
                            readBytes: 1073741824 (burst 2147483648)
                        + create-vf a
                        """)
                .contains("    profile: silver\n", "    totalIops: 5000\n    writeBytes: 64 MiB/s\n");
        assertThat(cli.run("apply", "-f", file.toString())).isZero();
        assertThat(limits("b"))
                .isEqualTo(Limits.NONE.withTotalIops(Limit.of(5000)).withWriteBytes(Limit.of(64 << 20)));
        assertThat(cli.run("get")).isZero();
        assertThat(cli.out).contains("totalBytes: 125 MiB", "profile: silver", "rate: 1 GiB");
        Path printed = Files.writeString(directory.resolve("printed.yaml"), cli.out);
        assertThat(cli.run("apply", "-f", printed.toString(), "--dry-run", "--prune"))
                .as(cli.out)
                .isZero();
    }
}
