package io.nvmevf.storage.fd;

import io.nvmevf.storage.BlockCompletion;
import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.posix.Linux;
import io.nvmevf.storage.posix.Posix;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: a sequence of system calls. The queue asks what the next call is, makes it by its own means, and
 * tells the result to {@link #advance}, until that answers true. Reused; belongs to one thread at a time.
 *
 * <pre>
 *   read, write       TRANSFER*                       (* = continued where a short result stopped)
 *   write fua         TRANSFER* with RWF_DSYNC, or TRANSFER* SYNC where the file system does not know the flag
 *   flush             SYNC
 *   zeroes, discard   FALLOCATE*, or ZERO_WRITE* where the file system cannot; then SYNC with fua
 * </pre>
 */
final class FdRequest extends WorkNode {

    enum Call {
        READ,
        WRITE,
        SYNC,
        FALLOCATE
    }

    private enum Kind {
        READ,
        WRITE,
        FLUSH,
        ZEROES
    }

    private enum Phase {
        TRANSFER,
        SYNC,
        FALLOCATE,
        ZERO_WRITE
    }

    /** One fallocate call covers at most this much, so that one request does not hold a worker for long. */
    private static final long FALLOCATE_PIECE = 1L << 30;

    /** EINTR and EAGAIN in a row before the request fails. */
    private static final int MAX_RETRIES = 1000;

    final FdQueue queue;
    private final FdDevice device;

    private Kind kind = Kind.FLUSH;
    private Phase phase = Phase.SYNC;
    private long offset;
    private long remaining;
    private long address;
    private int mode;
    private boolean dsync;
    private boolean syncAfter;
    private int retries;

    @Nullable
    BlockCompletion done;

    BlockError error = BlockError.NONE;

    /** The link of whatever list the request is in: free, waiting or completed. */
    @Nullable
    FdRequest next;

    FdRequest(FdQueue queue, FdDevice device) {
        this.queue = queue;
        this.device = device;
    }

    void read(long offset, long address, int length, BlockCompletion done) {
        start(Kind.READ, Phase.TRANSFER, offset, length, done);
        this.address = address;
    }

    void write(long offset, long address, int length, boolean fua, BlockCompletion done) {
        start(Kind.WRITE, Phase.TRANSFER, offset, length, done);
        this.address = address;
        dsync = fua && device.supportsDsync();
        syncAfter = fua && !dsync;
    }

    void flush(BlockCompletion done) {
        start(Kind.FLUSH, Phase.SYNC, 0, 0, done);
    }

    void zeroes(long offset, long length, boolean deallocate, boolean fua, BlockCompletion done) {
        int wanted = (deallocate ? Linux.FALLOC_FL_PUNCH_HOLE : Linux.FALLOC_FL_ZERO_RANGE) | Linux.FALLOC_FL_KEEP_SIZE;
        start(Kind.ZEROES, device.supportsFallocate(wanted) ? Phase.FALLOCATE : Phase.ZERO_WRITE, offset, length, done);
        mode = wanted;
        syncAfter = fua;
    }

    private void start(Kind kind, Phase phase, long offset, long length, BlockCompletion done) {
        this.kind = kind;
        this.phase = phase;
        this.offset = offset;
        this.remaining = length;
        this.done = done;
        this.address = 0;
        this.mode = 0;
        this.dsync = false;
        this.syncAfter = false;
        this.retries = 0;
        this.error = BlockError.NONE;
    }

    Call nextCall() {
        return switch (phase) {
            case TRANSFER -> kind == Kind.READ ? Call.READ : Call.WRITE;
            case SYNC -> Call.SYNC;
            case FALLOCATE -> Call.FALLOCATE;
            case ZERO_WRITE -> Call.WRITE;
        };
    }

    long offset() {
        return offset;
    }

    /** Where a READ or WRITE call's bytes are. */
    long address() {
        return phase == Phase.ZERO_WRITE ? ZeroMemory.ADDRESS : address;
    }

    /** Bytes of the next READ, WRITE or FALLOCATE call. */
    long length() {
        return switch (phase) {
            case TRANSFER, SYNC -> remaining;
            case FALLOCATE -> Math.min(remaining, FALLOCATE_PIECE);
            case ZERO_WRITE -> Math.min(remaining, ZeroMemory.LENGTH);
        };
    }

    int mode() {
        return mode;
    }

    boolean dsync() {
        return dsync;
    }

    /** Whether the request may need many calls, between which others should have their turn. */
    boolean isLong() {
        return kind == Kind.ZEROES;
    }

    /** Makes the next call, blocking. */
    long call(Posix posix, int fd) {
        return switch (nextCall()) {
            case READ -> posix.pread(fd, address(), length(), offset);
            case WRITE -> posix.pwrite(fd, address(), length(), offset, dsync);
            case SYNC -> posix.fdatasync(fd);
            case FALLOCATE -> posix.fallocate(fd, mode, offset, length());
        };
    }

    /**
     * Takes the result of the call: what it transferred or the negated errno.
     *
     * @return true if the request is finished and {@link #error} holds how; false if the next call is to be made
     */
    boolean advance(long result) {
        if (result < 0) {
            return failed((int) -result);
        }
        retries = 0;
        if (phase == Phase.SYNC) {
            return true;
        }
        long moved = phase == Phase.FALLOCATE ? length() : result;
        if (moved == 0 || moved > remaining) {
            // A read at the end of the file: it was cut short. A write of nothing is not known to happen, but must end.
            return finish(kind == Kind.READ ? BlockError.READ_FAILED : BlockError.WRITE_FAILED);
        }
        offset += moved;
        remaining -= moved;
        if (phase == Phase.TRANSFER) {
            address += moved;
        }
        if (remaining > 0) {
            return false;
        }
        if (syncAfter) {
            phase = Phase.SYNC;
            return false;
        }
        return true;
    }

    private boolean failed(int errno) {
        if ((errno == Linux.EINTR || errno == Linux.EAGAIN) && retries++ < MAX_RETRIES) {
            return false;
        }
        boolean unsupported = errno == Linux.EOPNOTSUPP || errno == Linux.ENOSYS;
        if (unsupported && phase == Phase.FALLOCATE) {
            device.lacksFallocate(mode);
            phase = Phase.ZERO_WRITE;
            return false;
        }
        if (unsupported && dsync) {
            device.lacksDsync();
            dsync = false;
            syncAfter = true;
            return false;
        }
        return finish(device.failed(errno, kind == Kind.READ));
    }

    boolean finish(BlockError error) {
        this.error = error;
        return true;
    }

    /** What to answer when a call could not even be made. */
    BlockError failure() {
        return kind == Kind.READ ? BlockError.READ_FAILED : BlockError.WRITE_FAILED;
    }
}
