package io.nvmevf.docker;

import static io.nvmevf.docker.TargetContainer.BLOCK;

import io.nvmevf.server.host.Command;
import io.nvmevf.server.host.Completion;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.TestHost;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes to a namespace, one block a command with up to 32 under way, and knows what the target has acknowledged. Each
 * block says all over it where it is and which write it was; so what is read back tells whether a write was lost, torn or
 * put elsewhere.
 */
final class AckedWrites {
    private static final int DEPTH = 32;
    private static final int ENTRIES = 64;

    /** The number of the last write of a block, that was submitted and that was acknowledged; 0 is none. */
    private final int[] submitted;

    private final int[] acknowledged;
    private final Random random;
    private final AtomicInteger count = new AtomicInteger();

    AckedWrites(int blocks, long seed) {
        submitted = new int[blocks];
        acknowledged = new int[blocks];
        random = new Random(seed);
    }

    private record UnderWay(int cid, int block, int number) {}

    /** Writes that were acknowledged until now. Any thread may ask. */
    int count() {
        return count.get();
    }

    /** Writes so many blocks, chosen at random. */
    void write(TestHost host, int writes) {
        HostQueue queue = host.connectIo(1, ENTRIES);
        ArrayDeque<UnderWay> underWay = new ArrayDeque<>();
        for (int i = 0; i < writes; i++) {
            if (underWay.size() == DEPTH) {
                take(queue, underWay);
            }
            submit(queue, underWay);
        }
        while (!underWay.isEmpty()) {
            take(queue, underWay);
        }
        queue.close();
    }

    /** Writes until the target ends the connection. */
    void writeUntilTheEnd(TestHost host) {
        HostQueue queue = host.connectIo(1, ENTRIES);
        ArrayDeque<UnderWay> underWay = new ArrayDeque<>();
        try {
            while (true) {
                if (underWay.size() == DEPTH) {
                    take(queue, underWay);
                }
                submit(queue, underWay);
            }
        } catch (java.io.UncheckedIOException e) {
            // (The connection has ended while something was sent.)
        } catch (AssertionError e) {
            if (!String.valueOf(e.getMessage()).startsWith("the target closed the connection")) {
                throw e;
            }
        }
    }

    private void submit(HostQueue queue, ArrayDeque<UnderWay> underWay) {
        int block;
        // (Two writes to a block under way at a time would end in any order.)
        do {
            block = random.nextInt(submitted.length);
        } while (submitted[block] != acknowledged[block]);
        int number = ++submitted[block];
        int cid = queue.submit(Command.write(1, block, content(block, number), BLOCK));
        underWay.add(new UnderWay(cid, block, number));
    }

    private void take(HostQueue queue, ArrayDeque<UnderWay> underWay) {
        UnderWay oldest = underWay.remove();
        queue.await(oldest.cid()).ok();
        acknowledged[oldest.block()] = oldest.number();
        count.incrementAndGet();
    }

    private static byte[] content(int block, int number) {
        ByteBuffer data = ByteBuffer.allocate(BLOCK);
        while (data.hasRemaining()) {
            data.putInt(block).putInt(number);
        }
        return data.array();
    }

    /** Reads all of it: each block must be as its last acknowledged write left it, or a later one that was under way. */
    void verify(TestHost host) {
        HostQueue queue = host.connectIo(1, ENTRIES);
        for (int block = 0; block < submitted.length; block++) {
            Completion read = queue.run(Command.read(1, block, 1, BLOCK)).ok();
            ByteBuffer data = ByteBuffer.wrap(read.data());
            int where = data.getInt(0);
            int number = data.getInt(4);
            boolean right = number == 0 ? where == 0 : where == block;
            while (data.hasRemaining()) {
                right &= data.getInt() == where && data.getInt() == number;
            }
            if (!right || number < acknowledged[block] || number > submitted[block]) {
                throw new AssertionError("block %d holds write %d of block %d, %s; acknowledged was %d, submitted %d"
                        .formatted(
                                block,
                                number,
                                where,
                                right ? "whole" : "torn or misplaced",
                                acknowledged[block],
                                submitted[block]));
            }
            // What was under way when the target ended has been decided by now.
            submitted[block] = number;
            acknowledged[block] = number;
        }
        queue.close();
    }
}
