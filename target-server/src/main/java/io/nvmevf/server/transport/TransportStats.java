package io.nvmevf.server.transport;

import io.nvmevf.server.metrics.DataPlaneStats.ConnectionClass;
import io.nvmevf.server.metrics.DataPlaneStats.Delay;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What happened to connections. Written on event loops when a connection begins, ends or is refused, never for a command;
 * read by metrics.
 */
public final class TransportStats {
    private final LongAdder[] refusals = new LongAdder[Refusal.values().length];
    private final AtomicLong[] open = new AtomicLong[ConnectionClass.values().length];
    private final LongAdder[] delays = new LongAdder[Delay.values().length];
    private final LongAdder dataDigestErrors = new LongAdder();

    public TransportStats() {
        for (int i = 0; i < refusals.length; i++) {
            refusals[i] = new LongAdder();
        }
        for (int i = 0; i < open.length; i++) {
            open[i] = new AtomicLong();
        }
        for (int i = 0; i < delays.length; i++) {
            delays[i] = new LongAdder();
        }
    }

    /** A connection or Connect was refused, or a connection ended, for this reason. */
    public void count(Refusal reason) {
        refusals[reason.ordinal()].increment();
    }

    /** Times that it happened. */
    public long refusals(Refusal reason) {
        return refusals[reason.ordinal()].sum();
    }

    /** Something was taken up late, on purpose. */
    public void delayed(Delay what) {
        delays[what.ordinal()].increment();
    }

    /** Times that it was. */
    public long delays(Delay what) {
        return delays[what.ordinal()].sum();
    }

    /** Connections of this class that are open. */
    public long open(ConnectionClass kind) {
        return open[kind.ordinal()].get();
    }

    /** Commands whose data came with a wrong data digest. */
    public long dataDigestErrors() {
        return dataDigestErrors.sum();
    }

    /** Counts a new connection. */
    void opened() {
        open[ConnectionClass.PENDING.ordinal()].incrementAndGet();
    }

    void reclassified(ConnectionClass from, ConnectionClass to) {
        open[from.ordinal()].decrementAndGet();
        open[to.ordinal()].incrementAndGet();
    }

    void closed(ConnectionClass kind) {
        open[kind.ordinal()].decrementAndGet();
    }

    void dataDigestError() {
        dataDigestErrors.increment();
    }
}
