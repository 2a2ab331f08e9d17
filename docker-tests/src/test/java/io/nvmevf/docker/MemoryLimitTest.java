package io.nvmevf.docker;

import static io.nvmevf.docker.TargetContainer.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.protocol.nvme.NvmOpcode;
import io.nvmevf.protocol.nvme.Sqe;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.TestHost;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A container that may use 512 MiB, under hosts that would have it hold much more than that. */
class MemoryLimitTest {
    private static final long LIMIT = 512L << 20;
    private static final String HOARDER = "nqn.2026-01.io.nvmevf:hoarder";
    /** Data of a command; with 32 under way on all queues the hosts ask for more than the container has. */
    private static final int BYTES = 1 << 20;

    private static final int UNDER_WAY = 32;
    private static final int QUEUES = 16;
    private static final int HOARDERS = 6;
    private static final int BLOCKS = QUEUES * UNDER_WAY * (BYTES / BLOCK);

    @Test
    void servesManyLargeCommandsWithinItsMemory() {
        TargetContainer.withTarget(TargetContainer.options().memory(LIMIT), target -> {
            target.createVf(BLOCKS);
            target.createVf("hoarder", HOARDER, UNDER_WAY * (BYTES / BLOCK));
            try (TestHost hoarder = target.connect(HOARDER);
                    TestHost host = target.connect()) {
                for (int qid = 1; qid <= HOARDERS; qid++) {
                    hoard(hoarder.connectIo(qid, 2 * UNDER_WAY));
                }
                List<Future<?>> all = new ArrayList<>();
                try (ExecutorService threads = Executors.newFixedThreadPool(QUEUES)) {
                    for (int i = 0; i < QUEUES; i++) {
                        int index = i;
                        HostQueue queue = host.connectIo(1 + i, 2 * UNDER_WAY);
                        all.add(threads.submit(() -> writeAndRead(queue, index)));
                    }
                    for (Future<?> one : all) {
                        one.get(120, TimeUnit.SECONDS);
                    }
                } catch (Exception e) {
                    throw new AssertionError("%s\n%s".formatted(target.state(), target.log()), e);
                }
            }
            var state = target.state();
            assertThat(state.getOOMKilled()).isFalse();
            assertThat(state.getRunning()).isTrue();
            assertThat(target.log()).doesNotContain("OutOfMemory", "OutOfDirectMemory", "ERROR");
        });
    }

    /** Asks for data, and takes none of it. */
    private static void hoard(HostQueue queue) {
        for (int i = 0; i < UNDER_WAY; i++) {
            int blocks = BYTES / BLOCK;
            queue.submit(
                    Command.blocks(NvmOpcode.READ, 1, (long) i * blocks, blocks).sgl(Sqe.SGL_TRANSPORT, BYTES));
        }
    }

    private static void writeAndRead(HostQueue queue, int index) {
        for (int round = 0; round < 2; round++) {
            byte[] data = new byte[BYTES];
            Arrays.fill(data, (byte) (index * 31 + round + 1));
            List<Integer> cids = new ArrayList<>();
            for (int i = 0; i < UNDER_WAY; i++) {
                cids.add(queue.submit(Command.write(1, block(index, i), data, BLOCK)));
            }
            cids.forEach(cid -> queue.await(cid).ok());
            cids.clear();
            for (int i = 0; i < UNDER_WAY; i++) {
                cids.add(queue.submit(Command.read(1, block(index, i), BYTES / BLOCK, BLOCK)));
            }
            for (int i = 0; i < UNDER_WAY; i++) {
                if (!Arrays.equals(queue.await(cids.get(i)).ok().data(), data)) {
                    throw new AssertionError("queue %d read other data than it wrote, at command %d of round %d"
                            .formatted(queue.qid(), i, round));
                }
            }
        }
    }

    private static long block(int index, int i) {
        return (long) (index * UNDER_WAY + i) * (BYTES / BLOCK);
    }
}
