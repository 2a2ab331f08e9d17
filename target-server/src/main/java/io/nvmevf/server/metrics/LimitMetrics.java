package io.nvmevf.server.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.nvmevf.qos.Capacity;
import io.nvmevf.qos.Limit;
import io.nvmevf.qos.Limits;
import io.nvmevf.qos.Share;
import io.nvmevf.server.control.TargetState;
import io.nvmevf.server.control.VirtualFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Limits and shares of virtual functions, and the capacity that is shared, as they are configured. What is not set has no series.
 * Used by one thread at a time.
 */
final class LimitMetrics {
    private final MeterRegistry registry;
    private final Map<String, Series> series = new HashMap<>();

    private @Nullable Capacity capacity;
    private final List<Meter> capacityMeters = new ArrayList<>();

    /** The gauges of one virtual function, and what they show. */
    private record Series(Limits limits, List<Meter> meters) {}

    LimitMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Brings the series in line with the virtual functions that there are, and with their limits. */
    void follow(TargetState state) {
        follow(state.capacity());
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

    private void follow(@Nullable Capacity now) {
        if (Objects.equals(now, capacity)) {
            return;
        }
        capacityMeters.forEach(registry::remove);
        capacityMeters.clear();
        if ((now == null) != (capacity == null)) {
            // (Weights are shown while there is something to share.)
            series.values().forEach(one -> one.meters().forEach(registry::remove));
            series.clear();
        }
        capacity = now;
        if (now != null) {
            capacity(
                    "nvmevf.pf.capacity.iops",
                    "Commands of 4 KiB a second that the pool can do",
                    "read",
                    now,
                    Capacity::readIops);
            capacity(
                    "nvmevf.pf.capacity.iops",
                    "Commands of 4 KiB a second that the pool can do",
                    "write",
                    now,
                    Capacity::writeIops);
            capacity(
                    "nvmevf.pf.capacity.bytes.per.second",
                    "Bytes a second that the pool can move",
                    "read",
                    now,
                    Capacity::readBytes);
            capacity(
                    "nvmevf.pf.capacity.bytes.per.second",
                    "Bytes a second that the pool can move",
                    "write",
                    now,
                    Capacity::writeBytes);
        }
    }

    private void capacity(
            String name, String description, String kind, Capacity shown, ToDoubleFunction<Capacity> figure) {
        capacityMeters.add(Gauge.builder(name, shown, figure)
                .description(description)
                .tag("kind", kind)
                .register(registry));
    }

    private Series register(String vf, Limits limits) {
        List<Meter> meters = new ArrayList<>();
        iops(meters, vf, "read", limits.readIops());
        iops(meters, vf, "write", limits.writeIops());
        iops(meters, vf, "total", limits.totalIops());
        bytes(meters, vf, "read", limits.readBytes());
        bytes(meters, vf, "write", limits.writeBytes());
        bytes(meters, vf, "total", limits.totalBytes());
        Share share = limits.shareOrDefault();
        if (share.minIops() > 0) {
            meters.add(share(
                    "nvmevf.vf.min.iops", "Commands of 4 KiB a second that are guaranteed", vf, share, Share::minIops));
        }
        if (capacity != null) {
            meters.add(share("nvmevf.vf.weight", "Part of what is not guaranteed", vf, share, Share::weight));
        }
        return new Series(limits, meters);
    }

    private Meter share(String name, String description, String vf, Share share, ToDoubleFunction<Share> figure) {
        // (Strong: of a virtual function without a share nobody else holds it.)
        return Gauge.builder(name, share, figure)
                .description(description)
                .strongReference(true)
                .tag("vf", vf)
                .register(registry);
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
