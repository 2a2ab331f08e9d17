package io.nvmevf.bench.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nvmevf.bench.load.Connection;
import io.nvmevf.bench.load.HostController;
import io.nvmevf.bench.load.Io;
import io.nvmevf.bench.load.IoQueue;
import io.nvmevf.bench.load.LoadOptions;
import io.nvmevf.bench.load.SchedulerTimes;
import io.nvmevf.bench.load.Workload;
import io.nvmevf.bench.report.Markdown;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * One host for each of many virtual functions: it connects, reads one block on each I/O queue, and does nothing any more but
 * keep its controller alive. Measures what the target's process spends on that, in processor time and in memory.
 *
 * <p>Three windows: with no host connected; with hosts that send a Keep Alive every half of a timeout, as Linux hosts do (its
 * default is 5 s); with hosts that send nothing.
 */
@Command(name = "idle-hosts", mixinStandardHelpOptions = true)
// (Picocli sets the fields.)
@SuppressWarnings("NullAway.Init")
public final class IdleHosts implements Callable<Integer> {
    private static final String HOST = "nqn.2014-08.org.nvmexpress:uuid:6e766d65-7666-4c6f-a164-67656e000001";
    private static final int BLOCK = 4096;
    private static final int IN_SIZE = 16 << 10;
    /** Far longer than the windows. */
    private static final Duration KATO = Duration.ofMinutes(9);

    @Option(names = "--port", required = true, description = "of the target, on 127.0.0.1")
    private int port;

    @Option(
            names = "--subnqn",
            required = true,
            description = "NQN of each subsystem, with %%d for its number from 1 on")
    private String subnqn;

    @Option(names = "--vfs", defaultValue = "1000", description = "virtual functions (${DEFAULT-VALUE})")
    private int vfs;

    @Option(names = "--queues", defaultValue = "1", description = "I/O queues of each host (${DEFAULT-VALUE})")
    private int queues;

    @Option(names = "--depth", defaultValue = "127", description = "commands that a queue can hold (${DEFAULT-VALUE})")
    private int depth;

    @Option(names = "--seconds", defaultValue = "30", description = "of each window (${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--keep-alive", defaultValue = "5", description = "timeout in seconds that hosts behave for (5)")
    private int keepAlive;

    @Option(names = "--target-pid", required = true, description = "the target's JVM")
    private long targetPid;

    @Option(names = "-o", defaultValue = "text", description = "text or json")
    private String output;

    private IdleHosts() {}

    /** The command line. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new IdleHosts()).execute(args));
    }

    /** A controller whose I/O queues have been used once. */
    private static final class Host implements Closeable {
        private final HostController controller;
        private final List<IoQueue> ioQueues = new ArrayList<>();

        Host(LoadOptions options, int queues, int depth) throws IOException {
            controller = HostController.open(options, KATO);
            try {
                HostController.NamespaceSize namespace = controller.namespace();
                controller.numberOfQueues(queues);
                for (int qid = 1; qid <= queues; qid++) {
                    Connection connection = controller.ioQueue(qid, depth);
                    IoQueue queue = new IoQueue(connection, controller, namespace, options, null, IN_SIZE);
                    ioQueues.add(queue);
                    queue.tell((startedAt, now) -> {});
                    queue.send(Io.READ, 0, System.nanoTime());
                    queue.flush();
                    while (queue.inFlight() > 0) {
                        queue.poll();
                    }
                }
            } catch (IOException | RuntimeException e) {
                close();
                throw e;
            }
        }

        @Override
        public void close() throws IOException {
            for (IoQueue queue : ioQueues) {
                queue.close();
            }
            controller.close();
        }
    }

    /** What one window has shown: {@code cpuPercent} of one core, {@code keepAlives} a second. */
    private record Window(double cpuPercent, double keepAlives) {}

    @Override
    public Integer call() {
        Locale.setDefault(Locale.ROOT);
        try {
            measure();
            return 0;
        } catch (IOException e) {
            new PrintWriter(System.err, true, StandardCharsets.UTF_8).println("idle-hosts: " + e.getMessage());
            return 1;
        }
    }

