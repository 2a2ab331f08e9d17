package io.nvmevf.qos;

/**
 * One limit: commands a second or bytes a second.
 *
 * <p>Without credits it is a bucket of {@code burst} that fills at {@code rate}: after idleness {@code burst} may go at once, in any
 * time {@code t} at most {@code rate * t + burst}.
 *
 * <p>With credits it works as an EBS gp2 volume: credits are earned at {@code rate}, as many as {@code credits} are kept (a new
 * limit has them all), and each command or byte spends one. While there are any, up to {@code burstRate} a second may go;
 * without, {@code rate}.
 *
 * @param rate per second, 1 to 10^12
 * @param burst what may go at once, 1 to 10^15. A request larger than it waits for the full bucket, and what arrives while the
 *     full bucket waits to be asked is lost: with bytes, at least twice the largest transfer keeps large requests exact
 * @param burstRate per second, above {@code rate}, to 10^12; 0 for no credits
 * @param credits 1 to 10^15; 0 for no credits
 */
public record Limit(long rate, long burst, long burstRate, long credits) {

    /**
     * @throws IllegalArgumentException if a figure is out of its range, with a message for the one who gave it
     */
    public Limit {
        range("rate", rate, TokenBucket.MAX_RATE, "leave the limit out for no limit");
        range("burst", burst, TokenBucket.MAX_SIZE, "leave it out for the default");
        if (burstRate != 0 || credits != 0) {
            range("burst rate", burstRate, TokenBucket.MAX_RATE, "burst rate and credits come together");
            range("credits", credits, TokenBucket.MAX_SIZE, "burst rate and credits come together");
            if (burstRate <= rate) {
                throw new IllegalArgumentException("burst rate " + burstRate + " is not above the rate " + rate);
            }
        }
    }

    /** A limit with the default burst: what arrives in 20 ms, and one more, so that a timer which is late loses nothing. */
    public static Limit of(long rate) {
        return new Limit(rate, defaultBurst(rate), 0, 0);
    }

    /** A limit with a burst. */
    public static Limit of(long rate, long burst) {
        return new Limit(rate, burst, 0, 0);
    }

    /** A limit with credits; the burst is the default one of the burst rate. */
    public static Limit withCredits(long rate, long burstRate, long credits) {
        return new Limit(rate, defaultBurst(burstRate), burstRate, credits);
    }

    /** Whether credits are earned and spent. */
    public boolean hasCredits() {
        return credits != 0;
    }

    private static long defaultBurst(long rate) {
        // (A rate that is out of range is refused as the rate, not as a burst.)
        return Math.clamp(rate, 1, TokenBucket.MAX_RATE) / 50 + 1;
    }

    private static void range(String name, long value, long max, String hint) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(name + " " + value + " is not in 1 to " + max + " (" + hint + ")");
        }
    }
}
