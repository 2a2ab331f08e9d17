package io.nvmevf.qos;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.qos.Admission.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Several threads at one admission, with a clock that only their asks move on. They always ask for more than there is, so the
 * buckets are never full, and what they get in all must be to the token what one thread would have got.
 */
class LimitedAdmissionConcurrencyTest {
    private static final int THREADS = 4;
    private static final int ASKS = 200_000;
    private static final long RATE = 1_000_003;
    private static final long BURST = 1000;
    private static final long LARGE_BURST = 10_000;
    private static final long STEP = 10;

    private final AtomicLong clock = new AtomicLong();

    @Test
    void threadsOfOneVirtualFunctionGetTogetherWhatOneWouldGet() throws Exception {
        Limits limits = Limits.NONE.withTotalIops(Limit.of(RATE, BURST));
        LimitedAdmission vf = new LimitedAdmission(limits, 0);
        long admitted = drain(vf) + hammer(List.of(vf), vf);
        assertThat(admitted + drain(vf)).isEqualTo(BURST + arrived());
    }

    @Test
    void virtualFunctionsOfATenantGetTogetherWhatOneWouldGet() throws Exception {
        // (The VFs take turns. While the threads of the one whose turn it is do not run, the other gets nothing, and
        // time goes on as it asks:
        // all that arrives has to fit into the buckets.)
        LimitedAdmission tenant = new LimitedAdmission(Limits.NONE.withTotalIops(Limit.of(RATE, LARGE_BURST)), 0);
        Limits own = Limits.NONE.withTotalIops(Limit.of(RATE * 7 / 8, LARGE_BURST));
        LimitedAdmission first = new LimitedAdmission(own, tenant, 0);
        LimitedAdmission second = new LimitedAdmission(own, tenant, 0);
        long admitted = drain(first) + drain(second) + hammer(List.of(first, second), tenant);
        admitted += drain(first) + drain(second);
        assertThat(arrived()).isLessThan(LARGE_BURST);
        assertThat(admitted).isEqualTo(LARGE_BURST + arrived());
        AdmissionCounters a = first.counters(clock.get());
        AdmissionCounters b = second.counters(clock.get());
        AdmissionCounters both = tenant.counters(clock.get());
        assertThat(a.reads() + b.reads()).isEqualTo(both.reads());
        assertThat(a.writes() + b.writes()).isEqualTo(both.writes());
        assertThat(a.readBytes() + b.readBytes()).isEqualTo(both.readBytes());
        assertThat(both.reads() + both.writes() - both.refunds()).isEqualTo(admitted);
    }

    private long arrived() {
        return Math.multiplyExact(clock.get(), RATE) / 1_000_000_000;
    }

    private long drain(LimitedAdmission vf) {
        long admitted = 0;
        while (vf.admit(Kind.READ, 7, clock.get()) == 0) {
            admitted++;
        }
        vf.nothingWaits(clock.get());
        return admitted;
    }

    /** Asks from all threads, gives some back, sets the same limits again and reads counters meanwhile. */
    private long hammer(List<LimitedAdmission> vfs, LimitedAdmission changing) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService pool = Executors.newFixedThreadPool(THREADS + 1)) {
            List<Future<Long>> hammers = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                LimitedAdmission vf = vfs.get(t % vfs.size());
                Kind kind = t < THREADS / 2 ? Kind.READ : Kind.WRITE;
                hammers.add(pool.submit(() -> ask(vf, kind)));
            }
            Future<Integer> observer = pool.submit(() -> observe(changing, done));
            long admitted = 0;
            for (Future<Long> hammer : hammers) {
                admitted += hammer.get();
            }
            done.set(true);
            assertThat(observer.get()).isPositive();
            return admitted;
        }
    }

    private long ask(LimitedAdmission vf, Kind kind) {
        long admitted = 0;
        long refunded = 0;
        for (int i = 0; i < ASKS; i++) {
            if (vf.admit(kind, 7, clock.addAndGet(STEP)) == 0 && ++admitted % 16 == 0) {
                vf.refund(kind, 7);
                refunded++;
            }
        }
        vf.nothingWaits(clock.get());
        return admitted - refunded;
    }

    /** Counters of one moment: bytes are always seven times the commands, and never fewer than before. */
    private int observe(LimitedAdmission admission, AtomicBoolean done) {
        int looks = 0;
        long before = 0;
        do {
            AdmissionCounters c = admission.counters(clock.get());
            assertThat(c.readBytes()).isEqualTo(7 * c.reads());
            assertThat(c.writeBytes()).isEqualTo(7 * c.writes());
            assertThat(c.reads() + c.writes()).isGreaterThanOrEqualTo(before);
            before = c.reads() + c.writes();
            if (looks % 8 == 0) {
                admission.change(admission.limits(), clock.get());
            }
            looks++;
        } while (!done.get());
        return looks;
    }
}
