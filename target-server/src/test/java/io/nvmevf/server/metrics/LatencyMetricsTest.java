package io.nvmevf.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.server.metrics.DataPlaneStats.Bucket;
import io.nvmevf.server.metrics.DataPlaneStats.Latency;
import io.nvmevf.server.metrics.DataPlaneStats.Operation;
import io.nvmevf.server.metrics.DataPlaneStats.Throttle;
import io.nvmevf.server.metrics.DataPlaneStats.VfStats;
import io.nvmevf.server.subsystem.LatencyHistogram;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LatencyMetricsTest {

    /** Reads that took this long, and no writes. */
    private record Reads(Latency latency) implements VfStats {
        @Override
        public Latency latency(Operation operation) {
            return operation == Operation.READ ? latency : Latency.NONE;
        }

        @Override
        public Set<String> hosts() {
            return Set.of();
        }

        @Override
        public long commands(Operation operation) {
            return 0;
        }

        @Override
        public long bytes(Operation operation) {
            return 0;
        }

        @Override
        public long errors(Operation operation) {
            return 0;
        }

        @Override
        public double throttledSeconds(Throttle limit) {
            return 0;
        }

        @Override
        public long overdue() {
            return 0;
        }

        @Override
        public long waiting() {
            return 0;
        }

        @Override
        public long queues(DataPlaneStats.ConnectionClass kind) {
            return 0;
        }
    }

    private static List<HistogramDataPointSnapshot> points(Latency latency) {
        return new LatencyMetrics(() -> Map.of("vf1", new Reads(latency)))
                .collect()
                .getDataPoints();
    }

    @Test
    void eachCommandIsInTheBucketWhoseBoundItTookLessThan() {
        for (int i = 0; i < LatencyHistogram.BUCKETS; i++) {
            long to = LatencyHistogram.upperMicros(i);
            HistogramDataPointSnapshot point = points(
                            new Latency(3, 9_000, List.of(new Bucket(LatencyHistogram.lowerMicros(i), to, 3))))
                    .getFirst();
            assertThat(point.getCount()).isEqualTo(3);
            ClassicHistogramBuckets buckets = point.getClassicBuckets();
            for (int k = 0; k < buckets.size(); k++) {
                double bound = buckets.getUpperBound(k) * 1e6;
                double below = k == 0 ? 0 : buckets.getUpperBound(k - 1) * 1e6;
                boolean here = to == Long.MAX_VALUE ? Double.isInfinite(bound) : to <= bound && to > below;
                assertThat(buckets.getCount(k))
                        .as("less than %s us in up to %s us", to, bound)
                        .isEqualTo(here ? 3 : 0);
            }
        }
    }

    @Test
    void boundsAreExactInSeconds() {
        ClassicHistogramBuckets buckets = points(new Latency(1, 1000, List.of(new Bucket(0, 1, 1))))
                .getFirst()
                .getClassicBuckets();
        assertThat(buckets.getUpperBound(0)).isEqualTo(0.000016);
        assertThat(buckets.getUpperBound(buckets.size() - 2)).isEqualTo(33.554432);
    }

    @Test
    void tellsTheSumInSecondsAndWhatWasDone() {
        HistogramDataPointSnapshot point = points(
                        new Latency(2, 2_500_000_000L, List.of(new Bucket(1 << 20, 3 << 19, 2))))
                .getFirst();
        assertThat(point.getSum()).isEqualTo(2.5);
        assertThat(point.getLabels().get("vf")).isEqualTo("vf1");
        assertThat(point.getLabels().get("operation")).isEqualTo("read");
    }

    @Test
    void whatNobodyDidHasNoSeries() {
        assertThat(points(Latency.NONE)).isEmpty();
    }
}
