package io.nvmevf.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nvmevf.server.Target;
import io.nvmevf.server.config.TargetConfig;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.TestHost;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A whole target with its pool in memory, and hosts that read and write as fast as their limits let them. */
final class LiveTarget implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LBA = 4096;
    /** Each length of a phase is another mixture of reads and writes. */
    private static final int PHASE = 400;

    private final Target target;
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<Load> loads = new ArrayList<>();

    private LiveTarget(Target target) {
        this.target = target;
    }

    static LiveTarget start(Path directory) throws Exception {
        return new LiveTarget(Target.start(TargetConfig.parse("""
                data-dir: data
                pool:
                  kind: memory
                  capacity: 4GiB
                listeners:
                  - address: 127.0.0.1
                    port: 0
                api:
                  port: 0
                pf:
                  max-vfs: 1100
                controller:
                  mdts: 128KiB
                wipe:
                  bandwidth: 12MiB
                """, directory.resolve("nvmevf.yaml"))));
    }

    String origin() {
        return "http://127.0.0.1:" + target.apiAddress().getPort();
    }

    /** The body of the answer, which has this status. */
    JsonNode send(int status, String method, String path, String body) throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(origin() + path))
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode())
                .as(method + " " + path + ": " + answer.body())
                .isEqualTo(status);
        return JSON.readTree(answer.body().isEmpty() ? "{}" : answer.body());
    }

    JsonNode get(String path) throws Exception {
        return send(200, "GET", path, "");
    }

    void post(int status, String path, String body) throws Exception {
        send(status, "POST", path, body);
    }

    /** A virtual function that any host may use, with limits as they are in JSON, and one namespace. */
    void vf(String name, String tenant, String limits, String namespace, long bytes) throws Exception {
        post(201, "/v1/vfs", """
                {"name":"%s","tenant":"%s","allowAnyHost":true,"ioQueues":2,"queueDepth":64,"limits":%s}""".formatted(name, tenant, limits));
        namespace(name, namespace, bytes);
    }

    void namespace(String vf, String name, long bytes) throws Exception {
        post(201, "/v1/namespaces", """
                {"vf":"%s","name":"%s","bytes":%d}""".formatted(vf, name, bytes));
    }

    /**
     * A host that does I/O until this is closed.
     *
     * @param depth commands at a time
     * @param blocks of a command
     */
    void load(String vf, int depth, int blocks) throws Exception {
        Load load = new Load(get("/v1/vfs/" + vf).path("nqn").asText(), depth, blocks);
        loads.add(load);
        load.start();
    }

    private final class Load extends Thread {
        private final String nqn;
        private final int depth;
        private final int blocks;
        private volatile boolean ended;
        private volatile boolean failed;

        Load(String nqn, int depth, int blocks) {
            super("load of " + nqn);
            this.nqn = nqn;
            this.depth = depth;
            this.blocks = blocks;
        }

        @Override
        public void run() {
            byte[] data = new byte[blocks * LBA];
            try (TestHost host = TestHost.connect(target.listenAddresses().getFirst(), HostOptions.DEFAULT, nqn)) {
                HostQueue queue = host.connectIo(1, 64);
                List<Integer> sent = new ArrayList<>();
                for (int batch = 0; !ended; batch++) {
                    int now = 1 + (batch / PHASE + 2) % depth;
                    for (int i = 0; i < now; i++) {
                        boolean read = (batch + i) % 10 < 4 + batch / PHASE % 5;
                        long at = (long) (batch * 7 + i) % 64 * blocks;
                        sent.add(queue.submit(
                                read ? Command.read(1, at, blocks, LBA) : Command.write(1, at, data, LBA)));
                    }
                    sent.forEach(cid -> queue.await(cid).ok());
                    sent.clear();
                }
            } catch (RuntimeException | Error e) {
                // (A virtual function that a test takes away ends its host, too.)
                failed = !ended;
            }
        }

        void end() {
            ended = true;
            try {
                join(10_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Whether all hosts still do what they do. */
    boolean isBusy() {
        return loads.stream().noneMatch(load -> load.failed);
    }

    @Override
    public void close() {
        loads.forEach(load -> load.ended = true);
        loads.forEach(Load::end);
        target.close();
        http.close();
    }
}
