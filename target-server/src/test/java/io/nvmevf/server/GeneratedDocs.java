package io.nvmevf.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Pages of {@code docs/} that are made of the code, so that they are never older than it. A test that finds one out of date says how it is
 * made anew.
 */
public final class GeneratedDocs {
    private static final Path DOCS = Path.of("..", "docs");

    private GeneratedDocs() {}

    /** Compares a page with what it has to be; with {@code -Dnvmevf.docs.write=true} makes it that. */
    public static void check(String page, String content) throws IOException {
        Path file = DOCS.resolve(page);
        if (Boolean.getBoolean("nvmevf.docs.write")) {
            Files.writeString(file, content);
        }
        assertThat(file)
                .as(
                        "docs/%s is out of date; mvn -pl target-server -am test -Dtest='*ReferenceTest'"
                                + " -Dsurefire.failIfNoSpecifiedTests=false -Dnvmevf.docs.write=true makes it anew",
                        page)
                .hasContent(content);
    }
}
