package io.nvmevf.bench.qos;

import org.HdrHistogram.Histogram;

/** What a host asks for, and when. Used by the engine's thread only. */
interface Demand {
    /** Sends what is due at {@code now}, as far as the host's queues have room. */
    void offer(Host host, long now);

    /** Nothing. */
    static Demand none() {
        return (host, now) -> {};
    }

    /** The same, and nothing from a time on. */
    default Demand until(long end) {
        return (host, now) -> {
            if (now - end < 0) {
                offer(host, now);
            }
        };
    }

    /** From a time on, as much as the queues hold. */
    static Demand flood(long from) {
        return (host, now) -> {
            if (now - from >= 0) {
                while (host.send(now)) {}
            }
        };
    }

    /**
     * An open loop: evenly spaced starts, whatever became of earlier commands. A command that finds the queues full is sent later,
     * and its latency counts from when it should have been sent.
     */
    final class Paced implements Demand {
        private static final double SECOND = 1e9;

        private final long from;
        private final long perSecond;
        private final Histogram lateness = new Histogram(1, 60_000_000_000L, 3);
        private long next;
        private long heldUntil;

        Paced(long from, long perSecond) {
            this.from = from;
            this.perSecond = perSecond;
            heldUntil = from - 1;
        }

        @Override
        public void offer(Host host, long now) {
            while (true) {
                long start = from + Math.round(next * SECOND / perSecond);
                if (now - start < 0) {
                    return;
                }
                if (!host.send(start)) {
                    heldUntil = now;
                    return;
                }
                if (start - heldUntil > 0 && host.inWindow(start)) {
                    // (Those that had to wait for room are the target's doing, not ours.)
                    lateness.recordValue(Math.max(1, now - start));
                }
                next++;
            }
        }

        /** Of the commands in the host's window: from when they should have been sent until they were, in nanoseconds. */
        Histogram lateness() {
            return lateness;
        }
    }

    /** Bursts at given times; the times at which the commands really went are kept. */
    final class Trace implements Demand {
        private final long from;
        private final long[] offsets;
        private final int burst;
        private final long[] sentAt;
        private int sent;

        /**
         * @param offsets of the bursts, in nanoseconds from {@code from}, ascending
         * @param burst commands in each
         */
        Trace(long from, long[] offsets, int burst) {
            this.from = from;
            this.offsets = offsets;
            this.burst = burst;
            sentAt = new long[Math.multiplyExact(offsets.length, burst)];
        }

        @Override
        public void offer(Host host, long now) {
            while (sent < sentAt.length && now - from - offsets[sent / burst] >= 0) {
                if (!host.send(now)) {
                    return;
                }
                sentAt[sent++] = now;
            }
        }

        boolean isDone() {
            return sent == sentAt.length;
        }

        /** When each command went, in nanoseconds from the start of the trace; when {@link #isDone}. */
        long[] sentAt() {
            long[] times = new long[sent];
            for (int i = 0; i < sent; i++) {
                times[i] = sentAt[i] - from;
            }
            return times;
        }

        /** By how much a command went later than it should have, at most, in nanoseconds. */
        long worstLateness() {
            long worst = 0;
            for (int i = 0; i < sent; i++) {
                worst = Math.max(worst, sentAt[i] - from - offsets[i / burst]);
            }
            return worst;
        }
    }
}
