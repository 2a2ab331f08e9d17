package io.nvmevf.storage.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.PoolException.Reason;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a pool is expected to refuse, and why. */
public final class Refusals {

    private Refusals() {}

    public static void assertRefused(Reason reason, ThrowingCallable call) {
        assertRefused(reason, "", call);
    }

    /** @param says a part of the message */
    public static void assertRefused(Reason reason, String says, ThrowingCallable call) {
        assertThatThrownBy(call)
                .hasMessageContaining(says)
                .isInstanceOfSatisfying(
                        PoolException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
