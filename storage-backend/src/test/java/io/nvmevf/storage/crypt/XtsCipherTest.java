package io.nvmevf.storage.crypt;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class XtsCipherTest {

    private static final byte[] VECTOR_KEY = HexFormat.of()
            .parseHex("2718281828459045235360287471352662497757247093699959574966967627"
                    + "3141592653589793238462643383279502884197169399375105820974944592");

    static List<Arguments> ieeeVectors() throws Exception {
        List<Arguments> vectors = new ArrayList<>();
        try (InputStream in = Objects.requireNonNull(XtsCipherTest.class.getResourceAsStream("xts-aes-256.txt"))) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList()) {
                if (!line.startsWith("#")) {
                    String[] words = line.split(" ", -1);
                    vectors.add(Arguments.of(words[0], Long.parseLong(words[1], 16), words[2]));
                }
            }
        }
        assertThat(vectors).hasSize(5);
        return vectors;
    }

    @ParameterizedTest(name = "vector {0}")
    @MethodSource("ieeeVectors")
    void agreesWithTheVectorsOfTheStandard(String vector, long unit, String ciphertext) {
        byte[] plain = new byte[512];
        for (int i = 0; i < plain.length; i++) {
            plain[i] = (byte) i;
        }
        byte[] encrypted = encrypt(VECTOR_KEY, unit, plain);
        assertThat(HexFormat.of().formatHex(encrypted)).as("vector %s", vector).isEqualTo(ciphertext);
        assertThat(decrypt(VECTOR_KEY, unit, encrypted)).isEqualTo(plain);
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 1024, 4096, 16384 - 512, 16384, 16384 + 512, 5 * 16384 + 3 * 512, 1 << 20})
    void agreesWithAPlainImplementationOfTheStandard(int length) throws Exception {
        Random random = new Random(length);
        byte[] key = new byte[64];
        random.nextBytes(key);
        byte[] plain = new byte[length];
        random.nextBytes(plain);
        long unit = random.nextLong() >>> 12;
        byte[] encrypted = encrypt(key, unit, plain);
        for (int i = 0; i < length / 512; i++) {
            byte[] expected = reference(key, unit + i, Arrays.copyOfRange(plain, i * 512, (i + 1) * 512));
            assertThat(Arrays.copyOfRange(encrypted, i * 512, (i + 1) * 512))
                    .as("data unit %d of %d bytes", i, length)
                    .isEqualTo(expected);
        }
        assertThat(decrypt(key, unit, encrypted)).isEqualTo(plain);
    }

    @Test
    void dataUnitsOfZerosStayZerosWhereverTheyLie() {
        Random random = new Random(9);
        byte[] plain = new byte[100 * 512];
        random.nextBytes(plain);
        byte[] encrypted = encrypt(VECTOR_KEY, 7, plain);
        for (int hole : new int[] {0, 3, 4, 5, 31, 32, 33, 63, 64, 98, 99}) {
            Arrays.fill(plain, hole * 512, (hole + 1) * 512, (byte) 0);
            Arrays.fill(encrypted, hole * 512, (hole + 1) * 512, (byte) 0);
        }
        assertThat(decrypt(VECTOR_KEY, 7, encrypted)).isEqualTo(plain);
        assertThat(decrypt(VECTOR_KEY, 7, new byte[1 << 20])).containsOnly(0);
    }

    @Test
    void aDataUnitWithOneByteThatIsNotZeroIsNoHole() {
        for (int at : new int[] {0, 7, 8, 504, 511}) {
            byte[] encrypted = new byte[512];
            encrypted[at] = 1;
            byte[] plain = decrypt(VECTOR_KEY, 1, encrypted);
            assertThat(plain).isNotEqualTo(encrypted);
            assertThat(encrypt(VECTOR_KEY, 1, plain)).isEqualTo(encrypted);
        }
    }

    @Test
    void zerosAsContentAreEncryptedLikeAnyOther() {
        byte[] encrypted = encrypt(VECTOR_KEY, 1, new byte[512]);
        assertThat(Arrays.equals(encrypted, new byte[512])).isFalse();
        assertThat(decrypt(VECTOR_KEY, 1, encrypted)).containsOnly(0);
    }

    @Test
    void aClearedCipherHasAnotherKey() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(512);
            XtsCipher cipher = new XtsCipher(VECTOR_KEY);
            cipher.clear();
            cipher.encrypt(0xff, memory.address(), memory.address(), 512);
            assertThat(memory.toArray(JAVA_BYTE)).isNotEqualTo(encrypt(VECTOR_KEY, 0xff, new byte[512]));
            assertThat(memory.toArray(JAVA_BYTE)).isEqualTo(encrypt(new byte[64], 0xff, new byte[512]));
        }
    }

    @Test
    void aKeyWithTwoEqualHalvesIsRefused() {
        assertThatThrownBy(() -> new DataKey(new byte[64])).isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] encrypt(byte[] key, long unit, byte[] plain) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment in = arena.allocate(plain.length);
            MemorySegment out = arena.allocate(plain.length);
            in.copyFrom(MemorySegment.ofArray(plain));
            new XtsCipher(key).encrypt(unit, in.address(), out.address(), plain.length);
            assertThat(in.toArray(JAVA_BYTE)).as("the source").isEqualTo(plain);
            return out.toArray(JAVA_BYTE);
        }
    }

    private static byte[] decrypt(byte[] key, long unit, byte[] encrypted) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(encrypted.length);
            memory.copyFrom(MemorySegment.ofArray(encrypted));
            new XtsCipher(key).decrypt(unit, memory.address(), encrypted.length);
            return memory.toArray(JAVA_BYTE);
        }
    }

    /** IEEE Std 1619-2007 §5.3, block by block, the field in {@link BigInteger}s. */
    private static byte[] reference(byte[] key, long unit, byte[] plain) throws Exception {
        Cipher data = Cipher.getInstance("AES/ECB/NoPadding");
        data.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, 0, 32, "AES"));
        Cipher tweak = Cipher.getInstance("AES/ECB/NoPadding");
        tweak.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, 32, 32, "AES"));
        BigInteger t = number(tweak.doFinal(bytes(BigInteger.valueOf(unit))));
        byte[] result = new byte[plain.length];
        for (int at = 0; at < plain.length; at += 16) {
            BigInteger block = number(Arrays.copyOfRange(plain, at, at + 16));
            BigInteger encrypted = number(data.doFinal(bytes(block.xor(t)))).xor(t);
            System.arraycopy(bytes(encrypted), 0, result, at, 16);
            t = t.shiftLeft(1);
            if (t.testBit(128)) {
                t = t.clearBit(128).xor(BigInteger.valueOf(0x87));
            }
        }
        return result;
    }

    private static BigInteger number(byte[] littleEndian) {
        byte[] reversed = new byte[16];
        for (int i = 0; i < 16; i++) {
            reversed[i] = littleEndian[15 - i];
        }
        return new BigInteger(1, reversed);
    }

    private static byte[] bytes(BigInteger number) {
        byte[] littleEndian = new byte[16];
        for (int i = 0; i < 16; i++) {
            littleEndian[i] = number.shiftRight(8 * i).byteValue();
        }
        return littleEndian;
    }
}
