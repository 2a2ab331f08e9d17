package io.nvmevf.server.api;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.annotation.Blocking;
import com.linecorp.armeria.server.annotation.Delete;
import com.linecorp.armeria.server.annotation.Get;
import com.linecorp.armeria.server.annotation.Param;
import com.linecorp.armeria.server.annotation.Path;
import com.linecorp.armeria.server.annotation.Post;
import com.linecorp.armeria.server.annotation.Put;
import io.nvmevf.server.control.ControlException;
import io.nvmevf.server.control.NewTlsKey;
import io.nvmevf.server.control.TargetService;
import io.nvmevf.server.control.TlsKey;

/**
 * The routes of the PSKs with which hosts protect their connections, at virtual functions, at the physical function and at the
 * discovery service. A PSK comes in with a body, and leaves in one place: {@link #made}, in the answer to the request that had
 * it made.
 */
@Blocking
final class TlsKeyResources {
    private final TargetService service;
    private final KeyScope scope;

    TlsKeyResources(TargetService service) {
        this.service = service;
        scope = new KeyScope(service);
    }

    @Get
    @Path("/v1/vfs/{name}/tls-keys")
    @Path("/v1/pf/tls-keys")
    @Path("/v1/discovery/tls-keys")
    public HttpResponse keys(ServiceRequestContext ctx) throws ControlException {
        return KeyScope.ok(new Views.Items<>(
                service.state().tlsKeys(scope.of(ctx)).stream().map(this::view).toList()));
    }

    @Get
    @Path("/v1/vfs/{name}/tls-keys/{host}")
    @Path("/v1/pf/tls-keys/{host}")
    @Path("/v1/discovery/tls-keys/{host}")
    public HttpResponse key(ServiceRequestContext ctx, @Param String host) throws ControlException {
        return KeyScope.ok(view(service.tlsKey(scope.of(ctx), host)));
    }

    @Put
    @Path("/v1/vfs/{name}/tls-keys/{host}")
    @Path("/v1/pf/tls-keys/{host}")
    @Path("/v1/discovery/tls-keys/{host}")
    public HttpResponse setKey(ServiceRequestContext ctx, @Param String host, AggregatedHttpRequest request)
            throws ControlException, ProblemException {
        NewTlsKey wanted = Json.readSecret(request, NewTlsKey.class);
        return made(service.setTlsKey(scope.of(ctx), host, wanted), wanted);
    }

    @Post
    @Path("/v1/vfs/{name}/tls-keys/{host}/rotate")
    @Path("/v1/pf/tls-keys/{host}/rotate")
    @Path("/v1/discovery/tls-keys/{host}/rotate")
    public HttpResponse rotate(ServiceRequestContext ctx, @Param String host, AggregatedHttpRequest request)
            throws ControlException, ProblemException {
        NewTlsKey wanted = Json.readSecret(request, NewTlsKey.class);
        return made(service.rotateTlsKey(scope.of(ctx), host, wanted), wanted);
    }

    @Post
    @Path("/v1/vfs/{name}/tls-keys/{host}/finish-rotation")
    @Path("/v1/pf/tls-keys/{host}/finish-rotation")
    @Path("/v1/discovery/tls-keys/{host}/finish-rotation")
    public HttpResponse finishRotation(ServiceRequestContext ctx, @Param String host, AggregatedHttpRequest request)
            throws ControlException, ProblemException {
        Json.readSecret(request, Views.Nothing.class);
        return KeyScope.ok(view(service.finishTlsRotation(scope.of(ctx), host)));
    }

    @Delete
    @Path("/v1/vfs/{name}/tls-keys/{host}")
    @Path("/v1/pf/tls-keys/{host}")
    @Path("/v1/discovery/tls-keys/{host}")
    public HttpResponse removeKey(ServiceRequestContext ctx, @Param String host) throws ControlException {
        service.removeTlsKey(scope.of(ctx), host);
        return HttpResponse.of(HttpStatus.NO_CONTENT);
    }

    /** With the PSK if the target made it, so that it can be given to the host; whoever sent it has it. */
    private HttpResponse made(TlsKey key, NewTlsKey wanted) {
        return Boolean.TRUE.equals(wanted.generate())
                ? KeyScope.once(new KeyViews.MadeTlsKey(view(key), key.newest().text()))
                : KeyScope.ok(new KeyViews.MadeTlsKey(view(key), null));
    }

    private KeyViews.TlsKeyView view(TlsKey key) {
        return KeyViews.TlsKeyView.of(key, scope.allows(key.subsystem(), key.hostNqn()));
    }
}
