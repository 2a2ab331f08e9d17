package io.nvmevf.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Headless Chromium with one tab, and all that it asked for and complained of. */
final class Browser implements AutoCloseable {
    /** What Chromium says of a request during which this machine's networks changed. */
    static final String NETWORK_CHANGED = "ERR_NETWORK_CHANGED";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Screenshots are kept here. */
    private static final Path SHOTS = Path.of("target", "console");

    /** What is wrong, by the rules of WCAG 2.2 AA and those that are good practice. */
    private static final String AXE = """
            const done = arguments[arguments.length - 1];
            const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
            axe.run(document, { runOnly: tags, resultTypes: ['violations'] }).then(
              (all) => done(all.violations.map((rule) => `${rule.id} (${rule.help}): `
                + rule.nodes.slice(0, 4).map((node) => `${node.html} ${node.failureSummary}`).join(' | '))),
              (error) => done([`axe failed: ${error}`]));
            """;

    private final ChromeDriver driver;
    private final List<String> complaints = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** What is missing here to run it; null if nothing is. */
    static @Nullable String missing() {
        return program("chromium") == null || program("chromedriver") == null
                ? "needs Chromium and its driver: apt-get install chromium chromium-driver"
                : null;
    }

    private static @Nullable Path program(String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /** @param profile an empty directory of its own */
    static Browser start(Path profile) throws IOException {
        Files.createDirectories(SHOTS);
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        ChromeOptions options = new ChromeOptions()
                .setBinary(Objects.requireNonNull(program("chromium")).toFile())
                .addArguments(
                        "--headless=new",
                        // (Tests run as root in containers.)
                        "--no-sandbox",
                        "--disable-dev-shm-usage",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--no-first-run",
                        "--force-color-profile=srgb",
                        "--user-data-dir=" + profile);
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(
                        Objects.requireNonNull(program("chromedriver")).toFile())
                .usingAnyFreePort()
                .build();
        return new Browser(new ChromeDriver(service, options));
    }

    // ---- looking
    // -----------------------------------------------------------------------------------------------------

    void open(String url) {
        driver.get(url);
    }

    /** Width and height of the window's content, whatever the window's frame takes. */
    void size(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** What the system prefers: {@code light} or {@code dark}, and whether things may move. */
    void prefers(String scheme, boolean motion) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", scheme),
                                Map.of(
                                        "name",
                                        "prefers-reduced-motion",
                                        "value",
                                        motion ? "no-preference" : "reduce"))));
    }

    void screenshot(String name) throws IOException {
        Files.write(SHOTS.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    }

    /** A script runs before everything else of each page, from now on. */
    String beforeEachPage(String script) {
        return (String) Objects.requireNonNull(
                driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script))
                        .get("identifier"));
    }

    void notBeforeEachPage(String identifier) {
        driver.executeCdpCommand("Page.removeScriptToEvaluateOnNewDocument", Map.of("identifier", identifier));
    }

    @Nullable
    Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** For scripts that call back when they are done, with their last argument. */
    @Nullable
    Object runAsync(String script, Object... arguments) {
        return driver.executeAsyncScript(script, arguments);
    }

    /**
     * Opens a page, and waits until this is in it. Or until the browser gives up, because this machine got or lost a network meanwhile, as other
     * tests' guests and containers do.
     *
     * @return whether it is there
     */
    boolean openUnlessNetworkChanged(String url, String css) throws IOException {
        int before = networkChanges();
        open(url);
        return await(css, () -> {
            try {
                return !all(css).isEmpty() ? Boolean.TRUE : networkChanges() > before ? Boolean.FALSE : null;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private int networkChanges() throws IOException {
        collect();
        return (int)
                complaints.stream().filter(one -> one.contains(NETWORK_CHANGED)).count();
    }

    WebElement find(String css) {
        return await(
                css,
                () -> driver.findElements(By.cssSelector(css)).stream()
                        .findFirst()
                        .orElse(null));
    }

    List<WebElement> all(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    String text(String css) {
        return find(css).getText();
    }

    /** What the page says, all of it. */
    String page() {
        return text("body");
    }

    /** The button, link or field whose accessible name is this. */
    WebElement named(String css, String name) {
        return await(
                css + " named " + name,
                () -> all(css).stream()
                        .filter(element -> element.isDisplayed() && name.equals(element.getAccessibleName()))
                        .findFirst()
                        .orElse(null));
    }

    /** Waits until there is one. */
    <T> T await(String what, Supplier<@Nullable T> condition) {
        return new WebDriverWait(driver, PATIENCE, Duration.ofMillis(50))
                .ignoring(StaleElementReferenceException.class)
                .withMessage(() -> what + "; the page says: "
                        + driver.findElement(By.tagName("body")).getText())
                .until(ignored -> condition.get());
    }

    void awaitTrue(String what, Supplier<Boolean> condition) {
        await(what, () -> condition.get() ? Boolean.TRUE : null);
    }

    void awaitText(String css, String text) {
        awaitTrue(
                css + " says " + text,
                () -> all(css).stream().anyMatch(element -> element.getText().contains(text)));
    }

    // ---- doing
    // -------------------------------------------------------------------------------------------------------

    void click(String css, String name) {
        WebElement element = named(css, name);
        // (What lies under the bar above is in the window, but cannot be clicked.)
        run("arguments[0].scrollIntoView({ block: 'center' })", element);
        element.click();
    }

    /** Replaces what is in a field. */
    void fill(String label, String text) {
        WebElement field = named("dialog input, dialog textarea", label);
        field.sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.BACK_SPACE);
        field.sendKeys(text);
    }

    void choose(String label, String option) {
        WebElement select = named("dialog select", label);
        select.findElements(By.tagName("option")).stream()
                .filter(one -> one.getText().equals(option))
                .findFirst()
                .orElseThrow(() -> new AssertionError(label + " has no " + option + ": " + select.getText()))
                .click();
    }

    /** On the keyboard alone: wherever the focus is. */
    void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    WebElement focused() {
        return driver.switchTo().activeElement();
    }

    // ---- judging
    // -----------------------------------------------------------------------------------------------------

    /** What axe-core finds wrong, on the whole page as it is now. */
    List<?> inaccessible() throws IOException {
        if (!Boolean.TRUE.equals(run("return 'axe' in window"))) {
            try (InputStream in = Objects.requireNonNull(Browser.class.getResourceAsStream("/axe.min.js"))) {
                run(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return (List<?>) Objects.requireNonNull(runAsync(AXE));
    }

    /** The page holds no more than its window is wide. */
    void assertNothingSticksOut(String where) {
        assertThat(run("return document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .as("pixels that stick out of " + where)
                .isEqualTo(0L);
    }

    /** Takes in what the browser logged since the last time. */
    void collect() throws IOException {
        for (LogEntry entry : driver.manage().logs().get(LogType.BROWSER)) {
            complaints.add(entry.getMessage());
        }
        for (LogEntry entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
            JsonNode message = JSON.readTree(entry.getMessage()).path("message");
            if (message.path("method").asText().equals("Network.requestWillBeSent")) {
                asked.add(message.at("/params/request/url").asText());
            }
        }
    }

    /** What the console of the browser says, without those that a test has provoked. */
    List<String> complaints(String... provoked) {
        return complaints.stream()
                .filter(one -> Stream.of(provoked).noneMatch(one::contains))
                .toList();
    }

    /** Requests to anywhere but this origin. */
    List<String> askedElsewhere(URI origin) {
        assertThat(asked).as("requests").isNotEmpty();
        return asked.stream()
                // (The browser's own first page is chrome:, and an empty one about:.)
                .filter(url -> !url.startsWith(origin + "/") && !url.matches("(about|chrome|data):.*"))
                .toList();
    }

    void forget() {
        complaints.clear();
        asked.clear();
    }

    @Override
    public void close() {
        driver.quit();
    }
}
