package io.nvmevf.server.subsystem;

import io.netty.channel.IoEventLoop;
import io.nvmevf.protocol.auth.TlsPsk;
import io.nvmevf.qos.TokenBucket;
import io.nvmevf.server.control.Access;
import io.nvmevf.server.control.DuplicateHost;
import io.nvmevf.server.control.HostKey;
import io.nvmevf.server.control.OperationState;
import io.nvmevf.server.control.PhysicalFunction;
import io.nvmevf.server.control.Sanitize;
import io.nvmevf.server.control.TargetState;
import io.nvmevf.server.control.TlsKey;
import io.nvmevf.server.control.TlsMode;
import io.nvmevf.server.control.VirtualFunction;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import io.nvmevf.server.transport.AdmissionLine;
import io.nvmevf.server.transport.QueuePair;
import io.nvmevf.server.transport.RefusedException;
import io.nvmevf.server.transport.tls.TlsHost;
import io.nvmevf.storage.BlockError;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One NVM subsystem: a virtual function's, the physical function's administrative one, or the discovery subsystem. */
public final class Subsystem {
    /** Controller identifiers run from 1 to this, round and round, so that one that was dropped is not back soon. */
    private static final int LAST_CNTLID = 0xFFEF;
    /** Those of the physical function begin above the numbers of virtual functions, its secondary controllers. */
    private static final int FIRST_PF_CNTLID = TargetState.MAX_VF_NUMBER + 1;
    /**
     * The physical function's controller has no namespaces and no use for I/O queues, but hosts up to Linux 6.12 do not
     * connect to a controller that grants none.
     */
    private static final int PF_IO_QUEUES = 1;

    private static final long ERASURES_PER_SECOND = 1;
    private static final long ERASURES_AT_ONCE = 32;
    /** Entries of an admin queue at most, and of the queue of a discovery controller. */
    public static final int ADMIN_QUEUE_DEPTH = 128;

    private final String nqn;
    private final Subsystems registry;
    private final AdmissionLine line = new AdmissionLine();
    /** Erasures that hosts may ask for: so many a second, after so many at once. */
    private final TokenBucket erasures;

    private final ConcurrentHashMap<Integer, Controller> controllers = new ConcurrentHashMap<>();
    /** Controllers whose hosts have not authenticated yet: nobody but these hosts notices them. */
    private final ConcurrentHashMap<Integer, Controller> unauthenticated = new ConcurrentHashMap<>();
    /** By host NQN. Replaced as a whole, so that queues read it without a lock. */
    private volatile Map<String, HostKey> hostKeys = Map.of();

    private volatile Map<String, TlsKey> tlsKeys = Map.of();

    private final GeneratedPsks generatedPsks = new GeneratedPsks();

    private final @Nullable PhysicalFunction physical;
    private volatile @Nullable VirtualFunction config;
    /** Of a subsystem that is no virtual function's. */
    private final Access fixedAccess;

    private volatile boolean globalDataErased;
    private volatile NamespaceTable namespaces = NamespaceTable.EMPTY;
    private final long[] retired = new long[NamespaceCounters.Counter.values().length];
    private final Map<NamespaceCounters.Timed, LatencyHistogram> retiredLatency =
            new EnumMap<>(NamespaceCounters.Timed.class);
    private List<AttachedNamespace> leaving = List.of();
    private int lastCntlid;
    private boolean closed;

    private Subsystem(
            String nqn,
            @Nullable VirtualFunction config,
            @Nullable PhysicalFunction physical,
            Access fixedAccess,
            Subsystems registry) {
        this.nqn = nqn;
        this.fixedAccess = fixedAccess;
        this.config = config;
        this.physical = physical;
        this.registry = registry;
        erasures = TokenBucket.full(ERASURES_PER_SECOND, ERASURES_AT_ONCE, registry.nanoTime());
        lastCntlid = firstCntlid() - 1;
    }

    static Subsystem discovery(String nqn, Access access, Subsystems registry) {
        return new Subsystem(nqn, null, null, access, registry);
    }

    static Subsystem virtualFunction(VirtualFunction config, Subsystems registry) {
        return new Subsystem(config.nqn(), config, null, Access.NOBODY, registry);
    }

    static Subsystem physicalFunction(PhysicalFunction physical, Subsystems registry) {
        return new Subsystem(physical.nqn(), null, physical, physical.access(), registry);
    }

