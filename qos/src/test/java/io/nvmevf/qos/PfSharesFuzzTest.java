package io.nvmevf.qos;

import static io.nvmevf.qos.ShareSimulation.FLOOD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nvmevf.qos.ShareSimulation.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any mix of guarantees, weights, demands and sizes, by seed: what is promised holds. */
class PfSharesFuzzTest {
    private static final double SECONDS = 3;
    private static final Capacity CAPACITY = new Capacity(100_000, 100_000, 4L << 30, 4L << 30);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void theCapacityIsKeptAndUsedAndGuaranteesAndWeightsHold(long seed) {
        Random random = new Random(seed);
        ShareSimulation pf = new ShareSimulation(CAPACITY);
        List<Member> floods = new ArrayList<>();
        List<Member> paced = new ArrayList<>();
        double guaranteed = 0;
        int count = 1 + random.nextInt(24);
        for (int i = 0; i < count; i++) {
            long min = random.nextBoolean() ? 0 : random.nextInt((int) (90_000 - guaranteed) / (count - i) + 1);
            guaranteed += min;
            Share terms = new Share(min, 1 + random.nextInt(500));
            if (random.nextInt(3) > 0) {
                Member flood = pf.member(terms, FLOOD);
                flood.bytes = random.nextInt(4) == 0 ? 1 << (12 + random.nextInt(6)) : 4096;
                floods.add(flood);
            } else {
                paced.add(pf.member(terms, min * random.nextDouble()));
            }
        }
        boolean wipes = random.nextInt(4) == 0;
        if (wipes) {
            pf.background().bytes = 1 << 17;
        }

        pf.measure(SECONDS);

        assertThat(usage(pf.members)).as("used of the capacity").isLessThan(1.01);
        if (!floods.isEmpty() || wipes) {
            assertThat(usage(pf.members)).as("nothing is left idle").isGreaterThan(0.98);
        }
        for (Member each : paced) {
            assertThat(each.rate(SECONDS))
                    .as("asked for no more than guaranteed")
                    .isCloseTo(each.offered, within(2 + each.offered * 0.02));
        }
        double level = Double.NaN;
        for (Member flood : floods) {
            double taken = flood.rate(SECONDS) * CAPACITY.cost(Admission.Kind.READ, flood.bytes);
            double more = taken - CAPACITY.cost(flood.share.terms());
            assertThat(more).as("beyond the guarantee").isGreaterThan(-0.02 * CAPACITY.cost(flood.share.terms()) - 1);
            double own = more / flood.share.terms().weight();
            // (Who gets only a handful of large commands in the time is not measured well by counting them.)
            if (flood.rate(SECONDS) > 500 && more > 0.2 * taken) {
                assertThat(own / (Double.isNaN(level) ? own : level))
                        .as("by weight")
                        .isCloseTo(1, within(0.05));
                level = Double.isNaN(level) ? own : level;
            }
        }
    }

    private static double usage(List<Member> members) {
        return members.stream()
                .mapToDouble(m -> m.rate(SECONDS) * CAPACITY.cost(Admission.Kind.READ, m.bytes) / Capacity.SECOND)
                .sum();
    }
}
