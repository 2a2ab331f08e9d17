package io.nvmevf.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the console's files are served, and who may post. What they do, the tests of the package console try in a browser. */
class ConsolePagesTest {
    @TempDir
    Path directory;

    private TestApi api;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi(directory);
    }

    @AfterEach
    void stop() throws Exception {
        api.close();
    }

    @Test
    void beginsAtTheRoot() throws Exception {
        HttpResponse<String> root = api.send("GET", "/", "");
        assertThat(root.statusCode()).isEqualTo(302);
        assertThat(root.headers().firstValue("location")).hasValue("/console/");
        HttpResponse<String> page = api.send("GET", "/console/", "");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
        assertThat(page.body()).startsWith("<!doctype html>").contains("<main");
    }

    @Test
    void servesWhateverThePageNamesAndNothingFromElsewhere() throws Exception {
        String page = api.send("GET", "/console/", "").body();
        Matcher named = Pattern.compile("(?:src|href)=\"([^\"#]+)\"").matcher(page);
        int count = 0;
        while (named.find()) {
            assertThat(named.group(1)).matches("[a-z0-9/.-]+").doesNotContain("//", "..");
            assertThat(api.send("GET", "/console/" + named.group(1), "").statusCode())
                    .as(named.group(1))
                    .isEqualTo(200);
            count++;
        }
        assertThat(count).isGreaterThan(3);
        assertThat(page)
                .as("nothing inline")
                .doesNotContainPattern("<script(?![^>]* src=)|<style|\\son[a-z]+=|\\sstyle=");
    }

    @Test
    void lockIsOnEachFile() throws Exception {
        for (String file : new String[] {"", "js/app.js", "css/tokens.css", "icon.svg"}) {
            var headers = api.send("GET", "/console/" + file, "").headers();
            assertThat(headers.firstValue("content-security-policy").orElse(""))
                    .as(file)
                    .contains("default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'")
                    .doesNotContain("unsafe");
            assertThat(headers.firstValue("x-content-type-options")).as(file).hasValue("nosniff");
            assertThat(headers.firstValue("x-frame-options")).as(file).hasValue("DENY");
            assertThat(headers.firstValue("cache-control")).as(file).hasValue("no-cache");
        }
    }

    @Test
    void sendsAFileAgainOnlyWhenItHasChanged() throws Exception {
        String tag = api.send("GET", "/console/js/app.js", "")
                .headers()
                .firstValue("etag")
                .orElseThrow();
        assertThat(tag).matches("\"[0-9a-f]{32}\"");
        HttpResponse<String> again = api.http.send(
                api.request("GET", "/console/js/app.js", "")
                        .header("If-None-Match", tag)
                        .build(),
                BodyHandlers.ofString());
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        HttpResponse<String> other = api.http.send(
                api.request("GET", "/console/js/api.js", "")
                        .header("If-None-Match", tag)
                        .build(),
                BodyHandlers.ofString());
        assertThat(other.statusCode()).isEqualTo(200);
    }

    @Test
    void givesNothingThatIsNotTheConsoles() throws Exception {
        for (String path : new String[] {
            "../openapi.json",
            "%2e%2e/openapi.json",
            "js/",
            "js/none.js",
            "../ApiServer.class",
            "js/..%2f..%2fopenapi.json"
        }) {
            HttpResponse<String> answer = api.send("GET", "/console/" + path, "");
            assertThat(answer.statusCode()).as(path).isIn(400, 404);
            assertThat(answer.body()).as(path).doesNotContain("3.1.0");
        }
        assertThat(api.problem(405, "POST", "/console/", "{}")).contains("method");
    }

    @Test
    void pagesOfOtherOriginsChangeNothing() throws Exception {
        String own = api.url();
        for (String[] header : new String[][] {
            {"Origin", "http://evil.example"},
            {"Origin", "null"},
            {"Origin", "http://localhost:1"},
            {"Origin", own + "0"},
            {"Sec-Fetch-Site", "cross-site"},
            {"Sec-Fetch-Site", "same-site"}
        }) {
            assertThat(create("vf1", header[0], header[1])).as(header[1]).isEqualTo(403);
        }
        HttpResponse<String> deleted = api.http.send(
                api.request("DELETE", "/v1/vfs/vf1", "")
                        .header("Sec-Fetch-Site", "cross-site")
                        .build(),
                BodyHandlers.ofString());
        assertThat(deleted.statusCode()).isEqualTo(403);
        assertThat(deleted.body()).contains("another origin");
        assertThat(api.get("/v1/vfs").path("items")).isEmpty();
        assertThat(create("vf1", "Origin", own)).isEqualTo(201);
        assertThat(create("vf2", "Sec-Fetch-Site", "same-origin")).isEqualTo(201);
    }

    private int create(String name, String header, String value) throws Exception {
        return api.http
                .send(
                        api.request("POST", "/v1/vfs", "{\"name\":\"" + name + "\",\"ioQueues\":1}")
                                .header(header, value)
                                .build(),
                        BodyHandlers.ofString())
                .statusCode();
    }
}
