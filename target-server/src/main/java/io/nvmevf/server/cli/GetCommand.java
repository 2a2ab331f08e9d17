package io.nvmevf.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.nvmevf.server.config.Sizes;
import picocli.CommandLine.Command;

/** {@code nvmevf get}. */
@Command(
        name = "get",
        aliases = "export",
        description =
                "Prints what there is as a file for 'nvmevf apply': YAML, or with -o json the body of POST /v1/apply.")
final class GetCommand extends ApiCommand {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .build();

    @Override
    void run(ApiClient client) throws CliException {
        JsonNode document = client.get("/v1/apply");
        if (output == Output.Format.JSON) {
            Output.json(out(), document);
            return;
        }
        ObjectNode file = ApiClient.object();
        if (document.at("/pf/capacity").isObject()) {
            file.putObject("pf").set("capacity", limits(document.at("/pf/capacity")));
        }
        for (String list : new String[] {"profiles", "tenants", "vfs", "namespaces"}) {
            if (document.path(list).isEmpty()) {
                continue;
            }
            ArrayNode items = file.putArray(list);
            document.path(list).forEach(item -> items.add(entry(item)));
        }
        try {
            out().print("# For: nvmevf apply -f FILE\n" + (file.isEmpty() ? "" : YAML.writeValueAsString(file)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that is no YAML", e);
        }
    }

    /** Without what is not said, and the size as people write it. */
    private static ObjectNode entry(JsonNode item) {
        ObjectNode entry = ApiClient.object();
        item.properties().forEach(one -> {
            if (one.getKey().equals("bytes")) {
                entry.put("size", Sizes.exact(one.getValue().asLong()));
            } else if (one.getKey().equals("limits") && one.getValue().isObject()) {
                entry.set("limits", limits(one.getValue()));
            } else if (!one.getValue().isNull()) {
                entry.set(one.getKey(), one.getValue());
            }
        });
        return entry;
    }

    /** Bytes a second as people write them. */
    private static ObjectNode limits(JsonNode limits) {
        ObjectNode written = ApiClient.object();
        limits.properties().forEach(one -> {
            if (!one.getKey().endsWith("Bytes")) {
                written.set(one.getKey(), one.getValue());
            } else if (one.getValue().isObject()) {
                ObjectNode figures = written.putObject(one.getKey());
                one.getValue()
                        .properties()
                        .forEach(figure -> figures.put(
                                figure.getKey(), Sizes.exact(figure.getValue().asLong())));
            } else {
                written.put(one.getKey(), Sizes.exact(one.getValue().asLong()));
            }
        });
        return written;
    }
}
