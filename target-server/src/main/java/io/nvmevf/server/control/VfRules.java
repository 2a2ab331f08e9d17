package io.nvmevf.server.control;

import io.nvmevf.qos.Limits;
import io.nvmevf.server.control.ControlException.Reason;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a virtual function may look like. Pure: states in, a record or a refusal out. */
final class VfRules {
    static final int MAX_IO_QUEUES = 64;
    static final int MAX_QUEUE_DEPTH = 1024;

    /** Bounds the state file and the work per Connect. */
    private static final int MAX_ALLOWED_HOSTS = 1024;

    private VfRules() {}

    static VirtualFunction create(TargetState state, PhysicalFunction pf, NewVirtualFunction wanted)
            throws ControlException {
        String name = wanted.name();
        if (name == null || !Names.isVfName(name)) {
            throw ControlException.invalid(
                    "the name is " + quoted(name) + "; allowed are 1 to 32 characters of a-z, 0-9 and -, not - first");
        }
        if (state.vf(name).isPresent()) {
            throw new ControlException(Reason.EXISTS, "there is a virtual function '" + name + "' already");
        }
        if (state.vfs().size() >= pf.maxVfs()) {
            throw new ControlException(
                    Reason.NO_CAPACITY,
                    "there are " + state.vfs().size() + " virtual functions, and " + pf.maxVfs()
                            + " are allowed; delete one, or raise pf.max-vfs");
        }
        if (state.nextVf() > TargetState.MAX_VF_NUMBER) {
            throw new ControlException(
                    Reason.NO_CAPACITY,
                    "all " + TargetState.MAX_VF_NUMBER
                            + " numbers of virtual functions were used; they are never used again");
        }
        int left = pf.queueResources() - PhysicalFunction.queuesAssigned(state);
        String tenant = wanted.tenant() == null ? name : wanted.tenant();
        VfState first = wanted.state() == null ? VfState.ONLINE : wanted.state();
        if (first == VfState.DRAINING) {
            throw ControlException.invalid("state is DRAINING; allowed are ONLINE and OFFLINE");
        }
        String nqn = wanted.nqn() == null ? Names.vfNqn(state.uuid(), name) : wanted.nqn();
        checkNqn("nqn", nqn);
        if (nqn.equals(Names.DISCOVERY_NQN)) {
            throw ControlException.invalid("nqn is the discovery service's; allowed is any other NQN");
        }
        if (nqn.equals(Names.discoveryNqn(state.uuid()))
                || nqn.equals(pf.nqn())
                || state.vfs().stream().anyMatch(vf -> vf.nqn().equals(nqn))) {
            throw new ControlException(Reason.EXISTS, "the NQN " + nqn + " is taken");
        }
        String serial = wanted.serial() == null ? Names.serial(state.uuid(), state.nextVf()) : wanted.serial();
        if (!serial.matches("[!-~]([ -~]{0,18}[!-~])?")) {
            throw ControlException.invalid("serial is " + quoted(serial)
                    + "; allowed are 1 to 20 printable ASCII characters, no" + " blank first or last");
        }
        checkSource(state, wanted.profile(), wanted.limits(), false);
        Limits limits = orNull(wanted.limits());
        long most = mostCommands(state, pf, tenant, wanted.profile(), limits);
        int ioQueues = wanted.ioQueues() == null
                ? Math.min(Math.clamp(left - 1, 0, MAX_IO_QUEUES), queuesFor(wanted.queueDepth(), most))
                : wanted.ioQueues();
        int queueDepth =
                wanted.queueDepth() == null ? QosRules.fittingDepth(Math.max(1, ioQueues), most) : wanted.queueDepth();
        VirtualFunction vf = new VirtualFunction(
                state.nextVf(),
                name,
                tenant,
                nqn,
                serial,
                changed(Access.NOBODY, wanted.access()),
                wanted.ports() == null ? new TreeSet<>() : new TreeSet<>(wanted.ports()),
                ioQueues,
                queueDepth,
                first,
                null,
                wanted.profile(),
                limits);
        VirtualFunction made = checked(vf, pf, left);
        QosRules.checkVf(state, pf, null, made);
        return made;
    }

    /**
     * How many commands of a new virtual function, whose creator does not say, may queue up. It takes half of what is left to
     * its tenant, and less than its share, so that there can be others.
     */
    private static long mostCommands(
            TargetState state, PhysicalFunction pf, String tenant, @Nullable String profile, @Nullable Limits limits) {
        Limits own =
                profile != null ? state.profile(profile).orElseThrow().limits() : limits == null ? Limits.NONE : limits;
        long others = QosRules.commands(state.vfsOf(tenant));
        long leftOfTenant = QosRules.mostCommands(pf, state.tenantLimits(tenant)) - others;
        long ofShare = ShareRules.roomFor(state, pf, own.shareOrDefault());
        return Math.min(Math.min(QosRules.mostCommands(pf, own), ofShare), Math.max(0, leftOfTenant) / 2);
    }

    private static int queuesFor(@Nullable Integer depth, long mostCommands) {
        return depth == null || depth < 1
                ? QosRules.fittingQueues(MAX_IO_QUEUES, mostCommands)
                : Math.clamp(mostCommands / depth, 1, MAX_IO_QUEUES);
    }

    /** Refuses a profile together with limits, and a profile that is not there. */
    private static void checkSource(
            TargetState state, @Nullable String profile, @Nullable Limits limits, boolean noLimits)
            throws ControlException {
        if (profile != null && limits != null) {
            throw ControlException.invalid("profile and limits are both given; allowed is one of them");
        }
        if (noLimits && (profile != null || limits != null)) {
            throw ControlException.invalid(
                    "noLimits is given together with a profile or limits; allowed is one of them");
        }
        QosRules.checkKnown(state, profile);
    }

