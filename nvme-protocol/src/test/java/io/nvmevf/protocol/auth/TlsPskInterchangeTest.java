package io.nvmevf.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsPskInterchangeTest {
    /** The example of NVMe/TCP Transport §3.6.1.5. */
    private static final String EXAMPLE = "VRLbtnN9AQb2WXW3c9+wEf/DRLz0QuLdbYvEhwtdWwNf9LrZ";

    private static final String EXAMPLE_PSK = "5512dbb6737d0106f65975b773dfb011ffc344bcf442e2dd6d8bc4870b5d5b03";

    /**
     * The first: the specification's example. All three: libnvme's tests, psk.c. The last: nvme-cli, {@code gen-tls
     * --secret=pin:1234}.
     */
    @ParameterizedTest
    @CsvSource(textBlock = """
            NVMeTLSkey-1:01:VRLbtnN9AQb2WXW3c9+wEf/DRLz0QuLdbYvEhwtdWwNf9LrZ:, 1, 1, 32
            NVMeTLSkey-1:00:VRLbtnN9AQb2WXW3c9+wEf/DRLz0QuLdbYvEhwtdWwNf9LrZ:, 0, 1, 32
            NVMeTLSkey-1:02:VRLbtnN9AQb2WXW3c9+wEf/DRLz0QuLdbYvEhwtdWwP/w0S89ELi3W2LxIcLXVsDn8kXZQ==:, 2, 2, 48
            NVMeTLSkey-1:00:VRLbtnN9AQb2WXW3c9+wEf/DRLz0QuLdbYvEhwtdWwP/w0S89ELi3W2LxIcLXVsDn8kXZQ==:, 0, 2, 48
            NVMeTLSkey-1:02:VRLbtnN9AQb2WXW3c9+wEf/DRLz0QuLdbYvEhwtdWwNf9LrZ:, 2, 2, 32
            NVMeTLSkey-1:01:9wCYVQqDvADjGIZo6q/v2SfmXZqqkNa9TcvYu97Ly3Q/gajh:, 1, 1, 32
            """)
    void takesWhatTheSpecificationAndLibnvmeMake(String text, int hash, int suiteHash, int length) {
        TlsPskInterchange psk = TlsPskInterchange.parse(text);
        assertThat(psk.hash()).isEqualTo(DhchapHash.of(hash));
        assertThat(psk.suiteHash()).isEqualTo(DhchapHash.of(suiteHash));
        assertThat(psk.length()).isEqualTo(length);
        assertThat(psk.text()).isEqualTo(text);
        assertThat(psk).hasToString("NVMeTLSkey-1");
    }

    @Test
    void withoutTransformationTheRetainedPskIsTheConfiguredOne() {
        TlsPskInterchange psk = TlsPskInterchange.parse("NVMeTLSkey-1:00:" + EXAMPLE + ":");
        for (TlsPsk.Derivation derivation : TlsPsk.Derivation.values()) {
            byte[] retained = psk.retained("nqn.any", derivation);
            assertThat(retained).isEqualTo(HexFormat.of().parseHex(EXAMPLE_PSK));
            retained[0] ^= 1;
            assertThat(psk.retained("nqn.any", derivation)).isNotEqualTo(retained);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "NVMeTLSkey-1:01:" + EXAMPLE,
                "NVMeTLSkey-1:03:" + EXAMPLE + ":",
                "NVMeTLSkey-2:01:" + EXAMPLE + ":",
                "NVMeTLSkey-1:1:" + EXAMPLE + ":",
                "NVMeTLSkey-1:01:" + EXAMPLE + "::",
                "NVMeTLSkey-1:01:VRLbtnN9AQb2WXW3c9+wEf/DRLz0QuLdbYvEhwtdWwNf9LrY:",
                "NVMeTLSkey-1:01:9wCYVQqDvADjGIZo6q/v2SfmXZqqkNa9TcvYu97Ly3Q/gajj:",
                "NVMeTLSkey-1:02:VRLbtnN9AQb2WXW3c9+wEf/DRLz0QuLdbYvEhwtdWwP/w0S89ELi3W2LxIcLXVsDn8kXZQ=:",
                "NVMeTLSkey-1:01:!!!!:",
                "NVMeTLSkey-1:01:AAAA:",
                "DHHC-1:01:" + EXAMPLE + ":",
                // 64 bytes, which only a DH-HMAC-CHAP secret may have
                "NVMeTLSkey-1:00:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P4zODhA=:"
            })
    void refusesEverythingElseWithoutQuotingIt(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TlsPskInterchange.parse(text))
                .withNoCause()
                .satisfies(e -> {
                    String message = Objects.requireNonNull(e.getMessage());
                    assertThat(message).isNotBlank().doesNotContain("VRLb", "9wCY", "AAAA", "AAEC", "!");
                });
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 48})
    void generatesPsksThatAreReadBack(int length) {
        SecureRandom random = new SecureRandom();
        for (int hash = 0; hash <= 2; hash++) {
            TlsPskInterchange psk = TlsPskInterchange.generate(random, length, DhchapHash.of(hash));
            TlsPskInterchange same = TlsPskInterchange.parse(psk.text());
            assertThat(same).isEqualTo(psk).hasSameHashCodeAs(psk);
            assertThat(psk.length()).isEqualTo(length);
            assertThat(TlsPskInterchange.generate(random, length, DhchapHash.of(hash)))
                    .isNotEqualTo(psk);
        }
    }

    @Test
    void otherPsksAreNotGenerated() {
        SecureRandom random = new SecureRandom();
        assertThatIllegalArgumentException().isThrownBy(() -> TlsPskInterchange.generate(random, 64, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TlsPskInterchange.generate(random, 32, DhchapHash.SHA_512));
    }
}
