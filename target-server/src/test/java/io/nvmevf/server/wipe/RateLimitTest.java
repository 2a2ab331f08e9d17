package io.nvmevf.server.wipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.nvmevf.qos.Admission.Kind;
import io.nvmevf.qos.Capacity;
import io.nvmevf.qos.LimitedAdmission;
import io.nvmevf.qos.Limits;
import io.nvmevf.qos.PfShares;
import io.nvmevf.qos.Share;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private static final int PIECE = 1 << 20;
    private static final long SECOND = 1_000_000_000L;
    /** 100 pieces a second, and 25,600 commands of 4 KiB. */
    private static final Capacity CAPACITY = new Capacity(25_600, 25_600, 100 * PIECE, 100 * PIECE);

    private final CountDownLatch stop = new CountDownLatch(1);
    private final PfShares shares = new PfShares(CAPACITY, all -> {});
    private @Nullable LimitedAdmission tenant;
    private @Nullable PfShares inForce;
    private long tenantCommands;

    /** Between two looks the planner plans, and the tenant takes what it gets. */
    private final FakeClock clock = new FakeClock() {
        private long planned;

        @Override
        public boolean pause(long nanos, CountDownLatch stop) throws InterruptedException {
            boolean stopped = super.pause(nanos, stop);
            LimitedAdmission flood = tenant;
            while (flood != null && flood.admit(Kind.READ, 4096, nanos()) == 0) {
                tenantCommands++;
            }
            if (nanos() - planned >= PfShares.PERIOD) {
                planned = nanos();
                shares.plan(planned);
            }
            return stopped;
        }
    };

    /** Pieces a second. */
    private double rate(RateLimit limit, int pieces) throws StoppedException, InterruptedException {
        long start = clock.nanos();
        for (int i = 0; i < pieces; i++) {
            limit.take(Kind.WRITE, PIECE, stop);
        }
        return pieces * (double) SECOND / Math.max(1, clock.nanos() - start);
    }

    @Test
    void withoutLimitAndWithoutCapacityNothingWaits() throws Exception {
        RateLimit limit = new RateLimit(0, () -> inForce, clock);
        rate(limit, 1_000);
        assertThat(clock.nanos()).isZero();
    }

    @Test
    void theLimitOfItsOwnHolds() throws Exception {
        assertThat(rate(new RateLimit(10 * PIECE, () -> inForce, clock), 100)).isCloseTo(10, within(0.2));
    }

    @Test
    void erasuresTakeWhatThePhysicalFunctionHasAndAHundredthOfItWhileTenantsFlood() throws Exception {
        RateLimit limit = new RateLimit(0, () -> inForce, clock);
        inForce = shares;
        assertThat(rate(limit, 500)).isCloseTo(100, within(3.0));
        LimitedAdmission flood = new LimitedAdmission(Limits.NONE, clock.nanos());
        flood.share(shares.join(Share.DEFAULT, () -> {}, clock.nanos()), clock.nanos());
        tenant = flood;
        rate(limit, 5);
        long before = clock.nanos();
        long commands = tenantCommands;
        assertThat(rate(limit, 20)).isCloseTo(1, within(0.05));
        assertThat((tenantCommands - commands) * (double) SECOND / (clock.nanos() - before))
                .isCloseTo(0.99 * 25_600, within(256.0));
        tenant = null;
        flood.nothingWaits(clock.nanos());
        rate(limit, 5);
        assertThat(rate(limit, 500)).isCloseTo(100, within(3.0));
    }

    @Test
    void whoWaitsIsStopped() throws Exception {
        inForce = shares;
        RateLimit limit = new RateLimit(0, () -> inForce, clock);
        rate(limit, 10);
        stop.countDown();
        assertThatExceptionOfType(StoppedException.class).isThrownBy(() -> rate(limit, 10));
    }
}
