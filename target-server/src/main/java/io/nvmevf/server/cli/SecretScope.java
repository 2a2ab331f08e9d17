package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.nvmevf.protocol.fabrics.Nqn;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a key is for: a virtual function, which is an argument then, the physical function or the discovery service. */
final class SecretScope {
    @Option(names = "--pf", description = "A key for the physical function, in the place of VF.")
    boolean pf;

    @Option(names = "--discovery", description = "A key for the discovery service, in the place of VF.")
    boolean discovery;

    /**
     * The subsystem that was named.
     *
     * @param vf name of the virtual function; null for the physical function and the discovery service
     * @param path its route
     * @param word what an operator types to confirm
     */
    record Named(@Nullable String vf, String path, String word) {

        String description() {
            return vf != null
                    ? "virtual function " + vf
                    : word.equals("pf") ? "physical function" : "discovery service";
        }

        boolean isPf() {
            return word.equals("pf") && vf == null;
        }

        /** What is known of it: for the discovery service, to which everybody may connect, nothing. */
        JsonNode ask(ApiClient client) throws CliException {
            return vf == null && !isPf() ? ApiClient.object() : client.get(path);
        }

        /** The NQN by which hosts connect to it. */
        String nqn(JsonNode asked) {
            return asked.path("nqn").asText(Nqn.DISCOVERY);
        }
    }

    /** The subsystem, and what else was on the command line. */
    record Arguments(Named named, List<String> others) {}

    /** Takes the arguments apart: the first is the virtual function's name, unless an option names something else. */
    Arguments of(List<String> arguments) throws CliException {
        if (pf && discovery) {
            throw new CliException(ExitCode.USAGE, "--pf and --discovery are both given; allowed is one of them");
        }
        List<String> others = new ArrayList<>(arguments);
        if (pf) {
            return new Arguments(new Named(null, "/v1/pf", "pf"), others);
        }
        if (discovery) {
            return new Arguments(new Named(null, "/v1/discovery", "discovery"), others);
        }
        if (others.isEmpty()) {
            throw new CliException(
                    ExitCode.USAGE, "name a virtual function, or the physical function (--pf), or --discovery");
        }
        String vf = others.removeFirst();
        return new Arguments(new Named(vf, "/v1/vfs/" + ApiClient.escape(vf), vf), others);
    }
}
