package io.nvmevf.bench.qos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTest {
    @Test
    void quantilesAreValuesThatWereThere() {
        double[] values = {4, 1, 3, 2};

        assertThat(Text.quantile(values, 0)).isEqualTo(1);
        assertThat(Text.quantile(values, 0.25)).isEqualTo(1);
        assertThat(Text.quantile(values, 0.5)).isEqualTo(2);
        assertThat(Text.quantile(values, 0.99)).isEqualTo(4);
        assertThat(Text.quantile(values, 1)).isEqualTo(4);
    }

    @Test
    void theMedianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
        assertThat(Text.median(List.of(5, 1, 9), n -> n)).isEqualTo(5);
        assertThat(Text.median(List.of(5, 1, 9, 6), n -> n)).isEqualTo(5.5);
    }
}
