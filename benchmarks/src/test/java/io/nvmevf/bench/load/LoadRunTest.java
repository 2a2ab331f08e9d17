package io.nvmevf.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmevf.bench.baseline.BareResponder;
import io.nvmevf.protocol.auth.TlsPskInterchange;
import io.nvmevf.server.Target;
import io.nvmevf.server.config.TargetConfig;
import io.nvmevf.server.control.NewNamespace;
import io.nvmevf.server.control.NewTlsKey;
import io.nvmevf.server.control.NewVirtualFunction;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The generator against a whole target with its pool in memory. */
class LoadRunTest {
    private static final long NAMESPACE = 16 << 20;
    private static final String HOST = "nqn.2014-08.org.nvmexpress:uuid:6e766d65-7666-4c6f-a164-67656e000001";

    private static Target target;
    private static int port;
    private static String subnqn;
    private static TlsPskInterchange psk;

    @BeforeAll
    static void startTarget(@TempDir Path directory) throws Exception {
        String yaml = """
                data-dir: data
                pool: {kind: memory, capacity: 64MiB}
                listeners: [{port: 0}]
                api: {port: 0}
                transport: {event-loops: 1, max-h2c-data: 16KiB}
                """;
        target = Target.start(TargetConfig.parse(yaml, directory.resolve("nvmevf.yaml")));
        subnqn = target.service()
                .createVf(NewVirtualFunction.named("bench").forAnyHost())
                .nqn();
        target.service().createNamespace(NewNamespace.in("bench", NAMESPACE, 4096));
        psk = target.service().setTlsKey("bench", HOST, NewTlsKey.generated()).newest();
        port = target.listenAddresses().getFirst().getPort();
    }

    @AfterAll
    static void stopTarget() {
        target.close();
    }

    @ParameterizedTest
    @CsvSource({
        "4096, 1, 1, false, false, true",
        "4096, 32, 3, false, false, true",
        "4096, 8, 1, true, true, true",
        "4096, 8, 1, true, false, false",
        "131072, 4, 2, false, false, true",
        "131072, 4, 1, true, true, true",
        "65536, 4, 1, false, true, false",
    })
    void everyByteThatWasWrittenIsReadBack(
            int blockSize, int depth, int queues, boolean hdgst, boolean ddgst, boolean flowControl) throws Exception {
        Options options = new Options()
                .blockSize(blockSize)
                .depth(depth)
                .queues(queues)
                .digests(hdgst, ddgst)
                .flowControl(flowControl);
        try (LoadRun run = new LoadRun(options.build(), new DataPattern(blockSize + depth))) {
            assertThat(run.verify()).isEqualTo(NAMESPACE);
            run.shutdown();
        }
    }

    @ParameterizedTest
    @CsvSource({"4096, 1, 1", "4096, 32, 0", "131072, 4, 1"})
    void everyByteIsReadBackOverTls(int blockSize, int depth, int identity) throws Exception {
        Options options = new Options()
                .blockSize(blockSize)
                .depth(depth)
                .queues(2)
                .tls(psk)
                .tlsIdentity(identity);
        try (LoadRun run = new LoadRun(options.build(), new DataPattern(blockSize + depth))) {
            assertThat(run.verify()).isEqualTo(NAMESPACE);
            run.shutdown();
        }
    }

    @Test
    void dataOfAnotherSeedIsNotTakenForRight() throws Exception {
        try (LoadRun writer = new LoadRun(new Options().build(), new DataPattern(1))) {
            writer.fill();
        }
        Options reads = new Options().workload(Workload.RANDREAD);
        try (LoadRun reader = new LoadRun(reads.build(), new DataPattern(2))) {
            assertThatThrownBy(() -> reader.measure(Map.of(), null, 1))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("wrong data at offset");
        }
    }

