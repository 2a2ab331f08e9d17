package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nvmevf.server.cli.Output.Column;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code nvmevf token …}. */
@Command(
        name = "token",
        description = {
            "Bearer tokens: who may use the API over the network, and what for.",
            "operator: everything; read-only: looks at everything but tokens; metrics: reads /metrics."
        },
        subcommands = {TokenCommands.Create.class, TokenCommands.ListAll.class, TokenCommands.Revoke.class})
final class TokenCommands {
    private static final List<Column> ROW = List.of(
            Column.of("ID", "id"),
            Column.of("NAME", "name"),
            Column.of("ROLE", "role"),
            Column.of("CREATED", "created"),
            new Column("EXPIRES", TokenCommands::expires));

    private static final List<Column> CARD = List.of(
            Column.of("Id", "id"),
            Column.of("Name", "name"),
            Column.of("Role", "role"),
            new Column("Expires", TokenCommands::expires));

    private TokenCommands() {}

    private static String expires(JsonNode token) {
        return token.path("expires").isTextual()
                ? token.path("expires").asText() + (token.path("expired").asBoolean() ? " (expired)" : "")
                : "never";
    }

    @Command(name = "create", description = "Makes a token and prints it, this once: only its hash is kept.")
    static final class Create extends ApiCommand {
        @Parameters(paramLabel = "NAME", description = "What it is for; 1 to 64 of a-z, 0-9 and -.")
        String name = "";

        @Option(
                names = "--role",
                paramLabel = "operator|read-only|metrics",
                required = true,
                description = "What it is good for.")
        String role = "";

        @Option(
                names = "--expires",
                paramLabel = "TIME",
                converter = Life.class,
                description = "For how long it is valid, such as 12h or 90d. Default: until it is revoked")
        @Nullable
        Duration expires;

        @Override
        void run(ApiClient client) throws CliException {
            ObjectNode body = ApiClient.object().put("name", name).put("role", role);
            if (expires != null) {
                body.put("expiresInSeconds", expires.toSeconds());
            }
            JsonNode made = client.post("/v1/tokens", body);
            if (output == Output.Format.JSON) {
                Output.json(out(), made);
                return;
            }
            Output.card(out(), made.path("token"), CARD);
            out().println();
            out().println("The token is printed this once. Keep it in a file that only its user may read (chmod 600):");
            out().println();
            out().println("  " + made.path("secret").asText());
        }
    }

    @Command(name = "list", description = "Lists the tokens; not what their bearers send, which nobody knows any more.")
    static final class ListAll extends ApiCommand {
        @Override
        void run(ApiClient client) throws CliException {
            printList(client.get("/v1/tokens"), ROW);
        }
    }

    @Command(name = "revoke", description = "Takes a token away; it is refused from its next request on.")
    static final class Revoke extends ApiCommand {
        @Parameters(paramLabel = "NAME|ID", description = "Name or id of the token.")
        String token = "";

        @Override
        void run(ApiClient client) throws CliException {
            client.delete("/v1/tokens/" + ApiClient.escape(token));
            printDone("the token is revoked");
        }
    }

    /** {@code 90d} and the like. */
    static final class Life implements ITypeConverter<Duration> {
        private static final Pattern TIME = Pattern.compile("([1-9][0-9]{0,5})([mhd])");

        @Override
        public Duration convert(String text) {
            Matcher matcher = TIME.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException(
                        "'" + text + "' is no time; write a number with m, h or d such as 90d");
            }
            long amount = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default -> Duration.ofDays(amount);
            };
        }
    }
}
