package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.nvmevf.server.cli.Output.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** How keys of hosts are printed: without their secrets, which are not in what the API answers. */
final class SecretColumns {
    /** Of hosts with keys of either kind. */
    static final List<Column> ROW = List.of(
            Column.of("HOST", "host"),
            new Column("ALLOWED", key -> yesOrNo(key.path("allowed"))),
            new Column("PAIRS", key -> count(key.path("pairs"))),
            new Column("BIDIRECTIONAL", key -> each(key.path("pairs"), SecretColumns::bidirectional)),
            new Column("KEY-HASH", key -> each(key.path("pairs"), SecretColumns::keyHash)),
            new Column("HASH", key -> choice(key, "hash")),
            new Column("GROUP", key -> choice(key, "group")),
            new Column("TLS", key -> each(key.path("psks"), SecretColumns::psk)));

    private SecretColumns() {}

    /** Of one key. */
    static List<Column> card(SecretCommands.Subject subject) {
        SecretScope.Named named = subject.named();
        List<Column> card = new ArrayList<>();
        card.add(
                named.vf() != null
                        ? Column.of("Virtual function", "vf")
                        : new Column("Subsystem", key -> named.description()));
        card.add(Column.of("Host", "host"));
        card.add(new Column("May connect", key -> yesOrNo(key.path("allowed"))));
        if (subject.tls()) {
            card.add(new Column("PSKs for TLS", key -> count(key.path("psks"))));
            card.add(new Column("Bytes, hash", key -> each(key.path("psks"), SecretColumns::psk)));
        } else {
            card.add(new Column("Pairs of secrets", key -> count(key.path("pairs"))));
            card.add(new Column("Bidirectional", key -> each(key.path("pairs"), SecretColumns::bidirectional)));
            card.add(new Column("Hash of the secret", key -> each(key.path("pairs"), SecretColumns::keyHash)));
            card.add(new Column("Hash", key -> choice(key, "hash")));
            card.add(new Column("Group", key -> choice(key, "group")));
        }
        return card;
    }

    private static String yesOrNo(JsonNode value) {
        return value.asBoolean() ? "yes" : "no";
    }

    private static String bidirectional(JsonNode pair) {
        return yesOrNo(pair.path("bidirectional"));
    }

    private static String keyHash(JsonNode pair) {
        return pair.path("keyHash").asText();
    }

    private static String psk(JsonNode psk) {
        return psk.path("length").asText() + " " + keyHash(psk);
    }

    /** Of hash and group; nothing where the host does not authenticate in this way. */
    private static String choice(JsonNode key, String field) {
        if (key.path("pairs").isEmpty()) {
            return "-";
        }
        return key.path(field).isTextual() ? key.path(field).asText() : "any";
    }

    private static String count(JsonNode valid) {
        return switch (valid.size()) {
            case 0 -> "-";
            case 1 -> "1";
            default -> valid.size() + " (rotation)";
        };
    }

    /** The newest first. */
    private static String each(JsonNode valid, Function<JsonNode, String> value) {
        List<String> all = new ArrayList<>();
        valid.forEach(one -> all.add(value.apply(one)));
        return all.isEmpty() ? "-" : String.join(", ", all);
    }
}
