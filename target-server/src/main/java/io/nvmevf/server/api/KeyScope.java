package io.nvmevf.server.api;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.nvmevf.server.control.ControlException;
import io.nvmevf.server.control.HostKey;
import io.nvmevf.server.control.TargetService;

/** What the routes of both kinds of keys have in common: the subsystem that a route is about, and how is answered. */
final class KeyScope {
    private final TargetService service;

    KeyScope(TargetService service) {
        this.service = service;
    }

    /**
     * The subsystem that the route of a request is about, as keys name it.
     *
     * @throws ControlException if it is a virtual function that is not there
     */
    String of(ServiceRequestContext ctx) throws ControlException {
        String name = ctx.pathParam("name");
        if (name != null) {
            return service.vf(name).name();
        }
        return ctx.config().route().patternString().startsWith("/v1/pf/") ? HostKey.PF : HostKey.DISCOVERY;
    }

    /** Whether a host may connect to a subsystem. */
    boolean allows(String subsystem, String hostNqn) {
        return switch (subsystem) {
            case HostKey.PF -> service.pf().allows(hostNqn);
            // (Every host may ask.)
            case HostKey.DISCOVERY -> true;
            default ->
                service.state().vf(subsystem).map(vf -> vf.allows(hostNqn)).orElse(false);
        };
    }

    static HttpResponse ok(Object value) {
        return Json.response(HttpStatus.OK, value);
    }

    /** An answer with a secret, which nobody on the way is to keep. */
    static HttpResponse once(Object value) {
        return Json.response(HttpStatus.OK, value, HttpHeaderNames.CACHE_CONTROL, "no-store");
    }
}
