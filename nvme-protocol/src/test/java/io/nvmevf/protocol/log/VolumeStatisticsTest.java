package io.nvmevf.protocol.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

/** Against the structure that {@code nvme amzn stats} reads (plugins/amzn/amzn-nvme.c of nvme-cli). */
class VolumeStatisticsTest {
    private final ByteBuf page = Unpooled.buffer(VolumeStatistics.SIZE).writeZero(VolumeStatistics.SIZE);
    private final VolumeStatistics statistics = new VolumeStatistics(page);

    @Test
    void everyFieldIsWhereTheReaderLooksForIt() {
        statistics
                .reads(1)
                .writes(2)
                .readBytes(3)
                .writeBytes(4)
                .readTime(5)
                .writeTime(6)
                .volumeIops(7)
                .volumeThroughput(8)
                .instanceIops(9)
                .instanceThroughput(10)
                .queueLength(11);
        assertThat(page.getIntLE(0)).isEqualTo(0x3C23B510);
        assertThat(page.getIntLE(4)).isEqualTo(1);
        for (int i = 1; i <= 11; i++) {
            assertThat(page.getLongLE(8 * i)).as("field at %d", 8 * i).isEqualTo(i);
        }
        assertNothingFrom(96);
    }

    @Test
    void binsFollowTheirNumberAndTheHistogramOfWritesFollowsThatOfReads() {
        statistics.readBin(0, 1, 10).readBin(1, 2, 0x1_2345_6789L).writeBin(100, Long.MAX_VALUE, 30);
        assertThat(page.getLongLE(512)).as("bins of reads").isEqualTo(2);
        assertBin(520, 0, 1, 10);
        assertBin(544, 1, 2, 0x2345_6789);
        long writes = 512 + 8 + 64 * 24;
        assertThat(page.getLongLE((int) writes)).as("bins of writes").isEqualTo(1);
        assertBin((int) writes + 8, 100, Long.MAX_VALUE, 30);
        assertNothingFrom((int) writes + 32);
    }

    @Test
    void sixtyFourBinsFitAndNoMore() {
        for (int i = 0; i < 64; i++) {
            statistics.readBin(i, i + 1, i).writeBin(i, i + 1, i);
        }
        assertBin(512 + 8 + 63 * 24, 63, 64, 63);
        assertBin(2056 + 8 + 63 * 24, 63, 64, 63);
        assertNothingFrom(3600);
        assertThatThrownBy(() -> statistics.readBin(64, 65, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> statistics.writeBin(64, 65, 1)).isInstanceOf(IllegalStateException.class);
        assertThat(page.getLongLE(2056)).isEqualTo(64);
        assertNothingFrom(3600);
    }

    private void assertBin(int at, long lower, long upper, int commands) {
        assertThat(page.getLongLE(at)).as("lower bound").isEqualTo(lower);
        assertThat(page.getLongLE(at + 8)).as("upper bound").isEqualTo(upper);
        assertThat(page.getIntLE(at + 16)).as("commands").isEqualTo(commands);
        assertThat(page.getIntLE(at + 20)).as("reserved").isZero();
    }

    private void assertNothingFrom(int at) {
        for (int i = at; i < VolumeStatistics.SIZE; i++) {
            assertThat(page.getByte(i)).as("byte %d", i).isZero();
        }
    }
}
