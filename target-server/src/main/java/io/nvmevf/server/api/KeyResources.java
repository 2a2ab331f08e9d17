package io.nvmevf.server.api;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.annotation.Blocking;
import com.linecorp.armeria.server.annotation.Delete;
import com.linecorp.armeria.server.annotation.Get;
import com.linecorp.armeria.server.annotation.Param;
import com.linecorp.armeria.server.annotation.Post;
import com.linecorp.armeria.server.annotation.Put;
import io.nvmevf.protocol.auth.DhchapSecret;
import io.nvmevf.server.control.ControlException;
import io.nvmevf.server.control.HostKey;
import io.nvmevf.server.control.NewHostKey;
import io.nvmevf.server.control.TargetService;
import io.nvmevf.server.control.VirtualFunction;

/**
 * The routes of what hosts authenticate with. A secret comes in with a body, and leaves in one place: {@link #made}, in the
 * answer to the request that had it made.
 */
@Blocking
final class KeyResources {
    private final TargetService service;

    KeyResources(TargetService service) {
        this.service = service;
    }

    @Get("/v1/vfs/{name}/keys")
    public HttpResponse keys(@Param String name) throws ControlException {
        VirtualFunction vf = service.vf(name);
        return ok(new Views.Items<>(service.state().hostKeys(name).stream()
                .map(key -> KeyViews.Key.of(key, vf))
                .toList()));
    }

    @Get("/v1/vfs/{name}/keys/{host}")
    public HttpResponse key(@Param String name, @Param String host) throws ControlException {
        return ok(view(service.hostKey(name, host)));
    }

    @Put("/v1/vfs/{name}/keys/{host}")
    public HttpResponse setKey(@Param String name, @Param String host, AggregatedHttpRequest request)
            throws ControlException, ProblemException {
        NewHostKey wanted = Json.readSecret(request, NewHostKey.class);
        return made(service.setHostKey(name, host, wanted), wanted);
    }

    @Post("/v1/vfs/{name}/keys/{host}/rotate")
    public HttpResponse rotate(@Param String name, @Param String host, AggregatedHttpRequest request)
            throws ControlException, ProblemException {
        NewHostKey wanted = Json.readSecret(request, NewHostKey.class);
        return made(service.rotateHostKey(name, host, wanted), wanted);
    }

    @Post("/v1/vfs/{name}/keys/{host}/finish-rotation")
    public HttpResponse finishRotation(@Param String name, @Param String host, AggregatedHttpRequest request)
            throws ControlException, ProblemException {
        Json.readSecret(request, Views.Nothing.class);
        return ok(view(service.finishRotation(name, host)));
    }

    @Delete("/v1/vfs/{name}/keys/{host}")
    public HttpResponse removeKey(@Param String name, @Param String host) throws ControlException {
        service.removeHostKey(name, host);
        return HttpResponse.of(HttpStatus.NO_CONTENT);
    }

    /** With the secrets if the target made them, so that they can be given to the host; whoever sent them has them. */
    private HttpResponse made(HostKey key, NewHostKey wanted) throws ControlException {
        if (!Boolean.TRUE.equals(wanted.generate())) {
            return ok(new KeyViews.MadeKey(view(key), null, null));
        }
        DhchapSecret controller = key.newest().controller();
        return Json.response(
                HttpStatus.OK,
                new KeyViews.MadeKey(
                        view(key), key.newest().host().text(), controller == null ? null : controller.text()),
                HttpHeaderNames.CACHE_CONTROL,
                "no-store");
    }

    private KeyViews.Key view(HostKey key) throws ControlException {
        return KeyViews.Key.of(key, service.vf(key.vf()));
    }

    private static HttpResponse ok(Object value) {
        return Json.response(HttpStatus.OK, value);
    }
}