    private int firstCntlid() {
        return physical == null ? 1 : FIRST_PF_CNTLID;
    }

    public String nqn() {
        return nqn;
    }

    public Subsystems registry() {
        return registry;
    }

    public boolean isDiscovery() {
        return config == null && physical == null;
    }

    /** The name of the virtual function that this subsystem is; null if it is none's. */
    public @Nullable String vfName() {
        VirtualFunction vf = config;
        return vf == null ? null : vf.name();
    }

    /** Whether this is the physical function's administrative subsystem. */
    public boolean isPf() {
        return physical != null;
    }

    /** The physical function that this subsystem is. */
    public PhysicalFunction pf() {
        if (physical == null) {
            throw new IllegalStateException(nqn + " is not the physical function");
        }
        return physical;
    }

    /** The virtual function that this subsystem is. */
    public VirtualFunction vf() {
        VirtualFunction vf = config;
        if (vf == null) {
            throw new IllegalStateException(nqn + " is no virtual function");
        }
        return vf;
    }

    /** Entries of the largest queue: CAP.MQES + 1. */
    public int maxQueueDepth() {
        VirtualFunction vf = config;
        return vf == null ? ADMIN_QUEUE_DEPTH : vf.queueDepth();
    }

    /** I/O queues of one controller at most. */
    public int maxIoQueues() {
        VirtualFunction vf = config;
        return vf == null ? (isPf() ? PF_IO_QUEUES : 0) : vf.ioQueues();
    }

    /** Who may connect, and how they must prove themselves. */
    public Access access() {
        VirtualFunction vf = config;
        return vf == null ? fixedAccess : vf.access();
    }

    /** Whether this host may connect. */
    public boolean allows(String hostNqn) {
        return access().allows(hostNqn);
    }

    /** What this host has to authenticate with; null if it has no key. */
    public @Nullable HostKey hostKey(String hostNqn) {
        return hostKeys.get(hostNqn);
    }

    /** What this host can protect its connections with; null if it has no key. Also where the subsystem takes no TLS. */
    public @Nullable TlsKey tlsKey(String hostNqn) {
        return tlsKeys.get(hostNqn);
    }

    /** Whether the PSK that this host came by is still one of its own, and TLS is still taken. */
    public boolean accepts(TlsHost host) {
        if (host.isGenerated()) {
            return generatedPsk(host.hostNqn(), host.identity()) != null;
        }
        TlsKey key = tlsKey(host.hostNqn());
        return access().tls() != TlsMode.OFF && key != null && key.psks().contains(host.psk());
    }

    /**
     * Whether a host may make its PSK for TLS by authenticating (secure channel concatenation): where TLS is taken, every host with
     * a key for DH-HMAC-CHAP may.
     */
    public boolean takesConcatenation(String hostNqn) {
        return access().tls() != TlsMode.OFF && hostKey(hostNqn) != null;
    }

    /** The PSK with this identity, if this host has generated it here and it is valid now. Any thread. */
    public @Nullable TlsPsk generatedPsk(String hostNqn, String identity) {
        HostKey key = hostKey(hostNqn);
        if (key == null || access().tls() == TlsMode.OFF || !allows(hostNqn)) {
            return null;
        }
        return generatedPsks.find(identity, key, registry.nanoTime());
    }

    /** A host has authenticated on a connection without TLS, to come back with TLS and this PSK. */
    public void pskGenerated(TlsPsk psk, String hostNqn, HostKey.Pair proven) {
        generatedPsks.add(psk, hostNqn, proven, registry.nanoTime());
    }

    /** The host of this controller has authenticated again: from now on its queues connect with this PSK. */
    public void pskReplaced(TlsPsk psk, Controller controller, HostKey.Pair proven) {
        generatedPsks.replace(psk, controller.hostNqn(), proven, controller);
    }

    /**
     * Whether an I/O queue of this controller may come by this TLS, or without: a PSK that was generated is for the queues of one
     * controller, which come by no other.
     */
    public boolean isChannelOf(@Nullable TlsHost tls, Controller controller) {
        if (tls != null && tls.isGenerated()) {
            return generatedPsks.isOf(tls.identity(), controller);
        }
        return !controller.usesGeneratedPsk();
    }

    /** Whether hosts may connect now. */
    public boolean isOnline() {
        VirtualFunction vf = config;
        return vf == null || vf.isOnline();
    }

