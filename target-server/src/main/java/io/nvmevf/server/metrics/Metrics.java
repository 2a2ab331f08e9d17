package io.nvmevf.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nvmevf.server.control.PoolUsage;
import io.nvmevf.server.control.TargetState;
import io.nvmevf.server.control.VirtualFunction;
import io.nvmevf.server.metrics.DataPlaneStats.ConnectionClass;
import io.nvmevf.server.metrics.DataPlaneStats.Operation;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import io.nvmevf.server.metrics.DataPlaneStats.Throttle;
import io.nvmevf.server.metrics.DataPlaneStats.VfStats;
import io.nvmevf.server.wipe.WipeProgress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The Prometheus registry. A scrape first brings the series of virtual functions in line with those that exist: one
 * that was deleted takes its series with it, and a new one of the same name starts from zero.
 */
public final class Metrics implements AutoCloseable {
    /** What {@link #scrape} returns. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final DataPlaneStats stats;
    private final Supplier<TargetState> state;
    private final LifeMetrics life;
    private final LimitMetrics limits;
    private final Map<String, Series> series = new HashMap<>();

    /** The meters of one virtual function, and whose numbers they show: the registry itself holds those only weakly. */
    private record Series(VfStats stats, List<Meter> meters) {}

    public Metrics(
            DataPlaneStats stats,
            Supplier<TargetState> state,
            Supplier<PoolUsage> pool,
            Function<io.nvmevf.server.control.Operation, @Nullable WipeProgress> progress,
            InstantSource clock) {
        this.stats = stats;
        this.state = state;
        this.limits = new LimitMetrics(registry);
        this.life = new LifeMetrics(registry, state, progress, clock);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        gc.bindTo(registry);
        String kind = pool.get().kind();
        Gauge.builder("nvmevf.pool.capacity", () -> pool.get().capacity())
                .description("Bytes that the storage pool may hand out")
                .baseUnit("bytes")
                .tag("kind", kind)
                .register(registry);
        Gauge.builder("nvmevf.pool.allocated", () -> pool.get().allocated())
                .description("Bytes that the storage pool has handed out")
                .baseUnit("bytes")
                .tag("kind", kind)
                .register(registry);
        Gauge.builder("nvmevf.namespaces.not.ready", () -> stats.notReady().size())
                .description("Namespaces whose device cannot be used")
                .register(registry);
        Gauge.builder("nvmevf.buffers.in.use", stats::buffersInUse)
                .description("Receive and data buffers in use")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("nvmevf.event.loops", stats::eventLoops)
                .description("Threads that serve connections")
                .tag("io", stats.transport())
                .register(registry);
        for (ConnectionClass kindOfConnection : ConnectionClass.values()) {
            Gauge.builder("nvmevf.connections", () -> stats.connections(kindOfConnection))
                    .description("Open connections")
                    .tag("class", label(kindOfConnection))
                    .register(registry);
        }
        FunctionCounter.builder("nvmevf.data.digest.errors", stats, DataPlaneStats::dataDigestErrors)
                .description("Commands whose data came with a wrong data digest")
                .register(registry);
        FunctionCounter.builder("nvmevf.host.log.lines.left.out", stats, DataPlaneStats::logLinesLeftOut)
                .description("Log lines caused by hosts that were left out by the rate limit")
                .register(registry);
        for (Refusal reason : Refusal.values()) {
            FunctionCounter.builder("nvmevf.refusals", stats, s -> s.refusals(reason))
                    .description("Connections and Connect commands that were refused or ended by the target")
                    .tag("reason", label(reason))
                    .register(registry);
        }
    }

    /** Shows what the API refused, too. Once. */
    public void show(ApiRefusals refusals) {
        for (ApiRefusals.Reason reason : ApiRefusals.Reason.values()) {
            FunctionCounter.builder("nvmevf.api.refusals", refusals, r -> r.of(reason))
                    .description("Requests that the API refused because of who sent them")
                    .tag("reason", label(reason))
                    .register(registry);
        }
    }

    /**
     * Counts the operations that have ended. To be called from time to time, before the state forgets them; takes no lock
     * of the control plane's.
     */
    public synchronized void observe() {
        life.follow();
    }

    /** All numbers of this moment, in the Prometheus text format 0.0.4. */
    public synchronized String scrape() {
        follow();
        return registry.scrape();
    }

    private void follow() {
        life.follow();
        limits.follow(state.get());
        Map<String, VfStats> live = new HashMap<>();
        for (VirtualFunction vf : state.get().vfs()) {
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
            meters.add(counter(
                    "nvmevf.vf.commands",
                    "I/O commands completed",
                    vf,
                    operation,
                    numbers,
                    s -> s.commands(operation)));
            meters.add(counter(
                    "nvmevf.vf.command.errors",
                    "I/O commands completed with an error status",
                    vf,
                    operation,
                    numbers,
                    s -> s.errors(operation)));
            if (operation != Operation.OTHER) {
                meters.add(FunctionCounter.builder("nvmevf.vf.data", numbers, s -> s.bytes(operation))
                        .description("Data of I/O commands that succeeded")
                        .baseUnit("bytes")
                        .tag("vf", vf)
                        .tag("operation", label(operation))
                        .register(registry));
            }
        }
        for (Throttle limit : Throttle.values()) {
            meters.add(FunctionCounter.builder("nvmevf.vf.throttled", numbers, s -> s.throttledSeconds(limit))
                    .description("Time in which demand was above the limit")
                    .baseUnit("seconds")
                    .tag("vf", vf)
                    .tag("limit", label(limit))
                    .register(registry));
        }
        meters.add(FunctionCounter.builder("nvmevf.vf.overdue.commands", numbers, VfStats::overdue)
                .description("I/O commands that waited for so long that they went on without being charged to a limit")
                .tag("vf", vf)
                .register(registry));
        return new Series(numbers, meters);
    }

    private Meter counter(
            String name,
            String description,
            String vf,
            Operation operation,
            VfStats numbers,
            ToDoubleFunction<VfStats> value) {
        return FunctionCounter.builder(name, numbers, value)
                .description(description)
                .tag("vf", vf)
                .tag("operation", label(operation))
                .register(registry);
    }

    /** A constant as the value of a label. */
    static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
