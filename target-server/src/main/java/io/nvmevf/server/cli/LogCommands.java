package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nvmevf.server.cli.Output.Column;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nvmevf log …}. */
@Command(
        name = "log",
        description = "The target's log: what it writes, and its last lines.",
        subcommands = {LogCommands.Level.class, LogCommands.Show.class})
final class LogCommands {
    private static final List<Column> ROW = List.of(
            Column.of("LOGGER", "logger"),
            Column.of("LEVEL", "level"),
            new Column("SET", logger -> logger.path("own").asBoolean() ? "here" : "inherited"));

    /** What stands for no level of its own. */
    private static final String DEFAULT = "default";

    private LogCommands() {}

    @Command(
            name = "level",
            description = {
                "Shows what loggers write, or changes it until the target ends.",
                "io.nvmevf.host is about hosts and their connections; root is what all others inherit from."
            })
    static final class Level extends ApiCommand {
        @Parameters(
                index = "0",
                arity = "0..1",
                paramLabel = "LOGGER",
                description = "root, or a name such as io.nvmevf.host. Default: all")
        @Nullable
        String logger;

        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "LEVEL",
                description = "error, warn, info, debug, trace, or default: as the logger above it, or as at the start")
        @Nullable
        String level;

        @Override
        void run(ApiClient client) throws CliException {
            if (level != null) {
                ObjectNode body = ApiClient.object().put("logger", logger);
                if (level.toLowerCase(Locale.ROOT).equals(DEFAULT)) {
                    body.putNull("level");
                } else {
                    body.put("level", level);
                }
                print(client.put("/v1/logging", body));
            } else {
                print(client.get("/v1/logging"));
            }
        }

        private void print(JsonNode answer) throws CliException {
            ArrayNode items = ApiClient.object().putArray("items");
            answer.path("loggers").forEach(one -> {
                if (logger == null || one.path("logger").asText().equalsIgnoreCase(logger)) {
                    items.add(one);
                }
            });
            if (items.isEmpty()) {
                throw new CliException(
                        ExitCode.NOT_FOUND, "there is no logger '" + logger + "'; 'nvmevf log level' lists them");
            }
            printList(ApiClient.object().set("items", items), ROW);
        }
    }

    @Command(name = "show", description = "Prints the last lines of the log, the newest at the end.")
    static final class Show extends ApiCommand {
        @Option(
                names = {"-n", "--lines"},
                paramLabel = "NUMBER",
                description = "How many at most, 1 to 500. Default: 100")
        int lines = 100;

        @Override
        void run(ApiClient client) throws CliException {
            JsonNode answer = client.get("/v1/logging/lines?max=" + lines);
            if (output == Output.Format.JSON) {
                Output.json(out(), answer);
                return;
            }
            answer.path("items").forEach(line -> out().println(text(line)));
        }
    }

    /** A line as it was written. */
    static String text(JsonNode line) {
        StringBuilder text = new StringBuilder(line.path("time").asText())
                .append(' ')
                .append(line.path("level").asText().toUpperCase(Locale.ROOT))
                .append(' ')
                .append(line.path("logger").asText())
                .append(": ")
                .append(line.path("message").asText());
        line.path("fields")
                .properties()
                .forEach(field -> text.append(' ')
                        .append(field.getKey())
                        .append("=\"")
                        .append(field.getValue().asText())
                        .append('"'));
        if (line.hasNonNull("trace")) {
            text.append('\n').append(line.path("trace").asText().stripTrailing());
        }
        return text.toString();
    }
}