    /** Whether the listener of this number exposes it. */
    public boolean isExposedOn(int port) {
        VirtualFunction vf = config;
        return vf == null || vf.isExposedOn(port);
    }

    /** Whether discovery shows it to this host: what it cannot connect to for want of a key it does not see. */
    public boolean isVisibleTo(String hostNqn) {
        Access access = access();
        if (!isOnline() || !access.allows(hostNqn)) {
            return false;
        }
        boolean tls = (access.tls() != TlsMode.OFF && tlsKey(hostNqn) != null) || takesConcatenation(hostNqn);
        boolean proof = !access.requireAuthentication() || hostKey(hostNqn) != null;
        return tls || (access.tls() != TlsMode.REQUIRED && proof);
    }

    /** GDE of the sanitize status log: nothing was written since a sanitize operation erased everything. */
    public boolean isGlobalDataErased() {
        return globalDataErased;
    }

    /** Data is about to be written. */
    public void wrote() {
        if (globalDataErased) {
            globalDataErased = false;
        }
    }

    /**
     * Whether a host may have something erased now: each time costs the disk, a line in the audit log and a place among the
     * operations that are remembered, which are everybody's.
     */
    public synchronized boolean mayAskForErasure(long now) {
        return erasures.take(1, now);
    }

    /** Where I/O commands of all queues wait for the virtual function's limits. */
    public AdmissionLine line() {
        return line;
    }

    public NamespaceTable namespaces() {
        return namespaces;
    }

    /** Controllers that are alive, in no order; without those whose hosts have not authenticated. */
    public Collection<Controller> controllers() {
        return controllers.values();
    }

    /** The controller with this identifier; null if there is none, or its host has not authenticated. */
    public @Nullable Controller controller(int cntlid) {
        return controllers.get(cntlid);
    }

    /**
     * Whether a live controller of this subsystem knows this host NQN with another host identifier, which no honest host has
     * (Linux refuses to be two hosts, and takes one NQN with two identifiers for a clone).
     */
    private boolean knowsOtherwise(String hostNqn, UUID hostId) {
        return controllers.values().stream()
                .anyMatch(c -> c.hostNqn().equals(hostNqn) && !c.hostId().equals(hostId));
    }

    /**
     * Makes a controller for a host that has just connected its admin queue.
     *
     * @param toAuthenticate whether it counts for nobody until {@link #admit}
     * @throws RefusedException if there is no room for another, the virtual function is not online, or the host has controllers
     *     beside which it may not have this one
     */
    public synchronized Controller connect(
            String hostNqn, UUID hostId, QueuePair adminQueue, int port, long keepAliveMillis, boolean toAuthenticate)
            throws RefusedException {
        // (Those that do not authenticate cannot take the room of those that do.)
        boolean room = toAuthenticate ? unauthenticated.size() < mostControllers() / 2 : hasRoom();
        requireOpen(room);
        if (!toAuthenticate) {
            // (Who has not proved to be the host does not learn whether it is connected.)
            checkBesideOthers(hostNqn, hostId);
        }
        do {
            lastCntlid = lastCntlid == LAST_CNTLID ? firstCntlid() : lastCntlid + 1;
        } while (controllers.containsKey(lastCntlid) || unauthenticated.containsKey(lastCntlid));
        Controller controller =
                new Controller(this, lastCntlid, hostNqn, hostId, adminQueue, port, keepAliveMillis, toAuthenticate);
        Map<Integer, Controller> kind = toAuthenticate ? unauthenticated : controllers;
        kind.put(lastCntlid, controller);
        if (!mayStay(controller)) {
            // (Revoked since it was asked, and perhaps too late for the revocation to have seen this controller.)
            kind.remove(lastCntlid);
            throw revoked();
        }
        TlsHost tls = adminQueue.tlsHost();
        if (tls != null && tls.isGenerated() && !generatedPsks.claim(tls.identity(), hostNqn, controller)) {
            kind.remove(lastCntlid);
            throw new RefusedException(
                    Refusal.TLS_IDENTITY, "host %s, whose PSK is another controller's".formatted(hostNqn));
        }
        if (!toAuthenticate) {
            endOlder(controller);
        }
        return controller;
    }

