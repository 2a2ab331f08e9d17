package io.nvmevf.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.log.VolumeStatistics;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.TargetFixture;
import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.TestHost;
import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.fault.FaultyDevice;
import io.nvmevf.storage.fault.Operation;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Log page D0h as a tenant reads it: how many commands there were, and how long they took. */
class VolumeStatisticsPageTest {
    private static final int READS = 512;
    private static final int WRITES = 2056;

    private TargetFixture target;
    private TestHost host;
    private HostQueue io;
    private FaultyDevice device;

    @BeforeEach
    void start() {
        target = TargetFixture.start();
        host = target.connect();
        io = host.connectIo(1, 64);
        device = target.pool().device(TargetFixture.id(TargetFixture.VF, 1));
    }

    @AfterEach
    void stop() {
        target.close();
    }

    private ByteBuf page() {
        return host.admin(Command.logPage(VolumeStatistics.LID, 0, VolumeStatistics.SIZE))
                .ok()
                .page();
    }

    /** The commands of all bins. */
    private static long commands(ByteBuf page, int histogram) {
        long sum = 0;
        for (int i = 0; i < page.getLongLE(histogram); i++) {
            sum += page.getUnsignedIntLE(histogram + 8 + 24 * i + 16);
        }
        return sum;
    }

    /** The only bin of a histogram that holds a command. */
    private static int bin(ByteBuf page, int histogram) {
        assertThat(commands(page, histogram)).isEqualTo(1);
        int at = histogram + 8;
        while (page.getIntLE(at + 16) == 0) {
            at += 24;
        }
        return at;
    }

    private void waitForHeld() {
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10); device.held() == 0; Thread.onSpinWait()) {
            assertThat(System.nanoTime()).as("nothing is held").isLessThan(end);
        }
    }

    @Test
    void theBinsLieSideBySideAndCountEachCommandOnce() {
        for (int i = 0; i < 20; i++) {
            io.run(Command.write(1, 0, new byte[512], 512)).ok();
            io.run(Command.read(1, 0, 1, 512)).ok();
            io.run(Command.read(2, 0, 1, 4096)).ok();
            io.run(Command.flush(1)).ok();
        }
        ByteBuf page = page();
        for (int histogram : new int[] {READS, WRITES}) {
            long before = 0;
            for (int i = 0; i < page.getLongLE(histogram); i++) {
                assertThat(page.getLongLE(histogram + 8 + 24 * i))
                        .as("lower bound")
                        .isEqualTo(before);
                before = page.getLongLE(histogram + 8 + 24 * i + 8);
            }
            assertThat(before).as("the end of the last bin").isEqualTo(Long.MAX_VALUE);
        }
        assertThat(commands(page, READS)).isEqualTo(40).isEqualTo(page.getLongLE(8));
        assertThat(commands(page, WRITES)).isEqualTo(20).isEqualTo(page.getLongLE(16));
    }

    @Test
    void commandsThatFailedAtTheDeviceCountAndThoseThatNeverBeganDoNot() {
        device.failNext(Operation.READ, BlockError.READ_FAILED);
        io.run(Command.read(1, 0, 1, 512)).is(Status.UNRECOVERED_READ_ERROR);
        io.run(Command.read(1, 1L << 40, 1, 512)).isFinal(Status.LBA_OUT_OF_RANGE);
        ByteBuf page = page();
        assertThat(commands(page, READS)).isEqualTo(1).isEqualTo(page.getLongLE(8));
    }

    @Test
    void theTimeIsThatBetweenArrivalAndAnswer() {
        device.hold(Operation.READ);
        long sent = System.nanoTime();
        int cid = io.submit(Command.read(1, 0, 1, 512));
        waitForHeld();
        long held = System.nanoTime();
        // (Something that takes its time.)
        for (int i = 0; i < 100; i++) {
            io.run(Command.write(2, 0, new byte[4096], 4096)).ok();
        }
        long released = System.nanoTime();
        device.release();
        io.await(cid).ok();
        long answered = System.nanoTime();
        ByteBuf page = page();
        long micros = page.getLongLE(40);
        assertThat(micros)
                .isGreaterThanOrEqualTo((released - held) / 1000)
                .isLessThanOrEqualTo((answered - sent) / 1000);
        int bin = bin(page, READS);
        assertThat(micros).isGreaterThanOrEqualTo(page.getLongLE(bin)).isLessThan(page.getLongLE(bin + 8));
        assertThat(commands(page, WRITES)).isEqualTo(100);
        assertThat(page.getLongLE(48)).as("time of writes").isPositive().isLessThan((released - held) / 1000 + 1);
    }

    @Test
    void whatANamespaceCountedStaysWhenItIsGone() {
        io.run(Command.read(1, 0, 1, 512)).ok();
        io.run(Command.read(2, 0, 1, 4096)).ok();
        io.run(Command.write(1, 0, new byte[512], 512)).ok();
        ByteBuf before = page();
        target.removeNamespace(TargetFixture.id(TargetFixture.VF, 1));
        target.publish();
        assertThat(page()).isEqualTo(before);
        io.run(Command.read(2, 0, 1, 4096)).ok();
        assertThat(commands(page(), READS)).isEqualTo(3);
        assertThat(commands(page(), WRITES)).isEqualTo(1);
    }
}
