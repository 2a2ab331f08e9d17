package io.nvmevf.bench.qos;

/**
 * What a limit does to commands that arrive at known times, computed event by event with integers: a line in order of arrival
 * before one bucket of tokens. Written from the documentation of limits, without the target's code, to hold the target's counter against.
 *
 * <p>Tokens are counted in 10^-9 of one, so that a nanosecond brings exactly {@code rate} of them. The bucket begins full.
 */
final class ThrottleModel {
    private static final long TOKEN = 1_000_000_000L;

    private final long rate;
    private final long size;
    private long tokens;
    private long last = Long.MIN_VALUE;

    /** When the last command was let through. */
    private long admitted = Long.MIN_VALUE;

    /** Until when throttled time has been counted. */
    private long counted = Long.MIN_VALUE;

    private long throttled;

    /**
     * Of a limit.
     *
     * @param rate tokens a second
     * @param burst tokens that the bucket holds
     */
    ThrottleModel(long rate, long burst) {
        this.rate = rate;
        size = Math.multiplyExact(burst, TOKEN);
        tokens = size;
    }

    /**
     * A command arrives; never earlier than the one before.
     *
     * @param amount tokens that it takes: 1, or its bytes. With more than the bucket holds it goes when the bucket is full, and the
     *     bucket owes the rest
     * @return when it is let through, in nanoseconds
     */
    long arrive(long at, long amount) {
        long turn = Math.max(at, admitted);
        refill(turn);
        long missing = Math.min(Math.multiplyExact(amount, TOKEN), size) - tokens;
        admitted = missing <= 0 ? turn : Math.addExact(turn, Math.ceilDiv(missing, rate));
        refill(admitted);
        tokens -= amount * TOKEN;
        if (admitted > at) {
            throttled += admitted - Math.max(at, counted);
            counted = admitted;
        }
        return admitted;
    }

    /** Nanoseconds in which at least one command waited. */
    long throttledNanos() {
        return throttled;
    }

    private void refill(long now) {
        if (last != Long.MIN_VALUE) {
            tokens = Math.min(size, Math.addExact(tokens, Math.multiplyExact(now - last, rate)));
        }
        last = now;
    }
}
