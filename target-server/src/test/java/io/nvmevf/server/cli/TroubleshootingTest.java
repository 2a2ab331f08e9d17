package io.nvmevf.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code docs/troubleshooting.md} names only what there is: metrics, reasons, commands, lines of the log, and places to go on. */
class TroubleshootingTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    private static String page = "";

    @BeforeAll
    static void read() throws IOException {
        page = Files.readString(DOCS.resolve("troubleshooting.md"));
    }

    private static Set<String> found(String regex) {
        Set<String> all = Pattern.compile(regex)
                .matcher(page)
                .results()
                .map(m -> m.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(all).as(regex).isNotEmpty();
        return all;
    }

    @Test
    void metrics() throws IOException {
        String reference = Files.readString(DOCS.resolve("metrics.md"));
        assertThat(found("(nvmevf_[a-z_]+)")).allMatch(name -> reference.contains("`" + name + "`"));
    }

    @Test
    void reasons() {
        Set<String> known = Arrays.stream(Refusal.values())
                .map(r -> r.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        assertThat(known).containsAll(found("reason=\"([a-z_]+)\""));
        assertThat(found("reason=\"([a-z_]+)\"")).hasSizeGreaterThan(15);
    }

    @Test
    void commands() {
        for (String words : found("`nvmevf ((?:[a-z-]+ ?)+)")) {
            CommandLine line = Main.commandLine();
            for (String word : words.strip().split(" ", -1)) {
                if (line.getSubcommands().isEmpty()) {
                    break;
                }
                assertThat(line.getSubcommands()).as("nvmevf " + words).containsKey(word);
                line = Objects.requireNonNull(line.getSubcommands().get(word));
            }
        }
    }

    /** In the columns of what the target says: each piece between dots is in the sources. */
    @Test
    void linesOfTheLog() throws IOException {
        StringBuilder sources = new StringBuilder();
        for (String root : new String[] {"src/main/java", "../storage-backend/src/main/java"}) {
            try (Stream<Path> files = Files.walk(Path.of(root))) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    sources.append(Files.readString(file));
                }
            }
        }
        // (A text that was broken over lines is one text.)
        String code = sources.toString().replaceAll("\"\\s*\\+\\s*\"", "");
        List<String> missing = new ArrayList<>();
        int checked = 0;
        for (MatchResult quoted :
                CODE.matcher(page.replaceAll("(?s)```.*?```", "")).results().toList()) {
            String text = quoted.group(1);
            if (!text.contains("…")
                    || text.startsWith("nvme ")
                    || text.startsWith("Removing")
                    || text.startsWith("found ")) {
                continue;
            }
            for (String piece : text.split("…|: |[()]", -1)) {
                String words = piece.replaceAll("^[\\s:,.]+|[\\s:,.(]+$", "").strip();
                if (words.length() > 3
                        && !words.startsWith("-")
                        && !words.matches("(SHA|[0-9]).*|Address already in use|wrong response.*")) {
                    if (!code.contains(words)) {
                        missing.add(words + " in " + text);
                    }
                    checked++;
                }
            }
        }
        assertThat(missing).isEmpty();
        assertThat(checked).isGreaterThan(25);
    }

    @Test
    void placesToGoOn() throws IOException {
        for (MatchResult link : Pattern.compile("\\]\\(([^)#]*)#([^)]+)\\)")
                .matcher(page)
                .results()
                .toList()) {
            String target = link.group(1).isEmpty() ? page : Files.readString(DOCS.resolve(link.group(1)));
            Set<String> anchors = Pattern.compile("(?m)^#+ (.*)$")
                    .matcher(target)
                    .results()
                    .map(m -> anchor(m.group(1)))
                    .collect(Collectors.toSet());
            assertThat(anchors).as(link.group()).contains(link.group(2));
        }
    }

    /** As the common renderers make it. */
    private static String anchor(String title) {
        return title.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }
}
