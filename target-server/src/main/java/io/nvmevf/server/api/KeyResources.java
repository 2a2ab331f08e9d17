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
import io.nvmevf.protocol.auth.DhchapSecret;
import io.nvmevf.server.control.ControlException;
import io.nvmevf.server.control.HostKey;
import io.nvmevf.server.control.NewHostKey;
import io.nvmevf.server.control.TargetService;

/**
 * The routes of what hosts authenticate with, at virtual functions, at the physical function and at the discovery service. A
 * secret comes in with a body, and leaves in one place: {@link #made}, in the answer to the request that had it made.
 */
@Blocking
final class KeyResources {
    private final TargetService service;
    private final KeyScope scope;

    KeyResources(TargetService service) {
        this.service = service;
        scope = new KeyScope(service);
    }

    @Get
    @Path("/v1/vfs/{name}/keys")
    @Path("/v1/pf/keys")
    @Path("/v1/discovery/keys")
    public HttpResponse keys(ServiceRequestContext ctx) throws ControlException {
        return KeyScope.ok(new Views.Items<>(
                service.state().hostKeys(scope.of(ctx)).stream().map(this::view).toList()));
    }

    @Get
    @Path("/v1/vfs/{name}/keys/{host}")
    @Path("/v1/pf/keys/{host}")
    @Path("/v1/discovery/keys/{host}")
    public HttpResponse key(ServiceRequestContext ctx, @Param String host) throws ControlException {
        return KeyScope.ok(view(service.hostKey(scope.of(ctx), host)));
    }

    @Put
    @Path("/v1/vfs/{name}/keys/{host}")
    @Path("/v1/pf/keys/{host}")
    @Path("/v1/discovery/keys/{host}")
    public HttpResponse setKey(ServiceRequestContext ctx, @Param String host, AggregatedHttpRequest request)
            throws ControlException, ProblemException {
        NewHostKey wanted = Json.readSecret(request, NewHostKey.class);
        return made(service.setHostKey(scope.of(ctx), host, wanted), wanted);
    }

    @Post
    @Path("/v1/vfs/{name}/keys/{host}/rotate")
    @Path("/v1/pf/keys/{host}/rotate")
    @Path("/v1/discovery/keys/{host}/rotate")
    public HttpResponse rotate(ServiceRequestContext ctx, @Param String host, AggregatedHttpRequest request)
            throws ControlException, ProblemException {
        NewHostKey wanted = Json.readSecret(request, NewHostKey.class);
        return made(service.rotateHostKey(scope.of(ctx), host, wanted), wanted);
    }

    @Post
    @Path("/v1/vfs/{name}/keys/{host}/finish-rotation")
    @Path("/v1/pf/keys/{host}/finish-rotation")
    @Path("/v1/discovery/keys/{host}/finish-rotation")
    public HttpResponse finishRotation(ServiceRequestContext ctx, @Param String host, AggregatedHttpRequest request)
            throws ControlException, ProblemException {
        Json.readSecret(request, Views.Nothing.class);
        return KeyScope.ok(view(service.finishRotation(scope.of(ctx), host)));
    }

    @Delete
    @Path("/v1/vfs/{name}/keys/{host}")
    @Path("/v1/pf/keys/{host}")
    @Path("/v1/discovery/keys/{host}")
    public HttpResponse removeKey(ServiceRequestContext ctx, @Param String host) throws ControlException {
        service.removeHostKey(scope.of(ctx), host);
        return HttpResponse.of(HttpStatus.NO_CONTENT);
    }

    /** With the secrets if the target made them, so that they can be given to the host; whoever sent them has them. */
    private HttpResponse made(HostKey key, NewHostKey wanted) {
        if (!Boolean.TRUE.equals(wanted.generate())) {
            return KeyScope.ok(new KeyViews.MadeKey(view(key), null, null));
        }
        DhchapSecret controller = key.newest().controller();
        return KeyScope.once(new KeyViews.MadeKey(
                view(key), key.newest().host().text(), controller == null ? null : controller.text()));
    }

    private KeyViews.Key view(HostKey key) {
        return KeyViews.Key.of(key, scope.allows(key.subsystem(), key.hostNqn()));
    }
}
