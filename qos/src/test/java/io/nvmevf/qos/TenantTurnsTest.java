package io.nvmevf.qos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nvmevf.qos.Admission.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Virtual functions of one tenant that ask as the line of each does: when they were told to, a little late. */
class TenantTurnsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long LATE = 60_000;

    private final List<Flood> floods = new ArrayList<>();
    private long now;

    private final class Flood {
        final LimitedAdmission admission;
        final int bytes;
        final long end;
        long done;
        long next;

        Flood(LimitedAdmission tenant, Limits own, int bytes, long end) {
            admission = new LimitedAdmission(own, tenant, now);
            this.bytes = bytes;
            this.end = end;
            floods.add(this);
        }

        void ask() {
            if (now >= end) {
                admission.nothingWaits(now);
                next = Long.MAX_VALUE;
                return;
            }
            long wait = admission.admit(Kind.READ, bytes, now);
            while (wait == 0) {
                done++;
                wait = admission.admit(Kind.READ, bytes, now);
            }
            next = now + wait + LATE;
        }
    }

    private void run(double seconds) {
        long end = now + (long) (seconds * SECOND);
        while (true) {
            Flood first = floods.getFirst();
            for (Flood flood : floods) {
                first = flood.next < first.next ? flood : first;
            }
            if (first.next >= end) {
                now = end;
                return;
            }
            now = Math.max(now, first.next);
            first.ask();
        }
    }

    private Flood flood(LimitedAdmission tenant, int bytes) {
        return new Flood(tenant, Limits.NONE, bytes, Long.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(longs = {50, 1_000, 20_000, 500_000})
    void floodsGetEqualPartsOfALimitOfCommands(long rate) {
        LimitedAdmission tenant = new LimitedAdmission(Limits.NONE.withTotalIops(Limit.of(rate)), now);
        for (int i = 0; i < 8; i++) {
            flood(tenant, 4096);
        }
        run(8);
        long sum = floods.stream().mapToLong(f -> f.done).sum();
        assertThat((double) sum).isCloseTo(8.0 * rate, within(8 * rate * 0.03 + 1));
        double squares =
                floods.stream().mapToDouble(f -> (double) f.done * f.done).sum();
        assertThat((double) sum * sum / 8 / squares).as("Jain index").isGreaterThan(0.995);
    }

    @Test
    void largeCommandsAreNotStarvedBySmallOnes() {
        LimitedAdmission tenant = new LimitedAdmission(Limits.NONE.withTotalBytes(Limit.of(125 << 20)), now);
        Flood small = flood(tenant, 4096);
        Flood large = flood(tenant, 1 << 20);
        run(4);
        double bytes = 4.0 * (125 << 20);
        assertThat(large.done * (double) (1 << 20)).isCloseTo(bytes / 2, within(bytes * 0.03));
        assertThat(small.done * 4096.0).isCloseTo(bytes / 2, within(bytes * 0.03));
    }

    @Test
    void nobodyWaitsForOneThatAsksForNothing() {
        LimitedAdmission tenant = new LimitedAdmission(Limits.NONE.withTotalIops(Limit.of(10_000)), now);
        Flood stays = flood(tenant, 4096);
        Flood limited = new Flood(tenant, Limits.NONE.withTotalIops(Limit.of(100)), 4096, Long.MAX_VALUE);
        Flood ends = new Flood(tenant, Limits.NONE, 4096, SECOND);
        run(1);
        assertThat((double) ends.done).isCloseTo(4_950, within(150.0));
        long before = stays.done;
        run(2);
        assertThat((double) limited.done).isCloseTo(300, within(10.0));
        assertThat((double) stays.done - before).isCloseTo(19_800, within(300.0));
    }

    @Test
    void oneThatDoesNotComeBackLosesItsTurn() {
        LimitedAdmission tenant = new LimitedAdmission(Limits.NONE.withTotalIops(Limit.of(1_000, 1)), now);
        LimitedAdmission gone = new LimitedAdmission(Limits.NONE, tenant, now);
        LimitedAdmission other = new LimitedAdmission(Limits.NONE, tenant, now);
        assertThat(other.admit(Kind.READ, 0, now)).isZero();
        assertThat(gone.admit(Kind.READ, 0, now)).isEqualTo(1_000_000);
        int ahead = 0;
        for (now += 1_000_000; other.admit(Kind.READ, 0, now) == 0; now += 1_000_000) {
            ahead++;
        }
        assertThat(ahead).as("by 2 ms and one more").isBetween(2, 3);
        now = 1_000_000 + TenantTurns.PATIENCE;
        assertThat(other.admit(Kind.READ, 0, now)).isPositive();
        now++;
        assertThat(other.admit(Kind.READ, 0, now)).isZero();
    }

    @Test
    void oneThatItsPartOfThePhysicalFunctionHoldsUpIsNotWaitedFor() {
        LimitedAdmission tenant = new LimitedAdmission(Limits.NONE.withTotalIops(Limit.of(1_000, 1)), now);
        LimitedAdmission held = new LimitedAdmission(Limits.NONE, tenant, now);
        LimitedAdmission other = new LimitedAdmission(Limits.NONE, tenant, now);
        assertThat(other.admit(Kind.READ, 0, now)).isZero();
        assertThat(held.admit(Kind.READ, 0, now)).as("the tenant's limit").isEqualTo(1_000_000);
        PfShares shares = new PfShares(new Capacity(1_000, 1_000, 1 << 20, 1 << 20), all -> {});
        PfShare empty = shares.join(Share.DEFAULT, () -> {}, now);
        empty.charge(shares.capacity().cost(Kind.READ, 64 << 20));
        held.share(empty, now);
        now += 1_000_000;
        assertThat(held.admit(Kind.READ, 0, now)).as("its share").isGreaterThan(1_000_000_000);
        for (int i = 0; i < 8; i++) {
            assertThat(other.admit(Kind.READ, 0, now)).isZero();
            now += 1_000_000;
        }
    }
}
