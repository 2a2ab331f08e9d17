package io.nvmevf.bench.load;

/** What one command does. */
public enum Io {
    READ,
    WRITE,
    FLUSH,
    /** Dataset Management, Deallocate, of one range of one block. */
    DEALLOCATE
}
