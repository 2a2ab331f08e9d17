package io.nvmevf.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.nvmevf.protocol.auth.DhchapHash;
import io.nvmevf.protocol.auth.DhchapSecret;
import io.nvmevf.protocol.auth.TlsPskInterchange;
import io.nvmevf.server.control.HostKey;
import io.nvmevf.server.control.TlsKey;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS keys over REST, and keys of both kinds at the physical function and the discovery service. */
class TlsKeyRoutesTest {
    private static final String HOST = KeyRoutesTest.HOST;
    private static final List<String> SCOPES = List.of("/v1/vfs/vf1", "/v1/pf", "/v1/discovery");

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

    private static String psk() {
        return TlsPskInterchange.generate(new SecureRandom(), 32, DhchapHash.SHA_256)
                .text();
    }

    private static String subsystem(String scope) {
        return switch (scope) {
            case "/v1/pf" -> HostKey.PF;
            case "/v1/discovery" -> HostKey.DISCOVERY;
            default -> "vf1";
        };
    }

    @Test
    void takesATlsKeyThroughItsLifeEverywhere() throws Exception {
        for (String scope : SCOPES) {
            String keys = scope + "/tls-keys";
            String key = keys + "/" + HOST;
            boolean vf = scope.endsWith("vf1");
            assertThat(api.get(keys).toString()).isEqualTo("{\"items\":[]}");
            String first = psk();
            String expected = "{\"vf\":" + (vf ? "\"vf1\"" : "null") + ",\"host\":\"" + HOST + "\",\"allowed\":"
                    + !scope.equals("/v1/pf") + ",\"psks\":[{\"length\":32,\"keyHash\":\"SHA-256\"}]}";
            assertThat(api.answer(200, "PUT", key, "{\"psk\":\"" + first + "\"}")
                            .toString())
                    .isEqualTo("{\"key\":" + expected + ",\"psk\":null}");
            assertThat(api.get(key).toString()).isEqualTo(expected);
            assertThat(api.get(keys).toString()).isEqualTo("{\"items\":[" + expected + "]}");

            HttpResponse<String> rotated =
                    api.send("POST", key + "/rotate", "{\"generate\":true,\"length\":48,\"keyHash\":\"none\"}");
            assertThat(rotated.headers().firstValue("cache-control")).hasValue("no-store");
            TlsKey stored = api.service().tlsKey(subsystem(scope), HOST);
            assertThat(rotated.body())
                    .contains("\"psks\":[{\"length\":48,\"keyHash\":\"none\"},{\"length\":32,\"keyHash\":\"SHA-256\"}]")
                    .contains("\"psk\":\"" + stored.newest().text() + "\"");
            assertThat(stored.psks().getLast()).isEqualTo(TlsPskInterchange.parse(first));
            for (String path : List.of(keys, key, "/v1/vfs", "/v1/vfs/vf1", "/v1/apply", "/v1/audit", "/v1/pf")) {
                assertThat(api.send("GET", path, "").body()).as(path).doesNotContain("NVMeTLSkey");
            }
            assertThat(api.post(200, key + "/finish-rotation", "{}").toString())
                    .contains("\"psks\":[{\"length\":48,\"keyHash\":\"none\"}]")
                    .doesNotContain("NVMeTLSkey");
            if (vf) {
                assertThat(api.get(scope).path("hostsWithTlsKey").toString()).isEqualTo("[\"" + HOST + "\"]");
            }
            api.answer(204, "DELETE", key, "");
            assertThat(api.refused(404, "not-found", "GET", key, "")).contains("has no TLS key");
        }
    }

    @Test
    void secretsForDhHmacChapAreGivenEverywhere() throws Exception {
        for (String scope : SCOPES) {
            String key = scope + "/keys/" + HOST;
            String secret = KeyRoutesTest.secret();
            JsonNode set = api.answer(200, "PUT", key, "{\"secret\":\"" + secret + "\"}");
            assertThat(set.at("/key/vf").isNull()).isEqualTo(!scope.endsWith("vf1"));
            assertThat(api.service().hostKey(subsystem(scope), HOST).newest().host())
                    .isEqualTo(DhchapSecret.parse(secret));
            assertThat(api.post(200, key + "/rotate", "{\"generate\":true}").at("/key/pairs"))
                    .hasSize(2);
            assertThat(api.post(200, key + "/finish-rotation", "{}").path("pairs"))
                    .hasSize(1);
            assertThat(api.get(scope + "/keys").path("items")).hasSize(1);
        }
        for (String scope : SCOPES) {
            api.answer(204, "DELETE", scope + "/keys/" + HOST, "");
        }
        assertThat(api.service().state().hostKeys()).isEmpty();
    }

