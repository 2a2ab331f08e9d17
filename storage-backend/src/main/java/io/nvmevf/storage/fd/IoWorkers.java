package io.nvmevf.storage.fd;

import io.nvmevf.storage.posix.Posix;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few daemon threads that make the blocking calls of devices whose event loop has no io_uring. They are started by the first
 * queue that needs them and sleep when there is nothing to do.
 *
 * <p>Requests are taken in order of arrival. How long one may wait: a queue (one device on one loop) has at most 64 requests
 * here, and a request that needs many calls goes to the end of the line after each of them (1 MiB of zeros, or 1 GiB of fallocate), so a
 * request waits for at most 64 calls of each other queue, divided by the threads. One call takes as long as the kernel lets
 * it: storage that hangs for ever ends up holding all threads. Devices that can hang independently of one another must therefore
 * not share workers: each host block device has its own, and a file pool, whose files share one file system, has one set.
 */
public final class IoWorkers implements AutoCloseable {

    /** Threads of a file pool unless configured. */
    public static final int DEFAULT_THREADS = 4;

    private static final Logger LOG = LoggerFactory.getLogger(IoWorkers.class);

    private final Posix posix;
    private final WorkQueue queue;
    private final Worker[] workers;

    /** Set while a worker is being woken, so that a burst of requests wakes one and that one wakes the next. */
    private final AtomicBoolean waking = new AtomicBoolean();

    private boolean started;
    private volatile boolean closed;

    /** @param threads 1 to 64 */
    public IoWorkers(String name, int threads, Posix posix) {
        if (threads < 1 || threads > 64) {
            throw new IllegalArgumentException("threads: " + threads + " is not within 1 to 64");
        }
        this.posix = posix;
        this.queue = new WorkQueue();
        this.workers = new Worker[threads];
        for (int i = 0; i < threads; i++) {
            workers[i] = new Worker(name + "-io-" + i);
        }
    }

    synchronized void start() {
        if (closed) {
            throw new IllegalStateException("the workers are closed");
        }
        if (!started) {
            started = true;
            for (Worker worker : workers) {
                worker.start();
            }
        }
    }

    void submit(FdRequest request) {
        queue.put(request);
        wakeOne();
    }

    private void wakeOne() {
        // Whoever finds the flag set may leave: the one who set it looks at the queue again after it has reset it.
        while (queue.hasWork() && waking.compareAndSet(false, true)) {
            for (Worker worker : workers) {
                if (worker.wake()) {
                    return; // the worker resets the flag
                }
            }
            waking.set(false);
            if (allBusy()) {
                return; // each of them looks at the queue before it sleeps
            }
        }
    }

    private boolean allBusy() {
        for (Worker worker : workers) {
            if (worker.state.get() != Worker.BUSY) {
                return false;
            }
        }
        return true;
    }

    /** Ends the threads once the requests that are here are done. Does not wait for them. */
    @Override
    public void close() {
        closed = true;
        for (Worker worker : workers) {
            LockSupport.unpark(worker);
        }
    }

    private final class Worker extends Thread {

        static final int BUSY = 0;
        static final int ASLEEP = 1;

        private final AtomicInteger state = new AtomicInteger(BUSY);

        Worker(String name) {
            super(name);
            setDaemon(true);
        }

        boolean wake() {
            if (state.get() == ASLEEP && state.compareAndSet(ASLEEP, BUSY)) {
                LockSupport.unpark(this);
                return true;
            }
            return false;
        }

        @Override
        public void run() {
            while (true) {
                FdRequest request = queue.take();
                if (request != null) {
                    if (queue.hasWork()) {
                        wakeOne();
                    }
                    carryOut(request);
                } else if (closed) {
                    return;
                } else {
                    sleep();
                }
            }
        }

        private void sleep() {
            state.set(ASLEEP);
            if (queue.hasWork() && state.compareAndSet(ASLEEP, BUSY)) {
                return;
            }
            while (state.get() == ASLEEP && !closed) {
                LockSupport.park();
            }
            if (!state.compareAndSet(ASLEEP, BUSY)) {
                waking.set(false); // woken by a submitter, not by the end
            }
        }

        private void carryOut(FdRequest request) {
            try {
                while (!request.advance(request.call(posix, request.queue.device.fd()))) {
                    if (request.isLong()) {
                        queue.put(request);
                        return;
                    }
                }
            } catch (RuntimeException | Error e) {
                LOG.error("{}: a request failed in an unforeseen way", request.queue.device, e);
                request.finish(request.failure());
            }
            ((PoolQueue) request.queue).completed(request);
        }
    }
}
