package io.nvmevf.server.api;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.annotation.Blocking;
import com.linecorp.armeria.server.annotation.Delete;
import com.linecorp.armeria.server.annotation.Get;
import com.linecorp.armeria.server.annotation.Param;
import com.linecorp.armeria.server.annotation.Patch;
import com.linecorp.armeria.server.annotation.Post;
import io.nvmevf.server.control.ControlException;
import io.nvmevf.server.control.Disposal;
import io.nvmevf.server.control.Namespace;
import io.nvmevf.server.control.NamespaceState;
import io.nvmevf.server.control.NewNamespace;
import io.nvmevf.server.control.Operation;
import io.nvmevf.server.control.Outcome;
import io.nvmevf.server.control.PhysicalFunction;
import io.nvmevf.server.control.PoolUsage;
import io.nvmevf.server.control.TargetService;
import io.nvmevf.server.control.TargetState;
import io.nvmevf.server.control.VfState;
import io.nvmevf.server.control.VirtualFunction;
import io.nvmevf.server.control.VirtualFunctionChange;
import io.nvmevf.server.metrics.DataPlaneStats;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/**
 * The routes of physical function, virtual functions and namespaces. Methods run on Armeria's blocking threads, never on an
 * event loop: changes wait for the disk.
 */
@Blocking
final class Resources {
    private final TargetService service;
    private final DataPlaneStats stats;
    private final List<Views.Listener> listeners;

    Resources(TargetService service, DataPlaneStats stats, List<InetSocketAddress> addresses) {
        this.service = service;
        this.stats = stats;
        List<Views.Listener> numbered = new ArrayList<>();
        for (InetSocketAddress address : addresses) {
            numbered.add(
                    new Views.Listener(numbered.size() + 1, address.getAddress().getHostAddress(), address.getPort()));
        }
        listeners = List.copyOf(numbered);
    }

    // ---- physical function ---------------------------------------------------------------------------------------

    @Get("/v1/pf")
    public HttpResponse pf() {
        TargetState state = service.state();
        PhysicalFunction pf = service.pf();
        PoolUsage pool = service.pool();
        int assigned = PhysicalFunction.queuesAssigned(state);
        return ok(new Views.Pf(
                state.uuid(),
                version(),
                pf.nqn(),
                pf.access().allowedHosts(),
                pf.access().requireAuthentication(),
                pf.access().tls(),
                pf.access().duplicateHost(),
                state.revision(),
                new Views.Pool(pool.kind(), pool.capacity(), pool.allocated(), pool.free()),
                new Views.QueueResources(pf.queueResources(), assigned, Math.max(0, pf.queueResources() - assigned)),
                state.capacity(),
                guarantees(state),
                listeners,
                stats.transport(),
                stats.eventLoops(),
                pf.maxVfs(),
                state.vfs().size(),
                Views.count(VfState.class, state.vfs().stream().map(VirtualFunction::state)),
                state.namespaces().size(),
                Views.count(NamespaceState.class, state.namespaces().stream().map(Namespace::state)),
                (int) state.operations().stream().filter(Operation::isRunning).count(),
                new TreeSet<>(stats.notReady())));
    }

    private static Views.Guarantees guarantees(TargetState state) {
        long total = state.guaranteeable();
        long assigned = state.guaranteed();
        return new Views.Guarantees(total, assigned, Math.max(0, total - assigned));
    }

    private static String version() {
        return Objects.requireNonNullElse(Resources.class.getPackage().getImplementationVersion(), "development");
    }

    @Post("/v1/pf/offline")
    public HttpResponse offlineAll(AggregatedHttpRequest request) throws ControlException, ProblemException {
        Json.read(request, Views.Nothing.class);
        service.offlineAll();
        return allVfs();
    }

    // ---- virtual functions ---------------------------------------------------------------------------------------

    @Get("/v1/vfs")
    public HttpResponse vfs() {
        return allVfs();
    }

    private HttpResponse allVfs() {
        TargetState state = service.state();
        var notReady = stats.notReady();
        return ok(new Views.Items<>(
                state.vfs().stream().map(vf -> Views.Vf.of(vf, state, notReady)).toList()));
    }

    @Post("/v1/vfs")
    public HttpResponse createVf(AggregatedHttpRequest request) throws ControlException, ProblemException {
        return Json.response(
                HttpStatus.CREATED,
                view(service.createVf(Json.read(request, Views.NewVf.class).wanted())));
    }

    @Get("/v1/vfs/{name}")
    public HttpResponse vf(@Param String name) throws ControlException {
        return ok(view(service.vf(name)));
    }

    @Patch("/v1/vfs/{name}")
    public HttpResponse updateVf(@Param String name, AggregatedHttpRequest request)
            throws ControlException, ProblemException {
        Views.VfChange wanted = Json.read(request, Views.VfChange.class);
        VirtualFunctionChange change = wanted.change();
        if (wanted.state() == null) {
            return ok(view(service.updateVf(name, change)));
        }
        if (!change.equals(VirtualFunctionChange.NONE)) {
            // Two changes could end half done.
            throw new ProblemException(HttpStatus.BAD_REQUEST, "state cannot be changed together with other fields");
        }
        return switch (wanted.state()) {
            case ONLINE -> ok(view(service.onlineVf(name)));
            case OFFLINE -> ok(view(service.offlineVf(name)));
            case DRAINING ->
                throw new ProblemException(
                        HttpStatus.BAD_REQUEST,
                        "state is draining; allowed are online and offline, which drains first");
        };
    }

