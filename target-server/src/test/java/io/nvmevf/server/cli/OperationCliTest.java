package io.nvmevf.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nvmevf.server.api.TestApi;
import io.nvmevf.server.control.NamespaceState;
import io.nvmevf.server.control.TargetService;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands that start an erasure: they wait, show how far it is, and ask before data is lost. */
@Timeout(60)
class OperationCliTest {
    @TempDir
    Path directory;

    private TestApi api;
    private TargetService service;
    private TestCli cli;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi(directory);
        service = api.service();
        cli = new TestCli(api.url());
        cli.run("vf", "create", "vf1", "--io-queues", "1");
        cli.run("vf", "create", "vf2", "--io-queues", "1");
        cli.run("ns", "create", "vf1", "--size", "1MiB");
    }

    @AfterEach
    void stop() throws Exception {
        api.close();
    }

    /** Runs the command; its erasure ends, in one way or the other, once the command has asked how far it is. */
    private int runTo(@Nullable String failure, String... args) throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        Thread eraser = Thread.ofPlatform().start(() -> {
            while (api.eraser().running().isEmpty()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            api.eraser().finish(api.eraser().running().getFirst(), failure);
            over.countDown();
        });
        int code = cli.run(args);
        over.await();
        eraser.join();
        return code;
    }

    @Test
    void waitsForTheEndAndShowsWhatBecameOfIt() throws Exception {
        assertThat(runTo(null, "ns", "reassign", "ns-1", "--to", "vf2")).isZero();
        assertThat(cli.err).contains("op-1 reassign of ns-1 to vf2 is done");
        assertThat(cli.out).contains("State:            attached", "Virtual function: vf2");
        assertThat(runTo(null, "ns", "release", "ns-1", "-o", "json")).isZero();
        assertThat(cli.json().path("state").asText()).isEqualTo("succeeded");
        cli.run("ns", "attach", "ns-1", "vf1");
        assertThat(runTo(null, "ns", "delete", "ns-1", "--method", "overwrite", "--pattern", "0xffffffff"))
                .isZero();
        assertThat(cli.out).isEqualTo("namespace ns-1 is deleted\n");
        assertThat(service.operation("op-3").plan().pattern()).isEqualTo(-1);
    }

    @Test
    void endsWithNineIfTheErasureFailed() throws Exception {
        assertThat(runTo("the disk is broken", "ns", "release", "ns-1")).isEqualTo(ExitCode.OPERATION_FAILED);
        assertThat(cli.err).contains("op-1, release of ns-1, failed: ", "the disk is broken");
        assertThat(cli.run("op", "wait", "op-1")).isEqualTo(ExitCode.OPERATION_FAILED);
        assertThat(cli.run("ns", "discard", "ns-1")).as("nobody can be asked").isEqualTo(ExitCode.USAGE);
        assertThat(runTo(null, "ns", "retry", "ns-1")).isZero();
        assertThat(service.namespace("ns-1").state()).isEqualTo(NamespaceState.AVAILABLE);
    }

    @Test
    void doesNotWaitIfItIsToldSo() throws Exception {
        assertThat(cli.run("ns", "release", "ns-1", "--no-wait", "-o", "json")).isZero();
        assertThat(cli.json().path("id").asText()).isEqualTo("op-1");
        assertThat(cli.run("op", "list", "--running")).isZero();
        assertThat(cli.out.lines().toList().get(1))
                .startsWith("op-1  release  ns-1     -   zero    running  50 %  1 KiB/s  8 min 32 s  20");
        assertThat(cli.run("op", "show", "op-1")).isZero();
        assertThat(cli.out).contains("running, 50 %, erase");
        assertThat(cli.run("op", "wait", "op-1", "--timeout", "0")).isEqualTo(ExitCode.FAILURE);
        assertThat(cli.err)
                .contains(
                        "op-1 release of ns-1  [###############---------------] 50 %  erase  1 KiB/s  8 min 32 s left")
                .contains("op-1 still runs");
        assertThat(runTo(null, "op", "wait", "op-1")).isZero();
    }

    @Test
    void drawsABarOnATerminal() {
        cli.run("ns", "release", "ns-1", "--no-wait");
        cli.interactive = true;
        assertThat(cli.run("op", "wait", "op-1", "--timeout", "0")).isEqualTo(ExitCode.FAILURE);
        assertThat(cli.err).startsWith("\rop-1 release of ns-1  [###############---------------] 50 %");
    }

    @Test
    void asksBeforeDataIsLost() throws Exception {
        cli.interactive = true;
        cli.typed.add("vf1");
        assertThat(cli.run("ns", "release", "ns-1")).isEqualTo(ExitCode.USAGE);
        assertThat(cli.err).contains("tenant vf1 has stored in namespace ns-1", "nothing was changed");
        assertThat(cli.run("ns", "delete", "ns-1")).as("no answer").isEqualTo(ExitCode.USAGE);
        assertThat(cli.run("ns", "reassign", "ns-1", "--to", "vf2")).isEqualTo(ExitCode.USAGE);
        assertThat(cli.run("vf", "delete", "vf1", "--force")).isEqualTo(ExitCode.USAGE);
        assertThat(cli.asked).hasSize(4);
        assertThat(api.eraser().running()).isEmpty();
        cli.typed.add("ns-1");
        assertThat(runTo("broken", "ns", "release", "ns-1")).isEqualTo(ExitCode.OPERATION_FAILED);
        assertThat(cli.run("ns", "discard", "ns-1")).isEqualTo(ExitCode.USAGE);
        cli.typed.add("ns-1");
        assertThat(cli.run("ns", "discard", "ns-1")).isZero();
        assertThat(service.state().namespaces()).isEmpty();
    }

    @Test
    void asksNothingWhereNothingIsLost() throws Exception {
        cli.interactive = true;
        cli.run("vf", "create", "vf3", "--tenant", "vf1", "--io-queues", "1");
        assertThat(cli.run("ns", "reassign", "ns-1", "--to", "vf3")).isZero();
        assertThat(cli.run("ns", "detach", "ns-1")).isZero();
        assertThat(cli.run("ns", "attach", "ns-1", "vf1")).isZero();
        assertThat(cli.run("ns", "create", "--size", "1MiB")).isZero();
        assertThat(cli.run("ns", "delete", "ns-2")).isZero();
        assertThat(runTo(null, "ns", "release", "ns-1", "--yes")).isZero();
        assertThat(cli.asked).isEmpty();
    }

    @Test
    void deletesAVirtualFunctionWithItsNamespaces() throws Exception {
        assertThat(cli.run("vf", "delete", "vf1")).isEqualTo(ExitCode.CONFLICT);
        assertThat(runTo(null, "vf", "delete", "vf1", "--force")).isZero();
        assertThat(cli.err).contains("op-1 delete of ns-1 is done");
        assertThat(service.state().namespaces()).isEmpty();
        cli.run("ns", "create", "vf2", "--size", "1MiB");
        assertThat(cli.run("vf", "delete", "vf2", "--namespaces", "detach")).isZero();
        assertThat(service.namespace("ns-2").state()).isEqualTo(NamespaceState.DETACHED);
    }

    @Test
    void showsWhatGoesOn() throws Exception {
        cli.run("ns", "release", "ns-1", "--no-wait");
        cli.pauses = 1;
        assertThat(cli.run("top", "--once")).isZero();
        assertThat(cli.out.lines().toList())
                .hasSize(4)
                .first()
                .isEqualTo(
                        "NAME  STATE   HOSTS  READ/s  WRITE/s  READ MiB/s  WRITE MiB/s  ERROR/s  QUEUES  NAMESPACES  LIMITS");
        assertThat(cli.out)
                .contains("vf1   online  1      0       0        0           0            0        2       0")
                .contains("op-1 release of ns-1  [####");
        cli.pauses = 1;
        assertThat(cli.run("top", "--once", "-o", "json")).isZero();
        assertThat(cli.json().path("vfs")).hasSize(2);
        cli.pauses = 2;
        cli.interactive = true;
        assertThat(cli.run("top")).isZero();
        assertThat(cli.out.split("\u001b\\[H\u001b\\[2J", -1)).as("redrawn").hasSize(3);
        assertThat(cli.run("top", "--interval", "0")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void takesRatesBetweenTwoSamples() throws Exception {
        ObjectMapper json = new ObjectMapper();
        String counters =
                "{\"seconds\":%s,\"vfs\":[{\"name\":\"a\",\"hosts\":[\"h\"],\"commands\":{\"read\":%d,\"write\":%d},"
                        + "\"bytes\":{\"read\":%d,\"write\":7},\"errors\":{\"read\":1,\"write\":1,\"other\":%d}}]}";
        var vfs = json.readTree(
                "{\"items\":[{\"name\":\"a\",\"state\":\"online\",\"queues\":5,\"namespaces\":[{}]},{\"name\":\"b\"}]}");
        var row = TopCommand.view(
                        json.readTree(counters.formatted("1.5", 100, 50, 0, 0)),
                        json.readTree(counters.formatted("3.5", 300, 40, 1 << 20, 1)),
                        vfs,
                        json.readTree("{\"items\":[]}"))
                .path("vfs");
        assertThat(row.get(0).path("readsPerSecond").asDouble()).isEqualTo(100);
        assertThat(row.get(0).path("writesPerSecond").asDouble())
                .as("made anew meanwhile")
                .isZero();
        assertThat(row.get(0).path("readBytesPerSecond").asDouble()).isEqualTo(1 << 19);
        assertThat(row.get(0).path("errorsPerSecond").asDouble()).isEqualTo(0.5);
        assertThat(row.get(0).path("namespaces").asInt()).isEqualTo(1);
        assertThat(row.get(1).path("readsPerSecond").asDouble())
                .as("new, in neither sample")
                .isZero();
    }
}
