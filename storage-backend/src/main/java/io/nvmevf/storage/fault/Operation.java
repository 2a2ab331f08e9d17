package io.nvmevf.storage.fault;

/** The kinds of requests that a fault can be about. */
public enum Operation {
    READ,
    WRITE,
    FLUSH,
    WRITE_ZEROES,
    DEALLOCATE
}
