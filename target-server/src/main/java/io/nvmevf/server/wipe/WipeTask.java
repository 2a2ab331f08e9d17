package io.nvmevf.server.wipe;

import io.netty.channel.IoEventLoop;
import io.nvmevf.qos.Admission;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.StoragePool;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the thread of one run does, from the first step to the last. */
final class WipeTask implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(WipeTask.class);

    /** A deallocation covers 1 MiB to 1 GiB: as much as takes about this long, so that progress is seen. */
    private static final long MAX_DEALLOCATION = 1L << 30;

    private static final long MIN_DEALLOCATION = 1L << 20;
    private static final long FIRST_DEALLOCATION = 1L << 26;
    /** How much of a device is zeros that are stored, and not given back yet, at most. A multiple of a sampling piece. */
    static final long ZERO_PIECE = 256L << 20;

    private static final long SHORT = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONG = TimeUnit.MILLISECONDS.toNanos(200);

    private final StoragePool pool;
    private final IoEventLoop loop;
    private final RateLimit rate;
    private final WipeClock clock;
    private final CountDownLatch stop;
    private final WipeRun run;
    private final String id;
    private final long bytes;
    private final WipePlan plan;
    private final boolean thin;
    private final Consumer<WipeResult> done;
    private long verified;

    WipeTask(
            StoragePool pool,
            IoEventLoop loop,
            RateLimit rate,
            WipeClock clock,
            CountDownLatch stop,
            WipeRun run,
            long bytes,
            boolean thin,
            Consumer<WipeResult> done) {
        this.thin = thin;
        this.pool = pool;
        this.loop = loop;
        this.rate = rate;
        this.clock = clock;
        this.stop = stop;
        this.run = run;
        this.id = run.id();
        this.bytes = bytes;
        this.plan = run.plan();
        this.done = done;
    }

    /** What the progress of such a run counts up to. */
    static long total(WipePlan plan, long bytes, boolean thin) {
        long verification = Sampling.bytes(plan.verification(), bytes);
        return plan.method() == WipeMethod.OVERWRITE || (plan.method() == WipeMethod.ZERO && thin)
                ? bytes * plan.passes() + verification + bytes + verification
                : bytes + verification;
    }

    @Override
    public void run() {
        long started = clock.millis();
        @Nullable String failure;
        try {
            checkStopped();
            wipe();
            failure = null;
        } catch (StoppedException | InterruptedException e) {
            LOG.info("{}: the wipe is stopped; it begins again when the target is started", id);
            return;
        } catch (WipeFailure e) {
            failure = e.getMessage();
        } catch (RuntimeException | Error e) {
            LOG.error("{}: the wipe ended with a bug", id, e);
            failure = "the wipe ended with a bug in nvmevf, please report it: " + e;
        } finally {
            run.end();
        }
        if (stop.getCount() == 0) {
            LOG.info("{}: the wipe ended while the target stops; it begins again when the target is started", id);
            return;
        }
        WipeResult result = new WipeResult(plan, bytes, verified, started, clock.millis(), failure);
        try {
            done.accept(result);
        } catch (RuntimeException e) {
            LOG.error("{}: the end of the wipe could not be taken in: {}", id, result, e);
        }
    }

    private void wipe() throws WipeFailure, StoppedException, InterruptedException {
        // (By whichever method: the next owner's data is not to be under a key that was the last one's.)
        if (plan.method() == WipeMethod.CRYPTO || pool.isEncrypted(id)) {
            renewKey();
            checkStopped();
        }
        BlockDevice device = open();
        boolean released = false;
        try {
            if (device.capacity() != bytes) {
                throw new WipeFailure("the device of " + id + " has " + device.capacity() + " bytes, not the recorded "
                        + bytes + "; this is a bug in nvmevf, please report it");
            }
            EraseIo io = new EraseIo(device, loop, run);
            try {
                eraseAndVerify(io);
            } finally {
                verified = io.verified();
                released = io.release();
            }
        } finally {
            if (released) {
                device.close();
            } else {
                LOG.warn("{}: its device stays open, as the wiper was closed while a request hung", id);
            }
        }
    }

    private void eraseAndVerify(EraseIo io) throws WipeFailure, StoppedException, InterruptedException {
        switch (plan.method()) {
            case CRYPTO, DEALLOCATE -> deallocate(io);
            case ZERO -> zero(io);
            case OVERWRITE -> overwrite(io);
        }
        verify(io, 0);
    }

    /**
     * A device that takes all of its space keeps it. A sparse one is done piece by piece, so that it does not fill the storage
     * beneath. A piece is given back when its zeros are stable, not before: the old bytes are to be gone from the medium. And
     * they are read back first, as afterwards holes would be read.
     */
    private void zero(EraseIo io) throws WipeFailure, StoppedException, InterruptedException {
        if (!thin) {
            write(io, 0, 0, bytes);
            return;
        }
        for (long offset = 0; offset < bytes; offset += ZERO_PIECE) {
            long end = Math.min(offset + ZERO_PIECE, bytes);
            write(io, 0, offset, end);
            readBack(io, 0, offset, end);
            checkStopped();
            io.deallocate(offset, end - offset);
        }
        checkStopped();
        io.flush();
        io.restartVerified();
    }

    private void overwrite(EraseIo io) throws WipeFailure, StoppedException, InterruptedException {
        for (int pass = 1; pass <= plan.passes(); pass++) {
            write(io, plan.patternOf(pass), 0, bytes);
        }
        verify(io, plan.patternOf(plan.passes()));
        io.restartVerified();
        run.phase(WipeProgress.ERASE);
        deallocate(io);
    }

    /** Writes the pattern, and flushes. */
    private void write(EraseIo io, int pattern, long from, long to)
            throws WipeFailure, StoppedException, InterruptedException {
        io.fill(pattern);
        Sampling.forEach(Verification.FULL, 0, bytes, from, to, (offset, length) -> {
            step(Admission.Kind.WRITE, length);
            io.write(offset, length);
        });
        io.flush();
    }

    private void verify(EraseIo io, int pattern) throws WipeFailure, StoppedException, InterruptedException {
        checkStopped();
        run.phase(WipeProgress.VERIFY);
        readBack(io, pattern, 0, bytes);
    }

    /** Reads what the plan says of a part of the device. */
    private void readBack(EraseIo io, int pattern, long from, long to)
            throws WipeFailure, StoppedException, InterruptedException {
        io.fill(pattern);
        Sampling.forEach(plan.verification(), plan.seed(), bytes, from, to, (offset, length) -> {
            step(Admission.Kind.READ, length);
            io.verify(offset, length);
        });
        io.await();
    }

    private void deallocate(EraseIo io) throws WipeFailure, StoppedException, InterruptedException {
        long piece = FIRST_DEALLOCATION;
        for (long offset = 0; offset < bytes; ) {
            checkStopped();
            long length = Math.min(piece, bytes - offset);
            long before = clock.nanos();
            io.deallocate(offset, length);
            long took = clock.nanos() - before;
            if (took < SHORT) {
                piece = Math.min(piece * 2, MAX_DEALLOCATION);
            } else if (took > LONG) {
                piece = Math.max(piece / 2, MIN_DEALLOCATION);
            }
            offset += length;
        }
        checkStopped();
        io.flush();
    }

    private void step(Admission.Kind kind, int length) throws StoppedException, InterruptedException {
        checkStopped();
        rate.take(kind, length, stop);
    }

    private void checkStopped() throws StoppedException {
        if (stop.getCount() == 0) {
            throw new StoppedException();
        }
    }

    private void renewKey() throws WipeFailure {
        try {
            pool.renewKey(id);
        } catch (PoolException e) {
            throw new WipeFailure("the key of " + id + " could not be replaced: " + e.getMessage()
                    + (pool.isEncrypted(id)
                            ? "; repair the key store, then retry the wipe"
                            : "; retry, or wipe with another method"));
        }
    }

    private BlockDevice open() throws WipeFailure {
        try {
            return pool.openForErase(id, bytes);
        } catch (PoolException e) {
            throw new WipeFailure("the device of " + id + " could not be opened: " + e.getMessage()
                    + "; repair the storage, then retry the wipe");
        }
    }
}
