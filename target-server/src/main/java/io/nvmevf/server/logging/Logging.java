package io.nvmevf.server.logging;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.util.List;
import java.util.Locale;
import net.logstash.logback.encoder.LogstashEncoder;
import net.logstash.logback.fieldnames.LogstashFieldNames;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The log of this process. Levels of our own loggers, and of all together, can be changed while the target runs; those of
 * libraries cannot, because what they write at their finest levels is what they send and receive, keys and tokens included.
 *
 * <p>Any thread may call anything here.
 */
public final class Logging {
    /** The name of the logger that all others inherit from. */
    public static final String ROOT = "root";

    /** The appender that keeps lines until that one has written them. */
    private static final String QUEUE = "queue";

    /** Lines that wait to be written; standard error that takes no more than this loses lines and stops nobody. */
    private static final int QUEUED_LINES = 4096;

    private static final String OURS = "io.nvmevf";
    /** The appender of {@code logback.xml}. */
    private static final String APPENDER = "stderr";
    /** Fields of one line follow its message: {@code connection="7" vf="vf1"}. */
    private static final String TEXT_PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{24}: %msg%replace( %kvp){'^ $', ''}%n";

    private static final Logging PROCESS = new Logging(context());

    private final LoggerContext context;
    private final RecentLines recent = new RecentLines();
    private volatile Format format = Format.TEXT;
    private volatile ch.qos.logback.classic.Level configured;

    /** How a line looks. */
    public enum Format {
        /** For people. */
        TEXT,
        /** One JSON object a line. */
        JSON
    }

    /**
     * The level of a logger.
     *
     * @param logger its name; {@value #ROOT} for all that have no own level
     * @param level the least severe that it writes: {@code off}, {@code error}, {@code warn}, {@code info}, {@code debug} or
     *     {@code trace}
     * @param own whether it is set for this logger; else it is that of the nearest logger above
     */
    public record LoggerLevel(String logger, String level, boolean own) {}

    private Logging(LoggerContext context) {
        this.context = context;
        configured = root().getLevel();
        recent.setContext(context);
        recent.setName("recent");
    }

    private static LoggerContext context() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            return context;
        }
        throw new IllegalStateException("nvmevf logs with Logback, and another SLF4J provider was found first");
    }

    /** The log of this process, however it is set up. */
    public static Logging ofProcess() {
        return PROCESS;
    }

    /** Sets the log of this process up, and keeps its last lines from now on. */
    public static void start(Format format, Level level) {
        PROCESS.begin(format, level);
    }

    private void begin(Format wanted, Level level) {
        end();
        if (root().getAppender(APPENDER) instanceof OutputStreamAppender<ILoggingEvent> appender) {
            appender.stop();
            appender.setEncoder(encoder(wanted, context));
            appender.start();
            root().detachAppender(appender);
            root().addAppender(queue(appender));
        }
        format = wanted;
        configured = ch.qos.logback.classic.Level.convertAnSLF4JLevel(level);
        root().setLevel(configured);
        if (!recent.isStarted()) {
            recent.start();
            root().addAppender(recent);
        }
    }

    /** Event loops log, and must not wait for whoever reads standard error: the lines are formed and written by another thread. */
    private AsyncAppender queue(OutputStreamAppender<ILoggingEvent> appender) {
        AsyncAppender queue = new AsyncAppender();
        queue.setContext(context);
        queue.setName(QUEUE);
        queue.setQueueSize(QUEUED_LINES);
        queue.setDiscardingThreshold(0);
        queue.setNeverBlock(true);
        queue.addAppender(appender);
        queue.start();
        return queue;
    }

    /** Writes what waits to be written. What is logged afterwards is written by the one who logs it. */
    public static void stop() {
        PROCESS.end();
    }

    private void end() {
        if (root().getAppender(QUEUE) instanceof AsyncAppender queue) {
            Appender<ILoggingEvent> appender = queue.getAppender(APPENDER);
            root().detachAppender(queue);
            // (Writes what waits, and stops what it writes to.)
            queue.stop();
            appender.start();
            root().addAppender(appender);
        }
    }

    static Encoder<ILoggingEvent> encoder(Format format, LoggerContext context) {
        return switch (format) {
            case TEXT -> text(context);
            case JSON -> json(context);
        };
    }

    private static Encoder<ILoggingEvent> text(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(TEXT_PATTERN);
        encoder.start();
        return encoder;
    }

    private static Encoder<ILoggingEvent> json(LoggerContext context) {
        LogstashFieldNames names = new LogstashFieldNames();
        names.setTimestamp("time");
        names.setLogger("logger");
        names.setThread("thread");
        names.setVersion("[ignore]");
        names.setLevelValue("[ignore]");
        LogstashEncoder encoder = new LogstashEncoder();
        encoder.setContext(context);
        encoder.setFieldNames(names);
        encoder.setTimeZone("UTC");
        encoder.setIncludeContext(false);
        encoder.setFindAndRegisterJacksonModules(false);
        encoder.start();
        return encoder;
    }

    private Logger root() {
        return context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    /** How lines look. */
    public Format format() {
        return format;
    }

    /** The loggers whose level can be changed, by name; the one of all others first. */
    public List<LoggerLevel> loggers() {
        return context.getLoggerList().stream()
                .filter(logger -> isOurs(name(logger)))
                .map(Logging::level)
                .toList();
    }

    /** The level of a logger; null if there is none of this name whose level can be changed. */
    public @Nullable LoggerLevel level(String logger) {
        Logger found = find(logger);
        return found == null ? null : level(found);
    }

    /**
     * Changes what a logger writes, until the target ends.
     *
     * @param level null: as the logger above it, or, for {@value #ROOT}, as it was at the start
     * @return false if there is no logger of this name whose level can be changed. (New ones are not made: they would never go
     *     away.)
     */
    public boolean set(String logger, @Nullable Level level) {
        Logger found = find(logger);
        if (found == null) {
            return false;
        }
        found.setLevel(
                level != null
                        ? ch.qos.logback.classic.Level.convertAnSLF4JLevel(level)
                        : found.equals(root()) ? configured : null);
        return true;
    }

    /** The last lines, the oldest first. */
    public List<LogLine> recent(int max) {
        return recent.last(max);
    }

    private @Nullable Logger find(String name) {
        if (name.equalsIgnoreCase(ROOT)) {
            return root();
        }
        return isOurs(name) ? context.exists(name) : null;
    }

    private static boolean isOurs(String name) {
        return name.equals(ROOT) || name.equals(OURS) || name.startsWith(OURS + ".");
    }

    private static String name(Logger logger) {
        return logger.getName().equals(org.slf4j.Logger.ROOT_LOGGER_NAME) ? ROOT : logger.getName();
    }

    private static LoggerLevel level(Logger logger) {
        return new LoggerLevel(
                name(logger),
                logger.getEffectiveLevel().toString().toLowerCase(Locale.ROOT),
                logger.getLevel() != null);
    }
}
