package io.nvmevf.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiServerTest {
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
    void takesAVirtualFunctionThroughItsLife() throws Exception {
        JsonNode vf = api.post(
                201,
                "/v1/vfs",
                "{\"name\":\"vf1\",\"tenant\":\"t\",\"ports\":[2],\"ioQueues\":4,\"state\":\"OFFLINE\"}");
        assertThat(vf.path("state").asText()).isEqualTo("offline");
        assertThat(vf.path("tenant").asText()).isEqualTo("t");
        assertThat(vf.path("ports").toString()).isEqualTo("[2]");
        assertThat(vf.path("queues").asInt()).isEqualTo(5);
        assertThat(api.post(200, "/v1/vfs/vf1/online", "{}").path("state").asText())
                .isEqualTo("online");
        assertThat(api.answer(200, "PATCH", "/v1/vfs/vf1", "{\"state\":\"offline\"}")
                        .path("state")
                        .asText())
                .isEqualTo("offline");
        assertThat(api.answer(200, "PATCH", "/v1/vfs/vf1", "{\"tenant\":\"u\",\"ports\":[],\"ioQueues\":0}")
                        .path("tenant")
                        .asText())
                .isEqualTo("u");
        assertThat(api.refused(409, "wrong-state", "POST", "/v1/vfs/vf1/online", "{}"))
                .contains("no queues");
        assertThat(api.answer(200, "PATCH", "/v1/vfs/vf1", "{\"addAllowedHosts\":[\"nqn.2020-01.com.example:h\"]}")
                        .path("allowedHosts"))
                .hasSize(1);
        api.post(201, "/v1/vfs", "{\"name\":\"vf2\"}");
        JsonNode all = api.post(200, "/v1/pf/offline", "{}");
        assertThat(all.path("items").findValuesAsText("state")).containsExactly("offline", "offline");
        api.answer(204, "DELETE", "/v1/vfs/vf1", "");
        api.answer(204, "DELETE", "/v1/vfs/vf2", "");
        assertThat(api.get("/v1/vfs").path("items")).isEmpty();
    }

    @Test
    void tellsWhatThePhysicalFunctionHasAndWhatIsLeft() throws Exception {
        api.post(201, "/v1/vfs", "{\"name\":\"vf1\",\"ioQueues\":9}");
        api.post(201, "/v1/vfs", "{\"name\":\"vf2\",\"ioQueues\":0,\"state\":\"offline\"}");
        api.post(201, "/v1/namespaces", "{\"vf\":\"vf1\",\"bytes\":12288}");
        api.post(201, "/v1/namespaces", "{\"bytes\":4096}");
        JsonNode pf = api.get("/v1/pf");
        assertThat(pf.at("/pool/allocated").asInt()).isEqualTo(16384);
        assertThat(pf.at("/pool/free").asInt()).isEqualTo((1 << 30) - 16384);
        assertThat(pf.path("queueResources").toString()).isEqualTo("{\"total\":100,\"assigned\":10,\"free\":90}");
        assertThat(pf.path("vfsByState").toString()).isEqualTo("{\"online\":1,\"draining\":0,\"offline\":1}");
        assertThat(pf.path("namespacesByState").toString())
                .isEqualTo("{\"available\":1,\"attached\":1,\"detached\":0,\"wiping\":0,\"quarantined\":0}");
        assertThat(pf.path("maxVfs").asInt()).isEqualTo(4);
        assertThat(pf.path("nqn").asText()).isEqualTo("nqn.2026-01.io.nvmevf:test:pf");
        assertThat(pf.at("/listeners/1/number").asInt()).isEqualTo(2);
    }

    @Test
    void refusesWithAProblemThatSaysWhy() throws Exception {
        api.post(201, "/v1/vfs", "{\"name\":\"vf1\",\"ioQueues\":64}");
        assertThat(api.refused(409, "exists", "POST", "/v1/vfs", "{\"name\":\"vf1\"}"))
                .contains("already");
        assertThat(api.problem(400, "POST", "/v1/vfs", "{\"nam\":\"vf1\"}")).contains("unknown field 'nam'");
        assertThat(api.problem(400, "POST", "/v1/vfs", "{\"name\":7}")).contains("field 'name'");
        assertThat(api.problem(400, "POST", "/v1/vfs", "{\"name\":\"x\",\"ioQueues\":\"4\"}"))
                .contains("'ioQueues'");
        assertThat(api.problem(400, "POST", "/v1/vfs", "{\"name\":\"x\",\"state\":\"up\"}"))
                .isEqualTo("field 'state' must be one of online, draining, offline");
        assertThat(api.problem(400, "POST", "/v1/vfs", "{\"name\":\"x\",\"state\":1}"))
                .contains("'state'");
        assertThat(api.problem(400, "POST", "/v1/vfs", "{\"name\":\"x\",\"state\":\"\"}"))
                .contains("'state'");
        assertThat(api.problem(400, "POST", "/v1/vfs", "{\"name\":\"x\",\"allowedHosts\":[null]}"))
                .contains("'allowedHosts'");
        assertThat(api.problem(400, "POST", "/v1/vfs", "{\"name\":\"x\",\"ports\":[null]}"))
                .contains("'ports'");
        assertThat(api.problem(400, "POST", "/v1/vfs", "{")).contains("no valid JSON");
        assertThat(api.problem(400, "POST", "/v1/vfs", "null")).contains("null");
        assertThat(api.refused(400, "invalid", "POST", "/v1/vfs", "{}")).contains("name is missing");
        assertThat(api.refused(400, "invalid", "POST", "/v1/vfs", "{\"name\":\"x\",\"state\":\"draining\"}"))
                .contains("DRAINING");
        assertThat(api.refused(400, "invalid", "POST", "/v1/vfs", "{\"name\":\"x\",\"ports\":[3]}"))
                .contains("listener 3");
        assertThat(api.refused(507, "no-capacity", "POST", "/v1/vfs", "{\"name\":\"x\",\"ioQueues\":64}"))
                .contains("35 of 100 are left");
        assertThat(api.problem(400, "PATCH", "/v1/vfs/vf1", "{\"state\":\"offline\",\"ioQueues\":1}"))
                .contains("together");
        assertThat(api.problem(400, "PATCH", "/v1/vfs/vf1", "{\"state\":\"draining\"}"))
                .contains("offline");
        assertThat(api.problem(400, "DELETE", "/v1/vfs/vf1?namespaces=maybe", ""))
                .contains("refuse, detach, delete");
        assertThat(api.problem(400, "DELETE", "/v1/vfs/vf1?force=true", "")).contains("unknown parameter 'force'");
        assertThat(api.problem(400, "GET", "/v1/namespaces?state=a&state=b", ""))
                .contains("twice");
        assertThat(api.refused(404, "not-found", "GET", "/v1/vfs/none", "")).contains("'none'");
        assertThat(api.refused(404, "not-found", "POST", "/v1/vfs/none/offline", "{}"))
                .contains("'none'");
        assertThat(api.problem(404, "GET", "/v2", "")).contains("openapi.json");
        assertThat(api.problem(405, "PUT", "/v1/vfs", "{}")).contains("method");
        assertThat(api.problem(413, "POST", "/v1/vfs", "{\"name\":\"" + "x".repeat(ApiServer.MAX_BODY) + "\"}"))
                .contains("too large");
    }

    @Test
    void refusesBodiesThatAWebPageCouldSend() throws Exception {
        api.post(201, "/v1/vfs", "{\"name\":\"vf1\"}");
        for (String path : new String[] {"/v1/vfs", "/v1/vfs/vf1/offline", "/v1/pf/offline", "/v1/apply?prune=true"}) {
            for (String body : new String[] {"{\"name\":\"vf2\"}", ""}) {
                HttpRequest request = HttpRequest.newBuilder(URI.create(api.url() + path))
                        .header("Content-Type", "text/plain")
                        .POST(BodyPublishers.ofString(body))
                        .build();
                assertThat(api.http.send(request, BodyHandlers.ofString()).statusCode())
                        .as(path)
                        .isEqualTo(415);
            }
            assertThat(api.problem(415, "POST", path, "")).contains("application/json");
        }
        assertThat(api.service().state().vfs()).hasSize(1).allMatch(vf -> vf.isOnline());
    }

    @Test
    void takesAnEmptyBodyWhereThereIsNothingToSay() throws Exception {
        api.post(201, "/v1/vfs", "{\"name\":\"vf1\"}");
        HttpRequest request = HttpRequest.newBuilder(URI.create(api.url() + "/v1/vfs/vf1/offline"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.noBody())
                .build();
        assertThat(api.http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        assertThat(api.problem(400, "POST", "/v1/vfs/vf1/online", "{\"now\":true}"))
                .contains("unknown field 'now'");
    }

    @Test
    void refusesAHostHeaderThatIsNotLoopback() throws Exception {
        assertThat(statusLine("rebound.example:9420")).contains(" 403 ");
        assertThat(statusLine("127.0.0.1.example")).contains(" 403 ");
        assertThat(statusLine("localhost")).contains(" 200 ");
        assertThat(statusLine("[::1]:9420")).contains(" 200 ");
    }

    private String statusLine(String host) throws Exception {
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), api.server().address().getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("GET /healthz HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            return in.readLine();
        }
    }

    @Test
    void describesExactlyTheRoutesThatItServes() throws Exception {
        JsonNode document = api.get("/v1/openapi.json");
        assertThat(document.path("openapi").asText()).startsWith("3.1");
        TreeSet<String> described = new TreeSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(
                                method -> described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        TreeSet<String> served = new TreeSet<>();
        api.server().server().serviceConfigs().stream()
                .filter(config -> !config.route().patternString().matches("/(console/.*)?"))
                .forEach(config -> config.route()
                        .methods()
                        .forEach(method -> served.add(
                                method + " " + config.route().patternString().replaceAll(":([a-z]+)", "{$1}"))));
        assertThat(described).isEqualTo(served);

        api.post(201, "/v1/vfs", "{\"name\":\"vf1\"}");
        api.post(201, "/v1/namespaces", "{\"vf\":\"vf1\",\"bytes\":4096}");
        api.post(202, "/v1/namespaces/ns-1/release", "{}");
        for (String scope : new String[] {"/v1/vfs/vf1", "/v1/pf", "/v1/discovery"}) {
            api.answer(200, "PUT", scope + "/keys/" + KeyRoutesTest.HOST, "{\"generate\":true}");
            api.answer(200, "PUT", scope + "/tls-keys/" + KeyRoutesTest.HOST, "{\"generate\":true}");
        }
        for (String route : described) {
            String method = route.substring(0, route.indexOf(' '));
            String path = route.substring(route.indexOf(' ') + 1)
                    .replace("profiles/{name}", "profiles/gp3-like")
                    .replace("{name}", "vf1")
                    .replace("{host}", KeyRoutesTest.HOST)
                    .replace("operations/{id}", "operations/op-1")
                    .replace("{id}", "ns-1");
            if (method.equals("GET")) {
                assertThat(api.send(method, path, "").statusCode()).as(route).isEqualTo(200);
            }
        }
    }

    /** The fields of what is answered are those that are described: no more, no fewer. */
    @Test
    void answersWithTheFieldsThatAreDescribed() throws Exception {
        JsonNode schemas = api.get("/v1/openapi.json").at("/components/schemas");
        api.post(201, "/v1/vfs", "{\"name\":\"vf1\"}");
        api.post(201, "/v1/namespaces", "{\"vf\":\"vf1\",\"bytes\":4096}");
        api.post(202, "/v1/namespaces/ns-1/release", "{}");
        JsonNode made = api.answer(200, "PUT", "/v1/vfs/vf1/keys/" + KeyRoutesTest.HOST, "{\"generate\":true}");
        fields(schemas, "MadeKey", made);
        fields(schemas, "Key", api.get("/v1/vfs/vf1/keys").at("/items/0"));
        fields(schemas, "KeyPair", made.at("/key/pairs/0"));
        JsonNode tls = api.answer(200, "PUT", "/v1/vfs/vf1/tls-keys/" + KeyRoutesTest.HOST, "{\"generate\":true}");
        fields(schemas, "MadeTlsKey", tls);
        fields(schemas, "TlsKey", api.get("/v1/vfs/vf1/tls-keys").at("/items/0"));
        fields(schemas, "Psk", tls.at("/key/psks/0"));
        fields(schemas, "Pf", api.get("/v1/pf"));
        fields(schemas, "Vf", api.get("/v1/vfs/vf1"));
        fields(schemas, "Namespace", api.get("/v1/namespaces/ns-1"));
        fields(schemas, "Operation", api.get("/v1/operations/op-1"));
        fields(schemas, "AuditEntry", api.get("/v1/audit").at("/items/0"));
        fields(schemas, "Stats", api.get("/v1/stats"));
        fields(schemas, "Document", api.get("/v1/apply"));
        api.post(201, "/v1/profiles", "{\"name\":\"p\",\"limits\":{\"totalIops\":1}}");
        api.answer(200, "PUT", "/v1/tenants/t/limits", "{\"totalIops\":1}");
        fields(schemas, "SetCapacity", api.answer(200, "PUT", "/v1/pf/capacity", ShareRoutesTest.CAPACITY));
        fields(schemas, "Capacity", api.get("/v1/pf").path("capacity"));
        fields(schemas, "Guarantees", api.get("/v1/pf").path("guarantees"));
        fields(schemas, "Calibration", api.get("/v1/pf/calibration"));
        fields(schemas, "DocumentPf", api.get("/v1/apply").path("pf"));
        api.post(201, "/v1/profiles", "{\"name\":\"q\",\"limits\":{\"share\":{\"minIops\":1}}}");
        fields(schemas, "Share", api.get("/v1/profiles/q").at("/limits/share"));
        fields(schemas, "Profile", api.get("/v1/profiles/p"));
        fields(schemas, "Tenant", api.get("/v1/tenants").at("/items/0"));
        fields(schemas, "DocumentProfile", api.get("/v1/apply").at("/profiles/0"));
        fields(schemas, "DocumentTenant", api.get("/v1/apply").at("/tenants/0"));
        fields(schemas, "DocumentVf", api.get("/v1/apply").at("/vfs/0"));
        fields(schemas, "DocumentNamespace", api.get("/v1/apply").at("/namespaces/0"));
        JsonNode token = api.post(201, "/v1/tokens", "{\"name\":\"t\",\"role\":\"metrics\"}");
        fields(schemas, "MadeToken", token);
        fields(schemas, "Token", token.path("token"));
        JsonNode applied = api.post(200, "/v1/apply?dryRun=true", "{\"vfs\":[{\"name\":\"vf3\"}]}");
        fields(schemas, "Applied", applied);
        fields(schemas, "Step", applied.at("/steps/0"));
        fields(schemas, "Jvm", api.get("/v1/diagnostics/jvm"));
        fields(schemas, "Log", api.get("/v1/logging"));
        fields(schemas, "Logger", api.get("/v1/logging").at("/loggers/0"));
        fields(schemas, "Problem", api.answer(404, "GET", "/v1/vfs/none", ""));
    }

    private static void fields(JsonNode schemas, String name, JsonNode answer) {
        TreeSet<String> described = new TreeSet<>();
        schemas.path(name).path("properties").fieldNames().forEachRemaining(described::add);
        TreeSet<String> there = new TreeSet<>();
        answer.fieldNames().forEachRemaining(there::add);
        assertThat(there).as(name).isEqualTo(described);
    }
}
