package io.nvmevf.storage.crypt;

import io.nvmevf.storage.StoragePool;
import io.nvmevf.storage.conformance.BlockDeviceConformance;
import io.nvmevf.storage.conformance.EnabledIfIoUring;
import io.nvmevf.storage.conformance.Loops;
import io.nvmevf.storage.file.FilePool;
import io.nvmevf.storage.memory.MemoryPool;
import io.nvmevf.storage.posix.NativePosix;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted devices pass what all devices pass, over each kind of device beneath. */
abstract class EncryptedConformance extends BlockDeviceConformance {

    enum Beneath {
        MEMORY,
        BUFFERED,
        DIRECT
    }

    @TempDir
    Path directory;

    private final Beneath beneath;
    private final boolean ring;

    EncryptedConformance(Beneath beneath, boolean ring) {
        this.beneath = beneath;
        this.ring = ring;
    }

    @Override
    protected StoragePool openPool() throws Exception {
        StoragePool inner = beneath == Beneath.MEMORY
                ? new MemoryPool(GROWN, false)
                : new FilePool(directory.resolve("pool"), GROWN, false, beneath == Beneath.DIRECT);
        return new EncryptedPool(inner, TestKeys.store(directory.resolve("keys")), Set.of());
    }

    @Override
    protected Loops openLoops() {
        return ring ? Loops.ring() : Loops.nio();
    }

    @Override
    protected long bytesTaken() throws Exception {
        return beneath == Beneath.MEMORY
                ? -1
                : NativePosix.INSTANCE
                        .status(directory.resolve("pool").resolve(ID + ".ns"))
                        .allocated();
    }

    @Override
    protected double toleratedAllocation() {
        return ring ? 80 : 1; // Netty's submission object: see the conformance of files
    }
}

class EncryptedMemoryTest extends EncryptedConformance {
    EncryptedMemoryTest() {
        super(Beneath.MEMORY, false);
    }
}

class EncryptedFileTest extends EncryptedConformance {
    EncryptedFileTest() {
        super(Beneath.BUFFERED, false);
    }
}

class EncryptedDirectFileTest extends EncryptedConformance {
    EncryptedDirectFileTest() {
        super(Beneath.DIRECT, false);
    }
}

@EnabledIfIoUring
class EncryptedRingTest extends EncryptedConformance {
    EncryptedRingTest() {
        super(Beneath.BUFFERED, true);
    }
}

@EnabledIfIoUring
class EncryptedDirectRingTest extends EncryptedConformance {
    EncryptedDirectRingTest() {
        super(Beneath.DIRECT, true);
    }
}
