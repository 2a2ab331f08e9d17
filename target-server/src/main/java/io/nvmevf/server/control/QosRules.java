package io.nvmevf.server.control;

import io.nvmevf.qos.Limit;
import io.nvmevf.qos.Limits;
import io.nvmevf.server.control.ControlException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What profiles and limits may look like. Pure: states in, a state's part or a refusal out.
 *
 * <p>The rule that matters most: a command never waits longer than {@value #MAX_SECONDS} s for a limit, because a host that waits
 * 30 s (Linux: nvme_core.io_timeout) resets the whole controller. So the I/O queues of a virtual function may hold at most that
 * many seconds' worth of its slowest limit, where each command has MDTS bytes for a limit of bytes; those of all virtual
 * functions of a tenant together at most that of the tenant's. {@link ShareRules} says the same of what it gets of a physical
 * function that is short.
 */
final class QosRules {
    /** Longest time, in seconds, that the last of all commands a host can queue may wait. */
    static final int MAX_SECONDS = 10;

    /** Bounds the state file. */
    private static final int MAX_PROFILES = 1024;

    private static final int MAX_TENANTS = 65_536;

    private QosRules() {}

    // ---- profiles ------------------------------------------------------------------------------------------------

    static QosProfile profile(TargetState state, @Nullable String name, @Nullable Limits limits)
            throws ControlException {
        if (name == null || !Names.isProfileName(name)) {
            throw ControlException.invalid("the profile's name is " + VfRules.quoted(name)
                    + "; allowed are 1 to 64 characters of a-z, 0-9 and -, not - first");
        }
        if (state.profile(name).isPresent()) {
            throw new ControlException(Reason.EXISTS, "there is a profile '" + name + "' already");
        }
        if (state.profiles().size() >= MAX_PROFILES) {
            throw new ControlException(
                    Reason.NO_CAPACITY, "there are " + MAX_PROFILES + " profiles, which is the most; delete one");
        }
        return new QosProfile(name, needed(limits));
    }

    /** The profile of this name, which is to be changed or deleted. */
    static QosProfile own(TargetState state, String name) throws ControlException {
        QosProfile profile = state.profile(name)
                .orElseThrow(() -> new ControlException(Reason.NOT_FOUND, "there is no profile '" + name + "'"));
        if (profile.isPreset()) {
            throw ControlException.invalid("profile " + name
                    + " is built in and stays as it is; create one of another name with the limits that you want");
        }
        return profile;
    }

    static Limits needed(@Nullable Limits limits) throws ControlException {
        if (limits == null || limits.equals(Limits.NONE)) {
            throw ControlException.invalid("limits is missing or empty; give at least one of readIops, writeIops,"
                    + " totalIops, readBytes, writeBytes, totalBytes and share");
        }
        return limits;
    }

    /** Refuses a profile that is not there. */
    static void checkKnown(TargetState state, @Nullable String profile) throws ControlException {
        if (profile != null && state.profile(profile).isEmpty()) {
            throw ControlException.invalid("profile is " + VfRules.quoted(profile) + "; there are "
                    + state.allProfiles().stream().map(QosProfile::name).collect(Collectors.joining(", ")));
        }
    }

    /** Refuses to delete what is in use. */
    static void checkUnused(TargetState state, QosProfile profile) throws ControlException {
        List<String> users = state.vfs().stream()
                .filter(vf -> profile.name().equals(vf.profile()))
                .map(VirtualFunction::name)
                .toList();
        if (!users.isEmpty()) {
            throw new ControlException(
                    Reason.IN_USE,
                    "profile " + profile.name() + " is used by " + users.size()
                            + (users.size() == 1 ? " virtual function (" : " virtual functions (") + users.getFirst()
                            + (users.size() == 1 ? "" : ", …") + "); give them another one, or no limits, first");
        }
    }

    /** Refuses limits that a tenant cannot have. */
    static void checkTenant(TargetState state, PhysicalFunction pf, String tenant, Limits limits)
            throws ControlException {
        if (!Names.isTenant(tenant)) {
            throw ControlException.invalid("tenant is " + VfRules.quoted(tenant)
                    + "; allowed are 1 to 64 characters of a-z, 0-9 and -, not - first");
        }
        if (limits.share() != null) {
            throw ControlException.invalid(
                    "a tenant has no share; give guarantees and weights to its virtual functions");
        }
        Limits before = state.tenantLimits(tenant);
        if (state.tenants().size() >= MAX_TENANTS && before.equals(Limits.NONE)) {
            throw new ControlException(
                    Reason.NO_CAPACITY, "there are limits for " + MAX_TENANTS + " tenants, which is the most");
        }
        if (mostCommands(pf, limits) < mostCommands(pf, before)) {
            checkTenant(pf, tenant, limits, state.vfsOf(tenant));
        }
    }

    // ---- the time that commands wait -----------------------------------------------------------------------------

    /**
     * How fast commands go that queue up.
     *
     * @param what it is that holds them up, with its figure, for messages
     * @param perSecond commands
     * @param most commands that may queue up so that the last of them waits {@value #MAX_SECONDS} s at most
     * @param instead what would do as well as shorter queues, for messages
     */
    record Pace(String what, double perSecond, long most, String instead) {

        static Pace of(String limit, long rate, String commands, int each) {
            return new Pace(
                    commands + "that queue up at " + limit + " " + rate,
                    (double) rate / each,
                    rate * MAX_SECONDS / each,
                    "a higher limit");
        }

        private String refusal(long commands) {
            return commands + " commands " + what + " would wait up to " + (long) Math.ceil(commands / perSecond)
                    + " s, which is more than the " + MAX_SECONDS
                    + " s that are safe from the I/O timeout of hosts; " + most + " at most may queue up";
        }
    }

    /** Commands that may be queued so that the last of them waits {@value #MAX_SECONDS} s at most. */
    static long mostCommands(PhysicalFunction pf, Limits limits) {
        Pace slowest = slowest(pf, limits);
        return slowest == null ? Long.MAX_VALUE : slowest.most();
    }

    /** Commands that hosts can queue on these virtual functions. */
    static long commands(List<VirtualFunction> vfs) {
        return vfs.stream().mapToLong(QosRules::commands).sum();
    }

    static long commands(VirtualFunction vf) {
        return (long) vf.ioQueues() * vf.queueDepth();
    }

    /**
     * Refuses a virtual function whose commands would wait too long.
     *
     * @param old what it was before; null if it is new. What does not get worse is not refused
     */
    static void checkVf(TargetState state, PhysicalFunction pf, @Nullable VirtualFunction old, VirtualFunction vf)
            throws ControlException {
        Limits limits = state.limitsOf(vf);
        if (old == null
                || commands(vf) > commands(old)
                || mostCommands(pf, limits) < mostCommands(pf, state.limitsOf(old))) {
            checkVf(vf, slowest(pf, limits));
        }
        if (old == null || commands(vf) > commands(old) || !vf.tenant().equals(old.tenant())) {
            List<VirtualFunction> vfs = new ArrayList<>(state.vfsOf(vf.tenant()));
            vfs.removeIf(other -> other.number() == vf.number());
            vfs.add(vf);
            checkTenant(pf, vf.tenant(), state.tenantLimits(vf.tenant()), vfs);
        }
    }

    /**
     * Refuses limits for a profile with which commands of a virtual function that has it would wait too long.
     *
     * @param old what it was before. What does not get worse is not refused
     */
    static void checkProfile(PhysicalFunction pf, List<VirtualFunction> vfs, QosProfile old, QosProfile changed)
            throws ControlException {
        if (mostCommands(pf, changed.limits()) >= mostCommands(pf, old.limits())) {
            return;
        }
        for (VirtualFunction vf : vfs) {
            if (changed.name().equals(vf.profile())) {
                checkVf(vf, slowest(pf, changed.limits()));
            }
        }
    }

    /** Refuses queues that are too long for this pace; null is none. */
    static void checkVf(VirtualFunction vf, @Nullable Pace pace) throws ControlException {
        if (pace == null || commands(vf) <= pace.most()) {
            return;
        }
        throw ControlException.invalid("virtual function " + vf.name() + " has ioQueues " + vf.ioQueues()
                + " x queueDepth " + vf.queueDepth() + ", and " + pace.refusal(commands(vf)) + ": "
                + hint(vf.ioQueues(), pace.most(), pace, ""));
    }

    /** Refuses limits of a tenant with which commands of its virtual functions would wait too long. */
    static void checkTenant(PhysicalFunction pf, String tenant, Limits limits, List<VirtualFunction> vfs)
            throws ControlException {
        Pace pace = slowest(pf, limits);
        if (pace == null || commands(vfs) <= pace.most()) {
            return;
        }
        long each = pace.most() / vfs.size();
        throw ControlException.invalid("tenant " + tenant + " has " + vfs.size()
                + (vfs.size() == 1 ? " virtual function" : " virtual functions") + ", and "
                + pace.refusal(commands(vfs)) + " on all of them: "
                + (each < 2 && vfs.size() > 1
                        ? "fewer virtual functions or " + pace.instead() + " would do"
                        : hint(VfRules.MAX_IO_QUEUES, each, pace, " for each of them")));
    }

    private static String hint(int wanted, long most, Pace pace, String where) {
        if (most < 2) {
            return "no queue is that short; " + pace.instead() + " would do";
        }
        int queues = fittingQueues(wanted, most);
        return "ioQueues " + queues + " x queueDepth " + fittingDepth(queues, most) + where + " would do, or "
                + pace.instead();
    }

    /** As many of {@code wanted} queues as can have a depth of 32, but at least one. */
    static int fittingQueues(int wanted, long mostCommands) {
        return Math.clamp(mostCommands / 32, 1, Math.max(1, wanted));
    }

    /** The largest depth of that many queues. */
    static int fittingDepth(int queues, long mostCommands) {
        return Math.clamp(mostCommands / queues, 2, VfRules.MAX_QUEUE_DEPTH);
    }

    private static @Nullable Pace slowest(PhysicalFunction pf, Limits limits) {
        String large = "of " + pf.mdts() + " bytes (MDTS) ";
        Pace pace = slower(null, "readIops", limits.readIops(), "", 1);
        pace = slower(pace, "writeIops", limits.writeIops(), "", 1);
        pace = slower(pace, "totalIops", limits.totalIops(), "", 1);
        pace = slower(pace, "readBytes", limits.readBytes(), large, pf.mdts());
        pace = slower(pace, "writeBytes", limits.writeBytes(), large, pf.mdts());
        return slower(pace, "totalBytes", limits.totalBytes(), large, pf.mdts());
    }

    private static @Nullable Pace slower(
            @Nullable Pace one, String name, @Nullable Limit limit, String commands, int each) {
        if (limit == null) {
            return one;
        }
        Pace other = Pace.of(name, limit.rate(), commands, each);
        return one != null && one.perSecond() <= other.perSecond() ? one : other;
    }
}
