package io.nvmevf.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsPskIdentityTest {
    private static final String NAMES = " nqn.psk-test-host nqn.psk-test-subsys";

    private static @Nullable TlsPskIdentity parse(String text) {
        return TlsPskIdentity.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @EnumSource(
            value = DhchapHash.class,
            names = {"SHA_256", "SHA_384"})
    void whatIsMadeIsReadAgain(DhchapHash hash) {
        TlsPskInterchange configured =
                TlsPskInterchange.parse("NVMeTLSkey-1:01:VRLbtnN9AQb2WXW3c9+wEf/DRLz0QuLdbYvEhwtdWwNf9LrZ:");
        for (int version = 0; version <= 1; version++) {
            String identity = TlsPsk.retained(
                            configured, version, hash, "nqn.host", "nqn.sub", TlsPsk.Derivation.RFC_8446)
                    .identity();
            TlsPskIdentity read = Objects.requireNonNull(parse(identity));
            assertThat(read).isEqualTo(new TlsPskIdentity(version, false, hash, "nqn.host", "nqn.sub", identity));
        }
        String generated =
                TlsPsk.generated(new byte[hash.length()], hash, "h", "s").identity();
        assertThat(Objects.requireNonNull(parse(generated)).generated()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "NVMe0R01",
                "NVMe0R01 host",
                "NVMe0R01 host ",
                "NVMe0R01  sub",
                "NVMe0R01 host sub digest",
                "NVMe0R01 host sub ",
                "NVMe2R01 host sub",
                "NVMe0X01 host sub",
                "NVMe0R03 host sub",
                "NVMe0R0 host sub",
                "NVMe0R011 host sub",
                "nvme0R01 host sub",
                "NVMe1R01 host sub",
                "NVMe1R01 host sub iSbjiStwJ/1TrTvDlt2fjFmzvsytOJelidNnA+X5lE=",
                "NVMe1R02 host sub iSbjiStwJ/1TrTvDlt2fjFmzvsytOJelidNnA+X5lEU=",
                "NVMe0R01 host sub\0",
                "NVMe0R01 ho\nst sub"
            })
    void whatHasAnotherFormIsNone(String text) {
        assertThat(parse(text)).isNull();
    }

    @Test
    void lengthsAreBounded() {
        String most = "a".repeat(223);
        assertThat(parse("NVMe0R01 " + most + " " + most)).isNotNull();
        assertThat(parse("NVMe0R01 " + most + "a s")).isNull();
        assertThat(parse("NVMe0R01 h " + most + "a")).isNull();
        assertThat(parse("NVMe0R01 h " + "ä".repeat(112))).isNull();
        assertThat(parse("NVMe1R02 " + most + " " + most + " " + "A".repeat(64)))
                .isNotNull();
        assertThat(TlsPskIdentity.MAX_BYTES).isEqualTo(("NVMe1R02 " + most + " " + most + " ").length() + 64);
    }

    @Test
    void whatIsNotUtf8IsNone() {
        byte[] bytes = ("NVMe0R01" + NAMES).getBytes(StandardCharsets.UTF_8);
        assertThat(TlsPskIdentity.parse(bytes)).isNotNull();
        bytes[12] = (byte) 0xFF;
        assertThat(TlsPskIdentity.parse(bytes)).isNull();
    }
}
