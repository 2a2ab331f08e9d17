package io.nvmevf.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.DhchapSecret;
import io.nvmevf.server.control.HostKey;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys of hosts over REST. */
class KeyRoutesTest {
    static final String HOST = "nqn.2014-08.org.nvmexpress:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427";
    private static final String KEYS = "/v1/vfs/vf1/keys";
    private static final String KEY = KEYS + "/" + HOST;

    @TempDir
    Path directory;

    private TestApi api;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi(directory);
        api.post(201, "/v1/vfs", "{\"name\":\"vf1\",\"ioQueues\":1,\"allowedHosts\":[\"" + HOST + "\"]}");
    }

    @AfterEach
    void stop() throws Exception {
        api.close();
    }

    static String secret() {
        return DhchapSecret.generate(new SecureRandom(), 32, DhchapHash.SHA_256).text();
    }

    private static String given(String secret, @Nullable String controllerSecret) {
        return "{\"secret\":\"" + secret + "\""
                + (controllerSecret == null ? "" : ",\"controllerSecret\":\"" + controllerSecret + "\"") + "}";
    }

    @Test
    void takesAKeyThroughItsLife() throws Exception {
        assertThat(api.get(KEYS).toString()).isEqualTo("{\"items\":[]}");
        String first = secret();
        String expected = "{\"vf\":\"vf1\",\"host\":\"" + HOST + "\",\"allowed\":true,\"hash\":null,\"group\":null,"
                + "\"pairs\":[{\"bidirectional\":false,\"keyHash\":\"SHA-256\"}]}";
        assertThat(api.answer(200, "PUT", KEY, given(first, null)).toString())
                .isEqualTo("{\"key\":" + expected + ",\"secret\":null,\"controllerSecret\":null}");
        assertThat(api.get(KEY).toString()).isEqualTo(expected);
        assertThat(api.get(KEYS).toString()).isEqualTo("{\"items\":[" + expected + "]}");
        assertThat(api.get("/v1/vfs/vf1").path("hostsWithKey").toString()).isEqualTo("[\"" + HOST + "\"]");

        JsonNode rotated = api.post(
                200,
                KEY + "/rotate",
                "{\"generate\":true,\"length\":48,\"keyHash\":\"none\",\"bidirectional\":true,"
                        + "\"hash\":\"sha-512\",\"group\":\"null\"}");
        assertThat(rotated.path("key").toString())
                .isEqualTo("{\"vf\":\"vf1\",\"host\":\"" + HOST
                        + "\",\"allowed\":true,\"hash\":\"SHA-512\",\"group\":\"NULL\","
                        + "\"pairs\":[{\"bidirectional\":true,\"keyHash\":\"none\"},"
                        + "{\"bidirectional\":false,\"keyHash\":\"SHA-256\"}]}");
        HostKey stored = api.service().hostKey("vf1", HOST);
        assertThat(stored.newest())
                .isEqualTo(new HostKey.Pair(
                        DhchapSecret.parse(rotated.path("secret").asText()),
                        DhchapSecret.parse(rotated.path("controllerSecret").asText())));
        assertThat(stored.pairs().getLast().host()).isEqualTo(DhchapSecret.parse(first));
        assertThat(rotated.path("secret").asText()).startsWith("DHHC-1:00:").hasSize(81 + 2);

        assertThat(api.post(200, KEY + "/finish-rotation", "{}").path("pairs")).hasSize(1);
        api.answer(204, "DELETE", KEY, "");
        assertThat(api.refused(404, "not-found", "GET", KEY, "")).contains("has no key");
        assertThat(api.get("/v1/vfs/vf1").path("hostsWithKey")).isEmpty();
    }

    @Test
    void tellsWhatItMadeOnceAndNeverWhatItWasGiven() throws Exception {
        HttpResponse<String> made = api.send("PUT", KEY, "{\"generate\":true,\"bidirectional\":true}");
        assertThat(made.headers().firstValue("cache-control")).hasValue("no-store");
        HostKey.Pair pair = api.service().hostKey("vf1", HOST).newest();
        assertThat(made.body())
                .contains("\"secret\":\"" + pair.host().text() + "\"")
                .contains("\"controllerSecret\":\""
                        + Objects.requireNonNull(pair.controller()).text() + "\"");
        String given = secret();
        String controller = secret();
        assertThat(api.send("POST", KEY + "/rotate", given(given, controller)).body())
                .contains("\"secret\":null", "\"controllerSecret\":null")
                .doesNotContain("DHHC");
        for (String path : List.of(KEYS, KEY, "/v1/vfs", "/v1/vfs/vf1", "/v1/apply", "/v1/audit", "/v1/pf")) {
            assertThat(api.send("GET", path, "").body()).as(path).doesNotContain("DHHC");
        }
        assertThat(api.post(200, KEY + "/finish-rotation", "{}").toString()).doesNotContain("DHHC");
    }

    @Test
    void aHostNeedNotBeAllowed() throws Exception {
        String other = "nqn.2020-01.com.example:other";
        assertThat(api.answer(200, "PUT", KEYS + "/" + other, "{\"generate\":true}")
                        .at("/key/allowed")
                        .asBoolean(true))
                .isFalse();
        api.answer(200, "PATCH", "/v1/vfs/vf1", "{\"allowAnyHost\":true}");
        assertThat(api.get(KEYS + "/" + other).path("allowed").asBoolean()).isTrue();
    }

    @Test
    void namesOfHostsMayHoldWhateverNqnsMayHold() throws Exception {
        String prefix = "nqn.2020-01.com.example";
        for (String end : List.of(
                "",
                ":a",
                ":a:b",
                ":a/b",
                ":a//b",
                ":a?b=c&d",
                ":a#b",
                ":100%",
                ":a%2Fb",
                ":a;b",
                ":a+b",
                ":..",
                ":ä€😀",
                ":a\"b'c",
                ":{name}",
                ":a=b,c|d\\e",
                ":rotate",
                ":a/rotate")) {
            String nqn = prefix + end;
            String path = KEYS + "/" + URLEncoder.encode(nqn, StandardCharsets.UTF_8);
            assertThat(api.answer(200, "PUT", path, "{\"generate\":true}")
                            .at("/key/host")
                            .asText())
                    .isEqualTo(nqn);
            assertThat(api.service().hostKey("vf1", nqn).isRotating()).isFalse();
            assertThat(api.post(200, path + "/rotate", "{\"generate\":true}")
                            .at("/key/host")
                            .asText())
                    .isEqualTo(nqn);
            assertThat(api.get(path).path("pairs")).hasSize(2);
            api.answer(204, "DELETE", path, "");
        }
        // What looks like a way out of a directory the HTTP server does not let through.
        api.problem(400, "PUT", KEYS + "/" + prefix + ":a%2F..%2Fb", "{\"generate\":true}");
        assertThat(api.service().state().hostKeys()).isEmpty();
    }

    @Test
    void refusesWithoutRepeatingWhatItWasSent() throws Exception {
        String secret = secret();
        String other = secret();
        api.answer(200, "PUT", KEY, given(secret, null));
        String[] bodies = {
            given(secret.replace(":01:", ":07:"), null),
            given(secret.substring(0, 30), null),
            given(secret, secret),
            given(secret, secret + "x"),
            "{\"secret\":" + secret + "}",
            "{\"secret\":\"" + secret,
            "{\"secret\":\"" + secret + "\\x\"}",
            "{\"secret\":\"" + secret + "\"} \"" + secret + "\"",
            "{\"secret\":[\"" + secret + "\"]}",
            "{\"secret\":{\"" + secret + "\":1}}",
            "{\"" + secret + "\":true}",
            "{\"" + secret + "\":1,\"" + secret + "\":1}",
            "\"" + secret + "\"",
            "[\"" + secret + "\"]",
            secret,
            "{\"generate\":\"" + secret + "\"}",
            "{\"generate\":true,\"length\":\"" + secret + "\"}",
            "{\"generate\":true,\"keyHash\":\"" + secret + "\"}",
            "{\"generate\":true,\"hash\":\"" + secret + "\"}",
            "{\"generate\":true,\"group\":\"" + secret + "\"}",
            "{\"generate\":true,\"bidirectional\":\"" + secret + "\"}",
            "{\"generate\":true,\"secret\":\"" + secret + "\"}",
            "{\"secret\":\"" + secret + "\",\"length\":32}",
            "{\"secret\":\"" + secret + "\",\"secret\":\"" + other + "\"}",
            "{\"secret\":\"" + secret + "\",\"bidirectional\":true}",
            "{}",
            "null"
        };
        for (String body : bodies) {
            for (String[] to : new String[][] {{"PUT", KEY}, {"POST", KEY + "/rotate"}}) {
                HttpResponse<String> answer = api.send(to[0], to[1], body);
                assertThat(answer.statusCode()).as(body).isEqualTo(400);
                assertThat(answer.body())
                        .as(body)
                        .doesNotContain(secret.substring(10, 40), other.substring(10, 40), "DHHC-1:01");
            }
        }
        HttpResponse<String> misplaced = api.send("POST", KEY + "/finish-rotation", "{\"" + secret + "\":1}");
        assertThat(misplaced.statusCode()).isEqualTo(400);
        assertThat(misplaced.body()).contains("unknown field").doesNotContain(secret.substring(10, 40));
        assertThat(api.problem(400, "PUT", KEY, "{\"" + secret + "\":true}"))
                .isEqualTo("unknown field; allowed are bidirectional, controllerSecret, generate, group, hash, keyHash,"
                        + " length, secret");
        assertThat(api.problem(400, "PUT", KEY, secret)).isEqualTo("the body is no valid JSON");
        assertThat(api.problem(400, "PUT", KEY, "{\"generate\":\"yes\"}")).contains("field 'generate'");
        assertThat(api.refused(400, "invalid", "PUT", KEYS + "/host", "{\"generate\":true}"))
                .contains("no NQN");
        assertThat(api.refused(404, "not-found", "PUT", "/v1/vfs/none/keys/" + HOST, "{\"generate\":true}"))
                .contains("'none'");
        assertThat(api.refused(404, "not-found", "GET", "/v1/vfs/none/keys", ""))
                .contains("'none'");
        assertThat(api.service().hostKey("vf1", HOST).newest().host()).isEqualTo(DhchapSecret.parse(secret));
        assertThat(api.service().hostKey("vf1", HOST).isRotating()).isFalse();
    }

    @Test
    void authenticationCanBeRequired() throws Exception {
        assertThat(api.get("/v1/vfs/vf1").path("requireAuthentication").asBoolean(true))
                .isFalse();
        assertThat(api.answer(200, "PATCH", "/v1/vfs/vf1", "{\"requireAuthentication\":true}")
                        .path("requireAuthentication")
                        .asBoolean())
                .isTrue();
        assertThat(api.get("/v1/apply").at("/vfs/0/requireAuthentication").asBoolean())
                .isTrue();
        JsonNode plan = api.post(
                200,
                "/v1/apply",
                "{\"vfs\":[{\"name\":\"vf1\",\"requireAuthentication\":false},"
                        + "{\"name\":\"vf2\",\"ioQueues\":1,\"requireAuthentication\":true}]}");
        assertThat(plan.at("/steps/0/changes").toString())
                .isEqualTo("[{\"field\":\"requireAuthentication\",\"from\":\"true\",\"to\":\"false\"}]");
        assertThat(plan.at("/steps/1/changes").toString())
                .contains("{\"field\":\"requireAuthentication\",\"from\":null,\"to\":\"true\"}");
        assertThat(api.service().vf("vf1").access().requireAuthentication()).isFalse();
        assertThat(api.service().vf("vf2").access().requireAuthentication()).isTrue();
        api.post(201, "/v1/vfs", "{\"name\":\"vf3\",\"ioQueues\":1,\"requireAuthentication\":true}");
        assertThat(api.service().vf("vf3").access().requireAuthentication()).isTrue();
        assertThat(api.problem(400, "PATCH", "/v1/vfs/vf1", "{\"requireAuthentication\":\"yes\"}"))
                .contains("field 'requireAuthentication'");
    }
}
