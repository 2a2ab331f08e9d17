package io.nvmevf.server.api;

import com.github.benmanes.caffeine.cache.Ticker;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.DecoratingHttpServiceFunction;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketChannel;
import io.netty.channel.unix.PeerCredentials;
import io.netty.util.AttributeKey;
import io.netty.util.NetUtil;
import io.nvmevf.server.control.Actor;
import io.nvmevf.server.control.ApiToken;
import io.nvmevf.server.control.ApiTokens;
import io.nvmevf.server.control.Role;
import io.nvmevf.server.control.TargetService;
import io.nvmevf.server.metrics.ApiRefusals;
import io.nvmevf.server.metrics.ApiRefusals.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every request passes here: who sent it, what he may do, and whether that is enough for what he wants ({@link AccessRules}).
 *
 * <pre>
 * a token, wherever from           its role; one that is not valid is never anybody else instead
 * the Unix domain socket           the role of the user that the kernel names ({@link SocketUsers})
 * TCP, authentication off          operator, if the Host header names loopback
 * TCP, authentication required     nobody: 401
 * </pre>
 *
 * What is in no rule is refused, whoever asks.
 */
final class Gate implements DecoratingHttpServiceFunction {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

    private static final AttributeKey<Caller> PEER = AttributeKey.valueOf(Gate.class, "PEER");
    private static final Set<HttpMethod> HARMLESS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final String BEARER = "bearer ";
    private static final String CHALLENGE = "Bearer realm=\"nvmevf\"";
    /** Characters of a path in the audit log. */
    private static final int MAX_PATH = 300;

    private final TargetService service;
    private final boolean authentication;
    private final Supplier<@Nullable SocketUsers> users;
    private final ApiRefusals refusals;
    private final InstantSource clock;
    private final FailedTokens failed;
    private final RefusedChanges refused;

    /**
     * @param role null: nothing is allowed
     */
    private record Caller(Actor actor, @Nullable Role role) {}

    /** A token that does not help. */
    private record BadToken(Reason reason, String why) {}

    /**
     * @param authentication whether who comes over TCP needs a token
     * @param users of the Unix domain socket; null while it is not known who may use it
     * @param time for what is forgotten after a while
     */
    Gate(
            TargetService service,
            boolean authentication,
            Supplier<@Nullable SocketUsers> users,
            ApiRefusals refusals,
            InstantSource clock,
            Ticker time) {
        this.service = service;
        this.authentication = authentication;
        this.users = users;
        this.refusals = refusals;
        this.clock = clock;
        failed = new FailedTokens(time);
        refused = new RefusedChanges(time);
    }

    @Override
    public HttpResponse serve(HttpService next, ServiceRequestContext ctx, HttpRequest request) throws Exception {
        Channel channel = ctx.log().partial().channel();
        boolean socket = channel instanceof DomainSocketChannel;
        if (!socket && !authentication && !isLocal(request.authority())) {
            // A page in a browser of this machine could give its own name this machine's loopback address and talk to
            // us as its
            // own origin. It cannot choose the Host header, so whoever does not ask for loopback is refused.
            refusals.count(Reason.HOST_HEADER);
            return forbidden("the Host header does not name loopback; use localhost, 127.0.0.1 or [::1]");
        }
        AccessRules.Rule rule = AccessRules.of(ctx.method(), ctx.config().route());
        if (rule != null && rule.isOpen()) {
            return next.serve(ctx, request);
        }
        String authorization = request.headers().get(HttpHeaderNames.AUTHORIZATION);
        Caller caller;
        if (authorization != null) {
            ApiToken token = token(authorization);
            BadToken bad = check(authorization, token);
            if (token == null || bad != null) {
                return unauthorized(ctx, socket, bad);
            }
            caller = new Caller(new Actor.Token(token.id(), token.name()), token.role());
        } else if (socket) {
            caller = peer(channel);
        } else if (authentication) {
            refusals.count(Reason.NO_TOKEN);
            return challenge("this needs a token: 'Authorization: Bearer " + ApiTokens.PREFIX
                    + "…' (nvmevf: --token-file or NVMEVF_TOKEN; an operator makes one with 'nvmevf token create')");
        } else {
            caller = new Caller(
                    new Actor.Anonymous(ctx.remoteAddress().getAddress().getHostAddress()), Role.OPERATOR);
        }
        return admit(next, ctx, request, rule, caller);
    }

