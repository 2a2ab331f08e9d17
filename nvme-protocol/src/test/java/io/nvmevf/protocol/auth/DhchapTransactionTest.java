package io.nvmevf.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * There are no published values of the responses, so those here were computed once with Python's hashlib and hmac, from
 * the formulas of NVMe Base 2.1 §8.3.4.5.4 and §8.3.4.5.5: C1 is 00 01 02 and so on, C2 is FF FE FD and so on, the
 * shared secret of a group is 256 bytes (7 i + 3) mod 256; S1 FFFFFFFEh, S2 01020304h, T_ID BEEFh; SC_C 0 without a
 * group, 2 with one.
 */
class DhchapTransactionTest {
    private static final String EXAMPLE = "ia6zGodOr4SEG0Zzaw398rpY0wqipUWj4jWjUh4HWUz6aQ2n";
    private static final DhchapSecret HOST = DhchapSecret.parse("DHHC-1:01:" + EXAMPLE + ":");
    private static final DhchapSecret CONTROLLER = DhchapSecret.parse("DHHC-1:00:" + EXAMPLE + ":");
    private static final String HOSTNQN = "nqn.2014-08.org.nvmexpress:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
    private static final String SUBNQN = "nqn.2014-08.org.nvmexpress:uuid:36ebf5a9-1df9-47b3-a6d0-e9ba32e428a2";
    private static final int S1 = 0xFFFFFFFE;
    private static final int S2 = 0x01020304;

    @ParameterizedTest
    @CsvSource(textBlock = """
            SHA_256, de6892c9ca878e9c0fcf299504f4c6a07591981f06f12522ef8dc2c04bd94ab6, 15c3c150b6c1ed52328337641cf5f3a7b5533117881238e4fb698f99c401de6a
            SHA_384, 0efbb9efd3270b64a1ecd92b8c5a1d3f081d611a044f255135863416b07e7ef942baabfb894227f4ff7425969b0aeabc, a4d7b97edc20302dfe27564f722b8eeca81cac2c40a35821a06a1298ec47909e085b7f504d701a54b8d71b9194ab412b
            SHA_512, b1b1ab35274b0d18e6037f9d43bd9d53d3e4063bbf620510a946f94a278db044b7ff1b6c13dcbbf685c3db975dfdf8f8029e1ce06f39c0841f286e53c8c1fb44, 5ef4284bb7d67fb79879fac095b7de672c6d3ae70069d431fdec8e1eee3281dc1bb92e14d4e0d9336411d2c37e0ac04405bfa2fef679f5905ed67b14482d47a9
            """)
    void responsesWithoutAGroup(DhchapHash hash, String r1, String r2) {
        DhchapTransaction transaction = DhchapTransaction.of(hash, 0xBEEF, 0, HOSTNQN, SUBNQN, null);
        assertThat(transaction.hostResponse(HOST, c1(hash), S1)).asHexString().isEqualToIgnoringCase(r1);
        assertThat(transaction.controllerResponse(CONTROLLER, c2(hash), S2))
                .asHexString()
                .isEqualToIgnoringCase(r2);
        assertThat(transaction.augment(c1(hash))).isEqualTo(c1(hash));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            SHA_256, b923d07432bf3538e30f24028f54fe7aac225a5781c2d2994a87ad2954443713, e7bfed96c85c98c1edc0642bd1c71cc85ca7d93d9fa952625698341563294df8, 6ba916d40e80acd23393270f0950980fae0b5b6ec6ea0f4cd82a433eb078d5b0
            SHA_384, 520a449e500e0dab0f0d9550e7843090ab162cfde88e5f7f5a63ddea48e6090a715bdc14b385418329f1b187ddaea3e2, 1d4c7a72a64040a00076da357ca8fab9a9caefed2f54e86764f044c1b72f87c1a0e387aca68290143e1a8e765c54a7ef, 15f0897ef70fbc5e34db06d1bd9e03ee9081d91a854c7c65205b4984c838bafaf78098d95e489b2efa2d1f9e944cdc26
            SHA_512, eb1a5883877debc227211dfb82da2889ddb0ca460e39d5e4c868aabf84c6ec84916e03004732dc9e040e3e29db92482524a816ee4ef26f7b3eb763557850a389, cc3ebc39b326281a193880fb075cf0e9bcd69f016ccdfb7512212caa1173f68b165aa6f1163495a91cbb3ffe41258daec9cf5614aaff8791b7ed9fd7217d399a, e7134b8226884e4b0a3c974c6c6c6a936a3f7e058b25bb790aaf3ad156f2299619b1cc334f8913bc96c720314d282103d4aab0e8bfce95a217c129b95649fced
            """)
    void responsesWithAGroup(DhchapHash hash, String r1, String r2, String ca1) {
        DhchapTransaction transaction = DhchapTransaction.of(hash, 0xBEEF, 2, HOSTNQN, SUBNQN, shared());
        assertThat(transaction.augment(c1(hash))).asHexString().isEqualToIgnoringCase(ca1);
        assertThat(transaction.hostResponse(HOST, c1(hash), S1)).asHexString().isEqualToIgnoringCase(r1);
        assertThat(transaction.controllerResponse(CONTROLLER, c2(hash), S2))
                .asHexString()
                .isEqualToIgnoringCase(r2);
    }

    /** Linux, drivers/nvme/common/tests/auth_kunit.c: the session key is 'A', 'A' + 1 and so on. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            SHA_256, 1733c59fa7f48fcf37f5f26fc4ff0268ad4f78e030f4f3b0bfd1d47e7bb1447a
            SHA_384, f14b2dd3234c459694d3bc63f8968bd6b37c2c6de849e22e118749001ce4bbe8640b9e3a748cb11ce4b1d71d359cce39
            SHA_512, 9c9f089a618b47d2d75f4b6c28070424487b445dd96e70c4c09b55e8b6000152a3363c3454043f38f0b85036ded40655350aa87b8b6a282b5c1acae16233dd5b
            """)
    void generatesThePskThatLinuxGenerates(DhchapHash hash, String psk) {
        byte[] sessionKey = sequence(hash.length(), 'A', 1);
        DhchapTransaction transaction = new DhchapTransaction(hash, 0, 0, "hostnqn", "subsysnqn", sessionKey);
        assertThat(transaction.generatedPsk(c1(hash), c2(hash))).asHexString().isEqualToIgnoringCase(psk);
    }

