package io.nvmevf.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The console by keyboard, in both colours, in windows of all sizes, and for those who have to sign in. */
class ConsoleForEverybodyTest extends ConsoleFixture {
    private static final String[] PAGES = {
        "namespaces", "operations", "hosts", "calibration", "audit", "vfs/web1", "vfs", "pf"
    };

    // ---- for everybody
    // -----------------------------------------------------------------------------------------------

    @Test
    void worksWithoutAMouse() throws Exception {
        open("pf");
        browser().press(Keys.TAB);
        assertThat(browser().focused().getText()).isEqualTo("Skip to the content");
        browser().press(Keys.ENTER);
        assertThat(browser().focused().getAttribute("id")).isEqualTo("main");
        browser().press("gv");
        browser().awaitText("h1", "Virtual functions");
        browser().press("/");
        browser().press("lab");
        browser().awaitText(".count", "1 of 5");
        // (Its place in the order: the search, the table's region, its sort buttons, the first row.)
        for (int i = 0; i < 20 && !browser().focused().getText().equals("lab"); i++) {
            browser().press(Keys.TAB);
            assertFocusIsSeen();
        }
        browser().press(Keys.ENTER);
        browser().awaitText("h1", "lab");
        browser().press("c");
        browser().awaitText("dialog h2", "Create a virtual function");
        assertThat(browser().focused().getAccessibleName()).isEqualTo("Name");
        browser().press("c");
        assertThat(browser().focused().getAttribute("value"))
                .as("no shortcut while one types")
                .isEqualTo("c");
        for (int i = 0; i < 60; i++) {
            browser().press(Keys.TAB);
            assertThat(
                            browser()
                                    .run(
                                            "const e = document.activeElement; return e === document.body || e.closest('dialog') !== null"))
                    .as("the focus stays in the dialog")
                    .isEqualTo(true);
        }
        browser().press(Keys.ESCAPE);
        browser().awaitTrue("closed", () -> browser().all("dialog").isEmpty());
        // By keyboard from a button, and back to it.
        WebElement settings = browser().named("main button", "Settings …");
        browser().run("arguments[0].focus()", settings);
        browser().press(Keys.ENTER);
        browser().awaitText("dialog h2", "Settings of lab");
        browser().press(Keys.ESCAPE);
        browser().awaitTrue("back where it was", () -> browser().focused().equals(settings));
        // A plot can be looked into.
        WebElement plot = browser().all(".canvas").getFirst();
        browser().awaitTrue("figures", () -> now("Throughput", "read") > 0);
        browser().run("arguments[0].focus()", plot);
        browser().press(Keys.ARROW_LEFT, Keys.ARROW_LEFT, Keys.ARROW_LEFT);
        browser().awaitText(".chart-when", "ago");
        browser().press("?");
        browser().awaitText("dialog h2", "Keyboard");
        browser().press(Keys.SPACE, Keys.ESCAPE);
        browser().awaitTrue("closed", () -> browser().all("dialog").isEmpty());
        browser().press("gn");
        browser().run("return new Promise(requestAnimationFrame)");
        assertThat(browser().text("h1")).as("turned off").startsWith("lab");
        browser().run("localStorage.clear()");
    }

    private void assertFocusIsSeen() {
        assertThat(browser().run("""
                const style = getComputedStyle(document.activeElement);
                return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2"""))
                .as("focus ring of " + browser().focused().getTagName() + " "
                        + browser().focused().getText())
                .isEqualTo(true);
    }

    @Test
    void isLegibleAndLabelledInBothColours() throws Exception {
        // (One document, so that the plots have something to show when it is their turn.)
        open("vfs/web1");
        for (String page : PAGES) {
            browser().run("location.hash = arguments[0]", "#/" + page);
            browser()
                    .awaitTrue(
                            "drawn",
                            () -> !browser()
                                    .all("main .chart, main table, main .facts")
                                    .isEmpty());
            if (page.startsWith("vfs/")) {
                browser().awaitTrue("a while of figures", () -> latencies() >= 12);
            }
            for (String colours : List.of("light", "dark")) {
                browser().prefers(colours, false);
                assertThat(browser().inaccessible()).as(page + ", " + colours).isEmpty();
                browser().assertNothingSticksOut(page);
                browser().screenshot(page.replace('/', '-') + "-" + colours);
            }
        }
    }

