package io.nvmevf.server.config;

import io.nvmevf.qos.Limit;
import io.nvmevf.qos.Limits;
import org.jspecify.annotations.Nullable;

/** Reads the key {@code limits}: as in JSON ({@link LimitJson}), and bytes may have units. */
final class LimitSection {
    private LimitSection() {}

    /** All limits of {@code in}; null if it has no such key. */
    static @Nullable Limits limits(Section in) {
        Section limits = in.section("limits");
        if (!in.has("limits")) {
            return null;
        }
        Limits read = new Limits(
                limit(limits, "readIops", false),
                limit(limits, "writeIops", false),
                limit(limits, "totalIops", false),
                limit(limits, "readBytes", true),
                limit(limits, "writeBytes", true),
                limit(limits, "totalBytes", true),
                null);
        limits.end();
        return read;
    }

    private static @Nullable Limit limit(Section in, String key, boolean bytes) {
        if (!in.has(key)) {
            // (Asked for all the same, so that the key is known.)
            in.text(key, text -> true, "a limit");
            return null;
        }
        try {
            if (!in.isMapping(key)) {
                Long rate = number(in, key, bytes);
                return rate == null ? null : LimitForm.limit(rate, null, null, null);
            }
            Section figures = in.section(key);
            Long rate = number(figures, "rate", bytes);
            Long burst = number(figures, "burst", bytes);
            Long burstRate = number(figures, "burstRate", bytes);
            Long credits = number(figures, "credits", bytes);
            figures.end();
            if (!figures.has("rate")) {
                figures.error("rate", "is missing");
            }
            return rate == null ? null : LimitForm.limit(rate, burst, burstRate, credits);
        } catch (IllegalArgumentException e) {
            in.error(key, String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** Null if it is missing or wrong; the range is the limit's business. */
    private static @Nullable Long number(Section in, String key, boolean bytes) {
        String text = in.text(
                key,
                value -> bytes ? Sizes.parse(value).isPresent() : value.matches("[0-9]{1,18}"),
                bytes
                        ? "bytes a second, 1 to 10^12 (or with KiB, MiB, GiB, TiB), or a mapping with rate"
                        : "a whole number from 1 to 10^12, or a mapping with rate");
        return text == null ? null : Long.valueOf(bytes ? Sizes.parse(text).orElseThrow() : Long.parseLong(text));
    }
}
