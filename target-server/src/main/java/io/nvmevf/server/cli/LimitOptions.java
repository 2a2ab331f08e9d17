package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nvmevf.qos.Limit;
import io.nvmevf.qos.Limits;
import io.nvmevf.server.config.LimitForm;
import io.nvmevf.server.config.LimitJson;
import io.nvmevf.server.config.Sizes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that give limits, and how limits are printed. */
class LimitOptions {
    private static final JsonMapper JSON =
            JsonMapper.builder().addModule(LimitJson.module()).build();

    @Option(
            names = "--read-iops",
            paramLabel = "RATE",
            converter = Iops.class,
            description = {
                "Reads a second: a number, or one with :burst=N (what may come at once after idleness) or"
                        + " :burst-rate=N,credits=N (more a second, while there are credits).",
                "Example: 300:burst-rate=3000,credits=5400000"
            })
    @Nullable
    Limit readIops;

    @Option(
            names = "--write-iops",
            paramLabel = "RATE",
            converter = Iops.class,
            description = "Writes a second, and all that is no read.")
    @Nullable
    Limit writeIops;

    @Option(names = "--iops", paramLabel = "RATE", converter = Iops.class, description = "I/O commands a second.")
    @Nullable
    Limit iops;

    @Option(
            names = "--read-bandwidth",
            paramLabel = "SIZE",
            converter = Bytes.class,
            description = "Bytes read a second, such as 125MiB; bursts as with --read-iops.")
    @Nullable
    Limit readBandwidth;

    @Option(
            names = "--write-bandwidth",
            paramLabel = "SIZE",
            converter = Bytes.class,
            description = "Bytes written a second, and those of all that is no read.")
    @Nullable
    Limit writeBandwidth;

    @Option(names = "--bandwidth", paramLabel = "SIZE", converter = Bytes.class, description = "Bytes a second.")
    @Nullable
    Limit bandwidth;

    static final class Iops implements ITypeConverter<Limit> {
        @Override
        public Limit convert(String text) {
            return LimitOptions.convert(text, false);
        }
    }

    static final class Bytes implements ITypeConverter<Limit> {
        @Override
        public Limit convert(String text) {
            return LimitOptions.convert(text, true);
        }
    }

    private static Limit convert(String text, boolean bytes) {
        try {
            return LimitForm.parse(text, bytes);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }

    /** What was given. */
    Limits limits() {
        return new Limits(readIops, writeIops, iops, readBandwidth, writeBandwidth, bandwidth, null);
    }

    final boolean isEmpty() {
        return limits().equals(Limits.NONE);
    }

    /** As the API takes it. */
    final ObjectNode json() {
        return JSON.valueToTree(limits());
    }

    /** With a share: what a tenant has not. */
    static class WithShare extends LimitOptions {
        @Option(
                names = "--min-iops",
                paramLabel = "N",
                converter = MinIops.class,
                description = {
                    "Commands of 4 KiB a second that are guaranteed when the machine is short; see 'nvmevf pf capacity'.",
                    "Default: 0"
                })
        @Nullable
        Long minIops;

        @Option(
                names = "--weight",
                paramLabel = "N",
                converter = Weight.class,
                description =
                        "Its part of what is not guaranteed, against the weights of others, 1 to 1000. Default: 100")
        @Nullable
        Long weight;

        @Override
        final Limits limits() {
            return minIops == null && weight == null
                    ? super.limits()
                    : super.limits().withShare(LimitForm.share(minIops, weight));
        }
    }

    static final class MinIops implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return figure(text, number -> LimitForm.share(number, null));
        }
    }

    static final class Weight implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return figure(text, number -> LimitForm.share(null, number));
        }
    }

    private static Long figure(String text, LongConsumer check) {
        if (!text.matches("-?[0-9]{1,18}")) {
            throw new TypeConversionException("'" + text + "' is no whole number of up to 18 digits");
        }
        try {
            Long number = Long.valueOf(text);
            check.accept(number);
            return number;
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }

    /** With a profile instead. */
    static class OfVf extends WithShare {
        @Option(
                names = "--profile",
                paramLabel = "NAME",
                description = "The profile that limits it, instead of limits of its own; see 'nvmevf profile list'.")
        @Nullable
        String profile;

        /** What the target refuses, it is asked all the same: its message says why. */
        final void put(ObjectNode body) {
            if (profile != null) {
                body.put("profile", profile);
            }
            if (!isEmpty()) {
                body.set("limits", json());
            }
        }
    }

    /** The same for what may be limited already. */
    static final class OfChangedVf {
        @Mixin
        OfVf limits = new OfVf();

        @Option(
                names = "--no-limits",
                description = "No limits any more. Limits that are given replace all that there were, and a profile.")
        boolean noLimits;

        void put(ObjectNode body) {
            limits.put(body);
            if (noLimits) {
                body.put("noLimits", true);
            }
        }
    }

    // ---- printed -------------------------------------------------------------------------------------------------

    /** {@code read 20000 IOPS, write 9000 IOPS}; {@code none} if there are none. */
    static String text(JsonNode limits) {
        List<String> all = new ArrayList<>();
        for (String kind : new String[] {"read", "write", "total"}) {
            add(all, kind, limits.path(kind + "Iops"), false);
        }
        for (String kind : new String[] {"read", "write", "total"}) {
            add(all, kind, limits.path(kind + "Bytes"), true);
        }
        JsonNode share = limits.path("share");
        if (share.path("minIops").asLong() > 0) {
            all.add("at least " + share.path("minIops").asText() + " IOPS");
        }
        if (share.has("weight")) {
            all.add("weight " + share.path("weight").asText());
        }
        return all.isEmpty() ? "none" : String.join(", ", all);
    }

    private static void add(List<String> all, String kind, JsonNode limit, boolean bytes) {
        if (limit.isMissingNode() || limit.isNull()) {
            return;
        }
        StringBuilder text = new StringBuilder(kind).append(' ');
        if (limit.isObject()) {
            text.append(rate(limit.path("rate"), bytes));
            if (limit.has("credits")) {
                text.append(" (up to ")
                        .append(rate(limit.path("burstRate"), bytes))
                        .append(" with ")
                        .append(amount(limit.path("credits"), bytes))
                        .append(" credits)");
            } else {
                text.append(" (burst ")
                        .append(amount(limit.path("burst"), bytes))
                        .append(')');
            }
        } else {
            text.append(rate(limit, bytes));
        }
        all.add(text.toString());
    }

    private static String rate(JsonNode value, boolean bytes) {
        return bytes ? Sizes.rounded(value.asLong()) + "/s" : value.asText() + " IOPS";
    }

    private static String amount(JsonNode value, boolean bytes) {
        return bytes ? Sizes.rounded(value.asLong()) : value.asText();
    }
}
