package io.nvmevf.qos;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bucket4j as a second opinion, where it means the same: a greedy refill, requests no larger than the bucket, no change of
 * limits, no refund, at most one token a nanosecond. Decisions and levels agree exactly.
 */
class Bucket4jComparisonTest {
    static LongStream seeds() {
        return LongStream.range(0, 20);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void decidesAlike(long seed) {
        Random random = new Random(seed);
        long rate = random.nextLong(1, 1L << random.nextInt(1, 30));
        long size = random.nextLong(1, 1L << random.nextInt(1, 40));
        Clock clock = new Clock();
        Bucket theirs = Bucket.builder()
                .addLimit(limit -> limit.capacity(size).refillGreedy(rate, Duration.ofSeconds(1)))
                .withCustomTimePrecision(clock)
                .build();
        TokenBucket ours = TokenBucket.full(rate, size, 0);
        int refused = 0;
        for (int step = 0; step < 20_000; step++) {
            clock.now += random.nextLong(0, 1L << random.nextInt(1, 34));
            long amount = random.nextBoolean()
                    ? random.nextLong(1, size + 1)
                    : Math.clamp(ours.level(clock.now) + random.nextInt(2), 1, size);
            assertThat(ours.level(clock.now)).isEqualTo(theirs.getAvailableTokens());
            boolean took = ours.take(amount, clock.now);
            assertThat(took).isEqualTo(theirs.tryConsume(amount));
            refused += took ? 0 : 1;
        }
        assertThat(refused).isBetween(1, 19_999);
    }

    private static final class Clock implements TimeMeter {
        private long now;

        @Override
        public long currentTimeNanos() {
            return now;
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }
}
