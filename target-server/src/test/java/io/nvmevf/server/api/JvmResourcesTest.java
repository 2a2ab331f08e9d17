package io.nvmevf.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.nvmevf.server.control.Role;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JvmResourcesTest {
    @TempDir
    Path directory;

    @Test
    void tellsOperatorsWhatTheJvmDoes() throws Exception {
        try (TestApi api = new TestApi(directory, TestApi.ASKING)) {
            api.token = api.makeToken("admin", Role.OPERATOR);
            JsonNode jvm = api.get("/v1/diagnostics/jvm");
            assertThat(jvm.path("version").asText()).isEqualTo(Runtime.version().toString());
            assertThat(jvm.path("threads").findValuesAsText("name"))
                    .contains(Thread.currentThread().getName());
            assertThat(jvm.path("threadStates").path("RUNNABLE").asInt()).isPositive();
            assertThat(jvm.path("buffers").findValuesAsText("name")).contains("direct");
            api.token = api.makeToken("reader", Role.READ_ONLY);
            api.answer(403, "GET", "/v1/diagnostics/jvm", "");
        }
    }

    @Test
    void keepsOptionsBackThatCouldHoldASecret() {
        assertThat(List.of(
                        "-Xmx2g",
                        "-XX:MaxDirectMemorySize=1g",
                        "-XX:+UseZGC",
                        "-Dio.netty.leakDetection.level=disabled"))
                .allMatch(JvmResources::isTold);
        assertThat(List.of(
                        "-Dpassword=x",
                        "-Djavax.net.ssl.keyStorePassword=x",
                        "-XX:OnOutOfMemoryError=curl -H token",
                        "-javaagent:a.jar=key",
                        "-Xlog:gc:file=x"))
                .noneMatch(JvmResources::isTold);
    }
}
