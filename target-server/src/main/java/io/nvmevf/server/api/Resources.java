package io.nvmevf.server.api;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.annotation.Blocking;
import com.linecorp.armeria.server.annotation.Default;
import com.linecorp.armeria.server.annotation.Delete;
import com.linecorp.armeria.server.annotation.Get;
import com.linecorp.armeria.server.annotation.Param;
import com.linecorp.armeria.server.annotation.Patch;
import com.linecorp.armeria.server.annotation.Post;
import io.nvmevf.server.control.ControlException;
import io.nvmevf.server.control.Namespace;
import io.nvmevf.server.control.NewVirtualFunction;
import io.nvmevf.server.control.PoolUsage;
import io.nvmevf.server.control.TargetService;
import io.nvmevf.server.control.TargetState;
import io.nvmevf.server.control.VirtualFunction;
import io.nvmevf.server.control.VirtualFunctionChange;
import io.nvmevf.server.metrics.DataPlaneStats;
import io.nvmevf.server.metrics.Metrics;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/** Every route. Methods run on Armeria's blocking threads, never on an event loop: changes wait for the disk. */
@Blocking
final class Resources {
    private final TargetService service;
    private final DataPlaneStats stats;
    private final Metrics metrics;
    private final List<Views.Listener> listeners;

    Resources(TargetService service, DataPlaneStats stats, Metrics metrics, List<InetSocketAddress> listeners) {
        this.service = service;
        this.stats = stats;
        this.metrics = metrics;
        this.listeners = listeners.stream()
                .map(a -> new Views.Listener(a.getAddress().getHostAddress(), a.getPort()))
                .toList();
    }

    @Get("/v1/pf")
    public HttpResponse pf() {
        TargetState state = service.state();
        PoolUsage pool = service.pool();
        return ok(new Views.Pf(
                state.uuid(),
                version(),
                state.revision(),
                new Views.Pool(pool.kind(), pool.capacity(), pool.allocated(), pool.free()),
                listeners,
                stats.transport(),
                stats.eventLoops(),
                state.vfs().size(),
                state.namespaces().size(),
                new TreeSet<>(stats.notReady())));
    }

    private static String version() {
        return Objects.requireNonNullElse(Resources.class.getPackage().getImplementationVersion(), "development");
    }

    @Get("/v1/vfs")
    public HttpResponse vfs() {
        TargetState state = service.state();
        var notReady = stats.notReady();
        return ok(new Views.Items<>(
                state.vfs().stream().map(vf -> Views.Vf.of(vf, state, notReady)).toList()));
    }

    @Post("/v1/vfs")
    public HttpResponse createVf(AggregatedHttpRequest request) throws ControlException, ProblemException {
        return Json.response(HttpStatus.CREATED, view(service.createVf(Json.read(request, NewVirtualFunction.class))));
    }

    @Get("/v1/vfs/{name}")
    public HttpResponse vf(@Param String name) throws ControlException {
        return ok(view(service.vf(name)));
    }

    @Patch("/v1/vfs/{name}")
    public HttpResponse updateVf(@Param String name, AggregatedHttpRequest request)
            throws ControlException, ProblemException {
        return ok(view(service.updateVf(name, Json.read(request, VirtualFunctionChange.class))));
    }

    @Delete("/v1/vfs/{name}")
    public HttpResponse deleteVf(@Param String name, @Param @Default("false") boolean force) throws ControlException {
        service.deleteVf(name, force);
        return HttpResponse.of(HttpStatus.NO_CONTENT);
    }

    @Get("/v1/namespaces")
    public HttpResponse namespaces(@Param @Default("") String vf) throws ControlException {
        if (!vf.isEmpty()) {
            service.vf(vf);
        }
        TargetState state = service.state();
        var notReady = stats.notReady();
        return ok(new Views.Items<>((vf.isEmpty() ? state.namespaces() : state.namespacesOf(vf))
                .stream().map(ns -> Views.Ns.of(ns, notReady)).toList()));
    }

    @Post("/v1/namespaces")
    public HttpResponse createNamespace(AggregatedHttpRequest request) throws ControlException, ProblemException {
        Views.NewNamespace wanted = Json.read(request, Views.NewNamespace.class);
        if (wanted.vf() == null || wanted.bytes() == null) {
            throw new ProblemException(HttpStatus.BAD_REQUEST, "the fields vf and bytes are needed");
        }
        int lbaSize = wanted.lbaSize() == null ? 4096 : wanted.lbaSize();
        return Json.response(HttpStatus.CREATED, view(service.createNamespace(wanted.vf(), wanted.bytes(), lbaSize)));
    }

    @Get("/v1/namespaces/{id}")
    public HttpResponse namespace(@Param String id) throws ControlException {
        return ok(view(service.namespace(id)));
    }

    @Patch("/v1/namespaces/{id}")
    public HttpResponse updateNamespace(@Param String id, AggregatedHttpRequest request)
            throws ControlException, ProblemException {
        Views.NamespaceChange change = Json.read(request, Views.NamespaceChange.class);
        if ((change.bytes() == null) == (change.writeProtected() == null)) {
            // Two changes could end half done.
            throw new ProblemException(HttpStatus.BAD_REQUEST, "one of the fields bytes and writeProtected is needed");
        }
        if (change.bytes() != null) {
            return ok(view(service.resizeNamespace(id, change.bytes(), Boolean.TRUE.equals(change.allowShrink()))));
        }
        return ok(view(service.setWriteProtected(id, Boolean.TRUE.equals(change.writeProtected()))));
    }

    @Delete("/v1/namespaces/{id}")
    public HttpResponse deleteNamespace(@Param String id) throws ControlException {
        service.deleteNamespace(id);
        return HttpResponse.of(HttpStatus.NO_CONTENT);
    }

    @Get("/healthz")
    public HttpResponse health() {
        return ok(new Views.Health("ok", new TreeSet<>(stats.notReady())));
    }

    @Get("/metrics")
    public HttpResponse metrics() {
        return HttpResponse.of(HttpStatus.OK, MediaType.parse(Metrics.CONTENT_TYPE), metrics.scrape());
    }

    @Get("/v1/openapi.json")
    public HttpResponse openApi() {
        try (InputStream in = Objects.requireNonNull(Resources.class.getResourceAsStream("openapi.json"))) {
            return HttpResponse.of(HttpStatus.OK, MediaType.JSON_UTF_8, HttpData.wrap(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException("openapi.json is not in the jar", e);
        }
    }

    private Views.Vf view(VirtualFunction vf) {
        return Views.Vf.of(vf, service.state(), stats.notReady());
    }

    private Views.Ns view(Namespace ns) {
        return Views.Ns.of(ns, stats.notReady());
    }

    private static HttpResponse ok(Object value) {
        return Json.response(HttpStatus.OK, value);
    }
}
