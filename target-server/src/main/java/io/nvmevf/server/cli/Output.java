package io.nvmevf.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Prints what the API answered: as it is, or as a table. */
final class Output {
    /** {@code -o}. */
    enum Format {
        TABLE,
        JSON
    }

    /** One column of a table, or one line of a single thing. */
    record Column(String title, Function<JsonNode, String> value) {
        static Column of(String title, String field) {
            return new Column(title, node -> text(node.path(field)));
        }
    }

    private Output() {}

    /** What is not there is a dash. */
    static String text(JsonNode value) {
        return value.isNull() || value.isMissingNode() ? "-" : value.asText();
    }

    /** The texts of an array, with commas; {@code none} if it is empty. */
    static String texts(JsonNode array, String none) {
        List<String> all = new ArrayList<>();
        array.forEach(one -> all.add(one.asText()));
        return all.isEmpty() ? none : String.join(", ", all);
    }

    static void json(PrintWriter out, JsonNode value) {
        try {
            out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that is no JSON", e);
        }
    }

    /** A line of titles, then one for each item; columns are two blanks apart. */
    static void table(PrintWriter out, Iterable<JsonNode> items, List<Column> columns) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(columns.stream().map(Column::title).toList());
        for (JsonNode item : items) {
            rows.add(columns.stream().map(c -> c.value().apply(item)).toList());
        }
        int[] widths = new int[columns.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i));
                if (i < widths.length - 1) {
                    line.repeat(' ', widths[i] - row.get(i).length() + 2);
                }
            }
            out.println(line.toString().stripTrailing());
        }
    }

    /** One {@code title: value} for each column. */
    static void card(PrintWriter out, JsonNode item, List<Column> columns) {
        int width = columns.stream().mapToInt(c -> c.title().length()).max().orElse(0) + 1;
        for (Column column : columns) {
            StringBuilder line = new StringBuilder(column.title()).append(':');
            line.repeat(' ', width - line.length() + 1).append(column.value().apply(item));
            out.println(line.toString().stripTrailing());
        }
    }
}
