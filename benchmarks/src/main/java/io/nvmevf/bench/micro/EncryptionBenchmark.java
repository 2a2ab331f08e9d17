package io.nvmevf.bench.micro;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.nvmevf.storage.BlockCompletion;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.BlockQueue;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.crypt.DataKey;
import io.nvmevf.storage.crypt.EncryptedDevice;
import io.nvmevf.storage.memory.MemoryPool;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Encryption at rest: the cipher alone, as an encrypted device over one that does nothing, and reads and writes of memory with and
 * without it. Bytes per nanosecond, which are GB/s, are the size divided by the time.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EncryptionBenchmark implements BlockCompletion {
    /** Bytes that are gone through, request by request: more than the caches next to the core hold. */
    private static final int CAPACITY = 64 << 20;

    /** Bytes of one request. */
    @Param({"4096", "131072"})
    private int size;

    private final ByteBuf buffer = Unpooled.directBuffer(128 << 10);
    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private BlockQueue cipher = new Nothing();
    private BlockQueue plain = new Nothing();
    private BlockQueue encrypted = new Nothing();
    private BlockError worst = BlockError.NONE;
    private int offset;

    /** Devices full of bytes that are not zero: zeros are not decrypted. */
    @Setup
    public void open() throws PoolException {
        IoEventLoop loop = loops.next();
        MemoryPool pool = new MemoryPool(2L * CAPACITY, false);
        pool.create("plain", CAPACITY);
        pool.create("encrypted", CAPACITY);
        plain = pool.open("plain", CAPACITY).openQueue(loop);
        encrypted = new EncryptedDevice(pool.open("encrypted", CAPACITY), DataKey.random()).openQueue(loop);
        cipher = new EncryptedDevice(new Nothing(), DataKey.random()).openQueue(loop);
        byte[] noise = new byte[128 << 10];
        new Random(1).nextBytes(noise);
        buffer.setBytes(0, noise);
        for (int at = 0; at < CAPACITY; at += noise.length) {
            plain.write(at, buffer, 0, noise.length, false, this);
            encrypted.write(at, buffer, 0, noise.length, false, this);
        }
    }

    /** Refuses to give a figure for requests that failed. */
    @TearDown
    public void close() {
        loops.shutdownGracefully();
        if (worst != BlockError.NONE) {
            throw new IllegalStateException("a request ended with " + worst);
        }
    }

    @Override
    public void done(BlockError error) {
        if (error != BlockError.NONE) {
            worst = error;
        }
    }

    private int next() {
        offset = offset + size & CAPACITY - 1;
        return offset;
    }

    /** AES-256-XTS of the caller's buffer into another one. */
    @Benchmark
    public void encrypt() {
        cipher.write(next(), buffer, 0, size, false, this);
    }

    /** AES-256-XTS in place. */
    @Benchmark
    public void decrypt() {
        cipher.read(next(), buffer, 0, size, this);
    }

    /** From a device in memory. */
    @Benchmark
    public void readPlain() {
        plain.read(next(), buffer, 0, size, this);
    }

    /** The same, encrypted. */
    @Benchmark
    public void readEncrypted() {
        encrypted.read(next(), buffer, 0, size, this);
    }

    /** To a device in memory. */
    @Benchmark
    public void writePlain() {
        plain.write(next(), buffer, 0, size, false, this);
    }

    /** The same, encrypted. */
    @Benchmark
    public void writeEncrypted() {
        encrypted.write(next(), buffer, 0, size, false, this);
    }

    /** A device and a queue that complete at once and touch no byte. */
    private static final class Nothing implements BlockDevice, BlockQueue {
        @Override
        public long capacity() {
            return CAPACITY;
        }

        @Override
        public int transferAlignment() {
            return 512;
        }

        @Override
        public int bufferAlignment() {
            return 1;
        }

        @Override
        public int atomicWriteUnit() {
            return 512;
        }

        @Override
        public BlockQueue openQueue(IoEventLoop loop) {
            return this;
        }

        @Override
        public void read(long offset, ByteBuf buffer, int index, int length, BlockCompletion done) {
            done.done(BlockError.NONE);
        }

        @Override
        public void write(long offset, ByteBuf buffer, int index, int length, boolean fua, BlockCompletion done) {
            done.done(BlockError.NONE);
        }

        @Override
        public void flush(BlockCompletion done) {
            done.done(BlockError.NONE);
        }

        @Override
        public void writeZeroes(long offset, long length, boolean deallocate, boolean fua, BlockCompletion done) {
            done.done(BlockError.NONE);
        }

        @Override
        public int inFlight() {
            return 0;
        }

        @Override
        public void close() {}
    }
}
