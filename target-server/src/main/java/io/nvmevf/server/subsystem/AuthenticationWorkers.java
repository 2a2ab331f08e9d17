package io.nvmevf.server.subsystem;

import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
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
 * waiting for one of its jobs at a time. Within an owner, those who come from different addresses take turns in the same way.
 * What an owner has waiting is bounded, and what one address has, with all owners. (A connection has one job at a time.)
 */
public final class AuthenticationWorkers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuthenticationWorkers.class);

    /** Jobs of one owner that may wait. */
    static final int MOST_WAITING = 128;
    /** Jobs from one address that may wait, of all owners: hosts authenticate one queue after the other, so this is as many hosts. */
    static final int MOST_FROM_ADDRESS = 64;

    private static final int MOST_THREADS = 2;
    private static final int IDLE_SECONDS = 10;
    private static final int CLOSE_SECONDS = 10;

    /** By owner, in the order of their turns. Guards all of it. */
    private final LinkedHashMap<Object, Jobs> waiting = new LinkedHashMap<>();

    private final Map<Object, Integer> waitingFrom = new HashMap<>();
    private final ThreadPoolExecutor threads;
    private final SecureRandom random = new SecureRandom();
    private final AtomicInteger seqnum = new AtomicInteger(random.nextInt());
    private boolean closed;

    /** What one owner has waiting, by address, in the order of their turns. */
    private static final class Jobs {
        private final LinkedHashMap<Object, ArrayDeque<Runnable>> byAddress = new LinkedHashMap<>();
        private int count;
    }

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
     * @param address whose turn it takes among the owner's
     * @return false if the owner or the address has too many waiting, or the target stops: nothing is done then
     */
    public boolean submit(Object owner, Object address, Runnable job) {
        synchronized (waiting) {
            Jobs jobs = waiting.get(owner);
            int from = waitingFrom.getOrDefault(address, 0);
            if (closed || from == MOST_FROM_ADDRESS || (jobs != null && jobs.count == MOST_WAITING)) {
                return false;
            }
            if (jobs == null) {
                jobs = new Jobs();
                waiting.put(owner, jobs);
            }
            jobs.byAddress.computeIfAbsent(address, a -> new ArrayDeque<>()).add(job);
            jobs.count++;
            waitingFrom.put(address, from + 1);
            threads.execute(this::runNext);
            return true;
        }
    }

    private void runNext() {
        Runnable job;
        synchronized (waiting) {
            var turn = Objects.requireNonNull(waiting.pollFirstEntry());
            Jobs jobs = turn.getValue();
            var turnWithin = Objects.requireNonNull(jobs.byAddress.pollFirstEntry());
            job = turnWithin.getValue().remove();
            if (!turnWithin.getValue().isEmpty()) {
                jobs.byAddress.put(turnWithin.getKey(), turnWithin.getValue());
            }
            if (--jobs.count != 0) {
                waiting.put(turn.getKey(), jobs);
            }
            waitingFrom.compute(turnWithin.getKey(), (address, n) -> n == null || n == 1 ? null : n - 1);
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
