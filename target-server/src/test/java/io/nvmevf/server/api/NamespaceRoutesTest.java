package io.nvmevf.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A namespace's life through the API: each step, and what is refused at each. */
class NamespaceRoutesTest {
    private static final String NS = "/v1/namespaces/ns-1";

    @TempDir
    Path directory;

    private TestApi api;

    @BeforeEach
    void start() throws Exception {
        api = new TestApi(directory);
        api.post(201, "/v1/vfs", "{\"name\":\"vf1\",\"ioQueues\":4}");
        api.post(201, "/v1/vfs", "{\"name\":\"vf2\",\"ioQueues\":4}");
        api.post(201, "/v1/vfs", "{\"name\":\"vf1b\",\"tenant\":\"vf1\",\"ioQueues\":4}");
    }

    @AfterEach
    void stop() throws Exception {
        api.close();
    }

    private String state() throws Exception {
        return api.get(NS).path("state").asText();
    }

    @Test
    void goesFromStateToState() throws Exception {
        JsonNode ns = api.post(201, "/v1/namespaces", "{\"name\":\"db\",\"bytes\":8192,\"lbaSize\":512}");
        assertThat(ns.path("state").asText()).isEqualTo("available");
        assertThat(ns.path("blocks").asInt()).isEqualTo(16);
        assertThat(ns.path("vf").isNull()).isTrue();
        JsonNode attached = api.post(200, "/v1/namespaces/db/attach", "{\"vf\":\"vf1\"}");
        assertThat(attached.path("nsid").asInt()).isEqualTo(1);
        assertThat(attached.path("ready").asBoolean()).isTrue();
        assertThat(attached.path("owner").asText()).isEqualTo("vf1");
        assertThat(api.answer(200, "PATCH", NS, "{\"bytes\":12288}")
                        .path("bytes")
                        .asInt())
                .isEqualTo(12288);
        assertThat(api.answer(200, "PATCH", NS, "{\"writeProtected\":true}")
                        .path("writeProtected")
                        .asBoolean())
                .isTrue();
        assertThat(api.post(200, NS + "/detach", "{}").path("state").asText()).isEqualTo("detached");
        assertThat(api.get("/v1/namespaces?state=detached").path("items")).hasSize(1);
        assertThat(api.get("/v1/namespaces?vf=vf1").path("items")).isEmpty();
        assertThat(api.post(200, NS + "/attach", "{\"vf\":\"vf1b\"}")
                        .path("state")
                        .asText())
                .as("the same tenant")
                .isEqualTo("attached");
        assertThat(api.post(200, NS + "/reassign", "{\"vf\":\"vf1\"}")
                        .path("vf")
                        .asText())
                .isEqualTo("vf1");
        assertThat(api.eraser.running()).isEmpty();
    }

    @Test
    void answersWithTheOperationWhileAnErasureIsUnderWay() throws Exception {
        String uuid = api.post(201, "/v1/namespaces", "{\"vf\":\"vf1\",\"bytes\":8192}")
                .path("uuid")
                .asText();
        HttpResponse<String> response = api.send(
                "POST",
                NS + "/reassign",
                "{\"vf\":\"vf2\",\"wipe\":{\"method\":\"overwrite\",\"passes\":2,\"pattern\":4294967295}}");
        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.headers().firstValue("location")).hasValue("/v1/operations/op-1");
        JsonNode op = api.get("/v1/operations/op-1");
        assertThat(op.path("kind").asText()).isEqualTo("reassign");
        assertThat(op.path("subject").asText()).isEqualTo("ns-1");
        assertThat(op.path("to").asText()).isEqualTo("vf2");
        assertThat(op.path("method").asText()).isEqualTo("overwrite");
        assertThat(op.path("pattern").asLong()).isEqualTo(4294967295L);
        assertThat(op.path("state").asText()).isEqualTo("running");
        assertThat(op.path("percent").asInt()).isEqualTo(50);
        assertThat(op.path("phase").asText()).isEqualTo("erase");
        assertThat(op.path("bytesDone").asLong()).isEqualTo(4096);
        assertThat(op.path("bytesTotal").asLong()).isEqualTo(8192);
        assertThat(op.path("bytesPerSecond").asLong()).isEqualTo(1024);
        assertThat(op.path("etaSeconds").asLong()).isEqualTo(4);
        assertThat(state()).isEqualTo("wiping");
        assertThat(api.get("/v1/operations?state=running").path("items")).hasSize(1);

