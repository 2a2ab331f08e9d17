package io.nvmevf.bench.load;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One measured run; also the JSON that is printed.
 *
 * @param labels what the caller wants to find again, such as the variant of the target
 * @param queueDepth commands in flight on each queue
 * @param seconds of the measured window
 * @param ios completed in it
 * @param generator null for a generator that is not this one
 * @param target null if it was not looked at
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LoadResult(
        Map<String, String> labels,
        String workload,
        int blockSize,
        int queueDepth,
        int queues,
        double seconds,
        long ios,
        double iops,
        double mibPerSecond,
        Latency latencyUs,
        @Nullable Generator generator,
        @Nullable Target target) {

    /** Microseconds. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    public record Latency(double mean, double p50, double p99, double p999, double max) {
        static Latency of(Histogram nanos) {
            return new Latency(
                    nanos.getMean() / 1000,
                    nanos.getValueAtPercentile(50) / 1000.0,
                    nanos.getValueAtPercentile(99) / 1000.0,
                    nanos.getValueAtPercentile(99.9) / 1000.0,
                    nanos.getMaxValue() / 1000.0);
        }
    }

    /**
     * How loaded the generator was; near 100 % busy it is what limits the run.
     *
     * @param busyPercent of its threads' time, not spent waiting for answers
     * @param waitPercent of the window in which a thread of it could have run and got no processor
     * @param iosPerRead completions per read from a socket that brought something
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    public record Generator(double busyPercent, double waitPercent, double iosPerRead) {

        String text() {
            return String.format(
                    Locale.ROOT,
                    "  generator: %.0f %% busy, waited %.0f %% for a core, %.1f completions per read\n",
                    busyPercent,
                    waitPercent,
                    iosPerRead);
        }
    }

    /**
     * What the target spent.
     *
     * @param cpuUsPerIo processor time of the process
     * @param cpuPercent of one core
     * @param waitPercent of the window in which a thread of it could have run and got no processor
     * @param jvm null for a target that is none
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Target(
            double cpuUsPerIo,
            double cpuPercent,
            double waitPercent,
            @Nullable Jvm jvm) {

        String text() {
            String cpu = String.format(
                    Locale.ROOT,
                    "  target: %.2f us of processor time per I/O (%.0f %% of a core, waited %.0f %%)\n",
                    cpuUsPerIo,
                    cpuPercent,
                    waitPercent);
            return jvm == null ? cpu : cpu + jvm.text();
        }
    }

    /**
     * What the target's JVM counted.
     *
     * @param allocatedBytesPerIo by its event loops
     * @param processAllocatedBytesPerIo by all its threads
     * @param allocatedBytes by its event loops in the whole window
     */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    public record Jvm(
            double allocatedBytesPerIo,
            double processAllocatedBytesPerIo,
            long allocatedBytes,
            long collections,
            long collectionMillis) {

        String text() {
            return String.format(
                    Locale.ROOT, """
                      target: %.3f bytes allocated per I/O by event loops, %.3f by the process; %d collections (%d ms)
                    """, allocatedBytesPerIo, processAllocatedBytesPerIo, collections, collectionMillis);
        }
    }

    /** The worse of both sides: share of the window in which it waited for a processor that others had. */
    public double waitPercent() {
        return Math.max(generator == null ? 0 : generator.waitPercent, target == null ? 0 : target.waitPercent);
    }

    /** Several lines for people. */
    String text() {
        String run = String.format(
                Locale.ROOT,
                """
                %s, %d bytes, queue depth %d, queues %d, %.1f s
                  %,.0f IOPS, %,.1f MiB/s
                  latency in us: p50 %.1f, p99 %.1f, p99.9 %.1f, max %.1f, mean %.1f
                """,
                workload,
                blockSize,
                queueDepth,
                queues,
                seconds,
                iops,
                mibPerSecond,
                latencyUs.p50,
                latencyUs.p99,
                latencyUs.p999,
                latencyUs.max,
                latencyUs.mean);
        return run + (generator == null ? "" : generator.text()) + (target == null ? "" : target.text());
    }
}
