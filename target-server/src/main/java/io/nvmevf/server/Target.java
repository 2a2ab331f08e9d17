package io.nvmevf.server;

import io.nvmevf.server.api.ApiServer;
import io.nvmevf.server.audit.AuditLog;
import io.nvmevf.server.calibrate.Calibrator;
import io.nvmevf.server.command.ConnectCommands;
import io.nvmevf.server.command.ControllerLimits;
import io.nvmevf.server.config.ListenerConfig;
import io.nvmevf.server.config.TargetConfig;
import io.nvmevf.server.config.TransportConfig;
import io.nvmevf.server.control.ControlException;
import io.nvmevf.server.control.Names;
import io.nvmevf.server.control.PhysicalFunction;
import io.nvmevf.server.control.StateFile;
import io.nvmevf.server.control.TargetService;
import io.nvmevf.server.control.TargetState;
import io.nvmevf.server.logging.Logging;
import io.nvmevf.server.subsystem.ControlPlane;
import io.nvmevf.server.subsystem.Port;
import io.nvmevf.server.subsystem.Subsystems;
import io.nvmevf.server.subsystem.TlsPsks;
import io.nvmevf.server.transport.ConnectionGate;
import io.nvmevf.server.transport.EventLoops;
import io.nvmevf.server.transport.HostLog;
import io.nvmevf.server.transport.Listener;
import io.nvmevf.server.transport.TransportLimits;
import io.nvmevf.server.transport.TransportStats;
import io.nvmevf.server.wipe.WipeLimits;
import io.nvmevf.server.wipe.Wiper;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.StoragePool;
import io.nvmevf.storage.crypt.KeyEncryptionKey;
import io.nvmevf.storage.posix.NativePosix;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole target: pool, event loops, subsystems, control plane, listeners and API, started in this order and stopped in
 * the opposite one.
 */
