package io.nvmevf.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import io.nvmevf.qos.Capacity;
import io.nvmevf.qos.Limits;
import io.nvmevf.server.command.ConnectCommands;
import io.nvmevf.server.command.ControllerLimits;
import io.nvmevf.server.control.Access;
import io.nvmevf.server.control.HostKey;
import io.nvmevf.server.control.Namespace;
import io.nvmevf.server.control.NamespaceState;
import io.nvmevf.server.control.PhysicalFunction;
import io.nvmevf.server.control.TargetState;
import io.nvmevf.server.control.TlsKey;
import io.nvmevf.server.control.VfState;
import io.nvmevf.server.control.VirtualFunction;
import io.nvmevf.server.host.HostConnection;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.HostQueue;
import io.nvmevf.server.host.TestHost;
import io.nvmevf.server.metrics.DataPlaneStats.ConnectionClass;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import io.nvmevf.server.subsystem.Port;
import io.nvmevf.server.subsystem.Subsystem;
import io.nvmevf.server.subsystem.Subsystems;
import io.nvmevf.server.subsystem.TlsPsks;
import io.nvmevf.server.transport.ConnectionGate;
import io.nvmevf.server.transport.ConnectionLimits;
import io.nvmevf.server.transport.EventLoops;
import io.nvmevf.server.transport.HostLog;
import io.nvmevf.server.transport.Listener;
import io.nvmevf.server.transport.TransportLimits;
import io.nvmevf.server.transport.TransportStats;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.memory.MemoryPool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A target in this process: event loops, a listener on a free loopback port, subsystems over a memory pool whose devices can
 * be made to fail. It begins with one virtual function, {@value #VF}, open to every host, with namespace 1 of 4 MiB in
 * blocks of 512 bytes and namespace 2 of 4 MiB in blocks of 4096. Closing it checks that nothing is left.
 */
public final class TargetFixture implements AutoCloseable {
    public static final String VF = "alpha";
    public static final String DISCOVERY = "nqn.2026-01.io.nvmevf:test:discovery";
    public static final String PF = "nqn.2026-01.io.nvmevf:test:pf";
    public static final long BYTES = 4 << 20;
    /** MDTS. */
    public static final int MDTS = 1 << 20;

    private static final int THREADS = 2;
    private static final long TOTAL_MEMORY = 256L << 20;
    private static final ControllerLimits CONTROLLER = new ControllerLimits(MDTS, 8192, 600_000);

    private final EventLoops loops;
    private final FaultyPool pool;
    private final Subsystems subsystems;
    private final TransportStats stats = new TransportStats();
    private final ConnectionGate gate;
    private final Listener listener;
    private final List<Runnable> hosts = new ArrayList<>();
    private @Nullable Capacity capacity;
    private List<HostKey> hostKeys = List.of();
    private List<TlsKey> tlsKeys = List.of();
    private TargetState state = TargetState.empty(new UUID(0x1234, 0x5678));

    private TargetFixture(
            EventLoops.Kind kind,
            TransportLimits limits,
            ConnectionLimits connections,
            Access discovery,
            long totalMemory) {
        loops = EventLoops.of(kind, THREADS, totalMemory);
        gate = new ConnectionGate(connections, System::nanoTime);
        HostLog log = new HostLog();
        try {
            pool = new FaultyPool(new MemoryPool(1L << 30, true));
            subsystems = new Subsystems(pool, loops.loops(), log, DISCOVERY, discovery);
            listener = Listener.bind(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    loops,
                    limits,
                    gate,
                    stats,
                    log,
                    new TlsPsks(subsystems),
                    queue -> new ConnectCommands(subsystems, CONTROLLER, queue, 1));
        } catch (PoolException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        subsystems.ports(List.of(new Port(1, listener.address(), null)));
        addVf(VF);
        addNamespace(VF, 1, BYTES, 512);
        addNamespace(VF, 2, BYTES, 4096);
        publish();
    }

    /** The kinds of event loops that work on this machine. */
    public static Stream<EventLoops.Kind> kinds() {
        return Arrays.stream(EventLoops.Kind.values()).filter(kind -> switch (kind) {
            case IO_URING -> IoUring.isAvailable();
            case EPOLL -> Epoll.isAvailable();
            case NIO -> true;
        });
    }

    /** On the best kind of event loops, with the default limits. */
    public static TargetFixture start() {
        return start(kinds().findFirst().orElseThrow());
    }

    public static TargetFixture start(EventLoops.Kind kind) {
        return new TargetFixture(kind, TransportLimits.DEFAULT, most(1000), Access.ANYBODY, TOTAL_MEMORY);
    }

    public static TargetFixture start(EventLoops.Kind kind, TransportLimits limits, int maxConnections) {
        return new TargetFixture(kind, limits, most(maxConnections), Access.ANYBODY, TOTAL_MEMORY);
    }

    public static TargetFixture start(EventLoops.Kind kind, TransportLimits limits, ConnectionLimits connections) {
        return new TargetFixture(kind, limits, connections, Access.ANYBODY, TOTAL_MEMORY);
    }

    /** With so many bytes of buffers for all queues together. */
    public static TargetFixture withMemory(EventLoops.Kind kind, TransportLimits limits, long totalMemory) {
        return new TargetFixture(kind, limits, most(1000), Access.ANYBODY, totalMemory);
    }

    /** So many connections, of anybody, as fast as they come: for tests that are about something else. */
    public static ConnectionLimits most(int connections) {
        ConnectionLimits.Rate any = new ConnectionLimits.Rate(100_000, Duration.ofNanos(1000));
        return new ConnectionLimits(
                connections, connections, connections, connections, connections, any, any, any, Duration.ZERO, any);
    }

    /** With rules for whoever asks the discovery service. */
    public static TargetFixture start(Access discovery) {
        return new TargetFixture(
                kinds().findFirst().orElseThrow(), TransportLimits.DEFAULT, most(1000), discovery, TOTAL_MEMORY);
    }

    /** Offers an administrative subsystem, {@link #PF}, from the next {@link #publish} on. */
    public void offerPf(Access access) {
        subsystems.offer(new PhysicalFunction(PF, access, 16, 1024, 1, MDTS));
    }

    public InetSocketAddress address() {
        return listener.address();
    }

    /** The gate of all connections. */
    public ConnectionGate gate() {
        return gate;
    }

    public TransportStats stats() {
        return stats;
    }

    public FaultyPool pool() {
        return pool;
    }

    public static String nqn(String vf) {
        return "nqn.2026-01.io.nvmevf:test:" + vf;
    }

    /** The storage id of a namespace. */
    public static String id(String vf, int nsid) {
        return vf + "-" + nsid;
    }

    /** Keeps all event loops busy until the latch is counted down. */
    public void keepLoopsBusy(CountDownLatch until) {
        for (IoEventLoop loop : loops.loops()) {
            loop.execute(() -> {
                try {
                    until.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
    }

    // ---- hosts -----------------------------------------------------------------------------------------------------

    /** A host with an enabled controller of {@value #VF}; closed with the fixture. */
    public TestHost connect() {
        return connect(HostOptions.DEFAULT);
    }

    public TestHost connect(HostOptions options) {
        return keep(TestHost.connect(address(), options, nqn(VF)));
    }

    /** An I/O queue of a host of its own. */
    public HostQueue io() {
        return io(HostOptions.DEFAULT);
    }

    public HostQueue io(HostOptions options) {
        return connect(options).connectIo(1, 128);
    }

    /** Closes this with the fixture. */
    public TestHost keep(TestHost host) {
        hosts.add(host::close);
        return host;
    }

    /** Closes this with the fixture. */
    public HostQueue keep(HostQueue queue) {
        hosts.add(queue::close);
        return queue;
    }

    /** Closes this with the fixture. */
    public HostConnection keep(HostConnection connection) {
        hosts.add(connection::close);
        return connection;
    }

    // ---- what is configured ----------------------------------------------------------------------------------------

    public TargetState state() {
        return state;
    }

    /** Makes all changes since the last call what hosts see. */
    public void publish() {
        subsystems.publish(state);
    }

    public void addVf(String name) {
        addVf(name, List.of(), 64, 1024);
    }

    /** @param allowed host NQNs; none: any host */
    public void addVf(String name, List<String> allowed, int ioQueues, int queueDepth) {
        addVf(name, allowed, ioQueues, queueDepth, null);
    }

    /** Open to every host. */
    public void addVf(String name, Limits limits) {
        addVf(name, List.of(), 64, 1024, limits);
    }

    private void addVf(String name, List<String> allowed, int ioQueues, int queueDepth, @Nullable Limits limits) {
        SortedSet<String> nqns = new TreeSet<>(allowed);
        VirtualFunction vf = new VirtualFunction(
                state.nextVf(),
                name,
                name,
                nqn(name),
                "SN" + state.nextVf(),
                Access.NOBODY.allowing(nqns, nqns.isEmpty()),
                new TreeSet<>(),
                ioQueues,
                queueDepth,
                VfState.ONLINE,
                null,
                null,
                limits);
        List<VirtualFunction> vfs = new ArrayList<>(state.vfs());
        vfs.add(vf);
        state = state(state.nextVf() + 1, vfs, state.namespaces());
    }

    /** Changes a virtual function. */
    public void changeVf(String name, UnaryOperator<VirtualFunction> change) {
        with(
                state.vfs().stream()
                        .map(vf -> vf.name().equals(name) ? change.apply(vf) : vf)
                        .toList(),
                state.namespaces());
    }

    public void removeVf(String name) {
        with(
                state.vfs().stream().filter(vf -> !vf.name().equals(name)).toList(),
                state.namespaces().stream().filter(ns -> !ns.isAttachedTo(name)).toList());
    }

    public Namespace addNamespace(String vf, int nsid, long bytes, int lbaSize) {
        String id = id(vf, nsid);
        try {
            pool.create(id, bytes);
        } catch (PoolException e) {
            throw new IllegalStateException(e);
        }
        Namespace ns = new Namespace(
                id,
                id,
                bytes,
                lbaSize,
                new UUID(vf.hashCode(), 1000 + nsid),
                false,
                false,
                NamespaceState.ATTACHED,
                vf,
                nsid,
                vf,
                null);
        with(
                state.vfs(),
                Stream.concat(state.namespaces().stream(), Stream.of(ns)).toList());
        return ns;
    }

    /** Resizes the device now where it grows; the rest comes with {@link #publish}. */
    public void resizeNamespace(String id, long bytes) {
        try {
            if (bytes > state.namespace(id).orElseThrow().bytes()) {
                pool.resize(id, bytes);
            }
        } catch (PoolException e) {
            throw new IllegalStateException(e);
        }
        changeNamespace(id, ns -> ns.sized(bytes));
    }

    public void changeNamespace(String id, UnaryOperator<Namespace> change) {
        with(
                state.vfs(),
                state.namespaces().stream()
                        .map(ns -> ns.id().equals(id) ? change.apply(ns) : ns)
                        .toList());
    }

    public void removeNamespace(String id) {
        with(
                state.vfs(),
                state.namespaces().stream().filter(ns -> !ns.id().equals(id)).toList());
    }

    private void with(List<VirtualFunction> vfs, List<Namespace> namespaces) {
        state = state(state.nextVf(), vfs, namespaces);
    }

    private TargetState state(int nextVf, List<VirtualFunction> vfs, List<Namespace> namespaces) {
        return new TargetState(
                state.uuid(),
                state.revision() + 1,
                nextVf,
                1,
                1,
                vfs,
                namespaces,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                capacity,
                hostKeys,
                tlsKeys,
                List.of());
    }

    /** What the physical function can do. */
    public void capacity(Capacity can) {
        capacity = can;
        with(state.vfs(), state.namespaces());
    }

    /** What hosts authenticate with: these keys and no others. */
    public void hostKeys(HostKey... keys) {
        hostKeys = List.of(keys);
        with(state.vfs(), state.namespaces());
    }

    /** What hosts protect their connections with, from the next {@link #publish} on. */
    public void tlsKeys(TlsKey... keys) {
        tlsKeys = List.of(keys);
        with(state.vfs(), state.namespaces());
    }

    /** The subsystem of a virtual function. */
    public Subsystem subsystem(String vf) {
        return Objects.requireNonNull(subsystems.find(nqn(vf)));
    }

    /** Bytes of the target's buffers in use. */
    public long buffersInUse() {
        return loops.buffersInUse();
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    @Override
    public void close() {
        hosts.forEach(Runnable::run);
        listener.close();
        // (Bounded: a target that cannot close fails its test, it does not hang the build.)
        assertThat(CompletableFuture.runAsync(subsystems::close, Thread::startVirtualThread))
                .as("closing the subsystems")
                .succeedsWithin(Duration.ofSeconds(20));
        loops.close();
        assertThat(stats.refusals(Refusal.INTERNAL_ERROR)).as("internal errors").isZero();
        assertThat(gate.open()).as("connections at the gate").isZero();
        assertThat(gate.remembered()).as("addresses and hosts at the gate").isZero();
        for (ConnectionClass kind : ConnectionClass.values()) {
            assertThat(stats.open(kind)).as("connections that are " + kind).isZero();
        }
        assertThat(pool.open()).as("devices that are open").isZero();
        assertThat(loops.buffersInUse()).as("bytes of buffers in use").isZero();
        pool.close();
    }
}
