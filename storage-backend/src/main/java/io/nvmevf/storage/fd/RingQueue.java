package io.nvmevf.storage.fd;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoOps;
import io.netty.util.concurrent.Future;
import io.nvmevf.storage.posix.Linux;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests in the event loop's own io_uring. A request that is with the kernel has a tag, an index into a fixed table, which
 * comes back with its completion. Tags stay below 32768: what fits 16 bits travels in the completion itself, anything larger
 * costs Netty a look-up. Submissions of one turn of the loop reach the kernel together, at its end.
 */
final class RingQueue extends FdQueue {

    /** Requests that are with the kernel at a time, for each device and loop. */
    static final int WINDOW = 256;

    private static final Logger LOG = LoggerFactory.getLogger(RingQueue.class);

    // Numbers of enum io_uring_op.
    private static final byte OP_FSYNC = 3;
    private static final byte OP_FALLOCATE = 17;
    private static final byte OP_READ = 22;
    private static final byte OP_WRITE = 23;
    private static final int FSYNC_DATASYNC = 1;

    private final @Nullable FdRequest[] byTag = new @Nullable FdRequest[WINDOW];
    private final short[] freeTags = new short[WINDOW];
    private int freeTagCount = WINDOW;

    private @Nullable IoRegistration registration;
    private boolean refused;

    RingQueue(FdDevice device, IoEventLoop loop) {
        super(device, loop, WINDOW);
        for (int i = 0; i < WINDOW; i++) {
            freeTags[i] = (short) (WINDOW - 1 - i);
        }
        // On the loop's own thread the future is complete when register returns; from another one requests wait.
        Future<IoRegistration> future = loop.register(new Handle());
        if (future.isDone() && loop.inEventLoop()) {
            registered(future);
        } else {
            future.addListener((Future<IoRegistration> f) -> registered(f));
        }
    }

    private void registered(Future<IoRegistration> future) {
        if (future.isSuccess()) {
            registration = future.getNow();
        } else {
            LOG.error("{} cannot be registered with its event loop's ring", device, future.cause());
            refused = true;
        }
        pump();
    }

    @Override
    boolean isReady() {
        return registration != null || refused;
    }

    @Override
    void start(FdRequest request) {
        short tag = freeTags[--freeTagCount];
        byTag[tag] = request;
        submit(request, tag);
    }

    private void submit(FdRequest request, short tag) {
        IoRegistration ring = registration;
        byte opcode = 0;
        long offset = 0;
        long address = 0;
        int length = 0;
        int flags = 0;
        switch (request.nextCall()) {
            case READ -> {
                opcode = OP_READ;
                offset = request.offset();
                address = request.address();
                length = (int) request.length();
            }
            case WRITE -> {
                opcode = OP_WRITE;
                offset = request.offset();
                address = request.address();
                length = (int) request.length();
                flags = request.dsync() ? Linux.RWF_DSYNC : 0;
            }
            case SYNC -> {
                opcode = OP_FSYNC;
                flags = FSYNC_DATASYNC;
            }
            case FALLOCATE -> {
                // The length travels in the address field, the mode in the length field.
                opcode = OP_FALLOCATE;
                offset = request.offset();
                address = request.length();
                length = request.mode();
            }
        }
        // Made at one place, and handed on at once: so the compiler can do without the object.
        if (ring == null
                || ring.submit(new IoUringIoOps(
                                opcode,
                                (byte) 0,
                                (short) 0,
                                device.fd(),
                                offset,
                                address,
                                length,
                                flags,
                                (long) tag,
                                (short) 0,
                                (short) 0,
                                0,
                                0))
                        == 0) {
            // The loop is shutting down: nothing reaches the kernel any more.
            request.finish(request.failure());
            end(request, tag);
        }
    }

    private void completed(int tag, int result) {
        FdRequest request = byTag[tag];
        if (request == null) {
            LOG.error("{}: a completion with tag {} that nothing waits for", device, tag);
            return;
        }
        if (request.advance(result)) {
            end(request, (short) tag);
        } else {
            submit(request, (short) tag);
        }
    }

    private void end(FdRequest request, short tag) {
        byTag[tag] = null;
        freeTags[freeTagCount++] = tag;
        finished(request);
    }

    @Override
    void release() {
        IoRegistration ring = registration;
        if (ring != null) {
            ring.cancel();
        }
    }

    private final class Handle implements IoUringIoHandle {
        @Override
        public void handle(IoRegistration ignored, IoEvent event) {
            // The event object is reused: nothing of it is kept.
            IoUringIoEvent completion = (IoUringIoEvent) event;
            completed((int) completion.userData(), completion.res());
        }

        /** The loop shuts down: what is with the kernel still completes, nothing new is taken. */
        @Override
        public void close() {
            release();
        }
    }
}
