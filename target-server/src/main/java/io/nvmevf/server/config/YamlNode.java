package io.nvmevf.server.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A piece of YAML that knows its line: Jackson's own tree forgets it. */
sealed interface YamlNode {
    /** From 1. */
    int line();

    /** {@code key: value} pairs in their order. */
    record Mapping(int line, Map<String, YamlNode> entries) implements YamlNode {}

    /** {@code - item} items. */
    record Sequence(int line, List<YamlNode> items) implements YamlNode {}

    /** A value; {@code text} as written, without quotes. */
    record Scalar(int line, JsonToken token, String text) implements YamlNode {}

    /** Nothing behind the colon, {@code ~} or {@code null}. */
    record Empty(int line) implements YamlNode {}

    /** The text is no YAML, or uses what is refused here: anchors, aliases, a key twice, a second document. */
    final class SyntaxException extends Exception {
        private final int line;

        SyntaxException(int line, String message) {
            super(message);
            this.line = line;
        }

        int line() {
            return line;
        }
    }

    /** Reads one document; an empty one is an empty mapping. */
    static YamlNode parse(String yaml) throws SyntaxException {
        try (YAMLParser parser = new YAMLFactory().createParser(yaml)) {
            JsonToken first = parser.nextToken();
            YamlNode root = first == null ? new Mapping(1, Map.of()) : read(parser);
            if (first != null && parser.nextToken() != null) {
                throw new SyntaxException(line(parser), "a second document; allowed is one");
            }
            return root;
        } catch (JsonProcessingException e) {
            String message = e.getOriginalMessage().lines().findFirst().orElse("unreadable");
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw new SyntaxException(Math.max(1, line), "no valid YAML (" + message.strip() + ")");
        } catch (IOException e) {
            throw new UncheckedIOException("reading a string", e);
        }
    }

    private static YamlNode read(YAMLParser parser) throws IOException, SyntaxException {
        int line = line(parser);
        if (parser.isCurrentAlias() || parser.getObjectId() != null) {
            throw new SyntaxException(line, "an anchor or alias; allowed are plain values");
        }
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> new Mapping(line, entries(parser));
            case START_ARRAY -> {
                List<YamlNode> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(read(parser));
                }
                yield new Sequence(line, items);
            }
            case VALUE_NULL -> new Empty(line);
            default -> new Scalar(line, token, parser.getText());
        };
    }

    private static Map<String, YamlNode> entries(YAMLParser parser) throws IOException, SyntaxException {
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            int line = line(parser);
            parser.nextToken();
            if (entries.put(key, read(parser)) != null) {
                throw new SyntaxException(line, "the key '" + key + "' for the second time; allowed is once");
            }
        }
        return entries;
    }

    private static int line(JsonParser parser) {
        return Math.max(1, parser.currentTokenLocation().getLineNr());
    }
}
