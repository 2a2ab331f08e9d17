package io.nvmevf.qos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ThrottleClockTest {
    @Test
    void countsAWaitOnceHoweverManyWait() {
        ThrottleClock clock = new ThrottleClock();
        clock.asked(100, 50);
        clock.asked(110, 50);
        clock.asked(120, 10);
        assertThat(clock.total(130)).isEqualTo(30);
        clock.asked(160, 0);
        assertThat(clock.total(1000)).isEqualTo(60);
    }

    @Test
    void countsTheLatenessOfTheCallerUpToABound() {
        ThrottleClock clock = new ThrottleClock();
        clock.asked(0, 100);
        clock.asked(130, 0);
        assertThat(clock.total(130)).isEqualTo(130);
        clock.asked(1000, 100);
        assertThat(clock.total(Long.MAX_VALUE / 2)).isEqualTo(130 + 100 + ThrottleClock.LATE);
    }

    @Test
    void anotherRequestThatFitsDoesNotEndTheWait() {
        ThrottleClock clock = new ThrottleClock();
        clock.asked(0, 100);
        clock.asked(50, 0);
        clock.asked(100, 0);
        assertThat(clock.total(500)).isEqualTo(100);
    }

    @Test
    void endsWhenNobodyWaitsAnyMore() {
        ThrottleClock clock = new ThrottleClock();
        clock.asked(0, 1L << 40);
        clock.close(70);
        assertThat(clock.total(1000)).isEqualTo(70);
        clock.asked(1000, 5);
        assertThat(clock.total(1003)).isEqualTo(73);
    }

    static LongStream seeds() {
        return LongStream.range(0, 50);
    }

    /** Against the union of the waits, nanosecond by nanosecond. */
    @ParameterizedTest
    @MethodSource("seeds")
    void isTheUnionOfAllWaits(long seed) {
        Random random = new Random(seed);
        ThrottleClock clock = new ThrottleClock();
        BitSet waiting = new BitSet();
        int now = 0;
        int until = 0;
        for (int step = 0; step < 2000; step++) {
            // Never later than the running wait: lateness has its own test.
            now = Math.min(now + random.nextInt(20), Math.max(until, now));
            if (until <= now && random.nextBoolean()) {
                clock.asked(now, 0);
                now += random.nextInt(100);
            }
            int wait = random.nextInt(3) == 0 ? random.nextInt(1, 60) : 0;
            clock.asked(now, wait);
            waiting.set(now, now + wait);
            until = Math.max(until, now + wait);
            assertThat(clock.total(now)).isEqualTo(waiting.get(0, now).cardinality());
        }
    }
}
