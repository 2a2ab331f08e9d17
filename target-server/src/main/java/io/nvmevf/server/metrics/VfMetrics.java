package io.nvmevf.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nvmevf.server.control.TargetState;
import io.nvmevf.server.control.VirtualFunction;
import io.nvmevf.server.metrics.DataPlaneStats.ConnectionClass;
import io.nvmevf.server.metrics.DataPlaneStats.Operation;
import io.nvmevf.server.metrics.DataPlaneStats.Throttle;
import io.nvmevf.server.metrics.DataPlaneStats.VfStats;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What the data plane counts for each virtual function. One that was deleted takes its series with it, and a new one of the same
 * name starts from zero. Used by one thread at a time.
 */
final class VfMetrics {
    private final PrometheusMeterRegistry registry;
    private final DataPlaneStats stats;
    private final Map<String, Series> series = new HashMap<>();

    /** The meters of one virtual function, and whose numbers they show: the registry itself holds those only weakly. */
    private record Series(VfStats stats, List<Meter> meters) {}

    VfMetrics(PrometheusMeterRegistry registry, DataPlaneStats stats) {
        this.registry = registry;
        this.stats = stats;
        registry.getPrometheusRegistry().register(new LatencyMetrics(this::live));
    }

    private Map<String, VfStats> live() {
        return series.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().stats()));
    }

    /** Brings the series in line with the virtual functions that there are. */
    void follow(TargetState state) {
        Map<String, VfStats> live = new HashMap<>();
        for (VirtualFunction vf : state.vfs()) {
            VfStats numbers = stats.vf(vf.name());
            if (numbers != null) {
                live.put(vf.name(), numbers);
            }
        }
        series.entrySet().removeIf(entry -> {
            boolean gone = !entry.getValue().stats().equals(live.get(entry.getKey()));
            if (gone) {
                entry.getValue().meters().forEach(registry::remove);
            }
            return gone;
        });
        live.forEach((name, numbers) -> series.computeIfAbsent(name, vf -> register(vf, numbers)));
    }

    private Series register(String vf, VfStats numbers) {
        List<Meter> meters = new ArrayList<>();
        for (Operation operation : Operation.values()) {
            String label = Metrics.label(operation);
            meters.add(counter("nvmevf.vf.commands", "I/O commands completed", vf, numbers, s -> s.commands(operation))
                    .tag("operation", label)
                    .register(registry));
            meters.add(counter(
                            "nvmevf.vf.command.errors",
                            "I/O commands completed with an error status",
                            vf,
                            numbers,
                            s -> s.errors(operation))
                    .tag("operation", label)
                    .register(registry));
            if (operation != Operation.OTHER) {
                meters.add(counter(
                                "nvmevf.vf.data",
                                "Data of I/O commands that succeeded",
                                vf,
                                numbers,
                                s -> s.bytes(operation))
                        .baseUnit("bytes")
                        .tag("operation", label)
                        .register(registry));
            }
        }
        for (Throttle limit : Throttle.values()) {
            meters.add(counter(
                            "nvmevf.vf.throttled",
                            "Time in which demand was above the limit",
                            vf,
                            numbers,
                            s -> s.throttledSeconds(limit))
                    .baseUnit("seconds")
                    .tag("limit", Metrics.label(limit))
                    .register(registry));
        }
        meters.add(counter(
                        "nvmevf.vf.overdue.commands",
                        "I/O commands that waited for so long that they went on without being charged to a limit",
                        vf,
                        numbers,
                        VfStats::overdue)
                .register(registry));
        meters.add(gauge(
                        "nvmevf.vf.waiting.commands",
                        "I/O commands that wait because of a limit",
                        vf,
                        numbers,
                        VfStats::waiting)
                .register(registry));
        for (ConnectionClass kind : List.of(ConnectionClass.ADMIN, ConnectionClass.IO)) {
            meters.add(gauge("nvmevf.vf.queues", "Queues that hosts have connected", vf, numbers, s -> s.queues(kind))
                    .tag("class", Metrics.label(kind))
                    .register(registry));
        }
        return new Series(numbers, meters);
    }

    private static FunctionCounter.Builder<VfStats> counter(
            String name, String description, String vf, VfStats numbers, ToDoubleFunction<VfStats> value) {
        return FunctionCounter.builder(name, numbers, value)
                .description(description)
                .tag("vf", vf);
    }

    private static Gauge.Builder<VfStats> gauge(
            String name, String description, String vf, VfStats numbers, ToDoubleFunction<VfStats> value) {
        return Gauge.builder(name, numbers, value).description(description).tag("vf", vf);
    }
}
