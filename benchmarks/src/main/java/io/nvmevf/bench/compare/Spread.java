package io.nvmevf.bench.compare;

import java.util.List;
import java.util.Locale;

/**
 * The least, the middle and the greatest of some values.
 *
 * @param median of an even number of values the mean of the two in the middle
 */
record Spread(double min, double median, double max) {
    /** Of one value or more. */
    static Spread of(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        if (sorted.length == 0) {
            throw new IllegalArgumentException("no values");
        }
        double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        return new Spread(sorted[0], median, sorted[sorted.length - 1]);
    }

    /** With the median in bold. */
    String text() {
        return String.format(Locale.ROOT, "%.2f / **%.2f** / %.2f", min, median, max);
    }
}
