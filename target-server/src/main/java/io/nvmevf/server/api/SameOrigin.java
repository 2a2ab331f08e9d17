package io.nvmevf.server.api;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Keeps pages of other origins from changing anything. On loopback nobody has to prove who he is, and a browser sends a request
 * for any page that it shows. It says for which one, though: in Sec-Fetch-Site (Fetch Metadata) and in Origin (RFC 6454), which a
 * page cannot choose. Programs send neither, and pass.
 *
 * <p>That bodies must be JSON ({@link Json}) keeps the same pages out by other means, as a browser asks before it sends them.
 */
final class SameOrigin {
    private SameOrigin() {}

    static HttpResponse check(HttpService next, ServiceRequestContext ctx, HttpRequest request) throws Exception {
        return isRead(request.method()) || isOwn(request)
                ? next.serve(ctx, request)
                : Problems.problem(
                                HttpStatus.FORBIDDEN,
                                null,
                                "the request was made by a page of another origin; only this target's own console may")
                        .toHttpResponse();
    }

    private static boolean isRead(HttpMethod method) {
        return method == HttpMethod.GET || method == HttpMethod.HEAD;
    }

    private static boolean isOwn(HttpRequest request) {
        String site = request.headers().get(HttpHeaderNames.SEC_FETCH_SITE);
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            return false;
        }
        String origin = request.headers().get(HttpHeaderNames.ORIGIN);
        return origin == null || names(origin, request.authority());
    }

    /** (The scheme is not compared: one port serves one, and what stands before the target may speak another.) */
    private static boolean names(String origin, @Nullable String authority) {
        try {
            String named = URI.create(origin).getAuthority();
            return named != null && named.equalsIgnoreCase(authority);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
