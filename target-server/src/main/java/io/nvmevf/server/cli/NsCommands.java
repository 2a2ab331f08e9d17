package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nvmevf.server.cli.Output.Column;
import io.nvmevf.server.config.Sizes;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nvmevf ns …}. A namespace is named by its id, or as {@code VF/NSID}. */
@Command(
        name = "ns",
        description = "Namespaces: the disks of virtual functions.",
        subcommands = {
            NsCommands.ListAll.class,
            NsCommands.Show.class,
            NsCommands.Create.class,
            NsCommands.Resize.class,
            NsCommands.Protect.class,
            NsCommands.Delete.class
        })
final class NsCommands {
    private static final String PATH = "/v1/namespaces";

    private static final List<Column> ROW = List.of(
            Column.of("ID", "id"),
            Column.of("VF", "vf"),
            Column.of("NSID", "nsid"),
            new Column("SIZE", ns -> Sizes.rounded(ns.path("bytes").asLong())),
            Column.of("LBA", "lbaSize"),
            new Column("STATE", NsCommands::state),
            Column.of("UUID", "uuid"));

    private static final List<Column> CARD = List.of(
            Column.of("Id", "id"),
            Column.of("Virtual function", "vf"),
            Column.of("NSID", "nsid"),
            new Column(
                    "Size",
                    ns -> Sizes.exact(ns.path("bytes").asLong()) + " ("
                            + ns.path("blocks").asText() + " blocks of "
                            + ns.path("lbaSize").asText() + " bytes)"),
            Column.of("UUID", "uuid"),
            new Column("State", NsCommands::state));

    private NsCommands() {}

    private static String state(JsonNode ns) {
        return (ns.path("ready").asBoolean() ? "ready" : "not-ready")
                + (ns.path("writeProtected").asBoolean() ? ",write-protected" : "");
    }

    private static String path(ApiClient client, String name) throws CliException {
        int slash = name.indexOf('/');
        if (slash < 0) {
            return PATH + "/" + ApiClient.escape(name);
        }
        String vf = name.substring(0, slash);
        String nsid = name.substring(slash + 1);
        for (JsonNode ns : client.get(PATH + "?vf=" + ApiClient.escape(vf)).path("items")) {
            if (ns.path("nsid").asText().equals(nsid)) {
                return PATH + "/" + ApiClient.escape(ns.path("id").asText());
            }
        }
        throw new CliException(
                ExitCode.NOT_FOUND,
                "virtual function " + vf + " has no NSID " + nsid + "; 'nvmevf ns list' shows what there is");
    }

    @Command(name = "list", description = "Lists namespaces.")
    static final class ListAll extends ApiCommand {
        @Option(names = "--vf", paramLabel = "NAME", description = "Only those of this virtual function.")
        @Nullable
        String vf;

        @Override
        void run(ApiClient client) throws CliException {
            printList(client.get(vf == null ? PATH : PATH + "?vf=" + ApiClient.escape(vf)), ROW);
        }
    }

    @Command(name = "show", description = "Shows one namespace.")
    static final class Show extends ApiCommand {
        @Parameters(paramLabel = "ID", description = "Its id, or VF/NSID.")
        String id = "";

        @Override
        void run(ApiClient client) throws CliException {
            printOne(client.get(path(client, id)), CARD);
        }
    }

    @Command(name = "create", description = "Creates a namespace of zeros under the lowest free NSID.")
    static final class Create extends ApiCommand {
        @Parameters(paramLabel = "VF", description = "Name of the virtual function.")
        String vf = "";

        @Option(
                names = "--size",
                required = true,
                paramLabel = "SIZE",
                converter = Size.class,
                description = "A multiple of 4096 bytes, such as 10GiB.")
        long size;

        @Option(
                names = "--lba-size",
                paramLabel = "512|4096",
                defaultValue = "4096",
                description = "Bytes of a logical block. Default: 4096")
        int lbaSize;

        @Override
        void run(ApiClient client) throws CliException {
            ObjectNode body =
                    ApiClient.object().put("vf", vf).put("bytes", size).put("lbaSize", lbaSize);
            printOne(client.post(PATH, body), CARD);
        }
    }

    @Command(name = "resize", description = "Changes the size; hosts see it without reconnecting.")
    static final class Resize extends ApiCommand {
        @Parameters(index = "0", paramLabel = "ID", description = "Its id, or VF/NSID.")
        String id = "";

        @Parameters(
                index = "1",
                paramLabel = "SIZE",
                converter = Size.class,
                description = "A multiple of 4096 bytes, such as 10GiB.")
        long size;

        @Option(names = "--shrink", description = "Allow to make it smaller: what is behind the new end is destroyed.")
        boolean shrink;

        @Override
        void run(ApiClient client) throws CliException {
            ObjectNode body = ApiClient.object().put("bytes", size).put("allowShrink", shrink);
            printOne(client.patch(path(client, id), body), CARD);
        }
    }

    @Command(name = "protect", description = "Sets or ends write protection.")
    static final class Protect extends ApiCommand {
        @Parameters(paramLabel = "ID", description = "Its id, or VF/NSID.")
        String id = "";

        @Option(names = "--off", description = "Allow writing again.")
        boolean off;

        @Override
        void run(ApiClient client) throws CliException {
            printOne(client.patch(path(client, id), ApiClient.object().put("writeProtected", !off)), CARD);
        }
    }

    @Command(name = "delete", description = "Deletes a namespace and all data in it.")
    static final class Delete extends ApiCommand {
        @Parameters(paramLabel = "ID", description = "Its id, or VF/NSID.")
        String id = "";

        @Override
        void run(ApiClient client) throws CliException {
            client.delete(path(client, id));
            printDone("namespace " + id + " is deleted");
        }
    }
}
