package io.nvmevf.storage.memory;

import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.posix.Linux;
import io.nvmevf.storage.posix.NativePosix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Sparse memory: address space is reserved in extents of 1 GiB, and the kernel adds pages, filled with zeros, as they are
 * written. Discarding gives whole pages back. Extents stay mapped until {@link #free}, so that a look-up needs no lock and no address
 * can vanish under a copy.
 */
final class MemoryStore {

    static final int PAGE = 4096;

    private static final int EXTENT_SHIFT = 30;
    private static final long EXTENT = 1L << EXTENT_SHIFT;

    /** All of memory, for copies between addresses: slices would be objects. */
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final long ZEROS = Arena.global().allocate(PAGE, PAGE).address();

    private final PageLocks locks = new PageLocks();
    private volatile long[] extents = new long[0];
    private volatile long capacity;

    MemoryStore(long bytes) throws OutOfAddressSpace {
        try {
            resize(bytes);
        } catch (OutOfAddressSpace e) {
            free();
            throw e;
        }
    }

    /** The kernel refused to reserve more: its limits on address space or its strict overcommit policy. */
    static final class OutOfAddressSpace extends Exception {
        OutOfAddressSpace(int errno) {
            super("mmap: " + Linux.errorName(errno));
        }
    }

    long capacity() {
        return capacity;
    }

    /** Control path. What is cut off is discarded; what is added reads as zeros. */
    void resize(long bytes) throws OutOfAddressSpace {
        long[] old = extents;
        int wanted = Math.toIntExact((bytes + EXTENT - 1) >>> EXTENT_SHIFT);
        if (wanted > old.length) {
            long[] grown = Arrays.copyOf(old, wanted);
            for (int i = old.length; i < wanted; i++) {
                long address = NativePosix.INSTANCE.map(EXTENT);
                if (address < 0 && address > -4096) {
                    unmap(grown, old.length, i);
                    throw new OutOfAddressSpace((int) -address);
                }
                grown[i] = address;
            }
            extents = grown;
        }
        long before = capacity;
        capacity = bytes;
        if (bytes < before) {
            discard(bytes, before - bytes);
        }
    }

    /** No queue may exist any more. */
    void free() {
        long[] old = extents;
        extents = new long[0];
        capacity = 0;
        unmap(old, 0, old.length);
    }

    private static void unmap(long[] extents, int from, int to) {
        for (int i = from; i < to; i++) {
            NativePosix.INSTANCE.unmap(extents[i], EXTENT);
        }
    }

    void read(long offset, long destination, int length) {
        copy(offset, destination, length, false);
    }

    void write(long offset, long source, int length) {
        copy(offset, source, length, true);
    }

    private void copy(long offset, long outside, int length, boolean in) {
        long[] table = extents;
        long at = offset;
        long other = outside;
        int left = length;
        while (left > 0) {
            int piece = Math.min(left, PAGE - (int) (at & (PAGE - 1)));
            long inside = address(table, at);
            long page = at / PAGE;
            locks.lock(page);
            if (in) {
                MemorySegment.copy(MEMORY, other, MEMORY, inside, piece);
            } else {
                MemorySegment.copy(MEMORY, inside, MEMORY, other, piece);
            }
            locks.unlock(page);
            at += piece;
            other += piece;
            left -= piece;
        }
    }

    /**
     * Makes a range read as zeros and gives its whole pages back. Takes time with the pages that are in use, about a
     * millisecond for 16 MiB: callers on an event loop cut large ranges up.
     */
    void discard(long offset, long length) {
        long end = offset + length;
        long firstWhole = (offset + PAGE - 1) & -PAGE;
        long endWhole = end & -PAGE;
        if (firstWhole >= endWhole) {
            zero(offset, (int) length);
            return;
        }
        zero(offset, (int) (firstWhole - offset));
        long piece = 0;
        for (long at = firstWhole; at < endWhole; at += piece) {
            long untilExtent = EXTENT - (at & (EXTENT - 1));
            piece = Math.min(Math.min(endWhole - at, untilExtent), (long) PageLocks.COUNT * PAGE);
            discardPages(at, piece);
        }
        zero(endWhole, (int) (end - endWhole));
    }

    private void discardPages(long offset, long length) {
        long page = offset / PAGE;
        int pages = (int) (length / PAGE);
        locks.lockAll(page, pages);
        int result = NativePosix.INSTANCE.discard(address(extents, offset), length);
        locks.unlockAll(page, pages);
        if (result < 0) {
            // Not known to happen for private memory; zeros are promised all the same.
            for (long at = offset; at < offset + length; at += PAGE) {
                zero(at, PAGE);
            }
        }
    }

    /** Less than two pages' worth. */
    private void zero(long offset, int length) {
        long at = offset;
        int left = length;
        while (left > 0) {
            int piece = Math.min(left, PAGE - (int) (at & (PAGE - 1)));
            write(at, ZEROS, piece);
            at += piece;
            left -= piece;
        }
    }

    private static long address(long[] table, long offset) {
        return table[(int) (offset >>> EXTENT_SHIFT)] + (offset & (EXTENT - 1));
    }

    /** What {@link BlockDevice#atomicWriteUnit()} may promise: the page locks make a page whole. */
    static int atomicUnit() {
        return PAGE;
    }
}
