package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nvmevf.server.cli.Output.Column;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nvmevf secret …}. */
@Command(
        name = "secret",
        description = {
            "Secrets that hosts authenticate with (DH-HMAC-CHAP), one key for a host at a virtual function.",
            "A secret is never taken as an argument, which 'ps' and the shell's history would show, and never shown again after"
                    + " it was made."
        },
        subcommands = {
            SecretCommands.ListAll.class,
            SecretCommands.Set.class,
            SecretCommands.Rotate.class,
            SecretCommands.FinishRotation.class,
            SecretCommands.Remove.class
        })
final class SecretCommands {
    private static final List<Column> ROW = List.of(
            Column.of("HOST", "host"),
            new Column("ALLOWED", key -> yesOrNo(key.path("allowed"))),
            new Column("PAIRS", SecretCommands::pairs),
            new Column("BIDIRECTIONAL", key -> ofPairs(key, pair -> yesOrNo(pair.path("bidirectional")))),
            new Column(
                    "KEY-HASH", key -> ofPairs(key, pair -> pair.path("keyHash").asText())),
            new Column("HASH", key -> choice(key.path("hash"))),
            new Column("GROUP", key -> choice(key.path("group"))));

    private static final List<Column> CARD = List.of(
            Column.of("Virtual function", "vf"),
            Column.of("Host", "host"),
            new Column("May connect", key -> yesOrNo(key.path("allowed"))),
            new Column("Pairs of secrets", SecretCommands::pairs),
            new Column("Bidirectional", key -> ofPairs(key, pair -> yesOrNo(pair.path("bidirectional")))),
            new Column(
                    "Hash of the secret",
                    key -> ofPairs(key, pair -> pair.path("keyHash").asText())),
            new Column("Hash", key -> choice(key.path("hash"))),
            new Column("Group", key -> choice(key.path("group"))));

    private SecretCommands() {}

    private static String yesOrNo(JsonNode value) {
        return value.asBoolean() ? "yes" : "no";
    }

    private static String choice(JsonNode value) {
        return value.isTextual() ? value.asText() : "any";
    }

    private static String pairs(JsonNode key) {
        int pairs = key.path("pairs").size();
        return pairs > 1 ? pairs + " (rotation)" : String.valueOf(pairs);
    }

    /** The newest first. */
    private static String ofPairs(JsonNode key, Function<JsonNode, String> value) {
        List<String> all = new ArrayList<>();
        key.path("pairs").forEach(pair -> all.add(value.apply(pair)));
        return String.join(", ", all);
    }

    private static String vfPath(String vf) {
        return "/v1/vfs/" + ApiClient.escape(vf);
    }

    /** A command about the key of one host. */
    abstract static class OfHost extends ApiCommand {
        @Parameters(index = "0", paramLabel = "VF", description = "Name of the virtual function.")
        String vf = "";

        @Parameters(index = "1", paramLabel = "HOSTNQN", description = "NQN of the host: its /etc/nvme/hostnqn.")
        String host = "";

        final String path() {
            return vfPath(vf) + "/keys/" + ApiClient.escape(host);
        }
    }

    /** A command that gives a host secrets. */
    abstract static class Giving extends OfHost {
        @Mixin
        SecretOptions secrets = new SecretOptions();

        @Parameters(index = "2..*", hidden = true, arity = "0..*", description = "Refused.")
        List<String> more = new ArrayList<>();

        final ObjectNode body() throws CliException {
            return secrets.body(terminal(), more);
        }

        /** What is asked for first, so that nothing can go wrong between the secrets and the line with them. */
        final String connectLine(ApiClient client) throws CliException {
            JsonNode function = client.get(vfPath(vf));
            int port = function.path("ports").path(0).asInt(1);
            JsonNode listener = client.get("/v1/pf").path("listeners").path(port - 1);
            String address = listener.path("address").asText();
            boolean any = address.matches("[0:.]+");
            return "nvme connect -t tcp -a " + (any ? "ADDRESS-OF-THE-TARGET" : address) + " -s "
                    + listener.path("port").asText() + " -n "
                    + quoted(function.path("nqn").asText()) + " --hostnqn=" + quoted(host);
        }

