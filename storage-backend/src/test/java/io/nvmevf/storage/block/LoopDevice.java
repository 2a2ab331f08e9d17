package io.nvmevf.storage.block;

import io.nvmevf.storage.conformance.Command;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** A host block device over a file; aborts the test where there are none (no root, no losetup, no loop driver). */
final class LoopDevice implements AutoCloseable {

    private final Path path;

    LoopDevice(Path image, long bytes) throws Exception {
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(bytes);
        }
        path = Path.of(Command.orSkip("losetup", "--find", "--show", image.toString()));
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        Command.orSkip("losetup", "--detach", path.toString());
    }
}
