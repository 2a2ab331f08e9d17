package io.nvmevf.protocol.fabrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ConnectDataTest {
    private static final int BASE = 9;
    private static final UUID HOST_ID = UUID.fromString("f81d4fae-7dec-11d0-a765-00a0c91e6bf6");

    private final ByteBuf page = Unpooled.buffer(BASE + ConnectData.SIZE, BASE + ConnectData.SIZE);
    private final ConnectData data = new ConnectData(page, BASE);

    @Test
    void readsBackWhatAHostWrites() {
        data.hostid(HOST_ID)
                .cntlid(ConnectData.CNTLID_DYNAMIC)
                .subnqn(Nqn.DISCOVERY)
                .hostnqn("nqn.2014-08.org.nvmexpress:uuid:" + HOST_ID);
        assertThat(data.hostid()).isEqualTo(HOST_ID);
        assertThat(data.cntlid()).isEqualTo(0xFFFF);
        assertThat(data.subnqn()).isEqualTo(Nqn.DISCOVERY);
        assertThat(data.hostnqn()).endsWith(HOST_ID.toString());
    }

    @Test
    void aFieldThatIsNotTerminatedIsRefusedEvenWhenTheNextOneHoldsANul() {
        fill(256, 256, 'a');
        assertThatThrownBy(data::subnqn)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not terminated");
        fill(512, 256, 'a');
        assertThatThrownBy(data::hostnqn).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aNameOf223BytesIsTheLongest() {
        fill(256, 223, 'a');
        assertThat(data.subnqn()).hasSize(223);
        fill(256, 224, 'a');
        assertThatThrownBy(data::subnqn).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatFollowsTheNulIsNotLookedAt() {
        fill(256, 256, 0xFF);
        page.setBytes(BASE + 256, "nqn\0".getBytes(StandardCharsets.US_ASCII));
        assertThat(data.subnqn()).isEqualTo("nqn");
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        for (int[] bad : new int[][] {{0x80}, {0xC0, 0x80}, {0xED, 0xA0, 0x80}, {0xF8, 0x88}, {0xC3}}) {
            fill(512, 8, 0);
            for (int i = 0; i < bad.length; i++) {
                page.setByte(BASE + 512 + i, bad[i]);
            }
            assertThatThrownBy(data::hostnqn)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("UTF-8");
        }
    }

    @Test
    void anEmptyFieldIsAnEmptyName() {
        assertThat(data.hostnqn()).isEmpty();
    }

    private void fill(int offset, int length, int value) {
        for (int i = 0; i < length; i++) {
            page.setByte(BASE + offset + i, value);
        }
    }
}
