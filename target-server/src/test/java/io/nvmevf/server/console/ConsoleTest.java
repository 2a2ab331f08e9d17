package io.nvmevf.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.openqa.selenium.WebElement;

/** What the console shows, and what can be done with it. Each test finds what those before it have left. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleTest extends ConsoleFixture {
    // ---- looking
    // -----------------------------------------------------------------------------------------------------

    @Test
    @Order(1)
    void showsThePhysicalFunctionAsOneDeviceWithItsPartitions() throws Exception {
        browser().open(target().origin() + "/");
        browser().awaitText("h1", "Physical function");
        assertThat(browser().run("return location.pathname")).isEqualTo("/console/");
        browser().awaitText(".device", "One device, 5 partitions");
        List<WebElement> partitions = browser().all(".partitions a");
        assertThat(partitions.stream().map(WebElement::getText))
                .containsExactly("db1", "web2", "web1", "lab", "not attached");
        JsonNode pf = target().get("/v1/pf");
        assertThat(browser().text(".device"))
                .contains("1.36 GiB of 4 GiB", pf.at("/queueResources/assigned").asText(), "500 of 39,600");
        browser().awaitTrue("the target reads and writes", () -> now("IOPS", "read") > 0 && now("IOPS", "write") > 0);
        browser().awaitText(".columns", "db1");
    }

    @Test
    @Order(2)
    void showsWhatVirtualFunctionsDoAgainstWhatTheyMay() throws Exception {
        open("vfs");
        assertThat(browser().all("tbody th").stream().map(WebElement::getText))
                .containsExactly("db1", "lab", "spare", "web1", "web2");
        browser().awaitTrue("web2 is at its limit", () -> Math.abs(number(cell("web2", 5)) - 200) < 30);
        browser().awaitTrue("and held back", () -> number(cell("web2", 8)) > 10);
        assertThat(cell("spare", 1)).isEqualTo("offline");
        assertThat(cell("spare", 3)).as("hosts").isEqualTo("0");
        assertThat(cell("web1", 3)).as("hosts").isEqualTo("1");
        browser().click("thead button", "IOPS");
        browser()
                .awaitTrue(
                        "sorted by what is done",
                        () -> browser().all("tbody th").getLast().getText().equals("spare"));
        browser().named("main input", "Search Virtual functions").sendKeys("acme");
        browser().awaitText(".count", "2 of 5");
        assertThat(browser().all("tbody th").stream().map(WebElement::getText))
                .containsExactlyInAnyOrder("web1", "web2");
    }

    @Test
    @Order(3)
    void plotsAVirtualFunctionAgainstItsLimits() throws Exception {
        open("vfs/web1");
        browser().awaitTrue("figures", () -> now("IOPS", "read") > 0);
        assertThat(label("IOPS")).contains("read limit 300", "write limit 200", "at most");
        assertThat(label("Throughput")).contains("limit 8 MiB/s");
        browser()
                .awaitTrue(
                        "quantiles",
                        () -> label("Latency, median and 99th percentile")
                                .matches(".*read p99: [0-9.]+ (µs|ms|s) now.*"));
        assertThat(label("Time in which it was held back")).contains("%");
        assertThat(browser().all(".chart .limit")).hasSizeGreaterThanOrEqualTo(2);
        WebElement summary = browser().all(".chart-numbers summary").getFirst();
        summary.click();
        browser()
                .awaitTrue(
                        "its numbers as a table",
                        () -> browser().all(".chart-numbers tbody tr").size() > 0);
        assertThat(browser().text(".facts")).contains("Read IOPS", "300/s");
    }

    @Test
    @Order(4)
    void showsHostsAndWhetherTheyHaveKeysButNoSecret() throws Exception {
        String secret = target().send(200, "POST", "/v1/vfs/spare/keys/" + HOST + "/rotate", "{\"generate\":true}")
                .path("secret")
                .asText();
        assertThat(secret).startsWith("DHHC-1");
        open("hosts");
        browser().awaitText("tbody", HOST);
        assertThat(browser().page()).contains("DH-HMAC-CHAP", "connected").doesNotContain("DHHC");
        open("vfs/spare");
        browser().awaitText("tbody", "being rotated");
        assertThat(String.valueOf(browser().run("return document.documentElement.outerHTML")))
                .doesNotContain("DHHC");
        open("audit");
        browser().awaitText("tbody", "vf created");
        browser().awaitText("tbody", "genesis");
    }

    // ---- changing
    // ----------------------------------------------------------------------------------------------------

    @Test
    @Order(5)
    void createsAVirtualFunctionThroughTheForm() throws Exception {
        open("vfs");
        browser().click("main button", "Create …");
        browser().awaitText("dialog h2", "Create a virtual function");
        browser().click("dialog button", "Create");
        assertThat(error("name")).isEqualTo("Name is needed.");
        browser().fill("Name", "Web 3");
        browser().click("dialog button", "Create");
        assertThat(error("name")).contains("Small letters");
        browser().fill("Name", "web1");
        browser().fill("Host NQNs optional", "not an nqn");
        browser().click("dialog button", "Create");
        browser()
                .awaitTrue(
                        "the target's own words at the field",
                        () -> browser().page().contains("already"));
        browser().fill("Name", "web3");
        browser().click("dialog button", "Create");
        browser()
                .awaitTrue(
                        "the target's own words at the field",
                        () -> error("allowedHosts").contains("NQN"));
        assertThat(browser().named("dialog input", "Name").getAttribute("value"))
                .as("what was typed")
                .isEqualTo("web3");
        browser().fill("Host NQNs optional", HOST);
        browser().fill("Tenant optional", "acme");
        browser().named("dialog input", "A profile").click();
        browser().choose("Profile", "gp3-like (built in)");
        browser().awaitText(".preview", "3,000/s");
        browser().awaitText(".preview", "125 MiB/s");
        browser().screenshot("create-vf");
        assertThat(browser().inaccessible()).isEmpty();
        browser().click("dialog button", "Create");
        browser().awaitText("#messages", "web3 is created");
        browser().awaitText("h1", "web3");
        JsonNode made = target().get("/v1/vfs/web3");
        assertThat(made.path("profile").asText()).isEqualTo("gp3-like");
        assertThat(made.path("tenant").asText()).isEqualTo("acme");
        assertThat(made.path("allowedHosts").toString()).contains(HOST);
        browser().awaitText("main", "It has no namespace");
        browser().click("main button", "Create a namespace …");
        browser().fill("Size", "1000TiB");
        browser().click("dialog button", "Create");
        browser().awaitTrue("what the pool says", () -> browser().text("dialog").contains("free"));
        browser().fill("Size", "32MiB");
        browser().click("dialog button", "Create");
        browser().awaitText("tbody", "32 MiB");
        browser().click("main button", "Take offline …");
        browser().click("dialog button", "Take offline");
        browser().awaitText("h1", "offline");
        browser().click("main button", "Bring online");
        browser().awaitText("h1", "online");
        browser().click("main button", "Remove …");
        browser().fill("Type web3 to confirm", "web3");
        browser().click("dialog button", "Remove");
        browser().awaitText("h1", "Virtual functions");
        target().send(404, "GET", "/v1/vfs/web3", "");
        assertThat(target().get("/v1/namespaces?state=detached").path("items")).hasSize(1);
    }

    @Test
    @Order(6)
    void changesALimitAndSeesIt() throws Exception {
        open("vfs/web2");
        browser().awaitTrue("at its limit", () -> Math.abs(now("IOPS", "both") - 200) < 30);
        browser().click("main button", "Change limits …");
        browser().fill("All commands", "many");
        browser().click("dialog button", "Change");
        assertThat(error("totalIops")).contains("whole number");
        browser().fill("All commands", "1");
        browser().awaitText(".preview", "would wait longer than 10 s");
        browser().click("dialog button", "Change");
        browser()
                .awaitTrue(
                        "the target refuses it",
                        () -> !browser()
                                .all("dialog .error, dialog .notice.bad")
                                .isEmpty());
        browser().fill("All commands", "100");
        browser().awaitText(".preview", "100 IOPS, 400 KiB/s");
        browser().screenshot("change-limits");
        browser().click("dialog button", "Change");
        browser().awaitTrue("the new line", () -> label("IOPS").contains("limit 100"));
        assertThat(target().get("/v1/vfs/web2").at("/limits/totalIops").asInt()).isEqualTo(100);
        browser().awaitTrue("it holds", () -> Math.abs(now("IOPS", "both") - 100) < 20);
        target().send(200, "PATCH", "/v1/vfs/web2", "{\"limits\":{\"totalIops\":200}}");
        browser()
                .awaitTrue(
                        "what another one changes is seen, too",
                        () -> label("IOPS").contains("limit 200"));
    }

    @Test
    @Order(7)
    void tellsWhenAnotherOneChangedTheSame() throws Exception {
        open("vfs/web2");
        browser().click("main button", "Change limits …");
        browser().find("dialog");
        target().send(200, "PATCH", "/v1/vfs/web2", "{\"limits\":{\"totalIops\":150}}");
        browser().awaitText("main", "150/s");
        browser().fill("All commands", "200");
        browser().awaitText("dialog .notice", "Somebody else has changed these limits");
        browser().click("dialog button", "Change");
        browser().awaitText("main", "200/s");
    }

    @Test
    @Order(8)
    void reassignsWithAConfirmationAndFollowsTheErasure() throws Exception {
        open("namespaces");
        browser().click("main button", "Manage cache");
        browser().awaitText("dialog", "48 MiB in blocks of 4096 bytes");
        browser().screenshot("manage-namespace");
        browser().click("dialog button", "Reassign …");
        browser().choose("To the virtual function", "web2 (tenant acme)");
        browser().awaitText(".consequences", "the same disk, with the data of acme");
        assertThat(browser().text(".consequences")).doesNotContain("cannot be undone");
        browser().choose("To the virtual function", "lab (tenant research)");
        browser().awaitText(".consequences", "It cannot be undone.");
        browser().choose("Method", "zero");
        assertThat(browser().text(".consequences"))
                .contains(
                        "All data of acme in cache (ns-5), 48 MiB, is destroyed",
                        "every block is written with zeros (zero)",
                        "Hosts of web1 lose the disk",
                        "hosts of lab (tenant research) see a new disk of zeros");
        WebElement act = browser().named("dialog button", "Reassign");
        assertThat(act.isEnabled()).as("before the name is typed").isFalse();
        browser().fill("Type cache to confirm", "cach");
        assertThat(act.isEnabled()).isFalse();
        browser().fill("Type cache to confirm", "cache");
        assertThat(act.isEnabled()).isTrue();
        browser().screenshot("reassign");
        assertThat(browser().inaccessible()).isEmpty();
        act.click();
        WebElement progress = browser().find("dialog progress");
        browser().awaitTrue("it goes on", () -> Integer.parseInt(String.valueOf(progress.getAttribute("value"))) > 10);
        browser().awaitText("dialog", "MiB/s");
        browser().awaitText("dialog", "left");
        browser().screenshot("operation");
        assertThat(target().get("/v1/namespaces/cache").path("state").asText()).isEqualTo("wiping");
        browser().click("dialog button", "Go on in the background");
        browser().awaitText("tbody", "%");
        browser().awaitText("#nav .busy", "1");
        browser().awaitText("#messages", "succeeded");
        JsonNode moved = target().get("/v1/namespaces/cache");
        assertThat(moved.path("vf").asText()).isEqualTo("lab");
        assertThat(moved.path("owner").asText()).isEqualTo("research");
        browser().awaitTrue("the page knows", () -> browser().text("main").contains("lab"));
        open("operations");
        browser().awaitText("tbody", "succeeded");
        open("audit");
        browser().awaitText("tbody", "erasure");
    }
}
