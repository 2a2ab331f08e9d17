package io.nvmevf.server.control;

import org.jspecify.annotations.Nullable;

/**
 * What {@link TargetService#setHostKey} and {@link TargetService#rotateHostKey} are asked for: secrets that are given, or
 * new ones that the target makes. What is null gets its default.
 *
 * @param generate whether the target makes the secrets; without it {@code secret} is needed
 * @param secret the host's, in the form {@code DHHC-1:HH:base64:}
 * @param controllerSecret the virtual function's towards this host, in the same form; another one than the host's
 * @param length bytes of a secret that is made: 32, 48 or 64; default: those of the hash of {@code keyHash}, or 32
 * @param keyHash how a secret that is made becomes a key: SHA-256, SHA-384, SHA-512 or none; default: the hash that has the
 *     length of the secret
 * @param bidirectional whether the virtual function can prove itself, too; default: as it was, which is not at all for a new
 *     key, or what {@code controllerSecret} says
 * @param hash the only hash function that is taken: SHA-256, SHA-384 or SHA-512; default: the target chooses; in a rotation:
 *     as it was
 * @param group the only group that is taken: NULL, ffdhe2048, ffdhe3072, ffdhe4096, ffdhe6144 or ffdhe8192; default: the
 *     target chooses; in a rotation: as it was
 */
public record NewHostKey(
        @Nullable Boolean generate,
        @Nullable String secret,
        @Nullable String controllerSecret,
        @Nullable Integer length,
        @Nullable String keyHash,
        @Nullable Boolean bidirectional,
        @Nullable String hash,
        @Nullable String group) {

    /** Secrets that the target makes. */
    public static NewHostKey generated(boolean bidirectional) {
        return new NewHostKey(true, null, null, null, null, bidirectional, null, null);
    }

    /** These secrets. */
    public static NewHostKey of(String secret, @Nullable String controllerSecret) {
        return new NewHostKey(null, secret, controllerSecret, null, null, null, null, null);
    }

    /** Whether the target makes the secrets. */
    boolean isGenerated() {
        return Boolean.TRUE.equals(generate);
    }

    /** Nothing: the components are secrets, or may be mistaken for their place. */
    @Override
    public String toString() {
        return "NewHostKey";
    }
}