    @ParameterizedTest
    @EnumSource(Workload.class)
    void everyWorkloadIsMeasured(Workload workload) throws Exception {
        Options options = new Options().workload(workload).queues(2);
        try (LoadRun run = new LoadRun(options.build(), null)) {
            LoadResult result = run.measure(Map.of("a", "b"), null, 1);

            assertThat(result.ios()).isPositive();
            assertThat(result.latencyUs().p50())
                    .isPositive()
                    .isLessThanOrEqualTo(result.latencyUs().max());
            assertThat(result.iops() * result.seconds()).isBetween(result.ios() - 1.0, result.ios() + 1.0);
            run.shutdown();
        }
    }

    @Test
    void aBlockSizeThatTheNamespaceCannotHaveIsRefused() {
        assertThatThrownBy(() -> new LoadRun(new Options().blockSize(512).build(), null))
                .isInstanceOf(LoadException.class)
                .hasMessageContaining("must be a multiple of 4096");
    }

    @Test
    void aSubsystemThatIsNotThereIsReportedAsTheTargetSaysIt() {
        assertThatThrownBy(() -> new LoadRun(
                        new Options().subnqn("nqn.2026-01.io.nvmevf:none").build(), null))
                .isInstanceOf(LoadException.class)
                .hasMessageContaining("Connect to nqn.2026-01.io.nvmevf:none");
    }

    @Test
    void theBareResponderAnswersReadsAndWritesOfBothKinds() throws Exception {
        try (BareResponder responder = new BareResponder(0, false)) {
            for (Workload workload : Workload.values()) {
                for (int blockSize : new int[] {4096, 131072}) {
                    Options options = new Options()
                            .workload(workload)
                            .blockSize(blockSize)
                            .port(responder.port());
                    try (LoadRun run = new LoadRun(options.build(), null)) {
                        assertThat(run.measure(Map.of(), null, 1).ios()).isPositive();
                    }
                }
            }
        }
    }

    @Test
    void theProbeSeesWhatAThreadAllocates() throws Exception {
        Pattern thisThread =
                Pattern.compile(Pattern.quote(Thread.currentThread().getName()));
        try (TargetProbe probe = TargetProbe.ofJvm(ProcessHandle.current().pid(), thisThread)) {
            TargetProbe.Sample before = probe.sample();
            byte[] garbage = new byte[10 << 20];
            TargetProbe.Jvm spent =
                    Objects.requireNonNull(probe.sample().since(before).jvm());

            assertThat(spent.loopBytes()).isBetween((long) garbage.length, 2L * garbage.length);
            assertThat(spent.allBytes()).isGreaterThanOrEqualTo(spent.loopBytes());
        }
    }

    /** Options that each test changes in what it is about. */
    private static final class Options {
        private @Nullable TlsPskInterchange tls;
        private int tlsIdentity = 1;
        private Workload workload = Workload.RANDRW;
        private int blockSize = 4096;
        private int depth = 8;
        private int queues = 1;
        private boolean hdgst;
        private boolean ddgst;
        private boolean flowControl = true;
        private String nqn = subnqn;
        private int tcpPort = port;

        Options workload(Workload value) {
            workload = value;
            return this;
        }

        Options blockSize(int value) {
            blockSize = value;
            return this;
        }

        Options depth(int value) {
            depth = value;
            return this;
        }

        Options queues(int value) {
            queues = value;
            return this;
        }

        Options digests(boolean header, boolean data) {
            hdgst = header;
            ddgst = data;
            return this;
        }

        Options flowControl(boolean value) {
            flowControl = value;
            return this;
        }

        Options subnqn(String value) {
            nqn = value;
            return this;
        }

        Options port(int value) {
            tcpPort = value;
            return this;
        }

        Options tls(TlsPskInterchange value) {
            tls = value;
            return this;
        }

        Options tlsIdentity(int value) {
            tlsIdentity = value;
            return this;
        }

        LoadOptions build() {
            return new LoadOptions(
                    "127.0.0.1",
                    tcpPort,
                    nqn,
                    HOST,
                    0,
                    workload,
                    blockSize,
                    depth,
                    queues,
                    queues > 1 ? 2 : 1,
                    Duration.ofMillis(100),
                    Duration.ofMillis(20),
                    hdgst,
                    ddgst,
                    flowControl,
                    0,
                    false,
                    1,
                    tls,
                    tlsIdentity);
        }
    }
}
