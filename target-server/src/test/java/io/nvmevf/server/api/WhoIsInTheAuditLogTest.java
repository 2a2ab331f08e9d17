package io.nvmevf.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpMethod;
import io.nvmevf.server.audit.AuditEntry;
import io.nvmevf.server.audit.AuditVerifier;
import io.nvmevf.server.control.NewVirtualFunction;
import io.nvmevf.server.control.Role;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every change that comes over REST is in the audit log, with whose token it was. */
class WhoIsInTheAuditLogTest {
    @TempDir
    Path directory;

    private TestApi api;
    private final Set<String> done = new TreeSet<>();

    @BeforeEach
    void start() throws Exception {
        api = new TestApi(directory, TestApi.ASKING);
        api.token = api.makeToken("admin", Role.OPERATOR);
    }

    @AfterEach
    void stop() throws Exception {
        api.close();
    }

    /** Sends a change, and looks at what the audit log says about it. */
    private void change(int status, String method, String route, String path, String body, String type)
            throws Exception {
        int before = api.entries().size();
        api.answer(status, method, path, body);
        List<AuditEntry> all = api.entries();
        List<AuditEntry> entries = all.subList(before, all.size());
        assertThat(entries).as(method + " " + path).extracting(AuditEntry::type).contains(type);
        for (AuditEntry entry : entries) {
            assertThat(String.valueOf(entry.fields().get("who")))
                    .as(entry.toString())
                    .matches("\\{id=tok-[0-9a-f]{8}, kind=token, name=admin}");
        }
        done.add(method + " " + route);
    }

    private void change(int status, String method, String path, String body, String type) throws Exception {
        change(status, method, path, path, body, type);
    }

    private void onVf(int status, String method, String what, String body, String type) throws Exception {
        change(status, method, "/v1/vfs/{name}" + what, "/v1/vfs/vf1" + what, body, type);
    }

    private void onNs(int status, String method, String ns, String what, String body, String type) throws Exception {
        change(status, method, "/v1/namespaces/{id}" + what, "/v1/namespaces/" + ns + what, body, type);
    }

