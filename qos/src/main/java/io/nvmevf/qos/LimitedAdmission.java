package io.nvmevf.qos;

import java.util.Objects;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/**
 * Limits in force for one virtual function, or for a tenant over several of them.
 *
 * <p>A command needs tokens of every limit that concerns it, those of the tenant included. All buckets are looked at first
 * and charged after all have agreed, so a refusal leaves no trace in any of them; the wait is the longest that one of them
 * asked for.
 *
 * <p>Safe for all event loops. A decision holds the lock of the virtual function, then that of its tenant, for some dozens of
 * nanoseconds. It is taken by trying again, never by parking the thread: an event loop must not sleep here. Virtual
 * functions of different tenants share nothing. {@link #counters} only looks, and holds nobody up.
 *
 * <p>There is no queue here. Order among commands that wait is the business of the one who keeps them.
 */
public final class LimitedAdmission implements Admission {
    private static final int LOOKS = 100;

    private final StampedLock lock = new StampedLock();
    private final @Nullable LimitedAdmission tenant;

    private final LimitBuckets readIops;
    private final LimitBuckets writeIops;
    private final LimitBuckets totalIops;
    private final LimitBuckets readBytes;
    private final LimitBuckets writeBytes;
    private final LimitBuckets totalBytes;

    private final ThrottleClock iopsClock = new ThrottleClock();
    private final ThrottleClock bytesClock = new ThrottleClock();
    private final ThrottleClock tenantIopsClock = new ThrottleClock();
    private final ThrottleClock tenantBytesClock = new ThrottleClock();
    private final ThrottleClock pfClock = new ThrottleClock();

    /** Among those that are charged to this tenant. */
    private final TenantTurns turns;
    /** Where it stands among those of its tenant. Guarded by the tenant's lock. */
    private final TenantTurns.Member place = new TenantTurns.Member();
    /** What the last look asked for longest. */
    private boolean forBytes;

    private final long[] commands = new long[Kind.values().length];
    private final long[] bytes = new long[Kind.values().length];
    private long refusals;
    private long refunds;
    /** How often the limits were changed, and up to which change of the tenant's the clocks above are right. */
    private long changes;

    private long tenantChanges;
    private volatile @Nullable PfShare share;
    private volatile Limits limits;

    /**
     * Limits without a tenant above them; every bucket begins full.
     *
     * @param now nanoseconds of the monotonic clock that all later calls use
     */
    public LimitedAdmission(Limits limits, long now) {
        this(limits, null, now);
    }

    /**
     * Limits of a virtual function whose commands are charged to its tenant too.
     *
     * @throws IllegalArgumentException if the tenant has a tenant
     */
    public LimitedAdmission(Limits limits, @Nullable LimitedAdmission tenant, long now) {
        if (tenant != null && tenant.tenant != null) {
            throw new IllegalArgumentException("a tenant cannot have a tenant");
        }
        this.tenant = tenant;
        turns = new TenantTurns(limits);
        this.limits = limits;
        readIops = new LimitBuckets(limits.readIops(), now);
        writeIops = new LimitBuckets(limits.writeIops(), now);
        totalIops = new LimitBuckets(limits.totalIops(), now);
        readBytes = new LimitBuckets(limits.readBytes(), now);
        writeBytes = new LimitBuckets(limits.writeBytes(), now);
        totalBytes = new LimitBuckets(limits.totalBytes(), now);
    }

