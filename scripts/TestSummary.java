import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Prints what {@code ./test} ran: a line per kind of test, why each skipped test was skipped, and the sum as last line.
 * Arguments: the project's directory, Maven's exit code, then of each other part its name, {@code pass|fail|skip}, why.
 */
final class TestSummary {
    private static final class Count {
        int passed;
        int failed;
        int skipped;
        final List<String> notes = new ArrayList<>();
    }

    public static void main(String[] args) throws Exception {
        Path root = Path.of(args[0]);
        boolean built = args[1].equals("0");
        Map<String, Count> kinds = new TreeMap<>();
        for (Path report : reports(root)) {
            String module = root.relativize(report).getName(0).toString();
            read(report.toFile(), kinds.computeIfAbsent(module + ": unit and integration", key -> new Count()));
        }
        boolean testsFailed = kinds.values().stream().anyMatch(c -> c.failed > 0);
        Count checks = new Count();
        if (built) {
            checks.passed++;
        } else if (!testsFailed) {
            checks.failed++;
            checks.notes.add("mvn verify failed outside of a test (compiler, Error Prone, formatter); see its output above");
        } else {
            checks.notes.add("mvn verify ended with the failed tests below");
            checks.skipped++;
        }
        Map<String, Count> all = new java.util.LinkedHashMap<>();
        all.put("compiler, static checks, format", checks);
        all.putAll(kinds);
        for (int i = 2; i < args.length; i += 3) {
            Count part = new Count();
            switch (args[i + 1]) {
                case "pass" -> part.passed++;
                case "fail" -> {
                    part.failed++;
                    part.notes.add(args[i + 2]);
                }
                default -> {
                    part.skipped++;
                    part.notes.add("left out: " + args[i + 2]);
                }
            }
            all.put(args[i], part);
        }

        int width = all.keySet().stream().mapToInt(String::length).max().orElse(0);
        System.out.printf("%n%-" + width + "s  %6s  %6s  %7s%n", "kind of test", "passed", "failed", "skipped");
        int passed = 0;
        int failed = 0;
        int skipped = 0;
        for (Map.Entry<String, Count> entry : all.entrySet()) {
            Count count = entry.getValue();
            System.out.printf("%-" + width + "s  %6d  %6d  %7d%n", entry.getKey(), count.passed, count.failed, count.skipped);
            count.notes.forEach(note -> System.out.println("    " + note));
            passed += count.passed;
            failed += count.failed;
            skipped += count.skipped;
        }
        System.out.printf("%n%d passed, %d failed, %d skipped%n", passed, failed, skipped);
        System.exit(failed > 0 || !built ? 1 : 0);
    }

    private static List<Path> reports(Path root) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path module : modules.sorted().toList()) {
                for (String kind : List.of("surefire-reports", "failsafe-reports")) {
                    Path directory = module.resolve("target").resolve(kind);
                    if (Files.isDirectory(directory)) {
                        try (Stream<Path> files = Files.list(directory)) {
                            files.filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
                                    .sorted(Comparator.naturalOrder())
                                    .forEach(found::add);
                        }
                    }
                }
            }
        }
        return found;
    }

    private static void read(File report, Count count) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        Document document = factory.newDocumentBuilder().parse(report);
        NodeList cases = document.getElementsByTagName("testcase");
        for (int i = 0; i < cases.getLength(); i++) {
            Element test = (Element) cases.item(i);
            String name = test.getAttribute("classname").replaceAll(".*\\.", "") + "." + test.getAttribute("name");
            NodeList skip = test.getElementsByTagName("skipped");
            if (skip.getLength() > 0) {
                count.skipped++;
                String why = ((Element) skip.item(0)).getAttribute("message");
                if (why.isBlank()) {
                    // (What an assumption says stands in the stack trace.)
                    why = skip.item(0).getTextContent().lines().findFirst().orElse("").replaceFirst("^[\\w.]+: ", "");
                }
                count.notes.add("skipped " + name + ": " + (why.isBlank() ? "no reason given" : why.strip()));
            } else if (test.getElementsByTagName("failure").getLength() > 0
                    || test.getElementsByTagName("error").getLength() > 0) {
                count.failed++;
                count.notes.add("FAILED " + name);
            } else {
                count.passed++;
            }
        }
    }
}
