package io.nvmevf.protocol.nvme;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class RangesTest {
    private final ByteBuf data = Unpooled.buffer(64, 64);

    @Test
    void aCopyRangeCountsFromOneAndADsmRangeDoesNot() {
        new CopyRange(data, 32).slba(-2).nlb(65536);
        assertThat(data.getUnsignedShortLE(32 + 16)).isEqualTo(0xFFFF);
        assertThat(CopyRange.nlb(data, 32)).isEqualTo(65536);
        assertThat(CopyRange.slba(data, 32)).isEqualTo(-2);
        assertThat(CopyRange.nlb(data, 0)).isEqualTo(1);

        new DsmRange(data, 16).slba(9).nlb(0xFFFF_FFFFL);
        assertThat(DsmRange.nlb(data, 16)).isEqualTo(0xFFFF_FFFFL);
        assertThat(DsmRange.slba(data, 16)).isEqualTo(9);
        assertThat(DsmRange.nlb(data, 0)).isZero();
    }
}
