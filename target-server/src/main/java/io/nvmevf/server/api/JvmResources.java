package io.nvmevf.server.api;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.annotation.Blocking;
import com.linecorp.armeria.server.annotation.Get;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.lang.management.RuntimeMXBean;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What the JVM that the target runs in is like, for who looks for the cause of something. */
@Blocking
final class JvmResources {
    /** Options that are told. Any other may hold a secret, as properties and commands to run do. */
    private static final List<String> TOLD = List.of(
            "-Xms",
            "-Xmx",
            "-Xss",
            "-Xshare:",
            "-XX:+",
            "-XX:-",
            "-XX:Max",
            "-XX:AOT",
            "-XX:ActiveProcessorCount",
            "-XX:TieredStopAtLevel",
            "--enable-native-access",
            "--sun-misc-unsafe-memory-access",
            "-Dio.netty.");

    private static final int MAX_FRAMES = 64;

    /**
     * Bytes unless it says otherwise.
     *
     * @param flags of the command line, those that are known to hold no secret
     * @param hidden how many there are beside
     */
    record Jvm(
            String version,
            String vm,
            long pid,
            double uptimeSeconds,
            int processors,
            List<String> flags,
            int hidden,
            Memory heap,
            Memory nonHeap,
            List<Collector> collectors,
            List<Buffers> buffers,
            Map<String, Integer> threadStates,
            List<Stack> threads) {}

    /** {@code max} -1: not limited. */
    record Memory(long used, long committed, long max) {
        static Memory of(MemoryUsage usage) {
            return new Memory(usage.getUsed(), usage.getCommitted(), usage.getMax());
        }
    }

    record Collector(String name, long collections, long milliseconds) {}

    record Buffers(String name, long count, long used) {}

    record Stack(String name, String state, boolean daemon, List<String> frames) {}

    @Get("/v1/diagnostics/jvm")
    public HttpResponse jvm() {
        return Json.response(HttpStatus.OK, look(), HttpHeaderNames.CACHE_CONTROL, "no-store");
    }

    private static Jvm look() {
        RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
        List<String> all = runtime.getInputArguments();
        List<String> told = all.stream().filter(JvmResources::isTold).toList();
        List<Stack> threads = threads();
        Map<String, Integer> states = new LinkedHashMap<>();
        threads.forEach(thread -> states.merge(thread.state(), 1, Integer::sum));
        return new Jvm(
                Runtime.version().toString(),
                runtime.getVmVendor() + " " + runtime.getVmName(),
                runtime.getPid(),
                runtime.getUptime() / 1000.0,
                Runtime.getRuntime().availableProcessors(),
                told,
                all.size() - told.size(),
                Memory.of(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage()),
                Memory.of(ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage()),
                ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .map(gc -> new Collector(gc.getName(), gc.getCollectionCount(), gc.getCollectionTime()))
                        .toList(),
                ManagementFactory.getPlatformMXBeans(java.lang.management.BufferPoolMXBean.class).stream()
                        .map(pool -> new Buffers(pool.getName(), pool.getCount(), pool.getMemoryUsed()))
                        .toList(),
                states,
                threads);
    }

    static boolean isTold(String option) {
        return TOLD.stream().anyMatch(option::startsWith);
    }

    private static List<Stack> threads() {
        List<Stack> threads = new ArrayList<>();
        for (ThreadInfo thread : ManagementFactory.getThreadMXBean().dumpAllThreads(false, false, MAX_FRAMES)) {
            Stream<String> frames = Arrays.stream(thread.getStackTrace()).map(StackTraceElement::toString);
            threads.add(new Stack(
                    thread.getThreadName(), thread.getThreadState().toString(), thread.isDaemon(), frames.toList()));
        }
        return threads;
    }
}
