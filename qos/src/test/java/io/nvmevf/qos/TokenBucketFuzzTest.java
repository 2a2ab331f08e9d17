package io.nvmevf.qos;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random operations on a bucket and on the reference; after each one they agree, and what must always hold is checked. */
class TokenBucketFuzzTest {
    private static final int STEPS = 5_000;
    private static final long[] RATES = {
        1, 2, 3, 50, 999_999_999, 1_000_000_000, 1_000_000_001, 999_999_999_999L, TokenBucket.MAX_RATE
    };

    static LongStream seeds() {
        return LongStream.range(0, 60);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void agreesWithTheReference(long seed) {
        new Run(seed).go();
    }

    private static final class Run {
        private final Random random;
        /** Every other seed has no request that is larger than the bucket, so that the bound below is tight. */
        private final boolean oversized;

        private TokenBucket bucket;
        private ReferenceBucket reference;
        private long now;
        private final Deque<Long> admitted = new ArrayDeque<>();

        /** Tokens taken less tokens given back, in billionths. */
        private BigInteger net = BigInteger.ZERO;
        /** The least of (net - arrived + size) at any earlier moment, in billionths. */
        private BigInteger bound;

        private long largest;
        private int taken;

        Run(long seed) {
            random = new Random(seed);
            oversized = seed % 2 == 0;
            long rate = rate();
            long size = upTo(TokenBucket.MAX_SIZE);
            boolean full = random.nextBoolean();
            bucket = full ? TokenBucket.full(rate, size, 0) : TokenBucket.empty(rate, size, 0);
            reference = new ReferenceBucket(rate, size, full, 0);
            bound = reference.size();
        }

        void go() {
            for (int step = 0; step < STEPS; step++) {
                remember();
                switch (random.nextInt(10)) {
                    case 0, 1, 2, 3 -> take(amount());
                    case 4 -> refund();
                    case 5, 6 -> advance(random.nextInt(3) == 0 ? upTo(1L << 50) : upTo(1L << 31));
                    case 7, 8 -> waitFor(amount());
                    default -> change();
                }
                check();
            }
            assertThat(taken).as("requests that were admitted").isGreaterThan(STEPS / 100);
        }

        private void take(long amount) {
            reference.advance(now);
            boolean expected = reference.nanosUntil(amount).signum() == 0;
            assertThat(bucket.take(amount, now)).isEqualTo(expected);
            if (expected) {
                charged(amount);
            }
        }

        private void charged(long amount) {
            reference.charge(amount);
            admitted.add(amount);
            net = net.add(ReferenceBucket.billionths(amount));
            largest = Math.max(largest, amount);
            taken++;
        }

        private void refund() {
            Long amount = admitted.poll();
            if (amount != null) {
                reference.advance(now);
                bucket.level(now);
                bucket.refund(amount);
                net = net.subtract(reference.refund(amount).multiply(ReferenceBucket.BILLION));
            }
        }

        /** Nobody starves: after the wait that was told the request is admitted, and not a nanosecond earlier. */
        private void waitFor(long amount) {
            long wait = bucket.nanosUntil(amount, now);
            reference.advance(now);
            assertThat(BigInteger.valueOf(wait))
                    .isEqualTo(reference.nanosUntil(amount).min(BigInteger.valueOf(TokenBucket.MAX_WAIT)));
            if (wait > 1L << 55 || now > 1L << 60) {
                return;
            }
            if (wait > 0) {
                now += wait - 1;
                assertThat(bucket.take(amount, now))
                        .as("one nanosecond too early")
                        .isFalse();
                now++;
            }
            reference.advance(now);
            assertThat(bucket.take(amount, now)).as("after exactly the wait").isTrue();
            charged(amount);
        }

        private void advance(long by) {
            if (now < 1L << 61) {
                now += by;
            }
        }

        private void change() {
            long rate = rate();
            long size = random.nextBoolean() ? bucket.size() : upTo(TokenBucket.MAX_SIZE);
            reference.advance(now);
            bucket.change(rate, size, now);
            reference.change(rate, size);
        }

        private void remember() {
            bound = bound.min(net.subtract(reference.arrived()).add(reference.size()));
        }

        private void check() {
            reference.advance(now);
            assertThat(bucket.level(now)).isEqualTo(reference.tokens()).isLessThanOrEqualTo(bucket.size());
            // In no window (from any earlier moment to now) was more admitted than what arrived in it, the bucket that
            // it
            // began with, and what one request may have been too large.
            BigInteger slack = oversized ? ReferenceBucket.billionths(largest) : BigInteger.ZERO;
            assertThat(net.subtract(reference.arrived())).isLessThanOrEqualTo(bound.add(slack));
        }

        private long amount() {
            long level = bucket.level(now);
            long amount = switch (random.nextInt(6)) {
                case 0 -> 0;
                case 1 -> 1;
                case 2 -> Math.max(0, level);
                case 3 -> Math.max(0, level + 1);
                case 4 -> bucket.size();
                default -> upTo(random.nextInt(50) == 0 ? TokenBucket.MAX_AMOUNT : bucket.size() * 2);
            };
            return oversized ? amount : Math.min(amount, bucket.size());
        }

        private long rate() {
            return random.nextInt(3) == 0 ? RATES[random.nextInt(RATES.length)] : upTo(TokenBucket.MAX_RATE);
        }

        /** 1 to {@code max}, every order of magnitude equally likely. */
        private long upTo(long max) {
            int bits = random.nextInt(64 - Long.numberOfLeadingZeros(max)) + 1;
            return Math.clamp(random.nextLong(1L << (bits - 1), 1L << bits), 1, max);
        }
    }
}
