package io.nvmevf.storage.fault;

import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.StoragePool;
import io.nvmevf.storage.conformance.BlockDeviceConformance;
import io.nvmevf.storage.conformance.Loops;
import io.nvmevf.storage.file.FilePool;
import io.nvmevf.storage.memory.MemoryPool;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.io.TempDir;

abstract class DecoratorConformance extends BlockDeviceConformance {

    @TempDir
    Path directory;

    private final boolean file;
    private final UnaryOperator<BlockDevice> decorator;

    DecoratorConformance(boolean file, UnaryOperator<BlockDevice> decorator) {
        this.file = file;
        this.decorator = decorator;
    }

    @Override
    protected StoragePool openPool() throws Exception {
        return file ? new FilePool(directory, GROWN, false, false) : new MemoryPool(GROWN, false);
    }

    @Override
    protected BlockDevice decorate(BlockDevice inner) {
        return decorator.apply(inner);
    }

    @Override
    protected Loops openLoops() {
        return Loops.nio();
    }

    @Override
    protected double toleratedAllocation() {
        return Double.POSITIVE_INFINITY; // these decorators allocate, and say so
    }
}

class FaultyMemoryTest extends DecoratorConformance {
    FaultyMemoryTest() {
        super(false, FaultyDevice::new);
    }
}

class FaultyFileTest extends DecoratorConformance {
    FaultyFileTest() {
        super(true, FaultyDevice::new);
    }
}

class UnsyncedLossMemoryTest extends DecoratorConformance {
    UnsyncedLossMemoryTest() {
        super(false, UnsyncedLossDevice::new);
    }
}

class UnsyncedLossFileTest extends DecoratorConformance {
    UnsyncedLossFileTest() {
        super(true, UnsyncedLossDevice::new);
    }
}
