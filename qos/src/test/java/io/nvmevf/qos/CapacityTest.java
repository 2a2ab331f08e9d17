package io.nvmevf.qos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.nvmevf.qos.Admission.Kind;
import org.junit.jupiter.api.Test;

class CapacityTest {
    private static final Capacity SSD = new Capacity(200_000, 50_000, 2_000_000_000L, 500_000_000L);

    @Test
    void aSecondOfCommandsCostsASecond() {
        assertThat(200_000 * SSD.cost(Kind.READ, 4096) / 1e12).isCloseTo(1, within(0.001));
        assertThat(50_000 * SSD.cost(Kind.WRITE, 4096) / 1e12).isCloseTo(1, within(0.001));
        // 2 GB/s in pieces of 1 MiB is what the bytes cost, and a little for the commands.
        assertThat(2_000_000_000.0 / (1 << 20) * SSD.cost(Kind.READ, 1 << 20) / 1e12)
                .isBetween(1.0, 1.01);
        assertThat(SSD.cost(Kind.OTHER, 4096)).isEqualTo(SSD.cost(Kind.WRITE, 4096));
    }

    @Test
    void noCommandIsFreeEvenIfBytesAreWhatLimits() {
        Capacity tape = new Capacity(Share.MAX_IOPS, Share.MAX_IOPS, 1 << 20, 1 << 20);
        assertThat(tape.cost(Kind.WRITE, 0)).isPositive();
    }

    @Test
    void theLargestCommandOverflowsNothing() {
        Capacity slow = new Capacity(1, 1, 1 << 20, 1 << 20);
        assertThat(slow.cost(Kind.READ, TokenBucket.MAX_AMOUNT)).isBetween(1L, TokenBucket.MAX_AMOUNT);
        assertThat(slow.cost(new Share(Share.MAX_IOPS, 1))).isGreaterThan(Capacity.SECOND);
    }

    @Test
    void aGuaranteeIsCountedInTheDearerKind() {
        assertThat(SSD.iops()).isEqualTo(50_000);
        assertThat(SSD.cost(new Share(25_000, 1)) / 1e12).isCloseTo(0.5, within(0.001));
    }

    @Test
    void figuresOutOfRangeAreRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Capacity(0, 1, 1 << 20, 1 << 20))
                .withMessageContaining("readIops 0 is not in 1 to");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Capacity(1, 1, 1 << 20, 4096))
                .withMessageContaining("writeBytes 4096 is not in 1048576 to");
        assertThatIllegalArgumentException().isThrownBy(() -> new Share(-1, 1)).withMessageContaining("minIops -1");
        assertThatIllegalArgumentException().isThrownBy(() -> new Share(0, 0)).withMessageContaining("weight 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Share(0, 1001))
                .withMessageContaining("weight 1001");
    }
}
