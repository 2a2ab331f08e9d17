package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nvmevf.server.audit.AuditHead;
import io.nvmevf.server.audit.AuditReport;
import io.nvmevf.server.audit.AuditReport.Break;
import io.nvmevf.server.audit.AuditVerifier;
import io.nvmevf.server.cli.Output.Column;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code nvmevf audit …}. */
@Command(
        name = "audit",
        description = "The audit log.",
        subcommands = {AuditCommands.Entries.class, AuditCommands.Export.class, AuditCommands.Verify.class})
final class AuditCommands {
    private AuditCommands() {}

    @Command(name = "list", description = "Lists entries of the target's audit log.")
    static final class Entries extends ApiCommand {
        private static final List<Column> ROW = List.of(
                Column.of("SEQ", "seq"),
                Column.of("TIME", "time"),
                Column.of("TYPE", "type"),
                new Column("WHO", Entries::who),
                new Column("FIELDS", Entries::fields));

        @Option(
                names = "--after",
                paramLabel = "SEQ",
                defaultValue = "0",
                description = "Only those behind this one. Default: 0, from the first on")
        long after;

        @Option(
                names = "--max",
                paramLabel = "N",
                defaultValue = "100",
                description = "At most so many, 1 to 1000. Default: 100")
        int max;

        /** {@code token:backup}, {@code user:root}, {@code host:nqn…#3}; "-" in entries of versions that did not say. */
        private static String who(JsonNode entry) {
            JsonNode who = entry.at("/fields/who");
            String kind = who.path("kind").asText("-");
            return switch (kind) {
                case "token" ->
                    kind + ":" + who.path("name").asText() + "("
                            + who.path("id").asText() + ")";
                case "user" ->
                    kind + ":" + who.path("name").asText(who.path("uid").asText());
                case "anonymous" -> kind + ":" + who.path("address").asText();
                case "host" ->
                    kind + ":" + who.path("nqn").asText() + "#"
                            + who.path("controller").asText();
                default -> kind;
            };
        }

        private static String fields(JsonNode entry) {
            List<String> all = new ArrayList<>();
            entry.path("fields").properties().stream()
                    .filter(one -> !one.getKey().equals("who"))
                    .forEach(one -> all.add(one.getKey() + "="
                            + (one.getValue().isValueNode() ? Output.text(one.getValue()) : one.getValue())));
            return String.join(" ", all);
        }

        @Override
        void run(ApiClient client) throws CliException {
            printList(client.get("/v1/audit?after=" + after + "&max=" + max), ROW);
        }
    }

    @Command(
            name = "export",
            description =
                    "Prints the target's audit log as it is, or writes it to a file; 'audit verify' checks it anywhere.")
    static final class Export extends ApiCommand {
        @Option(
                names = {"-f", "--file"},
                paramLabel = "FILE",
                description = "Where to; must not exist yet. Default: standard output.")
        @Nullable
        Path file;

        @Override
        void run(ApiClient client) throws CliException {
            try (InputStream log = client.download("/v1/audit/export")) {
                if (file == null) {
                    new InputStreamReader(log, StandardCharsets.UTF_8).transferTo(out());
                } else {
                    Files.copy(log, file);
                    printDone("the audit log is in " + file);
                }
            } catch (IOException e) {
                throw new CliException(ExitCode.FAILURE, "the audit log could not be exported: " + e, e);
            }
        }
    }

    /** Needs no target: the file may have been taken elsewhere. */
    @Command(
            name = "verify",
            description = {
                "Checks an exported audit log: that no line was changed, dropped or moved, and the signatures of its erasure"
                        + " records. Needs no target.",
                "Lines cut off at the end are only found with --head, a log made anew with another key only with"
                        + " --public-key."
            })
    static final class Verify implements Callable<Integer> {
        @Spec
        @Nullable
        CommandSpec spec;

        @Parameters(index = "0", paramLabel = "FILE", description = "The log.")
        Path file = Path.of("");

        @Option(
                names = "--head",
                paramLabel = "SEQ:HASH",
                converter = Head.class,
                description = "The log's last line when it was seen before.")
        @Nullable
        AuditHead head;

        @Option(
                names = "--public-key",
                paramLabel = "FILE|BASE64",
                description = "The key that the log must have been signed with.")
        @Nullable
        String publicKey;

        @Option(
                names = {"-o", "--output"},
                paramLabel = "table|json",
                defaultValue = "table",
                description = "How to print the result. Default: table")
        Output.Format output = Output.Format.TABLE;

        @Override
        public Integer call() throws CliException {
            if (spec == null) {
                throw new IllegalStateException("not run by picocli");
            }
            String key = publicKey == null ? null : readKey(publicKey);
            AuditReport report;
            try {
                report = AuditVerifier.verify(file, head, key);
            } catch (IOException e) {
                throw new CliException(ExitCode.USAGE, file + " cannot be read: " + e + "; name an audit log", e);
            }
            print(spec.commandLine().getOut(), view(report));
            return report.intact() ? ExitCode.OK : ExitCode.FAILURE;
        }

        private static String readKey(String text) throws CliException {
            try {
                Path path = Path.of(text);
                boolean isFile = text.length() < 256 && Files.isRegularFile(path);
                return AuditVerifier.publicKey(isFile ? Files.readString(path) : text);
            } catch (IllegalArgumentException | IOException e) {
                throw new CliException(
                        ExitCode.USAGE,
                        "--public-key is neither a file with an Ed25519 public key nor one in base64: "
                                + e.getMessage(),
                        e);
            }
        }

        private void print(PrintWriter out, JsonNode view) {
            if (output == Output.Format.JSON) {
                Output.json(out, view);
            } else {
                Output.card(out, view, columns(view));
            }
            out.flush();
        }

        private static List<Column> columns(JsonNode view) {
            List<Column> columns = new ArrayList<>();
            columns.add(new Column("Log", v -> v.path("intact").asBoolean() ? "intact" : "BROKEN"));
            if (view.has("broken")) {
                columns.add(new Column(
                        "Broken",
                        v -> "line " + v.at("/broken/line").asText() + ", "
                                + v.at("/broken/kind").asText() + ": "
                                + v.at("/broken/why").asText()));
            }
            columns.add(Column.of("Lines in order", "lines"));
            columns.add(Column.of("Erasure records", "erasures"));
            if (view.has("head")) {
                columns.add(Column.of("Head", "head"));
            }
            if (view.has("publicKey")) {
                columns.add(Column.of("Public key", "publicKey"));
            }
            return columns;
        }

        private static ObjectNode view(AuditReport report) {
            ObjectNode view = JsonNodeFactory.instance.objectNode();
            view.put("intact", report.intact());
            view.put("lines", report.lines());
            view.put("erasures", report.erasures());
            AuditHead last = report.head();
            if (last != null) {
                view.put("head", last.toString());
            }
            if (report.publicKey() != null) {
                view.put("publicKey", report.publicKey());
            }
            Break broken = report.broken();
            if (broken != null) {
                view.putObject("broken")
                        .put("line", broken.line())
                        .put(
                                "kind",
                                broken.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                        .put("why", broken.why());
            }
            return view;
        }
    }

    /** {@code SEQ:HASH}. */
    static final class Head implements ITypeConverter<AuditHead> {
        @Override
        public AuditHead convert(String text) {
            try {
                return AuditHead.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
