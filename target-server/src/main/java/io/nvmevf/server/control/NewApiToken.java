package io.nvmevf.server.control;

import org.jspecify.annotations.Nullable;

/**
 * A token that somebody wants.
 *
 * @param name {@code [a-z0-9][a-z0-9-]{0,63}}; needed
 * @param role needed
 * @param expiresInSeconds for how long it is valid, 60 to 315,360,000 (ten years of 365 days); null: until it is revoked
 */
public record NewApiToken(
        @Nullable String name,
        @Nullable Role role,
        @Nullable Long expiresInSeconds) {}
