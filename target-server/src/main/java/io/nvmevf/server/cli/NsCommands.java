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

/** {@code nvmevf ns …}. A namespace is named by its id, its name, or as {@code VF/NSID}. */
@Command(
        name = "ns",
        description = "Namespaces: the disks of virtual functions.",
        subcommands = {
            NsCommands.ListAll.class,
            NsCommands.Show.class,
            NsCommands.Create.class,
            NsCommands.Resize.class,
            NsCommands.Protect.class,
            NsMoves.Attach.class,
            NsMoves.Detach.class,
            NsMoves.Reassign.class,
            NsMoves.Release.class,
            NsMoves.Retry.class,
            NsMoves.Discard.class,
            NsMoves.Delete.class
        })
final class NsCommands {
    static final String PATH = "/v1/namespaces";

    /** For {@code paramLabel = "ID"}. */
    static final String ID = "Its id or name, or VF/NSID.";

    private static final List<Column> ROW = List.of(
            Column.of("ID", "id"),
            Column.of("NAME", "name"),
            Column.of("VF", "vf"),
            new Column("NSID", NsCommands::nsid),
            new Column("SIZE", ns -> Sizes.rounded(ns.path("bytes").asLong())),
            Column.of("LBA", "lbaSize"),
            new Column("STATE", NsCommands::state),
            Column.of("OWNER", "owner"),
            Column.of("UUID", "uuid"));

    static final List<Column> CARD = List.of(
            Column.of("Id", "id"),
            Column.of("Name", "name"),
            new Column("State", NsCommands::state),
            Column.of("Virtual function", "vf"),
            new Column("NSID", NsCommands::nsid),
            Column.of("Owner", "owner"),
            new Column(
                    "Size",
                    ns -> Sizes.exact(ns.path("bytes").asLong()) + " ("
                            + ns.path("blocks").asText() + " blocks of "
                            + ns.path("lbaSize").asText() + " bytes)"),
            new Column("Encrypted", ns -> ns.path("encrypted").asBoolean() ? "yes" : "no"),
            Column.of("UUID", "uuid"),
            Column.of("Erasure", "operation"));

    private NsCommands() {}

    private static String nsid(JsonNode ns) {
        int nsid = ns.path("nsid").asInt();
        return nsid == 0 ? "-" : Integer.toString(nsid);
    }

    private static String state(JsonNode ns) {
        String state = ns.path("state").asText();
        return state
                + (state.equals("attached") && !ns.path("ready").asBoolean() ? ",not-ready" : "")
                + (ns.path("writeProtected").asBoolean() ? ",write-protected" : "");
    }

    static String path(ApiClient client, String name) throws CliException {
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
        /** The words of the API. */
        enum State {
            AVAILABLE,
            ATTACHED,
            DETACHED,
            WIPING,
            QUARANTINED
        }

        @Option(names = "--vf", paramLabel = "NAME", description = "Only those of this virtual function.")
        @Nullable
        String vf;

        @Option(
                names = "--state",
                paramLabel = "STATE",
                description = "Only those in this state: available, attached, detached, wiping or quarantined.")
        @Nullable
        State state;

        @Override
        void run(ApiClient client) throws CliException {
            String query = (vf == null ? "" : "&vf=" + ApiClient.escape(vf))
                    + (state == null ? "" : "&state=" + OpCommands.word(state));
            printList(client.get(query.isEmpty() ? PATH : PATH + "?" + query.substring(1)), ROW);
        }
    }

    @Command(name = "show", description = "Shows one namespace.")
    static final class Show extends ApiCommand {
        @Parameters(paramLabel = "ID", description = ID)
        String id = "";

        @Override
        void run(ApiClient client) throws CliException {
            printOne(client.get(path(client, id)), CARD);
        }
    }

    @Command(name = "create", description = "Creates a namespace of zeros; attached, if a virtual function is named.")
    static final class Create extends ApiCommand {
        @Parameters(
                paramLabel = "VF",
                arity = "0..1",
                description = "The virtual function that gets it, under its lowest free NSID. Default: none.")
        @Nullable
        String vf;

        @Option(
                names = "--name",
                paramLabel = "NAME",
                description = "1 to 64 characters of a-z, 0-9 and -. Default: its id.")
        @Nullable
        String name;

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
            ObjectNode body = ApiClient.object().put("bytes", size).put("lbaSize", lbaSize);
            if (vf != null) {
                body.put("vf", vf);
            }
            if (name != null) {
                body.put("name", name);
            }
            printOne(client.post(PATH, body), CARD);
        }
    }

    @Command(name = "resize", description = "Changes the size; hosts see it without reconnecting.")
    static final class Resize extends ApiCommand {
        @Parameters(index = "0", paramLabel = "ID", description = ID)
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
        @Parameters(paramLabel = "ID", description = ID)
        String id = "";

        @Option(names = "--off", description = "Allow writing again.")
        boolean off;

        @Override
        void run(ApiClient client) throws CliException {
            printOne(client.patch(path(client, id), ApiClient.object().put("writeProtected", !off)), CARD);
        }
    }
}
