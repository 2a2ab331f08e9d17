package io.nvmevf.server.api;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.HttpResponseException;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.nvmevf.server.control.ControlException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever goes wrong into {@code application/problem+json} (RFC 9457). */
final class Problems implements ServerErrorHandler {
    private static final Logger log = LoggerFactory.getLogger(Problems.class);
    private static final MediaType PROBLEM_JSON = MediaType.create("application", "problem+json");

    /** The status of each reason; {@code reason} in the body tells apart what shares one. */
    static HttpStatus statusOf(ControlException.Reason reason) {
        return switch (reason) {
            case NOT_FOUND -> HttpStatus.NOT_FOUND;
            case EXISTS, IN_USE, NOT_ATTACHED, WRONG_STATE -> HttpStatus.CONFLICT;
            case INVALID -> HttpStatus.BAD_REQUEST;
            case NO_CAPACITY -> HttpStatus.INSUFFICIENT_STORAGE;
            case IO -> HttpStatus.INTERNAL_SERVER_ERROR;
        };
    }

    @Override
    public @Nullable HttpResponse onServiceException(ServiceRequestContext ctx, Throwable thrown) {
        Throwable cause = Exceptions.peel(thrown);
        return switch (cause) {
            case ControlException e -> {
                if (e.reason() == ControlException.Reason.IO) {
                    log.error("{} {}: {}", ctx.method(), ctx.path(), e.getMessage());
                }
                yield problem(statusOf(e.reason()), reason(e.reason().name()), String.valueOf(e.getMessage()))
                        .toHttpResponse();
            }
            case ProblemException e ->
                problem(e.status(), null, String.valueOf(e.getMessage())).toHttpResponse();
            case ContentTooLargeException e ->
                problem(
                                HttpStatus.REQUEST_ENTITY_TOO_LARGE,
                                null,
                                "the body is too large; allowed are " + ApiServer.MAX_BODY + " bytes")
                        .toHttpResponse();
            case UncheckedIOException e -> {
                log.error("{} {}: {}", ctx.method(), ctx.path(), e.getMessage());
                yield problem(
                                HttpStatus.INTERNAL_SERVER_ERROR,
                                reason(ControlException.Reason.IO.name()),
                                String.valueOf(e.getMessage()))
                        .toHttpResponse();
            }
            case IllegalArgumentException e ->
                problem(HttpStatus.BAD_REQUEST, null, "a parameter is not allowed: " + e.getMessage())
                        .toHttpResponse();
            case HttpResponseException e -> e.httpResponse();
            case HttpStatusException e ->
                problem(e.httpStatus(), null, detail(e.httpStatus())).toHttpResponse();
            default -> {
                log.error("{} {} failed", ctx.method(), ctx.path(), cause);
                yield problem(
                                HttpStatus.INTERNAL_SERVER_ERROR,
                                null,
                                "a bug in nvmevf: " + cause.getClass().getSimpleName() + "; its log says more")
                        .toHttpResponse();
            }
        };
    }

    @Override
    public AggregatedHttpResponse renderStatus(
            @Nullable ServiceRequestContext ctx,
            ServiceConfig config,
            @Nullable RequestHeaders headers,
            HttpStatus status,
            @Nullable String description,
            @Nullable Throwable cause) {
        return problem(status, null, detail(status));
    }

    private static String detail(HttpStatus status) {
        if (status.equals(HttpStatus.NOT_FOUND)) {
            return "there is nothing at this path; /v1/openapi.json lists what there is";
        }
        if (status.equals(HttpStatus.METHOD_NOT_ALLOWED)) {
            return "this path does not take this method; /v1/openapi.json lists what there is";
        }
        if (status.equals(HttpStatus.REQUEST_ENTITY_TOO_LARGE)) {
            return "the body is too large; allowed are " + ApiServer.MAX_BODY + " bytes";
        }
        return status.reasonPhrase();
    }

    private static String reason(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static AggregatedHttpResponse problem(HttpStatus status, @Nullable String reason, String detail) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", "about:blank");
        body.put("title", status.reasonPhrase());
        body.put("status", status.code());
        body.put("detail", detail);
        if (reason != null) {
            body.put("reason", reason);
        }
        return AggregatedHttpResponse.of(
                ResponseHeaders.of(status, HttpHeaderNames.CONTENT_TYPE, PROBLEM_JSON),
                HttpData.wrap(Json.bytes(body)));
    }
}
