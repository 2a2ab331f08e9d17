package io.nvmevf.storage.fd;

import io.netty.channel.IoEventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests that threads of {@link IoWorkers} carry out. Finished ones gather on a stack; the first one that finds no hand-over
 * under way schedules one on the loop, which takes all that are there by then. Waking a loop for each completion costs several times
 * the throughput.
 */
final class PoolQueue extends FdQueue implements Runnable {

    /** Requests that are with the workers at a time, for each device and loop: what others may have to wait behind. */
    static final int WINDOW = 64;

    private static final Logger LOG = LoggerFactory.getLogger(PoolQueue.class);

    private final IoWorkers workers;
    private final AtomicReference<@Nullable FdRequest> completed = new AtomicReference<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    PoolQueue(FdDevice device, IoEventLoop loop, IoWorkers workers) {
        super(device, loop, WINDOW);
        this.workers = workers;
        workers.start();
    }

    @Override
    boolean isReady() {
        return true;
    }

    @Override
    void start(FdRequest request) {
        workers.submit(request);
    }

    /** Called by a worker: the request has its error. */
    void completed(FdRequest request) {
        FdRequest top;
        do {
            top = completed.get();
            request.next = top;
        } while (!completed.compareAndSet(top, request));
        if (scheduled.compareAndSet(false, true)) {
            try {
                loop.execute(this);
            } catch (RejectedExecutionException e) {
                LOG.warn("{}: completions after the event loop has ended are lost", device);
            }
        }
    }

    /** On the loop: completes all that is finished, in the order in which it finished. */
    @Override
    public void run() {
        scheduled.set(false);
        FdRequest top = completed.getAndSet(null);
        FdRequest first = null;
        while (top != null) {
            FdRequest below = top.next;
            top.next = first;
            first = top;
            top = below;
        }
        while (first != null) {
            FdRequest request = first;
            first = request.next;
            request.next = null;
            finished(request);
        }
    }

    @Override
    void release() {
        // The workers hold no request of a queue with nothing in flight. A hand-over that is still scheduled finds
        // nothing.
    }
}
