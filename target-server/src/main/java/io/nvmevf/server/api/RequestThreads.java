package io.nvmevf.server.api;

import com.linecorp.armeria.common.ContextHolder;
import io.netty.util.AttributeKey;
import io.nvmevf.server.control.Actor;
import io.nvmevf.server.transport.ThreadScheduling;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The threads on which requests are carried out. While one works for a request, {@link Actor#current()} is who sent it: the one place
 * where that is bound, so that no route can forget it.
 *
 * <p>Armeria hands over every task with the context of its request, in which {@link Gate} has put the actor.
 */
final class RequestThreads extends ScheduledThreadPoolExecutor {
    /** Who sent a request. */
    static final AttributeKey<Actor> ACTOR = AttributeKey.valueOf(RequestThreads.class, "ACTOR");

    private static final int IDLE_SECONDS = 60;

    RequestThreads(int threads) {
        super(threads, yielding(Thread.ofPlatform().name("nvmevf-request-", 0).daemon()));
        setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        allowCoreThreadTimeOut(true);
    }

    /** Threads that tenants' commands do not wait for: a page of metrics takes its time when an event loop wants the core. */
    private static ThreadFactory yielding(Thread.Builder threads) {
        ThreadFactory factory = threads.factory();
        return task -> factory.newThread(() -> {
            ThreadScheduling.yieldToLoops();
            task.run();
        });
    }

    @Override
    public void execute(Runnable task) {
        super.execute(bound(task));
    }

    private static Runnable bound(Runnable task) {
        Actor actor = task instanceof ContextHolder request ? request.context().attr(ACTOR) : null;
        return actor == null ? task : () -> actor.run(task);
    }
}
