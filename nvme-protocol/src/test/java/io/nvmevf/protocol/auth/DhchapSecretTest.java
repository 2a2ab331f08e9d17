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

class DhchapSecretTest {
    /** The example of NVMe Base 2.1 §8.3.4.5.8, as Linux's commits that allow it with any hash quote it. */
    private static final String EXAMPLE = "ia6zGodOr4SEG0Zzaw398rpY0wqipUWj4jWjUh4HWUz6aQ2n";

    private static final String EXAMPLE_SECRET = "89aeb31a874eaf84841b46736b0dfdf2ba58d30aa2a545a3e235a3521e07594c";
    private static final String NQN = "nqn.2014-08.org.nvmexpress:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6";

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void takesTheExampleOfTheSpecificationWithEveryTransformation(int hash) {
        String text = "DHHC-1:0" + hash + ":" + EXAMPLE + ":";
        DhchapSecret secret = DhchapSecret.parse(text);
        assertThat(secret.hash()).isEqualTo(DhchapHash.of(hash));
        assertThat(secret.text()).isEqualTo(text);
    }

    /** nvme-cli's tests: what {@code nvme keys gen-kxchap --secret=pin:1234} prints. */
    @Test
    void takesWhatNvmeCliMakes() {
        String text = "DHHC-1:00:9wCYVQqDvADjGIZo6q/v2SfmXZqqkNa9TcvYu97Ly3Q/gajh:";
        DhchapSecret secret = DhchapSecret.parse(text);
        assertThat(secret.key(NQN))
                .isEqualTo(HexFormat.of().parseHex("f70098550a83bc00e3188668eaafefd927e65d9aaa90d6bd4dcbd8bbdecbcb74"));
        assertThat(secret.text()).isEqualTo(text);
    }

    /** Made once with Python's base64 and zlib: the secrets are 00 01 02 03 and so on. */
    @ParameterizedTest
    @CsvSource({
        "48, DHHC-1:00:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vcSEgBQ==:",
        "64, DHHC-1:00:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P4zODhA=:"
    })
    void takesLongerSecrets(int length, String text) {
        DhchapSecret secret = DhchapSecret.parse(text);
        assertThat(secret.text()).isEqualTo(text);
        assertThat(secret.key(NQN)).hasSize(length).startsWith(0, 1, 2, 3).endsWith(length - 2, length - 1);
    }

    /**
     * The key of the example for one NQN. There is no published value; computed once with Python's hmac:
     * HMAC(secret, NQN || "NVMe-over-Fabrics").
     */
    @ParameterizedTest
    @CsvSource({
        "0, " + EXAMPLE_SECRET,
        "1, b9e21c833ba5dbb60ddf4c29b195ac232cd89302646bfdb848bc5b732c93cee5",
        "2, 6da795652a95e8ef6a71dcdeae480f6f0c99c659e18222685d91c43fbbab057269a9d2b760f0fd87a008530fdc235349",
        "3, b627b6d227367cf5f07907f593993b24bfaeb80d6bdaf43de8e315c9f6fb5955538b88edc89c5973041a9d2f2ab251dbf1f109097fce176cf48bfffac75fdcb5"
    })
    void theKeyIsTheSecretOrItsTransformation(int hash, String key) {
        assertThat(DhchapSecret.parse("DHHC-1:0" + hash + ":" + EXAMPLE + ":").key(NQN))
                .asHexString()
                .isEqualToIgnoringCase(key);
    }

    @Test
    void theKeyOfAnotherNqnIsAnother() {
        DhchapSecret transformed = DhchapSecret.parse("DHHC-1:01:" + EXAMPLE + ":");
        assertThat(transformed.key(NQN)).isNotEqualTo(transformed.key(NQN + "x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "DHHC-1",
                "DHHC-1:",
                "DHHC-1:00",
                "DHHC-1:00:",
                "DHHC-1:00::",
                "DHHC-1:00:" + EXAMPLE,
                "DHHC-1:00:" + EXAMPLE + "::",
                "DHHC-1:00:" + EXAMPLE + ":\n",
                " DHHC-1:00:" + EXAMPLE + ":",
                "dhhc-1:00:" + EXAMPLE + ":",
                "DHHC-2:00:" + EXAMPLE + ":",
                "DHHC-1:04:" + EXAMPLE + ":",
                "DHHC-1:10:" + EXAMPLE + ":",
                "DHHC-1:-1:" + EXAMPLE + ":",
                "DHHC-1:0x:" + EXAMPLE + ":",
                "DHHC-1:0/:" + EXAMPLE + ":",
                "DHHC-1:0:" + EXAMPLE + ":",
                "DHHC-1:000:" + EXAMPLE + ":",
                "DHHC-1:0١:" + EXAMPLE + ":",
                "DHHC-1:00:" + EXAMPLE + "AAAA:",
                "DHHC-1:00:xa6zGodOr4SEG0Zzaw398rpY0wqipUWj4jWjUh4HWUz6aQ2n:",
                "DHHC-1:00:ia6zGodOr4SEG0Zzaw398rpY0wqipUWj4jWjUh4HWUz6aQ2m:",
                "DHHC-1:00:ia6zGodOr4SEG0Zzaw398rpY0wqipUWj4jWjUh4HWUz6aQ2_:",
                "DHHC-1:00:ia6zGodOr4SEG0Zzaw398rpY0wqipUWj4jWjUh4HWUz6aQ==:",
                "DHHC-1:00:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vcSEgBQ:",
                "DHHC-1:00:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vcSEgBR==:",
                "DHHC-1:00:AAAA:",
                "NVMeTLSkey-1:00:" + EXAMPLE + ":"
            })
    void refusesEverythingElseWithoutQuotingIt(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DhchapSecret.parse(text))
                .withNoCause()
                .satisfies(e -> {
                    String message = Objects.requireNonNull(e.getMessage());
                    assertThat(message).isNotBlank().doesNotContain("ia6z", "aQ2", "AAEC", "AAAA", "_");
                });
    }

    @Test
    void nothingButTheTextShowsTheSecret() {
        assertThat(DhchapSecret.parse("DHHC-1:01:" + EXAMPLE + ":")).hasToString("DHHC-1");
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 48, 64})
    void generatesSecretsThatAreReadBack(int length) {
        SecureRandom random = new SecureRandom();
        DhchapSecret secret = DhchapSecret.generate(random, length, DhchapHash.SHA_384);
        DhchapSecret same = DhchapSecret.parse(secret.text());
        assertThat(same).isEqualTo(secret).hasSameHashCodeAs(secret);
        assertThat(DhchapSecret.generate(random, length, null).key(NQN)).hasSize(length);
        assertThat(DhchapSecret.generate(random, length, DhchapHash.SHA_384)).isNotEqualTo(secret);
        assertThat(DhchapSecret.parse(secret.text().replace(":02:", ":01:"))).isNotEqualTo(secret);
    }

    @Test
    void otherLengthsAreNotGenerated() {
        for (int length : new int[] {0, 31, 33, 65}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> DhchapSecret.generate(new SecureRandom(), length, null));
        }
    }

    @Test
    void aKeyThatIsHandedOutIsACopy() {
        DhchapSecret secret = DhchapSecret.parse("DHHC-1:00:" + EXAMPLE + ":");
        secret.key(NQN)[0] ^= 1;
        assertThat(secret.key(NQN)).asHexString().isEqualToIgnoringCase(EXAMPLE_SECRET);
    }
}
