package io.nvmevf.bench.load;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.Closeable;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Looks into the target's JVM from outside: the bytes that its threads have allocated (the JVM's own exact counters, per
 * thread), its collections, and from /proc the processor time of the process.
 *
 * <p>The JVM's management agent is started over the attach mechanism, so the target needs no option for it. The agent runs
 * on threads of its own and only while it is asked: what it allocates is in the figure of the process, never in that of the
 * event loops.
 */
final class TargetProbe implements Closeable {
    /** Of /proc/[pid]/stat: utime and stime count in hundredths of a second on Linux (USER_HZ). */
    private static final long NANOS_PER_TICK = 10_000_000;

    private static final int UTIME_AFTER_COMMAND = 11;

    private final Path stat;
    private final SchedulerWait wait;
    private final JMXConnector connector;
    private final ThreadMXBean threads;
    private final List<GarbageCollectorMXBean> collectors = new ArrayList<>();
    private final long[] loops;

    /**
     * Counters since the target's start.
     *
     * @param cpuNanos processor time of the whole process, in steps of 10 ms
     * @param waitNanos time in which its threads were ready to run and did not
     * @param loopBytes bytes allocated by event loops
     * @param allBytes bytes allocated by all threads, ended ones and the management agent's own included
     */
    record Sample(
            long cpuNanos, long waitNanos, long loopBytes, long allBytes, long collections, long collectionMillis) {
        Sample since(Sample earlier) {
            return new Sample(
                    cpuNanos - earlier.cpuNanos,
                    waitNanos - earlier.waitNanos,
                    loopBytes - earlier.loopBytes,
                    allBytes - earlier.allBytes,
                    collections - earlier.collections,
                    collectionMillis - earlier.collectionMillis);
        }
    }

    /**
     * Attaches to a JVM of the same user.
     *
     * @param loopNames names of the event loops' threads
     */
    TargetProbe(long pid, Pattern loopNames) throws IOException {
        stat = Path.of("/proc/" + pid + "/stat");
        wait = new SchedulerWait(pid);
        connector = connect(startAgent(pid));
        MBeanServerConnection server = connector.getMBeanServerConnection();
        threads = ManagementFactory.newPlatformMXBeanProxy(
                server, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
        collectors.addAll(ManagementFactory.getPlatformMXBeans(server, GarbageCollectorMXBean.class));
        List<Long> ids = new ArrayList<>();
        for (ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (info != null && loopNames.matcher(info.getThreadName()).matches()) {
                ids.add(info.getThreadId());
            }
        }
        if (ids.isEmpty()) {
            connector.close();
            throw new IOException("process " + pid + " has no thread named like " + loopNames);
        }
        loops = ids.stream().mapToLong(Long::longValue).toArray();
    }

    // The address was handed out by a process of the same user on this machine, which is trusted as the caller is.
    @SuppressWarnings("BanJNDI")
    private static JMXConnector connect(String address) throws IOException {
        return JMXConnectorFactory.connect(new JMXServiceURL(address));
    }

    private static String startAgent(long pid) throws IOException {
        try {
            VirtualMachine jvm = VirtualMachine.attach(Long.toString(pid));
            try {
                return jvm.startLocalManagementAgent();
            } finally {
                jvm.detach();
            }
        } catch (AttachNotSupportedException e) {
            throw new IOException("cannot attach to process " + pid, e);
        }
    }

    /** What the counters say now. */
    Sample sample() throws IOException {
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
        return new Sample(
                cpuNanos(),
                wait.nanos(),
                loopBytes,
                threads.getTotalThreadAllocatedBytes(),
                collections,
                collectionMillis);
    }

    private long cpuNanos() throws IOException {
        String line = Files.readString(stat);
        // The command's name is in parentheses and may hold anything.
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[UTIME_AFTER_COMMAND]) + Long.parseLong(fields[UTIME_AFTER_COMMAND + 1]))
                * NANOS_PER_TICK;
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
