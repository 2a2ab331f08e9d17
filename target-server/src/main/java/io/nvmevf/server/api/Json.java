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
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import java.io.IOException;
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
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .withCoercionConfigDefaults(c -> c.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .withConfigOverride(Set.class, o -> o.setSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL)))
            .build();

    private Json() {}

    /** Reads the body. */
    static <T> T read(AggregatedHttpRequest request, Class<T> type) throws ProblemException {
        MediaType contentType = request.contentType();
        if (contentType == null || !contentType.isJson()) {
            // Also what keeps web pages out: a browser sends this type to another origin only after asking.
            throw new ProblemException(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE, "the body's Content-Type must be application/json");
        }
        try {
            T value = MAPPER.readValue(request.content().array(), type);
            if (value == null) {
                throw new ProblemException(HttpStatus.BAD_REQUEST, "the body is null; an object is needed");
            }
            return value;
        } catch (UnrecognizedPropertyException e) {
            Set<String> known = e.getKnownPropertyIds().stream()
                    .map(String::valueOf)
                    .collect(Collectors.toCollection(TreeSet::new));
            throw new ProblemException(
                    HttpStatus.BAD_REQUEST,
                    "unknown field '" + e.getPropertyName() + "'; allowed are " + String.join(", ", known));
        } catch (MismatchedInputException e) {
            String field = e.getPath().stream()
                    .map(JsonMappingException.Reference::getFieldName)
                    .filter(name -> name != null)
                    .collect(Collectors.joining("."));
            String wanted = e.getTargetType() == null
                    ? "another type"
                    : e.getTargetType().getSimpleName();
            throw new ProblemException(
                    HttpStatus.BAD_REQUEST,
                    field.isEmpty()
                            ? "the body must be one JSON object"
                            : "field '" + field + "' has the wrong type; it must be a JSON " + jsonName(wanted));
        } catch (JsonProcessingException e) {
            throw new ProblemException(
                    HttpStatus.BAD_REQUEST,
                    "the body is no valid JSON: "
                            + e.getOriginalMessage().lines().findFirst().orElse(""));
        } catch (IOException e) {
            throw new ProblemException(HttpStatus.BAD_REQUEST, "the body cannot be read");
        }
    }

    private static String jsonName(String javaName) {
        return switch (javaName) {
            case "Integer", "int", "Long", "long" -> "whole number";
            case "Boolean", "boolean" -> "true or false";
            case "String" -> "string";
            case "Set" -> "array of strings without null";
            default -> "value of the documented type";
        };
    }

    static HttpResponse response(HttpStatus status, Object value) {
        return HttpResponse.of(status, MediaType.JSON_UTF_8, HttpData.wrap(bytes(value)));
    }

    static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a view that is no JSON", e);
        }
    }
}
