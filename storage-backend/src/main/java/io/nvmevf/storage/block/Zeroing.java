package io.nvmevf.storage.block;

import io.nvmevf.storage.posix.Linux;
import io.nvmevf.storage.posix.NativePosix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Makes a range of a block device read as zeros, durably, and looks whether it does. Control path: blocks for as long as it takes. */
final class Zeroing {

    /** One call at most, so that the process can be ended in between. */
    private static final long PIECE = 256L << 20;

    private static final int SAMPLE = 4096;
    private static final int SAMPLES = 1024;

    private Zeroing() {}

    /** @param offset and length: multiples of 4096 bytes */
    static void zero(int fd, Path path, long offset, long length) throws IOException {
        NativePosix posix = NativePosix.INSTANCE;
        for (long at = offset; at < offset + length; at += PIECE) {
            posix.zeroOut(fd, at, Math.min(PIECE, offset + length - at), path);
        }
        posix.fsync(fd, path);
        verify(fd, path, offset, length);
    }

    private static void verify(int fd, Path path, long offset, long length) throws IOException {
        long blocks = length / SAMPLE;
        long samples = Math.min(blocks, SAMPLES);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment block = arena.allocate(SAMPLE, SAMPLE);
            MemorySegment zeros = arena.allocate(SAMPLE, SAMPLE);
            for (long i = 0; i < samples; i++) {
                // The first and the last block, and even steps between them.
                long index = samples == 1 ? 0 : Math.round((double) i * (blocks - 1) / (samples - 1));
                long at = offset + index * SAMPLE;
                long result = NativePosix.INSTANCE.pread(fd, block.address(), SAMPLE, at);
                if (result != SAMPLE) {
                    throw new IOException(path + ": reading back at byte " + at + ": "
                            + (result < 0 ? Linux.errorName((int) -result) : result + " bytes"));
                }
                if (block.mismatch(zeros) != -1) {
                    throw new IOException(path + " does not read as zeros at byte " + at + " after it was zeroed");
                }
            }
        }
    }
}
