package io.nvmevf.qos;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What one member of a {@link PfShares} may take of the physical function now: a bucket of device time, whose rate the planner
 * sets.
 *
 * <p>The bucket belongs to the {@link LimitedAdmission} that was made with it and is guarded by its lock. The planner and the
 * admission only leave each other numbers: what was used and refused so far, and the rate that holds. So virtual functions share
 * no lock, and no cache line that is written for each command.
 */
public final class PfShare {
    /** What a bucket holds at least is two requests of this many bytes, so that large ones are paced exactly. */
    private static final long LARGE = 1L << 20;

    private static final VarHandle USED;
    private static final VarHandle REFUSED;
    private static final VarHandle WAITS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            USED = lookup.findVarHandle(PfShare.class, "used", long.class);
            REFUSED = lookup.findVarHandle(PfShare.class, "refused", long.class);
            WAITS = lookup.findVarHandle(PfShare.class, "waits", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final PfShares shares;
    /** Told that more may be taken than before. */
    final Runnable onMore;
    /** Whether it only gets what the others leave. */
    final boolean background;

    private final TokenBucket bucket;
    private final long leastSize;

    // Written by the admission, under its lock.
    private long used;
    private long refused;
    private boolean waits;

    /** Picoseconds a second; written by the planner. */
    private volatile long rate;

    private volatile Share terms;

    // The planner's own.
    long lastUsed;
    long lastRefused;
    /** Picoseconds a second that were used since the last plan. */
    long demand;

    boolean wantsMore;
    boolean satisfied;
    long guaranteed;

    PfShare(PfShares shares, Share terms, boolean background, Runnable onMore, long rate, long now) {
        this.shares = shares;
        this.terms = terms;
        this.background = background;
        this.onMore = onMore;
        this.rate = rate;
        leastSize = 2 * shares.costs().dearer(LARGE);
        bucket = TokenBucket.full(rate, size(rate), now);
    }

    /** Twenty milliseconds, as a limit's own burst. */
    private long size(long rate) {
        return Math.clamp(rate / 50, leastSize, TokenBucket.MAX_SIZE);
    }

    // ---- the admission's side, under its lock ----------------------------------------------------------------------

    /** How long until this much may be taken, in nanoseconds; 0 if it may be now. */
    long nanosUntil(long cost, long now) {
        long next = rate;
        if (next != bucket.rate()) {
            bucket.change(next, size(next), now);
        }
        return bucket.nanosUntil(cost, now);
    }

    /** The last command that asked was refused, and for nothing but this share. */
    void refused() {
        REFUSED.setOpaque(this, refused + 1);
        if (!waits) {
            WAITS.setOpaque(this, true);
        }
        shares.rouse();
    }

    void charge(long cost) {
        bucket.charge(cost);
        USED.setOpaque(this, used + cost);
        if (waits) {
            WAITS.setOpaque(this, false);
        }
        shares.rouse();
    }

    void refund(long cost) {
        bucket.refund(cost);
    }

    /** Nobody waits any more. */
    void nothingWaits() {
        if (waits) {
            WAITS.setOpaque(this, false);
        }
    }

    // ---- the planner's side ----------------------------------------------------------------------------------------

    long used() {
        return (long) USED.getOpaque(this);
    }

    long refusals() {
        return (long) REFUSED.getOpaque(this);
    }

    boolean waits() {
        return (boolean) WAITS.getOpaque(this);
    }

    /** Puts another rate in force. */
    void rate(long next) {
        long before = rate;
        if (next != before) {
            rate = next;
            if (next > before && waits()) {
                onMore.run();
            }
        }
    }

    // ---- any thread ------------------------------------------------------------------------------------------------

    /** Picoseconds of device time a second that it may take now. */
    public long rate() {
        return rate;
    }

    /** Guarantee and weight. */
    public Share terms() {
        return terms;
    }

    /** Changes guarantee and weight from the next plan on. */
    public void terms(Share next) {
        terms = next;
    }

    /** Whether it is a share of these. */
    boolean isOf(@Nullable PfShares others) {
        return shares.equals(others);
    }

    long cost(Admission.Kind kind, long bytes) {
        return shares.costs().cost(kind, bytes);
    }

    /** Takes no further part. */
    public void leave() {
        shares.leave(this);
    }
}