    /** Only its own routes lead to what is no virtual function, whatever a request names. */
    @Test
    void noNameOfAVirtualFunctionLeadsElsewhere() throws Exception {
        for (String name : List.of(HostKey.PF, HostKey.DISCOVERY, "none")) {
            String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8);
            for (String kind : List.of("keys", "tls-keys")) {
                String path = "/v1/vfs/" + encoded + "/" + kind;
                assertThat(api.refused(404, "not-found", "GET", path, "")).contains(name);
                api.refused(404, "not-found", "PUT", path + "/" + HOST, "{\"generate\":true}");
            }
        }
        api.send("PUT", "/v1/pf/keys/" + HOST + "?name=vf1", "{\"generate\":true}");
        assertThat(api.service().state().hostKeys("vf1")).isEmpty();
        assertThat(api.service().state().tlsKeys()).isEmpty();
    }

    @Test
    void refusesWithoutRepeatingWhatItWasSent() throws Exception {
        String psk = psk();
        for (String scope : SCOPES) {
            String key = scope + "/tls-keys/" + HOST;
            api.answer(200, "PUT", key, "{\"psk\":\"" + psk + "\"}");
            for (String body : List.of(
                    "{\"psk\":\"" + psk + "x\"}",
                    "{\"psk\":\"" + psk,
                    "{\"psk\":[\"" + psk + "\"]}",
                    "{\"secret\":\"" + psk + "\"}",
                    "{\"" + psk + "\":1}",
                    "{\"generate\":\"" + psk + "\"}",
                    "{\"generate\":true,\"psk\":\"" + psk + "\"}",
                    "{\"generate\":true,\"length\":\"" + psk + "\"}",
                    "{\"generate\":true,\"keyHash\":\"" + psk + "\"}",
                    psk,
                    "{}")) {
                for (String[] to : new String[][] {{"PUT", key}, {"POST", key + "/rotate"}}) {
                    HttpResponse<String> answer = api.send(to[0], to[1], body);
                    assertThat(answer.statusCode()).as(body).isEqualTo(400);
                    assertThat(answer.body()).as(body).doesNotContain(psk.substring(16, 40), "NVMeTLSkey-1:01");
                }
            }
            assertThat(api.refused(400, "invalid", "POST", key + "/rotate", "{\"psk\":\"" + psk + "\"}"))
                    .contains("the host has already");
        }
        assertThat(api.problem(400, "PUT", "/v1/pf/tls-keys/" + HOST, "{\"x\":1}"))
                .isEqualTo("unknown field; allowed are generate, keyHash, length, psk");
    }

    @Test
    void tlsAndDuplicateHostsAreConfiguredPerVirtualFunction() throws Exception {
        assertThat(api.get("/v1/vfs/vf1").path("tls").asText()).isEqualTo("allowed");
        assertThat(api.get("/v1/vfs/vf1").path("duplicateHost").asText()).isEqualTo("allow");
        JsonNode changed =
                api.answer(200, "PATCH", "/v1/vfs/vf1", "{\"tls\":\"required\",\"duplicateHost\":\"reject\"}");
        assertThat(changed.path("tls").asText()).isEqualTo("required");
        assertThat(changed.path("duplicateHost").asText()).isEqualTo("reject");
        api.answer(200, "PATCH", "/v1/vfs/vf1", "{\"allowAnyHost\":true}");
        assertThat(api.get("/v1/apply").at("/vfs/0/tls").asText()).isEqualTo("required");
        JsonNode plan = api.post(
                200,
                "/v1/apply",
                "{\"vfs\":[{\"name\":\"vf1\",\"tls\":\"off\"},"
                        + "{\"name\":\"vf2\",\"ioQueues\":1,\"tls\":\"required\",\"duplicateHost\":\"replace\"}]}");
        assertThat(plan.at("/steps/0/changes").toString())
                .isEqualTo("[{\"field\":\"tls\",\"from\":\"required\",\"to\":\"off\"}]");
        assertThat(plan.at("/steps/1/changes").toString())
                .contains("{\"field\":\"tls\",\"from\":null,\"to\":\"required\"}")
                .contains("{\"field\":\"duplicateHost\",\"from\":null,\"to\":\"replace\"}");
        JsonNode made = api.post(201, "/v1/vfs", "{\"name\":\"vf3\",\"ioQueues\":1,\"tls\":\"off\"}");
        assertThat(made.path("tls").asText()).isEqualTo("off");
        assertThat(api.problem(400, "PATCH", "/v1/vfs/vf1", "{\"tls\":\"on\"}"))
                .contains("field 'tls' must be one of off, allowed, required");
        assertThat(api.get("/v1/pf").path("tls").asText()).isEqualTo("allowed");
    }
}
