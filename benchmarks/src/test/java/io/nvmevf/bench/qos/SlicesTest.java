package io.nvmevf.bench.qos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SlicesTest {
    /** The clock passes the largest number during the count. */
    private final long origin = Long.MAX_VALUE - Duration.ofNanos(1_500_000).toNanos();

    @Test
    void countsByTheMillisecondFromTheOriginOn() {
        Slices slices = new Slices(3, origin);
        slices.add(origin);
        slices.add(origin + 999_999);
        slices.add(origin + 1_000_000);
        slices.add(origin + 2_999_999);

        assertThat(slices.windows(0, 3, 1)).containsExactly(2, 1, 1);
    }

    @Test
    void leavesOutWhatIsBeforeTheOriginAndAfterTheEnd() {
        Slices slices = new Slices(3, origin);
        slices.add(origin - 1);
        slices.add(origin + 3_000_000);

        assertThat(slices.between(0, 3)).isZero();
    }

    @Test
    void windowsAreThoseThatFitWhole() {
        Slices slices = new Slices(10, 0);
        for (int i = 0; i < 10; i++) {
            for (int n = 0; n <= i; n++) {
                slices.add(i * 1_000_000L + n);
            }
        }

        assertThat(slices.windows(1, 10, 4)).containsExactly(2 + 3 + 4 + 5, 6 + 7 + 8 + 9);
        assertThat(slices.between(8, 100)).isEqualTo(9 + 10);
    }

    @Test
    void aCopyStaysAsItIs() {
        Slices slices = new Slices(1, 0);
        slices.add(0);
        Slices copy = slices.copy();
        slices.add(0);

        assertThat(copy.between(0, 1)).isEqualTo(1);
        assertThat(slices.between(0, 1)).isEqualTo(2);
    }
}
