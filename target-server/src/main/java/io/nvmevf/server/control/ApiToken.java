package io.nvmevf.server.control;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A bearer token of the API, without the token itself: only its hash is kept.
 *
 * @param id {@code tok-} and 8 hexadecimal digits; never used again in practice, and what the audit log names it by
 * @param name {@code [a-z0-9][a-z0-9-]{0,63}}; no two tokens have the same
 * @param role what its bearer may do
 * @param sha256 SHA-256 of its text, 64 lower-case hexadecimal digits. The text holds 256 random bits, so the hash needs no salt
 *     and no slowness: there is nothing to guess
 * @param created when it was made
 * @param expires from when on it is no longer valid; null: never
 */
public record ApiToken(
        String id,
        String name,
        Role role,
        String sha256,
        Instant created,
        @Nullable Instant expires) {

    public ApiToken {
        Objects.requireNonNull(id);
        Objects.requireNonNull(name);
        Objects.requireNonNull(role);
        Objects.requireNonNull(sha256);
        Objects.requireNonNull(created);
    }

    /** Whether it is no longer valid. */
    public boolean isExpired(Instant now) {
        return expires != null && !now.isBefore(expires);
    }

    /** Nothing of the hash. */
    @Override
    public String toString() {
        return "ApiToken " + id;
    }
}
