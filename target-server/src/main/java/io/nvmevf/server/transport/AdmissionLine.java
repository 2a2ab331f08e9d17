package io.nvmevf.server.transport;

import io.netty.channel.EventLoop;
import io.nvmevf.qos.Admission;
import io.nvmevf.qos.AdmissionCounters;
import io.nvmevf.qos.LimitedAdmission;
import io.nvmevf.qos.Limits;
import io.nvmevf.qos.PfShares;
import io.nvmevf.qos.SpinLock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where the commands of one virtual function wait until its limits admit them: in order of arrival, over all of its queues
 * and event loops.
 *
 * <p>While nobody waits a command asks the limits itself, on its own loop; without limits it does not even do that. Once a
 * command has been refused it stands in line, and so does whoever comes after it. One timer, on the loop of the first in line,
 * wakes up when that one may go: it admits as many from the front as there are tokens for, and hands those of other loops
 * over to them. Nothing polls: a line without commands has no timer.
 *
 * <p>The lock guards the lists and is held for a walk along their front, never while a command is carried out. It is the
 * virtual function's own. A command in line holds no buffer, unless its data came with it in the capsule.
 *
 * <p>No command waits longer than {@link #MOST_SECONDS}: then it goes on without being charged. The control plane lets a virtual
 * function have only queues that its limits can serve in a fraction of that. It is for a host that connected when
 * limits were higher, and whose queues are longer than those that are granted now: it must neither run into its I/O timeout
 * nor see an error.
 */
public final class AdmissionLine {
    /** How long a command waits at most. Linux resets the controller after 30 s. */
    static final int MOST_SECONDS = 25;

    private static final long MOST = TimeUnit.SECONDS.toNanos(MOST_SECONDS);

    private final StampedLock lock = new StampedLock();
    private final SlotList waiting = new SlotList();
    /** Admitted by another loop, and not yet taken by their own. */
    private final Map<EventLoop, Handover> handovers = new HashMap<>();

    private volatile Admission admission = Admission.UNLIMITED;
    private volatile boolean limited;
    private volatile boolean occupied;
    /** Whether somebody will look at the line. */
    private boolean armed;

    private @Nullable Future<?> timer;
    /** Commands that went on without being charged. */
    private long overdue;
    /** What was counted under limits that are no longer in force. */
    private AdmissionCounters retired = AdmissionCounters.NONE;

    /** Without limits. */
    public AdmissionLine() {}

    /** With admission of a test's. */
    AdmissionLine(Admission admission) {
        this.admission = admission;
        limited = true;
    }

    /** Commands in the order of their arrival: a list through the slots themselves. Guarded by the lock. */
    private static final class SlotList {
        int length;

        @Nullable
        CommandSlot first;

        @Nullable
        CommandSlot last;

        void add(CommandSlot slot) {
            length++;
            slot.list = this;
            slot.lineBefore = last;
            slot.lineNext = null;
            if (last == null) {
                first = slot;
            } else {
                last.lineNext = slot;
            }
            last = slot;
        }

        void remove(CommandSlot slot) {
            length--;
            CommandSlot before = slot.lineBefore;
            CommandSlot next = slot.lineNext;
            if (before == null) {
                first = next;
            } else {
                before.lineNext = next;
            }
            if (next == null) {
                last = before;
            } else {
                next.lineBefore = before;
            }
            slot.list = null;
            slot.lineBefore = null;
            slot.lineNext = null;
        }
    }

    /** What one loop is to take over. Also the task that does so. */
    private final class Handover implements Runnable {
        final SlotList slots = new SlotList();
        boolean submitted;

        @Override
        public void run() {
            for (CommandSlot slot = next(); slot != null; slot = next()) {
                slot.queue().admitted(slot);
            }
        }

        private @Nullable CommandSlot next() {
            long stamp = SpinLock.lock(lock);
            try {
                CommandSlot slot = slots.first;
                if (slot == null) {
                    submitted = false;
                } else {
                    slots.remove(slot);
                }
                return slot;
            } finally {
                lock.unlockWrite(stamp);
            }
        }
    }

    // ---- commands, each on its own loop ----------------------------------------------------------------------------

    /** Whether there is nothing to wait for: no limit, and nobody in line. A command need not say then what it costs. */
    public boolean isClear() {
        return !limited && !occupied;
    }

    /**
     * Asks for a command.
     *
     * @return true if it was admitted and charged; false if it stands in line now: then its queue is told when it is
     */
    boolean enter(CommandSlot slot) {
        long wait = 0;
        long now = slot.queue().nanoTime();
        if (!occupied) {
            wait = admission.admit(slot.chargeKind, slot.chargeBytes, now);
            if (wait == 0) {
                slot.admitted = true;
                return true;
            }
        }
        EventLoop loop = slot.queue().eventLoop();
        slot.waitingSince = now;
        long stamp = SpinLock.lock(lock);
        try {
            waiting.add(slot);
            occupied = true;
            if (!armed) {
                arm(loop, wait);
            }
        } finally {
            lock.unlockWrite(stamp);
        }
        return false;
    }

    /** Takes a command out that {@link #enter} has put in line. It may have been admitted since: then it is refunded. */
    void leave(CommandSlot slot) {
        boolean empty = false;
        long stamp = SpinLock.lock(lock);
        try {
            SlotList list = (SlotList) slot.list;
            if (list != null) {
                boolean wasFirst = slot.lineBefore == null && !slot.admitted;
                list.remove(slot);
                if (wasFirst) {
                    lookNow();
                    empty = !occupied;
                }
            }
        } finally {
            lock.unlockWrite(stamp);
        }
        if (empty) {
            admission.nothingWaits(slot.queue().nanoTime());
        }
    }

    /** Gives back what an admitted command was charged. */
    void refund(CommandSlot slot) {
        admission.refund(slot.chargeKind, slot.chargeBytes);
    }

    // ---- the line --------------------------------------------------------------------------------------------------

    /** Somebody looks at the line on this loop, after {@code wait} nanoseconds. Under the lock. */
    private void arm(EventLoop loop, long wait) {
        armed = true;
        Runnable look = () -> look(loop);
        if (wait == 0) {
            timer = null;
            loop.execute(look);
        } else {
            timer = loop.schedule(look, wait, TimeUnit.NANOSECONDS);
        }
    }

    /** Admits from the front of the line what may go. */
    private void look(EventLoop here) {
        long now = here.ticker().nanoTime();
        boolean empty;
        Handover own;
        long stamp = SpinLock.lock(lock);
        try {
            armed = false;
            timer = null;
            CommandSlot slot = waiting.first;
            while (slot != null) {
                long wait = admission.admit(slot.chargeKind, slot.chargeBytes, now);
                if (wait == 0) {
                    slot.admitted = true;
                } else {
                    long rest = MOST - (now - slot.waitingSince);
                    if (rest > 0) {
                        arm(slot.queue().eventLoop(), Math.min(wait, rest));
                        break;
                    }
                    overdue++;
                }
                handOver(slot, here);
                slot = waiting.first;
            }
            own = handovers.get(here);
            empty = waiting.first == null;
            occupied = !empty;
        } finally {
            lock.unlockWrite(stamp);
        }
        if (empty) {
            admission.nothingWaits(now);
        }
        if (own != null) {
            own.run();
        }
    }

    /** From the line to its own loop, which is told unless it is {@code here}, the one that looks. Under the lock. */
    private void handOver(CommandSlot slot, @Nullable EventLoop here) {
        waiting.remove(slot);
        EventLoop loop = slot.queue().eventLoop();
        Handover to = handovers.computeIfAbsent(loop, l -> new Handover());
        to.slots.add(slot);
        if (!loop.equals(here) && !to.submitted) {
            to.submitted = true;
            loop.execute(to);
        }
    }

    /**
     * Lets commands go without charging them, because they will fail: what they are for is gone. Any thread.
     *
     * @param which looks at nothing but {@link CommandSlot#subject}
     */
    public void letGo(Predicate<CommandSlot> which) {
        long stamp = SpinLock.lock(lock);
        try {
            CommandSlot slot = waiting.first;
            while (slot != null) {
                CommandSlot next = slot.lineNext;
                if (which.test(slot)) {
                    handOver(slot, null);
                }
                slot = next;
            }
            // (Who waits now may go earlier than the one that the timer was set for.)
            lookNow();
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** Under the lock. */
    private void lookNow() {
        CommandSlot first = waiting.first;
        occupied = first != null;
        if (first != null || armed) {
            Future<?> set = timer;
            if (set != null && set.cancel(false)) {
                armed = false;
            }
            if (!armed && first != null) {
                arm(first.queue().eventLoop(), 0);
            }
        }
    }

    /** Who waits asks again: it may go earlier than it was told. Any thread. */
    private void askAgain() {
        long stamp = SpinLock.lock(lock);
        try {
            lookNow();
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    // ---- limits ----------------------------------------------------------------------------------------------------

    /**
     * Puts limits in force; who waits asks again at once. Called by one thread at a time.
     *
     * @param tenant what all virtual functions of the tenant are charged to as well; null if the tenant has no limits
     * @param shares what divides the physical function; null if nobody said what it can do
     * @param now nanoseconds of the event loops' clock
     */
    public void limit(Limits limits, @Nullable LimitedAdmission tenant, @Nullable PfShares shares, long now) {
        long stamp = SpinLock.lock(lock);
        try {
            Admission before = admission;
            boolean none = limits.withShare(null).equals(Limits.NONE) && tenant == null && shares == null;
            if (before instanceof LimitedAdmission old && !none && old.isOf(tenant)) {
                share(old, limits, shares, now);
                if (!old.limits().equals(limits)) {
                    old.change(limits, now);
                }
            } else {
                if (before instanceof LimitedAdmission old) {
                    retired = retired.plus(old.counters(now));
                    old.share(null, now);
                }
                if (!none || !before.equals(Admission.UNLIMITED)) {
                    admission = none ? Admission.UNLIMITED : limited(limits, tenant, shares, now);
                }
            }
            limited = !none;
            lookNow();
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    private Admission limited(Limits limits, @Nullable LimitedAdmission tenant, @Nullable PfShares shares, long now) {
        LimitedAdmission made = new LimitedAdmission(limits, tenant, now);
        share(made, limits, shares, now);
        return made;
    }

    private void share(LimitedAdmission of, Limits limits, @Nullable PfShares shares, long now) {
        if (!of.isSharing(shares)) {
            of.share(shares == null ? null : shares.join(limits.shareOrDefault(), this::askAgain, now), now);
        }
    }

    /** Commands that waited for so long that they went on without being charged. */
    public long overdue() {
        long stamp = SpinLock.lock(lock);
        try {
            return overdue;
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** What was counted while there were limits. */
    public AdmissionCounters counters(long now) {
        return admission instanceof LimitedAdmission current ? retired.plus(current.counters(now)) : retired;
    }

    /** Commands that wait. */
    public int length() {
        if (!occupied) {
            return 0;
        }
        long stamp = SpinLock.lock(lock);
        try {
            return waiting.length;
        } finally {
            lock.unlockWrite(stamp);
        }
    }
}
