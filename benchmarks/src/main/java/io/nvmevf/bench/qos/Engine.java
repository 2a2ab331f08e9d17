package io.nvmevf.bench.qos;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The thread that serves all hosts. It polls without ever sleeping, so that what is due is sent when it is due; a precise party has
 * its turn after each queue of each other one. Orders from the scenario are carried out between turns.
 */
final class Engine implements Closeable {
    private final ConcurrentLinkedQueue<Runnable> orders = new ConcurrentLinkedQueue<>();
    private final List<Party> parties = new ArrayList<>();
    private final List<Party> precise = new ArrayList<>();
    private final CompletableFuture<Path> task = new CompletableFuture<>();
    private final CompletableFuture<Void> failed = new CompletableFuture<>();

    private Histogram turns = new Histogram(1, 60_000_000_000L, 3);
    private boolean inBetween;
    private volatile boolean stopped;

    /** Starts. */
    Engine() {
        Thread thread = new Thread(this::run, "engine");
        thread.setDaemon(true);
        thread.start();
    }

    /** The thread's directory in /proc. */
    Path task() throws InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Has something done by the engine's thread, and waits for it. */
    <T extends @Nullable Object> T call(Callable<T> what) throws IOException, InterruptedException {
        CompletableFuture<T> done = new CompletableFuture<>();
        orders.add(() -> {
            try {
                done.complete(what.call());
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        try {
            CompletableFuture.anyOf(done, failed).get();
            return done.get();
        } catch (ExecutionException e) {
            throw new IOException("the load generator has failed: " + e.getCause(), e.getCause());
        }
    }

    /** As {@link #call}. */
    void order(Runnable what) throws IOException, InterruptedException {
        call(() -> {
            what.run();
            return true;
        });
    }

    /** From now on, this one has its turns. */
    void add(Party party) throws IOException, InterruptedException {
        order(() -> parties.add(party));
    }

    /** As {@link #add}, of one whose commands must not be late. */
    void addPrecise(Party party) throws IOException, InterruptedException {
        order(() -> precise.add(party));
    }

    void remove(Party party) throws IOException, InterruptedException {
        order(() -> {
            parties.remove(party);
            precise.remove(party);
        });
    }

    /** How long turns took since this was called the last time, in nanoseconds: how late anything can have been. */
    Histogram turns() throws IOException, InterruptedException {
        return call(() -> {
            Histogram result = turns;
            turns = new Histogram(1, 60_000_000_000L, 3);
            return result;
        });
    }

    /** Gives the precise ones their turn. The engine's thread. */
    void between() throws IOException {
        if (inBetween) {
            return;
        }
        inBetween = true;
        for (int i = 0; i < precise.size(); i++) {
            precise.get(i).turn(this);
        }
        inBetween = false;
    }

    private void run() {
        try {
            task.complete(Path.of("/proc/thread-self").toRealPath());
            long before = System.nanoTime();
            while (!stopped) {
                Runnable order = orders.poll();
                if (order != null) {
                    order.run();
                }
                between();
                for (int i = 0; i < parties.size(); i++) {
                    parties.get(i).turn(this);
                    between();
                }
                long now = System.nanoTime();
                turns.recordValue(Math.max(1, now - before));
                before = now;
            }
        } catch (IOException | RuntimeException e) {
            task.completeExceptionally(e);
            failed.completeExceptionally(e);
        }
    }

    @Override
    public void close() {
        stopped = true;
    }
}
