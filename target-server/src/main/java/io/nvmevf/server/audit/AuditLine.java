package io.nvmevf.server.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a line: JSON in one form only, so that any changed byte shows. Keys are sorted by their UTF-16 units, there is no
 * white space, everything outside of ASCII is escaped, and numbers are whole and fit 64 bits.
 */
final class AuditLine {
    /** The longest line, with its line feed. */
    static final int MAX_LENGTH = 64 << 10;

    static final String NO_PREVIOUS = "0".repeat(64);

    private static final int MAX_DEPTH = 16;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH + 1)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();

    /** Why bytes are no line of an audit log. */
    static final class InvalidLine extends Exception {
        InvalidLine(String message) {
            super(message);
        }
    }

    private AuditLine() {}

    /**
     * The bytes of a line, with its line feed.
     *
     * @param key what signs it, or null
     * @throws IllegalArgumentException if a field is of a kind that is not allowed, or the line is too long
     */
    static byte[] of(
            long seq,
            Instant time,
            String type,
            Map<String, ? extends @Nullable Object> fields,
            String prev,
            @Nullable AuditKey key) {
        TreeMap<String, @Nullable Object> line = new TreeMap<>();
        line.put("seq", seq);
        line.put("time", time.toString());
        line.put("type", type);
        line.put("fields", normal(fields, 1));
        line.put("prev", prev);
        if (key != null) {
            line.put("signature", key.sign(bytes(line)));
        }
        line.put("hash", sha256(bytes(line)));
        byte[] json = bytes(line);
        if (json.length >= MAX_LENGTH) {
            throw new IllegalArgumentException("an audit entry of " + json.length + " bytes is too long; at most "
                    + (MAX_LENGTH - 1) + " are allowed");
        }
        byte[] result = Arrays.copyOf(json, json.length + 1);
        result[json.length] = '\n';
        return result;
    }

    /** Reads a line without its line feed; what it says of itself is right then. */
    static AuditEntry parse(byte[] bytes) throws InvalidLine {
        Map<String, @Nullable Object> line = read(bytes);
        if (!Arrays.equals(bytes(line), bytes)) {
            throw new InvalidLine("it is not in the form in which it was written");
        }
        Object seq = line.get("seq");
        Object fields = line.get("fields");
        String prev = string(line, "prev");
        String hash = string(line, "hash");
        Object signature = line.get("signature");
        int members = signature == null ? 6 : 7;
        if (!(seq instanceof Long number)
                || !(fields instanceof Map<?, ?> map)
                || line.size() != members
                || (signature != null && !(signature instanceof String))) {
            throw new InvalidLine("it is no audit entry");
        }
        line.remove("hash");
        if (!sha256(bytes(line)).equals(hash)) {
            throw new InvalidLine("its content does not match its hash");
        }
        TreeMap<String, @Nullable Object> copy = new TreeMap<>();
        map.forEach((name, value) -> copy.put((String) name, value));
        return new AuditEntry(number, time(line), string(line, "type"), copy, prev, hash, (String) signature);
    }

    /** What was signed. */
    static byte[] signedBytes(AuditEntry entry) {
        TreeMap<String, @Nullable Object> line = new TreeMap<>();
        line.put("seq", entry.seq());
        line.put("time", entry.time().toString());
        line.put("type", entry.type());
        line.put("fields", entry.fields());
        line.put("prev", entry.prev());
        return bytes(line);
    }

    private static Map<String, @Nullable Object> read(byte[] bytes) throws InvalidLine {
        try {
            if (normal(JSON.readValue(bytes, Object.class), 0) instanceof TreeMap<?, ?> map) {
                TreeMap<String, @Nullable Object> line = new TreeMap<>();
                map.forEach((name, value) -> line.put((String) name, value));
                return line;
            }
            throw new InvalidLine("it is no JSON object");
        } catch (IOException | IllegalArgumentException e) {
            // Jackson's message quotes the line, which anyone may have written: it is not repeated.
            throw new InvalidLine("it is no JSON of an audit log");
        }
    }

    private static String string(Map<String, @Nullable Object> line, String name) throws InvalidLine {
        if (line.get(name) instanceof String text) {
            return text;
        }
        throw new InvalidLine("its " + name + " is missing");
    }

    private static Instant time(Map<String, @Nullable Object> line) throws InvalidLine {
        String text = string(line, "time");
        try {
            Instant time = Instant.parse(text);
            if (time.toString().equals(text)) {
                return time;
            }
        } catch (DateTimeException e) {
            throw new InvalidLine("its time is none");
        }
        throw new InvalidLine("its time is not in the form in which it was written");
    }

    /** A copy in which maps are sorted and whole numbers are Longs. */
    private static @Nullable Object normal(@Nullable Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("an audit entry must not be nested deeper than " + MAX_DEPTH);
        }
        return switch (value) {
            case null -> null;
            case String text -> text;
            case Boolean bool -> bool;
            case Long number -> number;
            case Integer number -> number.longValue();
            case Short number -> number.longValue();
            case Byte number -> number.longValue();
            case Map<?, ?> map -> {
                TreeMap<String, @Nullable Object> sorted = new TreeMap<>();
                for (Map.Entry<?, ?> each : map.entrySet()) {
                    if (!(each.getKey() instanceof String name)) {
                        throw new IllegalArgumentException("an audit field's name must be a string");
                    }
                    sorted.put(name, normal(each.getValue(), depth + 1));
                }
                yield sorted;
            }
            case Collection<?> list -> {
                List<@Nullable Object> items = new ArrayList<>();
                for (Object item : list) {
                    items.add(normal(item, depth + 1));
                }
                yield items;
            }
            default ->
                throw new IllegalArgumentException("an audit field must not be a "
                        + value.getClass().getSimpleName() + "; use strings and whole numbers");
        };
    }

    private static byte[] bytes(Map<String, @Nullable Object> line) {
        try {
            return JSON.writeValueAsBytes(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("strings, numbers and maps that are no JSON", e);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
