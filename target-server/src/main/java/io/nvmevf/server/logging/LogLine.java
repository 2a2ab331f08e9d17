package io.nvmevf.server.logging;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of the log.
 *
 * @param level {@code error}, {@code warn}, {@code info}, {@code debug} or {@code trace}
 * @param fields what it is about, such as {@code connection} and {@code vf}
 * @param trace the stack trace; null: none
 */
public record LogLine(
        Instant time,
        String level,
        String logger,
        String thread,
        String message,
        Map<String, String> fields,
        @Nullable String trace) {}
