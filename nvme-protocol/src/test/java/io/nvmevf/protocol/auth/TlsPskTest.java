package io.nvmevf.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsPskTest {
    /** The PSKs, and the names, of libnvme's tests, psk.c. */
    enum Psk {
        SHORT("VRLbtnN9AQb2WXW3c9+wEf/DRLz0QuLdbYvEhwtdWwNf9LrZ"),
        LONG("VRLbtnN9AQb2WXW3c9+wEf/DRLz0QuLdbYvEhwtdWwP/w0S89ELi3W2LxIcLXVsDn8kXZQ==");

        private final String base64;

        Psk(String base64) {
            this.base64 = base64;
        }

        private TlsPskInterchange with(int hash) {
            return TlsPskInterchange.parse("NVMeTLSkey-1:0" + hash + ":" + base64 + ":");
        }
    }

    private static final String HOST = "nqn.psk-test-host";
    private static final String SUBSYSTEM = "nqn.psk-test-subsys";

    /** Published: libnvme's tests, psk.c (test_data_identity and test_data_identity_compat). */
    @ParameterizedTest
    @CsvSource(textBlock = """
            1, SHORT, RFC_8446, NVMe1R01 nqn.psk-test-host nqn.psk-test-subsys iSbjiStwJ/1TrTvDlt2fjFmzvsytOJelidNnA+X5lEU=
            2, LONG, RFC_8446, NVMe1R02 nqn.psk-test-host nqn.psk-test-subsys QhW2+Rp6RzHlNtCslyRxMnwJ11tKKhz8JCAQpQ+XUD8f9td1VeH5h53yz2wKJG1a
            1, SHORT, COMPAT, NVMe1R01 nqn.psk-test-host nqn.psk-test-subsys 66GuqV08TsAGII39teWUfwQwizjv06Jy8jOcX3NAAzM=
            2, LONG, COMPAT, NVMe1R02 nqn.psk-test-host nqn.psk-test-subsys RsKmYJ3nAn1ApjjMloJFbAkLPivONDAX/xW327YBUsn2eGShXSjCZvBaOxscLqmz
            """)
    void identitiesAreThoseOfLibnvme(int hash, Psk psk, TlsPsk.Derivation derivation, String identity) {
        TlsPskInterchange configured = psk.with(hash);
        assertThat(TlsPsk.retained(configured, 1, configured.suiteHash(), HOST, SUBSYSTEM, derivation))
                .hasToString(identity);
    }

    /** The example of NVMe/TCP Transport §3.6.1.3. */
    @Test
    void theVersion0IdentityIsThatOfTheSpecification() {
        TlsPsk psk = TlsPsk.retained(
                Psk.SHORT.with(1),
                0,
                DhchapHash.SHA_256,
                "nqn.2014-08.org.nvmexpress:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
                "nqn.2014-08.org.nvmexpress:uuid:36ebf5a9-1df9-47b3-a6d0-e9ba32e428a2",
                TlsPsk.Derivation.RFC_8446);
        assertThat(psk.identity())
                .isEqualTo("NVMe0R01 nqn.2014-08.org.nvmexpress:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
                        + " nqn.2014-08.org.nvmexpress:uuid:36ebf5a9-1df9-47b3-a6d0-e9ba32e428a2");
    }

    /**
     * Published: Linux, drivers/nvme/common/tests/auth_kunit.c; the PSK is the one that {@link DhchapTransactionTest}
     * generates. The form of the identity: Linux, drivers/nvme/common/keyring.c, nvme_tls_psk_refresh.
     */
    @ParameterizedTest
    @CsvSource(textBlock = """
            SHA_256, 1733c59fa7f48fcf37f5f26fc4ff0268ad4f78e030f4f3b0bfd1d47e7bb1447a, OldoKuTfKddMuyCznAZojkWD7P4D9/AtzDzLimtOxqI=, 3c17da628474a04d2247c4cab47968c915388193f7c071bd9489cc3666cd7cc8
            SHA_384, f14b2dd3234c459694d3bc63f8968bd6b37c2c6de849e22e118749001ce4bbe8640b9e3a748cb11ce4b1d71d359cce39, cffMWk8TSS7HOQebjgYEIkrPrjWPV4JE5cdPB8WhEvY4JBW5YynKyv66XscN4A9n, 2774753233537b3fa50eb7d16a8e43457d85f4906c005b2236616c5d80939d0898fff15bb8b77119d2be0aac423e7590
            """)
    void aGeneratedPskBecomesWhatLinuxMakesOfIt(DhchapHash hash, String generated, String digest, String tlsPsk) {
        TlsPsk psk = TlsPsk.generated(HexFormat.of().parseHex(generated), hash, "hostnqn", "subsysnqn");
        assertThat(psk.identity()).isEqualTo("NVMe1G0" + hash.id() + " hostnqn subsysnqn " + digest);
        assertThat(psk.psk()).asHexString().isEqualToIgnoringCase(tlsPsk);
        assertThat(psk.hash()).isEqualTo(hash);
    }

    /**
     * Nobody publishes these TLS PSKs, so they were computed once with Python's hmac from the formulas (and, for
     * COMPAT, from libnvme's derive_tls_key_compat); that computation also yields the published identities above.
     * Columns: HH, PSK, hash of the cipher suite, derivation, version, digest, TLS PSK.
     */
    @ParameterizedTest
    @CsvSource(textBlock = """
            0, SHORT, SHA_256, RFC_8446, 0, '', ec85300ba827726bd3bc4fc07f3a34aec5fe7c8ccac05fefc2f021c74e0df9ef
            0, SHORT, SHA_256, RFC_8446, 1, 'quJVUJjp/BImWR0UQay/MjSfEgyAr6TyBOWybS/B404=', a45d08ee4639c7570729bb3e57e905e466a49a15ece5401af906830c4d3bdb0b
            0, SHORT, SHA_256, COMPAT, 0, '', e2b16189378b34adba9fec995ab479040cedec0bc7c6b47728ee4d8de6ff52ba
            0, SHORT, SHA_256, COMPAT, 1, 'quJVUJjp/BImWR0UQay/MjSfEgyAr6TyBOWybS/B404=', d50f6d3dd79345b6e8217744524df5ac0dc66964ff70cc5fd18e1b9d57ce7fcf
            1, SHORT, SHA_256, RFC_8446, 0, '', 05c6503551ad136e6ee32e6eeb3f6d500b69701d84ec71e328f65c7f51566f68
            1, SHORT, SHA_256, RFC_8446, 1, 'iSbjiStwJ/1TrTvDlt2fjFmzvsytOJelidNnA+X5lEU=', 8fc3c0badfd4c0c66fa3ca33aadd0314f85536cc9bc47338b60f3e6e563786ca
            1, SHORT, SHA_256, COMPAT, 0, '', 09fb1983ac6d6d0353e7cae4f23daddd651c367fa347c59d9cf6936f5a83eafb
            1, SHORT, SHA_256, COMPAT, 1, '66GuqV08TsAGII39teWUfwQwizjv06Jy8jOcX3NAAzM=', b9f5ab2a41ba6e72a23a12066302a2f775fa6c0942c8e0b18ca8ac07edf305e2
            0, LONG, SHA_384, RFC_8446, 0, '', b5dd464067a9378ba2226d71f005d7ac90ed8696e4b2142084384365597201d33ba26f8aeeb529574d4267bd294a828e
            0, LONG, SHA_384, RFC_8446, 1, 'dyoPfSR5TBRaPMI5/FXUlJv2XMDtmQ7Q9Xrj89aBKbyRYkQeT5V1wNvIpnMDRTQW', 1569317890995e207ab4cf148bc53470561e148030cb019b1d87fb4bc5794a791ed5ee68676c952ce5f11f3786e900d4
            0, LONG, SHA_384, COMPAT, 0, '', 9cb989c1d40fdcdc1bb729d6691901bfcd0b310f060f558d4a63c7afc2a0923f2d0610073fded349d25d6b3f91980826
            0, LONG, SHA_384, COMPAT, 1, 'dyoPfSR5TBRaPMI5/FXUlJv2XMDtmQ7Q9Xrj89aBKbyRYkQeT5V1wNvIpnMDRTQW', f6259eaeaab509d2e42bc494098bd1ccc4334b2528a1a34ea95fbe27e3fa75e3422d260a299110afa42170521b02d689
            2, LONG, SHA_384, RFC_8446, 0, '', f42ba63824cdfe421914c582921f85b5b5b7e2d4df084caeedc9be20b212e8bb0fe8a23e9d59a1c8fc6449da4970a78d
            2, LONG, SHA_384, RFC_8446, 1, 'QhW2+Rp6RzHlNtCslyRxMnwJ11tKKhz8JCAQpQ+XUD8f9td1VeH5h53yz2wKJG1a', a2b2f943f479fc682555cec89857c80ed004ce92f32a973d5764155bb7e36b17a85368a0666d250afac9282dda2e62ca
            2, LONG, SHA_384, COMPAT, 0, '', 2ee4754186a625b28a3936ef4a40d839c3ad958b2e017562ee07e2501f172ce999dc9c29033ea7ee33f814f192c13f47
            2, LONG, SHA_384, COMPAT, 1, 'RsKmYJ3nAn1ApjjMloJFbAkLPivONDAX/xW327YBUsn2eGShXSjCZvBaOxscLqmz', fcefe2e2a2e682b1447dcabf1ec268f78f08c63cd075753abcc8bda2c5c34d48d3014aa8d76ad80107e4f5c9f27e2149
            2, SHORT, SHA_256, RFC_8446, 0, '', 7aae586ebfe83ce68c191f04db92cd39445035ddf95ba49eb26223b037d0f3b3
            2, SHORT, SHA_256, RFC_8446, 1, 'IUMZLm6CzRVAzpux9j0arvXd63fXyr0p3nF4W3YWHFM=', f1a8ebce79671c31495e734a2e2918ecca8e13973d517d06c1b48f0b8bc578ac
            2, SHORT, SHA_256, COMPAT, 0, '', eadfa71f91acf00f86aaa10b3496cf3bac37b9eb0e01bbf82d440675b5574411
            2, SHORT, SHA_256, COMPAT, 1, 'FnYH0MmsH3mg0TbY5kfjuZ8bqBdwjifOF5c/TyZQUCU=', fedf5e8c390ef1e3b4c68aa45be3816a72188380a0e965e943e377d5178233b0
            """)
    void tlsPsksOfRetainedPsks(
            int hash,
            Psk psk,
            DhchapHash suite,
            TlsPsk.Derivation derivation,
            int version,
            String digest,
            String tlsPsk) {
        TlsPskInterchange configured = psk.with(hash);
        TlsPsk result = TlsPsk.retained(configured, version, suite, HOST, SUBSYSTEM, derivation);
        assertThat(result.identity())
                .isEqualTo("NVMe%dR%02d %s %s%s"
                        .formatted(version, suite.id(), HOST, SUBSYSTEM, version == 0 ? "" : " " + digest));
        assertThat(result.psk()).asHexString().isEqualToIgnoringCase(tlsPsk);
        assertThat(result.hash()).isEqualTo(suite);
        assertThat(result)
                .isEqualTo(TlsPsk.retained(configured, version, suite, HOST, SUBSYSTEM, derivation))
                .hasSameHashCodeAs(TlsPsk.retained(configured, version, suite, HOST, SUBSYSTEM, derivation));
    }

    @Test
    void withoutTransformationTheIdentityDoesNotTellTheDerivation() {
        TlsPsk rfc = retained(1, HOST, TlsPsk.Derivation.RFC_8446);
        TlsPsk compat = retained(1, HOST, TlsPsk.Derivation.COMPAT);
        assertThat(rfc.identity()).isEqualTo(compat.identity());
        assertThat(rfc).isNotEqualTo(compat);
        assertThat(rfc.psk()).isNotEqualTo(compat.psk());
    }

    @Test
    void whatCannotBeIsRefused() {
        byte[] generated = new byte[64];
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TlsPsk.generated(generated, DhchapHash.SHA_512, HOST, SUBSYSTEM));
        assertThatIllegalArgumentException().isThrownBy(() -> retained(2, HOST, TlsPsk.Derivation.RFC_8446));
        assertThatIllegalArgumentException().isThrownBy(() -> retained(-1, HOST, TlsPsk.Derivation.RFC_8446));
    }

    @Test
    void namesMayBeTooLongForAVersion0IdentityButNotForVersion1() {
        int names = 255 - "NVMe0R01  ".length() - SUBSYSTEM.length();
        for (TlsPsk.Derivation derivation : TlsPsk.Derivation.values()) {
            assertThat(retained(0, "h".repeat(names), derivation).identity()).hasSize(255);
            assertThatIllegalArgumentException().isThrownBy(() -> retained(0, "h".repeat(names + 1), derivation));
        }
        assertThat(retained(1, "h".repeat(223), TlsPsk.Derivation.RFC_8446).psk())
                .hasSize(32);
    }

    @Test
    void aPskThatIsHandedOutIsACopy() {
        TlsPsk psk = retained(0, HOST, TlsPsk.Derivation.RFC_8446);
        byte[] before = psk.psk();
        psk.psk()[0] ^= 1;
        assertThat(psk.psk()).isEqualTo(before);
    }

    private static TlsPsk retained(int version, String hostnqn, TlsPsk.Derivation derivation) {
        return TlsPsk.retained(Psk.SHORT.with(0), version, DhchapHash.SHA_256, hostnqn, SUBSYSTEM, derivation);
    }
}
