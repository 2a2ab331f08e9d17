package io.nvmevf.storage.fd;

import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.posix.Linux;

/** The one place that says what an errno of the data path means. */
final class Errnos {

    private Errnos() {}

    static BlockError toBlockError(int errno, boolean read) {
        return switch (errno) {
            case Linux.ENOSPC, Linux.EDQUOT, Linux.EFBIG -> BlockError.NO_SPACE;
            case Linux.ENODEV, Linux.ENXIO, Linux.ESTALE -> BlockError.GONE;
            default -> read ? BlockError.READ_FAILED : BlockError.WRITE_FAILED;
        };
    }
}
