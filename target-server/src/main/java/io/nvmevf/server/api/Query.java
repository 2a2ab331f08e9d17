package io.nvmevf.server.api;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import io.nvmevf.server.control.WipeRequest;
import io.nvmevf.server.wipe.Verification;
import io.nvmevf.server.wipe.WipeMethod;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The query of a request, as strict as bodies are: what is not known, or there twice, is refused. */
final class Query {
    private static final List<String> WIPE = List.of("method", "passes", "pattern", "invert", "verification");

    private final QueryParams params;

    private Query(QueryParams params) {
        this.params = params;
    }

    /** @param known names of all that are allowed */
    static Query of(QueryParams params, String... known) throws ProblemException {
        Set<String> allowed = new TreeSet<>(Arrays.asList(known));
        for (String name : new HashSet<>(params.names())) {
            if (!allowed.contains(name)) {
                throw new ProblemException(
                        HttpStatus.BAD_REQUEST,
                        "unknown parameter '" + name + "'; "
                                + (allowed.isEmpty()
                                        ? "none is allowed here"
                                        : "allowed are " + String.join(", ", allowed)));
            }
            if (params.getAll(name).size() > 1) {
                throw new ProblemException(HttpStatus.BAD_REQUEST, "the parameter '" + name + "' is there twice");
            }
        }
        return new Query(params);
    }

    /** For requests that say how to erase. */
    static Query ofWipe(QueryParams params) throws ProblemException {
        return of(params, WIPE.toArray(String[]::new));
    }

    @Nullable
    String text(String name) {
        return params.get(name);
    }

    boolean flag(String name) throws ProblemException {
        return Boolean.TRUE.equals(flagOrNull(name));
    }

    private @Nullable Boolean flagOrNull(String name) throws ProblemException {
        String text = params.get(name);
        return switch (text) {
            case null -> null;
            case "true" -> true;
            case "false" -> false;
            default -> throw refused(name, text, "true, false");
        };
    }

    long number(String name, long fallback, long min, long max) throws ProblemException {
        String text = params.get(name);
        if (text == null) {
            return fallback;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Refused below, as one that is out of range.
        }
        throw refused(name, text, "a whole number from " + min + " to " + max);
    }

    <E extends Enum<E>> @Nullable E choice(String name, Class<E> type) throws ProblemException {
        String text = params.get(name);
        if (text == null) {
            return null;
        }
        for (E one : type.getEnumConstants()) {
            if (one.name().equalsIgnoreCase(text)) {
                return one;
            }
        }
        throw refused(name, text, words(type));
    }

    /** How to erase; null if the query does not say. */
    @Nullable
    WipeRequest wipe() throws ProblemException {
        if (WIPE.stream().noneMatch(params::contains)) {
            return null;
        }
        return new WipeRequest(
                choice("method", WipeMethod.class),
                params.contains("passes") ? (int) number("passes", 1, 1, 16) : null,
                params.contains("pattern") ? number("pattern", 0, 0, 0xFFFF_FFFFL) : null,
                flagOrNull("invert"),
                choice("verification", Verification.class));
    }

    private static ProblemException refused(String name, String text, String allowed) {
        String shown = text.length() > 64 ? text.substring(0, 64) + "…" : text;
        return new ProblemException(
                HttpStatus.BAD_REQUEST,
                "the parameter " + name + " is '" + shown + "', which is not allowed; allowed: " + allowed);
    }

    /** For messages: the words of an enum on the wire. */
    static String words(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(one -> one.toString().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }
}
