package io.nvmevf.qos;

import java.math.BigInteger;

/**
 * A token bucket that is evidently right: in {@code dt} nanoseconds exactly {@code rate * dt} billionths of a token arrive, and the
 * level is a whole number of them, however large.
 */
final class ReferenceBucket {
    static final BigInteger BILLION = BigInteger.valueOf(1_000_000_000);

    private BigInteger rate;
    private BigInteger size;
    private BigInteger level;
    private BigInteger now;
    private BigInteger refundable = BigInteger.ZERO;
    /** All that ever arrived, lost or not, in billionths. */
    private BigInteger arrived = BigInteger.ZERO;

    ReferenceBucket(long rate, long size, boolean full, long now) {
        this.rate = BigInteger.valueOf(rate);
        this.size = billionths(size);
        level = full ? this.size : BigInteger.ZERO;
        this.now = BigInteger.valueOf(now);
    }

    static BigInteger billionths(long tokens) {
        return BigInteger.valueOf(tokens).multiply(BILLION);
    }

    void advance(long to) {
        BigInteger then = BigInteger.valueOf(to);
        BigInteger dt = then.subtract(now);
        if (dt.signum() > 0) {
            BigInteger more = rate.multiply(dt);
            arrived = arrived.add(more);
            level = level.add(more).min(size);
            now = then;
        }
    }

    BigInteger nanosUntil(long amount) {
        BigInteger missing = billionths(amount).min(size).subtract(level);
        if (amount == 0 || missing.signum() <= 0) {
            return BigInteger.ZERO;
        }
        return missing.add(rate).subtract(BigInteger.ONE).divide(rate);
    }

    void charge(long amount) {
        level = level.subtract(billionths(amount));
        refundable = refundable.add(BigInteger.valueOf(amount)).min(BigInteger.valueOf(TokenBucket.MAX_AMOUNT));
    }

    /** Gives back, and says how many tokens. */
    BigInteger refund(long amount) {
        BigInteger back = BigInteger.valueOf(amount).min(refundable);
        refundable = refundable.subtract(back);
        level = level.add(back.multiply(BILLION)).min(size);
        return back;
    }

    void change(long newRate, long newSize) {
        rate = BigInteger.valueOf(newRate);
        size = billionths(newSize);
        level = level.min(size);
    }

    /** Whole tokens, rounded down. */
    long tokens() {
        BigInteger[] parts = level.divideAndRemainder(BILLION);
        return parts[0].longValueExact() - (parts[1].signum() < 0 ? 1 : 0);
    }

    BigInteger size() {
        return size;
    }

    BigInteger arrived() {
        return arrived;
    }
}
