package io.nvmevf.bench.compare;

import io.nvmevf.bench.load.LoadResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One kind of work, done to a subject and to its reference in the same rounds. */
final class Comparison {
    private final String work;
    private final List<Goal> goals;
    private final Map<Integer, LoadResult> subject = new TreeMap<>();
    private final Map<Integer, LoadResult> reference = new TreeMap<>();

    Comparison(String work, List<Goal> goals) {
        this.work = work;
        this.goals = List.copyOf(goals);
    }

    /** What is done, for people. */
    String work() {
        return work;
    }

    List<Goal> goals() {
        return goals;
    }

    void add(boolean ofSubject, int round, LoadResult result) {
        (ofSubject ? subject : reference).put(round, result);
    }

    List<LoadResult> subject() {
        return List.copyOf(subject.values());
    }

    List<LoadResult> reference() {
        return List.copyOf(reference.values());
    }

    /** Of the rounds in which both were measured; empty if there is none. */
    Optional<Spread> spread(Metric metric) {
        List<Double> values = new ArrayList<>();
        subject.forEach((round, ours) -> {
            LoadResult theirs = reference.get(round);
            if (theirs != null) {
                metric.of(ours, theirs).ifPresent(values::add);
            }
        });
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }
}
