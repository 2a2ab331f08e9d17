package io.nvmevf.protocol.auth;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A PSK as an operator configures it (NVMe/TCP Transport 1.1 §3.6.1.5), {@code NVMeTLSkey-1:HH:base64(PSK || CRC-32):},
 * and the retained PSK that it is for one host (§3.6.1.3). HH is 00 (the configured PSK is the retained one) or the
 * hash function of the transformation.
 *
 * <p>Any of the two lengths goes with any HH; libnvme makes only 32 bytes with 01 and 48 with 02. Equality takes the
 * same time wherever two PSKs differ. {@link #toString} shows nothing of the PSK.
 */
public final class TlsPskInterchange {
    /** What every text begins with. */
    public static final String PREFIX = "NVMeTLSkey-1";

    private static final int[] LENGTHS = {32, 48};

    private final @Nullable DhchapHash hash;
    private final byte[] configured;

    private TlsPskInterchange(@Nullable DhchapHash hash, byte[] configured) {
        this.hash = hash;
        this.configured = configured;
    }

    /**
     * Reads the text form, without white space around it.
     *
     * @throws IllegalArgumentException when it is malformed, with a reason that holds nothing of the text
     */
    public static TlsPskInterchange parse(String text) {
        KeyText.Key key = KeyText.parse(PREFIX, text, DhchapHash.SHA_384.id(), LENGTHS);
        return new TlsPskInterchange(DhchapHash.of(key.hashId()), key.bytes());
    }

    /**
     * A new PSK.
     *
     * @param length 32 bytes for TLS_AES_128_GCM_SHA256 or 48 for TLS_AES_256_GCM_SHA384, as libnvme understands a
     *     length
     * @param hash how it is transformed, SHA-256 or SHA-384, or null for not at all
     */
    public static TlsPskInterchange generate(SecureRandom random, int length, @Nullable DhchapHash hash) {
        if (Arrays.stream(LENGTHS).noneMatch(allowed -> allowed == length)) {
            throw new IllegalArgumentException("a PSK has 32 or 48 bytes, not " + length);
        }
        if (hash != null) {
            TlsPsk.checkHash(hash);
        }
        byte[] configured = new byte[length];
        random.nextBytes(configured);
        return new TlsPskInterchange(hash, configured);
    }

    /** The text form: the PSK in the clear. */
    public String text() {
        return KeyText.write(PREFIX, hash == null ? 0 : hash.id(), configured);
    }

    /** How the PSK is transformed, or null for not at all. */
    public @Nullable DhchapHash hash() {
        return hash;
    }

    /** Length of the PSK in bytes: 32 or 48. */
    public int length() {
        return configured.length;
    }

    /**
     * The hash of the one cipher suite for which libnvme and Linux use this PSK: that of HH, or with 00 that of the
     * same length.
     */
    public DhchapHash suiteHash() {
        if (hash != null) {
            return hash;
        }
        return configured.length == DhchapHash.SHA_256.length() ? DhchapHash.SHA_256 : DhchapHash.SHA_384;
    }

    /** The retained PSK for the host {@code hostnqn}; as long as the configured one. */
    public byte[] retained(String hostnqn, TlsPsk.Derivation derivation) {
        return hash == null
                ? configured.clone()
                : HkdfLabel.derive(hash, derivation, configured, "HostNQN", hostnqn, configured.length);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TlsPskInterchange that
                && hash == that.hash
                && MessageDigest.isEqual(configured, that.configured);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(configured);
    }

    /** The format, and nothing else. */
    @Override
    public String toString() {
        return PREFIX;
    }
}
