package io.nvmevf.qos;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.nvmevf.qos.Admission.Kind;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.JJ_Result;

/**
 * Two event loops at one admission, at the same moment, millions of times: jcstress runs the actors of a test against each other
 * and counts what came out. Time stands still, so nothing arrives and what may come out can be written down. {@link
 * AdmissionStressTest} runs them all.
 */
public final class AdmissionStress {
    private static final int BLOCK = 4096;

    private AdmissionStress() {}

    private static LimitedAdmission of(Limits limits, LimitedAdmission... tenant) {
        return new LimitedAdmission(limits, tenant.length == 0 ? null : tenant[0], 0);
    }

    /** So many commands, and their bytes; a command has to be charged to both. */
    private static Limits atOnce(int commands) {
        return Limits.NONE.withTotalIops(Limit.of(1, commands)).withReadBytes(Limit.of(1, (long) commands * BLOCK));
    }

    /** How many of so many commands are admitted. */
    private static int admitted(LimitedAdmission vf, int asks) {
        int admitted = 0;
        for (int i = 0; i < asks; i++) {
            admitted += vf.admit(Kind.READ, BLOCK, 0) == 0 ? 1 : 0;
        }
        return admitted;
    }

    /** Three commands are there, two loops ask for two each. */
    @JCStressTest
    @Outcome(id = "2, 1, 3", expect = ACCEPTABLE, desc = "The second loop is refused once.")
    @Outcome(id = "1, 2, 3", expect = ACCEPTABLE, desc = "The first loop is refused once.")
    @Outcome(expect = FORBIDDEN, desc = "More or less than there was, or another number was counted.")
    @State
    public static class TwoLoops {
        private final LimitedAdmission vf = of(atOnce(3));

        @Actor
        public void first(III_Result r) {
            r.r1 = admitted(vf, 2);
        }

        @Actor
        public void second(III_Result r) {
            r.r2 = admitted(vf, 2);
        }

        @Arbiter
        public void after(III_Result r) {
            r.r3 = (int) vf.counters(0).reads();
        }
    }

    /** The same, with a virtual function for each loop and three commands for their tenant. */
    @JCStressTest
    @Outcome(id = "2, 1, 3", expect = ACCEPTABLE, desc = "The second virtual function is refused once.")
    @Outcome(id = "1, 2, 3", expect = ACCEPTABLE, desc = "The first virtual function is refused once.")
    @Outcome(expect = FORBIDDEN, desc = "More or less than the tenant had, or another number was counted.")
    @State
    public static class TwoVfsOfATenant {
        private final LimitedAdmission tenant = of(atOnce(3));
        private final LimitedAdmission a = of(atOnce(2), tenant);
        private final LimitedAdmission b = of(atOnce(2), tenant);

        @Actor
        public void first(III_Result r) {
            r.r1 = admitted(a, 2);
        }

        @Actor
        public void second(III_Result r) {
            r.r2 = admitted(b, 2);
        }

        @Arbiter
        public void after(III_Result r) {
            r.r3 = (int) tenant.counters(0).reads();
        }
    }

    /** One command of two is spent and comes back while two are asked for. */
    @JCStressTest
    @Outcome(id = "2, 0", expect = ACCEPTABLE, desc = "It was back in time.")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "It came back later.")
    @Outcome(expect = FORBIDDEN, desc = "It was lost, or given twice.")
    @State
    public static class AskAndRefund {
        private final LimitedAdmission vf = of(atOnce(2));

        /** Spends one. */
        public AskAndRefund() {
            admitted(vf, 1);
        }

        @Actor
        public void ask(II_Result r) {
            r.r1 = admitted(vf, 2);
        }

        @Actor
        public void refund() {
            vf.refund(Kind.READ, BLOCK);
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = admitted(vf, 2);
        }
    }

    /** The same, where only the tenant is short and the command comes back from another of its virtual functions. */
    @JCStressTest
    @Outcome(id = "2, 0", expect = ACCEPTABLE, desc = "It was back in time.")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "It came back later.")
    @Outcome(expect = FORBIDDEN, desc = "It was lost, or given twice.")
    @State
    public static class AskAndRefundOfATenant {
        private final LimitedAdmission tenant = of(atOnce(2));
        private final LimitedAdmission a = of(Limits.NONE, tenant);
        private final LimitedAdmission b = of(Limits.NONE, tenant);

        /** Spends one. */
        public AskAndRefundOfATenant() {
            admitted(a, 1);
        }

        @Actor
        public void ask(II_Result r) {
            r.r1 = admitted(b, 2);
        }

        @Actor
        public void refund() {
            a.refund(Kind.READ, BLOCK);
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = admitted(b, 2);
        }
    }

    /** Of two commands and the bytes of two, one is left after the change. */
    @JCStressTest
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "Charged to the old limits.")
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "Charged to the new limits.")
    @Outcome(expect = FORBIDDEN, desc = "Refused, not charged, or charged to one old limit and one new.")
    @State
    public static class AskAndLower {
        private final LimitedAdmission vf = of(atOnce(2));
        private final Limits lower = atOnce(1);

        @Actor
        public void ask(III_Result r) {
            r.r1 = admitted(vf, 1);
        }

        @Actor
        public void change() {
            vf.change(lower, 0);
        }

        @Arbiter
        public void after(III_Result r) {
            // Commands without bytes, then bytes without a limit of commands.
            r.r2 = (vf.admit(Kind.READ, 0, 0) == 0 ? 1 : 0) + (vf.admit(Kind.READ, 0, 0) == 0 ? 1 : 0);
            vf.change(lower.withTotalIops(null), 0);
            r.r3 = admitted(vf, 2);
        }
    }

    /** Neither the old limits nor the new ones admit anything; only half of each would. */
    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "Refused by the old limits or by the new ones.")
    @Outcome(expect = FORBIDDEN, desc = "A change was seen half.")
    @State
    public static class AskAndReplace {
        private final LimitedAdmission vf = of(Limits.NONE.withReadIops(Limit.of(1, 1)));
        private final Limits other = Limits.NONE.withTotalBytes(Limit.of(1, BLOCK));

        /** Spends the old limit; the new one begins empty. */
        public AskAndReplace() {
            admitted(vf, 1);
        }

        @Actor
        public void ask(I_Result r) {
            r.r1 = admitted(vf, 1);
        }

        @Actor
        public void change() {
            vf.change(other, 0);
        }
    }

    /** Counters are of one moment. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "Before.")
    @Outcome(id = "1, 4096", expect = ACCEPTABLE, desc = "In between.")
    @Outcome(id = "2, 8192", expect = ACCEPTABLE, desc = "After.")
    @Outcome(expect = FORBIDDEN, desc = "Commands and bytes of different moments.")
    @State
    public static class AskAndLook {
        private final LimitedAdmission tenant = of(Limits.NONE);
        private final LimitedAdmission vf = of(atOnce(2), tenant);

        @Actor
        public void ask() {
            admitted(vf, 2);
        }

        @Actor
        public void look(JJ_Result r) {
            AdmissionCounters counters = tenant.counters(0);
            r.r1 = counters.reads();
            r.r2 = counters.readBytes();
        }
    }
}
