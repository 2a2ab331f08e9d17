package io.nvmevf.bench.micro;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** CRC-32C of a header or of data in direct memory. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DigestBenchmark {
    /** Bytes: a command's header, one block, a large transfer. */
    @Param({"72", "4096", "131072"})
    private int size;

    private final CRC32C crc = new CRC32C();
    private ByteBuffer data = ByteBuffer.allocateDirect(0);

    /** Memory with something in it. */
    @Setup
    public void allocate() {
        data = ByteBuffer.allocateDirect(size);
        for (int i = 0; i < size; i++) {
            data.put(i, (byte) (i * 31));
        }
    }

    /** A whole digest. */
    @Benchmark
    public long digest() {
        crc.reset();
        crc.update(data.clear());
        return crc.getValue();
    }
}
