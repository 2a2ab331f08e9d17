package io.nvmevf.server.transport;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.TlsClient;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever bytes a host sends in place of a TLS handshake, or after one: the target never fails inside, takes no command, and leaves nothing
 * behind. The fuzz test runs its seed corpus as an ordinary test, and fuzzes when JAZZER_FUZZ is set; the other mutates good streams with
 * seeds of its own in every run.
 */
class HostileTlsFuzzTest {

    @FuzzTest
    void anyBytes(byte[] data) {
        if (data.length > 0) {
            beforeTheHandshake(data[0] & 0xFF, Arrays.copyOfRange(data, 1, data.length));
            afterTheHandshake(data[0] & 0xFF, Arrays.copyOfRange(data, 1, data.length));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aGoodHandshakeWithMutations(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 150; i++) {
            byte[] stream = TlsFixture.inPieces(TlsFixture.client().start(), random.nextInt(5, 400));
            for (int n = random.nextInt(4); n > 0; n--) {
                int at = random.nextInt(stream.length);
                switch (random.nextInt(3)) {
                    case 0 -> stream[at] ^= (byte) (1 << random.nextInt(8));
                    case 1 -> stream[at] = (byte) random.nextInt();
                    default -> stream = Arrays.copyOf(stream, Math.max(1, at));
                }
            }
            beforeTheHandshake(random.nextInt(256), stream);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void recordsThatNobodyProtected(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 50; i++) {
            byte[] stream = new byte[random.nextInt(1, 200)];
            random.nextBytes(stream);
            if (random.nextBoolean() && stream.length > 5) {
                stream[0] = 23;
                stream[3] = 0;
                stream[4] = (byte) random.nextInt(stream.length);
            }
            afterTheHandshake(random.nextInt(256), stream);
        }
    }

    private static void beforeTheHandshake(int piece, byte[] bytes) {
        try (EmbeddedQueue q = TlsFixture.queue(null)) {
            feed(q, piece, bytes);
            end(q, bytes);
        }
    }

    private static void afterTheHandshake(int piece, byte[] bytes) {
        TlsClient client = TlsFixture.client();
        try (EmbeddedQueue q = TlsFixture.connected(HostOptions.DEFAULT, client)) {
            feed(q, piece, bytes);
            end(q, bytes);
        }
    }

    private static void feed(EmbeddedQueue q, int mode, byte[] bytes) {
        int piece = mode % 4 == 0 ? 1 + mode / 4 : Math.max(1, bytes.length);
        for (int at = 0; at < bytes.length && q.channel.isOpen(); at += piece) {
            q.feed(bytes, at, Math.min(piece, bytes.length - at));
        }
    }

    private static void end(EmbeddedQueue q, byte[] bytes) {
        q.channel.close();
        q.ignoreOutput();
        if (q.stats.refusals(Refusal.INTERNAL_ERROR) != 0) {
            throw new AssertionError("an internal error after " + Arrays.toString(bytes));
        }
        if (!q.commands.written.isEmpty()) {
            throw new AssertionError("a command was carried out after " + Arrays.toString(bytes));
        }
    }
}
