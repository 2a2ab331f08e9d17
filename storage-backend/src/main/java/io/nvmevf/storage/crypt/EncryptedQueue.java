package io.nvmevf.storage.crypt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEventLoop;
import io.nvmevf.storage.BlockCompletion;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.BlockQueue;
import io.nvmevf.storage.BlockRequests;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encrypts before the queue beneath writes, decrypts after it has read. What is written is in memory of the queue's own until it is
 * done, at most {@value #WRITE_MEMORY} bytes at a time; writes beyond that wait in the order in which they came. A request is never
 * split, so what the device beneath writes whole stays whole.
 */
final class EncryptedQueue implements BlockQueue {

    private static final Logger LOG = LoggerFactory.getLogger(EncryptedQueue.class);

    /** Bytes of ciphertext in flight: four of the largest writes. */
    static final int WRITE_MEMORY = 4 * BlockRequests.MAX_TRANSFER;

    private final BlockDevice device;
    private final BlockQueue beneath;
    private final IoEventLoop loop;
    private final DataKey key;

    /** Null once the key is known to be destroyed. */
    private @Nullable XtsCipher cipher;

    private @Nullable Read freeReads;
    private @Nullable Write freeWrites;
    private @Nullable Write waitingFirst;
    private @Nullable Write waitingLast;
    private int waiting;
    private int memory;
    private boolean pumping;
    private boolean closed;

    EncryptedQueue(BlockDevice device, BlockQueue beneath, IoEventLoop loop, DataKey key) {
        this.device = device;
        this.beneath = beneath;
        this.loop = loop;
        this.key = key;
        this.cipher = key.newCipher();
    }

    @Override
    public void read(long offset, ByteBuf buffer, int index, int length, BlockCompletion done) {
        long address = address(buffer, index, length);
        if (isRefused(offset, length, BlockError.READ_FAILED, done)) {
            return;
        }
        Read read = freeReads;
        if (read == null) {
            read = new Read();
        } else {
            freeReads = read.next;
        }
        read.offset = offset;
        read.address = address;
        read.length = length;
        read.done = done;
        beneath.read(offset, buffer, index, length, read);
    }

    @Override
    public void write(long offset, ByteBuf buffer, int index, int length, boolean fua, BlockCompletion done) {
        long address = address(buffer, index, length);
        if (isRefused(offset, length, BlockError.WRITE_FAILED, done)) {
            return;
        }
        Write write = freeWrites;
        if (write == null) {
            write = new Write();
        } else {
            freeWrites = write.next;
            write.next = null;
        }
        write.offset = offset;
        write.source = address;
        write.length = length;
        write.fua = fua;
        write.done = done;
        if (waitingFirst == null && memory + length <= WRITE_MEMORY) {
            start(write);
            return;
        }
        Write last = waitingLast;
        if (last == null) {
            waitingFirst = write;
        } else {
            last.next = write;
        }
        waitingLast = write;
        waiting++;
    }

    @Override
    public void flush(BlockCompletion done) {
        checkOpen();
        beneath.flush(done);
    }

    @Override
    public void writeZeroes(long offset, long length, boolean deallocate, boolean fua, BlockCompletion done) {
        if (!isRefused(offset, length, BlockError.WRITE_FAILED, done)) {
            beneath.writeZeroes(offset, length, deallocate, fua, done);
        }
    }

    @Override
    public void deallocate(long offset, long length, BlockCompletion done) {
        if (!isRefused(offset, length, BlockError.WRITE_FAILED, done)) {
            beneath.deallocate(offset, length, done);
        }
    }

    @Override
    public int inFlight() {
        return beneath.inFlight() + waiting;
    }

    @Override
    public void close() {
        BlockRequests.checkIdle("an encrypted queue", inFlight());
        if (!closed) {
            closed = true;
            forgetKey();
        }
        beneath.close();
    }

    private long address(ByteBuf buffer, int index, int length) {
        long address = BlockRequests.address(buffer, index, length);
        if ((address & (device.bufferAlignment() - 1)) != 0) {
            throw new IllegalArgumentException(
                    "the buffer must begin at a multiple of " + device.bufferAlignment() + " bytes");
        }
        return address;
    }

    private boolean isRefused(long offset, long length, BlockError keyless, BlockCompletion done) {
        assert loop.inEventLoop();
        checkOpen();
        if (BlockRequests.isOutOfRange(offset, length, device.capacity(), device.transferAlignment())) {
            done.done(BlockError.OUT_OF_RANGE);
            return true;
        }
        if (usable() == null) {
            done.done(keyless);
            return true;
        }
        return false;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the encrypted queue is closed");
        }
    }

    /** The cipher, unless the key was destroyed. */
    private @Nullable XtsCipher usable() {
        if (key.isDestroyed()) {
            forgetKey();
        }
        return cipher;
    }

    private void forgetKey() {
        XtsCipher old = cipher;
        cipher = null;
        if (old != null) {
            old.clear();
        }
    }

    private void start(Write write) {
        memory += write.length;
        XtsCipher usable = usable();
        ByteBuf own = usable == null ? null : buffer(write.length);
        if (usable == null || own == null) {
            write.done(BlockError.WRITE_FAILED);
            return;
        }
        write.own = own;
        int index = WriteBuffers.start(own);
        long target = BlockRequests.address(own, index, write.length);
        usable.encrypt(write.offset / XtsCipher.UNIT, write.source, target, write.length);
        beneath.write(write.offset, own, index, write.length, write.fua, write);
    }

    private static @Nullable ByteBuf buffer(int length) {
        try {
            return WriteBuffers.ofLoop().take(length);
        } catch (OutOfMemoryError e) {
            // Direct memory has a limit of its own: one write fails, and the event loop goes on.
            LOG.error("no memory to encrypt a write of {} bytes", length, e);
            return null;
        }
    }

    /** Starts what waits, as far as there is room. */
    private void pump() {
        if (pumping) {
            return; // a write that ended at once: the loop below goes on
        }
        pumping = true;
        try {
            Write write = waitingFirst;
            while (write != null && memory + write.length <= WRITE_MEMORY) {
                waitingFirst = write.next;
                if (waitingFirst == null) {
                    waitingLast = null;
                }
                write.next = null;
                waiting--;
                start(write);
                write = waitingFirst;
            }
        } finally {
            pumping = false;
        }
    }

    /** A read that is beneath. Used again and again. */
    private final class Read implements BlockCompletion {
        long offset;
        long address;
        int length;

        @Nullable
        BlockCompletion done;

        @Nullable
        Read next;

        @Override
        public void done(BlockError error) {
            BlockError result = error;
            if (result == BlockError.NONE) {
                XtsCipher usable = usable();
                if (usable == null) {
                    result = BlockError.READ_FAILED;
                } else {
                    usable.decrypt(offset / XtsCipher.UNIT, address, length);
                }
            }
            BlockCompletion waits = done;
            done = null;
            next = freeReads;
            freeReads = this;
            if (waits != null) {
                waits.done(result);
            }
        }
    }

    /** A write that waits or is beneath. Used again and again. */
    private final class Write implements BlockCompletion {
        long offset;
        long source;
        int length;
        boolean fua;

        @Nullable
        BlockCompletion done;

        @Nullable
        ByteBuf own;

        @Nullable
        Write next;

        @Override
        public void done(BlockError error) {
            ByteBuf used = own;
            if (used != null) {
                own = null;
                WriteBuffers.ofLoop().giveBack(used, length);
            }
            memory -= length;
            BlockCompletion waits = done;
            done = null;
            next = freeWrites;
            freeWrites = this;
            try {
                if (waits != null) {
                    waits.done(error);
                }
            } finally {
                pump();
            }
        }
    }
}
