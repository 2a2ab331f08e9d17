package io.nvmevf.qos;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.qos.Admission.Kind;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two virtual functions and their tenant under random operations, against reference buckets in plain lists. */
class LimitedAdmissionFuzzTest {
    private static final int STEPS = 3_000;

    static LongStream seeds() {
        return LongStream.range(0, 60);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void agreesWithTheReference(long seed) {
        new Run(seed).go();
    }

    /** The reference for one {@link LimitedAdmission}: per limit no bucket, one, or two. */
    private static final class Model {
        private final List<@Nullable ReferenceBucket> buckets = new ArrayList<>();
        private long admitted;
        private long bytes;

        Model(Limits limits) {
            for (Limit limit : list(limits)) {
                buckets.add(limit == null ? null : new ReferenceBucket(limit.rate(), base(limit), true, 0));
                buckets.add(
                        limit == null || !limit.hasCredits()
                                ? null
                                : new ReferenceBucket(limit.burstRate(), limit.burst(), true, 0));
            }
        }

        private static List<@Nullable Limit> list(Limits l) {
            List<@Nullable Limit> list = new ArrayList<>();
            list.add(l.readIops());
            list.add(l.writeIops());
            list.add(l.totalIops());
            list.add(l.readBytes());
            list.add(l.writeBytes());
            list.add(l.totalBytes());
            return list;
        }

        private static long base(Limit limit) {
            return limit.hasCredits() ? limit.credits() : limit.burst();
        }

        void change(Limits next, long now) {
            int i = 0;
            for (Limit limit : list(next)) {
                if (limit == null) {
                    buckets.set(i, null);
                    buckets.set(i + 1, null);
                } else {
                    change(i, limit.rate(), base(limit), now);
                    if (limit.hasCredits()) {
                        change(i + 1, limit.burstRate(), limit.burst(), now);
                    } else {
                        buckets.set(i + 1, null);
                    }
                }
                i += 2;
            }
        }

        private void change(int i, long rate, long size, long now) {
            ReferenceBucket bucket = buckets.get(i);
            if (bucket == null) {
                buckets.set(i, new ReferenceBucket(rate, size, false, now));
            } else {
                bucket.advance(now);
                bucket.change(rate, size);
            }
        }

        /** The buckets of commands (0) or bytes (3) that concern the kind. */
        private Stream<ReferenceBucket> of(Kind kind, int first) {
            int own = first + (kind == Kind.READ ? 0 : 1);
            return Stream.of(own, first + 2)
                    .flatMap(limit -> Stream.of(buckets.get(2 * limit), buckets.get(2 * limit + 1)))
                    .flatMap(Stream::ofNullable);
        }

        BigInteger wait(Kind kind, long bytes, long now) {
            buckets.stream().flatMap(Stream::ofNullable).forEach(bucket -> bucket.advance(now));
            return Stream.concat(
                            of(kind, 0).map(bucket -> bucket.nanosUntil(1)),
                            of(kind, 3).map(bucket -> bucket.nanosUntil(bytes)))
                    .max(BigInteger::compareTo)
                    .orElse(BigInteger.ZERO);
        }

        void charge(Kind kind, long bytes) {
            of(kind, 0).forEach(bucket -> bucket.charge(1));
            of(kind, 3).forEach(bucket -> bucket.charge(bytes));
            admitted++;
            this.bytes += bytes;
        }

        void refund(Kind kind, long bytes) {
            of(kind, 0).forEach(bucket -> bucket.refund(1));
            of(kind, 3).forEach(bucket -> bucket.refund(bytes));
        }
    }

    private record Command(int vf, Kind kind, long bytes) {}

    private static final class Run {
        private final Random random;
        private final LimitedAdmission tenant;
        private final Model tenantModel;
        private final LimitedAdmission[] vfs = new LimitedAdmission[2];
        private final Model[] models = new Model[2];
        private final Deque<Command> admitted = new ArrayDeque<>();
        private long now;

        Run(long seed) {
            random = new Random(seed);
            Limits limits = limits();
            tenant = new LimitedAdmission(limits, 0);
            tenantModel = new Model(limits);
            for (int i = 0; i < vfs.length; i++) {
                limits = limits();
                vfs[i] = new LimitedAdmission(limits, tenant, 0);
                models[i] = new Model(limits);
            }
        }

        void go() {
            int refused = 0;
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(12)) {
                    case 0 -> now += random.nextLong(1L << random.nextInt(1, 36));
                    case 1 -> refund();
                    case 2 -> change();
                    default -> refused += admit() ? 0 : 1;
                }
                check();
            }
            assertThat(refused).isPositive();
        }

        /** Asks, and asks a refused command again one nanosecond too early and in time: no command starves. */
        private boolean admit() {
            Command command = command();
            long wait = ask(command);
            if (wait == 0) {
                return true;
            }
            // (Not after a wait of years: the clock of the run would end.)
            if (random.nextBoolean() && wait < 1L << 44) {
                now += wait - 1;
                assertThat(ask(command)).isEqualTo(1);
                now++;
                assertThat(ask(command)).isZero();
            } else {
                vfs[command.vf].nothingWaits(now);
            }
            return false;
        }

        private long ask(Command c) {
            BigInteger expected = models[c.vf].wait(c.kind, c.bytes, now).max(tenantModel.wait(c.kind, c.bytes, now));
            long wait = vfs[c.vf].admit(c.kind, c.bytes, now);
            assertThat(BigInteger.valueOf(wait)).isEqualTo(expected);
            if (wait == 0) {
                models[c.vf].charge(c.kind, c.bytes);
                tenantModel.charge(c.kind, c.bytes);
                admitted.add(c);
            }
            return wait;
        }

        private Command command() {
            Kind kind = Kind.values()[random.nextInt(3)];
            long bytes = random.nextInt(4) == 0 ? 0 : random.nextLong(1L << random.nextInt(1, 24));
            return new Command(random.nextInt(2), kind, bytes);
        }

        private void refund() {
            Command c = admitted.poll();
            if (c != null) {
                vfs[c.vf].refund(c.kind, c.bytes);
                models[c.vf].refund(c.kind, c.bytes);
                tenantModel.refund(c.kind, c.bytes);
            }
        }

        private void change() {
            Limits next = limits();
            int which = random.nextInt(3);
            (which == 2 ? tenant : vfs[which]).change(next, now);
            (which == 2 ? tenantModel : models[which]).change(next, now);
        }

        private void check() {
            for (int i = 0; i < vfs.length; i++) {
                same(vfs[i], models[i]);
            }
            same(tenant, tenantModel);
        }

        private void same(LimitedAdmission admission, Model model) {
            AdmissionCounters c = admission.counters(now);
            assertThat(c.reads() + c.writes() + c.others()).isEqualTo(model.admitted);
            assertThat(c.readBytes() + c.writeBytes() + c.otherBytes()).isEqualTo(model.bytes);
            assertThat(c.iopsNanos()).isBetween(0L, now);
            assertThat(c.bytesNanos()).isBetween(0L, now);
        }

        private Limits limits() {
            return new Limits(limit(20), limit(20), limit(20), limit(38), limit(38), limit(38), null);
        }

        private @Nullable Limit limit(int bits) {
            if (random.nextInt(3) != 0) {
                return null;
            }
            long rate = random.nextLong(1, 1L << random.nextInt(1, bits));
            long burst = random.nextLong(1, 1L << random.nextInt(1, bits));
            return random.nextBoolean()
                    ? Limit.of(rate, burst)
                    : new Limit(rate, burst, rate * 2, random.nextLong(1, 1L << random.nextInt(1, bits)));
        }
    }
}
