package io.nvmevf.server.control;

import io.nvmevf.server.audit.AuditLog;
import io.nvmevf.server.audit.ErasureRecord;
import io.nvmevf.server.control.ControlException.Reason;
import io.nvmevf.server.wipe.WipeMethod;
import io.nvmevf.server.wipe.WipePlan;
import io.nvmevf.server.wipe.WipeProgress;
import io.nvmevf.server.wipe.WipeResult;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Erasures, from the durable step into one to what follows it. Under the service's monitor, which is also taken when an
 * erasure ends.
 *
 * <pre>
 * record WIPING  →  publish (fence, drain, close)  →  answer  →  erase and verify  →  evidence  →  record what follows
 * </pre>
 *
 * A crash anywhere leaves the namespace in the erasure, which begins again at the next start, or with the erasure done. The
 * evidence is durable before the namespace can be attached: without it the erasure counts as failed.
 */
final class Erasures {
    private static final Logger LOG = LoggerFactory.getLogger(Erasures.class);

    private final Object monitor;
    private final StateWriter writer;
    private final PoolDevices devices;
    private final DataPlane dataPlane;
    private final Eraser eraser;
    private final AuditLog audit;
    private final InstantSource clock;
    private final String version =
            Objects.requireNonNullElse(Erasures.class.getPackage().getImplementationVersion(), "development");

    /** Progress by namespace id, for those that run. */
    private final Map<String, Supplier<WipeProgress>> runs = new ConcurrentHashMap<>();

    /** What erased namespaces are from now on, by id, until that is recorded. Guarded by the monitor. */
    private final Map<String, Namespace> wiped = new HashMap<>();

    /** Ids of those whose evidence is written already. Guarded by the monitor. */
    private final Set<String> recorded = new HashSet<>();

    private final Executor later;

    /** Who waits for the end of an operation, by its id. Guarded by the monitor. */
    private final Map<String, CompletableFuture<Operation>> waiting = new HashMap<>();

    Erasures(
            Object monitor,
            StateWriter writer,
            PoolDevices devices,
            DataPlane dataPlane,
            Eraser eraser,
            AuditLog audit,
            InstantSource clock,
            Executor later) {
        this.later = later;
        this.monitor = monitor;
        this.writer = writer;
        this.devices = devices;
        this.dataPlane = dataPlane;
        this.eraser = eraser;
        this.audit = audit;
        this.clock = clock;
    }

    // ---- begin ---------------------------------------------------------------------------------------------------

    /** Takes the namespace into an erasure; it is durable, and no host reaches the namespace, when this returns. */
    Operation begin(Namespace ns, Purpose purpose, @Nullable String to, WipePlan plan, int lbaSize)
            throws ControlException {
        NamespaceLife.checkNotErased(writer.state(), ns);
        StateChange change = writer.change();
        Operation op = begin(change, ns, purpose, to, plan, lbaSize);
        writer.apply(change.next(), "the erasure of " + ns.id());
        start(ns, op);
        return op;
    }

    private Operation begin(
            StateChange change, Namespace ns, Purpose purpose, @Nullable String to, WipePlan plan, int lbaSize) {
        Operation op = operation(change, purpose, ns.id(), to, plan);
        change.replace(ns.erasing(new Erasure(op.id(), plan, purpose, to, lbaSize)));
        return op;
    }

    private Operation operation(
            StateChange change, Purpose purpose, String subject, @Nullable String to, WipePlan plan) {
        Operation op = new Operation(
                "op-" + change.nextOperation++,
                purpose,
                subject,
                to,
                plan,
                OperationState.RUNNING,
                null,
                clock.millis(),
                0);
        change.operations.add(op);
        return op;
    }

    /** Takes several namespaces into erasures to delete them; {@code change} may hold more. */
    List<Operation> beginDeletions(StateChange change, Map<Namespace, WipePlan> gone, String what)
            throws ControlException {
        List<Operation> ops = new ArrayList<>();
        gone.forEach((ns, plan) -> ops.add(begin(change, ns, Purpose.DELETE, null, plan, ns.lbaSize())));
        writer.apply(change.next(), what);
        for (Operation op : ops) {
            start(writer.state().namespace(op.subject()).orElseThrow(), op);
        }
        return ops;
    }

