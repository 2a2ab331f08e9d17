package io.nvmevf.server.wipe;

/** What is read back after an erasure. Each byte that is read must be zero. */
public enum Verification {
    /** Every byte. */
    FULL,
    /**
     * The first and the last MiB, and 1024 blocks of 4 KiB in between: one at a pseudo-random place in each of 1024 parts of equal
     * size. A device of up to 8 MiB is read as a whole.
     */
    SAMPLED
}
