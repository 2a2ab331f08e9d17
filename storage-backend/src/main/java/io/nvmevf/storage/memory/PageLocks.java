package io.nvmevf.storage.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Spin locks, each for every {@value #COUNT}th page of one device. They make a page's copy whole and order it between event loops.
 * Each is held for the copy of one page, or for one piece of a discard; a thread that finds it taken for longer yields.
 */
final class PageLocks {

    /** Pages that follow each other never share a lock; a power of two. */
    static final int COUNT = 1024;

    /** Ints from one lock to the next, so that neighbours do not share a cache line. */
    private static final int STRIDE = 16;

    private static final int SPINS = 100;
    private static final VarHandle LOCK = MethodHandles.arrayElementVarHandle(int[].class);

    private final int[] locks = new int[COUNT * STRIDE];

    void lock(long page) {
        lockIndex((int) (page & (COUNT - 1)) * STRIDE);
    }

    void unlock(long page) {
        LOCK.setRelease(locks, (int) (page & (COUNT - 1)) * STRIDE, 0);
    }

    /** Locks up to {@link #COUNT} successive pages, in the order of the locks, so that two such calls cannot block each other. */
    void lockAll(long firstPage, int pages) {
        int first = (int) (firstPage & (COUNT - 1));
        int wrapped = Math.max(0, first + pages - COUNT);
        for (int i = 0; i < wrapped; i++) {
            lockIndex(i * STRIDE);
        }
        for (int i = first; i < first + pages - wrapped; i++) {
            lockIndex(i * STRIDE);
        }
    }

    void unlockAll(long firstPage, int pages) {
        for (int i = 0; i < pages; i++) {
            unlock(firstPage + i);
        }
    }

    // Yields after some spins: whoever holds the lock may have lost its core.
    @SuppressWarnings("ThreadPriorityCheck")
    private void lockIndex(int index) {
        int spins = 0;
        while (!LOCK.weakCompareAndSetAcquire(locks, index, 0, 1)) {
            if (++spins < SPINS) {
                Thread.onSpinWait();
            } else {
                spins = 0;
                Thread.yield();
            }
        }
    }
}
