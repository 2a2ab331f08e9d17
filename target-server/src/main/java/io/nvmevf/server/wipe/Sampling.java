package io.nvmevf.server.wipe;

/** Which pieces of a device a verification reads. The same plan and size always give the same places (docs/wipe.md). */
final class Sampling {
    static final int PIECE = 1 << 20;
    static final int BLOCK = 4096;
    static final int PARTS = 1024;

    /** Up to this size a sample would be most of the device. */
    static final long WHOLE = 8L * PIECE;

    private Sampling() {}

    /** Takes the pieces, in ascending order. */
    @FunctionalInterface
    interface Sink {
        void piece(long offset, int length) throws WipeFailure, StoppedException, InterruptedException;
    }

    /** How many bytes {@link #forEach} names. */
    static long bytes(Verification verification, long capacity) {
        return readsAll(verification, capacity) ? capacity : 2L * PIECE + (long) PARTS * BLOCK;
    }

    private static boolean readsAll(Verification verification, long capacity) {
        return verification == Verification.FULL || capacity <= WHOLE;
    }

    /** @param capacity a positive multiple of 4096 */
    static void forEach(Verification verification, long seed, long capacity, Sink sink)
            throws WipeFailure, StoppedException, InterruptedException {
        forEach(verification, seed, capacity, 0, capacity, sink);
    }

    /** Of all pieces, those that lie between two places, or the parts of them that do. */
    static void forEach(Verification verification, long seed, long capacity, long from, long to, Sink sink)
            throws WipeFailure, StoppedException, InterruptedException {
        if (readsAll(verification, capacity)) {
            for (long offset = from; offset < to; offset += PIECE) {
                sink.piece(offset, (int) Math.min(PIECE, to - offset));
            }
            return;
        }
        samples(seed, capacity, (offset, length) -> {
            long first = Math.max(offset, from);
            long end = Math.min(offset + length, to);
            if (first < end) {
                sink.piece(first, (int) (end - first));
            }
        });
    }

    private static void samples(long seed, long capacity, Sink sink)
            throws WipeFailure, StoppedException, InterruptedException {
        sink.piece(0, PIECE);
        long blocks = (capacity - 2L * PIECE) / BLOCK;
        long state = seed;
        for (int part = 0; part < PARTS; part++) {
            long first = boundary(blocks, part);
            long length = boundary(blocks, part + 1) - first;
            // SplitMix64, written out so that the places can be found again without this program.
            state += 0x9E3779B97F4A7C15L;
            long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
            z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
            z ^= z >>> 31;
            long block = first + Long.remainderUnsigned(z, length);
            sink.piece(PIECE + block * BLOCK, BLOCK);
        }
        sink.piece(capacity - PIECE, PIECE);
    }

    /** {@code blocks * part / PARTS}, rounded down, without overflow. */
    private static long boundary(long blocks, int part) {
        return blocks / PARTS * part + blocks % PARTS * part / PARTS;
    }
}
