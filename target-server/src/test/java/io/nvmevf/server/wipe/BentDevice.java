package io.nvmevf.server.wipe;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEventLoop;
import io.nvmevf.storage.BlockCompletion;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.BlockQueue;
import io.nvmevf.storage.DelegatingDevice;
import java.util.function.UnaryOperator;

/** A device whose queues are wrapped by a test. */
class BentDevice extends DelegatingDevice {
    private final UnaryOperator<BlockQueue> bend;

    BentDevice(BlockDevice inner, UnaryOperator<BlockQueue> bend) {
        super(inner);
        this.bend = bend;
    }

    @Override
    public BlockQueue openQueue(IoEventLoop loop) {
        return bend.apply(inner.openQueue(loop));
    }

    /** A queue that does what the one beneath does, where a test does not say otherwise. */
    static class Queue implements BlockQueue {
        final BlockQueue beneath;

        Queue(BlockQueue beneath) {
            this.beneath = beneath;
        }

        @Override
        public void read(long offset, ByteBuf buffer, int index, int length, BlockCompletion done) {
            beneath.read(offset, buffer, index, length, done);
        }

        @Override
        public void write(long offset, ByteBuf buffer, int index, int length, boolean fua, BlockCompletion done) {
            beneath.write(offset, buffer, index, length, fua, done);
        }

        @Override
        public void flush(BlockCompletion done) {
            beneath.flush(done);
        }

        @Override
        public void writeZeroes(long offset, long length, boolean deallocate, boolean fua, BlockCompletion done) {
            beneath.writeZeroes(offset, length, deallocate, fua, done);
        }

        @Override
        public int inFlight() {
            return beneath.inFlight();
        }

        @Override
        public void close() {
            beneath.close();
        }
    }
}
