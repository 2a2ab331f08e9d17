package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.nvmevf.server.cli.Output.Column;
import io.nvmevf.server.config.Sizes;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code nvmevf pf …}. */
@Command(
        name = "pf",
        description = "The physical function: the pool that is shared out.",
        subcommands = PfCommands.Show.class)
final class PfCommands {
    static final List<Column> CARD = List.of(
            Column.of("Target", "uuid"),
            Column.of("Version", "version"),
            new Column("Listeners", PfCommands::listeners),
            new Column(
                    "Transport",
                    pf -> pf.path("transport").asText() + ", "
                            + pf.path("eventLoops").asText() + " event loops"),
            new Column("Pool", PfCommands::pool),
            Column.of("Virtual functions", "vfs"),
            Column.of("Namespaces", "namespaces"),
            new Column("Not ready", PfCommands::notReady));

    private PfCommands() {}

    private static String listeners(JsonNode pf) {
        List<String> all = new ArrayList<>();
        pf.path("listeners").forEach(l -> {
            String address = l.path("address").asText();
            all.add((address.contains(":") ? "[" + address + "]" : address) + ":"
                    + l.path("port").asText());
        });
        return String.join(", ", all);
    }

    private static String pool(JsonNode pf) {
        JsonNode pool = pf.path("pool");
        return pool.path("kind").asText() + ", "
                + Sizes.rounded(pool.path("allocated").asLong()) + " of "
                + Sizes.rounded(pool.path("capacity").asLong()) + " allocated, "
                + Sizes.rounded(pool.path("free").asLong()) + " free";
    }

    private static String notReady(JsonNode pf) {
        List<String> ids = new ArrayList<>();
        pf.path("notReady").forEach(id -> ids.add(id.asText()));
        return ids.isEmpty() ? "none" : String.join(", ", ids) + "; the target's log says why";
    }

    @Command(name = "show", description = "Shows the physical function.")
    static final class Show extends ApiCommand {
        @Override
        void run(ApiClient client) throws CliException {
            printOne(client.get("/v1/pf"), CARD);
        }
    }
}
