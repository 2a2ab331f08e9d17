package io.nvmevf.server.audit;

import org.jspecify.annotations.Nullable;

/**
 * What a verification found.
 *
 * @param lines whole lines that are in order, up to the first broken one
 * @param erasures erasure records among them, with good signatures
 * @param head the last line in order; null if there is none
 * @param publicKey of the log, as base64 of its X.509 form; null if the first line is broken
 * @param broken the first thing that is wrong; null if nothing is
 */
public record AuditReport(
        long lines,
        long erasures,
        @Nullable AuditHead head,
        @Nullable String publicKey,
        @Nullable Break broken) {

    public boolean intact() {
        return broken == null;
    }

    /** What is wrong with a line. */
    public enum Kind {
        /** The line is not what was written, or is no line of an audit log. */
        CHANGED,
        /** Lines before it are missing. */
        DROPPED,
        /** It stands in another place than it was written to. */
        REORDERED,
        /** The line is there a second time. */
        DUPLICATED,
        /** Its signature is missing, or was not made with the log's key. */
        FORGED,
        /** The file ends before the head that was given. */
        TRUNCATED,
        /** The last line has no end: the target crashed while it was written, or is writing it. */
        TORN,
        /** The log's key is not the one that was given. */
        WRONG_KEY
    }

    /**
     * The first thing that is wrong.
     *
     * @param line counted from 1, as an editor does
     * @param kind what it is
     * @param why for people
     */
    public record Break(long line, Kind kind, String why) {}
}
