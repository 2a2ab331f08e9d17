package io.nvmevf.qos;

import java.util.concurrent.locks.StampedLock;

/**
 * Takes a lock that is held for some dozens of nanoseconds by trying again, never by parking the thread: an event loop
 * must not sleep.
 */
public final class SpinLock {
    private static final int SPINS = 200;

    private SpinLock() {}

    /**
     * Takes the write lock.
     *
     * @return the stamp that unlocks it
     */
    // Nothing relies on what yield does; it only lets the holder run where there are fewer cores than threads.
    @SuppressWarnings("ThreadPriorityCheck")
    public static long lock(StampedLock lock) {
        for (int spins = 0; ; spins++) {
            long stamp = lock.tryWriteLock();
            if (stamp != 0) {
                return stamp;
            }
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                // Whoever holds it is not running: let it.
                Thread.yield();
            }
        }
    }
}
