package io.nvmevf.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Digests: the examples "abc" of FIPS 180-2. HMACs: test case 2 of RFC 4231. */
class DhchapHashTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
            SHA_256, ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
            SHA_384, cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7
            SHA_512, ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f
            """)
    void digestsAreThoseOfFips180(DhchapHash hash, String expected) {
        assertThat(hash.digest(ascii("abc"))).asHexString().isEqualToIgnoringCase(expected);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            SHA_256, 5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843
            SHA_384, af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649
            SHA_512, 164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737
            """)
    void hmacsAreThoseOfRfc4231InHoweverManyParts(DhchapHash hash, String expected) {
        byte[] mac = HexFormat.of().parseHex(expected);
        assertThat(hash.hmac(ascii("Jefe"), ascii("what do ya want for nothing?")))
                .isEqualTo(mac);
        assertThat(hash.hmac(ascii("Jefe"), ascii("what do ya "), new byte[0], ascii("want for nothing?")))
                .isEqualTo(mac);
    }

    @Test
    void identifiersAndLengthsAreThoseOfTheSpecification() {
        assertThat(DhchapHash.of(1)).isEqualTo(DhchapHash.SHA_256);
        assertThat(DhchapHash.of(2)).isEqualTo(DhchapHash.SHA_384);
        assertThat(DhchapHash.of(3)).isEqualTo(DhchapHash.SHA_512).hasToString("SHA-512");
        for (int id : new int[] {-1, 0, 4, 0xE0, 0xFF}) {
            assertThat(DhchapHash.of(id)).isNull();
        }
        for (DhchapHash hash : DhchapHash.values()) {
            assertThat(hash.digest(new byte[0])).hasSize(hash.length());
            assertThat(DhchapHash.of(hash.id())).isSameAs(hash);
            assertThat(hash.length()).isLessThanOrEqualTo(DhchapHash.MAX_LENGTH);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
