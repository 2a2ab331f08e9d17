package io.nvmevf.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.qos.Capacity;
import io.nvmevf.qos.Limits;
import io.nvmevf.qos.Share;
import io.nvmevf.server.api.TestApi;
import io.nvmevf.server.control.TargetService;
import io.nvmevf.server.transport.EventLoops;
import io.nvmevf.storage.memory.MemoryPool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code nvmevf pf capacity}, {@code nvmevf pf calibrate}, and shares of virtual functions. */
@Timeout(60)
class ShareCliTest {
    private static final String[] CAPACITY = {
        "pf", "capacity", "--read-iops=200000", "--write-iops=100000", "--read-bandwidth=2GiB", "--write-bandwidth=1GiB"
    };

    @TempDir
    Path directory;

    private final AtomicLong time = new AtomicLong();
    private final AtomicLong step = new AtomicLong(1_000_000);
    private EventLoops loops;
    private TestApi api;
    private TargetService service;
    private TestCli cli;

    @BeforeEach
    void start() throws Exception {
        loops = EventLoops.of(EventLoops.Kind.NIO, 1, 1 << 20);
        api = new TestApi(
                Files.createDirectories(directory.resolve("data")),
                new MemoryPool(64 << 20, true),
                loops.loops(),
                () -> Thread.currentThread().getName().startsWith("nvmevf-loop")
                        ? time.addAndGet(step.get())
                        : time.get());
        service = api.service();
        cli = new TestCli(api.url());
    }

    @AfterEach
    void stop() throws Exception {
        api.close();
        loops.close();
    }

    private Limits limits(String vf) throws Exception {
        return service.state().limitsOf(service.vf(vf));
    }

    @Test
    void takesCapacityAndSharesThroughTheirLife() throws Exception {
        assertThat(cli.run("pf", "capacity")).isZero();
        assertThat(cli.out.lines()).contains("Read:       not set", "Guaranteed: 0 of 0 IOPS");
        assertThat(cli.run("pf", "show")).isZero();
        assertThat(cli.out).containsPattern("Capacity: +not set");
        assertThat(cli.run("vf", "create", "a", "--min-iops", "500")).isEqualTo(ExitCode.INVALID);
        assertThat(cli.err).contains("needs a capacity", "nvmevf pf capacity", "nvmevf pf calibrate");
        assertThat(cli.run(CAPACITY)).isZero();
        assertThat(cli.out.lines())
                .containsExactly(
                        "Read:       200000 IOPS, 2 GiB/s",
                        "Write:      100000 IOPS, 1 GiB/s",
                        "Guaranteed: 0 of 99000 IOPS");
        assertThat(service.state().capacity()).isEqualTo(new Capacity(200_000, 100_000, 2L << 30, 1L << 30));
        assertThat(cli.run("vf", "create", "a", "--min-iops", "500", "--iops=9000"))
                .isZero();
        assertThat(cli.out).contains("total 9000 IOPS, at least 500 IOPS, weight 100");
        assertThat(limits("a").share()).isEqualTo(new Share(500, 100));
        assertThat(cli.run("profile", "create", "gold", "--min-iops=1000", "--weight=400"))
                .isZero();
        assertThat(cli.run("vf", "create", "b", "--profile=gold")).isZero();
        assertThat(cli.run("profile", "update", "gold", "--weight=300")).isZero();
        assertThat(limits("b").share()).isEqualTo(new Share(0, 300));
        assertThat(cli.run("pf", "show")).isZero();
        assertThat(cli.out)
                .contains("read 200000 IOPS, 2 GiB/s; write 100000 IOPS, 1 GiB/s; 500 of 99000 IOPS guaranteed");
        assertThat(cli.run("get")).isZero();
        assertThat(cli.out).contains("readBytes: 2 GiB", "minIops: 500");
        Path printed = Files.writeString(directory.resolve("printed.yaml"), cli.out);
        assertThat(cli.run("apply", "-f", printed.toString(), "--dry-run", "--prune"))
                .as(cli.out)
                .isZero();
        assertThat(cli.run("pf", "capacity", "--none")).isEqualTo(ExitCode.INVALID);
        assertThat(cli.err).contains("500 IOPS are guaranteed");
        assertThat(cli.run("vf", "update", "a", "--weight=200")).isZero();
        assertThat(cli.run("pf", "capacity", "--none")).isZero();
        assertThat(service.state().capacity()).isNull();
    }

