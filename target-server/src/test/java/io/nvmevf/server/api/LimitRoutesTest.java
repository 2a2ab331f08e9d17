package io.nvmevf.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Profiles, limits of virtual functions and of tenants over REST, and on the metrics page. */
class LimitRoutesTest {
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
    void takesAProfileThroughItsLife() throws Exception {
        JsonNode presets = api.get("/v1/profiles").path("items");
        assertThat(presets.findValuesAsText("name")).containsExactly("gp2-like-100gib", "gp3-like", "c5d-large-like");
        assertThat(presets.at("/0/limits").toString())
                .isEqualTo("{\"totalIops\":{\"rate\":300,\"burst\":61,\"burstRate\":3000,\"credits\":5400000},"
                        + "\"totalBytes\":134217728}");
        assertThat(presets.at("/2/limits").toString()).isEqualTo("{\"readIops\":20000,\"writeIops\":9000}");
        JsonNode made = api.post(
                201, "/v1/profiles", "{\"name\":\"silver\",\"limits\":{\"totalIops\":{\"rate\":5000,\"burst\":9}}}");
        assertThat(made.toString())
                .isEqualTo("{\"name\":\"silver\",\"preset\":false,"
                        + "\"limits\":{\"totalIops\":{\"rate\":5000,\"burst\":9}},\"vfs\":[]}");
        JsonNode vf = api.post(201, "/v1/vfs", "{\"name\":\"a\",\"ioQueues\":4,\"profile\":\"silver\"}");
        assertThat(vf.path("profile").asText()).isEqualTo("silver");
        assertThat(vf.at("/limits/totalIops/burst").asInt()).isEqualTo(9);
        assertThat(vf.path("tenantLimits").toString()).isEqualTo("{}");
        assertThat(api.answer(200, "PATCH", "/v1/profiles/silver", "{\"limits\":{\"readIops\":600}}")
                        .path("limits")
                        .toString())
                .isEqualTo("{\"readIops\":600}");
        assertThat(api.get("/v1/vfs/a").path("limits").toString()).isEqualTo("{\"readIops\":600}");
        assertThat(api.get("/v1/profiles/silver").path("vfs").toString()).isEqualTo("[\"a\"]");
        assertThat(api.refused(409, "in-use", "DELETE", "/v1/profiles/silver", ""))
                .contains("used by 1 virtual function (a)");
        api.answer(200, "PATCH", "/v1/vfs/a", "{\"noLimits\":true}");
        api.answer(204, "DELETE", "/v1/profiles/silver", "");
        assertThat(api.refused(404, "not-found", "GET", "/v1/profiles/silver", ""))
                .contains("'silver'");
    }

    @Test
    void limitsAVirtualFunctionAndFreesIt() throws Exception {
        JsonNode vf =
                api.post(201, "/v1/vfs", "{\"name\":\"a\",\"limits\":{\"readIops\":20000,\"totalBytes\":13107200000}}");
        assertThat(vf.path("profile").isNull()).isTrue();
        assertThat(vf.path("limits").toString()).isEqualTo("{\"readIops\":20000,\"totalBytes\":13107200000}");
        vf = api.answer(200, "PATCH", "/v1/vfs/a", "{\"limits\":{\"writeIops\":9000}}");
        assertThat(vf.path("limits").toString()).as("the whole set").isEqualTo("{\"writeIops\":9000}");
        vf = api.answer(200, "PATCH", "/v1/vfs/a", "{\"profile\":\"c5d-large-like\"}");
        assertThat(vf.path("limits").toString()).isEqualTo("{\"readIops\":20000,\"writeIops\":9000}");
        vf = api.answer(200, "PATCH", "/v1/vfs/a", "{\"noLimits\":true}");
        assertThat(vf.path("limits").toString()).isEqualTo("{}");
        assertThat(vf.path("profile").isNull()).isTrue();
    }

    @Test
    void limitsATenant() throws Exception {
        api.post(201, "/v1/vfs", "{\"name\":\"a\",\"tenant\":\"acme\"}");
        assertThat(api.get("/v1/tenants/acme/limits").toString()).isEqualTo("{}");
        assertThat(api.answer(200, "PUT", "/v1/tenants/acme/limits", "{\"totalIops\":10000}")
                        .toString())
                .isEqualTo("{\"totalIops\":10000}");
        api.answer(200, "PUT", "/v1/tenants/later/limits", "{\"readBytes\":5}");
        assertThat(api.get("/v1/vfs/a").path("tenantLimits").toString()).isEqualTo("{\"totalIops\":10000}");
        assertThat(api.get("/v1/tenants").path("items").toString())
                .isEqualTo("[{\"name\":\"acme\",\"limits\":{\"totalIops\":10000},\"vfs\":[\"a\"],\"namespaces\":0},"
                        + "{\"name\":\"later\",\"limits\":{\"readBytes\":5},\"vfs\":[],\"namespaces\":0}]");
        assertThat(api.refused(400, "invalid", "PUT", "/v1/tenants/acme/limits", "{\"totalIops\":1}"))
                .contains("tenant acme has 1 virtual function");
        assertThat(api.problem(400, "PUT", "/v1/tenants/acme/limits", "{}")).contains("DELETE");
        assertThat(api.refused(400, "invalid", "PUT", "/v1/tenants/ACME/limits", "{\"totalIops\":1}"))
                .contains("'ACME'");
        api.answer(204, "DELETE", "/v1/tenants/acme/limits", "");
        assertThat(api.service().state().tenants()).hasSize(1);
    }

