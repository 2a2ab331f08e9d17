package io.nvmevf.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final Duration INTERVAL = Duration.ofMillis(10);
    private static final long MILLIS = 1_000_000;

    private final AtomicLong now = new AtomicLong(-5);

    private Pace<Object> pace(int atOnce, Duration mostDelay) {
        return new Pace<>(atOnce, INTERVAL, mostDelay, now::get);
    }

    @Test
    void soManyMayHappenAtOnceAndWhatFollowsWaitsEachBehindTheOther() {
        Pace<Object> pace = pace(3, Duration.ofMillis(25));
        for (int i = 0; i < 3; i++) {
            assertThat(pace.reserve("a")).isZero();
        }
        assertThat(pace.reserve("a")).isEqualTo(10 * MILLIS);
        assertThat(pace.reserve("a")).isEqualTo(20 * MILLIS);
        assertThat(pace.reserve("a")).as("30 ms are too long").isEqualTo(Pace.REFUSED);
        now.addAndGet(5 * MILLIS);
        assertThat(pace.reserve("a")).as("what was refused took nothing").isEqualTo(25 * MILLIS);
        assertThat(pace.reserve("b")).as("others do not wait").isZero();
    }

    @Test
    void withoutADelayWhatComesTooSoonIsRefused() {
        Pace<Object> pace = pace(2, Duration.ZERO);
        assertThat(pace.reserve("a")).isZero();
        assertThat(pace.reserve("a")).isZero();
        assertThat(pace.reserve("a")).isEqualTo(Pace.REFUSED);
        now.addAndGet(10 * MILLIS - 1);
        assertThat(pace.reserve("a")).isEqualTo(Pace.REFUSED);
        now.addAndGet(1);
        assertThat(pace.reserve("a")).isZero();
    }

    @Test
    void whatIsGivenBackMayHappenAgain() {
        Pace<Object> pace = pace(1, Duration.ZERO);
        assertThat(pace.reserve("a")).isZero();
        pace.refund("a");
        assertThat(pace.reserve("a")).isZero();
        assertThat(pace.reserve("a")).isEqualTo(Pace.REFUSED);
        pace.refund("unknown");
        assertThat(pace.reserve("a")).isEqualTo(Pace.REFUSED);
    }

    @Test
    void aKeyIsForgottenWhenItMayHaveAllAtOnceAgain() {
        Pace<Object> pace = pace(4, Duration.ofMillis(20));
        while (pace.reserve("a") != Pace.REFUSED) {
            assertThat(pace.keys()).isEqualTo(1);
        }
        now.addAndGet(59 * MILLIS);
        assertThat(pace.keys()).isEqualTo(1);
        now.addAndGet(1 * MILLIS);
        assertThat(pace.keys()).isZero();
        for (int i = 0; i < 4; i++) {
            assertThat(pace.reserve("a")).isZero();
        }
        assertThat(pace.reserve("a")).isPositive();
    }

    @Test
    void theNumberOfKeysIsBounded() {
        Pace<Object> pace = pace(1, Duration.ZERO);
        for (int i = 0; i < 3 * Pace.MOST_KEYS; i++) {
            assertThat(pace.reserve(i)).isZero();
        }
        assertThat(pace.keys()).isLessThanOrEqualTo(Pace.MOST_KEYS);
    }
}