    /**
     * The host of this controller has authenticated: from now on it is one for everybody. On its admin queue's loop.
     *
     * @throws RefusedException if it cannot be: its host was revoked, or has controllers beside which it may not have this one
     */
    public synchronized void admit(Controller controller) throws RefusedException {
        requireOpen(hasRoom());
        checkBesideOthers(controller.hostNqn(), controller.hostId());
        controllers.put(controller.cntlid(), controller);
        unauthenticated.remove(controller.cntlid(), controller);
        if (!mayStay(controller)) {
            controllers.remove(controller.cntlid(), controller);
            throw revoked();
        }
        controller.authenticated();
        endOlder(controller);
    }

    private void requireOpen(boolean room) throws RefusedException {
        if (closed || !isOnline()) {
            throw new RefusedException(Refusal.OFFLINE, "it is not online");
        }
        if (!room) {
            throw new RefusedException(Refusal.CONNECT_INVALID, "there is no room for another controller");
        }
    }

    private static RefusedException revoked() {
        return new RefusedException(Refusal.HOST_NOT_ALLOWED, "the host is not allowed any more");
    }

    /** What its other controllers say to another one of this host. */
    private void checkBesideOthers(String hostNqn, UUID hostId) throws RefusedException {
        if (isDiscovery()) {
            return;
        }
        if (knowsOtherwise(hostNqn, hostId)) {
            throw new RefusedException(
                    Refusal.HOST_ID_MISMATCH,
                    "host NQN %s has a live controller with another host identifier than %s"
                            .formatted(hostNqn, hostId));
        }
        if (access().duplicateHost() == DuplicateHost.REJECT
                && controllers.values().stream().anyMatch(c -> isOf(c, hostNqn, hostId))) {
            throw new RefusedException(
                    Refusal.DUPLICATE_HOST,
                    "host %s has a controller, and is to have one (duplicate host: reject)".formatted(hostNqn));
        }
    }

    /** A controller was accepted: those that its host had before end, where that is the rule. */
    private void endOlder(Controller controller) {
        if (isDiscovery() || access().duplicateHost() != DuplicateHost.REPLACE) {
            return;
        }
        for (Controller older : controllers.values()) {
            if (older.cntlid() != controller.cntlid() && isOf(older, controller.hostNqn(), controller.hostId())) {
                controller.adminQueue().stats().count(Refusal.DUPLICATE_HOST);
                older.adminQueue()
                        .log()
                        .connection(
                                "controller {} of {} is ended: host {} ({}) has connected again, as controller {}"
                                        + " (duplicate host: replace)",
                                older.cntlid(),
                                nqn,
                                controller.hostNqn(),
                                controller.adminQueue().remoteAddress(),
                                controller.cntlid());
                older.close();
            }
        }
    }

    private static boolean isOf(Controller controller, String hostNqn, UUID hostId) {
        return controller.hostNqn().equals(hostNqn) && controller.hostId().equals(hostId);
    }

    private int mostControllers() {
        return (LAST_CNTLID - firstCntlid()) / 2;
    }

    private boolean hasRoom() {
        return controllers.size() < mostControllers();
    }

    private boolean mayStay(Controller controller) {
        return allows(controller.hostNqn()) && isExposedOn(controller.port()) && isOnline();
    }

    void remove(Controller controller) {
        generatedPsks.ended(controller);
        unauthenticated.remove(controller.cntlid(), controller);
        controllers.remove(controller.cntlid(), controller);
        synchronized (controllers) {
            controllers.notifyAll();
        }
    }

    /** Flushes all namespaces, then runs {@code done} on {@code loop}; a flush that fails is logged. */
    void flush(IoEventLoop loop, Runnable done) {
        List<AttachedNamespace> all = namespaces.ascending();
        int loopIndex = registry.indexOf(loop);
        int[] left = {all.size() + 1};
        for (AttachedNamespace ns : all) {
            ns.queue(loopIndex).flush(error -> {
                if (error != BlockError.NONE) {
                    registry.log()
                            .event(
                                    "flush of namespace {} at shutdown: {}",
                                    ns.config().id(),
                                    error);
                }
                if (--left[0] == 0) {
                    done.run();
                }
            });
        }
        if (--left[0] == 0) {
            done.run();
        }
    }

