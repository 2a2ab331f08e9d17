package io.nvmevf.server.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nvmevf.server.config.ApplyFile;
import io.nvmevf.server.config.ConfigException;
import io.nvmevf.server.config.LimitJson;
import io.nvmevf.server.config.Sizes;
import io.nvmevf.server.control.ApplyDocument;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nvmevf apply}. */
@Command(
        name = "apply",
        description = {
            "Makes virtual functions, namespaces, profiles, limits of tenants and the capacity what a file says. Twice is as"
                    + " once.",
            "What the file does not name stays as it is; a namespace without 'vf' is attached to none. 'nvmevf get' prints such"
                    + " a file."
        })
final class ApplyCommand extends OperationCommand {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .addModule(LimitJson.module())
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .build();

    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE",
            description = "YAML; - is standard input.")
    String file = "";

    @Option(names = "--dry-run", description = "Only show what would be done; exit code 8 if there is something.")
    boolean dryRun;

    @Option(
            names = "--prune",
            description =
                    "Delete virtual functions, namespaces, profiles and limits of tenants that the file does not name.")
    boolean prune;

    @Option(
            names = "--allow-wipe",
            description = "Allow steps that destroy data; without it they are listed and refused.")
    boolean allowWipe;

    @Override
    void run(ApiClient client) throws CliException {
        ObjectNode document = JSON.valueToTree(read());
        String options = "&prune=" + prune;
        // The diff is shown before anything is done.
        JsonNode plan = client.post("/v1/apply?dryRun=true" + options, document);
        boolean table = output == Output.Format.TABLE;
        if (table) {
            print(plan.path("steps"));
        }
        if (dryRun) {
            if (!table) {
                Output.json(out(), plan);
            }
            exitCode = plan.path("steps").isEmpty() ? ExitCode.OK : ExitCode.CHANGES;
            return;
        }
        if (plan.path("steps").isEmpty()) {
            if (!table) {
                Output.json(out(), plan);
            }
            return;
        }
        out().flush();
        JsonNode applied = client.post("/v1/apply?allowWipe=" + allowWipe + options, document);
        if (applied instanceof ObjectNode answer && !noWait) {
            Progress progress = new Progress(client, err(), terminal());
            ArrayNode ended = ApiClient.object().putArray("operations");
            for (JsonNode operation : answer.path("operations")) {
                ended.add(progress.await(operation.path("id").asText()));
            }
            answer.set("operations", ended);
        }
        if (table) {
            int count = applied.path("steps").size();
            out().println("applied: " + count + (count == 1 ? " step" : " steps")
                    + (noWait && !applied.path("operations").isEmpty()
                            ? "; under way: " + Output.texts(ids(applied.path("operations")), "")
                            : ""));
        } else {
            Output.json(out(), applied);
        }
    }

    private static ArrayNode ids(JsonNode operations) {
        ArrayNode ids = ApiClient.object().putArray("ids");
        operations.forEach(op -> ids.add(op.path("id").asText()));
        return ids;
    }

    private ApplyDocument read() throws CliException {
        boolean standardInput = file.equals("-");
        try {
            String yaml = standardInput
                    ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(Path.of(file));
            return ApplyFile.parse(yaml, Path.of(standardInput ? "(standard input)" : file));
        } catch (ConfigException e) {
            throw new CliException(ExitCode.USAGE, "the file is refused:\n" + e.getMessage(), e);
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.USAGE, file + " cannot be read (" + e.getClass().getSimpleName() + ")", e);
        }
    }

    // ---- diff ----------------------------------------------------------------------------------------------------

    private void print(JsonNode steps) {
        boolean coloured = terminal().isColoured();
        for (JsonNode step : steps) {
            String sign = step.path("sign").asText();
            String line = sign + " " + step.path("action").asText() + " "
                    + step.path("subject").asText()
                    + (step.path("destroysData").asBoolean() ? "  (destroys data)" : "");
            out().println(coloured ? colour(sign) + line + "\u001b[0m" : line);
            for (JsonNode change : step.path("changes")) {
                out().println("    " + change.path("field").asText() + ": " + shown(change));
            }
        }
        if (steps.isEmpty()) {
            out().println("nothing to do");
        }
    }

    private static String colour(String sign) {
        return switch (sign) {
            case "+" -> "\u001b[32m";
            case "-" -> "\u001b[31m";
            default -> "\u001b[33m";
        };
    }

    private static String shown(JsonNode change) {
        String field = change.path("field").asText();
        String from = value(change.path("from"), field);
        String to = value(change.path("to"), field);
        return change.hasNonNull("from") ? from + " -> " + to : to;
    }

    private static String value(JsonNode value, String field) {
        String text = value.asText();
        if (value.isNull()) {
            return "none";
        }
        if (field.equals("bytes")) {
            return Sizes.exact(value.asLong());
        }
        return field.endsWith("Bytes") && text.matches("[0-9]+") ? Sizes.exact(Long.parseLong(text)) + "/s" : text;
    }
}
