package io.nvmevf.qos;

import static io.nvmevf.qos.ShareSimulation.FLOOD;
import static io.nvmevf.qos.ShareSimulation.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nvmevf.qos.Admission.Kind;
import io.nvmevf.qos.ShareSimulation.Member;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Members on a physical function of 20,000 commands of 4 KiB a second. */
class PfSharesTest {
    private static final Capacity CAPACITY = new Capacity(20_000, 20_000, 1L << 31, 1L << 31);

    private final ShareSimulation pf = new ShareSimulation(CAPACITY);

    @Test
    void equalFloodsGetEqualParts() {
        for (int n : new int[] {2, 8, 64}) {
            pf.members.forEach(m -> m.share.leave());
            pf.members.clear();
            IntStream.range(0, n).forEach(i -> pf.member(Share.DEFAULT, FLOOD));
            pf.measure(4);
            double sum = pf.total(4);
            double squares =
                    pf.members.stream().mapToDouble(m -> Math.pow(m.rate(4), 2)).sum();
            assertThat(sum * sum / n / squares).as("Jain index of %s", n).isGreaterThan(0.999);
            assertThat(sum).isCloseTo(20_000, within(200.0));
        }
    }

    @Test
    void weightsDivideIt() {
        Member one = pf.member(new Share(0, 100), FLOOD);
        Member two = pf.member(new Share(0, 200), FLOOD);
        Member four = pf.member(new Share(0, 400), FLOOD);
        pf.measure(4);
        assertThat(two.rate(4) / one.rate(4)).isCloseTo(2, within(0.02));
        assertThat(four.rate(4) / one.rate(4)).isCloseTo(4, within(0.04));
        assertThat(pf.total(4)).isCloseTo(20_000, within(200.0));
    }

    @Test
    void guaranteesAreKeptAndTheRestIsDividedByWeight() {
        Member sure = pf.member(new Share(5_000, 1), FLOOD);
        Member paced = pf.member(new Share(3_000, 1), 2_950);
        List<Member> floods = IntStream.range(0, 8)
                .mapToObj(i -> pf.member(Share.DEFAULT, FLOOD))
                .toList();
        pf.measure(4);
        assertThat(sure.rate(4)).isBetween(5_000.0, 5_100.0);
        assertThat(paced.rate(4)).isCloseTo(2_950, within(30.0));
        floods.forEach(flood -> assertThat(flood.rate(4)).isCloseTo((20_000 - 5_000 - 2_950) / 8.0, within(30.0)));
    }

    @Test
    void whatOneDoesNotUseOthersGet() {
        Member flood = pf.member(Share.DEFAULT, FLOOD);
        pf.member(new Share(10_000, 1_000), 0);
        Member slow = pf.member(new Share(0, 1_000), 1_000);
        pf.measure(2);
        assertThat(slow.rate(2)).isCloseTo(1_000, within(10.0));
        assertThat(flood.rate(2)).isCloseTo(19_000, within(200.0));
    }

    @Test
    void nobodyIsHeldUpWhileThereIsEnough() {
        Member a = pf.member(Share.DEFAULT, 9_000);
        Member b = pf.member(new Share(0, 1), 9_000);
        pf.measure(2);
        assertThat(a.rate(2)).isCloseTo(9_000, within(10.0));
        assertThat(b.rate(2)).isCloseTo(9_000, within(10.0));
        assertThat(a.admission.counters(pf.now).pfNanos()).isZero();
        assertThat(b.admission.counters(pf.now).pfNanos()).isZero();
    }

    @Test
    void aPartIsTakenAndGivenBackWithinPlans() {
        Member stays = pf.member(Share.DEFAULT, FLOOD);
        Member comes = pf.member(Share.DEFAULT, 0);
        pf.measure(1);
        comes.offered = FLOOD;
        pf.run(0.2);
        pf.mark();
        pf.run(1);
        assertThat(comes.rate(1)).isCloseTo(10_000, within(100.0));
        assertThat(stays.rate(1)).isCloseTo(10_000, within(100.0));
        comes.stop();
        pf.run(0.03);
        pf.mark();
        pf.run(0.1);
        assertThat(stays.rate(0.1)).isCloseTo(20_000, within(400.0));
        assertThat(stays.told).isTrue();
    }

