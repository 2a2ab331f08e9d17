package io.nvmevf.bench.micro;

import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.TlsTrafficSecret;
import io.nvmevf.server.transport.tls.AesGcmRecordLayer;
import io.nvmevf.server.transport.tls.RecordLayer;
import io.nvmevf.server.transport.tls.TlsAlertException;
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

/**
 * Records of TLS 1.3: the target's record layer over javax.crypto, and Bouncy Castle's. One operation is one record of {@code size} bytes of
 * content. Bytes per nanosecond, which are GB/s, are the size divided by the time; opening alone is the difference of both.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TlsBenchmark {
    private static final int APPLICATION_DATA = 23;
    /** A record, and a KeyUpdate that may come with it. */
    private static final int ROOM = RecordLayer.ROOM + 64;

    /** Bytes of content of one record. */
    @Param({"24", "4096", "16384"})
    private int size;

    /** Whose record layer. */
    @Param({"javax.crypto", "BouncyCastle"})
    private String layer = "";

    /** The cipher suite. */
    @Param({"AES-128-GCM", "AES-256-GCM"})
    private String cipher = "";

    private final byte[] content = new byte[ROOM];
    private final byte[] record = new byte[ROOM];
    private final byte[] opened = new byte[ROOM];
    private RecordLayer here = BouncyCastleRecordLayer.pair(false)[0];
    private RecordLayer there = here;

    /** A connection, and content that is not all zeros. */
    @Setup
    public void open() {
        new Random(1).nextBytes(content);
        boolean aes256 = cipher.equals("AES-256-GCM");
        if (layer.equals("BouncyCastle")) {
            BouncyCastleRecordLayer[] pair = BouncyCastleRecordLayer.pair(aes256);
            here = pair[0];
            there = pair[1];
        } else {
            DhchapHash hash = aes256 ? DhchapHash.SHA_384 : DhchapHash.SHA_256;
            here = new AesGcmRecordLayer(secret(hash, 1), secret(hash, 2));
            there = new AesGcmRecordLayer(secret(hash, 2), secret(hash, 1));
        }
    }

    private static TlsTrafficSecret secret(DhchapHash hash, int seed) {
        byte[] secret = new byte[hash.length()];
        new Random(seed).nextBytes(secret);
        return new TlsTrafficSecret(hash, secret);
    }

    /** What is sent. */
    @Benchmark
    public int protect() {
        return here.protect(APPLICATION_DATA, content, size, record);
    }

    /** What is sent and received. */
    @Benchmark
    public int protectAndOpen() throws TlsAlertException {
        int length = here.protect(APPLICATION_DATA, content, size, record);
        int n = there.open(record, length, opened);
        if (n != size) {
            throw new IllegalStateException("opened " + n + " bytes of " + size);
        }
        return n;
    }
}