    /** Of how many points the line of latencies is made: the first of the third plot. */
    private int latencies() {
        Object line = browser().run("""
                const plot = document.querySelectorAll('.chart svg')[2];
                return plot?.querySelector('.path').getAttribute('d')""");
        return String.valueOf(line).split("[ML]").length - 1;
    }

    @Test
    void theSwitchWinsOverTheSystem() throws Exception {
        browser().prefers("dark", true);
        open("pf");
        String dark = background();
        browser().run("const s = document.querySelector('.theme select'); s.value = 'light'; s.onchange({target: s})");
        String light = background();
        assertThat(light).isNotEqualTo(dark);
        open("vfs");
        assertThat(background()).as("kept").isEqualTo(light);
        browser().run("localStorage.clear()");
        open("vfs");
        assertThat(background()).isEqualTo(dark);
    }

    private String background() {
        return String.valueOf(browser().run("return getComputedStyle(document.documentElement).backgroundColor"));
    }

    @Test
    void fitsANarrowWindow() throws Exception {
        browser().size(390, 844);
        for (String page : PAGES) {
            open(page);
            browser()
                    .awaitTrue(
                            "drawn",
                            () -> !browser()
                                    .all("main .chart, main table, main .facts")
                                    .isEmpty());
            browser().assertNothingSticksOut(page);
            if (page.startsWith("vfs/") || page.equals("pf")) {
                browser().awaitTrue("figures", () -> now("IOPS", "read") > 0);
                browser().screenshot(page.replace('/', '-') + "-narrow");
            }
        }
        open("vfs");
        browser().click("main button", "Create …");
        browser().find("dialog");
        browser().assertNothingSticksOut("the form");
        browser().screenshot("create-vf-narrow");
        browser().press(Keys.ESCAPE);
        browser().size(2200, 1200);
        open("pf");
        browser().assertNothingSticksOut("a wide window");
    }

    // ---- who may
    // -----------------------------------------------------------------------------------------------------

    /** As a target answers that wants tokens: in front of the real one, in the page. */
    private static final String TOKENS = """
            const real = window.fetch;
            window.fetch = async (path, options = {}) => {
              const token = options.headers?.Authorization;
              const problem = (status, detail) => new Response(JSON.stringify({ status, detail }), { status });
              if (token !== 'Bearer good' && token !== 'Bearer reader') {
                return problem(401, token ? 'the token is not known' : 'a bearer token is needed');
              }
              if (token === 'Bearer reader' && (options.method !== 'GET' || path === '/v1/tokens')) {
                return problem(403, 'this needs the role operator, and read-only is what this token has');
              }
              if (path === '/v1/tokens') {
                return new Response('{"items":[]}');
              }
              const { Authorization, ...headers } = options.headers;
              return real(path, { ...options, headers });
            };
            """;

    @Test
    void asksForATokenWhereTheTargetWantsOne() throws Exception {
        String script = browser().beforeEachPage(TOKENS);
        try {
            browser().open("about:blank");
            browser().open(target().origin() + "/console/");
            browser().awaitText("dialog", "a bearer token is needed");
            browser().screenshot("sign-in");
            assertThat(browser().inaccessible()).isEmpty();
            browser().press(Keys.ESCAPE);
            browser().awaitText(".banner", "A bearer token is needed");
            browser().click("main button", "Sign in …");
            browser().find("dialog input").sendKeys("bad", Keys.ENTER);
            browser().awaitText("dialog", "the token is not known");
            browser().find("dialog input").sendKeys("reader", Keys.ENTER);
            browser().awaitText("h1", "Physical function");
            browser().awaitText("#top", "Sign out (read-only)");
            assertThat(browser().run("return localStorage.length + document.cookie.length"))
                    .isEqualTo(0L);
            browser().press("gv");
            browser().awaitText("h1", "Virtual functions");
            assertThat(browser().page())
                    .as("nothing is offered that would be refused")
                    .doesNotContain("Create …");
            browser().click("#top button", "Sign out (read-only)");
            browser().find("dialog input").sendKeys("good", Keys.ENTER);
            browser().awaitText("#top", "Sign out (operator)");
            browser().awaitText("main", "Create …");
        } finally {
            browser().notBeforeEachPage(script);
            browser().run("sessionStorage.clear()");
        }
    }
}
