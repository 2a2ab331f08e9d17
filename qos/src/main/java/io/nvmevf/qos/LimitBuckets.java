package io.nvmevf.qos;

import org.jspecify.annotations.Nullable;

/**
 * One {@link Limit} in force: a bucket, and with credits a second one. The credits are a large bucket that fills at the
 * rate; the burst rate is a small one in front of it, and a request needs both. Without a limit there is no bucket.
 */
final class LimitBuckets {
    private @Nullable TokenBucket base;
    private @Nullable TokenBucket peak;

    /** Begins full. */
    LimitBuckets(@Nullable Limit limit, long now) {
        if (limit != null) {
            base = TokenBucket.full(limit.rate(), baseSize(limit), now);
            peak = limit.hasCredits() ? TokenBucket.full(limit.burstRate(), limit.burst(), now) : null;
        }
    }

    /** Changes the limit. A bucket that was not there before begins empty: no change of limits adds tokens. */
    void change(@Nullable Limit limit, long now) {
        if (limit == null) {
            base = null;
            peak = null;
            return;
        }
        base = changed(base, limit.rate(), baseSize(limit), now);
        peak = limit.hasCredits() ? changed(peak, limit.burstRate(), limit.burst(), now) : null;
    }

    private static TokenBucket changed(@Nullable TokenBucket bucket, long rate, long size, long now) {
        if (bucket == null) {
            return TokenBucket.empty(rate, size, now);
        }
        bucket.change(rate, size, now);
        return bucket;
    }

    private static long baseSize(Limit limit) {
        return limit.hasCredits() ? limit.credits() : limit.burst();
    }

    /** As {@link TokenBucket#nanosUntil}; 0 without a limit. */
    long nanosUntil(long amount, long now) {
        long wait = base == null ? 0 : base.nanosUntil(amount, now);
        return peak == null ? wait : Math.max(wait, peak.nanosUntil(amount, now));
    }

    /** As {@link TokenBucket#charge}. */
    void charge(long amount) {
        if (base != null) {
            base.charge(amount);
        }
        if (peak != null) {
            peak.charge(amount);
        }
    }

    /** As {@link TokenBucket#refund}. */
    void refund(long amount) {
        if (base != null) {
            base.refund(amount);
        }
        if (peak != null) {
            peak.refund(amount);
        }
    }
}
