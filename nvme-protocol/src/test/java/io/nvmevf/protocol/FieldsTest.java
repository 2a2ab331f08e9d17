package io.nvmevf.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FieldsTest {
    private final ByteBuf page = Unpooled.buffer(512, 512);

    @Test
    void asciiIsRefusedWhenTooLongOrNotAscii() {
        assertThatThrownBy(() -> Fields.putAscii(page, 0, 4, "12345"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("5 characters");
        for (String bad : new String[] {"é", "\n", "\0", "\u007f"}) {
            assertThatThrownBy(() -> Fields.putAscii(page, 0, 4, bad)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(page.getInt(0)).isZero();
    }

    @Test
    void asciiThatFillsItsFieldReadsBack() {
        Fields.putAscii(page, 8, 4, "1234");
        assertThat(Fields.ascii(page, 8, 4)).isEqualTo("1234");
        Fields.putAscii(page, 8, 4, "");
        assertThat(page.getInt(8)).isEqualTo(0x20202020);
        assertThat(Fields.ascii(page, 8, 4)).isEmpty();
    }

    @Test
    void asciiReadsAnyBytesWithoutFailing() {
        page.setBytes(0, new byte[] {'a', 0, (byte) 0xE9, ' ', 0});
        assertThat(Fields.ascii(page, 0, 5)).isEqualTo("a\0\u00e9");
    }

    @Test
    void countersAbove63BitsAreReadAsTheLargestLong() {
        page.setLongLE(0, 7);
        assertThat(Fields.u128(page, 0)).isEqualTo(7);
        page.setLongLE(8, 1);
        assertThat(Fields.u128(page, 0)).isEqualTo(Long.MAX_VALUE);
        page.setLongLE(8, 0).setLongLE(0, -1);
        assertThat(Fields.u128(page, 0)).isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> Fields.putU128(page, 0, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nqnFieldsTakeUpTo223BytesAndClearWhatWasThere() {
        page.setBytes(0, "x".repeat(300).getBytes(StandardCharsets.US_ASCII));
        String longest = "n".repeat(221) + "é";
        Fields.putNqn(page, 10, longest);
        assertThat(Fields.nqn(page, 10)).isEqualTo(longest);
        assertThat(page.getByte(9)).isEqualTo((byte) 'x');
        assertThat(page.getByte(10 + 223)).isZero();
        assertThat(page.getByte(10 + 255)).isZero();
        assertThat(page.getByte(10 + 256)).isEqualTo((byte) 'x');
        assertThatThrownBy(() -> Fields.putNqn(page, 10, longest + "n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("224 bytes");
        assertThatThrownBy(() -> Fields.putNqn(page, 10, "a\0b")).isInstanceOf(IllegalArgumentException.class);
        assertThat(Fields.nqn(page, 10)).isEqualTo(longest);
    }

    @Test
    void byteStringsMustHaveTheLengthOfTheirField() {
        assertThatThrownBy(() -> Fields.putBytes(page, 0, 16, new byte[15]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