    @Test
    void everyChangeNamesWhoMadeIt() throws Exception {
        String generate = "{\"generate\":true}";
        change(201, "POST", "/v1/vfs", "{\"name\":\"vf1\",\"tenant\":\"t\",\"ioQueues\":2}", "vf-created");
        change(201, "POST", "/v1/vfs", "{\"name\":\"vf2\",\"tenant\":\"t\",\"ioQueues\":2}", "vf-created");
        onVf(200, "PATCH", "", "{\"addAllowedHosts\":[\"" + KeyRoutesTest.HOST + "\"]}", "vf-changed");
        assertThat(String.valueOf(api.lastEntry().fields().get("changes")))
                .isEqualTo("{allowedHosts=+" + KeyRoutesTest.HOST + "}");
        onVf(200, "POST", "/offline", "{}", "vf-offline");
        onVf(200, "POST", "/online", "{}", "vf-online");
        for (String keys : List.of("/keys", "/tls-keys")) {
            String event = keys.equals("/keys") ? "host-key" : "tls-key";
            for (String of : List.of("/v1/vfs/{name}", "/v1/pf", "/v1/discovery")) {
                String route = of + keys + "/{host}";
                String path = route.replace("{name}", "vf1").replace("{host}", KeyRoutesTest.HOST);
                change(200, "PUT", route, path, generate, event + "-set");
                change(200, "POST", route + "/rotate", path + "/rotate", generate, event + "-rotated");
                String finish = "/finish-rotation";
                change(200, "POST", route + finish, path + finish, "{}", event + "-rotation-finished");
                change(204, "DELETE", route, path, "", event + "-removed");
            }
        }
        change(201, "POST", "/v1/namespaces", "{\"name\":\"a\",\"vf\":\"vf1\",\"bytes\":8192}", "namespace-created");
        change(201, "POST", "/v1/namespaces", "{\"name\":\"b\",\"bytes\":8192}", "namespace-created");
        onNs(200, "PATCH", "a", "", "{\"bytes\":12288}", "namespace-resized");
        onNs(200, "PATCH", "a", "", "{\"writeProtected\":true}", "namespace-write-protection");
        onNs(200, "PATCH", "a", "", "{\"writeProtected\":false}", "namespace-write-protection");
        onNs(200, "POST", "b", "/attach", "{\"vf\":\"vf1\"}", "namespace-attached");
        onNs(200, "POST", "b", "/reassign", "{\"vf\":\"vf2\"}", "namespace-attached");
        onNs(200, "POST", "b", "/detach", "{}", "namespace-detached");
        onNs(202, "POST", "b", "/release", "{}", "namespace-wiping");
        api.eraser().finish("ns-2", "the disk is broken");
        onNs(202, "POST", "b", "/retry", "{}", "namespace-wiping");
        api.eraser().finish("ns-2", "the disk is broken");
        onNs(204, "POST", "b", "/discard", "{}", "namespace-discarded-unerased");
        onNs(202, "DELETE", "a", "", "", "namespace-wiping");
        change(201, "POST", "/v1/profiles", "{\"name\":\"p\",\"limits\":{\"totalIops\":1}}", "profile-created");
        change(
                200,
                "PATCH",
                "/v1/profiles/{name}",
                "/v1/profiles/p",
                "{\"limits\":{\"totalIops\":2}}",
                "profile-changed");
        change(204, "DELETE", "/v1/profiles/{name}", "/v1/profiles/p", "", "profile-deleted");
        change(
                200,
                "PUT",
                "/v1/tenants/{name}/limits",
                "/v1/tenants/other/limits",
                "{\"totalIops\":1}",
                "tenant-limited");
        change(204, "DELETE", "/v1/tenants/{name}/limits", "/v1/tenants/other/limits", "", "tenant-unlimited");
        change(200, "PUT", "/v1/pf/capacity", ShareRoutesTest.CAPACITY, "pf-capacity-set");
        change(204, "DELETE", "/v1/pf/capacity", "", "pf-capacity-removed");
        change(200, "POST", "/v1/apply", "{\"vfs\":[{\"name\":\"vf3\",\"ioQueues\":1}]}", "vf-created");
        change(200, "POST", "/v1/pf/offline", "{}", "all-vfs-offline");
        change(204, "DELETE", "/v1/vfs/{name}", "/v1/vfs/vf2", "", "vf-deleted");
        change(
                200,
                "PUT",
                "/v1/logging",
                "{\"logger\":\"io.nvmevf.server.api\",\"level\":\"warn\"}",
                "log-level-changed");
        change(200, "PUT", "/v1/logging", "{\"logger\":\"io.nvmevf.server.api\"}", "log-level-changed");
        change(201, "POST", "/v1/tokens", "{\"name\":\"x\",\"role\":\"metrics\"}", "token-created");
        change(204, "DELETE", "/v1/tokens/{id}", "/v1/tokens/x", "", "token-revoked");

        Set<String> changes = AccessRules.all().stream()
                .filter(rule -> rule.method() != HttpMethod.GET && rule.role() == Role.OPERATOR)
                .map(rule -> rule.method() + " " + rule.path())
                // (It measures with event loops, which this target has none of; CalibrateRoutesTest does it.)
                .filter(route -> !route.endsWith("/v1/pf/calibration"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(done).isEqualTo(changes);
        assertThat(AuditVerifier.verify(directory.resolve("audit.log")).broken())
                .isNull();
    }

    @Test
    void aDryRunIsNoChange() throws Exception {
        int before = api.entries().size();
        api.post(200, "/v1/apply?dryRun=true", "{\"vfs\":[{\"name\":\"vf1\"}]}");
        assertThat(api.entries()).hasSize(before);
    }

    @Test
    void whatTheTargetDoesByItselfIsItsOwn() throws Exception {
        api.service().createVf(NewVirtualFunction.named("vf1"));
        assertThat(api.lastEntry().fields().get("who")).isEqualTo(Map.of("kind", "system"));
    }
}
