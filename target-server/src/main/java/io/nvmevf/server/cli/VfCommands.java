package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nvmevf.server.cli.Output.Column;
import io.nvmevf.server.config.Sizes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nvmevf vf …}. */
@Command(
        name = "vf",
        description = "Virtual functions: NVM subsystems that hosts connect to.",
        subcommands = {
            VfCommands.ListAll.class,
            VfCommands.Show.class,
            VfCommands.Create.class,
            VfCommands.Change.class,
            VfCommands.Online.class,
            VfCommands.Offline.class,
            VfCommands.Delete.class
        })
final class VfCommands {
    private static final String PATH = "/v1/vfs";

    static final List<Column> ROW = List.of(
            Column.of("NAME", "name"),
            Column.of("STATE", "state"),
            Column.of("TENANT", "tenant"),
            new Column("HOSTS", VfCommands::hosts),
            new Column("NAMESPACES", vf -> String.valueOf(vf.path("namespaces").size())),
            new Column("SIZE", VfCommands::size),
            Column.of("NQN", "nqn"));

    private static final List<Column> CARD = List.of(
            Column.of("Name", "name"),
            Column.of("Number", "number"),
            Column.of("State", "state"),
            Column.of("Tenant", "tenant"),
            Column.of("NQN", "nqn"),
            Column.of("Serial", "serial"),
            new Column("Allowed hosts", VfCommands::hostList),
            new Column("Authentication", VfCommands::authentication),
            Column.of("TLS", "tls"),
            Column.of("Duplicate host", "duplicateHost"),
            new Column("Ports", vf -> Output.texts(vf.path("ports"), "all")),
            Column.of("I/O queues", "ioQueues"),
            Column.of("Queue depth", "queueDepth"),
            new Column("Limits", VfCommands::limits),
            new Column("Tenant's limits", vf -> LimitOptions.text(vf.path("tenantLimits"))),
            new Column("Sanitize", VfCommands::sanitize),
            new Column("Namespaces", VfCommands::namespaces));

    private VfCommands() {}

    private static String sanitize(JsonNode vf) {
        JsonNode last = vf.path("sanitize");
        return last.path("operation").isMissingNode()
                ? "never"
                : last.path("state").asText() + " (" + last.path("operation").asText() + ")"
                        + (last.path("restricts").asBoolean() ? ", hosts are refused I/O" : "");
    }

    private static String limits(JsonNode vf) {
        return LimitOptions.text(vf.path("limits"))
                + (vf.hasNonNull("profile") ? " (profile " + vf.path("profile").asText() + ")" : "");
    }

    private static String hosts(JsonNode vf) {
        return vf.path("allowAnyHost").asBoolean()
                ? "any"
                : String.valueOf(vf.path("allowedHosts").size());
    }

    private static String hostList(JsonNode vf) {
        if (vf.path("allowAnyHost").asBoolean()) {
            return "any";
        }
        List<String> keys = texts(vf.path("hostsWithKey"));
        List<String> tlsKeys = texts(vf.path("hostsWithTlsKey"));
        List<String> hosts = texts(vf.path("allowedHosts")).stream()
                .map(host -> host + keys(keys.contains(host), tlsKeys.contains(host)))
                .toList();
        return hosts.isEmpty()
                ? "none; add one with 'nvmevf vf update " + vf.path("name").asText() + " --allow-host NQN'"
                : String.join(", ", hosts);
    }

    private static String keys(boolean key, boolean tlsKey) {
        if (!key && !tlsKey) {
            return " (no key)";
        }
        return " (has " + (key ? "a key" + (tlsKey ? " and " : "") : "") + (tlsKey ? "a TLS key" : "") + ")";
    }

    /** Of whom it is required, and keys of hosts that are not among those that are allowed by name. */
    private static String authentication(JsonNode vf) {
        List<String> allowed = texts(vf.path("allowedHosts"));
        List<String> others = texts(vf.path("hostsWithKey")).stream()
                .filter(host -> !allowed.contains(host))
                .toList();
        return (vf.path("requireAuthentication").asBoolean()
                        ? "required of every host"
                        : "required of hosts that have a key")
                + (others.isEmpty()
                        ? ""
                        : (vf.path("allowAnyHost").asBoolean()
                                        ? "; these have one: "
                                        : "; these have one and may not connect: ")
                                + String.join(", ", others));
    }

    private static List<String> texts(JsonNode array) {
        List<String> all = new ArrayList<>();
        array.forEach(one -> all.add(one.asText()));
        return all;
    }

