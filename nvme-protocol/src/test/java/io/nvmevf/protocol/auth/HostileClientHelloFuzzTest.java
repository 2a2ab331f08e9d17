package io.nvmevf.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever is sent as a ClientHello, before anyone is known: it is read, or it is none; nothing is looked at outside of it, and
 * nothing that was not made with the PSK passes for a proof. The fuzz test runs its seed corpus as an ordinary test, and
 * fuzzes when JAZZER_FUZZ is set; the other mutates a good message with seeds of its own in every run.
 */
class HostileClientHelloFuzzTest {
    private static final TlsPsk PSK = TlsClientHelloTest.psk(TlsPsk.Derivation.RFC_8446);

    @FuzzTest
    void anyClientHello(byte[] data) {
        hostile(data);
    }

    @FuzzTest
    void anyIdentity(byte[] data) {
        identity(data);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aGoodClientHelloWithMutations(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int read = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] message = TlsClientHelloTest.openssl();
            for (int n = random.nextInt(4); n > 0; n--) {
                int at = random.nextInt(message.length);
                switch (random.nextInt(3)) {
                    case 0 -> message[at] = (byte) random.nextInt();
                    case 1 -> message[at] ^= (byte) (1 << random.nextInt(8));
                    default -> message = Arrays.copyOf(message, 1 + random.nextInt(message.length + 50));
                }
            }
            read += hostile(message) != null ? 1 : 0;
        }
        assertThat(read).as("messages that are still good").isBetween(500, 4_500);
    }

    private static @Nullable TlsClientHello hostile(byte[] data) {
        TlsClientHello hello = TlsClientHello.parse(data);
        for (int i = 0; hello != null && i < hello.psks(); i++) {
            identity(hello.identity(i));
            if (hello.proves(i, PSK) && !Arrays.equals(data, TlsClientHelloTest.openssl())) {
                throw new AssertionError("proved without the PSK: " + Arrays.toString(data));
            }
        }
        return hello;
    }

    private static void identity(byte[] bytes) {
        TlsPskIdentity identity = TlsPskIdentity.parse(bytes);
        if (identity != null && identity.text().length() > TlsPskIdentity.MAX_BYTES) {
            throw new AssertionError("an identity of " + identity.text().length() + " characters");
        }
    }
}
