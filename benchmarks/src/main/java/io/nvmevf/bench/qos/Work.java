package io.nvmevf.bench.qos;

import io.nvmevf.bench.load.Io;

/**
 * What the commands of a host do, at random places.
 *
 * @param readPercent of the commands that are reads
 * @param other what the others are
 * @param blockSize bytes of each
 */
record Work(String name, int readPercent, Io other, int blockSize) {
    static final Work READ = new Work("read", 100, Io.READ, 4096);
    static final Work WRITE = new Work("write", 0, Io.WRITE, 4096);
    static final Work MIXED = new Work("70/30", 70, Io.WRITE, 4096);
    static final Work FLUSH = new Work("flush", 0, Io.FLUSH, 4096);
    static final Work DEALLOCATE = new Work("deallocate", 0, Io.DEALLOCATE, 4096);

    Work of(int bytes) {
        return new Work(name, readPercent, other, bytes);
    }

    /** In the name of a limit for it: read, write or total. */
    String limit() {
        return switch (readPercent) {
            case 0 -> "write";
            case 100 -> "read";
            default -> "total";
        };
    }
}