    @Test
    void refusesWhatCannotBe() throws Exception {
        for (String[] bad : new String[][] {
            {"--weight=0", "weight 0 is not in 1 to 1000"},
            {"--weight=-5", "weight -5 is not in 1 to 1000"},
            {"--weight=1001", "weight 1001 is not in 1 to 1000"},
            {"--weight=1.5", "'1.5' is no whole number"},
            {"--min-iops=-1", "minIops -1 is not in 0 to 1000000000"},
            {"--min-iops=1000000001", "minIops 1000000001 is not in"},
            {"--min-iops=99999999999999999999", "is no whole number of up to 18 digits"},
            {"--min-iops=x", "'x' is no whole number"}
        }) {
            assertThat(cli.run("vf", "create", "a", bad[0])).as(bad[0]).isEqualTo(ExitCode.USAGE);
            assertThat(cli.err).contains(bad[1]);
            assertThat(cli.run("profile", "create", "p", bad[0])).isEqualTo(ExitCode.USAGE);
            assertThat(cli.run("tenant", "limits", "t", bad[0])).isEqualTo(ExitCode.USAGE);
            assertThat(cli.err).contains("Unknown option: '" + bad[0]);
        }
        assertThat(cli.run("pf", "capacity", "--read-iops=5")).isEqualTo(ExitCode.USAGE);
        assertThat(cli.err).contains("needs all of --read-iops, --write-iops,");
        assertThat(cli.run("pf", "capacity", "--none", "--read-iops=5")).isEqualTo(ExitCode.USAGE);
        String[] zero = CAPACITY.clone();
        zero[2] = "--read-iops=0";
        assertThat(cli.run(zero)).isEqualTo(ExitCode.INVALID);
        assertThat(cli.err).contains("readIops 0 is not in 1 to 1000000000");
        assertThat(cli.run(CAPACITY)).isZero();
        assertThat(cli.run("vf", "create", "a", "--min-iops=99001")).isEqualTo(ExitCode.INVALID);
        assertThat(cli.err).contains("a guarantee of 99001 IOPS (virtual function a) does not fit: of 99000 IOPS");
    }

    @Test
    void appliesCapacityAndShares() throws Exception {
        Path file = Files.writeString(directory.resolve("target.yaml"), """
                pf:
                  capacity: {readIops: 200000, writeIops: 100000, readBytes: 2GiB, writeBytes: 1GiB}
                vfs:
                  - name: a
                    limits: {totalIops: 9000, share: {minIops: 500}}
                """);
        assertThat(cli.run("apply", "-f", file.toString())).isZero();
        assertThat(cli.out).startsWith("""
                        ~ change-capacity pf
                            readIops: 200000
                            writeIops: 100000
                            readBytes: 2 GiB/s
                            writeBytes: 1 GiB/s
                        + create-vf a
                        """).contains("    totalIops: 9000\n    minIops: 500\n    weight: 100\n");
        assertThat(limits("a").share()).isEqualTo(new Share(500, 100));
        Files.writeString(file, """
                pf:
                  capacity: {readIops: 0, writeIops: 1.5, readBytes: 2GiB, speed: 1}
                vfs:
                  - name: a
                    limits: {share: {weight: 0}}
                  - name: b
                    limits: {share: {}}
                  - name: c
                    limits: {share: {minIops: -1}}
                  - name: d
                    limits: {share: {minIops: 99999999999999999999, weights: 5}}
                """);
        assertThat(cli.run("apply", "-f", file.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(cli.err)
                .contains(
                        "target.yaml:2: pf.capacity.writeIops: is '1.5'; allowed is a whole number from 1 to 10^9",
                        "pf.capacity.writeBytes: is missing",
                        "pf.capacity.speed: is no known key",
                        "vfs[0].limits.share: weight 0 is not in 1 to 1000",
                        "vfs[1].limits.share: share is empty; give minIops, weight or both",
                        "vfs[2].limits.share.minIops: is '-1'; allowed is a whole number from 0 to 10^9",
                        "vfs[3].limits.share.minIops: is '99999999999999999999'",
                        "vfs[3].limits.share.weights: is no known key");
    }

    @Test
    void calibratesAndPrintsTheCommandThatSetsTheResult() throws Exception {
        cli.pauses = Integer.MAX_VALUE;
        assertThat(cli.run("pf", "calibrate", "--seconds=2", "--size=16MiB")).isZero();
        assertThat(cli.out.lines())
                .containsExactly(
                        "Random read:      1,000 IOPS of 4 KiB",
                        "Random write:     1,000 IOPS of 4 KiB",
                        "Sequential read:  131,006,464 bytes/s in 128 KiB",
                        "Sequential write: 131,006,464 bytes/s in 128 KiB",
                        "to make it the capacity: nvmevf pf capacity --read-iops 1000 --write-iops 1000"
                                + " --read-bandwidth 131006464 --write-bandwidth 131006464");
        assertThat(service.state().capacity()).isNull();
        assertThat(cli.run("pf", "calibrate", "--seconds=1", "--set", "-o", "json"))
                .isZero();
        assertThat(cli.json().path("state").asText()).isEqualTo("done");
        assertThat(service.state().capacity())
                .isEqualTo(new Capacity(
                        cli.json().at("/result/readIops").asLong(),
                        cli.json().at("/result/writeIops").asLong(),
                        cli.json().at("/result/readBytes").asLong(),
                        cli.json().at("/result/writeBytes").asLong()));
        assertThat(cli.run("pf", "calibrate", "--seconds=0")).isEqualTo(ExitCode.INVALID);
        assertThat(cli.err).contains("seconds is 0; allowed is 1 to 60");
    }

    @Test
    void theEndOfTheCommandCancelsTheCalibration() throws Exception {
        step.set(0);
        cli.pauses = 2;
        cli.interactive = true;
        cli.meanwhile =
                () -> assertThat(new TestCli(api.url()).run("pf", "calibrate")).isEqualTo(ExitCode.CONFLICT);
        assertThat(cli.run("pf", "calibrate", "--seconds=1", "--set")).isEqualTo(ExitCode.FAILURE);
        assertThat(cli.err).contains("[######", "the calibration was cancelled");
        assertThat(service.state().capacity()).isNull();
        assertThat(service.state().deleting()).isEmpty();
    }
}
