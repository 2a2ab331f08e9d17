package io.nvmevf.server.doctor;

import org.jspecify.annotations.Nullable;

/**
 * What one check found.
 *
 * @param check what was looked at, such as {@code io_uring} or {@code port 4420}
 * @param what what is the case
 * @param next what to do; null: nothing
 */
public record Finding(
        String check,
        Verdict verdict,
        String what,
        @Nullable String next) {

    /** How it is. */
    public enum Verdict {
        OK,
        /** It works, but worse than it could, or not for long. */
        WARN,
        /** A target would not start, or would lose something. */
        FAIL
    }

    /** All is well. */
    public static Finding ok(String check, String what) {
        return new Finding(check, Verdict.OK, what, null);
    }

    /** Something to think about. */
    public static Finding warn(String check, String what, String next) {
        return new Finding(check, Verdict.WARN, what, next);
    }

    /** Something to mend. */
    public static Finding fail(String check, String what, String next) {
        return new Finding(check, Verdict.FAIL, what, next);
    }
}
