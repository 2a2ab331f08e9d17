package io.nvmevf.server.control;

import org.jspecify.annotations.Nullable;

/**
 * What {@link TargetService#setTlsKey} and {@link TargetService#rotateTlsKey} are asked for: a PSK that is given, or a new one
 * that the target makes. What is null gets its default.
 *
 * @param generate whether the target makes the PSK; without it {@code psk} is needed
 * @param psk in the interchange format, {@code NVMeTLSkey-1:HH:base64:}
 * @param length bytes of a PSK that is made: 32 or 48; default: those of the hash of {@code keyHash}, or 32
 * @param keyHash how a PSK that is made becomes the retained one (HH): SHA-256, SHA-384 or none; default: the hash that has
 *     the length of the PSK
 */
public record NewTlsKey(
        @Nullable Boolean generate,
        @Nullable String psk,
        @Nullable Integer length,
        @Nullable String keyHash) {

    /** A PSK that the target makes. */
    public static NewTlsKey generated() {
        return new NewTlsKey(true, null, null, null);
    }

    /** This PSK. */
    public static NewTlsKey of(String psk) {
        return new NewTlsKey(null, psk, null, null);
    }

    /** Whether the target makes the PSK. */
    boolean isGenerated() {
        return Boolean.TRUE.equals(generate);
    }

    /** Nothing: the components are secret, or may be mistaken for the place of what is. */
    @Override
    public String toString() {
        return "NewTlsKey";
    }
}
