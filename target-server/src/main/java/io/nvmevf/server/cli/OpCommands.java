package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.nvmevf.server.cli.Output.Column;
import io.nvmevf.server.config.Sizes;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nvmevf op …}. */
@Command(
        name = "op",
        description = "Operations: erasures under way, and those that ended lately.",
        subcommands = {OpCommands.ListAll.class, OpCommands.Show.class, OpCommands.Wait.class})
final class OpCommands {
    private static final String PATH = "/v1/operations";

    static final List<Column> ROW = List.of(
            Column.of("ID", "id"),
            Column.of("KIND", "kind"),
            Column.of("SUBJECT", "subject"),
            Column.of("TO", "to"),
            Column.of("METHOD", "method"),
            Column.of("STATE", "state"),
            new Column("DONE", op -> op.path("percent").asText() + " %"),
            new Column("RATE", OpCommands::rate),
            new Column("LEFT", OpCommands::left),
            Column.of("STARTED", "started"));

    static final List<Column> CARD = List.of(
            Column.of("Id", "id"),
            new Column("Operation", Progress::what),
            new Column("Method", OpCommands::method),
            Column.of("Verification", "verification"),
            new Column(
                    "State",
                    op -> op.path("state").asText()
                            + (Progress.isRunning(op)
                                    ? ", " + op.path("percent").asText() + " %"
                                            + (op.hasNonNull("phase")
                                                    ? ", " + op.path("phase").asText()
                                                    : "")
                                    : "")),
            new Column("Rate", OpCommands::rate),
            new Column("Time left", OpCommands::left),
            Column.of("Started", "started"),
            Column.of("Ended", "ended"),
            Column.of("Error", "error"));

    private OpCommands() {}

    /** An enum's constant as it is in the API. */
    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String method(JsonNode op) {
        String method = op.path("method").asText();
        return method.equals("overwrite")
                ? "overwrite, " + op.path("passes").asText() + " passes of 0x"
                        + String.format(Locale.ROOT, "%08x", op.path("pattern").asLong())
                        + (op.path("invert").asBoolean() ? ", every second one inverted" : "")
                : method;
    }

    private static String rate(JsonNode op) {
        return op.hasNonNull("bytesPerSecond")
                ? Sizes.rounded(op.path("bytesPerSecond").asLong()) + "/s"
                : "-";
    }

    private static String left(JsonNode op) {
        return op.hasNonNull("etaSeconds") ? Progress.time(op.path("etaSeconds").asLong()) : "-";
    }

    @Command(name = "list", description = "Lists operations: those that run, and the last that ended.")
    static final class ListAll extends ApiCommand {
        @Option(names = "--running", description = "Only those that run.")
        boolean running;

        @Override
        void run(ApiClient client) throws CliException {
            printList(client.get(PATH + (running ? "?state=running" : "")), ROW);
        }
    }

    @Command(name = "show", description = "Shows one operation.")
    static final class Show extends ApiCommand {
        @Parameters(paramLabel = "ID", description = "Its id, such as op-3.")
        String id = "";

        @Override
        void run(ApiClient client) throws CliException {
            printOne(client.get(PATH + "/" + ApiClient.escape(id)), CARD);
        }
    }

    @Command(name = "wait", description = "Waits for the end of an operation; exit code 9 if it failed.")
    static final class Wait extends ApiCommand {
        @Parameters(paramLabel = "ID", description = "Its id, such as op-3.")
        String id = "";

        @Option(names = "--timeout", paramLabel = "SECONDS", description = "Give up then. Default: never.")
        @Nullable
        Long timeout;

        @Override
        void run(ApiClient client) throws CliException {
            JsonNode ended = new Progress(client, err(), terminal())
                    .await(id, timeout == null ? Long.MAX_VALUE : Math.max(0, timeout));
            printOne(ended, CARD);
        }
    }
}
