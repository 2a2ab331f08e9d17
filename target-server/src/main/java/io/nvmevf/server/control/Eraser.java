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
     * @param owner who takes turns with others: owners do not hold up each other
     * @param operator whether the operator asked for it, and not the owner: then no tenant's run holds it up
     * @param done called once, on another thread, unless the eraser is closed before
     * @return how far it is
     */
    Supplier<WipeProgress> start(
            String id, long bytes, WipePlan plan, String owner, boolean operator, Consumer<WipeResult> done);
}
