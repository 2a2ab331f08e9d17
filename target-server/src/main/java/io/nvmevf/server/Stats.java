package io.nvmevf.server;

import io.netty.util.concurrent.Ticker;
import io.nvmevf.qos.AdmissionCounters;
import io.nvmevf.server.metrics.DataPlaneStats;
import io.nvmevf.server.subsystem.AttachedNamespace;
import io.nvmevf.server.subsystem.Controller;
import io.nvmevf.server.subsystem.LatencyHistogram;
import io.nvmevf.server.subsystem.NamespaceCounters.Counter;
import io.nvmevf.server.subsystem.NamespaceCounters.Timed;
import io.nvmevf.server.subsystem.Subsystem;
import io.nvmevf.server.subsystem.Subsystems;
import io.nvmevf.server.transport.EventLoops;
import io.nvmevf.server.transport.HostLog;
import io.nvmevf.server.transport.TransportStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Gathers what the parts of the data plane count. */
final class Stats implements DataPlaneStats {
    private final Subsystems subsystems;
    private final TransportStats transport;
    private final EventLoops loops;
    private final HostLog log;

    Stats(Subsystems subsystems, TransportStats transport, EventLoops loops, HostLog log) {
        this.log = log;
        this.subsystems = subsystems;
        this.transport = transport;
        this.loops = loops;
    }

    /** The counters of a virtual function; equal as long as the virtual function is the same. */
    private record Counters(Subsystem subsystem, Ticker ticker) implements VfStats {
        @Override
        public Set<String> hosts() {
            return subsystem.controllers().stream().map(Controller::hostNqn).collect(Collectors.toUnmodifiableSet());
        }

        @Override
        public long commands(Operation operation) {
            return subsystem.count(
                    switch (operation) {
                        case READ -> Counter.READ_COMMANDS;
                        case WRITE -> Counter.WRITE_COMMANDS;
                        case OTHER -> Counter.OTHER_COMMANDS;
                    });
        }

        @Override
        public long bytes(Operation operation) {
            return switch (operation) {
                case READ -> subsystem.count(Counter.READ_BYTES);
                case WRITE -> subsystem.count(Counter.WRITE_BYTES);
                case OTHER -> 0;
            };
        }

        @Override
        public long errors(Operation operation) {
            return subsystem.count(
                    switch (operation) {
                        case READ -> Counter.READ_ERRORS;
                        case WRITE -> Counter.WRITE_ERRORS;
                        case OTHER -> Counter.OTHER_ERRORS;
                    });
        }

        @Override
        public long overdue() {
            return subsystem.line().overdue();
        }

        @Override
        public long waiting() {
            return subsystem.line().length();
        }

        @Override
        public long queues(ConnectionClass kind) {
            return switch (kind) {
                case ADMIN -> subsystem.controllers().size();
                case IO ->
                    subsystem.controllers().stream()
                            .mapToLong(Controller::ioQueueCount)
                            .sum();
                case PENDING, DISCOVERY -> 0;
            };
        }

        @Override
        public Latency latency(Operation operation) {
            return switch (operation) {
                case READ -> took(subsystem.latency(Timed.READ));
                case WRITE -> took(subsystem.latency(Timed.WRITE));
                case OTHER -> Latency.NONE;
            };
        }

        private static Latency took(LatencyHistogram histogram) {
            List<Bucket> buckets = new ArrayList<>();
            long commands = 0;
            for (int i = 0; i < LatencyHistogram.BUCKETS; i++) {
                long count = histogram.count(i);
                if (count > 0) {
                    buckets.add(new Bucket(LatencyHistogram.lowerMicros(i), LatencyHistogram.upperMicros(i), count));
                    commands += count;
                }
            }
            return new Latency(commands, histogram.totalNanos(), buckets);
        }

        @Override
        public double throttledSeconds(Throttle limit) {
            AdmissionCounters counters = subsystem.line().counters(ticker.nanoTime());
            return switch (limit) {
                        case IOPS -> counters.iopsNanos();
                        case BYTES -> counters.bytesNanos();
                        case TENANT_IOPS -> counters.tenantIopsNanos();
                        case TENANT_BYTES -> counters.tenantBytesNanos();
                        case PF -> counters.pfNanos();
                    }
                    / 1e9;
        }
    }

    @Override
    public @Nullable VfStats vf(String name) {
        Subsystem subsystem = subsystems.virtualFunction(name);
        return subsystem == null
                ? null
                : new Counters(subsystem, loops.loops().getFirst().ticker());
    }

    @Override
    public long connections(ConnectionClass kind) {
        return transport.open(kind);
    }

    @Override
    public long refusals(Refusal reason) {
        return transport.refusals(reason);
    }

    @Override
    public long delays(Delay what) {
        return transport.delays(what);
    }

    @Override
    public long dataDigestErrors() {
        return transport.dataDigestErrors();
    }

    @Override
    public long logLinesLeftOut() {
        return log.leftOut();
    }

    @Override
    public long buffersInUse() {
        return loops.buffersInUse();
    }

    @Override
    public String transport() {
        return loops.kind().toString();
    }

    @Override
    public String transportReason() {
        return loops.reason();
    }

    @Override
    public int eventLoops() {
        return loops.loops().size();
    }

    @Override
    public double eventLoopLagSeconds(int loop) {
        return loops.lags().get(loop).toNanos() / 1e9;
    }

    @Override
    public Set<String> notReady() {
        return subsystems.virtualFunctions().stream()
                .flatMap(s -> s.namespaces().ascending().stream())
                .filter(AttachedNamespace::isMissing)
                .map(ns -> ns.config().id())
                .collect(Collectors.toUnmodifiableSet());
    }
}
