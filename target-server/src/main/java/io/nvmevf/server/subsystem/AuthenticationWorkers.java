package io.nvmevf.server.subsystem;

import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What authentication takes off the event loops: threads for what lasts milliseconds (Diffie-Hellman), and what the
 * challenges of all queues have in common. Any thread may use it.
 *
 * <p>Owners take turns: one virtual function whose hosts all come at once, or whose name an attacker uses, keeps another one
 * waiting for one of its jobs at a time. What an owner has waiting is bounded.
 */
public final class AuthenticationWorkers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuthenticationWorkers.class);

    /** Jobs of one owner that may wait. */
    static final int MOST_WAITING = 128;

    private static final int MOST_THREADS = 2;
    private static final int IDLE_SECONDS = 10;
    private static final int CLOSE_SECONDS = 10;

    private final LinkedHashMap<Object, ArrayDeque<Runnable>> waiting = new LinkedHashMap<>();
    private final ThreadPoolExecutor threads;
    private final SecureRandom random = new SecureRandom();
    private final AtomicInteger seqnum = new AtomicInteger(random.nextInt());
    private boolean closed;

    AuthenticationWorkers() {
        // (The event loops, one for each core, go on meanwhile.)
        this(Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, MOST_THREADS));
    }

    AuthenticationWorkers(int most) {
        threads = new ThreadPoolExecutor(
                most,
                most,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name("nvmevf-authentication-", 0).daemon().factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Has the job done on another thread. It must not throw.
     *
     * @param owner whose turn it takes
     * @return false if the owner has too many waiting, or the target stops: nothing is done then
     */
    public boolean submit(Object owner, Runnable job) {
        synchronized (waiting) {
            ArrayDeque<Runnable> jobs = waiting.get(owner);
            if (closed || (jobs != null && jobs.size() == MOST_WAITING)) {
                return false;
            }
            if (jobs == null) {
                jobs = new ArrayDeque<>();
                waiting.put(owner, jobs);
            }
            jobs.add(job);
            threads.execute(this::runNext);
            return true;
        }
    }

    private void runNext() {
        Runnable job;
        synchronized (waiting) {
            var turn = Objects.requireNonNull(waiting.pollFirstEntry());
            ArrayDeque<Runnable> jobs = turn.getValue();
            job = jobs.remove();
            if (!jobs.isEmpty()) {
                waiting.put(turn.getKey(), jobs);
            }
        }
        job.run();
    }

    /** Jobs that are done at the same time, at most. */
    public int threads() {
        return threads.getMaximumPoolSize();
    }

    public SecureRandom random() {
        return random;
    }

    /** The sequence number of the next challenge: counted up from a random one, never 0 (NVMe Base 2.1 §8.3.4.5.3). */
    public int nextSeqnum() {
        return seqnum.updateAndGet(last -> last == -1 ? 1 : last + 1);
    }

    /** Takes no more jobs, and returns when those that it has are done. */
    @Override
    public void close() {
        synchronized (waiting) {
            closed = true;
            threads.shutdown();
        }
        try {
            if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("authentications are still under way after {} s", CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