    @Test
    void refusesLimitsThatCannotBe() throws Exception {
        badLimit("0", "field 'limits.totalIops': rate 0 is not in 1 to 1000000000000");
        badLimit("-5", "rate -5 is not in 1 to");
        badLimit("1000000000001", "rate 1000000000001 is not in 1 to");
        badLimit("99999999999999999999", "the limit is 99999999999999999999, which is too large");
        badLimit("1.5", "must be a whole number");
        badLimit("\"5\"", "must be a whole number");
        badLimit("[5]", "must be a whole number");
        badLimit("{}", "rate is missing");
        badLimit("{\"rate\":5,\"burst\":0}", "burst 0 is not in 1 to");
        badLimit("{\"rate\":5,\"burstRate\":9}", "burst rate and credits come together");
        badLimit("{\"rate\":5,\"burstRate\":5,\"credits\":1}", "burst rate 5 is not above the rate 5");
        badLimit("{\"rate\":5,\"speed\":1}", "unknown field 'speed'; allowed are burst, burstRate, credits, rate");
        assertThat(api.problem(400, "POST", "/v1/vfs", "{\"name\":\"a\",\"limits\":{\"iops\":5}}"))
                .contains("unknown field 'iops'; allowed are readBytes, readIops,");
        assertThat(api.problem(400, "POST", "/v1/vfs", "{\"name\":\"a\",\"limits\":5}"))
                .contains("'limits'");
        assertThat(api.refused(400, "invalid", "POST", "/v1/vfs", "{\"name\":\"a\",\"profile\":\"none\"}"))
                .contains("profile is 'none'; there are gp2-like-100gib, gp3-like, c5d-large-like");
        assertThat(api.refused(
                        400,
                        "invalid",
                        "POST",
                        "/v1/vfs",
                        "{\"name\":\"a\",\"profile\":\"gp3-like\",\"limits\":{\"totalIops\":5}}"))
                .contains("both");
        assertThat(api.refused(
                        400,
                        "invalid",
                        "POST",
                        "/v1/vfs",
                        "{\"name\":\"a\",\"ioQueues\":64,\"queueDepth\":1024,\"limits\":{\"totalIops\":50}}"))
                .contains("ioQueues 15 x queueDepth 33 would do");
        assertThat(api.refused(400, "invalid", "POST", "/v1/profiles", "{\"name\":\"a\"}"))
                .contains("limits is missing or empty");
        assertThat(api.refused(400, "invalid", "PATCH", "/v1/profiles/gp3-like", "{\"limits\":{\"totalIops\":5}}"))
                .contains("built in");
        assertThat(api.service().state().vfs()).isEmpty();
    }

    private void badLimit(String limit, String why) throws Exception {
        String limits = "\"limits\":{\"totalIops\":" + limit + "}}";
        assertThat(api.problem(400, "POST", "/v1/vfs", "{\"name\":\"a\"," + limits))
                .as(limit)
                .contains(why);
        assertThat(api.problem(400, "POST", "/v1/profiles", "{\"name\":\"p\"," + limits))
                .as(limit)
                .contains(why);
        assertThat(api.problem(400, "PUT", "/v1/tenants/t/limits", "{\"totalIops\":" + limit + "}"))
                .as(limit)
                .contains(why.replace("limits.", ""));
        assertThat(api.problem(400, "POST", "/v1/apply", "{\"vfs\":[{\"name\":\"a\"," + limits + "]}"))
                .as(limit)
                .contains(why.replace("limits.", "vfs.limits."));
    }

    @Test
    void metricsShowTheLimitsAsTheyAre() throws Exception {
        api.post(201, "/v1/vfs", "{\"name\":\"a\",\"profile\":\"c5d-large-like\"}");
        api.post(201, "/v1/vfs", "{\"name\":\"b\",\"ioQueues\":1}");
        assertThat(metrics())
                .contains("nvmevf_vf_limit_iops{kind=\"read\",vf=\"a\"} 20000.0\n")
                .contains("nvmevf_vf_limit_iops{kind=\"write\",vf=\"a\"} 9000.0\n")
                .contains("nvmevf_vf_throttled_seconds_total{limit=\"tenant_iops\",vf=\"a\"} 1.5\n")
                .doesNotContain(
                        "vf_limit_bytes", "vf_limit_iops{kind=\"total\"", "_limit_iops{kind=\"read\",vf=\"b\"}");
        api.answer(200, "PATCH", "/v1/vfs/a", "{\"limits\":{\"readIops\":10000,\"totalBytes\":6871947674}}");
        assertThat(metrics())
                .contains("nvmevf_vf_limit_iops{kind=\"read\",vf=\"a\"} 10000.0\n")
                .contains("nvmevf_vf_limit_bytes_per_second{kind=\"total\",vf=\"a\"} 6.871947674E9\n")
                .doesNotContain("nvmevf_vf_limit_iops{kind=\"write\"");
        api.answer(204, "DELETE", "/v1/vfs/a", "");
        assertThat(metrics()).doesNotContain("vf=\"a\"");
    }

    private String metrics() throws Exception {
        return api.send("GET", "/metrics", "").body();
    }
}
