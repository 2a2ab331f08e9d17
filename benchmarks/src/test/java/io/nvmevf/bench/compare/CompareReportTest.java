package io.nvmevf.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nvmevf.bench.load.LoadResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CompareReportTest {
    private final List<String> lines = new ArrayList<>();

    @Test
    void aRatioIsOfTheSameRoundAndItsMedianOverTheRounds() throws Exception {
        // (Ratios of the rounds: 2, 1.5, 3. The ratio of the medians would be 250 : 100.)
        add("subject", 1, 200, 10, null);
        add("reference", 1, 100, 20, null);
        add("subject", 2, 300, 10, null);
        add("reference", 2, 200, 10, null);
        add("subject", 3, 300, 40, null);
        add("reference", 3, 100, 20, null);

        Comparison comparison =
                CompareReport.read(lines).getFirst().comparisons().getFirst();

        assertThat(comparison.spread(Metric.IOPS)).contains(new Spread(1.5, 2, 3));
        assertThat(comparison.spread(Metric.P50)).contains(new Spread(0.5, 1, 2));
        assertThat(comparison.spread(Metric.P50_ADDED)).contains(new Spread(-10, 0, 20));
    }

    @Test
    void aRoundThatOnlyOneOfBothHadCountsForNoRatio() throws Exception {
        add("subject", 1, 200, 10, null);
        add("reference", 1, 100, 10, null);
        add("subject", 2, 900, 10, null);

        Comparison comparison =
                CompareReport.read(lines).getFirst().comparisons().getFirst();

        assertThat(comparison.spread(Metric.IOPS)).contains(new Spread(2, 2, 2));
    }

    @Test
    void processorTimeIsHeldAgainstThatOfATargetThatIsNoJvm() throws Exception {
        add("subject", 1, 200, 10, new LoadResult.Target(1.5, 75, 0, new LoadResult.Jvm(0.25, 1, 100, 0, 0)));
        add("reference", 1, 100, 10, new LoadResult.Target(3, 100, 0, null));

        Group group = CompareReport.read(lines).getFirst();

        assertThat(group.comparisons()
                        .getFirst()
                        .spread(Metric.CPU)
                        .orElseThrow()
                        .median())
                .isCloseTo(0.5, within(1e-9));
        assertThat(group.markdown())
                .contains(
                        "| 4 KiB randread QD 32 × 1 | ours | 200 | 1 | 10.0 | 20.0 | 30.0 | 1.50 | 0.25 | 50 % | 2.0 % |")
                .contains(
                        "| 4 KiB randread QD 32 × 1 | theirs | 100 | 0 | 10.0 | 20.0 | 30.0 | 3.00 | – | 50 % | 2.0 % |")
                .contains("IOPS ≥ 1.5 ×: yes");
    }

    @Test
    void whatWasNotMeasuredReachesNoGoal() throws Exception {
        add("subject", 1, 200, 10, null);

        assertThat(CompareReport.read(lines).getFirst().markdown()).contains("not measured");
    }

    @Test
    void aResultThatBelongsToNothingIsRefused() {
        lines.add(
                "{\"labels\":{},\"workload\":\"randread\",\"block_size\":4096,\"latency_us\":{\"p50\":1},\"generator\":null}");

        assertThatThrownBy(() -> CompareReport.read(lines))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("group");
    }

    private void add(String role, int round, double iops, double p50, LoadResult.@Nullable Target target)
            throws Exception {
        Map<String, String> labels = new HashMap<>(Map.of("group", "memory", "subject", "ours", "reference", "theirs"));
        labels.putAll(Map.of("role", role, "round", Integer.toString(round), "goals", "iops>=1.5"));
        lines.add(new ObjectMapper()
                .writeValueAsString(new LoadResult(
                        labels,
                        "randread",
                        4096,
                        32,
                        1,
                        1,
                        (long) iops,
                        iops,
                        iops / 256,
                        new LoadResult.Latency(p50, p50, 2 * p50, 3 * p50, 4 * p50),
                        new LoadResult.Generator(50, 2, 4),
                        target)));
    }
}