    private static String size(JsonNode vf) {
        long bytes = 0;
        for (JsonNode ns : vf.path("namespaces")) {
            bytes += ns.path("bytes").asLong();
        }
        return Sizes.rounded(bytes);
    }

    private static String namespaces(JsonNode vf) {
        List<String> all = new ArrayList<>();
        vf.path("namespaces")
                .forEach(ns -> all.add(
                        ns.path("id").asText() + " (nsid " + ns.path("nsid").asText() + ", "
                                + Sizes.rounded(ns.path("bytes").asLong()) + ")"));
        return all.isEmpty() ? "none" : String.join(", ", all);
    }

    private static String path(String name) {
        return PATH + "/" + ApiClient.escape(name);
    }

    private static void putHosts(ObjectNode body, String field, @Nullable List<String> hosts) {
        if (hosts != null) {
            ArrayNode array = body.putArray(field);
            hosts.forEach(array::add);
        }
    }

    @Command(name = "list", description = "Lists all virtual functions.")
    static final class ListAll extends ApiCommand {
        @Override
        void run(ApiClient client) throws CliException {
            printList(client.get(PATH), ROW);
        }
    }

    @Command(name = "show", description = "Shows one virtual function.")
    static final class Show extends ApiCommand {
        @Parameters(paramLabel = "NAME", description = "Name of the virtual function.")
        String name = "";

        @Override
        void run(ApiClient client) throws CliException {
            printOne(client.get(path(name)), CARD);
        }
    }

    @Command(name = "create", description = "Creates a virtual function without namespaces.")
    static final class Create extends ApiCommand {
        @Parameters(paramLabel = "NAME", description = "1 to 32 characters of a-z, 0-9 and -.")
        String name = "";

        @Option(
                names = "--tenant",
                paramLabel = "NAME",
                description = "Whom its namespaces belong to. Default: a tenant of its own, called as it.")
        @Nullable
        String tenant;

        @Option(
                names = "--port",
                paramLabel = "N",
                description = "A listener that exposes it, by number; can be repeated. Default: all.")
        @Nullable
        List<Integer> ports;

        @Option(names = "--offline", description = "Let nobody connect yet.")
        boolean offline;

        @Option(names = "--nqn", paramLabel = "NQN", description = "NQN of the subsystem. Default: generated.")
        @Nullable
        String nqn;

        @Option(
                names = "--serial",
                paramLabel = "TEXT",
                description = "Serial number, 1 to 20 characters. Default: generated.")
        @Nullable
        String serial;

        @Option(names = "--allow-host", paramLabel = "NQN", description = "A host that may connect; can be repeated.")
        @Nullable
        List<String> allowHosts;

        @Option(names = "--allow-any-host", description = "Every host may connect (for trials).")
        boolean allowAnyHost;

        @Mixin
        AccessOptions access = new AccessOptions();

        @Option(
                names = "--io-queues",
                paramLabel = "N",
                description = "I/O queues of a controller, 0 to 64. Default: 64, or what is left, or its limits allow.")
        @Nullable
        Integer ioQueues;

        @Option(
                names = "--queue-depth",
                paramLabel = "N",
                description = "Entries of a queue, 2 to 1024. Default: 1024, or what its limits allow.")
        @Nullable
        Integer queueDepth;

        @Mixin
        LimitOptions.OfVf limits = new LimitOptions.OfVf();

        @Override
        void run(ApiClient client) throws CliException {
            ObjectNode body = ApiClient.object().put("name", name).put("allowAnyHost", allowAnyHost);
            putTenantAndPorts(body, tenant, ports);
            if (offline) {
                body.put("state", "offline");
            }
            access.put(body);
            if (nqn != null) {
                body.put("nqn", nqn);
            }
            if (serial != null) {
                body.put("serial", serial);
            }
            if (ioQueues != null) {
                body.put("ioQueues", ioQueues);
            }
            if (queueDepth != null) {
                body.put("queueDepth", queueDepth);
            }
            putHosts(body, "allowedHosts", allowHosts);
            limits.put(body);
            printOne(client.post(PATH, body), CARD);
        }
    }

    private static void putTenantAndPorts(ObjectNode body, @Nullable String tenant, @Nullable List<Integer> ports) {
        if (tenant != null) {
            body.put("tenant", tenant);
        }
        if (ports != null) {
            ArrayNode array = body.putArray("ports");
            ports.forEach(array::add);
        }
    }

    @Command(
            name = "update",
            aliases = "set",
            description = "Changes who may connect, what controllers get, and limits.")
    static final class Change extends ApiCommand {
        @Parameters(paramLabel = "NAME", description = "Name of the virtual function.")
        String name = "";

