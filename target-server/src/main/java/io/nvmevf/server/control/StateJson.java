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
import java.io.IOException;

/** The form of the {@link StateFile}: records by their components, secrets as their texts, and nothing that is not known. */
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
            .addModule(new SimpleModule("secrets")
                    .addSerializer(DhchapSecret.class, new SecretWriter())
                    .addDeserializer(DhchapSecret.class, new SecretReader()))
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

    private static final class SecretWriter extends JsonSerializer<DhchapSecret> {
        @Override
        public void serialize(DhchapSecret secret, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeString(secret.text());
        }
    }

    private static final class SecretReader extends JsonDeserializer<DhchapSecret> {
        @Override
        public DhchapSecret deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            String text = parser.getValueAsString();
            try {
                return DhchapSecret.parse(text == null ? "" : text);
            } catch (IllegalArgumentException e) {
                throw JsonMappingException.from(parser, "no secret");
            }
        }
    }
}
