package io.nvmevf.bench.qos;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Numbers as they stand in tables. */
final class Text {
    private Text() {}

    static String number(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    static String decimal(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    static String tenth(double value) {
        return String.format(Locale.ROOT, "%,.1f", value);
    }

    /** 0.0123 as {@code +1.23 %}. */
    static String percent(double fraction) {
        return String.format(Locale.ROOT, "%+.2f %%", fraction * 100);
    }

    /** The sign of a goal that was reached, or of one that was not. */
    static String verdict(boolean reached) {
        return reached ? "yes" : "**no**";
    }

    /** Of an even number of values the mean of the two in the middle. */
    static <T> double median(List<T> of, ToDoubleFunction<T> value) {
        double[] sorted = of.stream().mapToDouble(value).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /** Of ascending values the one that a share of them does not exceed. */
    static double quantile(double[] values, double share) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1 + (share == 0 ? 1 : 0))];
    }
}
