package io.nvmevf.protocol.identify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class IdentifyNamespaceTest {
    private final ByteBuf page = Unpooled.buffer(IdentifyNamespace.SIZE, IdentifyNamespace.SIZE);
    private final IdentifyNamespace namespace = new IdentifyNamespace(page);

    @Test
    void anLbaFormatIsOneDword() {
        namespace.lbaf(0, 0, 9, IdentifyNamespace.RP_GOOD).lbaf(1, 8, 12, IdentifyNamespace.RP_BEST);
        assertThat(page.getIntLE(128)).isEqualTo(0x02090000);
        assertThat(page.getIntLE(132)).isEqualTo(0x000C0008);
        assertThat(namespace.ms(1)).isEqualTo(8);
        assertThat(namespace.lbads(0)).isEqualTo(9);
        assertThat(namespace.rp(0)).isEqualTo(2);
        assertThatThrownBy(() -> namespace.lbaf(64, 0, 9, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void theFormatIndexIsSplitOverTwoPartsOfFlbas() {
        namespace.flbas(IdentifyNamespace.FLBAS_EXTENDED).formatIndex(0x2B);
        assertThat(namespace.flbas()).isEqualTo(0b0101_1011);
        for (int n = 0; n < 64; n++) {
            assertThat(namespace.formatIndex(n).formatIndex()).isEqualTo(n);
            assertThat(namespace.flbas() & IdentifyNamespace.FLBAS_EXTENDED).isNotZero();
        }
        assertThatThrownBy(() -> namespace.formatIndex(64)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void theConstructorWithoutABaseStartsAtZero() {
        new IdentifyNamespace(page).nsze(-1);
        assertThat(page.getLongLE(0)).isEqualTo(-1);
    }
}
