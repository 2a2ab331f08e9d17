package io.nvmevf.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nvmevf.qos.Limit;
import io.nvmevf.qos.Limits;
import io.nvmevf.server.control.ApplyDocument;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The three ways to write a limit. */
class LimitFormTest {
    private static final JsonMapper JSON =
            JsonMapper.builder().addModule(LimitJson.module()).build();

    @Test
    void readsTheCommandLinesForm() {
        assertThat(LimitForm.parse("3000", false)).isEqualTo(Limit.of(3000));
        assertThat(LimitForm.parse("3000:burst=6000", false)).isEqualTo(Limit.of(3000, 6000));
        assertThat(LimitForm.parse("300:burst-rate=3000,credits=5400000", false))
                .isEqualTo(Limit.withCredits(300, 3000, 5_400_000));
        assertThat(LimitForm.parse("300:credits=7,burst=5,burst-rate=3000", false))
                .isEqualTo(new Limit(300, 5, 3000, 7));
        assertThat(LimitForm.parse("125MiB:burst=1GiB", true)).isEqualTo(Limit.of(125L << 20, 1L << 30));
        assertThat(LimitForm.parse("1", true)).isEqualTo(Limit.of(1));
        assertThat(LimitForm.parse("1000000000000", false)).isEqualTo(Limit.of(1_000_000_000_000L));
    }

    @Test
    void refusesWhatIsNoLimitAndSaysWhy() {
        refused("", "rate is ''; allowed is a whole number, from 1");
        refused("0", "rate 0 is not in 1 to 1000000000000");
        refused("-1", "rate is '-1'");
        refused("1.5", "rate is '1.5'");
        refused("1KiB", "rate is '1KiB'");
        refused("1000000000001", "rate 1000000000001 is not in 1 to");
        refused("99999999999999999999", "rate is '99999999999999999999'");
        refused("5:", "'' in '5:' is not known");
        refused("5:burst", "burst is ''");
        refused("5:burst=0", "burst 0 is not in 1 to");
        refused("5:burst=1,burst=2", "'burst' is there twice");
        refused("5:speed=1", "'speed' in '5:speed=1' is not known; after RATE: there may be");
        refused("5:burst-rate=9", "credits 0 is not in 1 to");
        refused("5:credits=9", "burst rate 0 is not in 1 to");
        refused("5:burst-rate=5,credits=9", "burst rate 5 is not above the rate 5");
    }

    private static void refused(String text, String why) {
        assertThatThrownBy(() -> LimitForm.parse(text, false))
                .as(text)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void jsonReadsBackAsTheSame() throws Exception {
        Limits limits = new Limits(
                Limit.of(20_000),
                Limit.of(9_000, 1),
                null,
                Limit.withCredits(1, 2, 3),
                new Limit(10, 20, 30, 40),
                null,
                null);
        String json = JSON.writeValueAsString(limits);
        assertThat(json)
                .isEqualTo("{\"readIops\":20000,\"writeIops\":{\"rate\":9000,\"burst\":1},"
                        + "\"readBytes\":{\"rate\":1,\"burst\":1,\"burstRate\":2,\"credits\":3},"
                        + "\"writeBytes\":{\"rate\":10,\"burst\":20,\"burstRate\":30,\"credits\":40}}");
        assertThat(JSON.readValue(json, Limits.class)).isEqualTo(limits);
        assertThat(JSON.writeValueAsString(Limits.NONE)).isEqualTo("{}");
        assertThat(JSON.readValue("{\"totalIops\":{\"rate\":5}}", Limits.class))
                .isEqualTo(Limits.NONE.withTotalIops(Limit.of(5)));
        assertThat(JSON.readValue("{\"totalIops\":{\"rate\":300,\"burstRate\":3000,\"credits\":9}}", Limits.class))
                .isEqualTo(Limits.NONE.withTotalIops(Limit.withCredits(300, 3000, 9)));
    }

    @Test
    void yamlTakesUnitsAndNamesLines() throws Exception {
        ApplyDocument document = ApplyFile.parse("""
                profiles:
                  - name: silver
                    limits:
                      totalIops: {rate: 300, burstRate: 3000, credits: 5400000}
                      totalBytes: 128MiB
                tenants:
                  - name: acme
                    limits:
                      readBytes: {rate: 1GiB, burst: 2GiB}
                  - name: free
                vfs:
                  - name: a
                    profile: silver
                  - name: b
                    limits: {}
                  - name: c
                """, Path.of("f"));
        assertThat(document.profiles())
                .containsExactly(new ApplyDocument.Profile(
                        "silver",
                        Limits.NONE
                                .withTotalIops(Limit.withCredits(300, 3000, 5_400_000))
                                .withTotalBytes(Limit.of(128 << 20))));
        assertThat(document.tenants())
                .containsExactly(
                        new ApplyDocument.Tenant("acme", Limits.NONE.withReadBytes(Limit.of(1L << 30, 2L << 30))),
                        new ApplyDocument.Tenant("free", null));
        assertThat(document.vfs()).extracting(ApplyDocument.Vf::profile).containsExactly("silver", null, null);
        assertThat(document.vfs()).extracting(ApplyDocument.Vf::limits).containsExactly(null, Limits.NONE, null);

        assertThatThrownBy(() -> ApplyFile.parse("""
                        profiles:
                          - name: p
                            limits:
                              iops: 5
                              readIops: 0
                              writeIops: 1KiB
                              totalIops: {burst: 5}
                              readBytes: -1
                              writeBytes: {rate: 5, burstRate: 4, credits: 1}
                              totalBytes: [5]
                        """, Path.of("f")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("f:4: profiles[0].limits.iops: is no known key")
                .hasMessageContaining("f:5: profiles[0].limits.readIops: rate 0 is not in 1 to")
                .hasMessageContaining("f:6: profiles[0].limits.writeIops: is '1KiB'")
                .hasMessageContaining("f:7: profiles[0].limits.totalIops.rate: is missing")
                .hasMessageContaining("f:8: profiles[0].limits.readBytes: is '-1'")
                .hasMessageContaining("f:9: profiles[0].limits.writeBytes: burst rate 4 is not above the rate 5")
                .hasMessageContaining("f:10: profiles[0].limits.totalBytes: is a sequence");
    }
}
