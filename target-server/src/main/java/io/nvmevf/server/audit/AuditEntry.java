package io.nvmevf.server.audit;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of the audit log.
 *
 * @param seq 1 for the first line, and one more for each
 * @param time when it was appended; millisecond resolution
 * @param type lower-case words joined by {@code -}: {@code genesis}, {@code erasure}, or what the caller names
 * @param fields strings, whole numbers, booleans, nulls, lists and maps of these
 * @param prev the hash of the line before; 64 zeros in the first line
 * @param hash SHA-256 of the line without its hash, 64 lower-case hex digits
 * @param signature Ed25519, 128 lower-case hex digits; null where the type is not signed
 */
public record AuditEntry(
        long seq,
        Instant time,
        String type,
        Map<String, @Nullable Object> fields,
        String prev,
        String hash,
        @Nullable String signature) {}
