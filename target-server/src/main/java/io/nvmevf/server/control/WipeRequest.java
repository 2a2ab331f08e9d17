package io.nvmevf.server.control;

import io.nvmevf.server.wipe.Verification;
import io.nvmevf.server.wipe.WipeMethod;
import org.jspecify.annotations.Nullable;

/**
 * How an operator wants a namespace to be erased. What is null gets its default.
 *
 * @param method default: CRYPTO for a namespace that is encrypted, DEALLOCATE in a memory pool, else ZERO
 * @param passes 1 to 16; only for OVERWRITE, default 1
 * @param pattern 32 bits, 0 to 4294967295; only for OVERWRITE, default 0
 * @param invert whether every second pass writes the inverted pattern; only for OVERWRITE, default false
 * @param verification default: FULL for ZERO and OVERWRITE, SAMPLED for the others
 */
public record WipeRequest(
        @Nullable WipeMethod method,
        @Nullable Integer passes,
        @Nullable Long pattern,
        @Nullable Boolean invert,
        @Nullable Verification verification) {

    /** By this method, with its defaults. */
    public static WipeRequest by(WipeMethod method) {
        return new WipeRequest(method, null, null, null, null);
    }
}
