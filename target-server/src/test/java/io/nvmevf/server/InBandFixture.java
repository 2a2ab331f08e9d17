package io.nvmevf.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.server.audit.AuditLog;
import io.nvmevf.server.command.ConnectCommands;
import io.nvmevf.server.command.ControllerLimits;
import io.nvmevf.server.control.Access;
import io.nvmevf.server.control.AccessChange;
import io.nvmevf.server.control.ControlException;
import io.nvmevf.server.control.Namespace;
import io.nvmevf.server.control.NewNamespace;
import io.nvmevf.server.control.NewVirtualFunction;
import io.nvmevf.server.control.Operation;
import io.nvmevf.server.control.PhysicalFunction;
import io.nvmevf.server.control.StateFile;
import io.nvmevf.server.control.TargetService;
import io.nvmevf.server.control.TargetState;
import io.nvmevf.server.control.VirtualFunction;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.TestHost;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import io.nvmevf.server.subsystem.ControlPlane;
import io.nvmevf.server.subsystem.Port;
import io.nvmevf.server.subsystem.Subsystems;
import io.nvmevf.server.transport.ConnectionGate;
import io.nvmevf.server.transport.EventLoops;
import io.nvmevf.server.transport.HostLog;
import io.nvmevf.server.transport.Listener;
import io.nvmevf.server.transport.TransportLimits;
import io.nvmevf.server.transport.TransportStats;
import io.nvmevf.server.transport.tls.TlsCredentials;
import io.nvmevf.server.wipe.WipeLimits;
import io.nvmevf.server.wipe.Wiper;
import io.nvmevf.storage.PoolException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A target in this process with its control plane, so that commands of hosts can change it: state and audit log in a
 * directory of the test's, a memory pool whose devices may count as encrypted, the real wipe engine behind a valve. The
 * physical function is open to {@link TestHost#NQN}.
 */
public final class InBandFixture implements AutoCloseable {
    public static final String PF = "nqn.2026-01.io.nvmevf:test:pf";
    public static final long CAPACITY = 1L << 30;
    public static final int QUEUE_RESOURCES = 1024;

    private static final long TOTAL_MEMORY = 256L << 20;
    private static final ControllerLimits CONTROLLER = new ControllerLimits(1 << 20, 8192, 600_000);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path directory;
    private final InBandPool pool;
    private final List<Runnable> hosts = new ArrayList<>();
    private EventLoops loops;
    private Subsystems subsystems;
    private AuditLog audit;
    private Wiper wiper;
    private HeldEraser eraser;
    private TargetService service;
    private ExecutorService control;
    private TransportStats stats;
    private Listener listener;

    public InBandFixture(Path directory) {
        this.directory = directory;
        try {
            pool = new InBandPool(CAPACITY);
        } catch (PoolException e) {
            throw new IllegalStateException(e);
        }
        start();
    }

    private void start() {
        PhysicalFunction pf = new PhysicalFunction(
                PF,
                Access.NOBODY.allowing(new TreeSet<>(Set.of(TestHost.NQN)), false),
                1024,
                QUEUE_RESOURCES,
                1,
                1 << 20);
        try {
            loops = EventLoops.of(TargetFixture.kinds().findFirst().orElseThrow(), 2, TOTAL_MEMORY);
            HostLog log = new HostLog();
            subsystems = new Subsystems(pool, loops.loops(), log, TargetFixture.DISCOVERY, Access.ANYBODY);
            audit = AuditLog.open(directory, Clock.systemUTC());
            wiper = new Wiper(pool, new WipeLimits(0, 4));
            eraser = new HeldEraser((id, bytes, plan, owner, operator, done) ->
                    wiper.start(id, bytes, plan, owner, operator, done)::progress);
            service = TargetService.start(
                    StateFile.open(directory),
                    new TargetService.Parts(pf, pool, subsystems, eraser, audit, Clock.systemUTC(), task -> {}));
            control = Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().name("test-control").daemon().factory());
            subsystems.control(new ControlPlane(service, control));
            subsystems.offer(pf);
            stats = new TransportStats();
            listener = Listener.bind(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    loops,
                    TransportLimits.DEFAULT,
                    new ConnectionGate(TargetFixture.most(1000), System::nanoTime),
                    stats,
                    log,
                    TlsCredentials.NONE,
                    queue -> new ConnectCommands(subsystems, CONTROLLER, queue, 1));
            subsystems.ports(List.of(new Port(1, listener.address(), null)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ControlException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Stops the target and starts it again in the same directory, over the same pool. Hosts have to connect anew. */
    public void restart() {
        stop();
        start();
    }

    public TargetService service() {
        return service;
    }

    public TargetState state() {
        return service.state();
    }

    public InBandPool pool() {
        return pool;
    }

    public HeldEraser eraser() {
        return eraser;
    }

    // ---- what is configured ----------------------------------------------------------------------------------------

    /** A change that must succeed. */
    public interface Change<T> {
        T run(TargetService service) throws ControlException;
    }

    public <T> T run(Change<T> change) {
        try {
            return change.run(service);
        } catch (ControlException e) {
            throw new AssertionError(e);
        }
    }

    /** A virtual function of this tenant, open to any host, with 3 I/O queues. */
    public VirtualFunction vf(String name, String tenant) {
        return run(s -> s.createVf(new NewVirtualFunction(
                name,
                tenant,
                TargetFixture.nqn(name),
                null,
                AccessChange.allowAny(true),
                null,
                3,
                null,
                null,
                null,
                null)));
    }

    public VirtualFunction vf(String name) {
        return run(s -> s.vf(name));
    }

    /** A namespace that is attached to this virtual function. */
    public Namespace namespace(String vf, long bytes, int lbaSize) {
        return run(s -> s.createNamespace(NewNamespace.in(vf, bytes, lbaSize)));
    }

    /** The namespace as it is now. */
    public Namespace now(Namespace ns) {
        return run(s -> s.namespace(ns.id()));
    }

    /** Waits for the end of an operation. */
    public Operation ended(String operation) {
        try {
            return run(s -> s.ended(operation)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("the end of " + operation, e);
        }
    }

    /** Waits for the end of all operations. */
    public void settle() {
        state().operations().stream().filter(Operation::isRunning).forEach(op -> ended(op.id()));
    }

    // ---- hosts -----------------------------------------------------------------------------------------------------

    /** An operator's host, with an enabled controller of the physical function. */
    public TestHost operator() {
        return host(PF);
    }

    /** A tenant's host, with an enabled controller of this virtual function. */
    public TestHost tenant(String vf) {
        return host(TargetFixture.nqn(vf));
    }

    private TestHost host(String nqn) {
        TestHost host = TestHost.connect(listener.address(), HostOptions.DEFAULT, nqn);
        hosts.add(host::close);
        return host;
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    private void stop() {
        hosts.forEach(Runnable::run);
        hosts.clear();
        listener.close();
        control.close();
        service.close();
        wiper.close();
        assertThat(CompletableFuture.runAsync(subsystems::close, Thread::startVirtualThread))
                .as("closing the subsystems")
                .succeedsWithin(PATIENCE);
        loops.close();
        assertThat(stats.refusals(Refusal.INTERNAL_ERROR)).as("internal errors").isZero();
        try {
            audit.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stop();
        pool.close();
    }
}
