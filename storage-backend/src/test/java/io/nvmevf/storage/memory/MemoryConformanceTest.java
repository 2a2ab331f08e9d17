package io.nvmevf.storage.memory;

import io.nvmevf.storage.StoragePool;
import io.nvmevf.storage.conformance.BlockDeviceConformance;
import io.nvmevf.storage.conformance.Loops;

class MemoryConformanceTest extends BlockDeviceConformance {

    @Override
    protected StoragePool openPool() throws Exception {
        return new MemoryPool(GROWN, false);
    }

    @Override
    protected Loops openLoops() {
        return Loops.nio();
    }

    @Override
    protected double toleratedAllocation() {
        return 1;
    }
}
