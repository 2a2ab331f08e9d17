package io.nvmevf.server.config;

/**
 * {@code log}: what is written to standard error.
 *
 * @param level {@code level}: {@code error}, {@code warn}, {@code info} (default), {@code debug} or {@code trace}
 */
public record LogConfig(Level level) {

    /** The least severe that is written. */
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }
}
