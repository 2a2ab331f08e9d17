package io.nvmevf.server.wipe;

import io.nvmevf.qos.TokenBucket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Paces what all runs together transfer. Runs wait in order of arrival: whoever is next holds the lock until its bytes are
 * there, so that a run with large pieces is never overtaken for ever by one with small ones.
 */
final class RateLimit {
    private final WipeClock clock;
    private final @Nullable TokenBucket bucket;
    private final ReentrantLock turn = new ReentrantLock(true);

    /** @param bytesPerSecond 0 for no limit */
    RateLimit(long bytesPerSecond, WipeClock clock) {
        this.clock = clock;
        // A tenth of a second's worth: short enough that the tenants' I/O sees no long bursts.
        this.bucket = bytesPerSecond == 0
                ? null
                : TokenBucket.empty(bytesPerSecond, Math.max(1, bytesPerSecond / 10), clock.nanos());
    }

    /** Returns when {@code bytes} may be transferred. */
    void take(long bytes, CountDownLatch stop) throws StoppedException, InterruptedException {
        if (bucket == null) {
            return;
        }
        turn.lock();
        try {
            while (!bucket.take(bytes, clock.nanos())) {
                if (clock.pause(bucket.nanosUntil(bytes, clock.nanos()), stop)) {
                    throw new StoppedException();
                }
            }
        } finally {
            turn.unlock();
        }
    }
}