    @Override
    public long admit(Kind kind, long bytes, long now) {
        TokenBucket.checkAmount(bytes);
        LimitedAdmission group = tenant;
        long stamp = lock();
        try {
            if (group == null) {
                return decide(null, kind, bytes, now);
            }
            long groupStamp = group.lock();
            try {
                return decide(group, kind, bytes, now);
            } finally {
                group.lock.unlockWrite(groupStamp);
            }
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    private long decide(@Nullable LimitedAdmission group, Kind kind, long bytes, long now) {
        long wait = look(kind, bytes, now, null);
        if (group != null) {
            wait = Math.max(wait, inTurn(group, wait, kind, bytes, now));
        }
        PfShare of = share;
        if (of != null) {
            boolean itsTurn = wait == 0;
            wait = lookAtShare(of, wait, kind, bytes, now);
            if (itsTurn && wait != 0 && group != null) {
                // (The others of the tenant need not defer to one that its share holds up.)
                group.turns.leave(place);
            }
        }
        settle(wait, kind, bytes);
        if (group != null) {
            group.settle(wait, kind, bytes);
            if (wait == 0) {
                group.turns.charge(place, kind, bytes);
            }
        }
        return wait;
    }

    /** How long the command has to wait for its tenant's limits, and for others that it is ahead of. */
    private long inTurn(LimitedAdmission group, long own, Kind kind, long bytes, long now) {
        if (tenantChanges != group.changes) {
            tenantChanges = group.changes;
            tenantIopsClock.close(now);
            tenantBytesClock.close(now);
        }
        long wait = group.look(kind, bytes, now, this);
        if (own != 0) {
            group.turns.leave(place);
        } else if (wait != 0) {
            group.turns.refuse(place, now + wait, group.forBytes);
        } else {
            wait = group.turns.nanosUntilTurn(place, now);
            if (wait != 0) {
                boolean bytesShort = group.turns.isForBytes(place);
                (bytesShort ? tenantBytesClock : tenantIopsClock).asked(now, wait);
                group.turns.refuse(place, now + wait, bytesShort);
            }
        }
        return wait;
    }

    /** How long the command has to wait for the buckets here; {@code member} is who asks if this is a tenant. */
    private long look(Kind kind, long bytes, long now, @Nullable LimitedAdmission member) {
        boolean read = kind == Kind.READ;
        long iopsWait = Math.max((read ? readIops : writeIops).nanosUntil(1, now), totalIops.nanosUntil(1, now));
        long bytesWait =
                Math.max((read ? readBytes : writeBytes).nanosUntil(bytes, now), totalBytes.nanosUntil(bytes, now));
        iopsClock.asked(now, iopsWait);
        bytesClock.asked(now, bytesWait);
        if (member != null) {
            member.tenantIopsClock.asked(now, iopsWait);
            member.tenantBytesClock.asked(now, bytesWait);
        }
        forBytes = bytesWait > iopsWait;
        return Math.max(iopsWait, bytesWait);
    }

    /** The share is asked last, and for what the limits let pass: only that is demand which the physical function is short for. */
    private long lookAtShare(PfShare of, long wait, Kind kind, long bytes, long now) {
        if (wait != 0) {
            of.nothingWaits();
            pfClock.close(now);
            return wait;
        }
        long cost = of.cost(kind, bytes);
        long shareWait = of.nanosUntil(cost, now);
        if (shareWait == 0) {
            // (It may be sooner than was told: the share has grown.)
            pfClock.close(now);
            of.charge(cost);
        } else {
            pfClock.asked(now, shareWait);
            of.refused();
        }
        return shareWait;
    }

    private void settle(long wait, Kind kind, long bytes) {
        if (wait != 0) {
            refusals++;
            return;
        }
        boolean read = kind == Kind.READ;
        (read ? readIops : writeIops).charge(1);
        totalIops.charge(1);
        (read ? readBytes : writeBytes).charge(bytes);
        totalBytes.charge(bytes);
        commands[kind.ordinal()]++;
        this.bytes[kind.ordinal()] += bytes;
    }

    @Override
    public void refund(Kind kind, long bytes) {
        TokenBucket.checkAmount(bytes);
        giveBack(kind, bytes);
        if (tenant != null) {
            tenant.giveBack(kind, bytes);
        }
    }

    private void giveBack(Kind kind, long bytes) {
        boolean read = kind == Kind.READ;
        long stamp = lock();
        try {
            (read ? readIops : writeIops).refund(1);
            totalIops.refund(1);
            (read ? readBytes : writeBytes).refund(bytes);
            totalBytes.refund(bytes);
            PfShare of = share;
            if (of != null) {
                of.refund(of.cost(kind, bytes));
            }
            refunds++;
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    @Override
    public void nothingWaits(long now) {
        long stamp = lock();
        try {
            stopClocks(now);
            PfShare of = share;
            if (of != null) {
                of.nothingWaits();
            }
            LimitedAdmission group = tenant;
            if (group != null) {
                long groupStamp = group.lock();
                try {
                    group.turns.leave(place);
                } finally {
                    group.lock.unlockWrite(groupStamp);
                }
            }
        } finally {
            lock.unlockWrite(stamp);
        }
        // (The tenant's own clocks run on: another of its virtual functions may be waiting.)
    }

    /** The limits in force. */
    public Limits limits() {
        return limits;
    }

    /**
     * Changes the limits from {@code now} on. Tokens are kept, but not above the new size; a limit that was not there before
     * begins with none. What waits may have to wait shorter or longer now: the caller has it ask again.
     */
    public void change(Limits next, long now) {
        long stamp = lock();
        try {
            readIops.change(next.readIops(), now);
            writeIops.change(next.writeIops(), now);
            totalIops.change(next.totalIops(), now);
            readBytes.change(next.readBytes(), now);
            writeBytes.change(next.writeBytes(), now);
            totalBytes.change(next.totalBytes(), now);
            iopsClock.close(now);
            bytesClock.close(now);
            changes++;
            turns.change(next);
            limits = next;
            PfShare of = share;
            if (of != null) {
                of.terms(next.shareOrDefault());
            }
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    private void stopClocks(long now) {
        iopsClock.close(now);
        bytesClock.close(now);
        tenantIopsClock.close(now);
        tenantBytesClock.close(now);
        pfClock.close(now);
    }

    /** What was counted until {@code now}. */
    public AdmissionCounters counters(long now) {
        for (int i = 0; i < LOOKS; i++) {
            long stamp = lock.tryOptimisticRead();
            if (stamp != 0) {
                AdmissionCounters counters = read(now);
                if (lock.validate(stamp)) {
                    return counters;
                }
            }
            Thread.onSpinWait();
        }
        long stamp = lock();
        try {
            return read(now);
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    private AdmissionCounters read(long now) {
        return new AdmissionCounters(
                commands[Kind.READ.ordinal()],
                commands[Kind.WRITE.ordinal()],
                commands[Kind.OTHER.ordinal()],
                bytes[Kind.READ.ordinal()],
                bytes[Kind.WRITE.ordinal()],
                bytes[Kind.OTHER.ordinal()],
                refusals,
                refunds,
                iopsClock.total(now),
                bytesClock.total(now),
                tenantIopsClock.total(now),
                tenantBytesClock.total(now),
                pfClock.total(now));
    }

    /** Whether commands are charged to this tenant, or to none. */
    public boolean isOf(@Nullable LimitedAdmission group) {
        return Objects.equals(tenant, group);
    }

    /** Whether commands are charged to a share of this physical function, or to none. */
    public boolean isSharing(@Nullable PfShares shares) {
        PfShare present = share;
        return present == null ? shares == null : present.isOf(shares);
    }

    /**
     * Charges commands to this share from now on, and leaves the one before.
     *
     * @param next made for this object alone; null for none
     */
    public void share(@Nullable PfShare next, long now) {
        long stamp = lock();
        try {
            PfShare before = share;
            if (before != null) {
                before.leave();
            }
            share = next;
            pfClock.close(now);
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    private long lock() {
        return SpinLock.lock(lock);
    }
}
