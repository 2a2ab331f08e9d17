package io.nvmevf.server.config;

import io.nvmevf.qos.Limit;
import io.nvmevf.qos.Share;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A limit as people write it on a command line: the rate, then, after a colon, what shall not be the default.
 *
 * <pre>
 * 3000                                  3000 a second
 * 3000:burst=6000                       of which 6000 may come at once after idleness
 * 300:burst-rate=3000,credits=5400000   3000 a second for as long as there are credits, which are earned at 300 a second
 * 125MiB:burst=1GiB                     bytes a second, with units of {@link Sizes}
 * </pre>
 */
public final class LimitForm {
    private LimitForm() {}

    /**
     * Reads one.
     *
     * @param bytes whether units are allowed
     * @throws IllegalArgumentException with a message for the one who wrote it
     */
    public static Limit parse(String text, boolean bytes) {
        int colon = text.indexOf(':');
        long rate = number("rate", colon < 0 ? text : text.substring(0, colon), bytes);
        Long burst = null;
        Long burstRate = null;
        Long credits = null;
        if (colon >= 0) {
            Set<String> seen = new HashSet<>();
            for (String part : text.substring(colon + 1).split(",", -1)) {
                int equals = part.indexOf('=');
                String key = equals < 0 ? part : part.substring(0, equals);
                String value = equals < 0 ? "" : part.substring(equals + 1);
                if (!seen.add(key)) {
                    throw new IllegalArgumentException("'" + key + "' is there twice in '" + text + "'");
                }
                switch (key) {
                    case "burst" -> burst = number(key, value, bytes);
                    case "burst-rate" -> burstRate = number(key, value, bytes);
                    case "credits" -> credits = number(key, value, bytes);
                    default ->
                        throw new IllegalArgumentException("'" + key + "' in '" + text
                                + "' is not known; after RATE: there may be burst=N, or burst-rate=N,credits=N");
                }
            }
        }
        return limit(rate, burst, burstRate, credits);
    }

    private static long number(String name, String text, boolean bytes) {
        OptionalLong value = bytes || text.matches("[0-9]+") ? Sizes.parse(text) : OptionalLong.empty();
        return value.orElseThrow(() -> new IllegalArgumentException(name + " is '" + text + "'; allowed is "
                + (bytes ? "a number of bytes, or one with KiB, MiB, GiB or TiB such as 125MiB" : "a whole number")
                + ", from 1"));
    }

    /**
     * A limit of which only some figures are given.
     *
     * @throws IllegalArgumentException if they do not make a limit
     */
    static Limit limit(long rate, @Nullable Long burst, @Nullable Long burstRate, @Nullable Long credits) {
        if (burstRate == null && credits == null) {
            return burst == null ? Limit.of(rate) : Limit.of(rate, burst);
        }
        long high = burstRate == null ? 0 : burstRate;
        long balance = credits == null ? 0 : credits;
        if (burst != null) {
            return new Limit(rate, burst, high, balance);
        }
        return high == 0 && balance == 0 ? Limit.of(rate) : Limit.withCredits(rate, high, balance);
    }

    /**
     * A share of which only one figure may be given.
     *
     * @throws IllegalArgumentException if they do not make a share
     */
    public static Share share(@Nullable Long minIops, @Nullable Long weight) {
        if (minIops == null && weight == null) {
            throw new IllegalArgumentException("share is empty; give minIops, weight or both");
        }
        long wanted = weight == null ? Share.DEFAULT_WEIGHT : weight;
        // (What does not fit an int is out of range either way.)
        int fitting = Math.clamp(wanted, Integer.MIN_VALUE, Integer.MAX_VALUE);
        return new Share(minIops == null ? 0 : minIops, fitting);
    }

    /** Whether only the rate was given. */
    static boolean isPlain(Limit limit) {
        return limit.equals(Limit.of(limit.rate()));
    }
}
