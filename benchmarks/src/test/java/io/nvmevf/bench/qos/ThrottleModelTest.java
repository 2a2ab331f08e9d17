package io.nvmevf.bench.qos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ThrottleModelTest {
    private static final long MILLISECOND = 1_000_000;

    @Test
    void commandsWithinTheBurstDoNotWait() {
        ThrottleModel model = new ThrottleModel(10, 3);

        assertThat(model.arrive(5, 1)).isEqualTo(5);
        assertThat(model.arrive(5, 1)).isEqualTo(5);
        assertThat(model.arrive(6, 1)).isEqualTo(6);
        assertThat(model.throttledNanos()).isZero();
    }

    @Test
    void commandsAboveTheBurstWaitForATokenEach() {
        ThrottleModel model = new ThrottleModel(10, 1);

        assertThat(model.arrive(0, 1)).isZero();
        assertThat(model.arrive(0, 1)).isEqualTo(100 * MILLISECOND);
        assertThat(model.arrive(0, 1)).isEqualTo(200 * MILLISECOND);
        assertThat(model.throttledNanos()).isEqualTo(200 * MILLISECOND);
    }

    @Test
    void timesOfSeveralThatWaitCountOnce() {
        ThrottleModel model = new ThrottleModel(10, 1);
        model.arrive(0, 1);
        model.arrive(50 * MILLISECOND, 1);
        // Waits behind the one before until 200 ms, of which 60 to 100 ms are counted already.
        assertThat(model.arrive(60 * MILLISECOND, 1)).isEqualTo(200 * MILLISECOND);

        assertThat(model.throttledNanos()).isEqualTo(150 * MILLISECOND);
    }

    @Test
    void timeBetweenWaitsDoesNotCount() {
        ThrottleModel model = new ThrottleModel(10, 1);
        model.arrive(0, 1);
        model.arrive(90 * MILLISECOND, 1); // until 100 ms
        model.arrive(170 * MILLISECOND, 1); // until 200 ms

        assertThat(model.throttledNanos()).isEqualTo(40 * MILLISECOND);
    }

    @Test
    void theBucketKeepsNoMoreThanTheBurst() {
        ThrottleModel model = new ThrottleModel(10, 2);
        model.arrive(0, 1);
        long later = 3600_000 * MILLISECOND;

        assertThat(model.arrive(later, 1)).isEqualTo(later);
        assertThat(model.arrive(later, 1)).isEqualTo(later);
        assertThat(model.arrive(later, 1)).isEqualTo(later + 100 * MILLISECOND);
    }

    @Test
    void fractionsOfATokenAreKept() {
        // Three tokens a second: one in 333,333,333.3 ns, so the third comes at exactly 1 s.
        ThrottleModel model = new ThrottleModel(3, 2);
        model.arrive(0, 1);
        model.arrive(0, 1);

        assertThat(model.arrive(0, 1)).isEqualTo(333_333_334);
        assertThat(model.arrive(0, 1)).isEqualTo(666_666_667);
        assertThat(model.arrive(0, 1)).isEqualTo(1_000_000_000);
    }

    @Test
    void moreThanTheBurstWaitsForTheFullBucketAndLeavesADebt() {
        ThrottleModel model = new ThrottleModel(1000, 100);
        assertThat(model.arrive(0, 50)).isZero();
        // The bucket is full again at 50 ms; then it owes 150.
        assertThat(model.arrive(0, 250)).isEqualTo(50 * MILLISECOND);
        assertThat(model.arrive(0, 10)).isEqualTo((50 + 160) * MILLISECOND);
        assertThat(model.throttledNanos()).isEqualTo(210 * MILLISECOND);
    }
}