public final class Target implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Target.class);
    private static final int PRESENCE_CHECK_SECONDS = 1;
    /** After this long the end of an erasure that could not be recorded is recorded again. */
    private static final int RETRY_SECONDS = 5;
    /** How long a command of an operator's host, or a tenant's, may take to end when the target stops. */
    private static final int STOP_SECONDS = 10;

    /** Descriptors that are no connections: libraries, pools, the API. */
    private static final int OTHER_FILES = 512;

    private static final Duration PDU_TIMEOUT = TransportLimits.DEFAULT.pduTimeout();

    /** What was started, the last first. */
    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    private final List<Listener> listeners = new ArrayList<>();
    private final TargetService service;
    private final ApiServer api;

    private Target(TargetConfig config) throws IOException, ControlException, PoolException {
        try {
            StateFile state = started(StateFile.open(
                    config.dataDir(), Storage.secrets(config.pool().encryption())));
            TransportConfig transport = config.transport();
            // (No event loop has to wait for the kernel when one connection more than ever comes.)
            NativePosix.INSTANCE.reserveDescriptors(transport.connections().most() + OTHER_FILES);
            EventLoops loops = started(loops(transport));
            StoragePool pool = started(Storage.open(config, state));
            HostLog log = new HostLog();
            TransportStats stats = new TransportStats();
            Subsystems subsystems =
                    started(new Subsystems(pool, loops.loops(), log, discoveryNqn(config, state), config.discovery()));
            AuditLog audit = started(AuditLog.open(config.dataDir(), Clock.systemUTC()));
            Wiper wiper = started(new Wiper(
                    pool,
                    new WipeLimits(config.wipe().bandwidth(), config.wipe().concurrent()),
                    subsystems::shares));
            PhysicalFunction pf = physicalFunction(config, state);
            subsystems.offer(pf);
            service = started(TargetService.start(
                    state,
                    new TargetService.Parts(
                            pf,
                            pool,
                            subsystems,
                            (id, bytes, plan, owner, operator, done) ->
                                    wiper.start(id, bytes, plan, owner, operator, done)::progress,
                            audit,
                            Clock.systemUTC(),
                            CompletableFuture.delayedExecutor(RETRY_SECONDS, TimeUnit.SECONDS))));
            started(maintenance(pool));
            ExecutorService control = Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().name("nvmevf-control").daemon().factory());
            started(() -> {
                control.shutdownNow();
                control.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
            });
            subsystems.control(new ControlPlane(service, control));
            ControllerLimits controllers = new ControllerLimits(
                    config.controller().mdts(),
                    transport.inCapsuleData(),
                    config.controller().maxKeepAlive().toMillis());
            ConnectionGate gate = new ConnectionGate(transport.connections(), System::nanoTime);
            for (ListenerConfig listener : config.listeners()) {
                int port = listeners.size() + 1;
                listeners.add(started(Listener.bind(
                        new InetSocketAddress(listener.address(), listener.port()),
                        loops,
                        limits(transport),
                        gate,
                        stats,
                        log,
                        new TlsPsks(subsystems),
                        queue -> new ConnectCommands(subsystems, controllers, queue, port))));
            }
            subsystems.ports(ports(config));
            Calibrator calibrator = started(new Calibrator(service, loops.loops(), System::nanoTime));
            api = started(ApiServer.start(
                    config.api(),
                    config.dataDir(),
                    new ApiServer.Parts(
                            service,
                            new Stats(subsystems, stats, loops, log),
                            audit,
                            calibrator,
                            listenAddresses(),
                            Logging.ofProcess(),
                            Clock.systemUTC(),
                            System::nanoTime)));
            // (The first to be told of the end: changes under way do not wait for hung storage for ever then.)
            started(subsystems::stopping);
        } catch (IOException | ControlException | PoolException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Starts a target.
     *
     * @throws IOException if an address cannot be bound or a file cannot be used
     * @throws ControlException if the state cannot be brought to life
     * @throws PoolException if the storage pool cannot be opened
     */
    public static Target start(TargetConfig config) throws IOException, ControlException, PoolException {
        return new Target(config);
    }

    /**
     * Reads the state as a start would, and changes nothing.
     *
     * @throws ControlException if it cannot be read, or is damaged
     * @throws PoolException if the key that its secrets are encrypted with cannot be read
     */
    public static TargetState readState(TargetConfig config) throws ControlException, PoolException {
        return StateFile.read(config.dataDir(), Storage.secrets(config.pool().encryption()));
    }

    /**
     * Looks whether a file holds a key that can be used.
     *
     * @throws PoolException if not; it says what to do
     */
    public static void checkKeyFile(Path file) throws PoolException {
        KeyEncryptionKey.read(file).close();
    }

    private static EventLoops loops(TransportConfig transport) {
        int threads = transport.eventLoops();
        long memory = transport.totalMemory();
        return switch (transport.io()) {
            case AUTO -> EventLoops.best(threads, memory);
            case IO_URING -> EventLoops.of(EventLoops.Kind.IO_URING, threads, memory);
            case EPOLL -> EventLoops.of(EventLoops.Kind.EPOLL, threads, memory);
            case NIO -> EventLoops.of(EventLoops.Kind.NIO, threads, memory);
        };
    }

    private static TransportLimits limits(TransportConfig transport) {
        return new TransportLimits(
                transport.icreqTimeout(),
                transport.connectTimeout(),
                PDU_TIMEOUT,
                transport.maxH2cData(),
                transport.inCapsuleData(),
                transport.cpda(),
                Math.toIntExact(transport.queueMemory()));
    }

    private static String discoveryNqn(TargetConfig config, StateFile state) {
        String configured = config.controller().discoveryNqn();
        return configured == null ? "nqn.2026-01.io.nvmevf:" + state.uuid() + ":discovery" : configured;
    }

    private static ScheduledExecutorService maintenance(StoragePool pool) {
        ScheduledExecutorService maintenance = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("nvmevf-maintenance").daemon().factory());
        maintenance.scheduleWithFixedDelay(
                () -> {
                    try {
                        pool.checkPresence();
                    } catch (RuntimeException e) {
                        LOG.error("the pool cannot be looked at", e);
                    }
                },
                PRESENCE_CHECK_SECONDS,
                PRESENCE_CHECK_SECONDS,
                TimeUnit.SECONDS);
        return maintenance;
    }

    private static PhysicalFunction physicalFunction(TargetConfig config, StateFile state) {
        String nqn = config.pf().nqn();
        return new PhysicalFunction(
                nqn == null ? Names.pfNqn(state.uuid()) : nqn,
                config.pf().access(),
                config.pf().maxVfs(),
                config.pf().queueResources(),
                config.listeners().size(),
                config.controller().mdts());
    }

    private List<Port> ports(TargetConfig config) {
        List<Port> ports = new ArrayList<>();
        for (int i = 0; i < listeners.size(); i++) {
            ports.add(new Port(
                    i + 1, listeners.get(i).address(), config.listeners().get(i).advertise()));
        }
        return ports;
    }

    private <T extends AutoCloseable> T started(T part) {
        started.push(part);
        return part;
    }

    public TargetService service() {
        return service;
    }

    /** Where hosts connect to. */
    public List<InetSocketAddress> listenAddresses() {
        return listeners.stream().map(Listener::address).toList();
    }

    /** Where API and metrics are. */
    public InetSocketAddress apiAddress() {
        return api.address();
    }

    /** Whether API and metrics speak TLS there. */
    public boolean isApiTls() {
        return api.isTls();
    }

    /** The Unix domain socket of the API; null if there is none. */
    public @Nullable Path apiSocket() {
        return api.socket();
    }

    /** Stops: the API first, then connections, then namespaces, whose last writes are made stable. Safe to call twice. */
    @Override
    public void close() {
        while (!started.isEmpty()) {
            AutoCloseable part = started.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("{} did not stop cleanly", part.getClass().getSimpleName(), e);
            }
        }
    }
}
