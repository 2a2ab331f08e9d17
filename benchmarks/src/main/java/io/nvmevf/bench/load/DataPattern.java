package io.nvmevf.bench.load;

import java.nio.ByteBuffer;

/**
 * Data that says where it belongs: the eight bytes at offset {@code o} (a multiple of 8) of the namespace are a mix of
 * {@code o} and a seed, little endian. So a block that landed elsewhere, a piece that was lost and data of an earlier run
 * are all seen.
 */
public final class DataPattern {
    private final long seed;

    /** Of a run. */
    public DataPattern(long seed) {
        this.seed = seed;
    }

    /** The eight bytes at {@code offset}, a multiple of 8. */
    long word(long offset) {
        long z = (offset >>> 3) + seed * 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    /** Writes what belongs at {@code offset} of the namespace; {@code offset} and {@code length} are multiples of 8. */
    void fill(ByteBuffer littleEndian, int at, long offset, int length) {
        for (int i = 0; i < length; i += 8) {
            littleEndian.putLong(at + i, word(offset + i));
        }
    }

    /** The first index from {@code at} where a byte is not what belongs at {@code offset}, or -1. Any alignment. */
    int mismatch(ByteBuffer littleEndian, int at, long offset, int length) {
        int i = 0;
        while (i < length) {
            long where = offset + i;
            int inWord = (int) (where & 7);
            long expected = word(where - inWord);
            if (inWord == 0 && length - i >= 8) {
                if (littleEndian.getLong(at + i) != expected) {
                    return at + i;
                }
                i += 8;
            } else {
                if (littleEndian.get(at + i) != (byte) (expected >>> (inWord * 8))) {
                    return at + i;
                }
                i++;
            }
        }
        return -1;
    }
}
