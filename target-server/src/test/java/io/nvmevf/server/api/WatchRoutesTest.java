package io.nvmevf.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nvmevf.server.audit.AuditReport;
import io.nvmevf.server.audit.AuditVerifier;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operations, audit log, apply, counters and metrics through the API. */
class WatchRoutesTest {
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

    private void erase() throws Exception {
        api.post(201, "/v1/vfs", "{\"name\":\"vf1\"}");
        api.post(201, "/v1/namespaces", "{\"vf\":\"vf1\",\"bytes\":4096}");
        api.post(202, "/v1/namespaces/ns-1/release", "{}");
    }

    @Test
    void answersWhenTheOperationEnds() throws Exception {
        erase();
        CompletableFuture<HttpResponse<String>> waiting = api.http.sendAsync(
                api.request("GET", "/v1/operations/op-1?wait=60", "").build(), BodyHandlers.ofString());
        assertThat(api.get("/v1/operations/op-1?wait=1").path("state").asText())
                .as("the time is over before it ends")
                .isEqualTo("running");
        assertThat(waiting.isDone()).isFalse();
        api.eraser.finish("ns-1", null);
        assertThat(new ObjectMapper()
                        .readTree(waiting.join().body())
                        .path("state")
                        .asText())
                .isEqualTo("succeeded");
        assertThat(api.get("/v1/operations/op-1?wait=60").path("state").asText())
                .isEqualTo("succeeded");
    }

    @Test
    void refusesOperationsThatAreNotThere() throws Exception {
        assertThat(api.refused(404, "not-found", "GET", "/v1/operations/op-7", ""))
                .contains("'op-7'", "128");
        assertThat(api.refused(404, "not-found", "GET", "/v1/operations/op-7?wait=60", ""))
                .contains("'op-7'");
        assertThat(api.problem(400, "GET", "/v1/operations/op-7?wait=61", "")).contains("0 to 60");
        assertThat(api.problem(400, "GET", "/v1/operations/op-7?wait=x", "")).contains("0 to 60");
        assertThat(api.problem(400, "GET", "/v1/operations?state=done", "")).contains("running, succeeded, failed");
    }

    @Test
    void showsAndExportsTheAuditLog() throws Exception {
        erase();
        api.eraser.finishAll();
        JsonNode all = api.get("/v1/audit").path("items");
        assertThat(all.findValuesAsText("type"))
                .startsWith("genesis", "vf-created", "namespace-created", "namespace-wiping", "erasure");
        JsonNode erasure = all.get(4);
        assertThat(erasure.at("/fields/namespace").asText()).isEqualTo("ns-1");
        assertThat(erasure.path("signature").asText()).hasSize(128);
        assertThat(api.get("/v1/audit?after=2&max=1").path("items").findValuesAsText("seq"))
                .containsExactly("3");
        assertThat(api.problem(400, "GET", "/v1/audit?max=1001", "")).contains("1 to 1000");
        assertThat(api.problem(400, "GET", "/v1/audit?after=-1", "")).contains("after");

        HttpResponse<byte[]> export =
                api.http.send(api.request("GET", "/v1/audit/export", "").build(), BodyHandlers.ofByteArray());
        assertThat(export.headers().firstValue("content-type")).hasValue("application/x-ndjson");
        assertThat(export.body()).isEqualTo(Files.readAllBytes(directory.resolve("audit.log")));
        AuditReport report = AuditVerifier.verify(Files.write(directory.resolve("copy"), export.body()), null, null);
        assertThat(report.intact()).isTrue();
        assertThat(report.erasures()).isEqualTo(1);
    }

    @Test
    void countsForRates() throws Exception {
        api.post(201, "/v1/vfs", "{\"name\":\"vf1\"}");
        JsonNode stats = api.get("/v1/stats");
        JsonNode vf = stats.at("/vfs/0");
        assertThat(vf.path("name").asText()).isEqualTo("vf1");
        assertThat(vf.path("commands").toString()).isEqualTo("{\"read\":11,\"write\":12,\"other\":12}");
        assertThat(vf.path("bytes").toString()).isEqualTo("{\"read\":4096,\"write\":4096,\"other\":4096}");
        assertThat(vf.path("hosts").toString()).isEqualTo("[\"nqn.2020-01.com.example:h\"]");
        assertThat(vf.path("throttledSeconds").toString())
                .isEqualTo("{\"iops\":0.0,\"bytes\":0.0,\"tenant-iops\":1.5,\"tenant-bytes\":0.0,\"pf\":0.0}");
        assertThat(vf.path("latency").toString())
                .isEqualTo("{\"read\":{\"commands\":11,\"nanos\":44000},\"write\":{\"commands\":0,\"nanos\":0}}");
        assertThat(api.get("/v1/stats").path("seconds").asDouble())
                .isGreaterThan(stats.path("seconds").asDouble());
    }

