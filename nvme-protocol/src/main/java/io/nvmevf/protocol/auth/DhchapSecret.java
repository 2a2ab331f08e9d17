package io.nvmevf.protocol.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A secret as an operator configures it (NVMe Base 2.1 §8.3.4.5.8), {@code DHHC-1:HH:base64(secret || CRC-32):}, and
 * the key that it is for one NQN (§8.3.4.5.7). HH is 00 (the secret is the key) or the hash function of the
 * transformation.
 *
 * <p>Equality takes the same time wherever two secrets differ. {@link #toString} shows nothing of the secret.
 */
public final class DhchapSecret {
    /** What every text begins with. */
    public static final String PREFIX = "DHHC-1";

    private static final int[] LENGTHS = {32, 48, 64};
    private static final byte[] SEED = "NVMe-over-Fabrics".getBytes(StandardCharsets.US_ASCII);

    private final @Nullable DhchapHash hash;
    private final byte[] secret;

    private DhchapSecret(@Nullable DhchapHash hash, byte[] secret) {
        this.hash = hash;
        this.secret = secret;
    }

    /**
     * Reads the text form, without white space around it.
     *
     * @throws IllegalArgumentException when it is malformed, with a reason that holds nothing of the text
     */
    public static DhchapSecret parse(String text) {
        KeyText.Key key = KeyText.parse(PREFIX, text, DhchapHash.SHA_512.id(), LENGTHS);
        return new DhchapSecret(DhchapHash.of(key.hashId()), key.bytes());
    }

    /**
     * A new secret.
     *
     * @param length 32, 48 or 64 bytes
     * @param hash how it is transformed into a key, or null for not at all
     */
    public static DhchapSecret generate(SecureRandom random, int length, @Nullable DhchapHash hash) {
        if (Arrays.stream(LENGTHS).noneMatch(allowed -> allowed == length)) {
            throw new IllegalArgumentException("a secret has 32, 48 or 64 bytes, not " + length);
        }
        byte[] secret = new byte[length];
        random.nextBytes(secret);
        return new DhchapSecret(hash, secret);
    }

    /** The text form: the secret in the clear. */
    public String text() {
        return KeyText.write(PREFIX, hash == null ? 0 : hash.id(), secret);
    }

    /** How the secret is transformed, or null for not at all. */
    public @Nullable DhchapHash hash() {
        return hash;
    }

    /** The key of the entity that is named {@code nqn} and has this secret: K_h of a host, K_c of a subsystem. */
    public byte[] key(String nqn) {
        return hash == null ? secret.clone() : hash.hmac(secret, nqn.getBytes(StandardCharsets.UTF_8), SEED);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DhchapSecret that && hash == that.hash && MessageDigest.isEqual(secret, that.secret);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(secret);
    }

    /** The format, and nothing else. */
    @Override
    public String toString() {
        return PREFIX;
    }
}
