package io.nvmevf.bench.qos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FairnessTest {
    @Test
    void equalSharesHaveIndexOne() {
        assertThat(Fairness.jain(List.of(7L, 7L, 7L))).isEqualTo(1);
        assertThat(Fairness.jain(Collections.nCopies(64, 123_456L))).isCloseTo(1, within(1e-12));
    }

    @Test
    void oneThatHasAllHasIndexOneOverN() {
        assertThat(Fairness.jain(List.of(0L, 0L, 5L, 0L))).isEqualTo(0.25);
    }

    @Test
    void theIndexIsWhatTheFormulaSays() {
        // (1 + 2 + 3)² / (3 × (1 + 4 + 9))
        assertThat(Fairness.jain(List.of(1L, 2L, 3L))).isCloseTo(36.0 / 42, within(1e-12));
    }

    @Test
    void deviationsAreFractionsOfWhatTheWeightSays() {
        assertThat(Fairness.deviations(List.of(10L, 20L, 40L), new int[] {1, 2, 4}))
                .containsExactly(new double[] {0, 0, 0}, within(1e-12));
        // Of 100, weight 1 of 4 is 25 and weight 3 is 75.
        assertThat(Fairness.deviations(List.of(30L, 70L), new int[] {1, 3}))
                .containsExactly(new double[] {0.2, -5.0 / 75}, within(1e-12));
    }
}