    /** A counter's sum over all namespaces, those that were deleted included: it only grows. */
    public synchronized long count(NamespaceCounters.Counter counter) {
        long sum = retired[counter.ordinal()];
        for (AttachedNamespace ns : namespaces.ascending()) {
            sum += ns.count(counter);
        }
        for (AttachedNamespace ns : leaving) {
            sum += ns.count(counter);
        }
        return sum;
    }

    /** How long commands took, on all namespaces, those that were deleted included: a copy. */
    public synchronized LatencyHistogram latency(NamespaceCounters.Timed commands) {
        LatencyHistogram sum = new LatencyHistogram();
        LatencyHistogram gone = retiredLatency.get(commands);
        if (gone != null) {
            sum.add(gone);
        }
        namespaces.ascending().forEach(ns -> ns.addLatency(commands, sum));
        leaving.forEach(ns -> ns.addLatency(commands, sum));
        return sum;
    }

    // ---- changes from the control plane --------------------------------------------------------------------------

    /**
     * Puts these keys in force for hosts that connect or authenticate from now on. Controllers that are alive stay.
     *
     * @return whether other hosts than before have a key of one kind or the other, which discovery may show
     */
    boolean keys(List<HostKey> nextHostKeys, List<TlsKey> nextTlsKeys) {
        Map<String, HostKey> hostKeysBefore = hostKeys;
        Map<String, TlsKey> tlsKeysBefore = tlsKeys;
        hostKeys = nextHostKeys.stream().collect(Collectors.toUnmodifiableMap(HostKey::hostNqn, key -> key));
        tlsKeys = nextTlsKeys.stream().collect(Collectors.toUnmodifiableMap(TlsKey::hostNqn, key -> key));
        return !hostKeysBefore.keySet().equals(hostKeys.keySet())
                || !tlsKeysBefore.keySet().equals(tlsKeys.keySet());
    }

    /**
     * Puts a new configuration in force, and ends the controllers of hosts that may not be here any more.
     *
     * @return whether there were such controllers: commands that are being looked at on the event loops may still be theirs
     */
    boolean reconfigure(VirtualFunction next) {
        Sanitize before = vf().sanitize();
        Sanitize last = next.sanitize();
        config = next;
        if (last == null || last.state() != OperationState.SUCCEEDED) {
            globalDataErased = false;
        } else if (before == null || !last.operation().equals(before.operation()) || before.state() != last.state()) {
            // (Before its namespaces are back in service: a write that comes then clears it.)
            globalDataErased = true;
        }
        boolean revoked = false;
        for (Controller controller : controllers.values()) {
            if (!next.allows(controller.hostNqn()) || !next.isExposedOn(controller.port())) {
                controller.close();
                revoked = true;
            }
        }
        for (Controller controller : unauthenticated.values()) {
            if (!mayStay(controller)) {
                controller.close();
            }
        }
        return revoked;
    }

    /** Ends all controllers, and waits up to {@code millis} until they have. Not on an event loop. */
    void endControllers(long millis) {
        controllers.values().forEach(Controller::close);
        unauthenticated.values().forEach(Controller::close);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        boolean interrupted = false;
        synchronized (controllers) {
            while (!controllers.isEmpty()) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    break;
                }
                try {
                    controllers.wait(left);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A sanitize operation has ended. */
    void sanitizeEnded() {
        controllers.values().forEach(Controller::sanitizeCompleted);
    }

    /** Replaces the namespaces. What {@code leaving} count until they are fenced still counts. */
    synchronized void publish(NamespaceTable next, Collection<AttachedNamespace> leaving) {
        namespaces = next;
        this.leaving = List.copyOf(leaving);
    }

    /** The namespaces that left are fenced: what they have counted is kept. */
    synchronized void retire() {
        for (AttachedNamespace gone : leaving) {
            for (NamespaceCounters.Counter counter : NamespaceCounters.Counter.values()) {
                retired[counter.ordinal()] += gone.count(counter);
            }
            for (NamespaceCounters.Timed commands : NamespaceCounters.Timed.values()) {
                gone.addLatency(commands, retiredLatency.computeIfAbsent(commands, c -> new LatencyHistogram()));
            }
        }
        leaving = List.of();
    }

    void announce(int nsid) {
        controllers.values().forEach(c -> c.namespaceChanged(nsid));
    }

    void close() {
        synchronized (this) {
            closed = true;
        }
        controllers.values().forEach(Controller::close);
        unauthenticated.values().forEach(Controller::close);
    }
}
