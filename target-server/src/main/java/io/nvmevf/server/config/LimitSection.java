package io.nvmevf.server.config;

import io.nvmevf.qos.Capacity;
import io.nvmevf.qos.Limit;
import io.nvmevf.qos.Limits;
import io.nvmevf.qos.Share;
import org.jspecify.annotations.Nullable;

/** Reads the keys {@code limits} and {@code capacity}: as in JSON ({@link LimitJson}), and bytes may have units. */
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
                share(limits));
        limits.end();
        return read;
    }

    private static @Nullable Share share(Section limits) {
        Section share = limits.section("share");
        if (!limits.has("share")) {
            return null;
        }
        Long minIops = number(share, "minIops", "a whole number from 0 to 10^9");
        Long weight = number(share, "weight", "a whole number from 1 to 1000");
        share.end();
        if ((minIops == null && share.has("minIops")) || (weight == null && share.has("weight"))) {
            return null;
        }
        try {
            return LimitForm.share(minIops, weight);
        } catch (IllegalArgumentException e) {
            limits.error("share", String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** The capacity; null if {@code in} has no such key. */
    static @Nullable Capacity capacity(Section in) {
        Section figures = in.section("capacity");
        if (!in.has("capacity")) {
            return null;
        }
        Long readIops = needed(figures, "readIops", false);
        Long writeIops = needed(figures, "writeIops", false);
        Long readBytes = needed(figures, "readBytes", true);
        Long writeBytes = needed(figures, "writeBytes", true);
        figures.end();
        if (readIops == null || writeIops == null || readBytes == null || writeBytes == null) {
            return null;
        }
        try {
            return new Capacity(readIops, writeIops, readBytes, writeBytes);
        } catch (IllegalArgumentException e) {
            in.error("capacity", String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static @Nullable Long needed(Section in, String key, boolean bytes) {
        if (!in.has(key)) {
            in.error(key, "is missing");
        }
        return bytes
                ? size(in, key, "bytes a second (or with KiB, MiB, GiB, TiB)")
                : number(in, key, "a whole number from 1 to 10^9");
    }

    private static @Nullable Long number(Section in, String key, String allowed) {
        String text = in.text(key, value -> value.matches("[0-9]{1,18}"), allowed);
        return text == null ? null : Long.valueOf(text);
    }

    private static @Nullable Long size(Section in, String key, String allowed) {
        String text = in.text(key, value -> Sizes.parse(value).isPresent(), allowed);
        return text == null ? null : Long.valueOf(Sizes.parse(text).orElseThrow());
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
        return bytes
                ? size(in, key, "bytes a second, 1 to 10^12 (or with KiB, MiB, GiB, TiB), or a mapping with rate")
                : number(in, key, "a whole number from 1 to 10^12, or a mapping with rate");
    }
}
