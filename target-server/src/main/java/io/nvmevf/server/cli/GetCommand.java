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
        for (String list : new String[] {"vfs", "namespaces"}) {
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
            } else if (!one.getValue().isNull()) {
                entry.set(one.getKey(), one.getValue());
            }
        });
        return entry;
    }
}
