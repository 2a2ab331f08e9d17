package io.nvmevf.protocol.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsTrafficSecretTest {

    /** The first two: RFC 8448 §3. What follows a KeyUpdate, and SHA-384: computed with Python's hmac. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            SHA_256, 0, a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643, 9f02283b6c9c07efc26bb9f2ac92e356, cf782b88dd83549aadf1e984
            SHA_256, 0, 9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5, 17422dda596ed5d9acd890e3c63f5051, 5b78923dee08579033e523d9
            SHA_256, 1, a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643, 2e63be99d67b39097feb9786cf7a15a0, 628a0a8298ac953baef4255a
            SHA_384, 0, 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f, 6877d022f1c61d24ebb7487c16752d9a4798e40431c75b39320e537c90e23225, 42822531a0fe88648fc09e9f
            SHA_384, 1, 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f, eb354f3b48924ed78de34dd8aa6a6a0a51d857ddad1454d5cfa7b69f60712911, 8478ffbe4f2e5450789775b3
            """)
    void keysAndIvs(DhchapHash hash, int updates, String secret, String key, String iv) {
        TlsTrafficSecret traffic = new TlsTrafficSecret(hash, HexFormat.of().parseHex(secret));
        for (int i = 0; i < updates; i++) {
            traffic = traffic.next();
        }
        assertThat(traffic.key()).asHexString().isEqualToIgnoringCase(key);
        assertThat(traffic.iv()).asHexString().isEqualToIgnoringCase(iv);
    }
}
