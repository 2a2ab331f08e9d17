package io.nvmevf.server.transport;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    public HostLog() {
        this(System::nanoTime);
    }

    HostLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Something about a connection or a controller that its host brought about. */
    public void connection(String format, Object... arguments) {
        if (mayLog()) {
            LOG.info(format, arguments);
        }
    }

    /** A fault of ours that a host brought to light. */
    public void internal(String message, Throwable cause) {
        if (mayLog()) {
            LOG.error(message, cause);
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
