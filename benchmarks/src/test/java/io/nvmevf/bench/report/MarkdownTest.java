package io.nvmevf.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class MarkdownTest {
    private static final String DOCUMENT = """
            # Title
            <!-- results:one -->
            old
            <!-- /results:one -->
            between
            <!-- results:two -->
            <!-- /results:two -->
            end
            """;

    @Test
    void replacesOnePlaceAndLeavesTheRest() {
        assertThat(Markdown.replace(DOCUMENT, "one", "\nnew\ntext\n\n")).isEqualTo("""
                        # Title
                        <!-- results:one -->
                        new
                        text
                        <!-- /results:one -->
                        between
                        <!-- results:two -->
                        <!-- /results:two -->
                        end
                        """);
        assertThat(Markdown.replace(DOCUMENT, "two", "x"))
                .contains("old")
                .endsWith("<!-- results:two -->\nx\n<!-- /results:two -->\nend\n");
    }

    @Test
    void replacingAgainChangesNothing() {
        String once = Markdown.replace(DOCUMENT, "one", "| a |\n");

        assertThat(Markdown.replace(once, "one", "| a |\n")).isEqualTo(once);
    }

    @Test
    void refusesADocumentWithoutThePlaceOrWithTwoOfThem() {
        assertThatThrownBy(() -> Markdown.replace(DOCUMENT, "three", "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("results:three");
        assertThatThrownBy(() -> Markdown.replace(DOCUMENT + DOCUMENT, "one", "x"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Markdown.replace("<!-- /results:one --><!-- results:one -->", "one", "x"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tablesAlignNumbersToTheRightAndKeepBars() {
        assertThat(Markdown.table(List.of("name", "IOPS:"), List.of(List.of("a|b", "1"), List.of("c", "2"))))
                .isEqualTo("| name | IOPS |\n| --- | ---: |\n| a\\|b | 1 |\n| c | 2 |\n");
        assertThatThrownBy(() -> Markdown.table(List.of("a", "b"), List.of(List.of("1"))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
