package io.nvmevf.protocol.identify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class NamespaceDescriptorsTest {
    private static final int BASE = 3;
    private static final byte[] NGUID = HexFormat.of().parseHex("101112131415161718191a1b1c1d1e1f");
    private static final UUID SOME_UUID = UUID.fromString("f81d4fae-7dec-11d0-a765-00a0c91e6bf6");

    private final ByteBuf page = Unpooled.buffer(BASE + NamespaceDescriptors.SIZE, BASE + NamespaceDescriptors.SIZE);
    private final NamespaceDescriptors list = new NamespaceDescriptors(page, BASE);

    @Test
    void descriptorsFollowEachOther() {
        list.eui64(0x0102030405060708L).nguid(NGUID).uuid(SOME_UUID).csi(NamespaceDescriptors.CSI_NVM);
        assertThat(ByteBufUtil.hexDump(page, BASE, 12 + 20 + 20 + 5 + 4))
                .isEqualTo("01080000" + "0102030405060708"
                        + "02100000" + "101112131415161718191a1b1c1d1e1f"
                        + "03100000" + "f81d4fae7dec11d0a76500a0c91e6bf6"
                        + "04010000" + "00"
                        + "00000000");
        assertThat(list.eui64()).hasValue(0x0102030405060708L);
        assertThat(list.nguid()).isEqualTo(NGUID);
        assertThat(list.uuid()).isEqualTo(SOME_UUID);
        assertThat(list.csi()).hasValue(0);
    }

    @Test
    void whatIsNotInTheListIsAbsent() {
        list.csi(2);
        assertThat(list.eui64()).isEmpty();
        assertThat(list.nguid()).isNull();
        assertThat(list.uuid()).isNull();
        assertThat(list.csi()).hasValue(2);
    }

    @Test
    void anIdentifierOfZeroOrOfTheWrongLengthIsRefused() {
        assertThatThrownBy(() -> list.eui64(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> list.nguid(new byte[16])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> list.nguid(new byte[] {1})).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> list.uuid(new UUID(0, 0))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> list.csi(256)).isInstanceOf(IllegalArgumentException.class);
        assertThat(page.getLong(BASE)).isZero();
    }

    @Test
    void aTypeOccursOnce() {
        list.csi(0);
        assertThatThrownBy(() -> list.csi(0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void unknownTypesAreSkipped() {
        page.setByte(BASE, 0x77).setByte(BASE + 1, 200);
        list.eui64(5);
        assertThat(page.getLong(BASE + 4 + 200 + 4)).isEqualTo(5);
        assertThat(list.eui64()).hasValue(5);
    }

    @Test
    void aListThatRunsOutOfThePageEndsThereAndTakesNoMore() {
        for (int at = 0; at < NamespaceDescriptors.SIZE; at += 256) {
            page.setByte(BASE + at, 0x77).setByte(BASE + at + 1, 252);
        }
        assertThat(list.uuid()).isNull();
        assertThatThrownBy(() -> list.csi(0)).isInstanceOf(IllegalStateException.class);
        page.setByte(BASE + NamespaceDescriptors.SIZE - 256, NamespaceDescriptors.NIDT_UUID)
                .setByte(BASE + NamespaceDescriptors.SIZE - 255, 255);
        assertThat(list.uuid()).isNull();
    }
}
