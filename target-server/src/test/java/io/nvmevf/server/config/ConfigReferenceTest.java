package io.nvmevf.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.server.GeneratedDocs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/configuration.md} is made of what stands above the records of {@code nvmevf.yaml}. */
class ConfigReferenceTest {
    private static final Path SOURCES = Path.of("src/main/java/io/nvmevf/server/config");
    private static final Pattern COMMENT = Pattern.compile("/\\*\\*(.*?)\\*/\\s*(?:public )?record", Pattern.DOTALL);
    private static final Pattern KEY = Pattern.compile("\\w+ `([a-z0-9-]+)`:? ?(.*)", Pattern.DOTALL);
    private static final String HEAD = """
            # Configuration reference

            All keys of `nvmevf.yaml`. This page is made of the code ([`config`](../target-server/src/main/java/io/nvmevf/server/config)) by
            `ConfigReferenceTest`; change it there.

            The file is read once, at the start (`nvmevf serve -c nvmevf.yaml`). A key that is unknown, twice, or out of its range stops the start, and the
            message names its line. What is changed at run time, virtual functions and namespaces, is not here: see the
            [operators' guide](operators-guide.md).

            """;

    /** The comment above a record, as Markdown: what it is, and one entry for each of its keys. */
    private static List<String> entries(String file) throws IOException {
        Matcher comment = COMMENT.matcher(Files.readString(SOURCES.resolve(file + ".java")));
        assertThat(comment.find()).as(file + " has no comment").isTrue();
        String text = comment.group(1)
                .replaceAll("(?m)^\\s*\\* ?", "")
                .replaceAll("\\{@code ([^}]*)}", "`$1`")
                .replaceAll("\\{@link #?(?:\\w+#)?(\\w+)}", "`$1`")
                .replaceAll("<p>", "")
                .replaceAll("\\s*\n\\s*", " ")
                .strip();
        return List.of(text.split(" ?@param "));
    }

    private static void table(StringBuilder page, String file) throws IOException {
        List<String> entries = entries(file);
        page.append("| key | |\n| --- | --- |\n");
        for (String entry : entries.subList(1, entries.size())) {
            Matcher key = KEY.matcher(entry);
            assertThat(key.matches()).as("%s: @param %s", file, entry).isTrue();
            String section = key.group(2).isEmpty() ? "see [below](#" + key.group(1) + ")" : key.group(2);
            page.append("| `%s` | %s |%n".formatted(key.group(1), section.replace("|", "\\|")));
        }
        page.append('\n');
    }

    @Test
    void thePageSaysWhatTheCodeDoes() throws IOException {
        StringBuilder page = new StringBuilder(HEAD);
        List<String> target = entries("TargetConfig");
        page.append(target.getFirst().replaceFirst("^All of `nvmevf.yaml`\\. ", ""))
                .append("\n\n");
        table(page, "TargetConfig");
        List<String> files;
        try (var all = Files.list(SOURCES)) {
            files = new ArrayList<>(all.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("Config.java") && !name.equals("TargetConfig.java"))
                    .map(name -> name.replace(".java", ""))
                    .sorted()
                    .toList());
        }
        for (String file : files) {
            String what = entries(file).getFirst();
            Matcher section = Pattern.compile("(?:One of )?`([a-z.-]+)`:? ?(.*)", Pattern.DOTALL)
                    .matcher(what);
            assertThat(section.matches()).as("%s: %s", file, what).isTrue();
            page.append("## ").append(section.group(1)).append("\n");
            page.append(Character.toUpperCase(section.group(2).charAt(0)))
                    .append(section.group(2).substring(1))
                    .append("\n\n");
            table(page, file);
        }
        GeneratedDocs.check("configuration.md", page.toString().stripTrailing() + "\n");
    }
}
