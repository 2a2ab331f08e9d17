package io.nvmevf.bench.compare;

import io.nvmevf.bench.load.LoadResult;
import java.util.Arrays;
import java.util.Optional;

/** What is held against what: of one round, a figure of the subject over the same figure of its reference. */
enum Metric {
    IOPS("iops", "IOPS", " ×"),
    P50("p50", "p50", " ×"),
    P99("p99", "p99", " ×"),
    P999("p99.9", "p99.9", " ×"),
    /** Processor time of the target's process per I/O. */
    CPU("cpu", "CPU per I/O", " ×"),
    /** A difference, in microseconds. */
    P50_ADDED("p50-added", "added at p50", " us");

    private final String label;
    private final String title;
    private final String unit;

    Metric(String label, String title, String unit) {
        this.label = label;
        this.title = title;
        this.unit = unit;
    }

    /** By its label. */
    static Metric of(String label) {
        return Arrays.stream(values())
                .filter(metric -> metric.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no metric '" + label + "'"));
    }

    /** As it stands in a goal. */
    String label() {
        return label;
    }

    String title() {
        return title;
    }

    String unit() {
        return unit;
    }

    /** Empty where one of both was not measured. */
    Optional<Double> of(LoadResult subject, LoadResult reference) {
        return switch (this) {
            case IOPS -> Optional.of(subject.iops() / reference.iops());
            case P50 ->
                Optional.of(subject.latencyUs().p50() / reference.latencyUs().p50());
            case P99 ->
                Optional.of(subject.latencyUs().p99() / reference.latencyUs().p99());
            case P999 ->
                Optional.of(subject.latencyUs().p999() / reference.latencyUs().p999());
            case CPU -> {
                LoadResult.Target ours = subject.target();
                LoadResult.Target theirs = reference.target();
                yield ours == null || theirs == null
                        ? Optional.empty()
                        : Optional.of(ours.cpuUsPerIo() / theirs.cpuUsPerIo());
            }
            case P50_ADDED ->
                Optional.of(subject.latencyUs().p50() - reference.latencyUs().p50());
        };
    }
}