    /**
     * Linux takes the shared secret itself for the key of this HMAC, the specification its hash. Both are the same as
     * long as the secret is longer than a block of the hash function, which it is in every group: HMAC hashes such a
     * key.
     */
    @ParameterizedTest
    @EnumSource
    void theHashOfTheSharedSecretIsAsGoodAsTheSecret(DhchapHash hash) {
        DhchapTransaction transaction = DhchapTransaction.of(hash, 1, 2, HOSTNQN, SUBNQN, shared());
        assertThat(transaction.sessionKey()).isEqualTo(hash.digest(shared()));
        assertThat(transaction.generatedPsk(c1(hash), c2(hash))).isEqualTo(hash.hmac(shared(), c1(hash), c2(hash)));
    }

    @Test
    void theNullGroupGeneratesNoPsk() {
        DhchapTransaction transaction = DhchapTransaction.of(DhchapHash.SHA_256, 1, 0, HOSTNQN, SUBNQN, null);
        assertThatIllegalStateException().isThrownBy(() -> transaction.generatedPsk(new byte[32], new byte[32]));
    }

    @Test
    void everyInputChangesTheResponse() {
        DhchapHash hash = DhchapHash.SHA_256;
        DhchapTransaction transaction = DhchapTransaction.of(hash, 7, 2, HOSTNQN, SUBNQN, shared());
        byte[] other = shared();
        other[255] ^= 1;
        assertThat(Stream.of(
                                transaction.hostResponse(HOST, c1(hash), S1),
                                transaction.hostResponse(CONTROLLER, c1(hash), S1),
                                transaction.hostResponse(HOST, c2(hash), S1),
                                transaction.hostResponse(HOST, c1(hash), S2),
                                transaction.controllerResponse(HOST, c1(hash), S1),
                                transaction.withScc(0).hostResponse(HOST, c1(hash), S1),
                                DhchapTransaction.of(hash, 8, 2, HOSTNQN, SUBNQN, shared())
                                        .hostResponse(HOST, c1(hash), S1),
                                DhchapTransaction.of(hash, 7, 2, SUBNQN, HOSTNQN, shared())
                                        .hostResponse(HOST, c1(hash), S1),
                                DhchapTransaction.of(hash, 7, 2, HOSTNQN, SUBNQN, other)
                                        .hostResponse(HOST, c1(hash), S1),
                                DhchapTransaction.of(hash, 7, 2, HOSTNQN, SUBNQN, null)
                                        .hostResponse(HOST, c1(hash), S1))
                        .map(HexFormat.of()::formatHex))
                .doesNotHaveDuplicates();
        assertThat(transaction.withScc(0).withScc(2).hostResponse(HOST, c1(hash), S1))
                .isEqualTo(transaction.hostResponse(HOST, c1(hash), S1));
    }

    private static byte[] c1(DhchapHash hash) {
        return sequence(hash.length(), 0, 1);
    }

    private static byte[] c2(DhchapHash hash) {
        return sequence(hash.length(), 0xFF, -1);
    }

    private static byte[] shared() {
        return sequence(256, 3, 7);
    }

    private static byte[] sequence(int length, int first, int step) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (first + i * step);
        }
        return bytes;
    }
}
