package io.nvmevf.bench.load;

import com.sun.management.ThreadMXBean;
import java.io.Closeable;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the target's process from outside: its processor time from /proc, and of a JVM the bytes that its threads have
 * allocated (the JVM's own exact counters, per thread) and its collections.
 *
 * <p>The JVM's management agent is started over the attach mechanism, so the target needs no option for it. The agent runs
 * on threads of its own and only while it is asked: what it allocates is in the figure of the process, never in that of the
 * event loops.
 */
final class TargetProbe implements Closeable {
    private final SchedulerTimes times;
    private final @Nullable Management management;

    /**
     * Counters since the target's start.
     *
     * @param cpuNanos processor time of the whole process
     * @param waitNanos time in which its threads were ready to run and did not
     * @param jvm null for a process that is no JVM
     */
    record Sample(long cpuNanos, long waitNanos, @Nullable Jvm jvm) {
        Sample since(Sample earlier) {
            return new Sample(
                    cpuNanos - earlier.cpuNanos,
                    waitNanos - earlier.waitNanos,
                    jvm == null || earlier.jvm == null ? null : jvm.since(earlier.jvm));
        }
    }

    /**
     * Counters of a JVM.
     *
     * @param loopBytes bytes allocated by event loops
     * @param allBytes bytes allocated by all threads, ended ones and the management agent's own included
     */
    record Jvm(long loopBytes, long allBytes, long collections, long collectionMillis) {
        private Jvm since(Jvm earlier) {
            return new Jvm(
                    loopBytes - earlier.loopBytes,
                    allBytes - earlier.allBytes,
                    collections - earlier.collections,
                    collectionMillis - earlier.collectionMillis);
        }
    }

    private TargetProbe(long pid, @Nullable Management management) {
        times = new SchedulerTimes(pid);
        this.management = management;
    }

    /**
     * Attaches to a JVM of the same user.
     *
     * @param loopNames names of the event loops' threads
     */
    static TargetProbe ofJvm(long pid, Pattern loopNames) throws IOException {
        return new TargetProbe(pid, new Management(pid, loopNames));
    }

    /** Of a process that is no JVM. */
    static TargetProbe ofProcess(long pid) {
        return new TargetProbe(pid, null);
    }

    /** What the counters say now. */
    Sample sample() throws IOException {
        Jvm jvm = management == null ? null : management.sample();
        SchedulerTimes.Times now = times.now();
        return new Sample(now.ran(), now.waited(), jvm);
    }

    @Override
    public void close() throws IOException {
        if (management != null) {
            management.connection.close();
        }
    }

    /** The JVM's management agent. */
    private static final class Management {
        private final JvmConnection connection;
        private final ThreadMXBean threads;
        private final List<GarbageCollectorMXBean> collectors = new ArrayList<>();
        private final long[] loops;

        Management(long pid, Pattern loopNames) throws IOException {
            connection = JvmConnection.open(pid);
            threads = connection.bean(ThreadMXBean.class);
            collectors.addAll(connection.beans(GarbageCollectorMXBean.class));
            List<Long> ids = new ArrayList<>();
            for (ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds())) {
                if (info != null && loopNames.matcher(info.getThreadName()).matches()) {
                    ids.add(info.getThreadId());
                }
            }
            if (ids.isEmpty()) {
                connection.close();
                throw new IOException("process " + pid + " has no thread named like " + loopNames);
            }
            loops = ids.stream().mapToLong(Long::longValue).toArray();
        }

        Jvm sample() throws IOException {
            long loopBytes = 0;
            for (long bytes : threads.getThreadAllocatedBytes(loops)) {
                loopBytes += Math.max(0, bytes);
            }
            long collections = 0;
            long collectionMillis = 0;
            for (GarbageCollectorMXBean collector : collectors) {
                collections += Math.max(0, collector.getCollectionCount());
                collectionMillis += Math.max(0, collector.getCollectionTime());
            }
            return new Jvm(loopBytes, threads.getTotalThreadAllocatedBytes(), collections, collectionMillis);
        }
    }
}
