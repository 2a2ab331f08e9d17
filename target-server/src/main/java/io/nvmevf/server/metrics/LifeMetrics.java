package io.nvmevf.server.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.nvmevf.server.control.Erasure;
import io.nvmevf.server.control.Namespace;
import io.nvmevf.server.control.NamespaceState;
import io.nvmevf.server.control.Operation;
import io.nvmevf.server.control.OperationState;
import io.nvmevf.server.control.Purpose;
import io.nvmevf.server.control.TargetState;
import io.nvmevf.server.control.VfState;
import io.nvmevf.server.wipe.WipeProgress;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** How many virtual functions and namespaces are in which state of their lives, and what becomes of erasures. */
final class LifeMetrics {
    private final MeterRegistry registry;
    private final Supplier<TargetState> state;
    private final Function<Operation, @Nullable WipeProgress> progress;
    private final InstantSource clock;
    private final long startedMillis;

    /** The meters of each operation that runs, by its id. */
    private final Map<String, List<Meter>> running = new HashMap<>();

    /** Operations that have ended and were counted; only those that the state still knows. */
    private final Set<String> counted = new HashSet<>();

    LifeMetrics(
            MeterRegistry registry,
            Supplier<TargetState> state,
            Function<Operation, @Nullable WipeProgress> progress,
            InstantSource clock) {
        this.registry = registry;
        this.state = state;
        this.progress = progress;
        this.clock = clock;
        this.startedMillis = clock.millis();
        for (VfState one : VfState.values()) {
            gauge(
                    "nvmevf.vfs",
                    "Virtual functions",
                    now -> now.vfs().stream().filter(vf -> vf.state() == one).count(),
                    "state",
                    Metrics.label(one));
        }
        for (NamespaceState one : NamespaceState.values()) {
            gauge("nvmevf.namespaces", "Namespaces", now -> count(now, one), "state", Metrics.label(one));
        }
        gauge(
                "nvmevf.namespaces.quarantined",
                "Namespaces whose erasure failed: somebody has to look at them",
                now -> count(now, NamespaceState.QUARANTINED));
        gauge(
                "nvmevf.operations.running",
                "Erasures under way",
                now -> now.operations().stream().filter(Operation::isRunning).count());
        Gauge.builder("nvmevf.oldest.unwiped.age", () -> oldestUnwipedMillis(state.get()) / 1e3)
                .description("Since when the oldest erasure runs, or was begun that failed; 0 if there is none")
                .baseUnit("seconds")
                .register(registry);
        for (Purpose kind : Purpose.values()) {
            counter(kind, OperationState.SUCCEEDED);
            counter(kind, OperationState.FAILED);
        }
        // What ended before this start was counted by it.
        state.get().operations().stream().filter(op -> !op.isRunning()).forEach(op -> counted.add(op.id()));
    }

    private static long count(TargetState now, NamespaceState one) {
        return now.namespaces().stream().filter(ns -> ns.state() == one).count();
    }

    private long oldestUnwipedMillis(TargetState now) {
        long oldest = Long.MAX_VALUE;
        for (Operation op : now.operations()) {
            if (op.isRunning()) {
                oldest = Math.min(oldest, op.startedMillis());
            }
        }
        for (Namespace ns : now.namespaces()) {
            Erasure failed = ns.erasure();
            if (ns.state() == NamespaceState.QUARANTINED && failed != null) {
                // An operation that is forgotten is older than this start or than many others: the least that is known.
                oldest = Math.min(
                        oldest,
                        now.operation(failed.operation())
                                .map(Operation::startedMillis)
                                .orElse(startedMillis));
            }
        }
        return oldest == Long.MAX_VALUE ? 0 : Math.max(0, clock.millis() - oldest);
    }

    /** Brings the series of operations in line with those that run, and counts those that have ended. */
    void follow() {
        Map<String, Operation> live = new HashMap<>();
        Set<String> known = new HashSet<>();
        for (Operation op : state.get().operations()) {
            known.add(op.id());
            if (op.isRunning()) {
                live.put(op.id(), op);
            } else if (counted.add(op.id())) {
                counter(op.kind(), op.state()).increment();
            }
        }
        counted.retainAll(known);
        running.entrySet().removeIf(entry -> {
            boolean gone = !live.containsKey(entry.getKey());
            if (gone) {
                entry.getValue().forEach(registry::remove);
            }
            return gone;
        });
        live.forEach((id, op) -> running.computeIfAbsent(id, ignored -> register(op)));
    }

    private List<Meter> register(Operation op) {
        return List.of(
                wipe(
                        "nvmevf.wipe.done",
                        "Bytes written and verified so far by an erasure",
                        op,
                        WipeProgress::doneBytes),
                wipe(
                        "nvmevf.wipe.size",
                        "Bytes that an erasure has to write and verify",
                        op,
                        WipeProgress::totalBytes));
    }

    private Meter wipe(String name, String description, Operation op, ToDoubleFunction<WipeProgress> value) {
        return Gauge.builder(name, () -> {
                    WipeProgress at = progress.apply(op);
                    return at == null ? 0 : value.applyAsDouble(at);
                })
                .description(description)
                .baseUnit("bytes")
                .tag("kind", Metrics.label(op.kind()))
                .tag("subject", op.subject())
                .strongReference(true)
                .register(registry);
    }

    private void gauge(String name, String description, ToDoubleFunction<TargetState> value, String... tags) {
        Gauge.builder(name, () -> value.applyAsDouble(state.get()))
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private Counter counter(Purpose kind, OperationState outcome) {
        return Counter.builder("nvmevf.operations")
                .description("Erasures that have ended since the start")
                .tag("kind", Metrics.label(kind))
                .tag("outcome", Metrics.label(outcome))
                .register(registry);
    }
}
