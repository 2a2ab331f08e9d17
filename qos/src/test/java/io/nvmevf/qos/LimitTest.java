package io.nvmevf.qos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitTest {
    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE, 1_000_000_000_001L, Long.MAX_VALUE})
    void aRateOutOfRangeIsRefusedByItsName(long rate) {
        String message = "rate " + rate + " is not in 1 to 1000000000000 (leave the limit out for no limit)";
        assertThatIllegalArgumentException().isThrownBy(() -> Limit.of(rate)).withMessage(message);
        assertThatIllegalArgumentException().isThrownBy(() -> Limit.of(rate, 1)).withMessage(message);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 1_000_000_000_000_001L, Long.MAX_VALUE})
    void aBurstOutOfRangeIsRefusedByItsName(long burst) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limit.of(1, burst))
                .withMessage("burst " + burst + " is not in 1 to 1000000000000000 (leave it out for the default)");
    }

    @Test
    void creditsAndBurstRateComeTogether() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Limit(100, 1, 3000, 0))
                .withMessageContaining("credits 0 ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Limit(100, 1, 0, 5_400_000))
                .withMessageContaining("burst rate 0 ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limit.withCredits(3000, 3000, 5_400_000))
                .withMessage("burst rate 3000 is not above the rate 3000");
        assertThatIllegalArgumentException().isThrownBy(() -> Limit.withCredits(100, 3000, -1));
        assertThat(Limit.withCredits(100, 3000, 5_400_000).hasCredits()).isTrue();
        assertThat(Limit.of(100).hasCredits()).isFalse();
    }

    @Test
    void theDefaultBurstIsTwentyMillisecondsAndOne() {
        assertThat(Limit.of(1).burst()).isEqualTo(1);
        assertThat(Limit.of(50).burst()).isEqualTo(2);
        assertThat(Limit.of(20_000).burst()).isEqualTo(401);
        assertThat(Limit.of(TokenBucket.MAX_RATE).burst()).isEqualTo(20_000_000_001L);
    }

    @Test
    void theWholeRangeIsAccepted() {
        assertThat(new Limit(1, 1, 2, 1).rate()).isEqualTo(1);
        assertThat(new Limit(999_999_999_999L, TokenBucket.MAX_SIZE, TokenBucket.MAX_RATE, TokenBucket.MAX_SIZE)
                        .burst())
                .isEqualTo(TokenBucket.MAX_SIZE);
    }

    @Test
    void eachWitherSetsItsOwnLimitAndNoOther() {
        Limits all = Limits.NONE
                .withReadIops(Limit.of(1))
                .withWriteIops(Limit.of(2))
                .withTotalIops(Limit.of(3))
                .withReadBytes(Limit.of(4))
                .withWriteBytes(Limit.of(5))
                .withTotalBytes(Limit.of(6));
        assertThat(all)
                .isEqualTo(
                        new Limits(Limit.of(1), Limit.of(2), Limit.of(3), Limit.of(4), Limit.of(5), Limit.of(6), null));
        assertThat(all.withTotalIops(null).totalIops()).isNull();
    }
}