    private void measure() throws IOException {
        List<Host> hosts = new ArrayList<>();
        try {
            TargetMemory before = TargetMemory.of(targetPid);
            Window unconnected = window(hosts, false);
            for (int i = 1; i <= vfs; i++) {
                hosts.add(new Host(options(subnqn.formatted(i)), queues, depth));
            }
            TargetMemory after = TargetMemory.of(targetPid);
            Window alive = window(hosts, true);
            Window silent = window(hosts, false);
            print(unconnected, alive, silent, after.since(before));
        } finally {
            for (Host host : hosts) {
                host.close();
            }
        }
    }

    private Window window(List<Host> hosts, boolean keepAlives) throws IOException {
        SchedulerTimes times = new SchedulerTimes(targetPid);
        long nanos = Duration.ofSeconds(seconds).toNanos();
        long interval = hosts.isEmpty() ? nanos : Duration.ofSeconds(keepAlive).toNanos() / 2 / hosts.size();
        long ran = times.now().ran();
        long from = System.nanoTime();
        long sent = 0;
        for (long left = nanos; left > 0; left = from + nanos - System.nanoTime()) {
            long due = keepAlives ? from + sent * interval - System.nanoTime() : left;
            if (due > 0) {
                LockSupport.parkNanos(Math.min(due, left));
            } else {
                hosts.get((int) (sent % hosts.size())).controller.keepAlive();
                sent++;
            }
        }
        long took = System.nanoTime() - from;
        return new Window(100.0 * (times.now().ran() - ran) / took, sent * 1e9 / took);
    }

    private void print(Window unconnected, Window alive, Window silent, TargetMemory grown) throws IOException {
        int connections = vfs * (1 + queues);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("vfs", vfs);
        result.put("connections", connections);
        result.put("cpu_percent_unconnected", unconnected.cpuPercent());
        result.put("cpu_percent_kept_alive", alive.cpuPercent());
        result.put("keep_alives_per_second", alive.keepAlives());
        result.put("cpu_percent_silent", silent.cpuPercent());
        result.put("heap_bytes_per_connection", grown.heap() / connections);
        result.put("outside_heap_bytes_per_connection", grown.outsideHeap() / connections);
        result.put("of_it_direct_buffers_per_connection", grown.direct() / connections);
        result.put("memory_bytes_per_connection", grown.total() / connections);
        result.put("memory_bytes_per_vf", grown.total() / vfs);
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        if (output.equals("json")) {
            out.println(new ObjectMapper().writeValueAsString(result));
        } else {
            out.print(table(connections, unconnected, alive, silent, grown));
        }
        out.flush();
    }

    private String table(int connections, Window unconnected, Window alive, Window silent, TargetMemory grown) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("no host connected", "%.2f %% of a core", unconnected.cpuPercent(), null));
        rows.add(row(
                "%,d virtual functions, %,d connections, %.0f Keep Alives a second in all"
                        .formatted(vfs, connections, alive.keepAlives()),
                "%.2f %% of a core",
                alive.cpuPercent(),
                alive.cpuPercent() < 1));
        rows.add(row("the same, hosts that send nothing", "%.2f %% of a core", silent.cpuPercent(), null));
        double kib = grown.total() / 1024.0 / connections;
        rows.add(row("memory of a connection", "%.1f KiB", kib, kib < 64));
        rows.add(row("of it on the heap, after a collection", "%.1f KiB", grown.heap() / 1024.0 / connections, null));
        rows.add(row("of it outside the heap", "%.1f KiB", grown.outsideHeap() / 1024.0 / connections, null));
        return Markdown.table(List.of("what", "figure:", "reached"), rows);
    }

    private static List<String> row(String what, String format, double value, @Nullable Boolean reached) {
        String verdict = reached == null ? "" : reached ? "yes" : "**no**";
        return List.of(what, String.format(Locale.ROOT, format, value), verdict);
    }

    private LoadOptions options(String nqn) {
        return new LoadOptions(
                "127.0.0.1",
                port,
                nqn,
                HOST,
                0,
                Workload.RANDREAD,
                BLOCK,
                // (This side has room for the one command that it sends; the target for as many as the queue holds.)
                1,
                queues,
                1,
                Duration.ZERO,
                Duration.ZERO,
                false,
                false,
                true,
                0,
                false,
                1,
                null,
                1);
    }
}
