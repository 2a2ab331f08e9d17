package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.nvmevf.server.cli.Output.Column;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nvmevf tenant …}. */
@Command(
        name = "tenant",
        description = "Tenants: whom namespaces belong to, and what their virtual functions may do together.",
        subcommands = {TenantCommands.ListAll.class, TenantCommands.SetLimits.class})
final class TenantCommands {
    private static final String PATH = "/v1/tenants";

    private static final List<Column> ROW = List.of(
            Column.of("TENANT", "name"),
            new Column("VFS", tenant -> String.valueOf(tenant.path("vfs").size())),
            Column.of("NAMESPACES", "namespaces"),
            new Column("LIMITS", tenant -> LimitOptions.text(tenant.path("limits"))));

    private static final List<Column> LIMITS = List.of(new Column("Limits", LimitOptions::text));

    private TenantCommands() {}

    @Command(name = "list", description = "Lists all tenants that have something, or limits.")
    static final class ListAll extends ApiCommand {
        @Override
        void run(ApiClient client) throws CliException {
            printList(client.get(PATH), ROW);
        }
    }

    @Command(
            name = "limits",
            description = {
                "Limits what all virtual functions of a tenant do together; without an option, shows these limits.",
                "Those that are given replace all that it had."
            })
    static final class SetLimits extends ApiCommand {
        @Parameters(paramLabel = "TENANT", description = "The tenant; it need not have a virtual function yet.")
        String tenant = "";

        @Mixin
        LimitOptions limits = new LimitOptions();

        @Option(names = "--no-limits", description = "No limits any more.")
        boolean noLimits;

        @Override
        void run(ApiClient client) throws CliException {
            String path = PATH + "/" + ApiClient.escape(tenant) + "/limits";
            if (noLimits && !limits.isEmpty()) {
                throw new CliException(ExitCode.USAGE, "--no-limits is given together with a limit");
            }
            if (noLimits) {
                client.delete(path);
                printDone("tenant " + tenant + " has no limits");
                return;
            }
            JsonNode answer = limits.isEmpty() ? client.get(path) : client.put(path, limits.json());
            printOne(answer, LIMITS);
        }
    }
}
