package io.nvmevf.server.control;

import io.nvmevf.server.control.ControlException.Reason;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a virtual function may look like. Pure: states in, a record or a refusal out. */
final class VfRules {
    private static final int MAX_IO_QUEUES = 64;
    private static final int MAX_QUEUE_DEPTH = 1024;

    /** Bounds the state file and the work per Connect. */
    private static final int MAX_ALLOWED_HOSTS = 1024;

    private VfRules() {}

    static VirtualFunction create(TargetState state, NewVirtualFunction wanted) throws ControlException {
        String name = wanted.name();
        if (name == null || !Names.isVfName(name)) {
            throw TargetService.invalid(
                    "the name is " + quoted(name) + "; allowed are 1 to 32 characters of a-z, 0-9 and -, not - first");
        }
        if (state.vf(name).isPresent()) {
            throw new ControlException(Reason.EXISTS, "there is a virtual function '" + name + "' already");
        }
        if (state.nextVf() > TargetState.MAX_VFS) {
            throw new ControlException(
                    Reason.NO_CAPACITY,
                    "all " + TargetState.MAX_VFS
                            + " numbers of virtual functions were used; they are never used again");
        }
        String nqn = wanted.nqn() == null ? Names.vfNqn(state.uuid(), name) : wanted.nqn();
        checkNqn("nqn", nqn);
        if (nqn.equals(Names.DISCOVERY_NQN)) {
            throw TargetService.invalid("nqn is the discovery service's; allowed is any other NQN");
        }
        if (nqn.equals(Names.discoveryNqn(state.uuid()))
                || state.vfs().stream().anyMatch(vf -> vf.nqn().equals(nqn))) {
            throw new ControlException(Reason.EXISTS, "the NQN " + nqn + " is taken");
        }
        String serial = wanted.serial() == null ? Names.serial(state.uuid(), state.nextVf()) : wanted.serial();
        if (!serial.matches("[!-~]([ -~]{0,18}[!-~])?")) {
            throw TargetService.invalid("serial is " + quoted(serial)
                    + "; allowed are 1 to 20 printable ASCII characters, no" + " blank first or last");
        }
        return checked(new VirtualFunction(
                state.nextVf(),
                name,
                nqn,
                serial,
                wanted.allowedHosts() == null ? new TreeSet<>() : new TreeSet<>(wanted.allowedHosts()),
                Boolean.TRUE.equals(wanted.allowAnyHost()),
                wanted.ioQueues() == null ? MAX_IO_QUEUES : wanted.ioQueues(),
                wanted.queueDepth() == null ? MAX_QUEUE_DEPTH : wanted.queueDepth()));
    }

    static VirtualFunction update(VirtualFunction old, VirtualFunctionChange change) throws ControlException {
        TreeSet<String> hosts =
                new TreeSet<>(change.allowedHosts() == null ? old.allowedHosts() : change.allowedHosts());
        hosts.addAll(orNone(change.addAllowedHosts()));
        hosts.removeAll(orNone(change.removeAllowedHosts()));
        return checked(new VirtualFunction(
                old.number(),
                old.name(),
                old.nqn(),
                old.serial(),
                hosts,
                change.allowAnyHost() == null ? old.allowAnyHost() : change.allowAnyHost(),
                change.ioQueues() == null ? old.ioQueues() : change.ioQueues(),
                change.queueDepth() == null ? old.queueDepth() : change.queueDepth()));
    }

    private static Set<String> orNone(@Nullable Set<String> hosts) {
        return hosts == null ? Set.of() : hosts;
    }

    private static VirtualFunction checked(VirtualFunction vf) throws ControlException {
        for (String host : vf.allowedHosts()) {
            checkNqn("allowedHosts", host);
        }
        if (vf.allowedHosts().size() > MAX_ALLOWED_HOSTS) {
            throw TargetService.invalid("allowedHosts has " + vf.allowedHosts().size() + " entries; allowed are up to "
                    + MAX_ALLOWED_HOSTS);
        }
        checkRange("ioQueues", vf.ioQueues(), 1, MAX_IO_QUEUES);
        checkRange("queueDepth", vf.queueDepth(), 2, MAX_QUEUE_DEPTH);
        return vf;
    }

    private static void checkNqn(String key, String nqn) throws ControlException {
        if (!Names.isNqn(nqn)) {
            throw TargetService.invalid(key + ": " + quoted(nqn)
                    + " is no NQN; allowed is nqn.yyyy-mm.reverse.domain:anything, up to 223 bytes,"
                    + " without blanks");
        }
    }

    private static void checkRange(String key, int value, int min, int max) throws ControlException {
        if (value < min || value > max) {
            throw TargetService.invalid(key + " is " + value + "; allowed is " + min + " to " + max);
        }
    }

    /** Cut short: it came from outside and goes into a message. */
    private static String quoted(@Nullable String value) {
        return value == null ? "missing" : "'" + (value.length() > 240 ? value.substring(0, 240) + "…" : value) + "'";
    }
}
