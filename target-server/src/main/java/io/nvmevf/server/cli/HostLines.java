package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What is run on a host, as root, with a key that was made for it: lines for a shell. */
final class HostLines {
    private final SecretCommands.Subject subject;
    private final JsonNode asked;
    private final String where;

    private HostLines(SecretCommands.Subject subject, JsonNode asked, String where) {
        this.subject = subject;
        this.asked = asked;
        this.where = where;
    }

    /** Asks for what stands in them besides the key. */
    static HostLines of(ApiClient client, SecretCommands.Subject subject) throws CliException {
        JsonNode asked = subject.named().ask(client);
        int port = asked.path("ports").path(0).asInt(1);
        JsonNode listener = client.get("/v1/pf").path("listeners").path(port - 1);
        String address = listener.path("address").asText();
        boolean any = address.matches("[0:.]+");
        return new HostLines(
                subject,
                asked,
                " -t tcp -a " + (any ? "ADDRESS-OF-THE-TARGET" : address) + " -s "
                        + listener.path("port").asText());
    }

    /** Why the host can do nothing with its key yet. */
    List<String> warnings(JsonNode answer) {
        String vf = subject.named().vf();
        List<String> all = new ArrayList<>();
        if (!answer.at("/key/allowed").asBoolean()) {
            all.add("the host may not connect yet; let it with: "
                    + (vf == null
                            ? "pf.allowed-hosts in the configuration"
                            : "nvmevf vf update " + vf + " --allow-host " + quoted(subject.host())));
        }
        if (subject.tls() && asked.path("tls").asText().equals("off")) {
            all.add("TLS is off there; turn it on with: "
                    + (vf == null ? "pf.tls in the configuration" : "nvmevf vf update " + vf + " --tls allowed"));
        }
        return all;
    }

    /** With the secrets in the answer; none if the target made none. */
    List<String> with(JsonNode answer) {
        if (subject.tls()) {
            String nqn = subject.named().nqn(asked);
            return answer.path("psk").isTextual()
                    ? List.of(
                            "nvme check-tls-key --insert --identity=1 --subsysnqn=" + quoted(nqn) + " --hostnqn="
                                    + quoted(subject.host()) + " --keydata="
                                    + answer.path("psk").asText(),
                            connect() + " --tls")
                    : List.of();
        }
        if (!answer.path("secret").isTextual()) {
            return List.of();
        }
        String line = connect() + " --dhchap-secret=" + answer.path("secret").asText();
        if (!answer.path("controllerSecret").isTextual()) {
            return List.of(line);
        }
        String controller = answer.path("controllerSecret").asText();
        // (nvme discover has no option for it.)
        return isDiscovery()
                ? List.of(line, "# dhchap_ctrl_key in /etc/nvme/config.json: " + controller)
                : List.of(line + " --dhchap-ctrl-secret=" + controller);
    }

    private boolean isDiscovery() {
        return subject.named().vf() == null && !subject.named().isPf();
    }

    private String connect() {
        return (isDiscovery()
                        ? "nvme discover" + where
                        : "nvme connect" + where + " -n "
                                + quoted(subject.named().nqn(asked)))
                + " --hostnqn=" + quoted(subject.host());
    }

    private static String quoted(String text) {
        return text.matches("[A-Za-z0-9._:/@%+,=-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