        /** For a shell. */
        private static String quoted(String text) {
            return text.matches("[A-Za-z0-9._:/@%+,=-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
        }

        final void print(JsonNode answer, String connectLine) {
            if (!answer.at("/key/allowed").asBoolean()) {
                err().println("the host may not connect yet; let it with: nvmevf vf update " + vf + " --allow-host "
                        + quoted(host));
                err().flush();
            }
            if (output == Output.Format.JSON) {
                Output.json(out(), answer);
                return;
            }
            Output.card(out(), answer.path("key"), CARD);
            if (answer.path("secret").isTextual()) {
                PrintWriter out = out();
                out.println();
                out.println("The secrets are printed this once. On the host, as root:");
                out.println();
                out.println("  " + connectLine + " --dhchap-secret="
                        + answer.path("secret").asText()
                        + (answer.path("controllerSecret").isTextual()
                                ? " --dhchap-ctrl-secret="
                                        + answer.path("controllerSecret").asText()
                                : ""));
            }
        }
    }

    @Command(name = "list", description = "Lists the hosts that have a key at a virtual function; no secrets.")
    static final class ListAll extends ApiCommand {
        @Parameters(paramLabel = "VF", description = "Name of the virtual function.")
        String vf = "";

        @Override
        void run(ApiClient client) throws CliException {
            printList(client.get(vfPath(vf) + "/keys"), ROW);
        }
    }

    @Command(
            name = "set",
            description = {
                "Gives a host a key, instead of one that it has. The host must authenticate from its next connection on.",
                "To change a key without locking the host out use 'nvmevf secret rotate'."
            })
    static final class Set extends Giving {
        @Option(
                names = {"-y", "--yes"},
                description = "Do not ask before secrets that are in use are replaced.")
        boolean yes;

        @Override
        void run(ApiClient client) throws CliException {
            ObjectNode body = body();
            String connectLine = connectLine(client);
            if (!yes && terminal().isInteractive() && hasKey(client)) {
                confirm(
                        false,
                        vf,
                        "Host " + host
                                + " has a key already; with the secrets that it uses now it could not connect any"
                                + " more. ('nvmevf secret rotate' would let both be valid for a time.)");
            }
            print(client.put(path(), body), connectLine);
        }

        private boolean hasKey(ApiClient client) throws CliException {
            for (JsonNode key : client.get(vfPath(vf) + "/keys").path("items")) {
                if (key.path("host").asText().equals(host)) {
                    return true;
                }
            }
            return false;
        }
    }

    @Command(
            name = "rotate",
            description = {
                "Gives a host new secrets; those that it has stay valid until 'nvmevf secret finish-rotation'.",
                "A second rotation before that ends the validity of the oldest."
            })
    static final class Rotate extends Giving {
        @Override
        void run(ApiClient client) throws CliException {
            ObjectNode body = body();
            String connectLine = connectLine(client);
            print(client.post(path() + "/rotate", body), connectLine);
        }
    }

    @Command(name = "finish-rotation", description = "Ends a rotation: only the newest secrets stay valid.")
    static final class FinishRotation extends OfHost {
        @Override
        void run(ApiClient client) throws CliException {
            printOne(client.post(path() + "/finish-rotation"), CARD);
        }
    }

    @Command(
            name = "remove",
            description = {
                "Takes the key of a host away.",
                "Unless the virtual function requires authentication, the host, and whoever uses its NQN, needs no secret then."
            })
    static final class Remove extends OfHost {
        @Option(
                names = {"-y", "--yes"},
                description = "Do not ask before.")
        boolean yes;

        @Override
        void run(ApiClient client) throws CliException {
            if (!yes && terminal().isInteractive()) {
                JsonNode function = client.get(vfPath(vf));
                confirm(
                        false,
                        vf,
                        function.path("requireAuthentication").asBoolean()
                                ? "Host " + host + " will not be able to connect any more."
                                : "Host " + host + ", and whoever uses its NQN, will need no secret any more.");
            }
            client.delete(path());
            printDone("the key of " + host + " is removed");
        }
    }
}