    @Post("/v1/vfs/{name}/online")
    public HttpResponse onlineVf(@Param String name, AggregatedHttpRequest request)
            throws ControlException, ProblemException {
        Json.read(request, Views.Nothing.class);
        return ok(view(service.onlineVf(name)));
    }

    @Post("/v1/vfs/{name}/offline")
    public HttpResponse offlineVf(@Param String name, AggregatedHttpRequest request)
            throws ControlException, ProblemException {
        Json.read(request, Views.Nothing.class);
        return ok(view(service.offlineVf(name)));
    }

    @Delete("/v1/vfs/{name}")
    public HttpResponse deleteVf(@Param String name, QueryParams params) throws ControlException, ProblemException {
        Disposal disposal = Query.of(params, "namespaces").choice("namespaces", Disposal.class);
        List<Operation> operations = service.deleteVf(name, disposal == null ? Disposal.REFUSE : disposal);
        return operations.isEmpty()
                ? HttpResponse.of(HttpStatus.NO_CONTENT)
                : Json.response(
                        HttpStatus.ACCEPTED,
                        new Views.Items<>(operations.stream().map(this::view).toList()));
    }

    // ---- namespaces ----------------------------------------------------------------------------------------------

    @Get("/v1/namespaces")
    public HttpResponse namespaces(QueryParams params) throws ControlException, ProblemException {
        Query query = Query.of(params, "vf", "state");
        String vf = query.text("vf");
        NamespaceState only = query.choice("state", NamespaceState.class);
        if (vf != null) {
            service.vf(vf);
        }
        TargetState state = service.state();
        var notReady = stats.notReady();
        return ok(new Views.Items<>(state.namespaces().stream()
                .filter(ns -> (vf == null || ns.isAttachedTo(vf)) && (only == null || ns.state() == only))
                .map(ns -> Views.Ns.of(ns, state, notReady))
                .toList()));
    }

    @Post("/v1/namespaces")
    public HttpResponse createNamespace(AggregatedHttpRequest request) throws ControlException, ProblemException {
        return Json.response(HttpStatus.CREATED, view(service.createNamespace(Json.read(request, NewNamespace.class))));
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

    @Post("/v1/namespaces/{id}/attach")
    public HttpResponse attach(@Param String id, AggregatedHttpRequest request)
            throws ControlException, ProblemException {
        Views.Placement to = Json.read(request, Views.Placement.class);
        return outcome(service.attach(id, vfOf(to), to.wipe()));
    }

    @Post("/v1/namespaces/{id}/reassign")
    public HttpResponse reassign(@Param String id, AggregatedHttpRequest request)
            throws ControlException, ProblemException {
        Views.Placement to = Json.read(request, Views.Placement.class);
        return outcome(service.reassign(id, vfOf(to), to.wipe()));
    }

    private static String vfOf(Views.Placement to) throws ProblemException {
        if (to.vf() == null) {
            throw new ProblemException(HttpStatus.BAD_REQUEST, "the field vf is needed");
        }
        return to.vf();
    }

    @Post("/v1/namespaces/{id}/detach")
    public HttpResponse detach(@Param String id, AggregatedHttpRequest request)
            throws ControlException, ProblemException {
        Json.read(request, Views.Nothing.class);
        return ok(view(service.detach(id)));
    }

    @Post("/v1/namespaces/{id}/release")
    public HttpResponse release(@Param String id, AggregatedHttpRequest request)
            throws ControlException, ProblemException {
        return outcome(service.release(id, Json.read(request, Views.Erase.class).wipe()));
    }

    @Post("/v1/namespaces/{id}/retry")
    public HttpResponse retry(@Param String id, AggregatedHttpRequest request)
            throws ControlException, ProblemException {
        return outcome(service.retry(id, Json.read(request, Views.Erase.class).wipe()));
    }

    @Post("/v1/namespaces/{id}/discard")
    public HttpResponse discard(@Param String id, AggregatedHttpRequest request)
            throws ControlException, ProblemException {
        Json.read(request, Views.Nothing.class);
        service.discard(id);
        return HttpResponse.of(HttpStatus.NO_CONTENT);
    }

    @Delete("/v1/namespaces/{id}")
    public HttpResponse deleteNamespace(@Param String id, QueryParams params)
            throws ControlException, ProblemException {
        return outcome(service.deleteNamespace(id, Query.ofWipe(params).wipe()));
    }

    // ---- answers -------------------------------------------------------------------------------------------------

    /** 202 with the operation while an erasure is under way; else what became of the namespace. */
    private HttpResponse outcome(Outcome outcome) {
        Operation operation = outcome.operation();
        if (operation != null) {
            return Json.response(
                    HttpStatus.ACCEPTED, view(operation), HttpHeaderNames.LOCATION, "/v1/operations/" + operation.id());
        }
        Namespace ns = outcome.namespace();
        return ns == null ? HttpResponse.of(HttpStatus.NO_CONTENT) : ok(view(ns));
    }

    private Views.Op view(Operation operation) {
        return Views.Op.of(operation, service.progress(operation));
    }

    private Views.Vf view(VirtualFunction vf) {
        return Views.Vf.of(vf, service.state(), stats.notReady());
    }

    private Views.Ns view(Namespace ns) {
        return Views.Ns.of(ns, service.state(), stats.notReady());
    }

    private static HttpResponse ok(Object value) {
        return Json.response(HttpStatus.OK, value);
    }
}