    private static @Nullable Limits orNull(@Nullable Limits limits) {
        return Limits.NONE.equals(limits) ? null : limits;
    }

    /** With what {@code change} asks for. */
    static VirtualFunction update(
            TargetState state, PhysicalFunction pf, VirtualFunction old, VirtualFunctionChange change)
            throws ControlException {
        String tenant = change.tenant() == null ? old.tenant() : change.tenant();
        if (!tenant.equals(old.tenant())
                && state.namespaces().stream()
                        .anyMatch(ns -> ns.isAttachedTo(old.name())
                                || (ns.erasure() != null
                                        && old.name().equals(ns.erasure().to())))) {
            throw new ControlException(
                    Reason.IN_USE,
                    "virtual function " + old.name() + " has namespaces of tenant " + old.tenant()
                            + "; detach or reassign them before it gets another tenant");
        }
        boolean noLimits = Boolean.TRUE.equals(change.noLimits());
        checkSource(state, change.profile(), change.limits(), noLimits);
        boolean stay = !noLimits && change.profile() == null && change.limits() == null;
        VirtualFunction changed = new VirtualFunction(
                old.number(),
                old.name(),
                tenant,
                old.nqn(),
                old.serial(),
                changed(old.access(), change.access()),
                change.ports() == null ? old.ports() : new TreeSet<>(change.ports()),
                change.ioQueues() == null ? old.ioQueues() : change.ioQueues(),
                change.queueDepth() == null ? old.queueDepth() : change.queueDepth(),
                old.state(),
                // (What the last tenant's sanitize operation left is no business of the next one's.)
                tenant.equals(old.tenant()) ? old.sanitize() : null,
                stay ? old.profile() : change.profile(),
                stay ? old.limits() : orNull(change.limits()));
        VirtualFunction made = checked(changed, pf, queuesLeft(state, pf, old));
        QosRules.checkVf(state, pf, old, made);
        return made;
    }

    /** With another number of I/O queues; 0 takes all of its queues away. */
    static VirtualFunction assign(TargetState state, PhysicalFunction pf, VirtualFunction old, int ioQueues)
            throws ControlException {
        if (old.state() != VfState.OFFLINE) {
            throw new ControlException(
                    Reason.WRONG_STATE,
                    "virtual function " + old.name() + " is " + old.state()
                            + "; queues are assigned while it is OFFLINE");
        }
        VirtualFunction made = checked(old.withQueues(ioQueues), pf, queuesLeft(state, pf, old));
        QosRules.checkVf(state, pf, old, made);
        return made;
    }

    /** What is left of the physical function's queues, without those of {@code vf}. */
    private static int queuesLeft(TargetState state, PhysicalFunction pf, VirtualFunction vf) {
        return pf.queueResources() - PhysicalFunction.queuesAssigned(state) + vf.queues();
    }

    private static Access changed(Access old, @Nullable AccessChange change) {
        return change == null ? old : change.applied(old);
    }

    private static VirtualFunction checked(VirtualFunction vf, PhysicalFunction pf, int queuesLeft)
            throws ControlException {
        if (!Names.isTenant(vf.tenant())) {
            throw ControlException.invalid("tenant is " + quoted(vf.tenant())
                    + "; allowed are 1 to 64 characters of a-z, 0-9 and -, not - first");
        }
        Set<String> hosts = vf.access().allowedHosts();
        for (String host : hosts) {
            checkNqn("allowedHosts", host);
        }
        if (hosts.size() > MAX_ALLOWED_HOSTS) {
            throw ControlException.invalid(
                    "allowedHosts has " + hosts.size() + " entries; allowed are up to " + MAX_ALLOWED_HOSTS);
        }
        for (int port : vf.ports()) {
            if (port < 1 || port > pf.ports()) {
                throw ControlException.invalid(
                        "ports names listener " + port + "; there are listeners 1 to " + pf.ports());
            }
        }
        checkRange("ioQueues", vf.ioQueues(), vf.isOnline() ? 1 : 0, MAX_IO_QUEUES);
        checkRange("queueDepth", vf.queueDepth(), 2, MAX_QUEUE_DEPTH);
        if (vf.queues() > queuesLeft) {
            throw new ControlException(
                    Reason.NO_CAPACITY,
                    "ioQueues is " + vf.ioQueues() + ", which takes " + vf.queues()
                            + " of the physical function's queues with the admin queue; " + queuesLeft + " of "
                            + pf.queueResources() + " are left (pf.queue-resources)");
        }
        return vf;
    }

    private static void checkNqn(String key, String nqn) throws ControlException {
        if (!Names.isNqn(nqn)) {
            throw ControlException.invalid(key + ": " + quoted(nqn)
                    + " is no NQN; allowed is nqn.yyyy-mm.reverse.domain:anything, up to 223 bytes,"
                    + " without blanks");
        }
    }

    private static void checkRange(String key, int value, int min, int max) throws ControlException {
        if (value < min || value > max) {
            throw ControlException.invalid(key + " is " + value + "; allowed is " + min + " to " + max);
        }
    }

    /** Cut short: it came from outside and goes into a message. */
    static String quoted(@Nullable String value) {
        return value == null ? "missing" : "'" + (value.length() > 240 ? value.substring(0, 240) + "…" : value) + "'";
    }
}
