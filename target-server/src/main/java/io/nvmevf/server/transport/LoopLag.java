package io.nvmevf.server.transport;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How late an event loop is with what is due: one task on it every {@value #PERIOD_MILLIS} ms, and the most that it was late in the last
 * {@value #WINDOW_SECONDS} s to twice as long. A loop that is late keeps all its connections waiting: it has more work than
 * its core can do, something blocks it, or the machine gives the core to somebody else.
 */
final class LoopLag {
    static final int PERIOD_MILLIS = 250;
    static final int WINDOW_SECONDS = 15;

    private final EventLoop loop;
    private final Runnable look = this::look;
    private long due;
    private long windowEnds;

    // Written on the loop, read by any thread: two windows, so that a peak is seen by each scrape at least once.
    private volatile long largest;
    private volatile long largestBefore;

    private LoopLag(EventLoop loop) {
        this.loop = loop;
    }

    /** Watches the loop from now on. */
    static LoopLag of(EventLoop loop) {
        LoopLag lag = new LoopLag(loop);
        loop.execute(lag::begin);
        return lag;
    }

    private void begin() {
        long now = loop.ticker().nanoTime();
        windowEnds = now + TimeUnit.SECONDS.toNanos(WINDOW_SECONDS);
        next(now);
    }

    private void look() {
        long now = loop.ticker().nanoTime();
        if (now - windowEnds >= 0) {
            largestBefore = largest;
            largest = 0;
            windowEnds = now + TimeUnit.SECONDS.toNanos(WINDOW_SECONDS);
        }
        largest = Math.max(largest, now - due);
        next(now);
    }

    private void next(long now) {
        long period = TimeUnit.MILLISECONDS.toNanos(PERIOD_MILLIS);
        due = now + period;
        if (!loop.isShuttingDown()) {
            loop.schedule(look, period, TimeUnit.NANOSECONDS);
        }
    }

    /** The most that it was late lately. Any thread. */
    Duration largest() {
        return Duration.ofNanos(Math.max(largest, largestBefore));
    }
}
