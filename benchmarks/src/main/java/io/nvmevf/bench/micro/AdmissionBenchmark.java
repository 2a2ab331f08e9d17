package io.nvmevf.bench.micro;

import io.nvmevf.qos.Admission.Kind;
import io.nvmevf.qos.Limit;
import io.nvmevf.qos.LimitedAdmission;
import io.nvmevf.qos.Limits;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/**
 * One decision about a command of 4 KiB. Time is an argument of it and moves on from ask to ask, so the clock's own cost is not
 * in the figures. Where two threads ask at once, a figure is what one of them waits for its decision.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AdmissionBenchmark {
    private static final int BLOCK = 4096;
    private static final long IOPS = 20_000;
    /** What arrives between two asks is one command, but so much is there from the start that all are admitted. */
    private static final long STEP = TimeUnit.SECONDS.toNanos(1) / IOPS;

    private static final long PLENTY = 1_000_000_000_000_000L;

    /** Which limits there are. */
    public enum Kinds {
        /** Commands a second. */
        ONE,
        /** Reads, writes and all, in commands and in bytes. */
        SIX,
        /** All six with credits. */
        CREDITS
    }

    /** A virtual function that is never held up, and its tenant. */
    @State(Scope.Benchmark)
    public static class Unhindered {
        /** The limits of the virtual function, and of its tenant if it has one. */
        @Param({"ONE", "SIX", "CREDITS"})
        private Kinds limits = Kinds.ONE;

        /** Whether there is a tenant. */
        @Param({"false", "true"})
        private boolean tenant;

        private LimitedAdmission vf = new LimitedAdmission(Limits.NONE, 0);

        /** Everything begins full. */
        @Setup
        public void create() {
            LongFunction<Limit> limit = rate -> new Limit(
                    rate, PLENTY, limits == Kinds.CREDITS ? 2 * rate : 0, limits == Kinds.CREDITS ? PLENTY : 0);
            Limits all = limits(limits, limit, limit);
            vf = new LimitedAdmission(all, tenant ? new LimitedAdmission(all, 0) : null, 0);
        }

        /** Refuses to give a figure where something was held up. */
        @TearDown
        public void check() {
            if (vf.counters(0).refusals() != 0) {
                throw new IllegalStateException("commands were refused");
            }
        }
    }

    /** Two virtual functions of one tenant: one for each thread. */
    @State(Scope.Benchmark)
    public static class Tenant {
        private final Limits all = limits(Kinds.SIX, rate -> Limit.of(rate, PLENTY), rate -> Limit.of(rate, PLENTY));
        private final LimitedAdmission tenant = new LimitedAdmission(all, 0);
    }

    /** One of them. */
    @State(Scope.Thread)
    public static class Member {
        private @Nullable LimitedAdmission vf;

        /** With the same limits as its tenant. */
        @Setup
        public void create(Tenant of) {
            vf = new LimitedAdmission(of.all, of.tenant, 0);
        }
    }

    /** A virtual function, and its tenant, that have spent all they had. */
    @State(Scope.Benchmark)
    public static class Exhausted {
        /** The limits of the virtual function, and of its tenant if it has one. */
        @Param({"ONE", "SIX", "CREDITS"})
        private Kinds limits = Kinds.ONE;

        /** Whether there is a tenant. */
        @Param({"false", "true"})
        private boolean tenant;

        private LimitedAdmission vf = new LimitedAdmission(Limits.NONE, 0);

        /** One command is all that there was. */
        @Setup
        public void create() {
            boolean credits = limits == Kinds.CREDITS;
            Limits all = limits(
                    limits,
                    rate -> new Limit(rate, 1, credits ? 2 * rate : 0, credits ? 1 : 0),
                    rate -> new Limit(rate, BLOCK, credits ? 2 * rate : 0, credits ? BLOCK : 0));
            vf = new LimitedAdmission(all, tenant ? new LimitedAdmission(all, 0) : null, 0);
            vf.admit(Kind.READ, BLOCK, 0);
        }
    }

    /** The time that a thread asks at. */
    @State(Scope.Thread)
    public static class Clock {
        private long now;

        private long next() {
            return now += STEP;
        }
    }

    private static Limits limits(Kinds kinds, LongFunction<Limit> iops, LongFunction<Limit> bytes) {
        Limits one = Limits.NONE.withTotalIops(iops.apply(2 * IOPS));
        return kinds == Kinds.ONE
                ? one
                : one.withReadIops(iops.apply(IOPS))
                        .withWriteIops(iops.apply(IOPS))
                        .withReadBytes(bytes.apply(IOPS * BLOCK))
                        .withWriteBytes(bytes.apply(IOPS * BLOCK))
                        .withTotalBytes(bytes.apply(2 * IOPS * BLOCK));
    }

    /** Admitted. */
    @Benchmark
    public long admit(Unhindered state, Clock clock) {
        return state.vf.admit(Kind.READ, BLOCK, clock.next());
    }

    /** Refused, by every limit that concerns the command. */
    @Benchmark
    public long refuse(Exhausted state) {
        return state.vf.admit(Kind.READ, BLOCK, 0);
    }

    /** Admitted and given back. */
    @Benchmark
    public long refund(Unhindered state, Clock clock) {
        long wait = state.vf.admit(Kind.READ, BLOCK, clock.next());
        state.vf.refund(Kind.READ, BLOCK);
        return wait;
    }

    /** Two event loops that do nothing but ask for the same virtual function. */
    @Benchmark
    @Threads(2)
    public long twoLoopsOneVf(Unhindered state, Clock clock) {
        return state.vf.admit(Kind.READ, BLOCK, clock.next());
    }

    /** Two event loops that do nothing but ask, each for its own virtual function of the same tenant. */
    @Benchmark
    @Threads(2)
    public long twoVfsOneTenant(Member member, Clock clock) {
        LimitedAdmission vf = member.vf;
        return vf == null ? 0 : vf.admit(Kind.READ, BLOCK, clock.next());
    }
}
