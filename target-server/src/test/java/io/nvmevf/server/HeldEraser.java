package io.nvmevf.server;

import io.nvmevf.server.control.Eraser;
import io.nvmevf.server.wipe.WipePlan;
import io.nvmevf.server.wipe.WipeProgress;
import io.nvmevf.server.wipe.WipeResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** An eraser with a valve: while it is shut, what is to be erased waits, and says that it has done a quarter. */
public final class HeldEraser implements Eraser {
    private record Run(
            String id, long bytes, WipePlan plan, String owner, boolean operator, Consumer<WipeResult> done) {}

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Eraser inner;
    private final List<Run> held = new ArrayList<>();
    private final List<WipePlan> plans = new ArrayList<>();
    private boolean shut;

    HeldEraser(Eraser inner) {
        this.inner = inner;
    }

    /** What starts from now on waits. */
    public synchronized void hold() {
        shut = true;
    }

    /** Returns when this many erasures wait; fails if they do not come. */
    public synchronized void await(int runs) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (held.size() < runs) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError(held.size() + " erasures wait, expected " + runs);
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** What waits is erased. */
    public void release() {
        for (Run run : take()) {
            Supplier<WipeProgress> _ = inner.start(run.id, run.bytes, run.plan, run.owner, run.operator, run.done);
        }
    }

    /** What waits fails. */
    public void fail() {
        for (Run run : take()) {
            run.done.accept(new WipeResult(run.plan, run.bytes, 0, 1, 2, "the test wants it to fail"));
        }
    }

    /** The plans of all that was started. */
    public synchronized List<WipePlan> plans() {
        return List.copyOf(plans);
    }

    private synchronized List<Run> take() {
        shut = false;
        List<Run> taken = List.copyOf(held);
        held.clear();
        return taken;
    }

    @Override
    public Supplier<WipeProgress> start(
            String id, long bytes, WipePlan plan, String owner, boolean operator, Consumer<WipeResult> done) {
        synchronized (this) {
            plans.add(plan);
            if (shut) {
                held.add(new Run(id, bytes, plan, owner, operator, done));
                notifyAll();
                return () -> new WipeProgress(WipeProgress.ERASE, bytes / 4, bytes, 0);
            }
        }
        return inner.start(id, bytes, plan, owner, operator, done);
    }
}
