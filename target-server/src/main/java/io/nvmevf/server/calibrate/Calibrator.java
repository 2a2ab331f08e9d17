package io.nvmevf.server.calibrate;

import io.netty.channel.IoEventLoop;
import io.nvmevf.qos.Capacity;
import io.nvmevf.server.calibrate.CalibrationStatus.State;
import io.nvmevf.server.control.Actor;
import io.nvmevf.server.control.ControlException;
import io.nvmevf.server.control.ControlException.Reason;
import io.nvmevf.server.control.TargetService;
import io.nvmevf.storage.BlockDevice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures, one calibration at a time, on a thread of its own that waits for the event loops. Not an operation of the
 * {@link TargetService}: a restart ends it, and leaves nothing.
 */
public final class Calibrator implements AutoCloseable {
    /** Seconds of each phase, unless told. */
    public static final int DEFAULT_SECONDS = 5;

    private static final Logger LOG = LoggerFactory.getLogger(Calibrator.class);
    private static final int MAX_SECONDS = 60;
    private static final long MIN_BYTES = 16L << 20;
    private static final long DEFAULT_BYTES = 1L << 30;
    private static final int ALIGNMENT = 4096;
    private static final Duration STOP = Duration.ofSeconds(10);

    private final TargetService service;
    private final List<IoEventLoop> loops;
    private final LongSupplier nanos;
    private volatile @Nullable Run last;

    /**
     * @param loops those of the connections
     * @param nanos what the time is, in nanoseconds, as {@link System#nanoTime}
     */
    public Calibrator(TargetService service, List<IoEventLoop> loops, LongSupplier nanos) {
        this.service = service;
        this.loops = List.copyOf(loops);
        this.nanos = nanos;
    }

    /**
     * Begins. Blocks while the device is made.
     *
     * @param seconds of each of the four phases, 1 to 60; null: 5
     * @param bytes of the scratch device, a multiple of 4096 from 16 MiB; null: 1 GiB, or half of what is free in the pool
     * @param set whether what was measured becomes the capacity
     */
    public synchronized CalibrationStatus start(@Nullable Integer seconds, @Nullable Long bytes, boolean set)
            throws ControlException {
        Run running = last;
        if (running != null && running.end == null && running.thread.isAlive()) {
            throw new ControlException(
                    Reason.IN_USE,
                    "a calibration runs already; wait for it, or cancel it (nvmevf pf calibrate --cancel)");
        }
        int time = seconds == null ? DEFAULT_SECONDS : seconds;
        if (time < 1 || time > MAX_SECONDS) {
            throw new ControlException(Reason.INVALID, "seconds is " + time + "; allowed is 1 to " + MAX_SECONDS);
        }
        long min = Math.max(MIN_BYTES, (long) loops.size() * Phase.LARGE);
        long size = bytes == null
                ? Math.max(min, Math.min(DEFAULT_BYTES, service.pool().free() / 2) / ALIGNMENT * ALIGNMENT)
                : bytes;
        if (size < min || size % ALIGNMENT != 0) {
            throw new ControlException(
                    Reason.INVALID, "size is " + size + "; allowed is a multiple of " + ALIGNMENT + " from " + min);
        }
        Run run = new Run(service.openScratch(size), time, set);
        last = run;
        run.thread.start();
        return run.status();
    }

    public CalibrationStatus status() {
        Run run = last;
        return run == null ? CalibrationStatus.NONE : run.status();
    }

    /** Ends the calibration, if one runs, and waits for that up to 10 s: storage may hang. */
    public CalibrationStatus cancel() throws InterruptedException {
        Run run = last;
        if (run == null) {
            return CalibrationStatus.NONE;
        }
        run.cancelled = true;
        run.thread.join(STOP);
        return run.status();
    }

