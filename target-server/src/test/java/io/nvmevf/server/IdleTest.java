package io.nvmevf.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.qos.Capacity;
import io.nvmevf.qos.Limit;
import io.nvmevf.qos.Limits;
import io.nvmevf.qos.PfShares;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.TestHost;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Nothing polls: 1,000 virtual functions with limits and shares, a hundred of them connected, cost no processor while nothing is due. */
class IdleTest {
    private static final int VFS = 1_000;
    private static final int CONNECTED = 100;
    private static final long WINDOW = TimeUnit.SECONDS.toNanos(2);
    /** In the window, over all loops and the planner: less than half a percent of one core. */
    private static final long MOST = TimeUnit.MILLISECONDS.toNanos(10);

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    @Test
    void idleVirtualFunctionsCostNoProcessor() throws Exception {
        try (TargetFixture target = TargetFixture.start()) {
            Limits limits = Limits.NONE.withTotalIops(Limit.of(1_000)).withTotalBytes(Limit.of(125 << 20));
            target.capacity(new Capacity(100_000, 100_000, 1L << 30, 1L << 30));
            for (int i = 0; i < VFS; i++) {
                target.addVf("vf" + i, limits);
            }
            target.addNamespace("vf0", 1, TargetFixture.BYTES, 4096);
            target.publish();
            for (int i = 0; i < CONNECTED; i++) {
                TestHost host = target.keep(
                        TestHost.connect(target.address(), HostOptions.DEFAULT, TargetFixture.nqn("vf" + i)));
                HostQueue queue = target.keep(host.connectIo(1, 128));
                if (i == 0) {
                    // (So that the planner has had something to do.)
                    queue.run(Command.read(1, 0, 1, 4096)).ok();
                }
            }
            // The planner rests after some plans without use.
            LockSupport.parkNanos(100 * PfShares.PERIOD);
            long before = used();
            LockSupport.parkNanos(WINDOW);
            assertThat(used() - before).as("nanoseconds in %s ns", WINDOW).isLessThan(MOST);
        }
    }

    /** Nanoseconds of processor time of the event loops and the planner. */
    private long used() {
        long sum = 0;
        int found = 0;
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().startsWith("nvmevf-")) {
                sum += Math.max(0, threads.getThreadCpuTime(thread.getThreadId()));
                found++;
            }
        }
        assertThat(found).as("threads of the target").isPositive();
        return sum;
    }
}
