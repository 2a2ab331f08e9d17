package io.nvmevf.server.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.nvmevf.qos.Limit;
import io.nvmevf.qos.Limits;
import io.nvmevf.server.control.TargetState;
import io.nvmevf.server.control.VirtualFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The limits of virtual functions as they are configured. One that is not limited has no series. Used by one thread at a time. */
final class LimitMetrics {
    private final MeterRegistry registry;
    private final Map<String, Series> series = new HashMap<>();

    /** The gauges of one virtual function, and what they show. */
    private record Series(Limits limits, List<Meter> meters) {}

    LimitMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Brings the series in line with the virtual functions that there are, and with their limits. */
    void follow(TargetState state) {
        Map<String, Limits> now = new HashMap<>();
        for (VirtualFunction vf : state.vfs()) {
            now.put(vf.name(), state.limitsOf(vf));
        }
        series.entrySet().removeIf(entry -> {
            boolean gone = !entry.getValue().limits().equals(now.get(entry.getKey()));
            if (gone) {
                entry.getValue().meters().forEach(registry::remove);
            }
            return gone;
        });
        now.forEach((name, limits) -> series.computeIfAbsent(name, vf -> register(vf, limits)));
    }

    private Series register(String vf, Limits limits) {
        List<Meter> meters = new ArrayList<>();
        iops(meters, vf, "read", limits.readIops());
        iops(meters, vf, "write", limits.writeIops());
        iops(meters, vf, "total", limits.totalIops());
        bytes(meters, vf, "read", limits.readBytes());
        bytes(meters, vf, "write", limits.writeBytes());
        bytes(meters, vf, "total", limits.totalBytes());
        return new Series(limits, meters);
    }

    private void iops(List<Meter> meters, String vf, String kind, @Nullable Limit limit) {
        add(meters, "nvmevf.vf.limit.iops", "Commands a second that the virtual function may do", vf, kind, limit);
    }

    private void bytes(List<Meter> meters, String vf, String kind, @Nullable Limit limit) {
        add(
                meters,
                "nvmevf.vf.limit.bytes.per.second",
                "Bytes a second that the virtual function may move",
                vf,
                kind,
                limit);
    }

    private void add(
            List<Meter> meters, String name, String description, String vf, String kind, @Nullable Limit limit) {
        if (limit != null) {
            // (The registry holds what a gauge reads only weakly; the series holds the limits.)
            meters.add(Gauge.builder(name, limit, Limit::rate)
                    .description(description)
                    .tag("vf", vf)
                    .tag("kind", kind)
                    .register(registry));
        }
    }
}
