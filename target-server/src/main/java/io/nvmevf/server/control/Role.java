package io.nvmevf.server.control;

import java.util.Locale;

/** What somebody who uses the API may do. Each role includes those below it. */
public enum Role {
    /** Everything: changes, keys and tokens. */
    OPERATOR,
    /** Looks at everything that is no secret, and changes nothing. */
    READ_ONLY,
    /** Reads the counters, and nothing else. */
    METRICS;

    /** Whether somebody with this role may do what needs {@code needed}. */
    public boolean includes(Role needed) {
        return ordinal() <= needed.ordinal();
    }

    /** As people write it: {@code operator}, {@code read-only}, {@code metrics}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