    /** Ends the calibration, if one runs. */
    @Override
    public void close() {
        try {
            cancel();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Something that ends it early, with the reason as its message. */
    private static final class Failure extends Exception {
        Failure(String message) {
            super(message);
        }
    }

    /** One calibration. */
    private final class Run {
        private final BlockDevice device;
        private final long seconds;
        private final boolean set;
        private final List<LoopLoad> loads = new ArrayList<>();
        final Thread thread;
        volatile boolean cancelled;
        private volatile Phase phase = Phase.FILL;
        private volatile long phaseStart;
        private volatile @Nullable CalibrationStatus end;

        Run(BlockDevice device, int seconds, boolean set) {
            this.device = device;
            this.seconds = seconds;
            this.set = set;
            phaseStart = nanos.getAsLong();
            // (What it does at its end is done for whoever started it.)
            Actor actor = Actor.current();
            thread = Thread.ofPlatform().name("nvmevf-calibrate").daemon().unstarted(() -> actor.run(this::run));
        }

        CalibrationStatus status() {
            CalibrationStatus ended = end;
            if (ended != null) {
                return ended;
            }
            Phase now = phase;
            double part = now == Phase.FILL
                    ? (double) bytes() / device.capacity()
                    : (nanos.getAsLong() - phaseStart) / (seconds * 1e9);
            int percent = (int) ((now.ordinal() + Math.clamp(part, 0, 1)) * 100 / Phase.values().length);
            return new CalibrationStatus(State.RUNNING, now.label, Math.min(99, percent), null, null);
        }

        private long bytes() {
            synchronized (loads) {
                return loads.stream().mapToLong(LoopLoad::bytes).sum();
            }
        }

        private void run() {
            Capacity result = null;
            String error = null;
            try {
                open();
                result = measure();
            } catch (Failure | IllegalArgumentException e) {
                error = e.getMessage();
            } catch (RejectedExecutionException | InterruptedException e) {
                error = "the target is stopping";
            } catch (RuntimeException e) {
                LOG.error("the calibration failed", e);
                error = "a bug in nvmevf: " + e.getClass().getSimpleName() + "; its log says more";
            }
            if (error == null) {
                error = close();
            } else {
                close();
            }
            if (error == null && result != null && set && !cancelled) {
                error = makeCapacity(result);
            }
            if (error != null) {
                LOG.warn("calibration: {}", error);
            }
            State state = error != null ? State.FAILED : result == null ? State.CANCELLED : State.DONE;
            end = new CalibrationStatus(state, null, state == State.DONE ? 100 : 0, result, error);
        }

        private void open() {
            long blocks = device.capacity() / Phase.LARGE;
            synchronized (loads) {
                for (int i = 0; i < loops.size(); i++) {
                    loads.add(new LoopLoad(
                            loops.get(i),
                            device,
                            blocks * i / loops.size() * Phase.LARGE,
                            blocks * (i + 1) / loops.size() * Phase.LARGE,
                            nanos,
                            () -> cancelled));
                }
            }
        }

        /** Null if it was cancelled. */
        private @Nullable Capacity measure() throws Failure, InterruptedException {
            double[] rates = new double[Phase.values().length];
            for (Phase next : Phase.values()) {
                rates[next.ordinal()] = measure(next);
                if (cancelled) {
                    return null;
                }
            }
            return new Capacity(
                    Math.round(rates[Phase.RANDOM_READ.ordinal()]),
                    Math.round(rates[Phase.RANDOM_WRITE.ordinal()]),
                    Math.round(rates[Phase.SEQUENTIAL_READ.ordinal()] * Phase.LARGE),
                    Math.round(rates[Phase.SEQUENTIAL_WRITE.ordinal()] * Phase.LARGE));
        }

        /** Requests a second. What is in flight at the end, and what makes writes stable, counts with the time it takes. */
        private double measure(Phase next) throws Failure, InterruptedException {
            CountDownLatch running = new CountDownLatch(loads.size());
            long start = nanos.getAsLong();
            phaseStart = start;
            phase = next;
            for (LoopLoad load : loads) {
                load.start(next, start + seconds * 1_000_000_000L, running::countDown);
            }
            running.await();
            double took = Math.max(1, nanos.getAsLong() - start) / 1e9;
            long requests = 0;
            for (LoopLoad load : loads) {
                if (load.error() != null) {
                    throw new Failure(load.error());
                }
                requests += load.requests();
            }
            return requests / took;
        }

        /** Gives everything back; null, or why that is not so. */
        private @Nullable String close() {
            try {
                boolean released = true;
                for (LoopLoad load : loads) {
                    released &= load.release();
                }
                if (released) {
                    device.close();
                    service.deleteScratch();
                }
                return released ? null : "the target is stopping";
            } catch (ControlException e) {
                return "what was measured was not used: " + e.getMessage();
            } catch (InterruptedException e) {
                return "the target is stopping";
            } catch (RuntimeException e) {
                LOG.error("the scratch device could not be closed", e);
                return "the scratch device could not be closed; the next start deletes it";
            }
        }

        private @Nullable String makeCapacity(Capacity result) {
            try {
                service.setCapacity(result);
                return null;
            } catch (ControlException e) {
                return "it was measured, but not made the capacity: " + e.getMessage();
            }
        }
    }
}
