package io.nvmevf.storage.fd;

import java.lang.foreign.Arena;

/** Zeros to write where a file system cannot make them itself; aligned for O_DIRECT, and never written to. */
final class ZeroMemory {

    static final int LENGTH = 1 << 20;
    static final long ADDRESS = Arena.global().allocate(LENGTH, 4096).address();

    private ZeroMemory() {}
}
