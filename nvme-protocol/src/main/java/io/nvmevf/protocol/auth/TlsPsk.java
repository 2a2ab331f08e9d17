package io.nvmevf.protocol.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What TLS 1.3 is given for one host and one subsystem: the identity that the host sends in its ClientHello, the PSK,
 * and the hash function of the cipher suite (NVMe/TCP Transport 1.1 §3.6.1.3).
 *
 * <pre>
 *   identity, version 0:  NVMe0THH host-NQN subsystem-NQN
 *   identity, version 1:  NVMe1THH host-NQN subsystem-NQN digest
 *   digest  = base64(HMAC(PSK, host-NQN || " " || subsystem-NQN || " NVMe-over-Fabrics"))
 *   TLS PSK = HKDF-Expand-Label(HKDF-Extract(0, PSK), "nvme-tls-psk", context, length of the hash)
 *   context = the identity (version 0), "HH digest" (version 1)
 * </pre>
 *
 * <p>T is R for a retained PSK and G for one that DH-HMAC-CHAP generated; HH is 01 for SHA-256 (TLS_AES_128_GCM_SHA256)
 * and 02 for SHA-384 (TLS_AES_256_GCM_SHA384). The specification ends the identity with a NUL, which nobody sends.
 *
 * <p>Equality takes the same time wherever two PSKs differ. {@link #toString} is the identity, which is no secret.
 */
public final class TlsPsk {
    /** How the labels of HKDF are encoded. */
    public enum Derivation {
        /** HkdfLabel of RFC 8446, as the specification says; libnvme from 1.16 on, Linux. */
        RFC_8446,
        /**
         * As libnvme before 1.16 does: the length in little endian, and nothing that says how long label and context
         * are. Of a PSK with HH 00 the identity is the same in both encodings, the TLS PSK is not.
         */
        COMPAT
    }

    private static final String SEED = "NVMe-over-Fabrics";

    private final String identity;
    private final DhchapHash hash;
    private final byte[] psk;

    private TlsPsk(String identity, DhchapHash hash, byte[] psk) {
        this.identity = identity;
        this.hash = hash;
        this.psk = psk;
    }

    /**
     * From a PSK that an operator configured.
     *
     * @param version of the identity, 0 or 1
     * @param hash that of the cipher suite; {@link TlsPskInterchange#suiteHash()} is the one that Linux hosts use
     * @throws IllegalArgumentException for another version or hash, or for names that are too long for a version 0
     *     identity: its PSK exists up to 255 bytes of identity
     */
    public static TlsPsk retained(
            TlsPskInterchange configured,
            int version,
            DhchapHash hash,
            String hostnqn,
            String subnqn,
            Derivation derivation) {
        return of('R', configured.retained(hostnqn, derivation), version, hash, hostnqn, subnqn, derivation);
    }

    /**
     * From the PSK that a DH-HMAC-CHAP transaction generated ({@link DhchapTransaction#generatedPsk}), as Linux does
     * from 6.15 on: identity version 1, and the hash of the transaction, which must not be SHA-512.
     */
    public static TlsPsk generated(byte[] generatedPsk, DhchapHash hash, String hostnqn, String subnqn) {
        return of('G', generatedPsk, 1, hash, hostnqn, subnqn, Derivation.RFC_8446);
    }

    private static TlsPsk of(
            char type, byte[] psk, int version, DhchapHash hash, String hostnqn, String subnqn, Derivation derivation) {
        checkHash(hash);
        String suite = "0" + hash.id();
        String identity = "NVMe" + version + type + suite + ' ' + hostnqn + ' ' + subnqn;
        String context = switch (version) {
            case 0 -> identity;
            case 1 -> {
                String digest = digest(hash, psk, hostnqn, subnqn);
                identity += ' ' + digest;
                yield suite + ' ' + digest;
            }
            default -> throw new IllegalArgumentException("a PSK identity has version 0 or 1, not " + version);
        };
        byte[] tlsPsk = HkdfLabel.derive(hash, derivation, psk, "nvme-tls-psk", context, hash.length());
        return new TlsPsk(identity, hash, tlsPsk);
    }

    /** The digest that a version 1 identity ends with. */
    static String digest(DhchapHash hash, byte[] psk, String hostnqn, String subnqn) {
        byte[] names = (hostnqn + ' ' + subnqn + ' ' + SEED).getBytes(StandardCharsets.UTF_8);
        return Base64.getEncoder().encodeToString(hash.hmac(psk, names));
    }

    static void checkHash(DhchapHash hash) {
        if (hash == DhchapHash.SHA_512) {
            throw new IllegalArgumentException("TLS has no cipher suite with SHA-512");
        }
    }

    /** What the host sends in the clear; UTF-8. */
    public String identity() {
        return identity;
    }

    /** The hash function of the cipher suite: SHA-256 or SHA-384. */
    public DhchapHash hash() {
        return hash;
    }

    /** A copy of the PSK; as long as the hash. */
    public byte[] psk() {
        return psk.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TlsPsk that
                && identity.equals(that.identity)
                && hash == that.hash
                && MessageDigest.isEqual(psk, that.psk);
    }

    @Override
    public int hashCode() {
        return 31 * identity.hashCode() + Arrays.hashCode(psk);
    }

    /** The identity. */
    @Override
    public String toString() {
        return identity;
    }
}