    private HttpResponse admit(
            HttpService next,
            ServiceRequestContext ctx,
            HttpRequest request,
            AccessRules.@Nullable Rule rule,
            Caller caller)
            throws Exception {
        Role role = caller.role();
        if (rule == null) {
            if (role != null && ctx.config().route().isFallback()) {
                return next.serve(ctx, request); // (404 or 405.)
            }
            return forbidden("nobody may do this");
        }
        Role needed = rule.role();
        if (needed == null || (role != null && role.includes(needed))) {
            ctx.setAttr(RequestThreads.ACTOR, caller.actor());
            return next.serve(ctx, request);
        }
        refusals.count(Reason.ROLE);
        if (!HARMLESS.contains(ctx.method()) && refused.isDue(caller.actor())) {
            // (Somebody may have put a token where its id belongs.)
            String path = ctx.path().replaceAll(ApiTokens.PREFIX + "[0-9A-Za-z]+", ApiTokens.PREFIX + "…");
            Map<String, Object> what = Map.of(
                    "method",
                    ctx.method().name(),
                    "path",
                    path.length() <= MAX_PATH ? path : path.substring(0, MAX_PATH),
                    "role",
                    role == null ? "none" : role.toString(),
                    "needed",
                    needed.toString());
            // (It waits for the disk.)
            ctx.blockingTaskExecutor().execute(() -> service.noteRefused(caller.actor(), what));
        }
        return forbidden(
                role == null
                        ? "this user of the socket has no role, and " + needed + " is needed; an operator names it in"
                                + " api.socket-users, or gives it a token"
                        : "this needs the role " + needed + ", and " + role + " is what this "
                                + (caller.actor() instanceof Actor.Token ? "token" : "user") + " has");
    }

    // ---- who -----------------------------------------------------------------------------------------------------

    private @Nullable ApiToken token(String authorization) {
        return isBearer(authorization) ? ApiTokens.find(service.state(), text(authorization)) : null;
    }

    private static boolean isBearer(String authorization) {
        return authorization.toLowerCase(Locale.ROOT).startsWith(BEARER);
    }

    private static String text(String authorization) {
        return authorization.substring(BEARER.length()).strip();
    }

    /** What is wrong with it; null if nothing is. */
    private @Nullable BadToken check(String authorization, @Nullable ApiToken token) {
        if (token != null) {
            return token.isExpired(clock.instant())
                    ? new BadToken(Reason.EXPIRED_TOKEN, "the token has expired; ask an operator for a new one")
                    : null;
        }
        if (!isBearer(authorization)) {
            return new BadToken(Reason.BAD_TOKEN, "the Authorization header is no bearer token");
        }
        return new BadToken(
                Reason.BAD_TOKEN,
                ApiTokens.isWellFormed(text(authorization))
                        ? "the token is not valid: it was revoked, or is another target's"
                        : "this is no token: it was cut or mistyped, or is something else; a token is '"
                                + ApiTokens.PREFIX + "' and 49 letters and digits");
    }

    private Caller peer(@Nullable Channel channel) {
        if (channel == null) {
            throw new IllegalStateException("a request without a connection");
        }
        Caller known = channel.attr(PEER).get();
        if (known == null) {
            known = identified(channel);
            channel.attr(PEER).set(known);
        }
        return known;
    }

    private Caller identified(Channel channel) {
        try {
            SocketUsers known = users.get();
            if (known != null && channel instanceof EpollDomainSocketChannel epoll) {
                PeerCredentials peer = epoll.peerCredentials();
                return new Caller(
                        new Actor.User(peer.uid(), SocketUsers.name(peer.uid(), peer.pid())),
                        known.role(peer.uid(), peer.pid(), peer.gids()));
            }
            LOG.error("a connection over the Unix domain socket does not say whose it is: {}", channel);
        } catch (IOException e) {
            LOG.warn("a connection over the Unix domain socket does not say whose it is: {}", e.toString());
        }
        return new Caller(new Actor.User(-1, null), null);
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

    // ---- no ------------------------------------------------------------------------------------------------------

    private HttpResponse unauthorized(ServiceRequestContext ctx, boolean socket, @Nullable BadToken bad) {
        if (bad == null) {
            throw new IllegalStateException("nothing is wrong with the token");
        }
        refusals.count(bad.reason());
        HttpResponse answer = challenge(bad.why(), ", error=\"invalid_token\"");
        if (socket) {
            return answer;
        }
        Duration wait = failed.failed(ctx.remoteAddress().getAddress());
        return wait.isZero() ? answer : HttpResponse.delayed(answer, wait, ctx.eventLoop());
    }

    private static HttpResponse challenge(String why) {
        return challenge(why, "");
    }

    /** RFC 6750, section 3. */
    private static HttpResponse challenge(String why, String error) {
        AggregatedHttpResponse problem = Problems.problem(HttpStatus.UNAUTHORIZED, null, why);
        ResponseHeaders headers =
                problem.headers().withMutations(h -> h.set(HttpHeaderNames.WWW_AUTHENTICATE, CHALLENGE + error));
        return HttpResponse.of(headers, problem.content());
    }

    private static HttpResponse forbidden(String why) {
        return Problems.problem(HttpStatus.FORBIDDEN, null, why).toHttpResponse();
    }
}
