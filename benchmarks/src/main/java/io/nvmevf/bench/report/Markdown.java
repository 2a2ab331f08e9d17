package io.nvmevf.bench.report;

import java.util.List;

/** Tables, and documents in which a program keeps its results up to date. */
public final class Markdown {
    private Markdown() {}

    /** A table. A column whose head ends with a colon is aligned to the right; the colon is not shown. */
    public static String table(List<String> head, List<List<String>> rows) {
        StringBuilder table = new StringBuilder();
        line(
                table,
                head.stream()
                        .map(h -> h.endsWith(":") ? h.substring(0, h.length() - 1) : h)
                        .toList());
        line(table, head.stream().map(h -> h.endsWith(":") ? "---:" : "---").toList());
        for (List<String> row : rows) {
            if (row.size() != head.size()) {
                throw new IllegalArgumentException("a row of " + row.size() + " cells in a table of " + head.size());
            }
            line(table, row);
        }
        return table.toString();
    }

    private static void line(StringBuilder table, List<String> cells) {
        table.append("| ")
                .append(String.join(
                        " | ", cells.stream().map(c -> c.replace("|", "\\|")).toList()))
                .append(" |\n");
    }

    /**
     * The document with other text between {@code <!-- results:NAME -->} and {@code <!-- /results:NAME -->}.
     *
     * @throws IllegalArgumentException if the document has no such place, or several
     */
    public static String replace(String document, String name, String text) {
        String open = "<!-- results:" + name + " -->";
        String close = "<!-- /results:" + name + " -->";
        int from = document.indexOf(open);
        int to = document.indexOf(close);
        if (from < 0 || to < from || document.indexOf(open, from + 1) >= 0 || document.indexOf(close, to + 1) >= 0) {
            throw new IllegalArgumentException("the document must have one " + open + " and, behind it, one " + close);
        }
        return document.substring(0, from + open.length()) + "\n" + text.strip() + "\n" + document.substring(to);
    }
}
