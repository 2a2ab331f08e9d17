package io.nvmevf.server.metrics;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.nvmevf.server.control.PoolUsage;
import io.nvmevf.server.control.TargetState;
import io.nvmevf.server.metrics.DataPlaneStats.ConnectionClass;
import io.nvmevf.server.metrics.DataPlaneStats.Delay;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import io.nvmevf.server.wipe.WipeProgress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The Prometheus registry. A scrape first brings the series of virtual functions in line with those that exist: one
 * that was deleted takes its series with it, and a new one of the same name starts from zero.
 */
public final class Metrics implements AutoCloseable {
    /** What {@link #scrape} returns. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final int SMALLEST_PAGE = 16 << 10;
    private static final int SPARE = 16;

    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final Supplier<TargetState> state;
    private final LifeMetrics life;
    private final LimitMetrics limits;
    private final VfMetrics vfs;
    /** Guarded by this. */
    private int sizeOfLast;

    /** Names of Micrometer's that Prometheus' conventions do not allow, and which {@code promtool} complains about. */
    private static final class ProcessNames implements MeterFilter {
        @Override
        public Meter.Id map(Meter.Id id) {
            return id.getName().equals("system.cpu.count") ? id.withName("system.processors") : id;
        }

        @Override
        public MeterFilterReply accept(Meter.Id id) {
            return id.getName().equals("process.cpu.time") ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
        }
    }

    public Metrics(
            DataPlaneStats stats,
            Supplier<TargetState> state,
            Supplier<PoolUsage> pool,
            Function<io.nvmevf.server.control.Operation, @Nullable WipeProgress> progress,
            InstantSource clock) {
        registry.config().meterFilter(new ProcessNames());
        this.state = state;
        this.vfs = new VfMetrics(registry, stats);
        this.limits = new LimitMetrics(registry);
        this.life = new LifeMetrics(registry, state, progress, clock);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        FunctionCounter.builder("process.cpu", SYSTEM, system -> system.getProcessCpuTime() / 1e9)
                .description("Processor time that the target has used")
                .baseUnit("seconds")
                .register(registry);
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
        Gauge.builder("nvmevf.transport", () -> 1)
                .description("1; which kind of I/O the event loops use, and why it is that one")
                .tag("io", stats.transport())
                .tag("reason", stats.transportReason())
                .register(registry);
        for (int i = 0; i < stats.eventLoops(); i++) {
            int loop = i;
            Gauge.builder("nvmevf.event.loop.lag", () -> stats.eventLoopLagSeconds(loop))
                    .description("How late the event loop was with what was due, at most, in the last 15 to 30 seconds")
                    .baseUnit("seconds")
                    .tag("loop", String.valueOf(loop))
                    .register(registry);
        }
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
        for (Delay what : Delay.values()) {
            FunctionCounter.builder("nvmevf.delays", stats, s -> s.delays(what))
                    .description("What was taken up late because there was too much of it")
                    .tag("what", label(what))
                    .register(registry);
        }
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

    /** All numbers of this moment, in the Prometheus text format 0.0.4; a page of 1,000 virtual functions has 5 MiB. */
    public synchronized ByteBuffer scrape() {
        follow();
        // (As large as the last one and a little more: one that grows leaves several times its size to the garbage
        // collector.)
        Page page = new Page(sizeOfLast + sizeOfLast / SPARE + SMALLEST_PAGE);
        try {
            registry.scrape(page, CONTENT_TYPE);
        } catch (IOException e) {
            throw new UncheckedIOException("nothing fails that writes into memory", e);
        }
        sizeOfLast = page.size();
        return page.written();
    }

    private static final class Page extends ByteArrayOutputStream {
        Page(int size) {
            super(size);
        }

        ByteBuffer written() {
            return ByteBuffer.wrap(buf, 0, count);
        }
    }

    private void follow() {
        TargetState now = state.get();
        life.follow();
        limits.follow(now);
        vfs.follow(now);
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
