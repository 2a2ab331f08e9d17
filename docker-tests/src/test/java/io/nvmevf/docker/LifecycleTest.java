package io.nvmevf.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.nvmevf.docker.TargetContainer.Options;
import io.nvmevf.docker.TargetContainer.StateVolume;
import io.nvmevf.server.host.TestHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Starts and ends of a container, with io_uring and where it is blocked: what was acknowledged is there afterwards. */
class LifecycleTest {
    private static final int BLOCKS = 4096;
    private static final int WRITES = 4000;

    /** What the engine lets the target use. */
    enum Ring {
        ALLOWED("io_uring", "transport io_uring with"),
        BLOCKED("epoll", "transport epoll with");

        final String kind;
        final String logged;

        Ring(String kind, String logged) {
            this.kind = kind;
            this.logged = logged;
        }

        Options options() {
            String profile = TargetContainer.shippedSeccomp();
            return TargetContainer.options().seccomp(this == ALLOWED ? profile : withoutRing(profile));
        }
    }

    /** The profile as newer engines have it of their own: io_uring_setup is refused. */
    private static String withoutRing(String profile) {
        try {
            ObjectMapper json = new ObjectMapper();
            JsonNode root = json.readTree(profile);
            ArrayNode rules = (ArrayNode) root.get("syscalls");
            for (int i = rules.size() - 1; i >= 0; i--) {
                if (rules.get(i).at("/names/0").asText().startsWith("io_uring_")) {
                    rules.remove(i);
                }
            }
            assertThat(root.toString()).doesNotContain("io_uring_");
            return json.writeValueAsString(root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsWhatWasAcknowledged(Ring ring) throws Exception {
        AckedWrites writes = new AckedWrites(BLOCKS, 6);
        try (StateVolume volume = new StateVolume()) {
            try (TargetContainer target = TargetContainer.start(volume, ring.options())) {
                assertThat(target.log()).contains(ring.logged);
                assertThat(target.json("nvmevf", "status", "-o", "json")
                                .at("/transport")
                                .asText())
                        .isEqualTo(ring.kind);
                assertThat(target.get("/metrics")).contains("nvmevf_event_loops{io=\"" + ring.kind + "\"}");
                target.createVf(BLOCKS);
                try (TestHost host = target.connect()) {
                    writes.write(host, WRITES);
                    writes.verify(host);
                }
                endsUnderLoad(target, writes, "KILL", 137);
                target.restart();
                try (TestHost host = target.connect()) {
                    writes.verify(host);
                }
                endsUnderLoad(target, writes, "TERM", 0);
                assertThat(target.log()).contains("nvmevf has stopped");
            }
            // Another container, as after an upgrade, on the same volume.
            try (TargetContainer target = TargetContainer.start(volume, ring.options());
                    TestHost host = target.connect()) {
                writes.verify(host);
            }
        }
    }

    private static void endsUnderLoad(TargetContainer target, AckedWrites writes, String signal, long exitCode)
            throws Exception {
        int before = writes.count();
        try (TestHost host = target.connect()) {
            CompletableFuture<Void> load = CompletableFuture.runAsync(() -> writes.writeUntilTheEnd(host));
            while (writes.count() < before + WRITES && !load.isDone()) {
                Thread.onSpinWait();
            }
            target.signal(signal);
            assertThat(target.awaitEnd()).as("exit code\n%s", target.log()).isEqualTo(exitCode);
            load.get(30, TimeUnit.SECONDS);
        }
    }
}
