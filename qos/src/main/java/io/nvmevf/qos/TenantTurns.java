package io.nvmevf.qos;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is while a tenant's limits hold several of its virtual functions up. Without turns whoever asks most often would get
 * every token as it arrives, and one that needs many at once would never find them.
 *
 * <p>Start-time fair queueing (Goyal, Vin, Cheng, 1996): what each got is counted in seconds of the tenant's limits, and one that is
 * ahead of another that waits by more than {@link #AHEAD} lets it go first. It is a matter among those that wait: a
 * tenant's limits are never left unused for one that asks for nothing.
 *
 * <p>Guarded by the lock of the tenant's {@link LimitedAdmission}.
 */
final class TenantTurns {
    /** Seconds: so much at a time goes to one before another has its turn, so that turns are not changed for each command. */
    static final double AHEAD = 0.002;
    /** Nanoseconds after which one that has not come back when it was told to has lost its turn. */
    static final long PATIENCE = ThrottleClock.LATE;
    /** Who waits for one that is late looks again after so many nanoseconds. */
    private static final long AGAIN = 50_000;

    /** Where one virtual function stands. */
    static final class Member {
        /** Seconds of the tenant's limits that it has got; or what others had, when it last began to be held up. */
        private double got;

        /** Whether it has commands that are held up, from a refusal until nothing waits there. */
        private boolean backlogged;
        /** Whether it is told to come back. */
        private boolean waits;
        /** When it was told to come back. */
        private long until;
        /** Whether it waits for bytes, and not for commands. */
        private boolean forBytes;
    }

    private final List<Member> waiting = new ArrayList<>();
    /** What the last one that went had got before. */
    private double reached;

    // Seconds of the tenant's limits that a command, and a byte, take.
    private double perRead;
    private double perWrite;
    private double perReadByte;
    private double perWriteByte;

    TenantTurns(Limits limits) {
        change(limits);
    }

    void change(Limits limits) {
        perRead = Math.max(seconds(limits.readIops()), seconds(limits.totalIops()));
        perWrite = Math.max(seconds(limits.writeIops()), seconds(limits.totalIops()));
        perReadByte = Math.max(seconds(limits.readBytes()), seconds(limits.totalBytes()));
        perWriteByte = Math.max(seconds(limits.writeBytes()), seconds(limits.totalBytes()));
    }

    private static double seconds(@Nullable Limit limit) {
        return limit == null ? 0 : 1.0 / limit.rate();
    }

    private double start(Member member) {
        return member.backlogged ? member.got : Math.max(member.got, reached);
    }

    /** Whom the member, for whom there are tokens, lets go first; null if it is its turn. */
    private @Nullable Member before(Member member, long now) {
        double mine = start(member);
        Member first = null;
        for (int i = waiting.size() - 1; i >= 0; i--) {
            Member other = waiting.get(i);
            if (other == member) {
                continue;
            }
            if (now - other.until > PATIENCE) {
                leave(other);
            } else if (other.got + AHEAD < mine && (first == null || other.got < first.got)) {
                first = other;
            }
        }
        return first;
    }

    /**
     * How long the member waits for others although there are tokens.
     *
     * @return nanoseconds; 0 if it is its turn. If not, {@link #isForBytes} tells what the others wait for
     */
    long nanosUntilTurn(Member member, long now) {
        if (waiting.isEmpty()) {
            return 0;
        }
        Member first = before(member, now);
        if (first == null) {
            return 0;
        }
        member.forBytes = first.forBytes;
        return Math.max(first.until - now, AGAIN);
    }

    /** What the member waits for. */
    boolean isForBytes(Member member) {
        return member.forBytes;
    }

    /** The member goes on. */
    void charge(Member member, Admission.Kind kind, long bytes) {
        boolean read = kind == Admission.Kind.READ;
        double cost = Math.max(read ? perRead : perWrite, bytes * (read ? perReadByte : perWriteByte));
        double start = start(member);
        member.got = start + cost;
        reached = Math.max(reached, start);
        stopWaiting(member);
    }

    /** The member was told to wait. */
    void refuse(Member member, long until, boolean forBytes) {
        member.until = until;
        member.forBytes = forBytes;
        if (!member.waits) {
            member.got = start(member);
            member.backlogged = true;
            member.waits = true;
            waiting.add(member);
        }
    }

    /** Nothing waits there for the tenant any more. */
    void leave(Member member) {
        member.backlogged = false;
        stopWaiting(member);
    }

    private void stopWaiting(Member member) {
        if (member.waits) {
            member.waits = false;
            waiting.remove(member);
        }
    }
}
