package io.nvmevf.qos;

/**
 * A token bucket in exact integer arithmetic. Not safe for several threads; {@link LimitedAdmission} locks around it.
 *
 * <p>In {@code dt} nanoseconds {@code rate * dt / 10^9} tokens arrive. The whole ones are in {@code tokens}, what is left is in
 * {@code remainder} (unit: 10^-9 token) and counts the next time, so that nothing drifts however often or seldom the bucket
 * is asked. The product does not fit 64 bits (10^12 tokens a second, days of idleness). Both factors are therefore split at
 * 10^9: with {@code dt = s * 10^9 + n} and {@code rate = w * 10^9 + f}, {@code rate * dt / 10^9 = s * rate + n * w + n * f / 10^9}, and
 * each term fits. The remainder does not depend on the rate and so survives a change of it.
 *
 * <p>A request larger than the bucket would never fit. It is admitted when the bucket is full and leaves it below zero;
 * the requests after it wait until that is paid back. What arrives while the bucket is full is lost, the remainder too.
 *
 * <p>Time is an argument. Where it stands still or goes back, nothing arrives.
 */
public final class TokenBucket {
    /** The highest rate, in tokens a second. */
    public static final long MAX_RATE = 1_000_000_000_000L;
    /** The largest bucket, in tokens. */
    public static final long MAX_SIZE = 1_000_000_000_000_000L;
    /** The largest request, in tokens: what one Dataset Management command can name with blocks of 64 KiB. */
    public static final long MAX_AMOUNT = 1L << 56;
    /** The longest wait that is told, in nanoseconds (146 years); a longer one is told as this. */
    public static final long MAX_WAIT = 1L << 62;

    static final long SECOND = 1_000_000_000L;

    private long rate;
    private long rateWhole;
    private long rateFraction;
    private long size;
    private long tokens;
    private long remainder;
    private long last;
    private long refundable;

    private TokenBucket(long rate, long size, boolean full, long now) {
        set(rate, size);
        tokens = full ? size : 0;
        last = now;
    }

    /**
     * A bucket that begins full.
     *
     * @param rate tokens a second, 1 to {@link #MAX_RATE}
     * @param size tokens that it holds at most, 1 to {@link #MAX_SIZE}
     * @param now nanoseconds of a monotonic clock
     * @throws IllegalArgumentException if a figure is out of its range
     */
    public static TokenBucket full(long rate, long size, long now) {
        return new TokenBucket(rate, size, true, now);
    }

    /** A bucket that begins empty; otherwise as {@link #full}. */
    public static TokenBucket empty(long rate, long size, long now) {
        return new TokenBucket(rate, size, false, now);
    }

    /**
     * Takes {@code amount} tokens, or none.
     *
     * @param amount 0 to {@link #MAX_AMOUNT}; 0 is always granted
     */
    public boolean take(long amount, long now) {
        if (nanosUntil(amount, now) != 0) {
            return false;
        }
        charge(amount);
        return true;
    }

    /**
     * How long until {@code amount} could be taken: asked again after exactly that time it can be if nobody took tokens in
     * between, and one nanosecond earlier it cannot.
     *
     * @return nanoseconds from {@code now}, 0 if it can be taken now, at most {@link #MAX_WAIT}
     */
    public long nanosUntil(long amount, long now) {
        checkAmount(amount);
        refill(now);
        long missing = Math.min(amount, size) - tokens;
        if (missing <= 0 || amount == 0) {
            return 0;
        }
        long wait = nanosFor(missing);
        // (Another thread may have been here with a later time; its tokens are counted from then.)
        return Math.min(wait + Math.max(0, last - now), MAX_WAIT);
    }