    @Test
    void tellsTheLatencyOfOneVirtualFunctionInBuckets() throws Exception {
        api.post(201, "/v1/vfs", "{\"name\":\"vf1\"}");
        api.post(201, "/v1/vfs", "{\"name\":\"vf2\",\"ioQueues\":1}");
        JsonNode one = api.get("/v1/stats?vf=vf2").path("vfs");
        assertThat(one.findValuesAsText("name")).containsExactly("vf2");
        assertThat(one.at("/0/latency/read/buckets").toString())
                .isEqualTo("[{\"fromMicros\":3,\"toMicros\":4,\"commands\":10},"
                        + "{\"fromMicros\":33554432,\"toMicros\":null,\"commands\":1}]");
        assertThat(one.at("/0/latency/write/buckets").toString()).isEqualTo("[]");
        assertThat(api.refused(404, "not-found", "GET", "/v1/stats?vf=vf9", "")).contains("vf9");
        assertThat(api.problem(400, "GET", "/v1/stats?name=vf1", "")).contains("unknown parameter 'name'");
    }

    @Test
    void appliesADocumentOnce() throws Exception {
        String document = """
                {"vfs":[{"name":"vf1","tenant":"a"},{"name":"vf2","state":"offline","ioQueues":2}],
                 "namespaces":[{"name":"disk","vf":"vf1","bytes":8192}]}""";
        // (Two defaults of 64 queues are more than this physical function has; 64 and 2 are not.)
        JsonNode dry = api.post(200, "/v1/apply?dryRun=true", document);
        assertThat(dry.path("dryRun").asBoolean()).isTrue();
        assertThat(dry.path("steps").findValuesAsText("action"))
                .containsExactly("create-vf", "create-vf", "create-namespace");
        assertThat(api.get("/v1/vfs").path("items")).isEmpty();
        assertThat(api.post(200, "/v1/apply", document).path("steps")).hasSize(3);
        long revision = api.get("/v1/pf").path("revision").asLong();
        assertThat(api.post(200, "/v1/apply", document).path("steps")).isEmpty();
        assertThat(api.post(200, "/v1/apply?prune=true", api.get("/v1/apply").toString())
                        .path("steps"))
                .as("what there is")
                .isEmpty();
        assertThat(api.get("/v1/pf").path("revision").asLong()).isEqualTo(revision);
        assertThat(api.get("/v1/namespaces/disk").path("owner").asText()).isEqualTo("a");
    }

    @Test
    void destroysDataOnlyWhenItIsAllowed() throws Exception {
        api.post(200, "/v1/apply", """
                {"vfs":[{"name":"vf1","ioQueues":2},{"name":"vf2","ioQueues":2}],
                 "namespaces":[{"name":"a","vf":"vf1","bytes":4096},{"name":"b","vf":"vf1","bytes":4096}]}""");
        String move = "{\"namespaces\":[{\"name\":\"a\",\"vf\":\"vf2\",\"wipe\":{\"method\":\"zero\"}}]}";
        long revision = api.get("/v1/pf").path("revision").asLong();
        assertThat(api.refused(409, "in-use", "POST", "/v1/apply", move))
                .contains("nothing was done", "reassign-namespace ns-1")
                .doesNotContain("ns-2");
        assertThat(api.refused(409, "in-use", "POST", "/v1/apply?prune=true", "{\"vfs\":[{\"name\":\"vf1\"}]}"))
                .contains("delete-namespace ns-1, delete-namespace ns-2");
        assertThat(api.get("/v1/pf").path("revision").asLong()).isEqualTo(revision);
        JsonNode applied = api.post(202, "/v1/apply?allowWipe=true", move);
        assertThat(applied.at("/operations/0/id").asText()).isEqualTo("op-1");
        assertThat(applied.at("/operations/0/method").asText()).isEqualTo("zero");
        assertThat(api.post(200, "/v1/apply", move).path("steps"))
                .as("it is on its way there")
                .isEmpty();
        assertThat(api.refused(400, "invalid", "POST", "/v1/apply", "{\"namespaces\":[{\"name\":\"a\"}]}"))
                .contains("being erased");
        api.eraser.finishAll();
        assertThat(api.get("/v1/namespaces/a").path("vf").asText()).isEqualTo("vf2");
    }

