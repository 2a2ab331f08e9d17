package io.nvmevf.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoalTest {
    @ParameterizedTest
    @CsvSource({
        "iops>=1.5, 1.5, true",
        "iops>=1.5, 1.49, false",
        "p50<=0.9, 0.9, true",
        "p50<=0.9, 0.91, false",
        "p50-added<=10, -3, true",
    })
    void aBoundBelongsToWhatReachesIt(String goal, double median, boolean reached) {
        assertThat(Goal.list(goal))
                .hasSize(1)
                .first()
                .satisfies(g -> assertThat(g.reached(median)).isEqualTo(reached));
    }

    @Test
    void severalAreJudgedOneByOne() {
        assertThat(Goal.list("p50<=0.9,p99<=1.0"))
                .extracting(goal -> goal.verdict(0.95))
                .containsExactly("p50 ≤ 0.9 ×: **no**", "p99 ≤ 1 ×: yes");
    }

    @Test
    void aDashIsNone() {
        assertThat(Goal.list("-")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "iops", "iops>1.5", "speed>=1", "iops>="})
    void whatIsNoGoalIsRefused(String text) {
        assertThatThrownBy(() -> Goal.list(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
