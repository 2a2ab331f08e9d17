package io.nvmevf.bench.qos;

import java.util.Arrays;
import java.util.List;

/** How fair shares are. */
final class Fairness {
    private Fairness() {}

    /**
     * Jain's index (Jain, Chiu, Hawe: "A Quantitative Measure of Fairness", DEC TR-301, 1984): {@code (Σx)² / (n Σx²)}. 1 if all are
     * equal, 1/n if one has all.
     *
     * @param shares not negative, at least one of them not 0
     */
    static double jain(List<Long> shares) {
        double sum = shares.stream().mapToDouble(Long::doubleValue).sum();
        double squares = shares.stream().mapToDouble(x -> (double) x * x).sum();
        return sum * sum / (shares.size() * squares);
    }

    /** By how much each share is off what its weight says, as a fraction of it: 0.03 is 3 % too much. */
    static double[] deviations(List<Long> shares, int[] weights) {
        double sum = shares.stream().mapToDouble(Long::doubleValue).sum();
        double weight = Arrays.stream(weights).sum();
        double[] deviations = new double[weights.length];
        for (int i = 0; i < weights.length; i++) {
            deviations[i] = shares.get(i) / sum / (weights[i] / weight) - 1;
        }
        return deviations;
    }
}
