package io.nvmevf.server.subsystem;

import io.netty.channel.IoEventLoop;
import io.nvmevf.protocol.fabrics.Nqn;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.qos.LimitedAdmission;
import io.nvmevf.qos.Limits;
import io.nvmevf.qos.PfShares;
import io.nvmevf.server.control.Access;
import io.nvmevf.server.control.DataPlane;
import io.nvmevf.server.control.HostKey;
import io.nvmevf.server.control.Namespace;
import io.nvmevf.server.control.PhysicalFunction;
import io.nvmevf.server.control.TargetState;
import io.nvmevf.server.control.VirtualFunction;
import io.nvmevf.server.transport.HostLog;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.StoragePool;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All subsystems of the target, made from what the control plane publishes.
 *
 * <p>{@link #publish} compares the new state with what is alive, and brings the difference about: namespaces that are gone
 * leave the table first, are fenced by their gate, and are closed; what is new is opened and announced.
 */
public final class Subsystems implements DataPlane, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Subsystems.class);

    private static final int CLOSE_SECONDS = 10;

    private final StoragePool pool;
    private final List<IoEventLoop> loops;
    private final HostLog log;
    private final String discoveryNqn;
    private final Subsystem discovery;
    private volatile @Nullable Subsystem pf;
    /** By NQN. Replaced as a whole, so that queues read it without a lock. */
    private volatile Map<String, Subsystem> byNqn = Map.of();
    /** Virtual functions, by their names. */
    private volatile Map<String, Subsystem> byName = Map.of();

    private volatile @Nullable ControlPlane control;
    private final AuthenticationWorkers authentication = new AuthenticationWorkers();

    private volatile boolean closing;
    private volatile List<Port> ports = List.of();
    /** What the virtual functions of a tenant that has limits are charged to together. Publishing only. */
    private Map<String, LimitedAdmission> tenantLimits = Map.of();

    private final SharePlanner planner = new SharePlanner(this::nanoTime);
    /** Counts the changes of what any host can discover. */
    private final AtomicLong generation = new AtomicLong(1);

    private final DiscoveryViews views = new DiscoveryViews();

    /**
     * @param discoveryNqn the discovery subsystem's own NQN, beside the well-known one
     * @param discoveryAccess how hosts that ask it must prove themselves
     */
    public Subsystems(
            StoragePool pool, List<IoEventLoop> loops, HostLog log, String discoveryNqn, Access discoveryAccess) {
        this.pool = pool;
        this.loops = List.copyOf(loops);
        this.log = log;
        this.discoveryNqn = discoveryNqn;
        discovery = Subsystem.discovery(discoveryNqn, discoveryAccess, this);
    }

    public HostLog log() {
        return log;
    }

    /** The event loops' clock. */
    long nanoTime() {
        return loops.getFirst().ticker().nanoTime();
    }

    /** The number of this loop, from 0; what {@link AttachedNamespace#queue} takes. */
    public int indexOf(IoEventLoop loop) {
        int i = loops.indexOf(loop);
        if (i < 0) {
            throw new IllegalArgumentException("not a loop of this target: " + loop);
        }
        return i;
    }

    /** What commands of hosts ask; until it is set, no host may connect. */
    public void control(ControlPlane control) {
        this.control = control;
    }

    public ControlPlane control() {
        return Objects.requireNonNull(control, "the target is not started");
    }

    /** What authentication takes off the event loops. */
    public AuthenticationWorkers authentication() {
        return authentication;
    }

    /** The administrative subsystem is offered from now on. Before the first {@link #publish}, which gives it its keys. */
    public void offer(PhysicalFunction function) {
        pf = Subsystem.physicalFunction(function, this);
    }

    /** The physical function's administrative subsystem; null if none is offered. */
    public @Nullable Subsystem physicalFunction() {
        return pf;
    }

    /** Where hosts reach the target: what the discovery log says. */
    public void ports(List<Port> ports) {
        this.ports = List.copyOf(ports);
        generation.incrementAndGet();
    }

    public List<Port> ports() {
        return ports;
    }

    /** The subsystem with this NQN; the discovery subsystem has two. */
    public @Nullable Subsystem find(String nqn) {
        if (nqn.equals(Nqn.DISCOVERY) || nqn.equals(discoveryNqn)) {
            return discovery;
        }
        Subsystem admin = pf;
        return admin != null && nqn.equals(admin.nqn()) ? admin : byNqn.get(nqn);
    }

    public Subsystem discovery() {
        return discovery;
    }

    public @Nullable Subsystem virtualFunction(String name) {
        return byName.get(name);
    }

    /** All virtual functions' subsystems, in ascending order of their numbers. */
    public List<Subsystem> virtualFunctions() {
        return List.copyOf(byNqn.values());
    }

    /** Counts the changes of what this host can discover: GENCTR of its discovery log. */
    public long generation(String hostNqn) {
        return views.genctr(hostNqn, generation.get(), () -> seenBy(hostNqn));
    }

    /** What divides the physical function now; null if nobody said what it can do. */
    public @Nullable PfShares shares() {
        return planner.shares();
    }

    // ---- publishing ----------------------------------------------------------------------------------------------

    @Override
    public void publish(TargetState next) {
        Map<String, Subsystem> before = byNqn;
        List<VirtualFunction> configsBefore =
                before.values().stream().map(Subsystem::vf).toList();
        Map<String, String> sawBefore = discoverable();
        boolean othersMayConnect = publishKeys(discovery, HostKey.DISCOVERY, next);
        Subsystem admin = pf;
        if (admin != null) {
            othersMayConnect |= publishKeys(admin, HostKey.PF, next);
        }
        Map<String, Subsystem> after = new LinkedHashMap<>();
        for (VirtualFunction vf : next.vfs()) {
            Subsystem subsystem = before.get(vf.nqn());
            if (subsystem == null) {
                subsystem = Subsystem.virtualFunction(vf, this);
            }
            // (Before a host that has one is let in.)
            othersMayConnect |= publishKeys(subsystem, vf.name(), next);
            if (!vf.equals(subsystem.vf())) {
                reconfigure(subsystem, vf);
            }
            publishNamespaces(subsystem, next.namespacesOf(vf.name()));
            after.put(vf.nqn(), subsystem);
        }
        limit(next, after.values());
        byNqn = after;
        byName = after.values().stream().collect(Collectors.toMap(s -> s.vf().name(), s -> s));
        before.forEach((nqn, subsystem) -> {
            if (!after.containsKey(nqn)) {
                subsystem.close();
                subsystem.line().limit(Limits.NONE, null, null, nanoTime());
                publishNamespaces(subsystem, List.of());
            }
        });
        if (othersMayConnect || !configsBefore.equals(next.vfs())) {
            generation.incrementAndGet();
        }
        announceDiscovery(sawBefore);
    }

    /** @return whether discovery may show hosts something else than before */
    private static boolean publishKeys(Subsystem subsystem, String name, TargetState next) {
        return subsystem.keys(next.hostKeys(name), next.tlsKeys(name));
    }

    /** Puts the limits of virtual functions and tenants in force; commands that wait ask again at once. */
    private void limit(TargetState next, Collection<Subsystem> all) {
        long now = nanoTime();
        Map<String, LimitedAdmission> tenants = new HashMap<>();
        for (Subsystem subsystem : all) {
            String tenant = subsystem.vf().tenant();
            Limits limits = next.tenantLimits(tenant);
            if (!limits.equals(Limits.NONE) && !tenants.containsKey(tenant)) {
                LimitedAdmission present = tenantLimits.get(tenant);
                if (present == null) {
                    present = new LimitedAdmission(limits, now);
                } else if (!present.limits().equals(limits)) {
                    present.change(limits, now);
                }
                tenants.put(tenant, present);
            }
        }
        tenantLimits = tenants;
        PfShares shares = planner.of(next.capacity());
        for (Subsystem subsystem : all) {
            VirtualFunction vf = subsystem.vf();
            subsystem.line().limit(next.limitsOf(vf), tenants.get(vf.tenant()), shares, now);
        }
    }

    /** One that is no longer online is drained first: no host learns of it by commands that fail. */
    private void reconfigure(Subsystem subsystem, VirtualFunction next) {
        boolean leaves = subsystem.vf().isOnline() && !next.isOnline();
        if (subsystem.reconfigure(next)) {
            passLoops();
        }
        if (leaves) {
            drain(subsystem);
        }
    }

    /**
     * Returns when each loop has done what it was doing: a command that was let in before its host was revoked has looked
     * up its namespace, in the table of before.
     */
    private void passLoops() {
        CountDownLatch passed = new CountDownLatch(loops.size());
        loops.forEach(loop -> loop.execute(passed::countDown));
        await(passed, "the event loops");
    }

    /**
     * Shuts the gates of all namespaces, ends the controllers, and opens the gates again: commands that run come to their
     * end and are answered, those that come later are the reconnecting host's to repeat.
     */
    private void drain(Subsystem subsystem) {
        List<CompletableFuture<Void>> shut = new ArrayList<>();
        for (AttachedNamespace ns : subsystem.namespaces().ascending()) {
            CompletableFuture<Void> gate = new CompletableFuture<>();
            shut.add(gate);
            ns.exclusively(() -> gate.complete(null));
        }
        try {
            CompletableFuture.allOf(shut.toArray(CompletableFuture<?>[]::new))
                    .completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS)
                    .join();
        } finally {
            subsystem.endControllers(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
            int i = 0;
            for (AttachedNamespace ns : subsystem.namespaces().ascending()) {
                // (A gate that storage keeps from shutting opens when it has shut.)
                shut.get(i++).thenRun(ns::release);
            }
        }
    }

    @Override
    public void sanitizeEnded(String vf) {
        for (Subsystem subsystem : byNqn.values()) {
            if (subsystem.vf().name().equals(vf)) {
                subsystem.sanitizeEnded();
            }
        }
    }

    private void publishNamespaces(Subsystem subsystem, List<Namespace> wanted) {
        Map<String, AttachedNamespace> present = new HashMap<>();
        subsystem.namespaces().ascending().forEach(ns -> present.put(ns.config().id(), ns));
        List<AttachedNamespace> table = new ArrayList<>();
        List<Integer> changed = new ArrayList<>();
        List<AttachedNamespace> resized = new ArrayList<>();
        Map<String, Namespace> configs = new HashMap<>();
        Map<String, Integer> statuses = new HashMap<>();
        for (Namespace config : wanted) {
            configs.put(config.id(), config);
            int busy = busyStatus(subsystem.vf(), config);
            statuses.put(config.id(), busy);
            AttachedNamespace ns = present.get(config.id());
            if (ns == null || ns.busyStatus() != busy) {
                // (One that goes into an erasure is replaced: what holds its device is fenced and closed below.)
                boolean inService = busy == Status.SUCCESS;
                ns = new AttachedNamespace(config, inService ? open(config) : null, busy, loops);
                if (inService) {
                    changed.add(config.nsid());
                    if (!present.containsKey(config.id())) {
                        // (One that was not here before holds who knows what.)
                        subsystem.wrote();
                    }
                }
            } else {
                present.remove(config.id());
                if (!ns.config().equals(config)) {
                    resized.add(ns);
                    changed.add(config.nsid());
                }
            }
            table.add(ns);
        }
        subsystem.publish(new NamespaceTable(table), present.values());
        for (AttachedNamespace ns : resized) {
            Namespace config = Objects.requireNonNull(configs.get(ns.config().id()));
            await(ns, release -> {
                ns.reconfigure(config);
                release.run();
            });
        }
        for (AttachedNamespace gone : present.values()) {
            int status = statuses.getOrDefault(gone.config().id(), Status.INVALID_NAMESPACE | Status.DNR);
            if (!configs.containsKey(gone.config().id())) {
                changed.add(gone.nsid());
            }
            await(gone, release -> {
                gone.markRemoved(status);
                subsystem.line().letGo(slot -> slot.isAbout(gone));
                gone.close(release);
            });
        }
        subsystem.retire();
        changed.forEach(subsystem::announce);
    }

    /** What commands are answered while the namespace is being erased for its own tenant; SUCCESS if it is not. */
    private static int busyStatus(VirtualFunction vf, Namespace ns) {
        if (vf.isRestricted()) {
            return vf.isSanitizing() ? Status.SANITIZE_IN_PROGRESS : Status.SANITIZE_FAILED | Status.DNR;
        }
        return ns.erasure() == null ? Status.SUCCESS : Status.FORMAT_IN_PROGRESS;
    }

    private interface Step {
        void run(Runnable release);
    }

    /** Does {@code step} with the namespace's gate shut, and returns when that is over. */
    private void await(AttachedNamespace ns, Step step) {
        CountDownLatch over = new CountDownLatch(1);
        ns.exclusively(() -> step.run(() -> {
            ns.release();
            over.countDown();
        }));
        await(over, "namespace " + ns.config().id());
    }

    /**
     * Waits. While the target runs, a change waits for storage as long as it takes, for it must not be answered before. At the
     * end, storage that hangs must not keep the process.
     */
    private void await(CountDownLatch over, String what) {
        boolean interrupted = false;
        int secondsAtTheEnd = 0;
        while (true) {
            try {
                if (over.await(1, TimeUnit.SECONDS)) {
                    break;
                }
                if (closing && ++secondsAtTheEnd == CLOSE_SECONDS) {
                    LOG.warn("{} still has requests in flight after {} s", what, CLOSE_SECONDS);
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable BlockDevice open(Namespace config) {
        try {
            BlockDevice device = pool.open(config.id(), config.bytes());
            if (device.transferAlignment() <= config.lbaSize()) {
                return device;
            }
            LOG.error(
                    "namespace {} of {} is not ready: its logical blocks of {} bytes are smaller than the {} that its device"
                            + " transfers; delete it and create one with --lba-size 4096",
                    config.id(),
                    config.vf(),
                    config.lbaSize(),
                    device.transferAlignment());
            device.close();
            return null;
        } catch (PoolException e) {
            LOG.error(
                    "namespace {} of {} is not ready, its commands are refused: {}",
                    config.id(),
                    config.vf(),
                    e.getMessage());
            return null;
        }
    }

    /** For each host with a discovery controller, what it sees. */
    private Map<String, String> discoverable() {
        Map<String, String> seen = new HashMap<>();
        discovery.controllers().forEach(c -> seen.computeIfAbsent(c.hostNqn(), this::seenBy));
        return seen;
    }

    /** All that the discovery log page of this host depends on, but for the address that it came to. */
    private String seenBy(String hostNqn) {
        StringBuilder seen = new StringBuilder();
        for (Port port : ports) {
            seen.append(port).append('\n');
        }
        Stream.concat(Stream.of(discovery), Stream.concat(Stream.ofNullable(pf), byNqn.values().stream()))
                .filter(s -> s.isDiscovery() || s.isVisibleTo(hostNqn))
                .forEach(s -> {
                    seen.append(s.nqn()).append(' ').append(s.access().tls());
                    seen.append(s.tlsKey(hostNqn) == null ? " - " : " key ");
                    ports.stream()
                            .filter(p -> s.isExposedOn(p.id()))
                            .forEach(p -> seen.append(p.id()).append(','));
                    seen.append('\n');
                });
        return seen.toString();
    }

    private void announceDiscovery(Map<String, String> before) {
        for (Controller c : discovery.controllers()) {
            if (!seenBy(c.hostNqn()).equals(before.get(c.hostNqn()))) {
                c.discoveryChanged();
            }
        }
    }

    /** The target is about to stop: what waits for storage waits for {@value #CLOSE_SECONDS} more seconds. Any thread. */
    public void stopping() {
        closing = true;
    }

    /** Ends all controllers and closes all namespaces. */
    @Override
    public void close() {
        closing = true;
        discovery.close();
        Subsystem admin = pf;
        if (admin != null) {
            admin.close();
        }
        Map<String, Subsystem> all = byNqn;
        byNqn = Map.of();
        byName = Map.of();
        for (Subsystem subsystem : all.values()) {
            subsystem.close();
            publishNamespaces(subsystem, List.of());
        }
        authentication.close();
        planner.close();
    }
}
