package io.nvmevf.server.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/** Keeps the last {@value #LINES} lines, each cut so that all together take a few MiB at most. */
final class RecentLines extends AppenderBase<ILoggingEvent> {
    static final int LINES = 500;
    /** Characters of a message, and of a stack trace. */
    static final int MAX_TEXT = 4096;
    /** Characters of a field. */
    private static final int MAX_FIELD = 512;

    private final Deque<LogLine> lines = new ArrayDeque<>();

    @Override
    protected void append(ILoggingEvent event) {
        LogLine line = line(event);
        synchronized (lines) {
            if (lines.size() == LINES) {
                lines.removeFirst();
            }
            lines.addLast(line);
        }
    }

    List<LogLine> last(int max) {
        synchronized (lines) {
            List<LogLine> all = new ArrayList<>(lines);
            return List.copyOf(all.subList(Math.max(0, all.size() - max), all.size()));
        }
    }

    private static LogLine line(ILoggingEvent event) {
        return new LogLine(
                event.getInstant(),
                event.getLevel().toString().toLowerCase(Locale.ROOT),
                event.getLoggerName(),
                event.getThreadName(),
                cut(String.valueOf(event.getFormattedMessage()), MAX_TEXT),
                fields(event.getKeyValuePairs()),
                trace(event.getThrowableProxy()));
    }

    private static Map<String, String> fields(@Nullable List<KeyValuePair> pairs) {
        if (pairs == null) {
            return Map.of();
        }
        Map<String, String> fields = new TreeMap<>();
        pairs.forEach(pair -> fields.put(pair.key, cut(String.valueOf(pair.value), MAX_FIELD)));
        return Collections.unmodifiableMap(fields);
    }

    private static @Nullable String trace(@Nullable IThrowableProxy thrown) {
        return thrown == null ? null : cut(ThrowableProxyUtil.asString(thrown), MAX_TEXT);
    }

    private static String cut(String text, int max) {
        return text.length() <= max ? text : text.substring(0, max) + "…";
    }
}
