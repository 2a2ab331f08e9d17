package io.nvmevf.server.config;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.nvmevf.qos.Limit;
import io.nvmevf.qos.Limits;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Limits as they are in JSON: {@code {"readIops": 20000, "totalBytes": {"rate": 131072000, "burst": 1073741824}}}. Those that
 * are not there are no limits; one with the default burst is its rate alone.
 */
public final class LimitJson {
    private static final Set<String> FIELDS = Set.of("rate", "burst", "burstRate", "credits");

    private LimitJson() {}

    /** A limit that cannot be. Its original message is for the one who sent it; its path says which one it is. */
    public static final class BadLimitException extends JsonMappingException {
        BadLimitException(JsonParser parser, String message) {
            super(parser, message);
        }
    }

    /** What is to be registered with a mapper. */
    public static Module module() {
        return new SimpleModule("limits")
                .addDeserializer(Limit.class, new Reader())
                .addSerializer(Limit.class, new Writer())
                .setMixInAnnotation(Limits.class, OnlyThoseThatAreThere.class);
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private interface OnlyThoseThatAreThere {}

    private static final class Reader extends JsonDeserializer<Limit> {
        @Override
        public Limit deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            Long rate = null;
            Long burst = null;
            Long burstRate = null;
            Long credits = null;
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String field = parser.currentName();
                    parser.nextToken();
                    switch (field) {
                        case "rate" -> rate = number(parser, field);
                        case "burst" -> burst = number(parser, field);
                        case "burstRate" -> burstRate = number(parser, field);
                        case "credits" -> credits = number(parser, field);
                        default ->
                            throw new BadLimitException(
                                    parser,
                                    "unknown field '" + field + "'; allowed are "
                                            + String.join(
                                                    ", ",
                                                    FIELDS.stream().sorted().toList()));
                    }
                }
            } else {
                rate = number(parser, "the limit");
            }
            if (rate == null) {
                throw new BadLimitException(parser, "rate is missing");
            }
            try {
                return LimitForm.limit(rate, burst, burstRate, credits);
            } catch (IllegalArgumentException e) {
                throw new BadLimitException(parser, String.valueOf(e.getMessage()));
            }
        }

        private static @Nullable Long number(JsonParser parser, String what) throws IOException {
            JsonToken token = parser.currentToken();
            if (token == JsonToken.VALUE_NULL) {
                return null;
            }
            if (token != JsonToken.VALUE_NUMBER_INT) {
                throw new BadLimitException(
                        parser, what + " must be a whole number, or an object with a rate; see the API's Limit");
            }
            if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                throw new BadLimitException(parser, what + " is " + parser.getText() + ", which is too large");
            }
            return parser.getLongValue();
        }
    }

    private static final class Writer extends JsonSerializer<Limit> {
        @Override
        public void serialize(Limit limit, JsonGenerator out, SerializerProvider provider) throws IOException {
            if (LimitForm.isPlain(limit)) {
                out.writeNumber(limit.rate());
                return;
            }
            out.writeStartObject();
            out.writeNumberField("rate", limit.rate());
            out.writeNumberField("burst", limit.burst());
            if (limit.hasCredits()) {
                out.writeNumberField("burstRate", limit.burstRate());
                out.writeNumberField("credits", limit.credits());
            }
            out.writeEndObject();
        }
    }
}
