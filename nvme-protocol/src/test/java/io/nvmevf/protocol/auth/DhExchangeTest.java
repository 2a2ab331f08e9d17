package io.nvmevf.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.params.provider.EnumSource.Mode.EXCLUDE;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DhExchangeTest {
    private final SecureRandom random = new SecureRandom();

    @ParameterizedTest
    @EnumSource(mode = EXCLUDE, names = "NULL")
    void primesAreThoseOfRfc7919(DhGroup group) throws IOException {
        assertThat(group.parameters().getP()).isEqualTo(published(group));
        assertThat(group.parameters().getG()).isEqualTo(2);
        assertThat(group.parameters().getL()).isGreaterThanOrEqualTo(256);
    }

    @Test
    void identifiersAndLengthsAreThoseOfTheSpecification() {
        int[] lengths = {0, 256, 384, 512, 768, 1024};
        for (int id = 0; id < lengths.length; id++) {
            DhGroup group = Objects.requireNonNull(DhGroup.of(id));
            assertThat(group.id()).isEqualTo(id);
            assertThat(group.length()).isEqualTo(lengths[id]);
        }
        for (int id : new int[] {-1, 6, 0xE0, 0xFF}) {
            assertThat(DhGroup.of(id)).isNull();
        }
        assertThat(DhGroup.FFDHE8192).hasToString("ffdhe8192");
        assertThat(DhGroup.MAX_LENGTH).isEqualTo(DhGroup.FFDHE8192.length());
    }

    /**
     * Computed once with OpenSSL 3 (Python's cryptography 48): the private exponents are SHA-512 of "x2048" and "y2048"
     * (and so on), the values SHA-256 of both public values and of the shared secret, each as long as the prime.
     */
    @ParameterizedTest
    @CsvSource(textBlock = """
            FFDHE2048, db1bc62589ebfddba9d61144cde2c82f6247aa51aff6c9c19e72e6497197415d, 83582a32d00d2120db5c21cf2f4871a5474c305250f9a935a5d8b5749b421425, 650316599db885fd9c06438108bd7130c76a886fe24c03bbbfe1493a0e855d27
            FFDHE3072, 49b1b24144c6dc467ab4bbb2036ee7ea732d69078b663e484d2abec607717098, 1f604d954deb290f7a8009dcf7b018a7ce5ea39bb9e08d0ce4fcc81584072e02, 8e2d115dc7e2723f9c1228eca23be1e882650d1fbb6059c843365af6bf266914
            FFDHE4096, 1fb14aae41bf9589cff22514e6e4037109a91d5b4f26866a03b78184e3e46ecd, a30804ba6885d0050f03913b39aec059e004be5094f192ce83387f670f51cdef, dc27002baabfe27596fadbc695a7f4e392436fc762e7d9ec67bd5b6f16f3e810
            FFDHE6144, 7370843cf371121ce92c9981490a16e768b5f9946f1ae0586da937a19b4ac696, 0f63cfdd99d09b1bacd625b4d83871f7380940fd760d09ed70cc06ad6813cc81, 3a8087db5e076b5fdb91ecc95f2a6425d7554812e66207748ce2e3f8bfbbba16
            FFDHE8192, 8c598190022ba4f359e6bdbeb5180171aa5056690dd27a183562dbcad7d18236, 5d5feb648057e0e6d3cdcea451442afca3ba18b898a7bd58998aff41313a9466, b212cf4119a25f0e48e8e104c623594fb065a045ad1da6f2feda5b09437421c4
            """)
    void exchangesAsOpensslDoes(DhGroup group, String publicX, String publicY, String shared) throws Exception {
        DhExchange x = DhExchange.of(group, exponent("x" + group.length() * 8));
        DhExchange y = DhExchange.of(group, exponent("y" + group.length() * 8));
        assertThat(sha256(x.publicValue())).isEqualToIgnoringCase(publicX);
        assertThat(sha256(y.publicValue())).isEqualToIgnoringCase(publicY);
        assertThat(sha256(x.sharedSecret(y.publicValue()))).isEqualToIgnoringCase(shared);
        assertThat(sha256(y.sharedSecret(x.publicValue()))).isEqualToIgnoringCase(shared);
    }

    @ParameterizedTest
    @EnumSource(mode = EXCLUDE, names = "NULL")
    void bothSidesComeToTheSameSecretAndNeverTwiceToOne(DhGroup group) throws AuthMessageException {
        DhExchange host = DhExchange.generate(group, random);
        DhExchange controller = DhExchange.generate(group, random);
        assertThat(host.group()).isEqualTo(group);
        assertThat(host.publicValue()).hasSize(group.length()).isNotEqualTo(controller.publicValue());
        assertThat(host.sharedSecret(controller.publicValue()))
                .hasSize(group.length())
                .isEqualTo(controller.sharedSecret(host.publicValue()));
    }

    @Test
    void smallNumbersKeepTheirLeadingZeros() throws Exception {
        DhExchange cube = DhExchange.of(DhGroup.FFDHE2048, BigInteger.valueOf(3));
        assertThat(cube.publicValue()).hasSize(256).endsWith(0, 8);
        assertThat(cube.sharedSecret(number(5, 256))).hasSize(256).endsWith(0, 125);
        assertThat(cube.sharedSecret(new byte[] {5}))
                .as("a peer that leaves leading zeros out")
                .isEqualTo(cube.sharedSecret(number(5, 256)));
    }

    @Test
    void valuesOutsideTwoToPMinusTwoAreRefused() throws AuthMessageException {
        DhExchange side = DhExchange.generate(DhGroup.FFDHE2048, random);
        BigInteger p = DhGroup.FFDHE2048.parameters().getP();
        for (BigInteger bad :
                new BigInteger[] {BigInteger.ZERO, BigInteger.ONE, p.subtract(BigInteger.ONE), p, p.add(BigInteger.TWO)
                }) {
            refused(side, bytes(bad));
        }
        refused(side, new byte[0]);
        refused(side, number(2, 257));
        byte[] all = new byte[256];
        Arrays.fill(all, (byte) 0xFF);
        refused(side, all);
        assertThat(side.sharedSecret(bytes(BigInteger.TWO))).hasSize(256);
        assertThat(side.sharedSecret(bytes(p.subtract(BigInteger.TWO)))).hasSize(256);
    }

    @Test
    void theNullGroupHasNoExchange() {
        assertThatIllegalStateException().isThrownBy(() -> DhExchange.generate(DhGroup.NULL, random));
    }

    private static void refused(DhExchange side, byte[] peer) {
        assertThatExceptionOfType(AuthMessageException.class)
                .isThrownBy(() -> side.sharedSecret(peer))
                .satisfies(e -> assertThat(e.explanation()).isEqualTo(AuthFailure.INCORRECT_PAYLOAD));
    }

    private static BigInteger exponent(String seed) {
        return new BigInteger(1, DhchapHash.SHA_512.digest(seed.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(DhchapHash.SHA_256.digest(bytes));
    }

    private static byte[] number(int value, int length) {
        byte[] bytes = new byte[length];
        bytes[length - 1] = (byte) value;
        return bytes;
    }

    private static byte[] bytes(BigInteger value) {
        byte[] bytes = value.toByteArray();
        return bytes.length > 1 && bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    private static BigInteger published(DhGroup group) throws IOException {
        String text;
        try (var in = Objects.requireNonNull(DhExchangeTest.class.getResourceAsStream("rfc7919-primes.txt"))) {
            text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
        int at = text.indexOf("\n" + group.length() * 8 + "\n");
        int start = text.indexOf('\n', at + 1) + 1;
        return new BigInteger(text.substring(start, text.indexOf("\n\n", start)).replace("\n", ""), 16);
    }
}
