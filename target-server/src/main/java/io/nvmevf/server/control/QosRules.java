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
 * <p>The rule that matters most: a command never waits longer than {@value #MAX_SECONDS} s for a limit of commands, because a
 * host that waits 30 s (Linux: nvme_core.io_timeout) resets the whole controller. So the I/O queues of a virtual function may
 * hold at most that many seconds' worth of its slowest limit of commands; those of all virtual functions of a tenant together
 * at most that of the tenant's.
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
                    + " totalIops, readBytes, writeBytes and totalBytes");
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
    static void checkTenant(TargetState state, String tenant, Limits limits) throws ControlException {
        if (!Names.isTenant(tenant)) {
            throw ControlException.invalid("tenant is " + VfRules.quoted(tenant)
                    + "; allowed are 1 to 64 characters of a-z, 0-9 and -, not - first");
        }
        Limits before = state.tenantLimits(tenant);
        if (state.tenants().size() >= MAX_TENANTS && before.equals(Limits.NONE)) {
            throw new ControlException(
                    Reason.NO_CAPACITY, "there are limits for " + MAX_TENANTS + " tenants, which is the most");
        }
        if (mostCommands(limits) < mostCommands(before)) {
            checkTenant(tenant, limits, state.vfsOf(tenant));
        }
    }

    // ---- the time that commands wait -----------------------------------------------------------------------------

    /** Commands that may be queued so that the last of them waits {@value #MAX_SECONDS} s at most. */
    static long mostCommands(Limits limits) {
        Slowest slowest = slowest(limits);
        return slowest == null ? Long.MAX_VALUE : slowest.limit().rate() * MAX_SECONDS;
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
    static void checkVf(TargetState state, @Nullable VirtualFunction old, VirtualFunction vf) throws ControlException {
        Limits limits = state.limitsOf(vf);
        if (old == null || commands(vf) > commands(old) || mostCommands(limits) < mostCommands(state.limitsOf(old))) {
            checkVf(vf, limits);
        }
        if (old == null || commands(vf) > commands(old) || !vf.tenant().equals(old.tenant())) {
            List<VirtualFunction> vfs = new ArrayList<>(state.vfsOf(vf.tenant()));
            vfs.removeIf(other -> other.number() == vf.number());
            vfs.add(vf);
            checkTenant(vf.tenant(), state.tenantLimits(vf.tenant()), vfs);
        }
    }

    /** Refuses limits for a profile with which commands of a virtual function that has it would wait too long. */
    static void checkProfile(List<VirtualFunction> vfs, QosProfile changed) throws ControlException {
        for (VirtualFunction vf : vfs) {
            if (changed.name().equals(vf.profile())) {
                checkVf(vf, changed.limits());
            }
        }
    }

    private static void checkVf(VirtualFunction vf, Limits limits) throws ControlException {
        Slowest slowest = slowest(limits);
        long most = mostCommands(limits);
        if (slowest == null || commands(vf) <= most) {
            return;
        }
        int queues = fittingQueues(vf.ioQueues(), most);
        throw ControlException.invalid("virtual function " + vf.name() + " has ioQueues " + vf.ioQueues()
                + " x queueDepth " + vf.queueDepth() + ", and " + waiting(commands(vf), slowest) + "; " + most
                + " at most may queue up: ioQueues " + queues + " x queueDepth " + fittingDepth(queues, most)
                + " would do, or a higher limit");
    }

    /** Refuses limits of a tenant with which commands of its virtual functions would wait too long. */
    static void checkTenant(String tenant, Limits limits, List<VirtualFunction> vfs) throws ControlException {
        Slowest slowest = slowest(limits);
        long most = mostCommands(limits);
        if (slowest == null || commands(vfs) <= most) {
            return;
        }
        long each = most / vfs.size();
        int queues = fittingQueues(VfRules.MAX_IO_QUEUES, each);
        String hint = each < 2
                ? "fewer virtual functions or a higher limit would do"
                : "ioQueues " + queues + " x queueDepth " + fittingDepth(queues, each)
                        + " for each of them would do, or a higher limit";
        throw ControlException.invalid("tenant " + tenant + " has " + vfs.size()
                + (vfs.size() == 1 ? " virtual function" : " virtual functions") + ", and "
                + waiting(commands(vfs), slowest) + "; " + most + " at most may queue up on all of them: " + hint);
    }

    private static String waiting(long commands, Slowest slowest) {
        return commands + " commands that queue up at " + slowest.name() + " "
                + slowest.limit().rate()
                + " would wait up to " + Math.ceilDiv(commands, slowest.limit().rate()) + " s, which is more than the "
                + MAX_SECONDS + " s that are safe from the I/O timeout of hosts";
    }

    /** As many of {@code wanted} queues as can have a depth of 32, but at least one. */
    static int fittingQueues(int wanted, long mostCommands) {
        return Math.clamp(mostCommands / 32, 1, Math.max(1, wanted));
    }

    /** The largest depth of that many queues. */
    static int fittingDepth(int queues, long mostCommands) {
        return Math.clamp(mostCommands / queues, 2, VfRules.MAX_QUEUE_DEPTH);
    }

    private record Slowest(String name, Limit limit) {}

    private static @Nullable Slowest slowest(Limits limits) {
        Slowest read = slower(null, "readIops", limits.readIops());
        return slower(slower(read, "writeIops", limits.writeIops()), "totalIops", limits.totalIops());
    }

    private static @Nullable Slowest slower(@Nullable Slowest one, String name, @Nullable Limit other) {
        if (other == null || (one != null && one.limit().rate() <= other.rate())) {
            return one;
        }
        return new Slowest(name, other);
    }
}
