package io.nvmevf.server.api;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import io.nvmevf.server.config.LimitJson;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Bodies: strict when they are read, so that a misspelt field is never silently nothing. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .withCoercionConfigDefaults(c -> c.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
            .addModule(LimitJson.module())
            .withConfigOverride(Set.class, o -> o.setSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL)))
            .withConfigOverride(List.class, o -> o.setSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL)))
            .build();

    private static final byte[] EMPTY = {'{', '}'};

    private Json() {}

    /**
     * Reads the body; an empty one is an empty object.
     *
     * @throws ProblemException also if the body is not said to be JSON, even where there is none
     */
    static <T> T read(AggregatedHttpRequest request, Class<T> type) throws ProblemException {
        return read(request, type, true);
    }

    /** The same for a body that may hold secrets: what is wrong with it is said without quoting anything of it. */
    static <T> T readSecret(AggregatedHttpRequest request, Class<T> type) throws ProblemException {
        return read(request, type, false);
    }

    private static <T> T read(AggregatedHttpRequest request, Class<T> type, boolean quote) throws ProblemException {
        MediaType contentType = request.contentType();
        if (contentType == null || !contentType.isJson()) {
            // Also what keeps web pages out: a browser sends this type to another origin only after asking.
            throw new ProblemException(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE, "the body's Content-Type must be application/json");
        }
        try {
            T value = MAPPER.readValue(
                    request.content().isEmpty() ? EMPTY : request.content().array(), type);
            if (value == null) {
                throw new ProblemException(HttpStatus.BAD_REQUEST, "the body is null; an object is needed");
            }
            return value;
        } catch (LimitJson.BadLimitException e) {
            String field = field(e);
            throw new ProblemException(
                    HttpStatus.BAD_REQUEST,
                    (field.isEmpty() ? "" : "field '" + field + "': ") + e.getOriginalMessage());
        } catch (UnrecognizedPropertyException e) {
            Set<String> known = e.getKnownPropertyIds().stream()
                    .map(String::valueOf)
                    .collect(Collectors.toCollection(TreeSet::new));
            throw new ProblemException(
                    HttpStatus.BAD_REQUEST,
                    "unknown field" + (quote ? " '" + e.getPropertyName() + "'" : "") + "; allowed are "
                            + String.join(", ", known));
        } catch (MismatchedInputException e) {
            String field = field(e);
            Class<?> target = e.getTargetType();
            if (target != null && target.isEnum()) {
                throw new ProblemException(
                        HttpStatus.BAD_REQUEST, "field '" + field + "' must be one of " + Query.words(target));
            }
            String wanted = target == null ? "another type" : target.getSimpleName();
            throw new ProblemException(
                    HttpStatus.BAD_REQUEST,
                    field.isEmpty()
                            ? "the body must be one JSON object"
                            : "field '" + field + "' has the wrong type; it must be a JSON " + jsonName(wanted));
        } catch (JsonProcessingException e) {
            throw new ProblemException(
                    HttpStatus.BAD_REQUEST,
                    "the body is no valid JSON"
                            + (quote
                                    ? ": "
                                            + e.getOriginalMessage()
                                                    .lines()
                                                    .findFirst()
                                                    .orElse("")
                                    : ""));
        } catch (IOException e) {
            throw new ProblemException(HttpStatus.BAD_REQUEST, "the body cannot be read");
        }
    }

    /** Which field is wrong, with those that it is in. */
    private static String field(JsonMappingException e) {
        return e.getPath().stream()
                .map(JsonMappingException.Reference::getFieldName)
                .filter(name -> name != null)
                .collect(Collectors.joining("."));
    }

    private static String jsonName(String javaName) {
        return switch (javaName) {
            case "Integer", "int", "Long", "long" -> "whole number";
            case "Boolean", "boolean" -> "true or false";
            case "String" -> "string";
            case "Set", "List" -> "array without null";
            default -> "value of the documented type";
        };
    }

    static HttpResponse response(HttpStatus status, Object value) {
        return HttpResponse.of(status, MediaType.JSON_UTF_8, HttpData.wrap(bytes(value)));
    }

    /** With one more header. */
    static HttpResponse response(HttpStatus status, Object value, CharSequence header, String headerValue) {
        return HttpResponse.of(
                ResponseHeaders.of(status, HttpHeaderNames.CONTENT_TYPE, MediaType.JSON_UTF_8, header, headerValue),
                HttpData.wrap(bytes(value)));
    }

    static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a view that is no JSON", e);
        }
    }
}
