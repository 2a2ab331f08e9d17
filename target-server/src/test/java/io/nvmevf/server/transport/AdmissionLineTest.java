package io.nvmevf.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.protocol.tcp.Pdu;
import io.nvmevf.qos.Admission;
import io.nvmevf.qos.Capacity;
import io.nvmevf.qos.Limit;
import io.nvmevf.qos.LimitedAdmission;
import io.nvmevf.qos.Limits;
import io.nvmevf.qos.PfShare;
import io.nvmevf.qos.PfShares;
import io.nvmevf.qos.Share;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.ReceivedPdu;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One line over two queues, each on an event loop of its own. */
class AdmissionLineTest {
    private static final Duration WAIT = Duration.ofMillis(1);

    /** Admits {@link #tokens} commands, and writes down in which order. */
    private static final class Tokens implements Admission {
        final List<Long> charged = new ArrayList<>();
        final List<Long> refunded = new ArrayList<>();
        int tokens;
        int asked;
        int idle;

        @Override
        public long admit(Kind kind, long bytes, long now) {
            asked++;
            if (tokens == 0) {
                return WAIT.toNanos();
            }
            tokens--;
            charged.add(bytes);
            return 0;
        }

        @Override
        public void refund(Kind kind, long bytes) {
            refunded.add(bytes);
            tokens++;
        }

        @Override
        public void nothingWaits(long now) {
            idle++;
        }
    }

    private final Tokens tokens = new Tokens();
    private final AdmissionLine line = new AdmissionLine(tokens);

    private EmbeddedQueue queue() {
        EmbeddedQueue q = EmbeddedQueue.connected();
        q.commands.line = line;
        return q;
    }

    private static void submit(EmbeddedQueue q, int cid) {
        q.feed(q.capsule(ScriptedCommands.NOTHING, cid, 1, 0));
    }

    private static List<Integer> answered(EmbeddedQueue q) {
        List<Integer> cids = new ArrayList<>();
        for (ReceivedPdu pdu = q.next(); pdu != null; pdu = q.next()) {
            assertThat(pdu.type()).isEqualTo(Pdu.CAPSULE_RESP);
            cids.add(pdu.cid());
        }
        return cids;
    }

    private static void pass(EmbeddedQueue... queues) {
        for (EmbeddedQueue q : queues) {
            q.pass(WAIT);
        }
        for (EmbeddedQueue q : queues) {
            q.channel.runPendingTasks();
        }
    }

    @Test
    void whatIsWithinTheLimitsNeverStandsInLine() {
        try (EmbeddedQueue a = queue()) {
            tokens.tokens = 3;
            submit(a, 1);
            submit(a, 2);
            assertThat(answered(a)).containsExactly(1, 2);
            assertThat(line.length()).isZero();
            assertThat(a.channel.runScheduledPendingTasks()).as("timers").isNotZero();
            assertThat(tokens.asked).isEqualTo(2);
        }
    }

    @Test
    void admitsInTheOrderOfArrivalOverAllQueues() {
        try (EmbeddedQueue a = queue();
                EmbeddedQueue b = queue()) {
            submit(a, 1);
            submit(b, 2);
            submit(a, 3);
            submit(b, 4);
            submit(b, 5);
            assertThat(line.length()).isEqualTo(5);
            assertThat(tokens.asked).as("only the first in line asks").isEqualTo(1);
            tokens.tokens = 2;
            pass(a, b);
            assertThat(tokens.charged).containsExactly(1L, 2L);
            tokens.tokens = 9;
            pass(a, b);
            pass(a, b);
            assertThat(tokens.charged).containsExactly(1L, 2L, 3L, 4L, 5L);
            assertThat(answered(a)).containsExactly(1, 3);
            assertThat(answered(b)).containsExactly(2, 4, 5);
            assertThat(line.length()).isZero();
            assertThat(tokens.idle).as("told that nobody waits").isEqualTo(1);
        }
    }

    @Test
    void nobodyOvertakesTheLine() {
        try (EmbeddedQueue a = queue();
                EmbeddedQueue b = queue()) {
            submit(a, 1);
            tokens.tokens = 1;
            submit(b, 2);
            assertThat(answered(b)).as("there is a token, but one came before").isEmpty();
            pass(a, b);
            assertThat(answered(a)).containsExactly(1);
            assertThat(answered(b)).isEmpty();
            tokens.tokens = 1;
            pass(a, b);
            assertThat(answered(b)).containsExactly(2);
        }
    }

