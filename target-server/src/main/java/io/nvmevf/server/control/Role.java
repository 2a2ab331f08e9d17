package io.nvmevf.server.control;

/** What the bearer of an {@link ApiToken} may do. */
public enum Role {
    /** Everything. */
    OPERATOR,
    /** Look at everything, and change nothing. */
    READ_ONLY,
    /** Read metrics. */
    METRICS
}
