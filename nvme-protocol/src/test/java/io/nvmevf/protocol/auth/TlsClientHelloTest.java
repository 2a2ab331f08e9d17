package io.nvmevf.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TlsClientHelloTest {
    static final String HOST = "nqn.psk-test-host";
    static final String SUBSYSTEM = "nqn.psk-test-subsys";
    static final String IDENTITY = "NVMe0R01 " + HOST + " " + SUBSYSTEM;

    /** Sent by OpenSSL 3.0 ({@code s_client -psk_identity .. -psk ..}) with the TLS PSK of {@link #psk}. */
    static final String OPENSSL =
            "010001290303c4cd251c6777396a56cd0e0956e06af867cbd16fe18a64e0d31a5a97a86cfec220631646b72bc7"
                    + "a85ce1c3b65dd4a3ca1cd012248df282f7944b3396419ae5da590004130100ff010000dc00000006000400000178000b0004"
                    + "03000102000a00040002001d002300000016000000170000000d001e001c0403050306030807080808"
                    + "09080a080b080408050806040105010601002b0003020304002d00020101003300260024001d00200152638dfe8f231b0f85"
                    + "57826d263e17c53d6954663cb0c4008428144236b601002900590034002e4e564d6530523031206e716e2e70736b2d746573"
                    + "742d686f7374206e716e2e70736b2d746573742d7375627379730000000000212093009ac609bd28387bee7f4567d78f243d"
                    + "5caf7fc52883452e87d561008924ff";

    static byte[] openssl() {
        return HexFormat.of().parseHex(OPENSSL);
    }

    private static TlsClientHello parsed(byte[] message) {
        return Objects.requireNonNull(TlsClientHello.parse(message));
    }

    static TlsPsk psk(TlsPsk.Derivation derivation) {
        TlsPskInterchange configured =
                TlsPskInterchange.parse("NVMeTLSkey-1:01:VRLbtnN9AQb2WXW3c9+wEf/DRLz0QuLdbYvEhwtdWwNf9LrZ:");
        return TlsPsk.retained(configured, 0, DhchapHash.SHA_256, HOST, SUBSYSTEM, derivation);
    }

    @Test
    void theBinderOfARealClientIsVerified() {
        TlsClientHello hello = parsed(openssl());
        assertThat(hello.psks()).isEqualTo(1);
        assertThat(new String(hello.identity(0), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo(IDENTITY);
        assertThat(hello.hash(0)).isEqualTo(DhchapHash.SHA_256);
        assertThat(hello.proves(0, psk(TlsPsk.Derivation.RFC_8446))).isTrue();
        assertThat(hello.proves(0, psk(TlsPsk.Derivation.COMPAT))).isFalse();
    }

    @Test
    void whateverIsChangedTheBinderIsWrong() {
        TlsPsk psk = psk(TlsPsk.Derivation.RFC_8446);
        byte[] message = openssl();
        for (int at = 0; at < message.length; at++) {
            byte[] changed = message.clone();
            changed[at] ^= 1;
            TlsClientHello hello = TlsClientHello.parse(changed);
            assertThat(hello != null && hello.psks() > 0 && hello.proves(0, psk))
                    .as("byte " + at)
                    .isFalse();
        }
    }

    @Test
    void whateverIsCutOffIsNoClientHello() {
        byte[] message = openssl();
        for (int length = 0; length < message.length; length++) {
            assertThat(TlsClientHello.parse(Arrays.copyOf(message, length))).isNull();
        }
        assertThat(TlsClientHello.parse(Arrays.copyOf(message, message.length + 1)))
                .isNull();
        assertThat(TlsClientHello.parse(new byte[TlsClientHello.MAX_SIZE + 1])).isNull();
    }

    /** RFC 8448 §4: a resumption, which differs in the label alone. */
    @Test
    void theBinderIsThatOfRfc8448() {
        HexFormat hex = HexFormat.of();
        byte[] psk = hex.parseHex("4ecd0eb6ec3b4d87f5d6028f922ca4c5851a277fd41311c9e62d2c9492e1c4f3");
        byte[] transcript = hex.parseHex("63224b2e4573f2d3454ca84b9d009a04f6be9e05711a8396473aefa01e924a14");
        assertThat(TlsClientHello.binder(DhchapHash.SHA_256, psk, "res binder", transcript))
                .isEqualTo(hex.parseHex("3add4fb2d8fdf822a0ca3cf7678ef5e88dae990141c5924d57bb6fa31b9e5f9d"));
    }

    /** Computed with Python's hmac, over the same ClientHello. */
    @Test
    void theBinderWithSha384IsComputed() {
        HexFormat hex = HexFormat.of();
        byte[] psk = hex.parseHex(
                "f42ba63824cdfe421914c582921f85b5b5b7e2d4df084caeedc9be20b212e8bb0fe8a23e9d59a1c8fc6449da4970a78d");
        byte[] message = openssl();
        byte[] transcript = DhchapHash.SHA_384.digest(Arrays.copyOf(message, message.length - 35));
        assertThat(TlsClientHello.binder(DhchapHash.SHA_384, psk, "ext binder", transcript))
                .isEqualTo(
                        hex.parseHex(
                                "b3883e984a67366d5e880c3645021ee2a039512c7a6b903dbb94a81036e0050734c4d6b0f59c500d62351b1b8ac34d89"));
    }
}
