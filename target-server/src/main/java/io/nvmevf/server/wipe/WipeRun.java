package io.nvmevf.server.wipe;

import java.util.concurrent.TimeUnit;

/** A run that was started: waiting for its turn, running, or ended. */
public final class WipeRun {
    private static final long WINDOW = TimeUnit.SECONDS.toNanos(1);

    private final String id;
    private final WipePlan plan;
    private final WipeClock clock;
    private final long total;

    private String phase = WipeProgress.ERASE;
    private long done;
    private boolean ended;

    /** The rate is counted from here. */
    private long markNanos;

    private long markDone;
    private long lastRate;

    WipeRun(String id, WipePlan plan, long total, WipeClock clock) {
        this.id = id;
        this.plan = plan;
        this.total = total;
        this.clock = clock;
        this.markNanos = clock.nanos();
    }

    /** The device's id. */
    public String id() {
        return id;
    }

    public WipePlan plan() {
        return plan;
    }

    /** How far it is, now. Any thread. */
    public synchronized WipeProgress progress() {
        return new WipeProgress(phase, done, total, ended ? 0 : rate(clock.nanos()));
    }

    private long rate(long now) {
        long elapsed = now - markNanos;
        if (elapsed <= 0 || (elapsed < WINDOW && lastRate > 0)) {
            return lastRate;
        }
        return (long) ((done - markDone) * 1e9 / elapsed);
    }

    synchronized void phase(String next) {
        phase = next;
        markNanos = clock.nanos();
        markDone = done;
        lastRate = 0;
    }

    synchronized void advance(long bytes) {
        done += bytes;
        long now = clock.nanos();
        if (now - markNanos >= WINDOW) {
            lastRate = rate(now);
            markNanos = now;
            markDone = done;
        }
    }

    synchronized void end() {
        ended = true;
    }
}
