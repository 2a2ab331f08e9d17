package io.nvmevf.storage.file;

import io.nvmevf.storage.StoragePool;
import io.nvmevf.storage.conformance.BlockDeviceConformance;
import io.nvmevf.storage.conformance.EnabledIfIoUring;
import io.nvmevf.storage.conformance.Loops;
import io.nvmevf.storage.posix.NativePosix;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

abstract class FileConformance extends BlockDeviceConformance {

    /**
     * Netty's submission object takes 72 bytes when the compiler does not do without it. It usually does (under 1 byte per
     * request was measured), but that is the compiler's choice; anything beyond is ours.
     */
    static final double RING_TOLERATED = 80;

    @TempDir
    Path directory;

    private final boolean ring;
    private final boolean directIo;
    private final double tolerated;

    FileConformance(boolean ring, boolean directIo, double tolerated) {
        this.ring = ring;
        this.directIo = directIo;
        this.tolerated = tolerated;
    }

    @Override
    protected StoragePool openPool() throws Exception {
        return new FilePool(directory, GROWN, false, directIo);
    }

    @Override
    protected Loops openLoops() {
        return ring ? Loops.ring() : Loops.nio();
    }

    @Override
    protected long bytesTaken() throws Exception {
        return NativePosix.INSTANCE.status(directory.resolve(ID + ".ns")).allocated();
    }

    @Override
    protected double toleratedAllocation() {
        return tolerated;
    }
}

@EnabledIfIoUring
class FileRingBufferedTest extends FileConformance {
    FileRingBufferedTest() {
        super(true, false, RING_TOLERATED);
    }
}

@EnabledIfIoUring
class FileRingDirectTest extends FileConformance {
    FileRingDirectTest() {
        super(true, true, RING_TOLERATED);
    }
}

class FilePoolQueueBufferedTest extends FileConformance {
    FilePoolQueueBufferedTest() {
        super(false, false, 1);
    }
}

class FilePoolQueueDirectTest extends FileConformance {
    FilePoolQueueDirectTest() {
        super(false, true, 1);
    }
}
