package io.nvmevf.server.api;

import com.github.benmanes.caffeine.cache.Ticker;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.util.DomainSocketAddress;
import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.common.util.TransportType;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerPort;
import com.linecorp.armeria.server.ServerTlsConfig;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.netty.channel.EventLoopGroup;
import io.nvmevf.server.audit.AuditLog;
import io.nvmevf.server.calibrate.Calibrator;
import io.nvmevf.server.config.ApiConfig;
import io.nvmevf.server.control.TargetService;
import io.nvmevf.server.logging.Logging;
import io.nvmevf.server.metrics.ApiRefusals;
import io.nvmevf.server.metrics.DataPlaneStats;
import io.nvmevf.server.metrics.Metrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP server of REST API, console, health and metrics, over TCP and a Unix domain socket. It has its own threads; the data plane's are never used. */
public final class ApiServer implements AutoCloseable {
    /** Bytes of the largest body that is read. */
    static final int MAX_BODY = 1024 * 1024;

    private static final int MAX_CONNECTIONS = 256;
    /** Threads of requests. Changes wait for each other, and for storage: as many as may be stuck leave some for the others. */
    private static final int BLOCKING_THREADS = 64;

    /** Requests at a time on one HTTP/2 connection. */
    private static final int MAX_STREAMS = 64;
    /** After so many seconds the certificate's files are looked at again. */
    private static final int TLS_SECONDS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);

    private final Server server;
    private final EventLoopGroup loops;
    private final Metrics metrics;
    private final InetSocketAddress address;
    private final @Nullable Path socket;
    private final @Nullable TlsFiles tls;

    private ApiServer(
            Server server,
            EventLoopGroup loops,
            Metrics metrics,
            InetSocketAddress address,
            @Nullable Path socket,
            @Nullable TlsFiles tls) {
        this.server = server;
        this.loops = loops;
        this.metrics = metrics;
        this.address = address;
        this.socket = socket;
        this.tls = tls;
    }

    /**
     * What the API shows and changes, and when that is.
     *
     * @param audit what the API shows; stays the caller's
     * @param calibrator measures; stays the caller's
     * @param listeners where hosts reach the target, with the real ports: what the API tells
     * @param logging whose levels the API changes, and whose last lines it shows
     * @param clock tells whether tokens and certificates have expired
     * @param time for what is forgotten after a while
     */
    public record Parts(
            TargetService service,
            DataPlaneStats stats,
            AuditLog audit,
            Calibrator calibrator,
            List<InetSocketAddress> listeners,
            Logging logging,
            InstantSource clock,
            Ticker time) {
        public Parts {
            listeners = List.copyOf(listeners);
        }
    }

    /**
     * Starts to listen.
     *
     * @param dataDir where the Unix domain socket is, unless it is elsewhere
     * @throws IOException if the address, the socket or the certificate cannot be used
     */
    public static ApiServer start(ApiConfig config, Path dataDir, Parts parts) throws IOException {
        return start(config, dataDir, UnixSocket.RUN_DIRECTORY, parts);
    }

    static ApiServer start(ApiConfig config, Path dataDir, Path runDirectory, Parts parts) throws IOException {
        InetAddress bind = InetAddress.getByName(config.address());
        TargetService service = parts.service();
        TlsFiles tls = config.tls() == null ? null : TlsFiles.open(config.tls(), parts.clock());
        Path socket =
                TransportType.EPOLL.isAvailable() ? UnixSocket.prepare(config.socket(), dataDir, runDirectory) : null;
        DataPlaneStats stats = parts.stats();
        Metrics metrics = new Metrics(stats, service::state, service::pool, service::progress, parts.clock());
        ApiRefusals refusals = new ApiRefusals();
        metrics.show(refusals);
        EventLoopGroup loops = EventLoopGroups.newEventLoopGroup(1, "nvmevf-api");
        ServerBuilder builder = Server.builder();
        InetSocketAddress tcp = new InetSocketAddress(bind, config.port());
        if (tls == null) {
            builder.http(tcp);
        } else {
            builder.https(tcp)
                    .tlsProvider(
                            tls,
                            ServerTlsConfig.builder()
                                    .tlsCustomizer(ssl -> ssl.protocols("TLSv1.3", "TLSv1.2"))
                                    .build());
        }
        if (socket != null) {
            builder.http(DomainSocketAddress.of(socket));
        }
        AtomicReference<@Nullable SocketUsers> users = new AtomicReference<>();
        builder.annotatedService(new Resources(service, stats, parts.listeners()))
                .annotatedService(new KeyResources(service))
                .annotatedService(new TlsKeyResources(service))
                .annotatedService(new TokenResources(service, parts.clock()))
                .annotatedService(new LimitResources(service, parts.calibrator()))
                .annotatedService(new JvmResources())
                .annotatedService(new LogResources(service, parts.logging()))
                .annotatedService(new WatchResources(service, stats, parts.audit(), metrics))
                .route()
                .pathPrefix(ConsolePages.PATH)
                .methods(HttpMethod.GET, HttpMethod.HEAD)
                .build(new ConsolePages())
                .route()
                .get("/")
                .build(ConsolePages::redirect)
                .decorator(SameOrigin::check)
                .decorator(
                        new Gate(service, config.authentication(), users::get, refusals, parts.clock(), parts.time()))
                .errorHandler(new Problems())
                .maxRequestLength(MAX_BODY)
                .maxNumConnections(MAX_CONNECTIONS)
                .http2MaxStreamsPerConnection(MAX_STREAMS)
                .requestTimeout(Duration.ofMinutes(2))
                .workerGroup(loops, false)
                // Refusals are answers, not failures; what is one is logged where it is answered.
                .unloggedExceptionsReportInterval(Duration.ZERO)
                // Armeria's own numbers are not ours to show.
                .meterRegistry(new CompositeMeterRegistry())
                .blockingTaskExecutor(new RequestThreads(BLOCKING_THREADS), true)
                .gracefulShutdownTimeout(Duration.ZERO, Duration.ofSeconds(5));
        Server server = builder.build();
        try {
            server.start().join();
            if (socket != null) {
                users.set(new SocketUsers(config.socket(), UnixSocket.open(config.socket(), socket)));
            }
        } catch (CompletionException | IOException e) {
            server.stop().join();
            metrics.close();
            stop(loops);
            if (e instanceof IOException why) {
                throw why;
            }
            throw new IOException(
                    "the API cannot listen on " + config.address() + " port " + config.port()
                            + (socket == null ? "" : " and " + socket) + ": "
                            + (e.getCause() == null ? e : e.getCause()).getMessage(),
                    e);
        }
        // (Takes no lock and waits for nothing.)
        loops.next().scheduleWithFixedDelay(metrics::observe, 1, 1, TimeUnit.SECONDS);
        if (tls != null) {
            loops.next().scheduleWithFixedDelay(tls::refresh, TLS_SECONDS, TLS_SECONDS, TimeUnit.SECONDS);
        }
        InetSocketAddress address = new InetSocketAddress(bind, port(server));
        if (!config.authentication()) {
            LOG.warn(
                    "the API on {} port {} asks nobody who he is: every user of this machine is an operator. To change that, make a"
                            + " token (nvmevf token create) and set api.authentication: required",
                    config.address(),
                    address.getPort());
        }
        return new ApiServer(server, loops, metrics, address, socket, tls);
    }

    private static int port(Server server) {
        return server.activePorts().values().stream()
                .map(ServerPort::localAddress)
                .filter(a -> !(a instanceof DomainSocketAddress))
                .findFirst()
                .orElseThrow()
                .getPort();
    }

    /** Where it listens, with the real port. */
    public InetSocketAddress address() {
        return address;
    }

    /** Whether one has to speak TLS there. */
    public boolean isTls() {
        return tls != null;
    }

    /** The Unix domain socket; null if there is none. */
    public @Nullable Path socket() {
        return socket;
    }

    /** Looks whether the certificate's files have changed. */
    void refreshTls() {
        if (tls != null) {
            tls.refresh();
        }
    }

    Server server() {
        return server;
    }

    /** Lets requests under way end (up to 5 s), then stops. */
    @Override
    public void close() {
        server.stop().join();
        stop(loops);
        metrics.close();
        try {
            if (socket != null) {
                Files.deleteIfExists(socket);
            }
        } catch (IOException e) {
            LOG.warn("the API's socket is left behind, which the next start takes away: {}", e.toString());
        }
    }

    private static void stop(EventLoopGroup loops) {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