    @Test
    void anAbortedCommandLeavesWithoutACharge() {
        try (EmbeddedQueue a = queue()) {
            submit(a, 1);
            submit(a, 2);
            submit(a, 3);
            assertThat(a.queue.abort(2)).isTrue();
            assertThat(a.expect(Pdu.CAPSULE_RESP).status()).isEqualTo(Status.ABORT_REQUESTED);
            tokens.tokens = 9;
            pass(a);
            assertThat(answered(a)).containsExactly(1, 3);
            assertThat(tokens.charged).containsExactly(1L, 3L);
            assertThat(tokens.refunded).isEmpty();
        }
    }

    @Test
    void whatWasAdmittedAndNotYetHandedOverIsRefundedByAnAbort() {
        try (EmbeddedQueue a = queue();
                EmbeddedQueue b = queue()) {
            submit(a, 1);
            submit(b, 2);
            tokens.tokens = 2;
            a.pass(WAIT);
            assertThat(tokens.charged).containsExactly(1L, 2L);
            // (Loop b has not run: its command is on the way.)
            assertThat(b.queue.abort(2)).isTrue();
            assertThat(tokens.refunded).containsExactly(2L);
            assertThat(b.expect(Pdu.CAPSULE_RESP).status()).isEqualTo(Status.ABORT_REQUESTED);
            submit(b, 2);
            pass(a, b);
            assertThat(answered(b)).as("the slot's next command is another one").containsExactly(2);
            assertThat(answered(a)).containsExactly(1);
        }
    }

    @Test
    void aQueueThatEndsTakesItsCommandsOutAndTheOthersGoOn() {
        try (EmbeddedQueue b = queue()) {
            EmbeddedQueue a = queue();
            submit(a, 1);
            submit(b, 2);
            submit(a, 3);
            a.close();
            assertThat(line.length()).isEqualTo(1);
            tokens.tokens = 9;
            pass(b);
            assertThat(answered(b)).containsExactly(2);
            assertThat(tokens.charged).containsExactly(2L);
        }
    }

    @Test
    void commandsForWhatIsGoneGoWithoutACharge() {
        try (EmbeddedQueue a = queue();
                EmbeddedQueue b = queue()) {
            submit(a, 1);
            submit(b, 2);
            submit(a, 3);
            line.letGo(slot -> slot.cid() != 2);
            pass(a, b);
            assertThat(answered(a)).containsExactly(1, 3);
            assertThat(answered(b)).isEmpty();
            assertThat(tokens.charged).isEmpty();
            tokens.tokens = 1;
            pass(a, b);
            assertThat(answered(b)).containsExactly(2);
            assertThat(tokens.refunded).isEmpty();
        }
    }

    @Test
    void whoWaitsAsksAtOnceWhenLimitsChangeAndGoesWhenTheyAreTakenAway() {
        AdmissionLine real = new AdmissionLine();
        try (EmbeddedQueue a = queue()) {
            a.commands.line = real;
            Limits slow = Limits.NONE.withTotalIops(Limit.of(1, 1));
            real.limit(slow, null, null, a.queue.nanoTime());
            for (int cid = 1; cid <= 5; cid++) {
                submit(a, cid);
            }
            assertThat(answered(a)).containsExactly(1);
            a.pass(WAIT);
            real.limit(Limits.NONE.withTotalIops(Limit.of(1_000_000, 2)), null, null, a.queue.nanoTime());
            a.pass(Duration.ofNanos(2_000));
            assertThat(answered(a)).isNotEmpty().startsWith(2);
            real.limit(Limits.NONE, null, null, a.queue.nanoTime());
            pass(a);
            pass(a);
            assertThat(real.length()).isZero();
            submit(a, 9);
            assertThat(answered(a)).endsWith(9);
            assertThat(real.counters(a.queue.nanoTime()).iopsNanos())
                    .as("what was counted stays")
                    .isGreaterThanOrEqualTo(WAIT.toNanos());
        }
    }

