package io.nvmevf.bench.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nvmevf.protocol.auth.TlsPskInterchange;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of the load generator. Exit code 0: done; 1: the target failed or refused; 2: wrong options. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Loads an NVMe/TCP subsystem and prints IOPS and latencies.")
public final class LoadGenerator implements Callable<Integer> {
    @Option(names = "--host", defaultValue = "127.0.0.1", description = "Address (${DEFAULT-VALUE})")
    private String host = "";

    @Option(names = "--port", defaultValue = "4420", description = "Port (${DEFAULT-VALUE})")
    private int port;

    @Option(names = "--subnqn", required = true, description = "NQN of the subsystem")
    private String subnqn = "";

    @Option(
            names = "--hostnqn",
            defaultValue = "nqn.2014-08.org.nvmexpress:uuid:6e766d65-7666-4c6f-a164-67656e000001",
            description = "NQN of this host; the host identifier is made of it")
    private String hostnqn = "";

    @Option(names = "--nsid", defaultValue = "0", description = "Namespace (the first one)")
    private int nsid;

    @Option(
            names = "--rw",
            defaultValue = "RANDREAD",
            description = "randread, randwrite, randrw (70 %% reads), seqread or seqwrite (randread)")
    private Workload workload = Workload.RANDREAD;

    @Option(names = "--bs", defaultValue = "4096", description = "Bytes of one I/O (${DEFAULT-VALUE})")
    private int blockSize;

    @Option(names = "--qd", defaultValue = "32", description = "Commands in flight on each queue (${DEFAULT-VALUE})")
    private int depth;

    @Option(names = "--queues", defaultValue = "1", description = "I/O queues, one connection each (${DEFAULT-VALUE})")
    private int queues;

    @Option(names = "--threads", defaultValue = "1", description = "Threads that share the queues (${DEFAULT-VALUE})")
    private int threads;

    @Option(names = "--seconds", defaultValue = "5", description = "Measured time (${DEFAULT-VALUE})")
    private double seconds;

    @Option(names = "--warm-up", defaultValue = "2", description = "Seconds before it (${DEFAULT-VALUE})")
    private double warmUp;

    @Option(names = "--hdgst", description = "Header digests")
    private boolean hdgst;

    @Option(names = "--ddgst", description = "Data digests")
    private boolean ddgst;

    @Option(names = "--tls-psk", description = "Connect with TLS; a file with the PSK, as 'nvme gen-tls-key' prints it")
    private @Nullable Path psk;

    @Option(names = "--disable-sqflow", description = "Connect without SQ flow control")
    private boolean disableSqflow;

    @Option(names = "--region", defaultValue = "0", description = "Bytes of the namespace that are used (all)")
    private long region;

    @Option(names = "--sleep", description = "Wait in a selector instead of polling")
    private boolean sleep;

    @Option(names = "--seed", defaultValue = "1", description = "Of addresses and data (${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--fill", description = "Write the whole region once before the warm-up")
    private boolean fill;

    @Option(names = "--verify", description = "Only write the whole region, read it back and check every byte")
    private boolean verify;

    @Option(names = "--tls-identity", defaultValue = "1", description = "Version of the PSK's identity, 0 or 1 (1)")
    private int tlsIdentity;

    @Option(names = "--target-pid", defaultValue = "0", description = "The target's process, to see what it spends")
    private long targetPid;

    @Option(names = "--target-native", description = "It is no JVM: only its processor time is looked at")
    private boolean targetNative;

    @Option(
            names = "--target-loops",
            defaultValue = "nvmevf-loop.*",
            description = "Names of its event loops, a regular expression (${DEFAULT-VALUE})")
    private Pattern targetLoops = Pattern.compile("");

    @Option(
            names = "--attempts",
            defaultValue = "1",
            description = "Measure again, this often, while others took more than 5 %% of a core (${DEFAULT-VALUE})")
    private int attempts;

    @Option(names = "--label", description = "KEY=VALUE to add to the JSON")
    private Map<String, String> labels = new TreeMap<>();

    @Option(names = "-o", defaultValue = "text", description = "text or json (${DEFAULT-VALUE})")
    private String output = "";

    private LoadGenerator() {}

    /** Runs and ends the JVM. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new LoadGenerator())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args));
    }

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        if (depth < 1 || queues < 1 || threads < 1 || threads > queues || seconds <= 0 || warmUp < 0) {
            err.println("--qd, --queues and --threads are 1 or more, no more threads than queues; --seconds above 0");
            return 2;
        }
        if (tlsIdentity < 0 || tlsIdentity > 1) {
            err.println("--tls-identity is 0 or 1");
            return 2;
        }
        if (!output.equals("text") && !output.equals("json")) {
            err.println("-o is text or json");
            return 2;
        }
        try (LoadRun run = new LoadRun(options(), verify ? new DataPattern(seed) : null)) {
            if (verify) {
                out.println("verified " + run.verify() + " bytes");
            } else {
                if (fill) {
                    run.fill();
                }
                measure(run, out);
            }
            run.shutdown();
            return 0;
        } catch (IOException e) {
            err.println("load: " + e.getMessage());
            return 1;
        }
    }

    private void measure(LoadRun run, PrintWriter out) throws IOException, InterruptedException {
        try (@Nullable TargetProbe probe = probe()) {
            LoadResult result = run.measure(labels, probe, attempts);
            out.print(output.equals("json") ? new ObjectMapper().writeValueAsString(result) + "\n" : result.text());
            out.flush();
        }
    }

    private @Nullable TargetProbe probe() throws IOException {
        if (targetPid == 0) {
            return null;
        }
        return targetNative ? TargetProbe.ofProcess(targetPid) : TargetProbe.ofJvm(targetPid, targetLoops);
    }

    private LoadOptions options() throws IOException {
        return new LoadOptions(
                host,
                port,
                subnqn,
                hostnqn,
                nsid,
                workload,
                blockSize,
                depth,
                queues,
                threads,
                seconds(seconds),
                seconds(warmUp),
                hdgst,
                ddgst,
                !disableSqflow,
                region,
                !sleep,
                seed,
                tls(),
                tlsIdentity);
    }

    private @Nullable TlsPskInterchange tls() throws IOException {
        return psk == null
                ? null
                : TlsPskInterchange.parse(Files.readString(psk).strip());
    }

    private static Duration seconds(double value) {
        return Duration.ofNanos((long) (value * 1e9));
    }
}
