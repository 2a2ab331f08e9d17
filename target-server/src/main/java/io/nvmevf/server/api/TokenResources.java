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
import io.nvmevf.server.control.ApiToken;
import io.nvmevf.server.control.ApiTokens;
import io.nvmevf.server.control.ControlException;
import io.nvmevf.server.control.NewApiToken;
import io.nvmevf.server.control.Role;
import io.nvmevf.server.control.TargetService;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The routes of bearer tokens. A token is told once, in the answer to its making. */
@Blocking
final class TokenResources {
    private final TargetService service;
    private final InstantSource clock;

    /** {@code expired}: no longer valid, but not revoked yet; {@code expires}: null if never. */
    record Token(
            String id,
            String name,
            String role,
            String created,
            @Nullable String expires,
            boolean expired) {

        static Token of(ApiToken token, Instant now) {
            Instant expires = token.expires();
            return new Token(
                    token.id(),
                    token.name(),
                    token.role().toString(),
                    token.created().toString(),
                    expires == null ? null : expires.toString(),
                    token.isExpired(now));
        }
    }

    /** The only time that {@code secret}, what its bearer sends, is told. */
    record MadeToken(Token token, String secret) {
        /** Nothing of the secret. */
        @Override
        public String toString() {
            return "MadeToken";
        }
    }

    /** What is wanted; see {@link NewApiToken}. */
    record NewToken(
            @Nullable String name,
            @Nullable String role,
            @Nullable Long expiresInSeconds) {}

    TokenResources(TargetService service, InstantSource clock) {
        this.service = service;
        this.clock = clock;
    }

    @Get("/v1/tokens")
    public HttpResponse tokens() {
        Instant now = clock.instant();
        return Json.response(
                HttpStatus.OK,
                new Views.Items<>(service.state().apiTokens().stream()
                        .map(token -> Token.of(token, now))
                        .toList()));
    }

    @Post("/v1/tokens")
    public HttpResponse create(AggregatedHttpRequest request) throws ControlException, ProblemException {
        NewToken wanted = Json.read(request, NewToken.class);
        ApiTokens.Made made =
                service.createToken(new NewApiToken(wanted.name(), role(wanted.role()), wanted.expiresInSeconds()));
        return Json.response(
                HttpStatus.CREATED,
                new MadeToken(Token.of(made.token(), clock.instant()), made.text()),
                HttpHeaderNames.CACHE_CONTROL,
                "no-store");
    }

    private static @Nullable Role role(@Nullable String name) throws ProblemException {
        if (name == null) {
            return null;
        }
        for (Role role : Role.values()) {
            if (role.toString().equals(name)) {
                return role;
            }
        }
        throw new ProblemException(
                HttpStatus.BAD_REQUEST,
                "field 'role' must be one of "
                        + Arrays.stream(Role.values()).map(Role::toString).collect(Collectors.joining(", ")));
    }

    @Delete("/v1/tokens/{id}")
    public HttpResponse revoke(@Param String id) throws ControlException {
        service.revokeToken(id);
        return HttpResponse.of(HttpStatus.NO_CONTENT);
    }
}
