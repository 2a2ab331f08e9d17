package io.nvmevf.server.transport;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.nvmevf.qos.TokenBucket;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How often something may happen for each key: so many at once, and then one in each interval. What comes sooner is told how
 * long to wait; what would wait too long is refused. Any thread.
 *
 * <p>Keys are what hosts say or where they come from, so their number is bounded: a key that was idle for so long that it may have
 * all at once again is forgotten, and beyond {@value #MOST_KEYS} keys those that are least in use are.
 *
 * @param <K> has equals and hashCode
 */
final class Pace<K> {
    /** Keys that are remembered at most. */
    static final int MOST_KEYS = 16_384;
    /** What {@link #reserve} returns for what may not happen at all now. */
    static final long REFUSED = -1;

    /** One that happens costs as many tokens as the interval has nanoseconds, and one token arrives in each of them. */
    private static final long TOKENS_PER_SECOND = 1_000_000_000L;

    private final LoadingCache<K, TokenBucket> buckets;
    private final long cost;
    private final long mostDelay;
    private final LongSupplier nanoTime;

    /**
     * @param atOnce from 1
     * @param interval from 1 ns; {@code atOnce} of them are at most 11 days
     * @param mostDelay how long one may have to wait; zero: nothing waits
     * @param nanoTime nanoseconds of a monotonic clock
     */
    Pace(int atOnce, Duration interval, Duration mostDelay, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.cost = interval.toNanos();
        this.mostDelay = mostDelay.toNanos();
        long size = Math.multiplyExact(cost, atOnce);
        buckets = Caffeine.newBuilder()
                .maximumSize(MOST_KEYS)
                .expireAfterAccess(interval.multipliedBy(atOnce).plus(mostDelay))
                .ticker(nanoTime::getAsLong)
                // (On the caller's thread: the common pool is nobody's here.)
                .executor(Runnable::run)
                .build(key -> TokenBucket.full(TOKENS_PER_SECOND, size, nanoTime.getAsLong()));
    }

    /**
     * It is to happen for this key.
     *
     * @return nanoseconds to wait before, or {@link #REFUSED}: then it is as if it had not been asked for
     */
    long reserve(K key) {
        TokenBucket bucket = buckets.get(key);
        synchronized (bucket) {
            return bucket.reserve(cost, mostDelay, nanoTime.getAsLong());
        }
    }

    /** It may happen once more for this key: one that was reserved does not count. */
    void refund(K key) {
        TokenBucket bucket = buckets.getIfPresent(key);
        if (bucket != null) {
            synchronized (bucket) {
                bucket.refund(cost);
            }
        }
    }

    /** Keys that are remembered now. */
    long keys() {
        buckets.cleanUp();
        return buckets.estimatedSize();
    }
}
