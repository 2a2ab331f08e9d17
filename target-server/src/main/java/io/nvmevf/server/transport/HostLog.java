package io.nvmevf.server.transport;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The log lines that a host can cause: at most {@value #LINES_PER_SECOND} in a second over all hosts; what is left out is
 * counted, and the next line says how much it was.
 */
public final class HostLog {
    private static final Logger LOG = LoggerFactory.getLogger("io.nvmevf.host");
    private static final int LINES_PER_SECOND = 10;
    private static final long SECOND = 1_000_000_000L;

    private final LongSupplier nanoTime;
    private final AtomicLong second = new AtomicLong(Long.MIN_VALUE);
    private final AtomicLong lines = new AtomicLong();
    private final AtomicLong leftOutNow = new AtomicLong();
    private final LongAdder leftOut = new LongAdder();
    private final AtomicLong connections = new AtomicLong();

    public HostLog() {
        this(System::nanoTime);
    }

    HostLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Something that a host brought about, where no connection is at hand. */
    public void event(String format, Object... arguments) {
        line(Level.INFO, null, null, format, arguments);
    }

    /** A connection that was not taken. */
    void refused(String remote, String why) {
        if (LOG.isInfoEnabled() && mayLog()) {
            LOG.atInfo().addKeyValue("remote", remote).log("connection from {} is refused: {}", remote, why);
        }
    }

    /** The number of a new connection: 1, 2, and so on. */
    long nextConnection() {
        return connections.incrementAndGet();
    }

    void line(
            Level level, @Nullable ConnectionLog about, @Nullable Throwable cause, String format, Object... arguments) {
        if (LOG.isEnabledForLevel(level) && mayLog()) {
            LoggingEventBuilder line = LOG.atLevel(level);
            if (about != null) {
                line = about.with(line);
            }
            if (cause != null) {
                line = line.setCause(cause);
            }
            line.log(format, arguments);
        }
    }

    /** Lines that were left out since the start. */
    public long leftOut() {
        return leftOut.sum();
    }

    private boolean mayLog() {
        long now = Math.floorDiv(nanoTime.getAsLong(), SECOND);
        long last = second.get();
        if (now != last && second.compareAndSet(last, now)) {
            lines.set(0);
            long missed = leftOutNow.getAndSet(0);
            if (missed > 0) {
                LOG.warn("{} lines about hosts were left out: more than {} in a second", missed, LINES_PER_SECOND);
            }
        }
        if (lines.incrementAndGet() <= LINES_PER_SECOND) {
            return true;
        }
        leftOutNow.incrementAndGet();
        leftOut.increment();
        return false;
    }
}
