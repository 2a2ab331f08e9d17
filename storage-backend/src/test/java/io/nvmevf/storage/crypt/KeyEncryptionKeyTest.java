package io.nvmevf.storage.crypt;

import static io.nvmevf.storage.conformance.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmevf.storage.PoolException.Reason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Locale;
import javax.crypto.SecretKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyEncryptionKeyTest {

    private static final HexFormat HEX = HexFormat.of();
    private static final String BYTES = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    @TempDir
    Path directory;

    /** RFC 3394 §4.3, §4.5 and §4.6: 128, 192 and 256 bits of key data, wrapped by 256 bits. */
    @ParameterizedTest
    @CsvSource({
        "00112233445566778899aabbccddeeff, 64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7",
        "00112233445566778899aabbccddeeff0001020304050607,"
                + " a8f9bc1612c68b3ff6e6f4fbe30e71e4769c8b80a32cb8958cd5d17d6b254da1",
        "00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f,"
                + " 28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21"
    })
    void wrapsAsTheVectorsOfTheStandard(String data, String wrapped) {
        try (KeyEncryptionKey kek = new KeyEncryptionKey(HEX.parseHex(BYTES))) {
            assertThat(HEX.formatHex(kek.wrap(HEX.parseHex(data)))).isEqualTo(wrapped);
            byte[] unwrapped = kek.unwrap(HEX.parseHex(wrapped));
            assertThat(unwrapped).isEqualTo(HEX.parseHex(data));
        }
    }

    /** The expected key is from another implementation of RFC 5869: the HMAC of Python's library. */
    @Test
    void derivesAKeyForEachLabelThatSaysNothingOfTheOthers() {
        try (KeyEncryptionKey kek = new KeyEncryptionKey(HEX.parseHex(BYTES));
                KeyEncryptionKey other = TestKeys.kek(2)) {
            SecretKey key = kek.derive("nvmevf secrets of hosts");
            assertThat(HEX.formatHex(key.getEncoded()))
                    .isEqualTo("57283e33cc75eff5e3a9e8bb883d9f0b28feb551a82aa0f0dc70d033972f8ff3");
            assertThat(key.getAlgorithm()).isEqualTo("AES");
            assertThat(kek.derive("nvmevf secrets of hosts").getEncoded()).isEqualTo(key.getEncoded());
            assertThat(kek.derive("else").getEncoded()).isNotEqualTo(key.getEncoded());
            assertThat(other.derive("nvmevf secrets of hosts").getEncoded()).isNotEqualTo(key.getEncoded());
        }
        KeyEncryptionKey closed = TestKeys.kek(1);
        closed.close();
        assertThatThrownBy(() -> closed.derive("x")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void unwrapsNothingThatWasWrappedByAnotherOneOrChanged() {
        try (KeyEncryptionKey kek = TestKeys.kek(1);
                KeyEncryptionKey other = TestKeys.kek(2)) {
            byte[] wrapped = kek.wrap(new byte[64]);
            assertThat(wrapped).hasSize(72);
            assertThat(other.unwrap(wrapped)).isNull();
            for (int i = 0; i < wrapped.length; i++) {
                wrapped[i] ^= 0x10;
                assertThat(kek.unwrap(wrapped)).as("byte %d", i).isNull();
                wrapped[i] ^= 0x10;
            }
            assertThat(kek.unwrap(wrapped)).containsOnly(0).hasSize(64);
        }
    }

    @Test
    void aClearedOneIsUseless() {
        KeyEncryptionKey kek = TestKeys.kek(1);
        kek.close();
        assertThatThrownBy(() -> kek.wrap(new byte[64])).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> kek.unwrap(new byte[72])).isInstanceOf(IllegalStateException.class);
    }

    private Path file(byte[] content, String mode) throws Exception {
        Path file = directory.resolve("kek");
        Files.deleteIfExists(file);
        Files.write(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return file;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void readsBytesAndHexadecimalDigits() throws Exception {
        String id;
        try (KeyEncryptionKey raw = KeyEncryptionKey.read(file(HEX.parseHex(BYTES), "rw-------"))) {
            id = raw.id();
            assertThat(id).matches("[0-9a-f]{16}");
            assertThat(raw.toString()).contains(id).doesNotContain(BYTES);
        }
        for (String text : new String[] {BYTES, BYTES + "\n", BYTES + "\r\n", BYTES.toUpperCase(Locale.ROOT)}) {
            try (KeyEncryptionKey hex = KeyEncryptionKey.read(file(ascii(text), "r--------"))) {
                assertThat(hex.id()).isEqualTo(id);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rwx------", "rw-rw-rw-", "rw-----w-"})
    void refusesAFileThatOthersMayUseAndSaysHowToRepairIt(String mode) throws Exception {
        Path file = file(HEX.parseHex(BYTES), mode);
        assertRefused(Reason.INVALID, "run: chmod 600 " + file, () -> KeyEncryptionKey.read(file));
    }

    @Test
    void takesACredentialOfTheServiceThatShowsItsAccessListAsAGroup() throws Exception {
        Path file = file(HEX.parseHex(BYTES), "r--r-----");
        try (KeyEncryptionKey kek = KeyEncryptionKey.read(file, directory.toString())) {
            assertThat(kek.id()).matches("[0-9a-f]{16}");
        }
        assertRefused(Reason.INVALID, "has mode 0440", () -> KeyEncryptionKey.read(file, null));
        assertRefused(
                Reason.INVALID,
                "has mode 0440",
                () -> KeyEncryptionKey.read(file, directory.resolve("elsewhere").toString()));
        Path open = file(HEX.parseHex(BYTES), "r--r--r--");
        assertRefused(Reason.INVALID, "has mode 0444", () -> KeyEncryptionKey.read(open, directory.toString()));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 33, 62, 63, 67, 1000})
    void refusesAnyOtherLength(int length) throws Exception {
        Path file = file(ascii("a".repeat(length)), "rw-------");
        assertRefused(Reason.INVALID, "does not hold 32 bytes", () -> KeyEncryptionKey.read(file));
    }

    @Test
    void refusesWhatIsNoKey() throws Exception {
        assertRefused(Reason.INVALID, "not a regular file", () -> KeyEncryptionKey.read(directory));
        assertRefused(Reason.INVALID, "not a regular file", () -> KeyEncryptionKey.read(Path.of("/dev/zero")));
        assertRefused(Reason.IO, "none", () -> KeyEncryptionKey.read(directory.resolve("none")));
        Path zeros = file(new byte[32], "rw-------");
        assertRefused(Reason.INVALID, "zeros only", () -> KeyEncryptionKey.read(zeros));
        Path letters = file(ascii(BYTES.replace('0', 'g')), "rw-------");
        assertRefused(Reason.INVALID, "does not hold 32 bytes", () -> KeyEncryptionKey.read(letters));
    }

    @Test
    void makesAFileThatOnlyItsOwnerMayRead() throws Exception {
        Path file = directory.resolve("new");
        try (KeyEncryptionKey made = KeyEncryptionKey.create(file);
                KeyEncryptionKey read = KeyEncryptionKey.read(file)) {
            assertThat(read.id()).isEqualTo(made.id());
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        byte[] before = Files.readAllBytes(file);
        assertRefused(Reason.EXISTS, () -> KeyEncryptionKey.create(file));
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }
}
