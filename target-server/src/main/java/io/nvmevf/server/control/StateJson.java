package io.nvmevf.server.control;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.nvmevf.protocol.auth.DhchapSecret;
import io.nvmevf.protocol.auth.TlsPskInterchange;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.function.Function;

/** The form of the {@link StateFile}: records by their components, secrets and times as their texts, and nothing that is not known. */
final class StateJson {
    static final JsonMapper MAPPER = JsonMapper.builder()
            // (Records are their components; what they can tell beside is not stored.)
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .addModule(new SimpleModule("texts")
                    .addSerializer(DhchapSecret.class, writer(DhchapSecret::text))
                    .addDeserializer(DhchapSecret.class, reader(DhchapSecret::parse, "no secret"))
                    .addSerializer(TlsPskInterchange.class, writer(TlsPskInterchange::text))
                    .addDeserializer(TlsPskInterchange.class, reader(TlsPskInterchange::parse, "no PSK"))
                    .addSerializer(Instant.class, writer(Instant::toString))
                    .addDeserializer(Instant.class, reader(Instant::parse, "no time")))
            .build();

    private StateJson() {}

    /** What is wrong, and where; without anything of the text, which may hold secrets. */
    static String reason(JsonProcessingException e) {
        if (!(e instanceof JsonMappingException mapping)) {
            return "no valid JSON in line "
                    + (e.getLocation() == null ? 1 : e.getLocation().getLineNr());
        }
        StringBuilder where = new StringBuilder();
        for (JsonMappingException.Reference step : mapping.getPath()) {
            where.append(step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName());
        }
        String path = where.isEmpty() ? "the state" : where.substring(1);
        // (Only records say something that is not made of what was read.)
        return e instanceof ValueInstantiationException && e.getCause() instanceof IllegalArgumentException ours
                ? path + ": " + ours.getMessage()
                : path + " is not what it can be";
    }

    private static <T> JsonSerializer<T> writer(Function<T, String> text) {
        return new JsonSerializer<>() {
            @Override
            public void serialize(T value, JsonGenerator out, SerializerProvider provider) throws IOException {
                out.writeString(text.apply(value));
            }
        };
    }

    private static <T> JsonDeserializer<T> reader(Function<String, T> parse, String reason) {
        return new JsonDeserializer<>() {
            @Override
            public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
                String text = parser.getValueAsString();
                try {
                    return parse.apply(text == null ? "" : text);
                } catch (IllegalArgumentException | DateTimeException e) {
                    throw JsonMappingException.from(parser, reason);
                }
            }
        };
    }
}
