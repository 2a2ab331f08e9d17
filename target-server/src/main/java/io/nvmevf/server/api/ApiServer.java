package io.nvmevf.server.api;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.util.NetUtil;
import io.nvmevf.server.audit.AuditLog;
import io.nvmevf.server.calibrate.Calibrator;
import io.nvmevf.server.config.ApiConfig;
import io.nvmevf.server.control.TargetService;
import io.nvmevf.server.metrics.DataPlaneStats;
import io.nvmevf.server.metrics.Metrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The HTTP server of REST API, health and metrics. It has its own threads; the data plane's are never used. */
public final class ApiServer implements AutoCloseable {
    /** Bytes of the largest body that is read. */
    static final int MAX_BODY = 1024 * 1024;

    private static final int MAX_CONNECTIONS = 256;
    /** Threads of requests. Changes wait for each other, and for storage: as many as may be stuck leave some for the others. */
    private static final int BLOCKING_THREADS = 64;

    private final Server server;
    private final EventLoopGroup loops;
    private final Metrics metrics;
    private final InetSocketAddress address;

    private ApiServer(Server server, EventLoopGroup loops, Metrics metrics, InetSocketAddress address) {
        this.server = server;
        this.loops = loops;
        this.metrics = metrics;
        this.address = address;
    }

    /**
     * Starts to listen.
     *
     * @param audit what the API shows; stays the caller's
     * @param calibrator measures; stays the caller's
     * @param listeners where hosts reach the target, with the real ports: what the API tells
     * @throws IOException if the address cannot be used
     */
    public static ApiServer start(
            ApiConfig config,
            TargetService service,
            DataPlaneStats stats,
            AuditLog audit,
            Calibrator calibrator,
            List<InetSocketAddress> listeners)
            throws IOException {
        InetAddress bind = InetAddress.getByName(config.address());
        Metrics metrics = new Metrics(stats, service::state, service::pool, service::progress, InstantSource.system());
        EventLoopGroup loops = EventLoopGroups.newEventLoopGroup(1, "nvmevf-api");
        Server server = Server.builder()
                .http(new InetSocketAddress(bind, config.port()))
                .annotatedService(new Resources(service, stats, listeners))
                .annotatedService(new KeyResources(service))
                .annotatedService(new TlsKeyResources(service))
                .annotatedService(new LimitResources(service, calibrator))
                .annotatedService(new WatchResources(service, stats, audit, metrics))
                .decorator(ApiServer::onlyLocalNames)
                .errorHandler(new Problems())
                .maxRequestLength(MAX_BODY)
                .maxNumConnections(MAX_CONNECTIONS)
                .requestTimeout(Duration.ofMinutes(2))
                .workerGroup(loops, false)
                // Refusals are answers, not failures; what is one is logged where it is answered.
                .unloggedExceptionsReportInterval(Duration.ZERO)
                // Armeria's own numbers are not ours to show.
                .meterRegistry(new CompositeMeterRegistry())
                .blockingTaskExecutor(BLOCKING_THREADS)
                .gracefulShutdownTimeout(Duration.ZERO, Duration.ofSeconds(5))
                .build();
        try {
            server.start().join();
        } catch (CompletionException e) {
            metrics.close();
            stop(loops);
            throw new IOException(
                    "the API cannot listen on " + config.address() + " port " + config.port() + ": "
                            + (e.getCause() == null ? e : e.getCause()).getMessage(),
                    e);
        }
        // (Takes no lock and waits for nothing.)
        loops.next().scheduleWithFixedDelay(metrics::observe, 1, 1, TimeUnit.SECONDS);
        return new ApiServer(server, loops, metrics, new InetSocketAddress(bind, server.activeLocalPort()));
    }

    /** Where it listens, with the real port. */
    public InetSocketAddress address() {
        return address;
    }

    Server server() {
        return server;
    }

    /**
     * A page in a browser of this machine could give its own name this machine's loopback address and talk to us as its
     * own origin. It cannot choose the Host header, so whoever does not ask for loopback is refused.
     */
    private static HttpResponse onlyLocalNames(HttpService next, ServiceRequestContext ctx, HttpRequest request)
            throws Exception {
        return isLocal(request.authority())
                ? next.serve(ctx, request)
                : Problems.problem(
                                HttpStatus.FORBIDDEN,
                                null,
                                "the Host header does not name loopback; use localhost, 127.0.0.1 or [::1]")
                        .toHttpResponse();
    }

    private static boolean isLocal(@Nullable String authority) {
        try {
            String host =
                    authority == null ? null : URI.create("http://" + authority).getHost();
            if (host == null) {
                return false;
            }
            String plain = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
            byte[] address = NetUtil.createByteArrayFromIpAddressString(plain);
            return address == null
                    ? host.toLowerCase(Locale.ROOT).equals("localhost")
                    : InetAddress.getByAddress(address).isLoopbackAddress();
        } catch (IllegalArgumentException | IOException e) {
            return false;
        }
    }

    /** Lets requests under way end (up to 5 s), then stops. */
    @Override
    public void close() {
        server.stop().join();
        stop(loops);
        metrics.close();
    }

    private static void stop(EventLoopGroup loops) {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