    @Test
    void stopsAtAStepThatFailsAndTellsWhatWasDone() throws Exception {
        String problem = api.refused(507, "no-capacity", "POST", "/v1/apply", """
                {"vfs":[{"name":"vf1"}],
                 "namespaces":[{"name":"a","vf":"vf1","bytes":4096},{"name":"b","bytes":1099511627776},
                               {"name":"c","bytes":4096}]}""");
        assertThat(problem)
                .contains(
                        "step 3 of 4, create-namespace b, failed", "done before it: create-vf vf1, create-namespace a");
        assertThat(api.get("/v1/namespaces").path("items").findValuesAsText("name"))
                .containsExactly("a");
    }

    @Test
    void refusesADocumentThatIsWrong() throws Exception {
        assertThat(api.problem(400, "POST", "/v1/apply", "{\"vf\":[]}")).contains("unknown field 'vf'");
        assertThat(api.problem(400, "POST", "/v1/apply", "{\"vfs\":[{\"name\":\"a\",\"size\":1}]}"))
                .contains("unknown field 'size'");
        assertThat(api.problem(400, "POST", "/v1/apply", "{\"vfs\":[null]}")).contains("vfs");
        assertThat(api.problem(400, "POST", "/v1/apply?dry=true", "{}")).contains("dryRun");
        assertThat(api.problem(400, "POST", "/v1/apply?dryRun=yes", "{}")).contains("true, false");
        assertThat(api.get("/v1/vfs").path("items")).isEmpty();
    }

    @Test
    void countsWhatLivesAndForgetsWhatWasDeleted() throws Exception {
        api.post(201, "/v1/vfs", "{\"name\":\"vf1\"}");
        assertThat(metrics())
                .contains(
                        "nvmevf_vf_commands_total{operation=\"read\",vf=\"vf1\"} 11.0",
                        "nvmevf_vf_data_bytes_total{operation=\"write\",vf=\"vf1\"} 4096.0",
                        "nvmevf_vf_command_errors_total{operation=\"other\",vf=\"vf1\"} 1.0",
                        "nvmevf_connections{class=\"io\"} 3.0",
                        "nvmevf_refusals_total{reason=\"host_not_allowed\"} 7.0",
                        "nvmevf_data_digest_errors_total 3.0",
                        "nvmevf_buffers_in_use_bytes 4096.0",
                        "nvmevf_host_log_lines_left_out_total 5.0",
                        "nvmevf_pool_capacity_bytes{kind=\"file\"} 1.073741824E9",
                        "nvmevf_event_loops{io=\"nio\"} 2.0");
        api.answer(204, "DELETE", "/v1/vfs/vf1", "");
        assertThat(metrics()).contains("nvmevf_vfs{state=\"online\"} 0.0").noneMatch(line -> line.contains("vf1"));
    }

    @Test
    void countsTheLivesOfNamespacesAndTheirErasures() throws Exception {
        erase();
        assertThat(metrics())
                .contains(
                        "nvmevf_vfs{state=\"online\"} 1.0",
                        "nvmevf_vfs{state=\"offline\"} 0.0",
                        "nvmevf_namespaces{state=\"wiping\"} 1.0",
                        "nvmevf_namespaces_quarantined 0.0",
                        "nvmevf_operations_running 1.0",
                        "nvmevf_wipe_done_bytes{kind=\"release\",subject=\"ns-1\"} 2048.0",
                        "nvmevf_wipe_size_bytes{kind=\"release\",subject=\"ns-1\"} 4096.0",
                        "nvmevf_operations_total{kind=\"release\",outcome=\"failed\"} 0.0");
        api.eraser.finish("ns-1", "broken");
        assertThat(metrics())
                .contains(
                        "nvmevf_namespaces_quarantined 1.0",
                        "nvmevf_namespaces{state=\"quarantined\"} 1.0",
                        "nvmevf_operations_running 0.0",
                        "nvmevf_operations_total{kind=\"release\",outcome=\"failed\"} 1.0")
                .noneMatch(line -> line.startsWith("nvmevf_wipe"));
        api.post(202, "/v1/namespaces/ns-1/retry", "{}");
        api.eraser.finishAll();
        assertThat(metrics())
                .contains(
                        "nvmevf_operations_total{kind=\"release\",outcome=\"succeeded\"} 1.0",
                        "nvmevf_operations_total{kind=\"release\",outcome=\"failed\"} 1.0",
                        "nvmevf_oldest_unwiped_age_seconds 0.0",
                        "nvmevf_namespaces_quarantined 0.0");
    }

    private List<String> metrics() throws Exception {
        return api.send("GET", "/metrics", "").body().lines().toList();
    }
}
