package io.nvmevf.server.config;

import com.fasterxml.jackson.core.JsonToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of the file while it is read: each getter takes a key, records what is wrong with its value in the shared
 * list, and returns the default then, so that reading goes on. {@link #end} refuses what nobody asked for.
 */
final class Section {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9}) ?(ms|s|m|h)");

    /** All errors of a file. */
    static final class Errors {
        private final String file;
        private final List<Finding> list = new ArrayList<>();

        private record Finding(int line, String text) {}

        Errors(String file) {
            this.file = file;
        }

        void add(int line, String key, String message) {
            list.add(new Finding(line, file + ":" + line + ": " + key + ": " + message));
        }

        void throwIfAny() throws ConfigException {
            if (!list.isEmpty()) {
                throw new ConfigException(list.stream()
                        .sorted((a, b) -> Integer.compare(a.line, b.line))
                        .map(Finding::text)
                        .toList());
            }
        }
    }

    private final int line;
    private final String path;
    private final Map<String, YamlNode> entries;
    private final Errors errors;
    private final Set<String> known = new LinkedHashSet<>();

    private Section(int line, String path, Map<String, YamlNode> entries, Errors errors) {
        this.line = line;
        this.path = path;
        this.entries = entries;
        this.errors = errors;
    }

    /** A mapping at {@code path} ("" for the file itself); whatever else it is, is an error and reads as empty. */
    static Section of(@Nullable YamlNode node, int line, String path, Errors errors) {
        if (node instanceof YamlNode.Mapping(int at, Map<String, YamlNode> entries)) {
            return new Section(at, path, entries, errors);
        }
        if (node != null && !(node instanceof YamlNode.Empty)) {
            errors.add(
                    node.line(),
                    path.isEmpty() ? "(file)" : path,
                    "is " + kind(node) + "; allowed is a mapping of keys to values");
        }
        return new Section(line, path, Map.of(), errors);
    }

    Section section(String key) {
        return of(take(key), lineOf(key), full(key), errors);
    }

    /** The items of a sequence of mappings; null if the key is missing. */
    @Nullable
    List<Section> sections(String key, int max) {
        YamlNode node = take(key);
        if (node == null || node instanceof YamlNode.Empty) {
            return null;
        }
        if (!(node instanceof YamlNode.Sequence(int ignored, List<YamlNode> items))) {
            error(key, "is " + kind(node) + "; allowed is a sequence of 1 to " + max + " mappings");
            return null;
        }
        checkCount(key, items.size(), 1, max);
        List<Section> result = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            YamlNode item = items.get(i);
            result.add(of(item, item.line(), full(key) + "[" + i + "]", errors));
        }
        return result;
    }

    /** Like {@link #texts}, and the sequence may be empty. */
    List<String> textsOrNone(String key, int max, Predicate<String> valid, String allowed) {
        if (entries.get(key) instanceof YamlNode.Sequence(int ignored, List<YamlNode> items) && items.isEmpty()) {
            known.add(key);
            return List.of();
        }
        return texts(key, max, valid, allowed);
    }

    /** A sequence of texts, at least one; empty if the key is missing. */
    List<String> texts(String key, int max, Predicate<String> valid, String allowed) {
        return texts(key, 1, max, valid, allowed);
    }

    List<String> texts(String key, int min, int max, Predicate<String> valid, String allowed) {
        YamlNode node = take(key);
        if (node == null || node instanceof YamlNode.Empty) {
            return List.of();
        }
        if (!(node instanceof YamlNode.Sequence(int ignored, List<YamlNode> items))) {
            error(key, "is " + kind(node) + "; allowed is a sequence of " + min + " to " + max + ", each " + allowed);
            return List.of();
        }
        checkCount(key, items.size(), min, max);
        List<String> result = new ArrayList<>();
        for (YamlNode item : items) {
            if (item instanceof YamlNode.Scalar scalar && valid.test(scalar.text())) {
                result.add(scalar.text());
            } else {
                errors.add(item.line(), full(key), "is " + shown(item) + "; allowed is " + allowed);
            }
        }
        return result;
    }

    private void checkCount(String key, int count, int min, int max) {
        if (count < min || count > max) {
            error(key, "has " + count + " entries; allowed are " + min + " to " + max);
        }
    }

    /** Any text that {@code valid} takes; null if the key is missing or refused. */
    @Nullable
    String text(String key, Predicate<String> valid, String allowed) {
        YamlNode node = take(key);
        if (node == null) {
            return null;
        }
        if (node instanceof YamlNode.Scalar scalar && valid.test(scalar.text())) {
            return scalar.text();
        }
        error(key, "is " + shown(node) + "; allowed is " + allowed);
        return null;
    }

    int integer(String key, int fallback, int min, int max) {
        YamlNode node = take(key);
        if (node == null) {
            return fallback;
        }
        if (node instanceof YamlNode.Scalar scalar && scalar.token() == JsonToken.VALUE_NUMBER_INT) {
            try {
                int value = Integer.parseInt(scalar.text());
                if (value >= min && value <= max) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // Too large, or of another base: the same answer as for one that is out of range.
            }
        }
        error(key, "is " + shown(node) + "; allowed is a whole number from " + min + " to " + max);
        return fallback;
    }

    /** Bytes from {@code min} to {@code max} that are a multiple of {@code step}. */
    long size(String key, long fallback, long min, long max, long step) {
        return size(
                key,
                fallback,
                value -> value >= min && value <= max && value % step == 0,
                "a size from " + Sizes.exact(min) + " to " + Sizes.exact(max) + " in steps of " + Sizes.exact(step));
    }

    long size(String key, long fallback, Predicate<Long> valid, String allowed) {
        YamlNode node = take(key);
        if (node == null) {
            return fallback;
        }
        if (node instanceof YamlNode.Scalar scalar) {
            OptionalLong value = Sizes.parse(scalar.text());
            if (value.isPresent() && valid.test(value.getAsLong())) {
                return value.getAsLong();
            }
        }
        error(key, "is " + shown(node) + "; allowed is " + allowed + " (bytes, or with KiB, MiB, GiB, TiB)");
        return fallback;
    }

    Duration duration(String key, Duration fallback, Duration min, Duration max) {
        YamlNode node = take(key);
        if (node == null) {
            return fallback;
        }
        if (node instanceof YamlNode.Scalar scalar) {
            Matcher matcher = DURATION.matcher(scalar.text());
            if (matcher.matches()) {
                long amount = Long.parseLong(matcher.group(1));
                Duration value = switch (matcher.group(2)) {
                    case "ms" -> Duration.ofMillis(amount);
                    case "s" -> Duration.ofSeconds(amount);
                    case "m" -> Duration.ofMinutes(amount);
                    default -> Duration.ofHours(amount);
                };
                if (value.compareTo(min) >= 0 && value.compareTo(max) <= 0) {
                    return value;
                }
            }
        }
        error(
                key,
                "is " + shown(node) + "; allowed is a time from " + shown(min) + " to " + shown(max)
                        + " (with ms, s, m or h)");
        return fallback;
    }

    boolean flag(String key, boolean fallback) {
        YamlNode node = take(key);
        if (node == null) {
            return fallback;
        }
        if (node instanceof YamlNode.Scalar scalar) {
            if (scalar.token() == JsonToken.VALUE_TRUE) {
                return true;
            }
            if (scalar.token() == JsonToken.VALUE_FALSE) {
                return false;
            }
        }
        error(key, "is " + shown(node) + "; allowed is true or false");
        return fallback;
    }

    /** One of an enum's constants, in lower case. */
    <E extends Enum<E>> E choice(String key, E fallback) {
        E[] all = fallback.getDeclaringClass().getEnumConstants();
        YamlNode node = take(key);
        if (node == null) {
            return fallback;
        }
        if (node instanceof YamlNode.Scalar scalar) {
            for (E one : all) {
                if (name(one).equals(scalar.text())) {
                    return one;
                }
            }
        }
        error(
                key,
                "is " + shown(node) + "; allowed is "
                        + Arrays.stream(all).map(Section::name).collect(Collectors.joining(", ")));
        return fallback;
    }

    static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    boolean has(String key) {
        return entries.containsKey(key);
    }

    boolean isText(String key, String text) {
        return entries.get(key) instanceof YamlNode.Scalar scalar
                && scalar.text().equals(text);
    }

    boolean isMapping(String key) {
        return entries.get(key) instanceof YamlNode.Mapping;
    }

    /** What is wrong with the value of {@code key}, or, if it has none, with this section. */
    void error(String key, String message) {
        errors.add(lineOf(key), full(key), message);
    }

    /** To be called when all keys were asked for. */
    void end() {
        entries.forEach((key, node) -> {
            if (!known.contains(key)) {
                errors.add(node.line(), full(key), "is no known key; allowed are " + String.join(", ", known));
            }
        });
    }

    private @Nullable YamlNode take(String key) {
        known.add(key);
        return entries.get(key);
    }

    private int lineOf(String key) {
        YamlNode node = entries.get(key);
        return node == null ? line : node.line();
    }

    private String full(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String kind(YamlNode node) {
        return switch (node) {
            case YamlNode.Mapping ignored -> "a mapping";
            case YamlNode.Sequence ignored -> "a sequence";
            case YamlNode.Empty ignored -> "empty";
            case YamlNode.Scalar scalar -> shown(scalar);
        };
    }

    private static String shown(YamlNode node) {
        return node instanceof YamlNode.Scalar scalar ? "'" + scalar.text() + "'" : kind(node);
    }

    private static String shown(Duration time) {
        long millis = time.toMillis();
        if (millis % 3_600_000 == 0) {
            return millis / 3_600_000 + "h";
        }
        if (millis % 60_000 == 0) {
            return millis / 60_000 + "m";
        }
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }
}
