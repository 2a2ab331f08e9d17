package io.nvmevf.server.cli;

import io.nvmevf.server.config.LogConfig;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the log of a target is like: the command line comes before the environment, and that before the configuration. */
final class LogOptions {
    static final String FORMAT = "NVMEVF_LOG_FORMAT";
    static final String LEVEL = "NVMEVF_LOG_LEVEL";

    @Option(
            names = "--log-format",
            paramLabel = "text|json",
            description = "How log lines look; or set NVMEVF_LOG_FORMAT. Default: log.format of the configuration")
    LogConfig.@Nullable Format format;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            description =
                    "error, warn, info, debug or trace; or set NVMEVF_LOG_LEVEL. Default: log.level of the configuration")
    LogConfig.@Nullable Level level;

    LogConfig over(LogConfig configured, Terminal terminal) throws CliException {
        return new LogConfig(
                chosen(format, FORMAT, LogConfig.Format.class, configured.format(), terminal),
                chosen(level, LEVEL, LogConfig.Level.class, configured.level(), terminal));
    }

    private static <E extends Enum<E>> E chosen(
            @Nullable E option, String variable, Class<E> type, E configured, Terminal terminal) throws CliException {
        if (option != null) {
            return option;
        }
        String text = terminal.environment(variable);
        if (text == null || text.isEmpty()) {
            return configured;
        }
        for (E one : type.getEnumConstants()) {
            if (one.name().equalsIgnoreCase(text)) {
                return one;
            }
        }
        throw new CliException(
                ExitCode.USAGE,
                variable + " is '" + text + "'; allowed are "
                        + Arrays.stream(type.getEnumConstants())
                                .map(one -> one.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", ")));
    }
}
