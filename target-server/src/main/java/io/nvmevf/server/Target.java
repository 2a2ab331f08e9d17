package io.nvmevf.server;

import io.nvmevf.server.api.ApiServer;
import io.nvmevf.server.command.ConnectCommands;
import io.nvmevf.server.command.ControllerLimits;
import io.nvmevf.server.config.ListenerConfig;
import io.nvmevf.server.config.PoolConfig;
import io.nvmevf.server.config.TargetConfig;
import io.nvmevf.server.config.TransportConfig;
import io.nvmevf.server.control.ControlException;
import io.nvmevf.server.control.StateFile;
import io.nvmevf.server.control.TargetService;
import io.nvmevf.server.subsystem.Port;
import io.nvmevf.server.subsystem.Subsystems;
import io.nvmevf.server.transport.EventLoops;
import io.nvmevf.server.transport.HostLog;
import io.nvmevf.server.transport.Listener;
import io.nvmevf.server.transport.TransportLimits;
import io.nvmevf.server.transport.TransportStats;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.StoragePool;
import io.nvmevf.storage.block.HostBlockPool;
import io.nvmevf.storage.file.FilePool;
import io.nvmevf.storage.memory.MemoryPool;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole target: pool, event loops, subsystems, control plane, listeners and API, started in this order and stopped in
 * the opposite one.
 */
public final class Target implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Target.class);
    private static final int PRESENCE_CHECK_SECONDS = 1;
    private static final Duration PDU_TIMEOUT = TransportLimits.DEFAULT.pduTimeout();

    /** What was started, the last first. */
    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    private final List<Listener> listeners = new ArrayList<>();
    private final TargetService service;
    private final ApiServer api;

    private Target(TargetConfig config) throws IOException, ControlException, PoolException {
        try {
            StateFile state = started(StateFile.open(config.dataDir()));
            TransportConfig transport = config.transport();
            EventLoops loops = started(loops(transport));
            StoragePool pool = started(pool(config.pool(), config.dataDir()));
            HostLog log = new HostLog();
            TransportStats stats = new TransportStats();
            Subsystems subsystems = started(new Subsystems(pool, loops.loops(), log, discoveryNqn(config, state)));
            service = started(TargetService.start(state, pool, subsystems));
            started(maintenance(pool));
            ExecutorService protection = started(Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().name("nvmevf-protection").daemon().factory()));
            subsystems.protection((id, on) -> CompletableFuture.runAsync(() -> protect(id, on), protection));
            ControllerLimits controllers = new ControllerLimits(
                    config.controller().mdts(),
                    transport.inCapsuleData(),
                    config.controller().maxKeepAlive().toMillis());
            for (ListenerConfig listener : config.listeners()) {
                listeners.add(started(Listener.bind(
                        new InetSocketAddress(listener.address(), listener.port()),
                        loops,
                        limits(transport),
                        transport.maxConnections(),
                        stats,
                        log,
                        queue -> new ConnectCommands(subsystems, controllers, queue))));
            }
            subsystems.ports(ports(config));
            api = started(ApiServer.start(
                    config.api(), service, new Stats(subsystems, stats, loops, log), listenAddresses()));
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

    private static StoragePool pool(PoolConfig pool, Path dataDir) throws PoolException, IOException {
        return switch (pool.kind()) {
            case MEMORY -> new MemoryPool(pool.capacity(), pool.overcommit());
            case BLOCK -> new HostBlockPool(pool.devices(), dataDir, pool.directIo());
            case FILE -> {
                Path configured = pool.path();
                Path path = Files.createDirectories(configured == null ? dataDir.resolve("pool") : configured);
                yield new FilePool(path, capacity(pool, path), pool.overcommit(), pool.directIo());
            }
        };
    }

    /** What is configured, or as much as the file system has. */
    private static long capacity(PoolConfig pool, Path path) throws IOException {
        long total = Files.getFileStore(path).getTotalSpace();
        return pool.capacity() != 0 ? pool.capacity() : total - total % StoragePool.GRANULARITY;
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

    private void protect(String id, boolean on) {
        try {
            service.setWriteProtected(id, on);
        } catch (ControlException e) {
            throw new IllegalStateException("write protection of namespace " + id, e);
        }
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
