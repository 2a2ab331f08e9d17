package io.nvmevf.storage.fd;

import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.PoolException.Reason;
import io.nvmevf.storage.posix.FileStatus;
import java.nio.file.Path;

/**
 * What a file asks of requests.
 *
 * @param transfer what offsets and lengths must be multiples of: 512 or 4096 bytes
 * @param buffer what memory addresses must be multiples of: 1, 512 or 4096 bytes
 */
public record DirectAlignment(int transfer, int buffer) {

    /** Anything goes through the page cache. */
    private static final DirectAlignment BUFFERED = new DirectAlignment(512, 1);

    /** @throws PoolException {@link Reason#INVALID} if the file system has no O_DIRECT, or only in larger pieces */
    public static DirectAlignment of(FileStatus status, boolean directIo, Path path) throws PoolException {
        if (!directIo) {
            return BUFFERED;
        }
        if (status.directOffsetAlignment() < 0) {
            return new DirectAlignment(4096, 4096); // a kernel that does not say: what every device accepts
        }
        if (status.directOffsetAlignment() == 0 || status.directOffsetAlignment() > 4096) {
            throw new PoolException(
                    Reason.INVALID,
                    path + ": the file system "
                            + (status.directOffsetAlignment() == 0
                                    ? "has no O_DIRECT"
                                    : "has O_DIRECT only in pieces of " + status.directOffsetAlignment() + " bytes")
                            + "; turn direct I/O off");
        }
        return new DirectAlignment(atLeast(status.directOffsetAlignment()), atLeast(status.directMemoryAlignment()));
    }

    private static int atLeast(int alignment) {
        return alignment <= 512 ? 512 : 4096;
    }
}
