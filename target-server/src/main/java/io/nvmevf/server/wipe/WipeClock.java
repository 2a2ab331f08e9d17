package io.nvmevf.server.wipe;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The time, and waiting for it. Tests have their own. */
interface WipeClock {

    WipeClock SYSTEM = new WipeClock() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public long millis() {
            return System.currentTimeMillis();
        }

        @Override
        public boolean pause(long nanos, CountDownLatch stop) throws InterruptedException {
            return stop.await(nanos, TimeUnit.NANOSECONDS);
        }
    };

    /** Of a monotonic clock. */
    long nanos();

    /** Since 1970 (UTC). */
    long millis();

    /**
     * Returns after {@code nanos}, or earlier when {@code stop} is counted down.
     *
     * @return whether it was stopped
     */
    boolean pause(long nanos, CountDownLatch stop) throws InterruptedException;
}
