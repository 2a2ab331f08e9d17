package io.nvmevf.server.control;

import io.nvmevf.server.wipe.WipePlan;
import io.nvmevf.server.wipe.WipeProgress;
import io.nvmevf.server.wipe.WipeResult;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Who erases devices; implemented by the wipe engine. */
@FunctionalInterface
public interface Eraser {

    /**
     * Begins to erase the closed device {@code id}. Returns at once.
     *
     * @param done called once, on another thread, unless the eraser is closed before
     * @return how far it is
     */
    Supplier<WipeProgress> start(String id, long bytes, WipePlan plan, Consumer<WipeResult> done);
}
