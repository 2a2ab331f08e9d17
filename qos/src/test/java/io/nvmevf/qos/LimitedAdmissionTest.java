package io.nvmevf.qos;

import static io.nvmevf.qos.Admission.Kind.OTHER;
import static io.nvmevf.qos.Admission.Kind.READ;
import static io.nvmevf.qos.Admission.Kind.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.nvmevf.qos.Admission.Kind;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitedAdmissionTest {
    private static final long SECOND = 1_000_000_000;
    private static final long MILLI = 1_000_000;

    @Test
    void readsAndWritesHaveLimitsOfTheirOwn() {
        LimitedAdmission vf = new LimitedAdmission(
                Limits.NONE.withReadIops(Limit.of(20_000, 1)).withWriteIops(Limit.of(9_000, 1)), 0);
        assertThat(vf.admit(READ, 4096, 0)).isZero();
        assertThat(vf.admit(WRITE, 4096, 0)).isZero();
        assertThat(vf.admit(READ, 4096, 0)).isEqualTo(50_000);
        assertThat(vf.admit(WRITE, 4096, 0)).isEqualTo(111_112);
    }

    @Test
    void otherCommandsAreChargedAsWritesAndToTheTotal() {
        LimitedAdmission writes = new LimitedAdmission(Limits.NONE.withWriteIops(Limit.of(1, 1)), 0);
        assertThat(writes.admit(OTHER, 0, 0)).isZero();
        assertThat(writes.admit(WRITE, 0, 0)).isEqualTo(SECOND);
        assertThat(writes.admit(READ, 0, 0)).isZero();

        LimitedAdmission total = new LimitedAdmission(Limits.NONE.withTotalIops(Limit.of(1, 2)), 0);
        assertThat(total.admit(OTHER, 0, 0)).isZero();
        assertThat(total.admit(READ, 0, 0)).isZero();
        assertThat(total.admit(WRITE, 0, 0)).isEqualTo(SECOND);

        LimitedAdmission bytes = new LimitedAdmission(Limits.NONE.withWriteBytes(Limit.of(10, 10)), 0);
        assertThat(bytes.admit(OTHER, 10, 0)).isZero();
        assertThat(bytes.admit(WRITE, 1, 0)).isEqualTo(SECOND / 10);
        assertThat(bytes.admit(READ, 1000, 0)).isZero();
    }

    @Test
    void theLongestWaitIsToldAndARefusalChargesNothing() {
        LimitedAdmission vf =
                new LimitedAdmission(Limits.NONE.withReadIops(Limit.of(10, 5)).withTotalBytes(Limit.of(1000, 1000)), 0);
        assertThat(vf.admit(READ, 1000, 0)).isZero();
        for (int i = 0; i < 100; i++) {
            assertThat(vf.admit(READ, 500, 0)).isEqualTo(SECOND / 2);
        }
        // The IOPS bucket still has the four that were left.
        for (int i = 0; i < 4; i++) {
            assertThat(vf.admit(READ, 0, 0)).isZero();
        }
        assertThat(vf.admit(READ, 0, 0)).isEqualTo(SECOND / 10);
        assertThat(vf.admit(READ, 500, 0)).isEqualTo(SECOND / 2);
    }

    @Test
    void aTenantBoundsItsVirtualFunctionsTogether() {
        LimitedAdmission tenant = new LimitedAdmission(Limits.NONE.withTotalIops(Limit.of(100, 4)), 0);
        Limits own = Limits.NONE.withTotalIops(Limit.of(100, 3));
        LimitedAdmission first = new LimitedAdmission(own, tenant, 0);
        LimitedAdmission second = new LimitedAdmission(own, tenant, 0);
        for (int i = 0; i < 3; i++) {
            assertThat(first.admit(READ, 0, 0)).isZero();
        }
        // Its own bucket refuses the first one; the tenant must not be charged for that.
        assertThat(first.admit(READ, 0, 0)).isEqualTo(10 * MILLI);
        assertThat(second.admit(WRITE, 0, 0)).isZero();
        // The tenant refuses the second one; its own bucket must not be charged for that.
        for (int i = 0; i < 10; i++) {
            assertThat(second.admit(WRITE, 0, 0)).isEqualTo(10 * MILLI);
        }
        tenant.change(Limits.NONE, 0);
        assertThat(second.admit(WRITE, 0, 0)).isZero();
        assertThat(second.admit(WRITE, 0, 0)).isZero();
        assertThat(second.admit(WRITE, 0, 0)).isEqualTo(10 * MILLI);
        assertThat(tenant.counters(0).reads()).isEqualTo(3);
        assertThat(tenant.counters(0).writes()).isEqualTo(3);
    }

    @Test
    void aRefundGoesToTheTenantToo() {
        LimitedAdmission tenant = new LimitedAdmission(Limits.NONE.withTotalBytes(Limit.of(100, 100)), 0);
        LimitedAdmission vf = new LimitedAdmission(Limits.NONE.withWriteIops(Limit.of(1, 1)), tenant, 0);
        assertThat(vf.admit(WRITE, 100, 0)).isZero();
        assertThat(vf.admit(WRITE, 100, 0)).isEqualTo(SECOND);
        vf.refund(WRITE, 100);
        assertThat(vf.admit(WRITE, 100, 0)).isZero();
        assertThat(vf.counters(0).refunds()).isEqualTo(1);
        assertThat(tenant.counters(0).refunds()).isEqualTo(1);
    }

    @Test
    void aTenantHasNoTenant() {
        LimitedAdmission tenant = new LimitedAdmission(Limits.NONE, 0);
        LimitedAdmission vf = new LimitedAdmission(Limits.NONE, tenant, 0);
        assertThatIllegalArgumentException().isThrownBy(() -> new LimitedAdmission(Limits.NONE, vf, 0));
    }

    @Test
    void creditsAreSpentAtTheBurstRateAndThenTheBaselineHolds() {
        // 29,000 credits, spent at 3,000 a second and earned at 100: gone after exactly 10 seconds.
        Limits gp2 = Limits.NONE.withTotalIops(new Limit(100, 1, 3000, 29_000));
        LimitedAdmission vf = new LimitedAdmission(gp2, 0);
        Flood flood = new Flood(vf, READ, 0, 0, 0);
        assertThat(flood.admittedUntil(10 * SECOND)).isBetween(29_990L, 30_001L);
        assertThat(flood.admittedUntil(20 * SECOND)).isBetween(995L, 1_010L);
        // An idle minute earns 6,000: two seconds of burst and a little.
        flood.now += 60 * SECOND;
        assertThat(flood.admittedUntil(82 * SECOND)).isBetween(5_990L, 6_001L);
        // No more than the most is earned, however long it is idle.
        flood.now += 10_000_000 * SECOND;
        assertThat(flood.admittedUntil(flood.now + 10 * SECOND)).isBetween(29_990L, 30_001L);
    }

    @Test
    void aThousandChangesInARowAddNoToken() {
        Limits slow = Limits.NONE.withTotalIops(Limit.of(10, 10));
        Limits other = Limits.NONE.withTotalIops(Limit.of(20_000, 1000)).withReadBytes(Limit.of(1_000_000));
        LimitedAdmission vf = new LimitedAdmission(slow, 0);
        for (int i = 0; i < 10; i++) {
            assertThat(vf.admit(READ, 0, 0)).isZero();
        }
        for (int i = 0; i < 1000; i++) {
            vf.change(i % 3 == 0 ? other : i % 3 == 1 ? Limits.NONE : slow, 0);
        }
        vf.change(slow, 0);
        assertThat(vf.limits()).isEqualTo(slow);
        assertThat(vf.admit(READ, 0, 0)).isEqualTo(SECOND / 10);
    }

    @Test
    void aChangeHoldsFromTheNextDecisionOn() {
        LimitedAdmission vf = new LimitedAdmission(Limits.NONE.withTotalIops(Limit.of(1, 1)), 0);
        assertThat(vf.admit(READ, 0, 0)).isZero();
        assertThat(vf.admit(READ, 0, 0)).isEqualTo(SECOND);
        vf.change(Limits.NONE.withTotalIops(Limit.of(1000, 1)), 0);
        assertThat(vf.admit(READ, 0, 0)).isEqualTo(MILLI);
        vf.change(Limits.NONE, 0);
        assertThat(vf.admit(READ, 0, 0)).isZero();
        // A new limit begins with nothing in hand.
        vf.change(Limits.NONE.withReadIops(Limit.of(1000, 50)), 0);
        assertThat(vf.admit(READ, 0, 0)).isEqualTo(MILLI);
        assertThat(vf.admit(READ, 0, MILLI)).isZero();
    }

    @Test
    void aRefundOfACommandFromBeforeALimitAddsNothingToIt() {
        LimitedAdmission vf = new LimitedAdmission(Limits.NONE, 0);
        assertThat(vf.admit(READ, 4096, 0)).isZero();
        vf.change(Limits.NONE.withReadIops(Limit.of(1, 1)), 0);
        vf.refund(READ, 4096);
        assertThat(vf.admit(READ, 4096, 0)).isEqualTo(SECOND);
    }

    @Test
    void throttledTimeIsToldApartByWhatLimitedIt() {
        LimitedAdmission tenant = new LimitedAdmission(Limits.NONE.withTotalBytes(Limit.of(100, 100)), 0);
        LimitedAdmission vf = new LimitedAdmission(Limits.NONE.withReadIops(Limit.of(1, 1)), tenant, 0);
        assertThat(vf.admit(READ, 100, 0)).isZero();
        // 0.1 s for the tenant's bytes, 1 s for its own commands.
        assertThat(vf.admit(READ, 10, 0)).isEqualTo(SECOND);
        assertThat(vf.admit(READ, 10, SECOND)).isZero();
        AdmissionCounters counters = vf.counters(2 * SECOND);
        assertThat(counters.iopsNanos()).isEqualTo(SECOND);
        assertThat(counters.bytesNanos()).isZero();
        assertThat(counters.tenantIopsNanos()).isZero();
        assertThat(counters.tenantBytesNanos()).isEqualTo(SECOND / 10 + ThrottleClock.LATE);
        assertThat(tenant.counters(2 * SECOND).bytesNanos()).isEqualTo(SECOND / 10 + ThrottleClock.LATE);
        assertThat(counters.refusals()).isEqualTo(1);
    }

    @Test
    void aWaitForALimitThatIsLiftedIsNotCountedOn() {
        Limits slow = Limits.NONE.withReadIops(Limit.of(1, 1));
        LimitedAdmission tenant = new LimitedAdmission(slow, 0);
        LimitedAdmission vf = new LimitedAdmission(slow, tenant, 0);
        vf.admit(READ, 0, 0);
        assertThat(vf.admit(READ, 0, 0)).isEqualTo(SECOND);
        vf.change(Limits.NONE, 3 * MILLI);
        tenant.change(Limits.NONE, 4 * MILLI);
        assertThat(vf.admit(READ, 0, 5 * MILLI)).isZero();
        assertThat(vf.counters(SECOND).iopsNanos()).isEqualTo(3 * MILLI);
        assertThat(vf.counters(SECOND).tenantIopsNanos()).isEqualTo(5 * MILLI);
        assertThat(tenant.counters(SECOND).iopsNanos()).isEqualTo(4 * MILLI);
    }

    @Test
    void throttledTimeEndsWhenNothingWaits() {
        LimitedAdmission vf = new LimitedAdmission(Limits.NONE.withReadIops(Limit.of(1, 1)), 0);
        vf.admit(READ, 0, 0);
        vf.admit(READ, 0, 0);
        assertThat(vf.counters(MILLI).iopsNanos()).isEqualTo(MILLI);
        vf.nothingWaits(5 * MILLI);
        assertThat(vf.counters(SECOND).iopsNanos()).isEqualTo(5 * MILLI);
    }

    @Test
    void countsWhatItAdmits() {
        LimitedAdmission vf = new LimitedAdmission(Limits.NONE, 0);
        vf.admit(READ, 1, 0);
        vf.admit(WRITE, 20, 0);
        vf.admit(WRITE, 20, 0);
        vf.admit(OTHER, 300, 0);
        assertThat(vf.counters(0)).isEqualTo(new AdmissionCounters(1, 2, 1, 1, 40, 300, 0, 0, 0, 0, 0, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> vf.admit(READ, -1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> vf.refund(READ, -1));
    }

    /** A flood whose timer is up to 200 µs late, as a loop's is: the limit is reached within the promised accuracy. */
    @ParameterizedTest
    @CsvSource({"50, 0", "1000, 0", "9000, 0", "20000, 0", "0, 10000000", "0, 500000000"})
    void aFloodGetsItsLimitAndAllOfItsTimeIsThrottled(long iops, long bytes) {
        Limits limits =
                iops > 0 ? Limits.NONE.withTotalIops(Limit.of(iops)) : Limits.NONE.withTotalBytes(Limit.of(bytes));
        double expected = iops > 0 ? iops : bytes / 4096.0;
        LimitedAdmission vf = new LimitedAdmission(limits, 0);
        Flood flood = new Flood(vf, WRITE, 4096, 200_000, 42);
        long total = 0;
        for (int second = 1; second <= 10; second++) {
            long admitted = flood.admittedUntil(second * SECOND);
            total += admitted;
            if (expected >= 1000) {
                assertThat(admitted / expected).isCloseTo(1, within(0.03));
            }
        }
        assertThat(total / (10 * expected)).isCloseTo(1, within(0.01));
        AdmissionCounters counters = vf.counters(10 * SECOND);
        long throttled = iops > 0 ? counters.iopsNanos() : counters.bytesNanos();
        assertThat(throttled / 10e9).isCloseTo(1, within(0.01));
    }

    @Test
    void aDecisionAllocatesNothing() {
        Limits all = new Limits(
                Limit.of(1000),
                Limit.of(1000),
                Limit.withCredits(1000, 2000, 10),
                Limit.of(1),
                Limit.of(1),
                Limit.of(1),
                null);
        LimitedAdmission vf = new LimitedAdmission(all, new LimitedAdmission(all, 0), 0);
        Kind[] kinds = Kind.values();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = 0;
        for (int i = 0; i < 200_000; i++) {
            if (i == 100_000) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            Kind kind = kinds[i % kinds.length];
            if (vf.admit(kind, i % 2, i * 1_000L) == 0 && i % 7 == 0) {
                vf.refund(kind, i % 2);
            }
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(vf.counters(0).refusals()).isPositive();
        assertThat(allocated).as("bytes of 100,000 decisions").isLessThan(10_000);
    }

    /** One who always has a command, and asks again after the wait and up to {@code late} nanoseconds more. */
    private static final class Flood {
        private final LimitedAdmission vf;
        private final Kind kind;
        private final long bytes;
        private final long late;
        private final Random random;
        private long now;

        Flood(LimitedAdmission vf, Kind kind, long bytes, long late, long seed) {
            this.vf = vf;
            this.kind = kind;
            this.bytes = bytes;
            this.late = late;
            random = new Random(seed);
        }

        long admittedUntil(long end) {
            long admitted = 0;
            while (now - end < 0) {
                long wait = vf.admit(kind, bytes, now);
                if (wait == 0) {
                    admitted++;
                } else {
                    now += wait + random.nextLong(late + 1);
                }
            }
            return admitted;
        }
    }
}
