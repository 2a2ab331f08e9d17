package io.nvmevf.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class DataPatternTest {
    private static final int SIZE = 4096;

    private final DataPattern pattern = new DataPattern(7);
    private final ByteBuffer block = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);

    @Test
    void whatWasFilledMatchesAtItsPlaceAndNowhereElse() {
        pattern.fill(block, 0, 8 * SIZE, SIZE);

        assertThat(pattern.mismatch(block, 0, 8 * SIZE, SIZE)).isEqualTo(-1);
        assertThat(pattern.mismatch(block, 0, 9 * SIZE, SIZE)).isZero();
        assertThat(new DataPattern(8).mismatch(block, 0, 8 * SIZE, SIZE)).isZero();
    }

    @Test
    void piecesMatchWhereverTheyAreCut() {
        pattern.fill(block, 0, SIZE, SIZE);

        for (int cut = 1; cut < 40; cut++) {
            assertThat(pattern.mismatch(block, 0, SIZE, cut)).isEqualTo(-1);
            assertThat(pattern.mismatch(block, cut, SIZE + cut, SIZE - cut)).isEqualTo(-1);
        }
    }

    @Test
    void oneWrongByteIsFoundWhereverItIs() {
        for (int wrong = 3; wrong < 64; wrong++) {
            pattern.fill(block, 0, 0, SIZE);
            block.put(wrong, (byte) (block.get(wrong) ^ 1));

            // Whole words are compared at once and reported by their first byte; what is before the first one byte by
            // byte.
            int reported = wrong < 8 ? wrong : wrong & ~7;
            assertThat(pattern.mismatch(block, 3, 3, SIZE - 3)).isEqualTo(reported);
        }
    }
}
