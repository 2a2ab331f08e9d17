package io.nvmevf.server.wipe;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose run is next. A run waits in one of four lanes: slow (it writes everything) or quick, the operator's or the tenants'. Each
 * lane has as many places as the limit says, so no run of a tenant's ever holds up one of the operator's, and no slow run a quick
 * one. Within a lane an owner has one run at a time, and owners take turns: whoever had one goes to the end of the line.
 *
 * <p>So a run that hangs holds its place and its owner's turn in its lane, and nothing else.
 *
 * <p>Any thread. A thread ends when its lane has nothing more for it.
 */
final class WipeScheduler {
    private static final Logger LOG = LoggerFactory.getLogger(WipeScheduler.class);

    private record Lane(boolean slow, boolean operator) {}

    private record Turn(String owner, Runnable run) {}

    /** Those of one lane. Guarded by the scheduler. */
    private static final class Line {
        /** By owner, in the order of their turns; no empty ones. */
        final Map<String, Deque<Runnable>> waiting = new LinkedHashMap<>();

        /** Owners of what runs. */
        final Set<String> running = new HashSet<>();
    }

    private final int places;
    private final ThreadFactory threads;
    private final Map<Lane, Line> lines = new LinkedHashMap<>();
    private int running;
    private boolean closed;

    /** @param places how many runs of one lane run at the same time */
    WipeScheduler(int places, ThreadFactory threads) {
        this.places = places;
        this.threads = threads;
    }

    /**
     * Runs it on a thread of its own when its turn has come.
     *
     * @throws IllegalStateException if the scheduler is closed
     */
    synchronized void submit(String owner, boolean slow, boolean operator, Runnable run) {
        if (closed) {
            throw new IllegalStateException("the wiper is closed");
        }
        Line line = lines.computeIfAbsent(new Lane(slow, operator), lane -> new Line());
        line.waiting.computeIfAbsent(owner, o -> new ArrayDeque<>()).add(run);
        // Nobody who waited before can begin: the end of a run has let in whom it could.
        Turn turn = next(line);
        if (turn == null) {
            return;
        }
        boolean started = false;
        try {
            threads.newThread(() -> work(line, turn)).start();
            started = true;
        } finally {
            if (!started) { // no thread could be had
                leave(line, turn);
            }
        }
    }

    /** Takes the next one out of the line; null if nobody can begin. Under the lock. */
    private @Nullable Turn next(Line line) {
        if (line.running.size() >= places) {
            return null;
        }
        String owner = line.waiting.keySet().stream()
                .filter(each -> !line.running.contains(each))
                .findFirst()
                .orElse(null);
        Deque<Runnable> runs = owner == null ? null : line.waiting.get(owner);
        if (owner == null || runs == null) {
            return null;
        }
        Turn turn = new Turn(owner, runs.remove());
        if (runs.isEmpty()) {
            line.waiting.remove(owner);
        }
        line.running.add(owner);
        running++;
        return turn;
    }

    private void leave(Line line, Turn turn) {
        line.running.remove(turn.owner);
        running--;
    }

    private void work(Line line, Turn first) {
        for (Turn turn = first; turn != null; turn = ended(line, turn)) {
            try {
                turn.run.run();
            } catch (RuntimeException | Error e) {
                // The place must become free whatever happened.
                LOG.error("a wipe ended with a bug in nvmevf, please report it", e);
            }
        }
    }

    /** One has ended: at most one other can begin instead, and the same thread runs it. */
    private synchronized @Nullable Turn ended(Line line, Turn turn) {
        leave(line, turn);
        Deque<Runnable> more = line.waiting.remove(turn.owner);
        if (more != null) {
            line.waiting.put(turn.owner, more); // at the end of the line
        }
        Turn next = next(line);
        notifyAll();
        return next;
    }

    /**
     * Takes no more, and forgets those that wait.
     *
     * @return whether all that ran have ended within the time
     */
    synchronized boolean close(long nanos) throws InterruptedException {
        closed = true;
        lines.values().forEach(line -> line.waiting.clear());
        long end = System.nanoTime() + nanos;
        while (running > 0) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }
}
