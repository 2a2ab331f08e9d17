package io.nvmevf.storage.fault;

import io.netty.buffer.ByteBuf;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Written and not yet stable blocks, by their number. A block is its bytes, or one of two marks for zeros. A write makes a new array
 * each time, so that the array itself says whether a block was written again. Thread-safe.
 */
final class Overlay {

    /** Zeros whose space may be given back. */
    static final byte[] DEALLOCATED = new byte[0];

    /** Zeros whose space stays. */
    static final byte[] ZEROES = new byte[0];

    private final int block;
    private final NavigableMap<Long, byte[]> blocks = new TreeMap<>();

    /** @param block bytes */
    Overlay(int block) {
        this.block = block;
    }

    synchronized void write(long offset, ByteBuf buffer, int index, int length) {
        for (int done = 0; done < length; done += block) {
            byte[] bytes = new byte[block];
            buffer.getBytes(index + done, bytes);
            blocks.put((offset + done) / block, bytes);
        }
    }

    synchronized void zero(long offset, long length, boolean deallocate) {
        for (long at = offset; at < offset + length; at += block) {
            blocks.put(at / block, deallocate ? DEALLOCATED : ZEROES);
        }
    }

    /** Puts what is here over what was read from beneath. */
    synchronized void patch(NavigableMap<Long, byte[]> from, long offset, ByteBuf buffer, int index, int length) {
        long first = offset / block;
        for (Map.Entry<Long, byte[]> each :
                from.subMap(first, true, (offset + length - 1) / block, true).entrySet()) {
            int at = index + Math.toIntExact((each.getKey() - first) * block);
            if (isZeros(each.getValue())) {
                buffer.setZero(at, block);
            } else {
                buffer.setBytes(at, each.getValue());
            }
        }
    }

    /** A copy of the blocks of a range. */
    synchronized NavigableMap<Long, byte[]> snapshot(long offset, long length) {
        return new TreeMap<>(blocks.subMap(offset / block, true, (offset + length - 1) / block, true));
    }

    synchronized NavigableMap<Long, byte[]> snapshot() {
        return new TreeMap<>(blocks);
    }

    /** Forgets those blocks that are still the ones of the snapshot: they are stable now. */
    // The same array means: not written again.
    @SuppressWarnings("ReferenceEquality")
    synchronized void forget(Map<Long, byte[]> stable) {
        stable.forEach((number, bytes) -> {
            if (blocks.get(number) == bytes) {
                blocks.remove(number);
            }
        });
    }

    synchronized void clear() {
        blocks.clear();
    }

    synchronized int size() {
        return blocks.size();
    }

    static boolean isZeros(byte[] bytes) {
        return bytes.length == 0;
    }
}
