package io.nvmevf.server.control;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lets whoever shows a bearer token use the API. The token itself is not kept.
 *
 * @param id unique
 * @param name what people call it
 * @param role what it lets do
 * @param sha256 SHA-256 of the token, 64 lower-case hexadecimal digits; unique
 * @param created when it was made
 * @param expires from when on it is not taken any more; null: never
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

    /** Nothing of the hash. */
    @Override
    public String toString() {
        return "ApiToken " + id;
    }
}