    @Test
    void aLimitOfItsOwnIsNoShareOfOthers() {
        Member limited = pf.member(Share.DEFAULT, Limits.NONE.withTotalIops(Limit.of(2_000)), FLOOD);
        Member flood = pf.member(Share.DEFAULT, FLOOD);
        pf.measure(4);
        assertThat(limited.rate(4)).isCloseTo(2_000, within(20.0));
        assertThat(flood.rate(4)).isCloseTo(18_000, within(200.0));
        assertThat(limited.admission.counters(pf.now).pfNanos()).isLessThan(SECOND / 10);
    }

    @Test
    void erasuresGetWhatIsLeftAndAFloor() {
        Member wipe = pf.background();
        wipe.bytes = 1 << 20;
        Member flood = pf.member(Share.DEFAULT, 10_000);
        pf.measure(4);
        double unit = CAPACITY.cost(Kind.READ, 4096);
        double piece = CAPACITY.cost(Kind.READ, 1 << 20);
        assertThat(flood.rate(4)).isCloseTo(10_000, within(10.0));
        assertThat(wipe.rate(4)).isCloseTo((Capacity.SECOND - 10_000 * unit) / piece, within(30.0));
        flood.offered = FLOOD;
        pf.measure(4);
        assertThat(wipe.rate(4)).isCloseTo(PfShares.BACKGROUND_FLOOR / piece, within(2.0));
        assertThat(flood.rate(4)).isCloseTo(20_000 * 0.99, within(200.0));
    }

    @Test
    void largeCommandsCostWhatTheyTake() {
        Member large = pf.member(Share.DEFAULT, FLOOD);
        large.bytes = 1 << 20;
        Member small = pf.member(Share.DEFAULT, FLOOD);
        pf.measure(4);
        double half = Capacity.SECOND / 2.0;
        assertThat(large.rate(4)).isCloseTo(half / CAPACITY.cost(Kind.READ, 1 << 20), within(20.0));
        assertThat(small.rate(4)).isCloseTo(10_000, within(200.0));
    }

    @Test
    void thePlannerRestsWhileNothingIsUsed() {
        Member m = pf.member(Share.DEFAULT, 100);
        pf.run(1);
        assertThat(pf.planning).isTrue();
        m.stop();
        pf.run(0.5);
        assertThat(pf.planning).isFalse();
        assertThat(m.share.rate()).isEqualTo(Capacity.SECOND);
        m.offered = 100;
        pf.run(0.1);
        assertThat(pf.planning).isTrue();
    }

    @Test
    void changedTermsHoldFromTheNextPlanOn() {
        Member a = pf.member(Share.DEFAULT, FLOOD);
        Member b = pf.member(Share.DEFAULT, FLOOD);
        pf.measure(1);
        a.admission.change(Limits.NONE.withShare(new Share(0, 300)), pf.now);
        pf.measure(2);
        assertThat(a.rate(2) / b.rate(2)).isCloseTo(3, within(0.05));
    }

    @Test
    void refundedCommandsMayBeAskedForAgain() {
        Member m = pf.member(Share.DEFAULT, 0);
        long cost = CAPACITY.cost(Kind.READ, 4096);
        long admitted = 0;
        while (m.admission.admit(Kind.READ, 4096, pf.now) == 0) {
            admitted++;
        }
        assertThat(admitted).isEqualTo(Capacity.SECOND / 50 / cost);
        m.admission.refund(Kind.READ, 4096);
        assertThat(m.admission.admit(Kind.READ, 4096, pf.now)).isZero();
        assertThat(m.admission.admit(Kind.READ, 4096, pf.now)).isPositive();
    }
}