    /** Erases all namespaces of a virtual function, for its tenant. */
    Operation sanitize(VirtualFunction vf, WipePlan plan, int scdw10) throws ControlException {
        if (vf.isSanitizing()) {
            throw new ControlException(
                    Reason.WRONG_STATE, "virtual function " + vf.name() + " is being sanitized already");
        }
        List<Namespace> all = writer.state().namespacesOf(vf.name());
        for (Namespace ns : all) {
            NamespaceLife.checkNotErased(writer.state(), ns);
        }
        StateChange change = writer.change();
        Operation op = operation(change, Purpose.SANITIZE, vf.name(), null, plan);
        for (Namespace ns : all) {
            change.replace(ns.erasing(new Erasure(op.id(), plan, Purpose.SANITIZE, null, ns.lbaSize())));
        }
        int passes = plan.method() == WipeMethod.OVERWRITE ? plan.passes() : 0;
        change.replace(vf.with(Sanitize.running(scdw10, passes, op.id())));
        writer.apply(change.next(), "the sanitize operation of " + vf.name());
        for (Namespace ns : all) {
            start(ns, op);
        }
        if (all.isEmpty()) {
            finishSanitize(op);
        }
        return op;
    }

    /** Starts what a crash or a stop interrupted. */
    void resume() throws ControlException {
        TargetState state = writer.state();
        for (Operation op : state.operations()) {
            if (!op.isRunning()) {
                continue;
            }
            boolean any = false;
            for (Namespace ns : state.namespaces()) {
                if (isOf(op, ns)) {
                    LOG.info("erasing namespace {} again: {} was interrupted", ns.id(), op.id());
                    start(ns, op);
                    any = true;
                }
            }
            if (!any && op.kind() == Purpose.SANITIZE) {
                finishSanitize(op);
            }
        }
    }

    private static boolean isOf(Operation op, Namespace ns) {
        Erasure erasure = ns.erasure();
        return erasure != null && erasure.operation().equals(op.id());
    }

    private void start(Namespace ns, Operation op) {
        String owner = ns.owner();
        // (In the map before it can end: both happen under the monitor.)
        runs.put(
                ns.id(),
                eraser.start(
                        ns.id(),
                        ns.bytes(),
                        op.plan(),
                        owner == null ? ns.id() : owner,
                        !op.kind().staysAttached(),
                        result -> ended(ns.id(), op.id(), result)));
    }

    // ---- end -----------------------------------------------------------------------------------------------------

    private void ended(String id, String operation, WipeResult result) {
        synchronized (monitor) {
            try {
                settle(id, operation, result);
                wiped.remove(id);
                recorded.remove(id);
            } catch (ControlException e) {
                if (writer.isOpen()) {
                    LOG.error(
                            "the end of {} could not be recorded, which is tried again: {}", operation, e.getMessage());
                    later.execute(() -> ended(id, operation, result));
                }
            }
        }
    }

    private void settle(String id, String operation, WipeResult result) throws ControlException {
        if (!writer.isOpen()) {
            return;
        }
        Namespace ns = writer.state().namespace(id).orElse(null);
        Operation op = writer.state().operation(operation).orElse(null);
        if (ns == null || op == null || !isOf(op, ns)) {
            runs.remove(id);
            return;
        }
        Erasure erasure = Objects.requireNonNull(ns.erasure());
        String failure = result.failure();
        Namespace after = failure == null ? succeeded(ns, erasure) : failed(ns, erasure);
        if (failure == null && erasure.to() != null && after.state() == NamespaceState.AVAILABLE) {
            failure = "virtual function " + erasure.to() + " has no free NSID any more; attach the namespace elsewhere";
        }
        if (!recorded.contains(id)) {
            try {
                record(ns, after, erasure, result);
                recorded.add(id);
            } catch (IOException e) {
                failure = "the evidence could not be written to the audit log: " + e.getMessage();
                after = failed(ns, erasure);
            }
        }
        if (failure != null) {
            LOG.error("{} of namespace {} failed: {}", operation, id, failure);
        }
        StateChange change = writer.change();
        if (after.state() == NamespaceState.AVAILABLE && erasure.purpose() == Purpose.DELETE) {
            change.delete(ns);
        } else {
            change.replace(after);
        }
        boolean sanitize = erasure.purpose() == Purpose.SANITIZE;
        Operation end = failure == null ? op.succeeded(clock.millis()) : op.failed(failure, clock.millis());
        if (!sanitize) {
            change.replace(end);
        }
        writer.apply(change.next(), "the end of " + operation);
        runs.remove(id);
        if (sanitize) {
            finishSanitize(op);
            return;
        }
        try {
            if (erasure.purpose() == Purpose.DELETE && failure == null) {
                devices.deletePending(Set.of(id));
            }
        } finally {
            tell(end);
        }
    }

