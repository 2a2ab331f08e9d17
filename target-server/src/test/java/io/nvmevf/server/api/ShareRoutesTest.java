package io.nvmevf.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Capacity and shares over REST, and on the metrics page. */
class ShareRoutesTest {
    static final String CAPACITY =
            "{\"readIops\":2000000,\"writeIops\":1000000,\"readBytes\":17179869184,\"writeBytes\":17179869184}";

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

    private String metrics() throws Exception {
        return api.send("GET", "/metrics", "").body();
    }

    @Test
    void takesACapacityAndSharesThroughTheirLife() throws Exception {
        assertThat(api.get("/v1/pf/capacity").toString()).isEqualTo("{}");
        assertThat(api.get("/v1/pf").path("capacity").isNull()).isTrue();
        assertThat(metrics()).doesNotContain("nvmevf_pf_capacity", "nvmevf_vf_weight");
        assertThat(api.answer(200, "PUT", "/v1/pf/capacity", CAPACITY).toString())
                .isEqualTo(CAPACITY);
        JsonNode vf =
                api.post(201, "/v1/vfs", "{\"name\":\"a\",\"limits\":{\"readIops\":9000,\"share\":{\"minIops\":500}}}");
        assertThat(vf.path("limits").toString())
                .isEqualTo("{\"readIops\":9000,\"share\":{\"minIops\":500,\"weight\":100}}");
        api.post(201, "/v1/vfs", "{\"name\":\"b\",\"limits\":{\"share\":{\"weight\":7}}}");
        assertThat(api.get("/v1/pf").path("guarantees").toString())
                .isEqualTo("{\"total\":990000,\"assigned\":500,\"free\":989500}");
        assertThat(metrics())
                .contains("nvmevf_pf_capacity_iops{kind=\"read\"} 2000000.0\n")
                .contains("nvmevf_pf_capacity_iops{kind=\"write\"} 1000000.0\n")
                .contains("nvmevf_pf_capacity_bytes_per_second{kind=\"write\"} 1.7179869184E10\n")
                .contains("nvmevf_vf_min_iops{vf=\"a\"} 500.0\n")
                .contains("nvmevf_vf_weight{vf=\"a\"} 100.0\n", "nvmevf_vf_weight{vf=\"b\"} 7.0\n")
                .doesNotContain("nvmevf_vf_min_iops{vf=\"b\"}");
        assertThat(api.refused(400, "invalid", "DELETE", "/v1/pf/capacity", "")).contains("500 IOPS are guaranteed");
        api.answer(200, "PATCH", "/v1/vfs/a", "{\"noLimits\":true}");
        api.answer(204, "DELETE", "/v1/pf/capacity", "");
        assertThat(metrics()).doesNotContain("nvmevf_pf_capacity", "nvmevf_vf_weight", "nvmevf_vf_min_iops");
        assertThat(api.get("/v1/apply").path("pf").isNull()).isTrue();
    }

    @Test
    void refusesSharesThatCannotBe() throws Exception {
        badShare("{}", "share is empty; give minIops, weight or both");
        badShare("{\"weight\":0}", "weight 0 is not in 1 to 1000");
        badShare("{\"weight\":1001}", "weight 1001 is not in 1 to 1000");
        badShare("{\"weight\":-1}", "weight -1 is not in 1 to 1000");
        badShare("{\"weight\":9223372036854775807}", "is not in 1 to 1000");
        badShare("{\"minIops\":-1}", "minIops -1 is not in 0 to 1000000000");
        badShare("{\"minIops\":1000000001}", "minIops 1000000001 is not in 0 to 1000000000");
        badShare("{\"minIops\":99999999999999999999}", "minIops is 99999999999999999999, which is too large");
        badShare("{\"minIops\":1.5}", "minIops must be a whole number");
        badShare("{\"weight\":\"5\"}", "weight must be a whole number");
        badShare("{\"weights\":5}", "unknown field 'weights'; allowed are minIops, weight");
        badShare("5", "must be an object with minIops, weight");
        assertThat(api.refused(
                        400, "invalid", "POST", "/v1/vfs", "{\"name\":\"a\",\"limits\":{\"share\":{\"minIops\":5}}}"))
                .contains("needs a capacity");
        api.answer(200, "PUT", "/v1/pf/capacity", CAPACITY);
        assertThat(api.refused(
                        400,
                        "invalid",
                        "POST",
                        "/v1/vfs",
                        "{\"name\":\"a\",\"limits\":{\"share\":{\"minIops\":990001}}}"))
                .contains("does not fit: of 990000 IOPS");
        assertThat(api.refused(400, "invalid", "PUT", "/v1/tenants/t/limits", "{\"share\":{\"weight\":5}}"))
                .contains("a tenant has no share");
        assertThat(api.service().state().vfs()).isEmpty();
    }

    private void badShare(String share, String why) throws Exception {
        String limits = "\"limits\":{\"share\":" + share + "}}";
        assertThat(api.problem(400, "POST", "/v1/vfs", "{\"name\":\"a\"," + limits))
                .contains("field 'limits.share': ", why);
        assertThat(api.problem(400, "POST", "/v1/profiles", "{\"name\":\"p\"," + limits))
                .contains(why);
        assertThat(api.problem(400, "POST", "/v1/apply", "{\"vfs\":[{\"name\":\"a\"," + limits + "]}"))
                .contains("field 'vfs.limits.share': ", why);
    }

    @Test
    void refusesCapacitiesThatCannotBe() throws Exception {
        for (String[] bad : new String[][] {
            {"{}", "readIops is missing"},
            {CAPACITY.replace("\"readIops\":2000000,", ""), "readIops is missing"},
            {CAPACITY.replace("2000000", "0"), "readIops 0 is not in 1 to 1000000000"},
            {CAPACITY.replace("2000000", "-3"), "readIops -3 is not in 1 to"},
            {CAPACITY.replace("2000000", "1000000001"), "readIops 1000000001 is not in 1 to"},
            {CAPACITY.replace("2000000", "99999999999999999999"), "which is too large"},
            {CAPACITY.replace("2000000", "2.5"), "readIops must be a whole number"},
            {CAPACITY.replace("17179869184}", "1048575}"), "writeBytes 1048575 is not in 1048576 to"},
            {CAPACITY.replace("readIops", "iops"), "unknown field 'iops'; allowed are readBytes, readIops,"},
            {"5", "must be an object with readBytes, readIops,"}
        }) {
            assertThat(api.problem(400, "PUT", "/v1/pf/capacity", bad[0]))
                    .as(bad[0])
                    .startsWith(bad[1].startsWith("which") ? "readIops is" : bad[1])
                    .contains(bad[1]);
            assertThat(api.problem(400, "POST", "/v1/apply", "{\"pf\":{\"capacity\":" + bad[0] + "}}"))
                    .contains("field 'pf.capacity': ", bad[1]);
        }
        assertThat(api.problem(400, "POST", "/v1/pf/calibration", "{\"minutes\":5}"))
                .contains("unknown field 'minutes'; allowed are seconds, set, size");
        assertThat(api.refused(400, "invalid", "POST", "/v1/pf/calibration", "{\"seconds\":61}"))
                .contains("seconds is 61; allowed is 1 to 60");
        assertThat(api.get("/v1/pf/calibration").toString())
                .isEqualTo("{\"state\":\"none\",\"phase\":null,\"percent\":0,\"result\":null,\"error\":null}");
    }
}
