package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Those of {@code nvmevf ns …} that take a namespace from one state of its life to another. */
final class NsMoves {
    private NsMoves() {}

    /** What they share. */
    abstract static class Move extends OperationCommand {
        @Parameters(index = "0", paramLabel = "ID", description = NsCommands.ID)
        String id = "";

        @Option(
                names = {"-y", "--yes"},
                description = "Do not ask before data is lost.")
        boolean yes;

        /** Asks before data is lost, which is what somebody owns. */
        final void confirmLoss(JsonNode ns, String what) throws CliException {
            String owner = ns.path("owner").asText("");
            if (ns.hasNonNull("owner")) {
                String name = ns.path("name").asText();
                confirm(yes, name, what + " erases what tenant " + owner + " has stored in namespace " + name + ".");
            }
        }

        /** Whether it is worth asking for what is needed to ask. */
        final boolean asks() {
            return !yes && terminal().isInteractive();
        }

        /** Prints the namespace when the operation is over. */
        final void finish(ApiClient client, String path, JsonNode answer) throws CliException {
            finish(
                    client,
                    answer,
                    () -> printOne(Progress.isOperation(answer) ? client.get(path) : answer, NsCommands.CARD));
        }
    }

    /** attach and reassign. */
    abstract static class Placement extends Move {
        @Mixin
        OperationCommand.WipeOptions wipe = new OperationCommand.WipeOptions();

        final void place(ApiClient client, String verb, String vf) throws CliException {
            String path = NsCommands.path(client, id);
            if (asks()) {
                JsonNode ns = client.get(path);
                JsonNode to = client.get("/v1/vfs/" + ApiClient.escape(vf));
                if (!wipe.isEmpty()
                        || !ns.path("owner").asText().equals(to.path("tenant").asText())) {
                    confirmLoss(ns, "This");
                }
            }
            ObjectNode body = wipe.into(ApiClient.object().put("vf", vf));
            finish(client, path, client.post(path + "/" + verb, body));
        }
    }

    @Command(
            name = "attach",
            description = {
                "Attaches a namespace to a virtual function.",
                "One that holds another tenant's data is erased before."
            })
    static final class Attach extends Placement {
        @Parameters(index = "1", paramLabel = "VF", description = "Name of the virtual function.")
        String vf = "";

        @Override
        void run(ApiClient client) throws CliException {
            place(client, "attach", vf);
        }
    }

    @Command(
            name = "reassign",
            description = {
                "Hands a namespace to another virtual function: detaches it, erases it, attaches it.",
                "It is not erased if both are of one tenant and no wipe option is given."
            })
    static final class Reassign extends Placement {
        @Option(names = "--to", required = true, paramLabel = "VF", description = "Name of the virtual function.")
        String vf = "";

        @Override
        void run(ApiClient client) throws CliException {
            place(client, "reassign", vf);
        }
    }

    @Command(name = "detach", description = "Takes a namespace from its virtual function; its data stays its tenant's.")
    static final class Detach extends ApiCommand {
        @Parameters(paramLabel = "ID", description = NsCommands.ID)
        String id = "";

        @Override
        void run(ApiClient client) throws CliException {
            printOne(client.post(NsCommands.path(client, id) + "/detach"), NsCommands.CARD);
        }
    }

    @Command(name = "release", description = "Erases a namespace and makes it available to everybody.")
    static final class Release extends Move {
        @Mixin
        OperationCommand.WipeOptions wipe = new OperationCommand.WipeOptions();

        @Override
        void run(ApiClient client) throws CliException {
            String path = NsCommands.path(client, id);
            if (asks()) {
                confirmLoss(client.get(path), "Releasing");
            }
            finish(client, path, client.post(path + "/release", wipe.into(ApiClient.object())));
        }
    }

    @Command(name = "retry", description = "Erases a quarantined namespace again.")
    static final class Retry extends Move {
        @Mixin
        OperationCommand.WipeOptions wipe = new OperationCommand.WipeOptions();

        @Override
        void run(ApiClient client) throws CliException {
            String path = NsCommands.path(client, id);
            JsonNode answer = client.post(path + "/retry", wipe.into(ApiClient.object()));
            if (answer.path("kind").asText().equals("delete")) {
                finish(client, answer, () -> printDone("namespace " + id + " is deleted"));
            } else {
                finish(client, path, answer);
            }
        }
    }

    @Command(
            name = "discard",
            description = {
                "Deletes a quarantined namespace without erasing it.",
                "What was stored in it may be found on the disk by who can read that. Needs --yes where nobody can be asked."
            })
    static final class Discard extends Move {
        @Override
        void run(ApiClient client) throws CliException {
            if (!yes && !terminal().isInteractive()) {
                throw new CliException(
                        ExitCode.USAGE, "discard deletes a namespace that was not erased; confirm it with --yes");
            }
            String path = NsCommands.path(client, id);
            if (!yes) {
                confirm(
                        false,
                        client.get(path).path("name").asText(),
                        "This deletes a namespace that could not be erased: its data may stay on the disk.");
            }
            client.post(path + "/discard");
            printDone("namespace " + id + " is deleted, unerased");
        }
    }

    @Command(name = "delete", description = "Erases a namespace and deletes it.")
    static final class Delete extends Move {
        @Mixin
        OperationCommand.WipeOptions wipe = new OperationCommand.WipeOptions();

        @Override
        void run(ApiClient client) throws CliException {
            String path = NsCommands.path(client, id);
            if (asks()) {
                confirmLoss(client.get(path), "Deleting");
            }
            finish(client, client.delete(path + wipe.query()), () -> printDone("namespace " + id + " is deleted"));
        }
    }
}
