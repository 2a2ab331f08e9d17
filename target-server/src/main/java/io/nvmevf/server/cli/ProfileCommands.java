package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nvmevf.server.cli.Output.Column;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code nvmevf profile …}. */
@Command(
        name = "profile",
        description = "Profiles: limits under a name, for virtual functions.",
        subcommands = {
            ProfileCommands.ListAll.class,
            ProfileCommands.Show.class,
            ProfileCommands.Create.class,
            ProfileCommands.Change.class,
            ProfileCommands.Delete.class
        })
final class ProfileCommands {
    private static final String PATH = "/v1/profiles";

    private static final List<Column> ROW = List.of(
            Column.of("NAME", "name"),
            new Column("KIND", profile -> profile.path("preset").asBoolean() ? "built in" : "own"),
            new Column("VFS", profile -> String.valueOf(profile.path("vfs").size())),
            new Column("LIMITS", profile -> LimitOptions.text(profile.path("limits"))));

    private static final List<Column> CARD = List.of(
            Column.of("Name", "name"),
            new Column("Kind", profile -> profile.path("preset").asBoolean() ? "built in" : "own"),
            new Column("Limits", profile -> LimitOptions.text(profile.path("limits"))),
            new Column("Used by", profile -> Output.texts(profile.path("vfs"), "none")));

    private ProfileCommands() {}

    private static String path(String name) {
        return PATH + "/" + ApiClient.escape(name);
    }

    @Command(name = "list", description = "Lists all profiles, those that are built in first.")
    static final class ListAll extends ApiCommand {
        @Override
        void run(ApiClient client) throws CliException {
            printList(client.get(PATH), ROW);
        }
    }

    @Command(name = "show", description = "Shows one profile.")
    static final class Show extends ApiCommand {
        @Parameters(paramLabel = "NAME", description = "Name of the profile.")
        String name = "";

        @Override
        void run(ApiClient client) throws CliException {
            printOne(client.get(path(name)), CARD);
        }
    }

    @Command(name = "create", description = "Creates a profile.")
    static final class Create extends ApiCommand {
        @Parameters(paramLabel = "NAME", description = "1 to 64 characters of a-z, 0-9 and -.")
        String name = "";

        @Mixin
        LimitOptions.WithShare limits = new LimitOptions.WithShare();

        @Override
        void run(ApiClient client) throws CliException {
            ObjectNode body = ApiClient.object().put("name", name);
            body.set("limits", limits.json());
            printOne(client.post(PATH, body), CARD);
        }
    }

    @Command(
            name = "update",
            aliases = "set",
            description = {
                "Gives a profile other limits, and at once every virtual function that has it.",
                "Those that are given replace all that it had."
            })
    static final class Change extends ApiCommand {
        @Parameters(paramLabel = "NAME", description = "Name of the profile.")
        String name = "";

        @Mixin
        LimitOptions.WithShare limits = new LimitOptions.WithShare();

        @Override
        void run(ApiClient client) throws CliException {
            if (limits.isEmpty()) {
                throw new CliException(
                        ExitCode.USAGE, "nothing to change; 'nvmevf profile update --help' lists the limits");
            }
            ObjectNode body = ApiClient.object();
            body.set("limits", limits.json());
            printOne(client.patch(path(name), body), CARD);
        }
    }

    @Command(name = "delete", description = "Deletes a profile that no virtual function has.")
    static final class Delete extends ApiCommand {
        @Parameters(paramLabel = "NAME", description = "Name of the profile.")
        String name = "";

        @Override
        void run(ApiClient client) throws CliException {
            client.delete(path(name));
            printDone("profile " + name + " is deleted");
        }
    }
}