    @Test
    void throttledTimeIsThatInWhichSomebodyWaited() {
        AdmissionLine real = new AdmissionLine();
        try (EmbeddedQueue a = queue()) {
            a.commands.line = real;
            real.limit(Limits.NONE.withTotalIops(Limit.of(10, 1)), null, null, a.queue.nanoTime());
            submit(a, 1);
            a.pass(Duration.ofSeconds(1));
            assertThat(real.counters(a.queue.nanoTime()).iopsNanos()).isZero();
            submit(a, 2);
            submit(a, 3);
            // The first of the two goes at once, the other one after 100 ms.
            a.pass(Duration.ofMillis(40));
            assertThat(real.counters(a.queue.nanoTime()).iopsNanos()).isEqualTo(40_000_000);
            a.pass(Duration.ofMillis(60));
            assertThat(answered(a)).containsExactly(1, 2, 3);
            a.pass(Duration.ofSeconds(5));
            assertThat(real.counters(a.queue.nanoTime()).iopsNanos()).isEqualTo(100_000_000);
        }
    }

    /** A host that connected with longer queues than the limit allows by now, and whose I/O timeout is 30 s. */
    @Test
    void nobodyWaitsLongerThanAHostHasPatience() {
        AdmissionLine real = new AdmissionLine();
        EmbeddedQueue a = EmbeddedQueue.connected(HostOptions.DEFAULT, TransportLimits.DEFAULT, 64);
        try (a) {
            a.commands.line = real;
            real.limit(Limits.NONE.withTotalIops(Limit.of(1, 1)), null, null, a.queue.nanoTime());
            for (int cid = 1; cid <= 60; cid++) {
                submit(a, cid);
            }
            for (int i = 0; i < 24; i++) {
                a.pass(Duration.ofSeconds(1));
            }
            assertThat(answered(a)).as("one at once, then one a second").hasSize(25);
            assertThat(real.overdue()).isZero();
            a.pass(Duration.ofSeconds(1));
            assertThat(answered(a)).as("all that came 25 s ago").hasSize(35);
            assertThat(real.overdue()).isEqualTo(34);
            assertThat(real.length()).isZero();
            submit(a, 61);
            submit(a, 62);
            a.pass(Duration.ofSeconds(1));
            assertThat(answered(a)).as("the limit holds on").containsExactly(61);
        }
    }

    @Test
    void whoWaitsForThePhysicalFunctionGoesAsSoonAsItsShareGrows() {
        PfShares shares = new PfShares(new Capacity(100, 100, 1 << 20, 1 << 20), all -> {});
        AdmissionLine real = new AdmissionLine();
        try (EmbeddedQueue a = queue()) {
            a.commands.line = real;
            long start = a.queue.nanoTime();
            PfShare greedy = shares.join(new Share(0, Share.MAX_WEIGHT), () -> {}, start);
            LimitedAdmission other = new LimitedAdmission(Limits.NONE, start);
            other.share(greedy, start);
            real.limit(Limits.NONE.withShare(new Share(0, 1)), null, shares, start);
            int cid = 1;
            while (real.length() == 0) {
                submit(a, cid++);
            }
            int before = answered(a).size();
            assertThat(before).isPositive();
            while (other.admit(Admission.Kind.READ, 4096, start) == 0) {
                assertThat(other.counters(start).reads()).isLessThan(1_000);
            }
            a.pass(Duration.ofNanos(PfShares.PERIOD));
            shares.plan(a.queue.nanoTime());
            assertThat(answered(a)).as("before anybody planned").hasSize(1);
            submit(a, cid++);
            a.pass(Duration.ofSeconds(2));
            assertThat(answered(a)).as("a thousandth of 100 a second").isEmpty();
            assertThat(real.counters(a.queue.nanoTime()).pfNanos()).isPositive();
            other.nothingWaits(a.queue.nanoTime());
            shares.plan(a.queue.nanoTime());
            shares.plan(a.queue.nanoTime() + PfShares.PERIOD);
            a.pass(Duration.ofMillis(1));
            a.pass(Duration.ofMillis(10));
            assertThat(answered(a)).hasSize(1);
            real.limit(Limits.NONE, null, null, a.queue.nanoTime());
            submit(a, cid);
            assertThat(answered(a)).containsExactly(cid);
        }
    }
}