        assertThat(api.refused(409, "wrong-state", "POST", NS + "/attach", "{\"vf\":\"vf1\"}"))
                .contains("being erased (op-1)");
        assertThat(api.refused(409, "wrong-state", "DELETE", NS, "")).contains("op-1");
        assertThat(api.refused(409, "not-attached", "POST", NS + "/detach", "{}"))
                .contains("not attached");
        assertThat(api.refused(409, "in-use", "DELETE", "/v1/vfs/vf2", "")).contains("reassigned");

        api.eraser.finish("ns-1", null);
        JsonNode done = api.get("/v1/operations/op-1");
        assertThat(done.path("state").asText()).isEqualTo("succeeded");
        assertThat(done.path("percent").asInt()).isEqualTo(100);
        assertThat(done.path("ended").asText()).isNotEmpty();
        assertThat(done.path("bytesDone").isNull()).isTrue();
        JsonNode now = api.get(NS);
        assertThat(now.path("vf").asText()).isEqualTo("vf2");
        assertThat(now.path("uuid").asText()).isNotEqualTo(uuid);
    }

    @Test
    void quarantinesWhatCouldNotBeErased() throws Exception {
        api.post(201, "/v1/namespaces", "{\"vf\":\"vf1\",\"bytes\":4096}");
        api.post(202, NS + "/release", "{\"wipe\":{\"method\":\"ZERO\",\"verification\":\"Sampled\"}}");
        api.eraser.finish("ns-1", "the disk is broken");
        JsonNode failed = api.get("/v1/operations/op-1");
        assertThat(failed.path("state").asText()).isEqualTo("failed");
        assertThat(failed.path("error").asText()).contains("the disk is broken");
        assertThat(state()).isEqualTo("quarantined");
        assertThat(api.get(NS).path("operation").asText()).isEqualTo("op-1");
        assertThat(api.refused(409, "wrong-state", "POST", NS + "/attach", "{\"vf\":\"vf1\"}"))
                .contains("quarantined", "ns retry");
        assertThat(api.refused(409, "wrong-state", "POST", NS + "/release", "{}"))
                .contains("quarantined");
        api.post(202, NS + "/retry", "{}");
        api.eraser.finish("ns-1", "still broken");
        api.post(202, NS + "/retry", "{\"wipe\":{\"method\":\"overwrite\"}}");
        api.eraser.finishAll();
        assertThat(state()).isEqualTo("available");
        assertThat(api.refused(409, "wrong-state", "POST", NS + "/retry", "{}")).contains("nothing to retry");
        assertThat(api.refused(409, "wrong-state", "POST", NS + "/discard", "{}"))
                .contains("QUARANTINED");
    }

    @Test
    void discardsOnlyWhatIsQuarantined() throws Exception {
        api.post(201, "/v1/namespaces", "{\"vf\":\"vf1\",\"bytes\":4096}");
        assertThat(api.refused(409, "wrong-state", "POST", NS + "/discard", "{}"))
                .contains("ATTACHED");
        api.post(202, NS + "/release", "{}");
        api.eraser.finish("ns-1", "broken");
        api.answer(204, "POST", NS + "/discard", "{}");
        assertThat(api.refused(404, "not-found", "GET", NS, "")).contains("ns-1");
    }

    @Test
    void deletesAtOnceOnlyWhatHoldsNothing() throws Exception {
        api.post(201, "/v1/namespaces", "{\"bytes\":4096}");
        api.answer(204, "DELETE", NS, "");
        api.post(201, "/v1/namespaces", "{\"vf\":\"vf1\",\"bytes\":4096}");
        JsonNode op = api.answer(202, "DELETE", "/v1/namespaces/ns-2?method=overwrite&passes=3&invert=true", "");
        assertThat(op.path("kind").asText()).isEqualTo("delete");
        assertThat(op.path("passes").asInt()).isEqualTo(3);
        assertThat(op.path("invert").asBoolean()).isTrue();
        api.eraser.finishAll();
        assertThat(api.get("/v1/namespaces").path("items")).isEmpty();
    }

    @Test
    void deletesAVirtualFunctionAsItIsTold() throws Exception {
        api.post(201, "/v1/namespaces", "{\"vf\":\"vf1\",\"bytes\":4096}");
        api.post(201, "/v1/namespaces", "{\"vf\":\"vf2\",\"bytes\":4096}");
        assertThat(api.refused(409, "in-use", "DELETE", "/v1/vfs/vf1", "")).contains("has 1 namespace");
        api.answer(204, "DELETE", "/v1/vfs/vf1?namespaces=detach", "");
        assertThat(state()).isEqualTo("detached");
        JsonNode operations = api.answer(202, "DELETE", "/v1/vfs/vf2?namespaces=DELETE", "");
        assertThat(operations.at("/items/0/subject").asText()).isEqualTo("ns-2");
        api.eraser.finishAll();
        assertThat(api.get("/v1/namespaces").path("items")).hasSize(1);
    }

    @Test
    void refusesWhatIsWrong() throws Exception {
        api.post(201, "/v1/namespaces", "{\"vf\":\"vf1\",\"bytes\":4096}");
        assertThat(api.refused(409, "exists", "POST", NS + "/attach", "{\"vf\":\"vf1\"}"))
                .contains("attached to vf1 already");
        assertThat(api.refused(409, "exists", "POST", NS + "/attach", "{\"vf\":\"vf2\"}"))
                .contains("detach it first, or reassign it");
        assertThat(api.refused(409, "exists", "POST", NS + "/reassign", "{\"vf\":\"vf1\"}"))
                .contains("already");
        assertThat(api.refused(404, "not-found", "POST", NS + "/reassign", "{\"vf\":\"none\"}"))
                .contains("'none'");
        assertThat(api.refused(404, "not-found", "POST", "/v1/namespaces/ns-9/attach", "{\"vf\":\"vf1\"}"))
                .contains("'ns-9'");
        assertThat(api.refused(404, "not-found", "POST", "/v1/namespaces", "{\"vf\":\"none\",\"bytes\":4096}"))
                .contains("'none'");
        assertThat(api.refused(404, "not-found", "GET", "/v1/namespaces?vf=none", ""))
                .contains("'none'");
        assertThat(api.problem(400, "POST", NS + "/attach", "{}")).contains("vf is needed");
        assertThat(api.problem(400, "POST", NS + "/reassign", "{\"vf\":\"vf2\",\"wipe\":{\"method\":\"burn\"}}"))
                .isEqualTo("field 'wipe.method' must be one of crypto, zero, deallocate, overwrite");
        assertThat(api.refused(400, "invalid", "POST", NS + "/release", "{\"wipe\":{\"method\":\"crypto\"}}"))
                .contains("not encrypted");
        assertThat(api.refused(400, "invalid", "POST", NS + "/release", "{\"wipe\":{\"passes\":2}}"))
                .contains("overwrite");
        assertThat(api.refused(
                        400, "invalid", "POST", NS + "/release", "{\"wipe\":{\"method\":\"overwrite\",\"passes\":17}}"))
                .contains("1 to 16");
        assertThat(api.problem(400, "DELETE", NS + "?method=burn", "")).contains("crypto, zero");
        assertThat(api.problem(400, "DELETE", NS + "?method=overwrite&pattern=-1", ""))
                .contains("pattern");
        assertThat(api.problem(400, "PATCH", NS, "{\"bytes\":8192,\"writeProtected\":true}"))
                .contains("one of");
        assertThat(api.refused(400, "invalid", "PATCH", NS, "{\"bytes\":8191}")).contains("4096");
        assertThat(api.refused(507, "no-capacity", "POST", "/v1/namespaces", "{\"bytes\":1099511627776}"))
                .contains("left");
        assertThat(api.refused(507, "no-capacity", "PATCH", NS, "{\"bytes\":1099511627776}"))
                .contains("left");
        assertThat(state()).isEqualTo("attached");
        assertThat(api.eraser.running()).isEmpty();
    }

    @Test
    void oneOfTwoWritersWins() throws Exception {
        for (int round = 1; round <= 16; round++) {
            api.post(201, "/v1/namespaces", "{\"bytes\":4096}");
            String path = "/v1/namespaces/ns-" + round + "/attach";
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (String vf : new String[] {"vf1", "vf2"}) {
                answers.add(api.http.sendAsync(
                        api.request("POST", path, "{\"vf\":\"" + vf + "\"}").build(), BodyHandlers.ofString()));
            }
            List<String> won = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                HttpResponse<String> answer = answers.get(i).join();
                if (answer.statusCode() == 200) {
                    won.add("vf" + (i + 1));
                } else {
                    assertThat(answer.statusCode()).isEqualTo(409);
                    assertThat(answer.body()).contains("\"reason\":\"exists\"", "is attached to", "detach it first");
                }
            }
            assertThat(won).hasSize(1);
            assertThat(api.get("/v1/namespaces/ns-" + round).path("vf").asText())
                    .isEqualTo(won.getFirst());
        }
        assertThat(api.get("/v1/namespaces?state=attached").path("items")).hasSize(16);
    }
}
