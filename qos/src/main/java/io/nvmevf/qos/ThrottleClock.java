package io.nvmevf.qos;

/**
 * How long demand was above a limit, in nanoseconds.
 *
 * <p>A refusal at {@code now} with a wait is such a time, from {@code now} to the next ask after the wait; times that overlap
 * count once. What the timer of the caller adds to the wait belongs to it (the command still waits, and the tokens of that
 * time are spent by it), but no more than {@link #LATE}: then nobody is waiting any more, only we have not been told.
 */
final class ThrottleClock {
    /** How late a command that waits asks again at most, in nanoseconds. */
    static final long LATE = 10_000_000;

    private long total;
    private boolean open;
    private long from;
    private long until;

    /** Notes a decision: {@code wait} is 0 if this limit did not object. */
    void asked(long now, long wait) {
        if (open && now - until >= 0) {
            close(now);
        }
        if (wait == 0) {
            return;
        }
        long end = now + wait;
        if (!open) {
            open = true;
            from = now;
            until = end;
        } else if (end - until > 0) {
            until = end;
        }
    }

    /** Ends a time that is running: nobody waits any more, or for something else. */
    void close(long now) {
        total = total(now);
        open = false;
    }

    /** Nanoseconds so far. */
    long total(long now) {
        if (!open) {
            return total;
        }
        long end = now - until > LATE ? until + LATE : now;
        return total + Math.max(0, end - from);
    }
}
