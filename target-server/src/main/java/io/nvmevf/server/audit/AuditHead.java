package io.nvmevf.server.audit;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The end of an audit log at some moment. Kept elsewhere, it shows later whether lines were cut off or replaced since.
 *
 * @param seq of the last line, from 1
 * @param hash of the last line, 64 lower-case hex digits
 */
public record AuditHead(long seq, String hash) {
    private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,17}):([0-9a-f]{64})");

    /**
     * Reads {@code SEQ:HASH}.
     *
     * @throws IllegalArgumentException if it is not of this form
     */
    public static AuditHead parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no head; write SEQ:HASH, such as 12: and 64 lower-case hex digits");
        }
        return new AuditHead(Long.parseLong(matcher.group(1)), matcher.group(2));
    }

    @Override
    public String toString() {
        return seq + ":" + hash;
    }
}
