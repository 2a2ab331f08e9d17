package io.nvmevf.qos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBucketTest {
    private static final long SECOND = 1_000_000_000;
    private static final long YEAR = 365 * 86_400 * SECOND;

    @Test
    void aFullBucketGivesItsSizeAtOnceAndThenItsRate() {
        TokenBucket bucket = TokenBucket.full(1000, 10, 0);
        for (int i = 0; i < 10; i++) {
            assertThat(bucket.take(1, 0)).isTrue();
        }
        assertThat(bucket.take(1, 0)).isFalse();
        assertThat(bucket.nanosUntil(1, 0)).isEqualTo(1_000_000);
        assertThat(bucket.take(1, 999_999)).isFalse();
        assertThat(bucket.take(1, 1_000_000)).isTrue();
        assertThat(bucket.take(1, 1_000_000)).isFalse();
    }

    @Test
    void anEmptyBucketGivesNothingUntilTokensArrive() {
        TokenBucket bucket = TokenBucket.empty(3, 5, 100);
        assertThat(bucket.nanosUntil(1, 100)).isEqualTo(333_333_334);
        assertThat(bucket.nanosUntil(3, 100)).isEqualTo(SECOND);
        assertThat(bucket.take(1, 100 + 333_333_333)).isFalse();
        assertThat(bucket.take(1, 100 + 333_333_334)).isTrue();
    }

    @Test
    void aRefusalTakesNothing() {
        TokenBucket bucket = TokenBucket.full(1, 10, 0);
        assertThat(bucket.take(7, 0)).isTrue();
        assertThat(bucket.take(4, 0)).isFalse();
        assertThat(bucket.level(0)).isEqualTo(3);
        assertThat(bucket.take(3, 0)).isTrue();
    }

    @Test
    void aRequestLargerThanTheBucketWaitsForTheFullBucketAndIsPaidBack() {
        TokenBucket bucket = TokenBucket.full(10, 10, 0);
        assertThat(bucket.take(1, 0)).isTrue();
        assertThat(bucket.nanosUntil(100, 0)).isEqualTo(SECOND / 10);
        assertThat(bucket.take(100, SECOND / 10)).isTrue();
        assertThat(bucket.level(SECOND / 10)).isEqualTo(-90);
        // 91 tokens at 10 a second.
        assertThat(bucket.nanosUntil(1, SECOND / 10)).isEqualTo(9_100_000_000L);
        assertThat(bucket.take(1, SECOND / 10 + 9_100_000_000L - 1)).isFalse();
        assertThat(bucket.take(1, SECOND / 10 + 9_100_000_000L)).isTrue();
    }

    @Test
    void whoReservesWaitsBehindThoseBefore() {
        TokenBucket bucket = TokenBucket.full(10, 2, 0);
        assertThat(bucket.reserve(2, 0, 0)).isZero();
        assertThat(bucket.reserve(1, SECOND, 0)).isEqualTo(SECOND / 10);
        assertThat(bucket.reserve(3, SECOND, 0)).isEqualTo(SECOND * 4 / 10);
        assertThat(bucket.level(0)).isEqualTo(-4);
        assertThat(bucket.reserve(7, SECOND, 0)).as("1.1 s").isNegative();
        assertThat(bucket.level(0)).as("nothing was taken").isEqualTo(-4);
        assertThat(bucket.reserve(6, SECOND, 0)).isEqualTo(SECOND);
        // Exactly when the last of them is due the next one could be taken in one interval.
        assertThat(bucket.nanosUntil(1, SECOND)).isEqualTo(SECOND / 10);
        assertThat(bucket.reserve(0, 0, 0)).isZero();
        bucket.refund(10);
        assertThat(bucket.level(SECOND)).isEqualTo(2);
    }

    @Test
    void nothingIsAlwaysGrantedEvenWhileALargeRequestIsPaidBack() {
        TokenBucket bucket = TokenBucket.full(1, 1, 0);
        assertThat(bucket.take(1_000, 0)).isTrue();
        assertThat(bucket.take(0, 0)).isTrue();
        assertThat(bucket.level(0)).isEqualTo(-999);
    }

    @Test
    void timeThatStandsStillOrGoesBackBringsNothing() {
        TokenBucket bucket = TokenBucket.empty(SECOND, 100, 50);
        assertThat(bucket.level(50)).isZero();
        assertThat(bucket.level(20)).isZero();
        assertThat(bucket.level(60)).isEqualTo(10);
        // One who comes with an older time waits until the same moment.
        assertThat(bucket.nanosUntil(15, 60)).isEqualTo(5);
        assertThat(bucket.nanosUntil(15, 40)).isEqualTo(25);
        assertThat(bucket.level(65)).isEqualTo(15);
    }

    @Test
    void theClockMayOverflow() {
        long start = Long.MAX_VALUE - 10;
        TokenBucket bucket = TokenBucket.empty(SECOND, 1000, start);
        assertThat(bucket.level(start + 100)).isEqualTo(100);
    }

    @Test
    void aRefundIsTakenBackButNeverBeyondTheSizeOrWhatWasTaken() {
        TokenBucket bucket = TokenBucket.full(10, 10, 0);
        bucket.refund(5);
        assertThat(bucket.level(0)).isEqualTo(10);
        assertThat(bucket.take(8, 0)).isTrue();
        bucket.refund(8);
        assertThat(bucket.level(0)).isEqualTo(10);
        bucket.take(10, 0);
        bucket.refund(20);
        assertThat(bucket.level(0)).isEqualTo(10);

        TokenBucket young = TokenBucket.empty(1, 10, 0);
        young.refund(10);
        assertThat(young.level(0)).isZero();
    }

    @Test
    void aChangeAddsNoTokensAndCutsThemToTheNewSize() {
        TokenBucket bucket = TokenBucket.full(10, 100, 0);
        bucket.change(1000, 1_000_000, 0);
        assertThat(bucket.level(0)).isEqualTo(100);
        bucket.change(1000, 30, 0);
        assertThat(bucket.level(0)).isEqualTo(30);
        bucket.change(1000, 100, 0);
        assertThat(bucket.level(0)).isEqualTo(30);
        assertThat(bucket.rate()).isEqualTo(1000);
        assertThat(bucket.size()).isEqualTo(100);
    }

    @Test
    void whatArrivedBeforeAChangeArrivedAtTheOldRateAndFractionsSurvive() {
        TokenBucket bucket = TokenBucket.empty(1, 100, 0);
        bucket.change(3, 100, SECOND / 2);
        // 0.5 tokens so far; the other half takes a sixth of a second.
        assertThat(bucket.nanosUntil(1, SECOND / 2)).isEqualTo(166_666_667);
        // Changed a thousand times, nothing is lost.
        long now = SECOND / 2;
        for (int i = 0; i < 1000; i++) {
            now += 1_000_003;
            bucket.change(i % 2 == 0 ? 7 : 3, 100, now);
        }
        // 0.5 + 500 * 1000003 ns * 3/s + 500 * 1000003 ns * 7/s (the first of the thousand runs at 3, as it was).
        assertThat(bucket.level(now)).isEqualTo(5);
        assertThat(bucket.nanosUntil(6, now)).isEqualTo((6 * SECOND - (SECOND / 2 + 5000L * 1_000_003) + 2) / 3);
    }

    @Test
    void aRefusedChangeChangesNothing() {
        TokenBucket bucket = TokenBucket.full(10, 100, 0);
        assertThatIllegalArgumentException().isThrownBy(() -> bucket.change(5, 0, 0));
        assertThat(bucket.rate()).isEqualTo(10);
        assertThat(bucket.size()).isEqualTo(100);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 3, 7, 50, 999_999_937, 1_000_000_000, 1_000_000_007, 999_999_999_989L, 1_000_000_000_000L})
    void nothingDriftsOverAHundredYears(long rate) {
        Random random = new Random(rate);
        TokenBucket bucket = TokenBucket.empty(rate, TokenBucket.MAX_SIZE, 0);
        BigInteger taken = BigInteger.ZERO;
        long now = 0;
        // Steps from a nanosecond to a quarter of an hour: the bucket is never full, so nothing may be lost.
        long longest = 900 * SECOND;
        for (long end = 100 * YEAR; now < end; ) {
            now += switch (random.nextInt(4)) {
                case 0 -> 1;
                case 1 -> random.nextLong(1, 1000);
                default -> random.nextLong(1, longest);
            };
            long level = bucket.level(now);
            assertThat(bucket.take(level, now)).isTrue();
            taken = taken.add(BigInteger.valueOf(level));
        }
        BigInteger exact = BigInteger.valueOf(rate).multiply(BigInteger.valueOf(now));
        assertThat(taken).isEqualTo(exact.divide(ReferenceBucket.BILLION));
    }

    @Test
    void aMillionStepsOfANanosecondAreAsGoodAsOne() {
        TokenBucket steps = TokenBucket.empty(999_999_999_989L, TokenBucket.MAX_SIZE, 0);
        TokenBucket leap = TokenBucket.empty(999_999_999_989L, TokenBucket.MAX_SIZE, 0);
        for (long now = 1; now <= 1_000_000; now++) {
            steps.level(now);
        }
        assertThat(steps.level(1_000_000)).isEqualTo(leap.level(1_000_000));
        assertThat(steps.nanosUntil(TokenBucket.MAX_SIZE, 1_000_000))
                .isEqualTo(leap.nanosUntil(TokenBucket.MAX_SIZE, 1_000_000));
    }

    @Test
    void theLongestIdlenessFillsTheBucketAndNoMore() {
        TokenBucket bucket = TokenBucket.full(TokenBucket.MAX_RATE, TokenBucket.MAX_SIZE, 0);
        assertThat(bucket.take(TokenBucket.MAX_AMOUNT, 0)).isTrue();
        assertThat(bucket.level(Long.MAX_VALUE)).isEqualTo(TokenBucket.MAX_SIZE);
    }

    @Test
    void aWaitThatDoesNotFitIsToldAsTheLongest() {
        TokenBucket bucket = TokenBucket.full(1, 1, 0);
        assertThat(bucket.take(TokenBucket.MAX_AMOUNT, 0)).isTrue();
        assertThat(bucket.nanosUntil(1, 0)).isEqualTo(TokenBucket.MAX_WAIT);
    }

    @Test
    void figuresOutOfRangeAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenBucket.full(0, 1, 0))
                .withMessage("rate 0 is not in 1 to 1000000000000 a second");
        assertThatIllegalArgumentException().isThrownBy(() -> TokenBucket.full(TokenBucket.MAX_RATE + 1, 1, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TokenBucket.full(1, 0, 0))
                .withMessage("bucket size 0 is not in 1 to 1000000000000000");
        assertThatIllegalArgumentException().isThrownBy(() -> TokenBucket.full(1, TokenBucket.MAX_SIZE + 1, 0));
        TokenBucket bucket = TokenBucket.full(1, 1, 0);
        assertThatIllegalArgumentException().isThrownBy(() -> bucket.take(-1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> bucket.refund(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> bucket.take(TokenBucket.MAX_AMOUNT + 1, 0));
    }
}
