package io.nvmevf.server.subsystem;

import io.nvmevf.server.control.Actor;
import io.nvmevf.server.control.ControlException;
import io.nvmevf.server.control.TargetService;
import io.nvmevf.server.control.TargetState;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** How commands of hosts reach the control plane, which blocks, from an event loop, which must not. */
public final class ControlPlane {
    private final TargetService service;
    private final Executor executor;

    /**
     * @param executor runs the calls, each of which may block; not an event loop
     */
    public ControlPlane(TargetService service, Executor executor) {
        this.service = service;
        this.executor = executor;
    }

    /** What a command wants. */
    @FunctionalInterface
    public interface Call<T> {
        T on(TargetService service) throws ControlException;
    }

    /** What is configured now. Does not block. */
    public TargetState state() {
        return service.state();
    }

    /** For what does not block; see there. */
    public TargetService service() {
        return service;
    }

    /**
     * Has the call carried out. Returns at once.
     *
     * @param actor who asks for it
     * @return completes on another thread; exceptionally with the {@link ControlException} itself
     */
    public <T> CompletableFuture<T> run(Actor actor, Call<T> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        executor.execute(() -> {
            try {
                result.complete(ScopedValue.where(Actor.CURRENT, actor).call(() -> call.on(service)));
            } catch (ControlException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }
}
