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
import io.nvmevf.qos.Capacity;
import io.nvmevf.qos.Limit;
import io.nvmevf.qos.Limits;
import io.nvmevf.qos.Share;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Limits as they are in JSON: {@code {"readIops": 20000, "totalBytes": {"rate": 131072000, "burst": 1073741824}}}. Those that
 * are not there are no limits; one with the default burst is its rate alone. A share is {@code {"minIops": 500, "weight": 200}}, with at
 * least one of the two, and a capacity has all of its figures.
 */
public final class LimitJson {
    private static final List<String> LIMIT = List.of("burst", "burstRate", "credits", "rate");
    private static final List<String> SHARE = List.of("minIops", "weight");
    private static final List<String> CAPACITY = List.of("readBytes", "readIops", "writeBytes", "writeIops");

    private LimitJson() {}

    /** A limit, share or capacity that cannot be. Its original message is for the one who sent it; its path says which one it is. */
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
                .addDeserializer(Share.class, new ShareReader())
                .addDeserializer(Capacity.class, new CapacityReader())
                .setMixInAnnotation(Limits.class, OnlyThoseThatAreThere.class);
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private interface OnlyThoseThatAreThere {}

    private static final class Reader extends JsonDeserializer<Limit> {
        @Override
        public Limit deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            Map<String, Long> figures = new HashMap<>();
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                figures.putAll(figures(parser, LIMIT));
            } else {
                Long rate = number(parser, "the limit", ", or an object with a rate; see the API's Limit");
                if (rate != null) {
                    figures.put("rate", rate);
                }
            }
            long rate = needed(parser, figures, "rate");
            try {
                return LimitForm.limit(rate, figures.get("burst"), figures.get("burstRate"), figures.get("credits"));
            } catch (IllegalArgumentException e) {
                throw new BadLimitException(parser, String.valueOf(e.getMessage()));
            }
        }
    }

    private static final class ShareReader extends JsonDeserializer<Share> {
        @Override
        public Share deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            Map<String, Long> figures = object(parser, SHARE);
            try {
                return LimitForm.share(figures.get("minIops"), figures.get("weight"));
            } catch (IllegalArgumentException e) {
                throw new BadLimitException(parser, String.valueOf(e.getMessage()));
            }
        }
    }

    private static final class CapacityReader extends JsonDeserializer<Capacity> {
        @Override
        public Capacity deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            Map<String, Long> figures = object(parser, CAPACITY);
            long readIops = needed(parser, figures, "readIops");
            long writeIops = needed(parser, figures, "writeIops");
            long readBytes = needed(parser, figures, "readBytes");
            long writeBytes = needed(parser, figures, "writeBytes");
            try {
                return new Capacity(readIops, writeIops, readBytes, writeBytes);
            } catch (IllegalArgumentException e) {
                throw new BadLimitException(parser, String.valueOf(e.getMessage()));
            }
        }
    }

    private static Map<String, Long> object(JsonParser parser, List<String> known) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new BadLimitException(parser, "must be an object with " + String.join(", ", known));
        }
        return figures(parser, known);
    }

    /** The fields of an object, without those that are null. */
    private static Map<String, Long> figures(JsonParser parser, List<String> known) throws IOException {
        Map<String, Long> figures = new HashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            if (!known.contains(field)) {
                throw new BadLimitException(
                        parser, "unknown field '" + field + "'; allowed are " + String.join(", ", known));
            }
            Long value = number(parser, field, "");
            if (value != null) {
                figures.put(field, value);
            }
        }
        return figures;
    }

    private static long needed(JsonParser parser, Map<String, Long> figures, String name) throws BadLimitException {
        Long value = figures.get(name);
        if (value == null) {
            throw new BadLimitException(parser, name + " is missing");
        }
        return value;
    }

    private static @Nullable Long number(JsonParser parser, String what, String orElse) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        if (token != JsonToken.VALUE_NUMBER_INT) {
            throw new BadLimitException(parser, what + " must be a whole number" + orElse);
        }
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw new BadLimitException(parser, what + " is " + parser.getText() + ", which is too large");
        }
        return parser.getLongValue();
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
