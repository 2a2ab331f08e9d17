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
        subcommands = {
            PfCommands.Show.class,
            PfCommands.Offline.class,
            CapacityCommands.Change.class,
            CalibrateCommand.class
        })
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
            new Column(
                    "Queues",
                    pf -> pf.at("/queueResources/assigned").asText() + " of "
                            + pf.at("/queueResources/total").asText() + " assigned, "
                            + pf.at("/queueResources/free").asText() + " free"),
            new Column("Capacity", CapacityCommands::text),
            Column.of("NQN", "nqn"),
            new Column("Operators", pf -> Output.texts(pf.path("allowedHosts"), "none")),
            new Column(
                    "Authentication",
                    pf -> pf.path("requireAuthentication").asBoolean()
                            ? "required of every host"
                            : "required of hosts that have a key"),
            Column.of("TLS", "tls"),
            new Column(
                    "Virtual functions",
                    pf -> pf.path("vfs").asText() + " of " + pf.path("maxVfs").asText()
                            + counts(pf.path("vfsByState"))),
            new Column("Namespaces", pf -> pf.path("namespaces").asText() + counts(pf.path("namespacesByState"))),
            Column.of("Operations", "operationsRunning"),
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

    /** Those that are there: {@code  (2 attached, 1 wiping)}. */
    private static String counts(JsonNode byState) {
        List<String> all = new ArrayList<>();
        byState.properties().forEach(one -> {
            if (one.getValue().asInt() > 0) {
                all.add(one.getValue().asText() + " " + one.getKey());
            }
        });
        return all.isEmpty() ? "" : " (" + String.join(", ", all) + ")";
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

    @Command(
            name = "offline",
            description = "Takes all virtual functions offline at once: lets commands end, disconnects all hosts.")
    static final class Offline extends ApiCommand {
        @Override
        void run(ApiClient client) throws CliException {
            printList(client.post("/v1/pf/offline"), VfCommands.ROW);
        }
    }
}
