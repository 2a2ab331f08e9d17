package io.nvmevf.server.wipe;

import io.nvmevf.qos.Admission;
import io.nvmevf.qos.LimitedAdmission;
import io.nvmevf.qos.Limits;
import io.nvmevf.qos.PfShares;
import io.nvmevf.qos.TokenBucket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Paces what all runs together transfer: by a limit of their own, and by what the virtual functions leave of a physical function
 * that is short. Runs wait in order of arrival: whoever is next holds the lock until its bytes are there, so that a run with
 * large pieces is never overtaken for ever by one with small ones.
 */
final class RateLimit {
    /** How long a wait for the physical function is at most before it is looked at again: its shares change that often. */
    private static final long LOOK = PfShares.PERIOD;

    private final WipeClock clock;
    private final Supplier<@Nullable PfShares> shares;
    private final @Nullable TokenBucket bucket;
    private final ReentrantLock turn = new ReentrantLock(true);
    /** Charges all runs to one share, as one member in the background. Guarded by the turn. */
    private final LimitedAdmission background;

    /**
     * @param bytesPerSecond 0 for no limit
     * @param shares what divides the physical function now; null if nobody said what it can do
     */
    RateLimit(long bytesPerSecond, Supplier<@Nullable PfShares> shares, WipeClock clock) {
        this.clock = clock;
        this.shares = shares;
        // A tenth of a second's worth: short enough that the tenants' I/O sees no long bursts.
        this.bucket = bytesPerSecond == 0
                ? null
                : TokenBucket.empty(bytesPerSecond, Math.max(1, bytesPerSecond / 10), clock.nanos());
        this.background = new LimitedAdmission(Limits.NONE, clock.nanos());
    }

    /** Returns when {@code bytes} may be transferred. */
    void take(Admission.Kind kind, long bytes, CountDownLatch stop) throws StoppedException, InterruptedException {
        if (bucket == null && shares.get() == null) {
            return;
        }
        turn.lock();
        try {
            while (bucket != null && !bucket.take(bytes, clock.nanos())) {
                pause(bucket.nanosUntil(bytes, clock.nanos()), stop);
            }
            for (long wait = ask(kind, bytes); wait != 0; wait = ask(kind, bytes)) {
                pause(Math.min(wait, LOOK), stop);
            }
        } finally {
            turn.unlock();
        }
    }

    private long ask(Admission.Kind kind, long bytes) {
        PfShares now = shares.get();
        if (!background.isSharing(now)) {
            background.share(now == null ? null : now.joinBackground(clock.nanos()), clock.nanos());
        }
        return background.admit(kind, bytes, clock.nanos());
    }

    private void pause(long nanos, CountDownLatch stop) throws StoppedException, InterruptedException {
        if (clock.pause(nanos, stop)) {
            background.nothingWaits(clock.nanos());
            throw new StoppedException();
        }
    }
}
