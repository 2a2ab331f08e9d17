package io.nvmevf.server.metrics;

import io.nvmevf.server.metrics.DataPlaneStats.Bucket;
import io.nvmevf.server.metrics.DataPlaneStats.Latency;
import io.nvmevf.server.metrics.DataPlaneStats.Operation;
import io.nvmevf.server.metrics.DataPlaneStats.VfStats;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How long reads and writes took, as Prometheus histograms. The data plane has counted them already; here its buckets, two in each power
 * of two, become those of Prometheus: from 16 µs to 33.6 s, each twice the one before. What no command of a virtual function did
 * yet has no series.
 */
final class LatencyMetrics implements Collector {
    static final String NAME = "nvmevf_vf_latency_seconds";

    /** Microseconds: the first bound is 2^4, the last one 2^25. */
    private static final int FIRST = 4;

    private static final int LAST = 25;
    private static final double MICROS = 1e6;

    private final Supplier<Map<String, VfStats>> vfs;

    /** @param vfs the virtual functions that there are, by name */
    LatencyMetrics(Supplier<Map<String, VfStats>> vfs) {
        this.vfs = vfs;
    }

    @Override
    public HistogramSnapshot collect() {
        HistogramSnapshot.Builder all = HistogramSnapshot.builder()
                .name(NAME)
                .help("Time from the arrival of an I/O command to its answer, what it waited for limits included");
        vfs.get().forEach((vf, stats) -> {
            add(all, vf, Operation.READ, stats);
            add(all, vf, Operation.WRITE, stats);
        });
        return all.build();
    }

    private static void add(HistogramSnapshot.Builder all, String vf, Operation operation, VfStats stats) {
        HistogramDataPointSnapshot point =
                point(stats.latency(operation), Labels.of("vf", vf, "operation", Metrics.label(operation)));
        if (point != null) {
            all.dataPoint(point);
        }
    }

    private static @Nullable HistogramDataPointSnapshot point(Latency latency, Labels labels) {
        if (latency.commands() == 0) {
            return null;
        }
        long[] counts = new long[LAST - FIRST + 2];
        for (Bucket bucket : latency.buckets()) {
            counts[index(bucket.to())] += bucket.commands();
        }
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        for (int i = 0; i <= LAST - FIRST; i++) {
            buckets.bucket((1L << (FIRST + i)) / MICROS, counts[i]);
        }
        buckets.bucket(Double.POSITIVE_INFINITY, counts[LAST - FIRST + 1]);
        return HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(buckets.build())
                .sum(latency.nanos() / 1e9)
                .labels(labels)
                .build();
    }

    /** The first bound that is not below {@code micros}. */
    private static int index(long micros) {
        if (micros > 1L << LAST) {
            return LAST - FIRST + 1;
        }
        int log = Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, micros) - 1);
        return Math.max(0, log - FIRST);
    }
}
