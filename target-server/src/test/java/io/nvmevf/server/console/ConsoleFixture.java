package io.nvmevf.server.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/** The console with a real target behind it, and hosts that keep it busy. */
@Tag("browser")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ConsoleFixture {
    static final String HOST = "nqn.2014-08.org.nvmexpress:uuid:22222222-2222-4222-8222-222222222222";

    private @Nullable LiveTarget live;
    private @Nullable Browser opened;

    @BeforeAll
    void start(@TempDir Path directory, @TempDir Path profile) throws Exception {
        String missing = Browser.missing();
        if (missing != null) {
            assertThat(System.getenv("NVMEVF_REQUIRE_ALL"))
                    .as("had to run (NVMEVF_REQUIRE_ALL), but " + missing)
                    .isNotEqualTo("1");
        }
        assumeTrue(missing == null, missing);
        LiveTarget target = LiveTarget.start(directory);
        live = target;
        target.send(200, "PUT", "/v1/pf/capacity", """
                {"readIops":60000,"writeIops":40000,"readBytes":1073741824,"writeBytes":805306368}""");
        target.vf("web1", "acme", "{\"readIops\":300,\"writeIops\":200,\"totalBytes\":8388608}", "logs", 256L << 20);
        target.vf("web2", "acme", "{\"totalIops\":200}", "images", 384L << 20);
        target.vf(
                "db1",
                "bigcorp",
                "{\"totalIops\":600,\"totalBytes\":16777216,\"share\":{\"minIops\":500,\"weight\":200}}",
                "orders",
                512L << 20);
        target.vf("lab", "research", "{\"totalBytes\":8388608}", "scratch", 64L << 20);
        target.namespace("web1", "cache", 48L << 20);
        target.post(
                201,
                "/v1/vfs",
                "{\"name\":\"spare\",\"state\":\"offline\",\"ioQueues\":4,\"allowedHosts\":[\"" + HOST
                        + "\"],\"requireAuthentication\":true}");
        target.send(200, "PUT", "/v1/vfs/spare/keys/" + HOST, "{\"generate\":true}");
        target.post(201, "/v1/namespaces", "{\"name\":\"shelf\",\"bytes\":134217728}");
        target.load("web1", 8, 1);
        target.load("web2", 4, 1);
        target.load("db1", 12, 4);
        target.load("lab", 3, 16);
        opened = Browser.start(profile);
    }

    @AfterAll
    void stop() throws Exception {
        if (opened != null) {
            opened.close();
        }
        if (live != null) {
            live.close();
        }
    }

    @BeforeEach
    void look() {
        browser().forget();
        browser().size(1440, 900);
        browser().prefers("light", true);
    }

    /** Whatever a test does: nothing fails in the page, and it asks nobody else. */
    @AfterEach
    void nothingWentWrong() throws Exception {
        browser().collect();
        // (The browser notes each answer that is an error; the tests provoke some.)
        assertThat(browser().complaints("with a status of 4", "with a status of 507", Browser.NETWORK_CHANGED))
                .isEmpty();
        assertThat(browser().askedElsewhere(URI.create(target().origin()))).isEmpty();
        assertThat(target().isBusy()).as("hosts go on").isTrue();
    }

    LiveTarget target() {
        return Objects.requireNonNull(live);
    }

    Browser browser() {
        return Objects.requireNonNull(opened);
    }

    void open(String page) throws Exception {
        do {
            // (Another document, so that each test begins anew.)
            browser().open("about:blank");
        } while (!browser().openUnlessNetworkChanged(target().origin() + "/console/#/" + page, "main h1"));
    }

    // ---- what the page says
    // ------------------------------------------------------------------------------------------

    /** What a plot says to those who cannot see it. */
    String label(String chart) {
        return browser().all(".chart .canvas").stream()
                .map(canvas -> String.valueOf(canvas.getAttribute("aria-label")))
                .filter(text -> text.startsWith(chart + ",") || text.startsWith(chart + ":"))
                .findFirst()
                .orElse("");
    }

    /** The figure of a line in a plot, now; 0 if there is none. */
    double now(String chart, String line) {
        Matcher figure =
                Pattern.compile("; " + Pattern.quote(line) + ": ([0-9.,]+)(k?)").matcher(label(chart));
        return figure.find()
                ? Double.parseDouble(figure.group(1).replace(",", ""))
                        * (figure.group(2).isEmpty() ? 1 : 1000)
                : 0;
    }

    String cell(String row, int column) {
        return browser().all("tbody tr").stream()
                .filter(tr -> tr.findElement(By.tagName("th")).getText().equals(row))
                .map(tr -> tr.findElements(By.cssSelector("th, td")).get(column).getText())
                .findFirst()
                .orElse("");
    }

    static double number(String text) {
        String figure = text.replaceAll("[^0-9.]", "");
        return figure.isEmpty() ? -1 : Double.parseDouble(figure);
    }

    String error(String field) {
        return browser().all("#field-" + field + "-error").stream()
                .map(WebElement::getText)
                .findFirst()
                .orElse("");
    }
}
