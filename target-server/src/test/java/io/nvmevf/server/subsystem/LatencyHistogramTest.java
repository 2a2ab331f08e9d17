package io.nvmevf.server.subsystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatencyHistogramTest {
    private static final int LAST = LatencyHistogram.BUCKETS - 1;

    private final LatencyHistogram histogram = new LatencyHistogram();

    /** The only bucket with a command in it. */
    private int bucket() {
        int[] filled = IntStream.range(0, LatencyHistogram.BUCKETS)
                .filter(i -> histogram.count(i) != 0)
                .toArray();
        assertThat(filled).hasSize(1);
        assertThat(histogram.count(filled[0])).isEqualTo(1);
        return filled[0];
    }

    @Test
    void theBoundsAreTwoInEachPowerOfTwoMicrosecondsUpToHalfAMinute() {
        assertThat(IntStream.range(0, LatencyHistogram.BUCKETS).mapToLong(LatencyHistogram::lowerMicros))
                .startsWith(0L, 1L, 2L, 3L, 4L, 6L, 8L, 12L, 16L, 24L, 32L)
                .endsWith(8_388_608L, 12_582_912L, 16_777_216L, 25_165_824L, 33_554_432L)
                .isSorted();
        assertThat(LatencyHistogram.BUCKETS).as("they fit log page D0h").isLessThanOrEqualTo(64);
    }

    @Test
    void eachBucketBeginsWhereTheOneBeforeEndsAndTheLastHasNoEnd() {
        for (int i = 0; i < LAST; i++) {
            assertThat(LatencyHistogram.upperMicros(i)).isEqualTo(LatencyHistogram.lowerMicros(i + 1));
        }
        assertThat(LatencyHistogram.upperMicros(LAST)).isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 0",
        "0, 0",
        "999, 0",
        "1000, 1",
        "1999, 1",
        "2000, 2",
        "2999, 2",
        "3000, 3",
        "3999, 3",
        "4000, 4",
        "5999, 4",
        "6000, 5",
        "7999, 5",
        "8000, 6",
        "33554431999, 49",
        "33554432000, 50",
        "9223372036854775807, 50"
    })
    void aCommandIsInTheBucketWhoseBoundsItIsBetween(long nanos, int expected) {
        histogram.accept(nanos);
        assertThat(bucket()).isEqualTo(expected);
        assertThat(histogram.totalNanos()).isEqualTo(Math.max(0, nanos));
    }

    @Test
    void bothSidesOfEachBoundAreInTheirBuckets() {
        for (int i = 1; i < LatencyHistogram.BUCKETS; i++) {
            long bound = LatencyHistogram.lowerMicros(i) * 1000;
            long below = histogram.count(i - 1);
            long above = histogram.count(i);
            histogram.accept(bound - 1);
            histogram.accept(bound);
            assertThat(histogram.count(i - 1)).isEqualTo(below + 1);
            assertThat(histogram.count(i)).isEqualTo(above + 1);
        }
    }

    @Test
    void anyTimeIsNotedOnceAndTheTotalIsExact() {
        SplittableRandom random = new SplittableRandom(4);
        long total = 0;
        for (int i = 0; i < 100_000; i++) {
            long nanos = random.nextLong(1L << random.nextInt(1, 40));
            LatencyHistogram one = new LatencyHistogram();
            one.accept(nanos);
            int bucket = IntStream.range(0, LatencyHistogram.BUCKETS)
                    .filter(b -> one.count(b) == 1)
                    .findFirst()
                    .orElseThrow();
            assertThat(nanos / 1000)
                    .isBetween(LatencyHistogram.lowerMicros(bucket), LatencyHistogram.upperMicros(bucket) - 1);
            histogram.add(one);
            total += nanos;
        }
        assertThat(histogram.count()).isEqualTo(100_000);
        assertThat(histogram.totalNanos()).isEqualTo(total);
    }
}
