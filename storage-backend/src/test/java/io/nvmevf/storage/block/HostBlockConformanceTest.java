package io.nvmevf.storage.block;

import io.nvmevf.storage.StoragePool;
import io.nvmevf.storage.conformance.BlockDeviceConformance;
import io.nvmevf.storage.conformance.EnabledIfIoUring;
import io.nvmevf.storage.conformance.Loops;
import io.nvmevf.storage.posix.NativePosix;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

abstract class HostBlockConformance extends BlockDeviceConformance {

    @TempDir
    Path directory;

    private final boolean ring;
    private final boolean directIo;
    private @Nullable LoopDevice loop;

    HostBlockConformance(boolean ring, boolean directIo) {
        this.ring = ring;
        this.directIo = directIo;
    }

    @Override
    protected StoragePool openPool() throws Exception {
        LoopDevice device = new LoopDevice(directory.resolve("image"), GROWN);
        loop = device;
        return new HostBlockPool(List.of(device.path()), directory.resolve("state"), directIo);
    }

    @AfterEach
    void detach() {
        if (loop != null) {
            loop.close();
        }
    }

    @Override
    protected Loops openLoops() {
        return ring ? Loops.ring() : Loops.nio();
    }

    @Override
    protected long bytesTaken() throws Exception {
        return NativePosix.INSTANCE.status(directory.resolve("image")).allocated();
    }

    @Override
    protected double toleratedAllocation() {
        return ring ? Double.POSITIVE_INFINITY : 1;
    }
}

@EnabledIfIoUring
class HostBlockRingDirectTest extends HostBlockConformance {
    HostBlockRingDirectTest() {
        super(true, true);
    }
}

class HostBlockPoolQueueBufferedTest extends HostBlockConformance {
    HostBlockPoolQueueBufferedTest() {
        super(false, false);
    }
}
