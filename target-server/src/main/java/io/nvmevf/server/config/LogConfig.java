package io.nvmevf.server.config;

/**
 * {@code log}: what is written to standard error. {@code --log-format} and {@code --log-level} of {@code nvmevf serve}, then
 * the variables {@code NVMEVF_LOG_FORMAT} and {@code NVMEVF_LOG_LEVEL}, come before the file.
 *
 * @param format {@code format}: {@code text} (default), for people, or {@code json}, one object a line
 * @param level {@code level}: {@code error}, {@code warn}, {@code info} (default), {@code debug} or {@code trace}. It can be
 *     changed while the target runs ({@code nvmevf log level})
 */
public record LogConfig(Format format, Level level) {

    /** How a line looks. */
    public enum Format {
        TEXT,
        JSON
    }

    /** The least severe that is written. */
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }
}
