package io.nvmevf.bench.load;

/**
 * Which block comes next on one queue, and whether it is read or written. A block is one I/O; blocks are counted from 0.
 * One class for all orders, so that the hot path calls one method of one class.
 */
final class Accesses {
    private enum Order {
        RANDOM,
        SEQUENTIAL,
        SCATTERED
    }

    private final Order order;
    private final long first;
    private final long blocks;
    private final long step;
    private final int readPercent;
    private long left;
    private long position;
    private long random;

    private Accesses(Order order, long first, long blocks, long step, int readPercent, long left, long seed) {
        this.order = order;
        this.first = first;
        this.blocks = blocks;
        this.step = step;
        this.readPercent = readPercent;
        this.left = left;
        this.random = seed * 0x9E3779B97F4A7C15L | 1;
    }

    /**
     * Without an end. Random accesses go over all blocks; sequential ones over this queue's share, again and again.
     *
     * @param blocks in the whole region, at least {@code queues}
     */
    static Accesses endless(Workload workload, long blocks, int queue, int queues, long seed) {
        if (workload.random) {
            return new Accesses(Order.RANDOM, 0, blocks, 1, workload.readPercent, Long.MAX_VALUE, seed + queue);
        }
        long share = blocks / queues;
        return new Accesses(
                Order.SEQUENTIAL, queue * share, share, 1, workload.readPercent, Long.MAX_VALUE, seed + queue);
    }

    /** Each block of this queue's share once, in ascending order; the last queue also has the rest. */
    static Accesses once(boolean reads, long blocks, int queue, int queues) {
        long share = blocks / queues;
        long count = queue == queues - 1 ? blocks - share * queue : share;
        return new Accesses(Order.SEQUENTIAL, share * queue, count, 1, reads ? 100 : 0, count, queue);
    }

    /** The blocks of {@link #once}, each once, in an order that jumps about. */
    static Accesses scattered(boolean reads, long blocks, int queue, int queues) {
        long share = blocks / queues;
        long count = queue == queues - 1 ? blocks - share * queue : share;
        long step = Math.max(1, count * 5 / 8);
        while (gcd(step, count) > 1) {
            step++;
        }
        return new Accesses(Order.SCATTERED, share * queue, count, step, reads ? 100 : 0, count, queue);
    }

    boolean hasNext() {
        return left > 0;
    }

    /** The next block; only when {@link #hasNext()}. */
    long next() {
        left--;
        return switch (order) {
            case RANDOM -> Math.unsignedMultiplyHigh(nextRandom(), blocks);
            case SEQUENTIAL, SCATTERED -> {
                long block = first + position;
                position += step;
                if (position >= blocks) {
                    position -= blocks;
                }
                yield block;
            }
        };
    }

    /** Whether the next one is a read. */
    boolean nextIsRead() {
        return switch (readPercent) {
            case 0 -> false;
            case 100 -> true;
            default -> Math.unsignedMultiplyHigh(nextRandom(), 100) < readPercent;
        };
    }

    /** Xorshift64*: period 2^64 - 1, three shifts and a product. */
    private long nextRandom() {
        random ^= random >>> 12;
        random ^= random << 25;
        random ^= random >>> 27;
        return random * 0x2545F4914F6CDD1DL;
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
