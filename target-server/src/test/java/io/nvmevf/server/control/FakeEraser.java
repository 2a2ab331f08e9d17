package io.nvmevf.server.control;

import io.nvmevf.server.wipe.WipePlan;
import io.nvmevf.server.wipe.WipeProgress;
import io.nvmevf.server.wipe.WipeResult;
import io.nvmevf.storage.PoolException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Erases when the test says so, and as the test says. */
public final class FakeEraser implements Eraser {
    private record Run(
            String id, long bytes, WipePlan plan, String owner, boolean operator, Consumer<WipeResult> done) {}

    private final FakePool pool;
    private final List<Run> runs = new ArrayList<>();

    public FakeEraser(FakePool pool) {
        this.pool = pool;
    }

    @Override
    public synchronized Supplier<WipeProgress> start(
            String id, long bytes, WipePlan plan, String owner, boolean operator, Consumer<WipeResult> done) {
        FakePool.Device device = pool.devices.get(id);
        if (device != null && device.open) {
            throw new AssertionError("the device of " + id + " is still open when its erasure begins");
        }
        runs.add(new Run(id, bytes, plan, owner, operator, done));
        return () -> new WipeProgress(WipeProgress.ERASE, bytes / 2, bytes, 1024);
    }

    /** Namespaces that are being erased, in the order of their start. */
    public synchronized List<String> running() {
        return runs.stream().map(Run::id).toList();
    }

    /** For whom it is erased: the owner, or the operator for the owner. */
    public synchronized String turn(String id) {
        Run run = runs.stream().filter(r -> r.id.equals(id)).findFirst().orElseThrow();
        return run.operator ? "operator for " + run.owner : run.owner;
    }

    /** Carries all out. */
    public void finishAll() {
        while (!running().isEmpty()) {
            finish(running().getFirst(), null);
        }
    }

    /** @param failure null for success */
    public void finish(String id, @Nullable String failure) {
        Run run = take(id);
        if (failure == null) {
            try {
                pool.erase(id);
            } catch (PoolException e) {
                end(run, e.getMessage());
                return;
            }
        }
        end(run, failure);
    }

    private static void end(Run run, @Nullable String failure) {
        run.done.accept(new WipeResult(run.plan, run.bytes, failure == null ? run.bytes : 0, 1_000, 2_000, failure));
    }

    private synchronized Run take(String id) {
        Run run = runs.stream()
                .filter(r -> r.id.equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError(id + " is not being erased"));
        runs.remove(run);
        return run;
    }
}
