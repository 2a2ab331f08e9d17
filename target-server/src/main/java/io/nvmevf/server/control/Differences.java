package io.nvmevf.server.control;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a change changed, in words, for the audit log: {@code "ioQueues": "8 -> 4"}, {@code "allowedHosts": "+nqn… -nqn…"}. Only for
 * records without secrets.
 */
final class Differences {
    /** Characters of one value: an audit entry is below 64 KiB. */
    private static final int MAX_VALUE = 2000;

    private Differences() {}

    /** By component; those of records within by their own names. */
    static <R extends Record> Map<String, String> between(R before, R after) {
        Map<String, String> result = new TreeMap<>();
        collect(before, after, result);
        return result;
    }

    private static void collect(Record before, Record after, Map<String, String> result) {
        for (RecordComponent component : before.getClass().getRecordComponents()) {
            Object from = value(component, before);
            Object to = value(component, after);
            if (Objects.equals(from, to)) {
                continue;
            }
            if (from instanceof Record inner && to instanceof Record other && inner.getClass() == other.getClass()) {
                collect(inner, other, result);
            } else {
                result.put(component.getName(), shown(from, to));
            }
        }
    }

    private static String shown(@Nullable Object from, @Nullable Object to) {
        String text = from instanceof Collection<?> old && to instanceof Collection<?> now
                ? (signed('+', now, old) + " " + signed('-', old, now)).strip()
                : from + " -> " + to;
        return text.length() <= MAX_VALUE ? text : text.substring(0, MAX_VALUE) + "…";
    }

    private static String signed(char sign, Collection<?> these, Collection<?> without) {
        return these.stream()
                .filter(each -> !without.contains(each))
                .map(each -> sign + String.valueOf(each))
                .collect(Collectors.joining(" "));
    }

    private static @Nullable Object value(RecordComponent component, Record of) {
        try {
            // (The accessors of a record that is not public are not accessible otherwise.)
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(of);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