    /**
     * Takes {@code amount} tokens, also those that are yet to come: whoever took them waits as long as is returned. The bucket
     * is below zero meanwhile, so each one that comes after waits behind those before.
     *
     * @param amount 0 to {@link #MAX_AMOUNT}
     * @param most nanoseconds that may be waited at most, 0 to {@link #MAX_WAIT}
     * @return nanoseconds from {@code now}; below 0 if it would be more than {@code most}, and then nothing is taken
     */
    public long reserve(long amount, long most, long now) {
        checkAmount(amount);
        refill(now);
        long missing = amount - tokens;
        if (missing <= 0 || amount == 0) {
            charge(amount);
            return 0;
        }
        long wait = nanosFor(missing) + Math.max(0, last - now);
        if (wait > most) {
            return -1;
        }
        charge(amount);
        return wait;
    }

    /** Takes what {@link #nanosUntil} has just said to be there. */
    void charge(long amount) {
        tokens -= amount;
        refundable = Math.min(refundable + amount, MAX_AMOUNT);
    }

    /**
     * Puts back what was taken. Never more than was taken in all (a bucket that came to be after the command was charged owes
     * nothing), and what does not fit is lost.
     */
    public void refund(long amount) {
        checkAmount(amount);
        long back = Math.min(amount, refundable);
        refundable -= back;
        tokens += back;
        clamp();
    }

    /**
     * Changes rate and size from {@code now} on. What has arrived so far arrived at the old rate; tokens over the new size
     * are lost, and none are added.
     *
     * @throws IllegalArgumentException if a figure is out of its range; nothing has changed then
     */
    public void change(long newRate, long newSize, long now) {
        check(newRate, newSize);
        refill(now);
        set(newRate, newSize);
        clamp();
    }

    /** Whole tokens at {@code now}; below zero while a large request is being paid back. */
    public long level(long now) {
        refill(now);
        return tokens;
    }

    /** Tokens a second. */
    public long rate() {
        return rate;
    }

    /** Tokens that the bucket holds at most. */
    public long size() {
        return size;
    }

    private void refill(long now) {
        long dt = now - last;
        if (dt <= 0) {
            return;
        }
        last = now;
        long s = dt / SECOND;
        long n = dt % SECOND;
        if (s != 0 && s > (size - tokens) / rate) {
            tokens = size;
            remainder = 0;
            return;
        }
        long fraction = n * rateFraction + remainder;
        tokens += s * rate + n * rateWhole + fraction / SECOND;
        remainder = fraction % SECOND;
        clamp();
    }

    /** The smallest time in which {@code missing} tokens arrive: {@code ceil((missing * 10^9 - remainder) / rate)}. */
    private long nanosFor(long missing) {
        if (missing < SECOND) {
            // The usual case: the product fits, and one division does.
            return Math.ceilDiv(missing * SECOND - remainder, rate);
        }
        long seconds = missing / rate;
        if (seconds >= MAX_WAIT / SECOND) {
            return MAX_WAIT;
        }
        // Long division with 10^3 as the base: each product is below 10^15.
        long rest = missing % rate;
        long nanos = 0;
        for (int digit = 0; digit < 3; digit++) {
            rest *= 1000;
            nanos = nanos * 1000 + rest / rate;
            rest %= rate;
        }
        return seconds * SECOND + nanos + Math.ceilDiv(rest - remainder, rate);
    }

    private void clamp() {
        if (tokens >= size) {
            tokens = size;
            remainder = 0;
        }
    }

    private void set(long newRate, long newSize) {
        check(newRate, newSize);
        rate = newRate;
        rateWhole = newRate / SECOND;
        rateFraction = newRate % SECOND;
        size = newSize;
    }

    private static void check(long rate, long size) {
        if (rate < 1 || rate > MAX_RATE) {
            throw new IllegalArgumentException("rate " + rate + " is not in 1 to " + MAX_RATE + " a second");
        }
        if (size < 1 || size > MAX_SIZE) {
            throw new IllegalArgumentException("bucket size " + size + " is not in 1 to " + MAX_SIZE);
        }
    }

    static void checkAmount(long amount) {
        if (amount < 0 || amount > MAX_AMOUNT) {
            throw new IllegalArgumentException("amount " + amount + " is not in 0 to " + MAX_AMOUNT);
        }
    }
}
