package io.nvmevf.storage.fd;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEventLoop;
import io.nvmevf.storage.BlockCompletion;
import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.BlockQueue;
import io.nvmevf.storage.BlockRequests;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the queues of a descriptor share: checks, reused requests, and a window. At most {@code window} requests are started
 * at a time; the rest wait in order of arrival. Requests come from a free list that grows by chunks and never shrinks, so it
 * is as long as the queue was ever deep.
 */
abstract class FdQueue implements BlockQueue {

    private static final Logger LOG = LoggerFactory.getLogger(FdQueue.class);
    private static final int GROW_BY = 64;

    final FdDevice device;
    final IoEventLoop loop;
    private final int window;

    private @Nullable FdRequest free;
    private @Nullable FdRequest waitingFirst;
    private @Nullable FdRequest waitingLast;
    private int inFlight;
    private int started;
    private boolean pumping;
    private boolean closed;

    FdQueue(FdDevice device, IoEventLoop loop, int window) {
        this.device = device;
        this.loop = loop;
        this.window = window;
        device.retain();
    }

    /** Whether requests can be started now; when this becomes true, {@link #pump} has to be called. */
    abstract boolean isReady();

    /** Starts a request, which ends with {@link #finished}. */
    abstract void start(FdRequest request);

    abstract void release();

    @Override
    public final void read(long offset, ByteBuf buffer, int index, int length, BlockCompletion done) {
        long address = device.bufferAddress(buffer, index, length);
        if (isRefused(offset, length, done)) {
            return;
        }
        FdRequest request = take();
        request.read(offset, address, length, done);
        submit(request);
    }

    @Override
    public final void write(long offset, ByteBuf buffer, int index, int length, boolean fua, BlockCompletion done) {
        long address = device.bufferAddress(buffer, index, length);
        if (isRefused(offset, length, done)) {
            return;
        }
        FdRequest request = take();
        request.write(offset, address, length, fua, done);
        submit(request);
    }

    @Override
    public final void flush(BlockCompletion done) {
        assert loop.inEventLoop();
        checkOpen();
        if (device.isGone()) {
            done.done(BlockError.GONE);
            return;
        }
        FdRequest request = take();
        request.flush(done);
        submit(request);
    }

    @Override
    public final void writeZeroes(long offset, long length, boolean deallocate, boolean fua, BlockCompletion done) {
        if (isRefused(offset, length, done)) {
            return;
        }
        FdRequest request = take();
        request.zeroes(offset, length, deallocate, fua, done);
        submit(request);
    }

    @Override
    public final int inFlight() {
        return inFlight;
    }

    @Override
    public final void close() {
        BlockRequests.checkIdle("the queue of " + device, inFlight);
        if (!closed) {
            closed = true;
            release();
            device.release();
        }
    }

    private boolean isRefused(long offset, long length, BlockCompletion done) {
        assert loop.inEventLoop();
        checkOpen();
        BlockError error = device.check(offset, length);
        if (error != BlockError.NONE) {
            done.done(error);
            return true;
        }
        return false;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the queue of " + device + " is closed");
        }
    }

    private FdRequest take() {
        FdRequest request = free;
        if (request == null) {
            for (int i = 1; i < GROW_BY; i++) {
                putBack(new FdRequest(this, device));
            }
            return new FdRequest(this, device);
        }
        free = request.next;
        request.next = null;
        return request;
    }

    private void putBack(FdRequest request) {
        request.next = free;
        free = request;
    }

    private void submit(FdRequest request) {
        inFlight++;
        if (waitingFirst == null && started < window && isReady()) {
            started++;
            start(request);
            return;
        }
        FdRequest last = waitingLast;
        if (last == null) {
            waitingFirst = request;
        } else {
            last.next = request;
        }
        waitingLast = request;
    }

    /** Starts what waits, as far as the window allows. */
    final void pump() {
        if (pumping) {
            return; // a start that failed at once: the loop below goes on
        }
        pumping = true;
        FdRequest request = waitingFirst;
        while (request != null && started < window && isReady()) {
            waitingFirst = request.next;
            if (waitingFirst == null) {
                waitingLast = null;
            }
            request.next = null;
            started++;
            start(request);
            request = waitingFirst;
        }
        pumping = false;
    }

    /** A started request has its {@code error}; called on the loop. */
    final void finished(FdRequest request) {
        started--;
        BlockCompletion done = request.done;
        BlockError error = request.error;
        request.done = null;
        putBack(request);
        inFlight--;
        try {
            if (done != null) {
                done.done(error);
            }
        } catch (RuntimeException | AssertionError e) {
            // A caller's mistake must not end the completions of the others in this batch.
            LOG.error("a completion of {} threw", device, e);
        }
        pump();
    }
}
