package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nvmevf secret …}. */
@Command(
        name = "secret",
        description = {
            "Secrets by which hosts prove who they are: for DH-HMAC-CHAP, and with --tls PSKs for TLS. A host has one key of each"
                    + " kind at a virtual function (VF), at the physical function (--pf) or at the discovery service"
                    + " (--discovery).",
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
    private SecretCommands() {}

    /** What a command is about: the key of one host, and what else was on the command line. */
    record Subject(SecretScope.Named named, String host, boolean tls, List<String> more) {

        /** The keys of this kind at this subsystem. */
        String keysPath() {
            return named.path() + (tls ? "/tls-keys" : "/keys");
        }

        String path() {
            return keysPath() + "/" + ApiClient.escape(host);
        }

        /** Key, or TLS key. */
        String kind() {
            return tls ? "TLS key" : "key";
        }
    }

    /** A command about the key of one host. */
    abstract static class OfHost extends ApiCommand {
        @Mixin
        SecretScope scope = new SecretScope();

        @Option(names = "--tls", description = "The PSKs for TLS, and not the secrets for DH-HMAC-CHAP.")
        boolean tls;

        @Parameters(
                paramLabel = "[VF] HOSTNQN",
                hideParamSyntax = true,
                arity = "0..*",
                description = "Name of the virtual function, but with --pf or --discovery; NQN of the host: its"
                        + " /etc/nvme/hostnqn.")
        List<String> arguments = new ArrayList<>();

        final Subject subject() throws CliException {
            SecretScope.Arguments split = scope.of(arguments);
            if (split.others().isEmpty()) {
                throw new CliException(ExitCode.USAGE, "name the host by its NQN: its /etc/nvme/hostnqn");
            }
            List<String> more = split.others().subList(1, split.others().size());
            return new Subject(split.named(), split.others().getFirst(), tls, more);
        }

        /** The same for a command that has no place for anything else. */
        final Subject onlySubject() throws CliException {
            Subject subject = subject();
            if (!subject.more().isEmpty()) {
                throw new CliException(
                        ExitCode.USAGE, "there are arguments behind the host's NQN; nothing is allowed there");
            }
            return subject;
        }
    }

    /** A command that gives a host secrets. */
    abstract static class Giving extends OfHost {
        @Mixin
        SecretOptions secrets = new SecretOptions();

        final ObjectNode body(Subject subject) throws CliException {
            return subject.tls()
                    ? secrets.tlsBody(terminal(), subject.more())
                    : secrets.body(terminal(), subject.more());
        }

        /** @param lines what was asked for first, so that nothing can go wrong between the secrets and the lines with them */
        final void print(JsonNode answer, Subject subject, HostLines lines) {
            lines.warnings(answer).forEach(err()::println);
            err().flush();
            if (output == Output.Format.JSON) {
                Output.json(out(), answer);
                return;
            }
            Output.card(out(), answer.path("key"), SecretColumns.card(subject));
            List<String> forHost = lines.with(answer);
            if (!forHost.isEmpty()) {
                out().println();
                out().println("The " + (subject.tls() ? "PSK is" : "secrets are")
                        + " printed this once. On the host, as root:");
                out().println();
                forHost.forEach(line -> out().println("  " + line));
            }
        }
    }

    @Command(
            name = "list",
            description =
                    "Lists the hosts that have a key of any kind at a virtual function, at the physical function or at"
                            + " the discovery service; no secrets.")
    static final class ListAll extends ApiCommand {
        @Mixin
        SecretScope scope = new SecretScope();

        @Parameters(
                paramLabel = "[VF]",
                hideParamSyntax = true,
                arity = "0..*",
                description = "Name of the virtual function, but with --pf or --discovery.")
        List<String> arguments = new ArrayList<>();

        @Override
        void run(ApiClient client) throws CliException {
            SecretScope.Arguments split = scope.of(arguments);
            if (!split.others().isEmpty()) {
                throw new CliException(ExitCode.USAGE, "one virtual function, or --pf, or --discovery, is listed");
            }
            String path = split.named().path();
            printList(merged(client.get(path + "/keys"), client.get(path + "/tls-keys")), SecretColumns.ROW);
        }

        /** One item for each host, with {@code pairs} and {@code psks}; one of both may be empty. */
        private static ObjectNode merged(JsonNode keys, JsonNode tlsKeys) {
            Map<String, ObjectNode> hosts = new LinkedHashMap<>();
            for (JsonNode key : keys.path("items")) {
                ObjectNode host = key.deepCopy();
                host.putArray("psks");
                hosts.put(key.path("host").asText(), host);
            }
            for (JsonNode key : tlsKeys.path("items")) {
                ObjectNode host = hosts.computeIfAbsent(key.path("host").asText(), name -> {
                    ObjectNode only = key.deepCopy();
                    only.putNull("hash").putNull("group").putArray("pairs");
                    return only;
                });
                host.set("psks", key.path("psks"));
            }
            ObjectNode answer = ApiClient.object();
            ArrayNode items = answer.putArray("items");
            hosts.values().forEach(items::add);
            return answer;
        }
    }

    @Command(
            name = "set",
            description = {
                "Gives a host a key, instead of one that it has. The host must authenticate from its next connection on; with"
                        + " --tls it can use TLS.",
                "To change a key without locking the host out use 'nvmevf secret rotate'."
            })
    static final class Set extends Giving {
        @Option(
                names = {"-y", "--yes"},
                description = "Do not ask before secrets that are in use are replaced.")
        boolean yes;

        @Override
        void run(ApiClient client) throws CliException {
            Subject subject = subject();
            ObjectNode body = body(subject);
            HostLines lines = HostLines.of(client, subject);
            if (!yes && terminal().isInteractive() && hasKey(client, subject)) {
                confirm(
                        false,
                        subject.named().word(),
                        "Host " + subject.host() + " has a " + subject.kind() + " already; with "
                                + (subject.tls() ? "the PSK" : "the secrets")
                                + " that it uses now it could not connect any more. ('nvmevf secret rotate' would let both"
                                + " be valid for a time.)");
            }
            print(client.put(subject.path(), body), subject, lines);
        }

        private static boolean hasKey(ApiClient client, Subject subject) throws CliException {
            for (JsonNode key : client.get(subject.keysPath()).path("items")) {
                if (key.path("host").asText().equals(subject.host())) {
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
            Subject subject = subject();
            ObjectNode body = body(subject);
            HostLines lines = HostLines.of(client, subject);
            print(client.post(subject.path() + "/rotate", body), subject, lines);
        }
    }

    @Command(name = "finish-rotation", description = "Ends a rotation: only the newest secrets stay valid.")
    static final class FinishRotation extends OfHost {
        @Override
        void run(ApiClient client) throws CliException {
            Subject subject = onlySubject();
            printOne(client.post(subject.path() + "/finish-rotation"), SecretColumns.card(subject));
        }
    }

    @Command(
            name = "remove",
            description = {
                "Takes the key of a host away.",
                "Unless authentication is required there, the host, and whoever uses its NQN, needs no secret then. With --tls:"
                        + " no TLS handshake of it succeeds then."
            })
    static final class Remove extends OfHost {
        @Option(
                names = {"-y", "--yes"},
                description = "Do not ask before.")
        boolean yes;

        @Override
        void run(ApiClient client) throws CliException {
            Subject subject = onlySubject();
            if (!yes && terminal().isInteractive()) {
                JsonNode asked = subject.named().ask(client);
                confirm(false, subject.named().word(), "Host " + subject.host() + consequence(subject, asked));
            }
            client.delete(subject.path());
            printDone("the " + subject.kind() + " of " + subject.host() + " is removed");
        }

        private static String consequence(Subject subject, JsonNode asked) {
            if (subject.tls()) {
                return asked.path("tls").asText().equals("required")
                        ? " will not be able to connect any more."
                        : " will not be able to use TLS any more.";
            }
            if (asked.isEmpty()) {
                return " will not be able to ask what it may connect to any more, where authentication is required for that;"
                        + " else, whoever uses its NQN will need no secret for it any more.";
            }
            return asked.path("requireAuthentication").asBoolean()
                    ? " will not be able to connect any more."
                    : ", and whoever uses its NQN, will need no secret any more.";
        }
    }
}