        @Option(
                names = "--tenant",
                paramLabel = "NAME",
                description = "Another tenant; only while it has no namespaces.")
        @Nullable
        String tenant;

        @Option(
                names = "--port",
                paramLabel = "N",
                description = "A listener that exposes it, by number; can be repeated, and replaces what was set.")
        @Nullable
        List<Integer> ports;

        @Option(names = "--all-ports", description = "All listeners expose it.")
        boolean allPorts;

        @Option(
                names = "--allow-host",
                paramLabel = "NQN",
                description = "A host that may connect from now on; can be repeated.")
        @Nullable
        List<String> allowHosts;

        @Option(
                names = "--remove-host",
                paramLabel = "NQN",
                description = "A host that may connect no more; can be repeated.")
        @Nullable
        List<String> removeHosts;

        @Option(
                names = "--allow-any-host",
                arity = "1",
                paramLabel = "true|false",
                description = "Whether every host may connect.")
        @Nullable
        Boolean allowAnyHost;

        @Mixin
        AccessOptions access = new AccessOptions();

        @Option(names = "--io-queues", paramLabel = "N", description = "I/O queues of a new controller, 0 to 64.")
        @Nullable
        Integer ioQueues;

        @Option(names = "--queue-depth", paramLabel = "N", description = "Entries of a new queue, 2 to 1024.")
        @Nullable
        Integer queueDepth;

        @Mixin
        LimitOptions.OfChangedVf limits = new LimitOptions.OfChangedVf();

        @Override
        void run(ApiClient client) throws CliException {
            ObjectNode body = ApiClient.object();
            putTenantAndPorts(body, tenant, allPorts ? List.of() : ports);
            putHosts(body, "addAllowedHosts", allowHosts);
            putHosts(body, "removeAllowedHosts", removeHosts);
            if (allowAnyHost != null) {
                body.put("allowAnyHost", allowAnyHost);
            }
            access.put(body);
            if (ioQueues != null) {
                body.put("ioQueues", ioQueues);
            }
            if (queueDepth != null) {
                body.put("queueDepth", queueDepth);
            }
            limits.put(body);
            if (body.isEmpty()) {
                throw new CliException(
                        ExitCode.USAGE, "nothing to change; 'nvmevf vf update --help' lists what can be");
            }
            printOne(client.patch(path(name), body), CARD);
        }
    }

    @Command(name = "online", description = "Lets hosts connect to a virtual function.")
    static final class Online extends ApiCommand {
        @Parameters(paramLabel = "NAME", description = "Name of the virtual function.")
        String name = "";

        @Override
        void run(ApiClient client) throws CliException {
            printOne(client.post(path(name) + "/online"), CARD);
        }
    }

    @Command(
            name = "offline",
            description =
                    "Takes a virtual function offline: lets commands end, disconnects its hosts, lets nobody connect.")
    static final class Offline extends ApiCommand {
        @Parameters(paramLabel = "NAME", description = "Name of the virtual function.")
        String name = "";

        @Override
        void run(ApiClient client) throws CliException {
            printOne(client.post(path(name) + "/offline"), CARD);
        }
    }

    /** What becomes of the namespaces: the words of the API. */
    enum Disposal {
        REFUSE,
        DETACH,
        DELETE
    }

    @Command(name = "delete", description = "Deletes a virtual function; its hosts are disconnected.")
    static final class Delete extends OperationCommand {
        @Parameters(paramLabel = "NAME", description = "Name of the virtual function.")
        String name = "";

        @Option(
                names = "--namespaces",
                paramLabel = "refuse|detach|delete",
                description =
                        "What becomes of its namespaces: keep it while it has any (default), detach them, or erase and"
                                + " delete them.")
        @Nullable
        Disposal namespaces;

        @Option(names = "--force", description = "As --namespaces delete.")
        boolean force;

        @Option(
                names = {"-y", "--yes"},
                description = "Do not ask before data is lost.")
        boolean yes;

        @Override
        void run(ApiClient client) throws CliException {
            Disposal disposal = namespaces != null ? namespaces : force ? Disposal.DELETE : Disposal.REFUSE;
            if (disposal == Disposal.DELETE) {
                confirm(yes, name, "This erases and deletes all namespaces of virtual function " + name + ".");
            }
            JsonNode answer = client.delete(path(name) + "?namespaces=" + OpCommands.word(disposal));
            if (noWait && answer.has("items")) {
                printList(answer, OpCommands.ROW);
                return;
            }
            Progress progress = new Progress(client, err(), terminal());
            for (JsonNode operation : answer.path("items")) {
                progress.await(operation.path("id").asText());
            }
            printDone("virtual function " + name + " is deleted");
        }
    }
}