    private Namespace succeeded(Namespace ns, Erasure erasure) {
        String to = erasure.to();
        if (erasure.purpose().staysAttached()) {
            return ns.erased(erasure.lbaSize());
        }
        // (Once: the evidence names its new identifiers, also if its end has to be recorded again.)
        Namespace clean = wiped.computeIfAbsent(ns.id(), id -> ns.wiped());
        if (to == null) {
            return clean;
        }
        try {
            VirtualFunction vf = writer.state().vf(to).orElseThrow();
            return clean.attachedTo(vf, NamespaceLife.freeNsid(writer.state(), to));
        } catch (ControlException e) {
            return clean;
        }
    }

    private static Namespace failed(Namespace ns, Erasure erasure) {
        return switch (erasure.purpose()) {
            case RELEASE, REASSIGN, DELETE -> ns.quarantined();
            // (Its own tenant's: it stays what it was, with whatever is left in it.)
            case FORMAT -> ns.erased(ns.lbaSize());
            case SANITIZE -> ns;
        };
    }

    /** All of a sanitize operation's namespaces have ended: the operation has. */
    private void finishSanitize(Operation op) throws ControlException {
        TargetState state = writer.state();
        List<Namespace> left =
                state.namespaces().stream().filter(ns -> isOf(op, ns)).toList();
        if (left.stream().anyMatch(ns -> runs.containsKey(ns.id()))) {
            return;
        }
        VirtualFunction vf = state.vf(op.subject()).orElse(null);
        StateChange change = writer.change();
        Operation end = left.isEmpty()
                ? op.succeeded(clock.millis())
                : op.failed(
                        "not erased: "
                                + String.join(
                                        ", ", left.stream().map(Namespace::id).toList()) + "; the log says why",
                        clock.millis());
        change.replace(end);
        Sanitize last = vf == null ? null : vf.sanitize();
        if (vf != null && last != null) {
            change.replace(vf.with(last.ended(left.isEmpty())));
        }
        writer.apply(change.next(), "the end of " + op.id());
        dataPlane.sanitizeEnded(op.subject());
        tell(end);
    }

    private void tell(Operation end) {
        CompletableFuture<Operation> future = waiting.remove(end.id());
        if (future != null) {
            future.complete(end);
        }
    }

    private void record(Namespace before, Namespace after, Erasure erasure, WipeResult result) throws IOException {
        WipePlan plan = result.plan();
        boolean gone = erasure.purpose() == Purpose.DELETE && result.failure() == null;
        boolean success = result.failure() == null;
        audit.appendErasure(new ErasureRecord(
                erasure.operation(),
                before.id(),
                before.uuid(),
                gone || !success ? null : after.uuid(),
                before.owner(),
                gone ? null : after.owner(),
                plan.method().name().toLowerCase(Locale.ROOT),
                plan.passes(),
                plan.method() == WipeMethod.OVERWRITE ? plan.pattern() : null,
                result.bytes(),
                plan.verification().name().toLowerCase(Locale.ROOT),
                result.verifiedBytes(),
                plan.seed(),
                Instant.ofEpochMilli(result.startedMillis()),
                Instant.ofEpochMilli(result.endedMillis()),
                success ? "succeeded" : "failed: " + result.failure(),
                version));
    }

    // ---- watching ------------------------------------------------------------------------------------------------

    /** How far it is; null if it does not run. Any thread. */
    @Nullable
    WipeProgress progress(Operation op) {
        if (!op.isRunning()) {
            return null;
        }
        if (op.kind() == Purpose.SANITIZE) {
            return progressOfAll(op);
        }
        Supplier<WipeProgress> run = runs.get(op.subject());
        return run == null ? null : run.get();
    }

    /** Each namespace counts by its size, whatever its erasure reads and writes: the sum never goes back when one ends. */
    private WipeProgress progressOfAll(Operation op) {
        long done = 0;
        long total = 0;
        long rate = 0;
        String phase = WipeProgress.ERASE;
        for (Namespace ns : writer.state().namespacesOf(op.subject())) {
            Supplier<WipeProgress> run = runs.get(ns.id());
            total += ns.bytes();
            if (run == null) {
                done += ns.bytes();
            } else {
                WipeProgress p = run.get();
                done += p.totalBytes() == 0 ? 0 : (long) (ns.bytes() * ((double) p.doneBytes() / p.totalBytes()));
                rate += p.bytesPerSecond();
                phase = p.phase();
            }
        }
        return new WipeProgress(phase, done, total, rate);
    }

    /** Completes when the operation ends; at once if it has. */
    CompletableFuture<Operation> ended(Operation op) {
        return op.isRunning()
                ? waiting.computeIfAbsent(op.id(), id -> new CompletableFuture<>())
                : CompletableFuture.completedFuture(op);
    }
}
