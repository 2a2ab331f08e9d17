package io.nvmevf.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.protocol.nvme.Sqe;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.TargetFixture;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.TestHost;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fused Compare and Write (NVM Command Set 1.1 §3.3.1.1). */
class FusedTest {
    private static final byte[] ZEROS = new byte[512];

    private TargetFixture target;
    private TestHost host;

    @BeforeEach
    void start() {
        target = TargetFixture.start();
        host = target.connect();
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private static byte[] block(int value) {
        byte[] data = new byte[512];
        Arrays.fill(data, (byte) value);
        return data;
    }

    private static Command first(long slba, byte[] expected) {
        return Command.compare(1, slba, expected, 512).fuse(Sqe.FUSE_FIRST);
    }

    private static Command second(long slba, byte[] data) {
        return Command.write(1, slba, data, 512).fuse(Sqe.FUSE_SECOND);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void thePairWritesWhereTheBlockIsAsExpectedAndNotElsewhere(boolean inCapsule) {
        HostQueue io = host.connectIo(1, 16, inCapsule ? HostOptions.DEFAULT : HostOptions.DEFAULT.withoutInCapsule());
        int compare = io.submit(first(3, ZEROS));
        int write = io.submit(second(3, block(1)));
        io.await(compare).ok();
        io.await(write).ok();
        assertThat(io.run(Command.read(1, 3, 1, 512)).ok().data()).isEqualTo(block(1));
        compare = io.submit(first(3, ZEROS));
        write = io.submit(second(3, block(2)));
        io.await(compare).is(Status.COMPARE_FAILURE);
        io.await(write).is(Status.ABORTED_FAILED_FUSED);
        assertThat(io.run(Command.read(1, 3, 1, 512)).ok().data()).isEqualTo(block(1));
    }

    @Test
    void aPairBeyondTheAtomicCompareAndWriteUnitIsRefused() {
        HostQueue io = host.connectIo(1, 16);
        byte[] atMost = new byte[64 << 10];
        int compare = io.submit(first(0, atMost));
        int write = io.submit(second(0, atMost));
        io.await(compare).ok();
        io.await(write).ok();
        byte[] tooMuch = new byte[(64 << 10) + 512];
        compare = io.submit(first(0, tooMuch));
        write = io.submit(second(0, tooMuch));
        io.await(compare).is(Status.ATOMIC_WRITE_UNIT_EXCEEDED);
        io.await(write).is(Status.ABORTED_FAILED_FUSED);
    }

    @Test
    void aHalfWithoutItsPartnerIsAborted() {
        HostQueue io = host.connectIo(1, 16);
        int compare = io.submit(first(0, ZEROS));
        io.run(Command.flush(1)).ok();
        io.await(compare).is(Status.ABORTED_MISSING_FUSED);
        io.run(second(0, block(1))).is(Status.ABORTED_MISSING_FUSED);
        compare = io.submit(first(0, ZEROS));
        int again = io.submit(first(0, ZEROS));
        int write = io.submit(second(0, block(1)));
        io.await(compare).is(Status.ABORTED_MISSING_FUSED);
        io.await(again).ok();
        io.await(write).ok();
    }

    @Test
    void halvesThatDoNotFitFailTogether() {
        HostQueue io = host.connectIo(1, 16);
        int compare = io.submit(first(0, ZEROS));
        int write = io.submit(second(1, block(1)));
        assertThat(io.await(compare).code()).isNotZero();
        assertThat(io.await(write).code()).isNotZero();
        compare = io.submit(first(1L << 50, ZEROS));
        write = io.submit(second(1L << 50, block(1)));
        io.await(compare).is(Status.LBA_OUT_OF_RANGE);
        assertThat(io.await(write).code()).isNotZero();
        compare = io.submit(Command.read(1, 0, 1, 512).fuse(Sqe.FUSE_FIRST));
        write = io.submit(second(0, block(1)));
        io.await(compare).is(Status.INVALID_FIELD);
        io.await(write).is(Status.ABORTED_FAILED_FUSED);
        io.run(Command.flush(1).fuse(3)).is(Status.INVALID_FIELD);
        assertThat(io.run(Command.read(1, 0, 2, 512)).ok().data()).containsOnly(0);
    }

    @Test
    void aConnectionThatEndsBetweenTheHalvesLeavesTheNamespaceOpen() {
        for (int i = 0; i < 10; i++) {
            HostQueue io = host.connectIo(
                    1 + i, 16, i % 2 == 0 ? HostOptions.DEFAULT : HostOptions.DEFAULT.withoutInCapsule());
            io.submit(first(0, ZEROS));
            if (i % 3 == 0) {
                io.submit(second(0, ZEROS));
            }
            io.connection().reset();
        }
        host.connectIo(20, 8).run(Command.write(1, 0, ZEROS, 512)).ok();
    }

    /** Four hosts count one block up with compare and write; not one step may be lost. */
    @Test
    void thePairIsAtomicTowardsOtherQueues() throws Exception {
        int threads = 4;
        int steps = 150;
        List<Callable<Integer>> tasks = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            // (One connection after the other goes round the event loops.)
            HostQueue io = host.connectIo(
                    1 + t, 16, t % 2 == 0 ? HostOptions.DEFAULT : HostOptions.DEFAULT.withoutInCapsule());
            tasks.add(() -> {
                int done = 0;
                while (done < steps) {
                    byte[] before = io.run(Command.read(1, 0, 8, 512)).ok().data();
                    byte[] after = before.clone();
                    ByteBuffer.wrap(after).putInt(0, ByteBuffer.wrap(before).getInt(0) + 1);
                    ByteBuffer.wrap(after).putInt(4092, ByteBuffer.wrap(before).getInt(4092) + 1);
                    int compare = io.submit(first(0, before));
                    int write = io.submit(second(0, after));
                    if (io.await(compare).code() == Status.SUCCESS) {
                        io.await(write).ok();
                        done++;
                    } else {
                        io.await(write).is(Status.ABORTED_FAILED_FUSED);
                    }
                }
                return done;
            });
        }
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            for (Future<Integer> f : executor.invokeAll(tasks, 60, TimeUnit.SECONDS)) {
                assertThat(f.get()).isEqualTo(steps);
            }
        } finally {
            executor.shutdownNow();
        }
        byte[] end = host.connectIo(30, 8).run(Command.read(1, 0, 8, 512)).ok().data();
        assertThat(ByteBuffer.wrap(end).getInt(0)).isEqualTo(threads * steps);
        assertThat(ByteBuffer.wrap(end).getInt(4092)).isEqualTo(threads * steps);
    }
}
