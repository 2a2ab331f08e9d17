package io.nvmevf.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a median has to be, such as {@code iops>=1.5}.
 *
 * @param atLeast else at most
 */
record Goal(Metric metric, boolean atLeast, double value) {
    private static final Pattern SYNTAX = Pattern.compile("([a-z0-9.-]+)(>=|<=)([0-9.]+)");

    /** Goals with commas between them; {@code -} for none. */
    static List<Goal> list(String text) {
        List<Goal> goals = new ArrayList<>();
        if (!text.equals("-")) {
            for (String goal : text.split(",", -1)) {
                goals.add(of(goal));
            }
        }
        return goals;
    }

    private static Goal of(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a goal is METRIC>=NUMBER or METRIC<=NUMBER, not '" + text + "'");
        }
        return new Goal(
                Metric.of(matcher.group(1)), matcher.group(2).equals(">="), Double.parseDouble(matcher.group(3)));
    }

    boolean reached(double median) {
        return atLeast ? median >= value : median <= value;
    }

    /** As it is written in a list of goals. */
    @Override
    public String toString() {
        return metric.label() + (atLeast ? ">=" : "<=") + value;
    }

    /** The goal and whether the median reaches it, as a cell of a table. */
    String verdict(double median) {
        return String.format(
                Locale.ROOT,
                "%s %s %s%s: %s",
                metric.title(),
                atLeast ? "≥" : "≤",
                Double.toString(value).replaceAll("\\.0$", ""),
                metric.unit(),
                reached(median) ? "yes" : "**no**");
    }
}
