package io.nvmevf.qos;

import io.nvmevf.qos.Admission.Kind;
import java.util.ArrayList;
import java.util.List;

/** Members that use a physical function, and its planner, in a time of the test's own. */
final class ShareSimulation {
    static final long SECOND = 1_000_000_000L;
    /** More than there is. */
    static final double FLOOD = 1e6;

    private static final long STEP = 200_000;
    private static final int MOST_WAITING = 1_000;

    final PfShares shares;
    final List<Member> members = new ArrayList<>();
    long now;
    boolean planning;
    private boolean roused;
    private long nextPlan;

    ShareSimulation(Capacity capacity) {
        shares = new PfShares(capacity, all -> roused = true);
    }

    /** Somebody who wants so much. */
    final class Member {
        final LimitedAdmission admission;
        final PfShare share;
        /** Bytes of one command. */
        int bytes = 4096;
        /** Commands a second that it asks for. */
        double offered;

        double due;
        long done;
        long mark;
        /** It was told that it may take more. */
        boolean told;

        Member(PfShare share, Limits limits, double offered) {
            this.share = share;
            this.offered = offered;
            admission = new LimitedAdmission(limits, now);
            admission.share(share, now);
        }

        private void step() {
            due = Math.min(due + offered * STEP / SECOND, MOST_WAITING);
            while (due >= 1) {
                if (admission.admit(Kind.READ, bytes, now) != 0) {
                    return;
                }
                due--;
                done++;
            }
            admission.nothingWaits(now);
        }

        /** Commands a second since the last {@link #mark}. */
        double rate(double seconds) {
            return (done - mark) / seconds;
        }

        /** Stops asking. */
        void stop() {
            offered = 0;
            due = 0;
        }
    }

    Member member(Share terms, double offered) {
        return member(terms, Limits.NONE, offered);
    }

    Member member(Share terms, Limits limits, double offered) {
        Member[] made = new Member[1];
        made[0] = new Member(shares.join(terms, () -> made[0].told = true, now), limits, offered);
        members.add(made[0]);
        return made[0];
    }

    Member background() {
        Member made = new Member(shares.joinBackground(now), Limits.NONE, FLOOD);
        members.add(made);
        return made;
    }

    void run(double seconds) {
        for (long end = now + (long) (seconds * SECOND); now < end; now += STEP) {
            members.forEach(Member::step);
            if (roused) {
                roused = false;
                planning = true;
                nextPlan = now;
            }
            if (planning && now >= nextPlan) {
                planning = shares.plan(now);
                nextPlan = now + PfShares.PERIOD;
            }
        }
    }

    /** From now on rates are counted. */
    void mark() {
        members.forEach(m -> m.mark = m.done);
    }

    /** After a second in which all settles. */
    void measure(double seconds) {
        run(1);
        mark();
        run(seconds);
    }

    double total(double seconds) {
        return members.stream().mapToDouble(m -> m.rate(seconds)).sum();
    }
}
