package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;

/** {@code nvmevf status}: one line whether all is well, and an exit code for scripts. */
@Command(name = "status", description = "Tells whether the target serves; exit code 1 if a namespace is not ready.")
final class StatusCommand extends ApiCommand {
    @Override
    void run(ApiClient client) throws CliException {
        JsonNode pf = client.get("/v1/pf");
        printOne(pf, PfCommands.CARD);
        out().flush();
        if (!pf.path("notReady").isEmpty()) {
            throw new CliException(
                    ExitCode.FAILURE,
                    "the target serves, but " + pf.path("notReady").size()
                            + " of its namespaces cannot be used; its log says why");
        }
    }
}
