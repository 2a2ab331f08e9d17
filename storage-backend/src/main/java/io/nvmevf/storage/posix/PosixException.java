package io.nvmevf.storage.posix;

import java.io.IOException;
import java.nio.file.Path;

/** A system call of the control path failed. */
public final class PosixException extends IOException {

    private final int errno;

    PosixException(String call, Path path, int errno) {
        super(call + " " + path + ": " + Linux.errorName(errno));
        this.errno = errno;
    }

    public int errno() {
        return errno;
    }
}
