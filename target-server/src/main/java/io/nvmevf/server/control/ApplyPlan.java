package io.nvmevf.server.control;

import io.nvmevf.qos.Limits;
import io.nvmevf.server.control.ApplyStep.Action;
import io.nvmevf.server.control.ApplyStep.Call;
import io.nvmevf.server.control.ApplyStep.Change;
import io.nvmevf.server.control.ControlException.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The steps from a {@link TargetState} to what an {@link ApplyDocument} asks for: none, if that is so already. Pure: what
 * each step does is a {@link ApplyStep.Call}, which {@link Apply} makes.
 *
 * <p>A document is refused as a whole, with all that is wrong with it, before its first step. What only the service can
 * tell (capacity, queues that are left) is refused by the step that needs it.
 *
 * @param steps in the order of {@link Action}, within that of the document
 */
public record ApplyPlan(List<ApplyStep> steps) {

    public ApplyPlan {
        steps = List.copyOf(steps);
    }

    /** The steps that lose what somebody wrote. */
    public List<ApplyStep> destructive() {
        return steps.stream().filter(ApplyStep::destroysData).toList();
    }

    /**
     * Compares.
     *
     * @param prune whether virtual functions, namespaces, profiles and limits of tenants that the document does not name are
     *     deleted; a profile stays while a virtual function has it
     */
    public static ApplyPlan of(TargetState state, PhysicalFunction pf, ApplyDocument document, boolean prune)
            throws ControlException {
        Differ differ = new Differ(state, pf, document, prune);
        differ.compare();
        if (!differ.problems.isEmpty()) {
            throw ControlException.invalid(String.join("\n", differ.problems));
        }
        differ.steps.addAll(differ.limits.steps);
        differ.steps.sort(Comparator.comparing(ApplyStep::action));
        return new ApplyPlan(differ.steps);
    }

    /** One comparison. */
    private static final class Differ {
        private final TargetState state;
        private final PhysicalFunction pf;
        private final ApplyDocument document;
        private final boolean prune;
        final List<ApplyStep> steps = new ArrayList<>();
        final List<String> problems = new ArrayList<>();

        /** Changes of virtual functions that get a higher guarantee: when others have given theirs up. */
        private final List<ApplyStep> gaining = new ArrayList<>();

        /** The tenant of each virtual function that will be there. */
        private final Map<String, String> tenants = new HashMap<>();

        /** Those that get another tenant: what is attached to them has to leave first. */
        private final Set<String> retenanted = new HashSet<>();

        private final ApplyLimits limits;

        /** With the profiles that will be there. */
        private final TargetState limited;

        /** The virtual functions that will be there, as far as that can be told. */
        private final List<VirtualFunction> vfsThen = new ArrayList<>();

        Differ(TargetState state, PhysicalFunction pf, ApplyDocument document, boolean prune) {
            this.state = state;
            this.pf = pf;
            this.document = document;
            this.prune = prune;
            limits = new ApplyLimits(state, pf, document, prune);
            limited = limits.compareNamed();
        }

        void compare() {
            Set<String> vfs = new HashSet<>();
            for (ApplyDocument.Vf wanted : document.allVfs()) {
                if (wanted.name() == null) {
                    problems.add("a virtual function has no name");
                } else if (!vfs.add(wanted.name())) {
                    problems.add("vfs: '" + wanted.name() + "' is there twice");
                } else {
                    compare(wanted.name(), wanted);
                }
            }
            for (VirtualFunction vf : state.vfs()) {
                if (!vfs.contains(vf.name())) {
                    if (prune) {
                        add(Action.DELETE_VF, vf.name(), List.of(), false, s -> {
                            s.deleteVf(vf.name(), Disposal.REFUSE);
                            return null;
                        });
                    } else {
                        tenants.put(vf.name(), vf.tenant());
                        vfsThen.add(vf);
                    }
                }
            }
            steps.addAll(gaining);
            limits.compareRest(limited, vfsThen);
            problems.addAll(limits.problems);
            Set<String> named = new HashSet<>();
            for (ApplyDocument.Ns wanted : document.allNamespaces()) {
                if (wanted.name() == null) {
                    problems.add("a namespace has no name");
                    continue;
                }
                Namespace now = state.namespace(wanted.name()).orElse(null);
                if (!named.add(now == null ? wanted.name() : now.id())) {
                    problems.add("namespaces: '" + wanted.name() + "' is there twice");
                } else if (wanted.vf() != null && !tenants.containsKey(wanted.vf())) {
                    problems.add("namespace " + wanted.name() + " names the virtual function '" + wanted.vf()
                            + "', which " + (prune ? "the document does not name" : "is not there"));
                } else if (now == null) {
                    create(wanted.name(), wanted);
                } else {
                    compare(now, wanted);
                }
            }
            if (prune) {
                state.namespaces().stream()
                        .filter(ns -> !named.contains(ns.id()) && !ApplyDocument.isBeingDeleted(ns))
                        .forEach(this::prune);
            }
        }

        private void prune(Namespace ns) {
            if (state.isBeingErased(ns)) {
                problems.add("namespace " + ns.name() + " is being erased, so it cannot be deleted now; wait for it");
                return;
            }
            List<Change> changes = new ArrayList<>();
            changed(changes, "vf", ns.vf(), null);
            changed(changes, "bytes", ns.bytes(), null);
            add(
                    Action.DELETE_NAMESPACE,
                    ns.id(),
                    changes,
                    ns.owner() != null,
                    s -> s.deleteNamespace(ns.id(), null).operation());
        }

        // ---- virtual functions -----------------------------------------------------------------------------------

        private void compare(String name, ApplyDocument.Vf wanted) {
            VirtualFunction now = state.vf(name).orElse(null);
            tenants.put(name, wanted.tenant() != null ? wanted.tenant() : now != null ? now.tenant() : name);
            try {
                if (now == null) {
                    create(name, wanted);
                } else {
                    change(now, wanted);
                }
            } catch (ControlException e) {
                problems.add("virtual function " + name + ": " + e.getMessage());
            }
        }

        private void create(String name, ApplyDocument.Vf wanted) throws ControlException {
            VirtualFunction made;
            try {
                made = VfRules.create(limited, pf, wanted.wanted());
                vfsThen.add(made);
            } catch (ControlException e) {
                if (e.reason() != Reason.NO_CAPACITY) {
                    throw e;
                }
                // Steps before it may make room.
                made = null;
            }
            List<Change> changes = new ArrayList<>();
            changed(changes, "tenant", null, tenants.get(name));
            if (made != null) {
                changed(changes, "nqn", null, made.nqn());
                created(changes, made.access());
                changed(changes, "ioQueues", null, made.ioQueues());
                changed(changes, "state", null, made.state());
                changed(changes, "profile", null, made.profile());
                changes.addAll(ApplyLimits.differences(Limits.NONE, ownLimits(made)));
            }
            add(Action.CREATE_VF, name, changes, false, s -> {
                s.createVf(wanted.wanted());
                return null;
            });
        }

        private void created(List<Change> changes, Access made) {
            changed(changes, "allowedHosts", null, made.allowAnyHost() ? "any" : made.allowedHosts());
            changed(changes, "requireAuthentication", null, made.requireAuthentication() ? true : null);
            changed(changes, "tls", null, made.tls() == Access.NOBODY.tls() ? null : made.tls());
            changed(
                    changes,
                    "duplicateHost",
                    null,
                    made.duplicateHost() == Access.NOBODY.duplicateHost() ? null : made.duplicateHost());
        }

        private void changed(List<Change> changes, Access now, Access then) {
            changed(changes, "allowedHosts", now.allowedHosts(), then.allowedHosts());
            changed(changes, "allowAnyHost", now.allowAnyHost(), then.allowAnyHost());
            changed(changes, "requireAuthentication", now.requireAuthentication(), then.requireAuthentication());
            changed(changes, "tls", now.tls(), then.tls());
            changed(changes, "duplicateHost", now.duplicateHost(), then.duplicateHost());
        }

        private void change(VirtualFunction now, ApplyDocument.Vf wanted) throws ControlException {
            String name = now.name();
            refuseChange("nqn", now.nqn(), wanted.nqn());
            refuseChange("serial", now.serial(), wanted.serial());
            VfState goal = wanted.state() == null ? now.state() : wanted.state();
            if (goal == VfState.DRAINING && wanted.state() != null) {
                throw ControlException.invalid("state is DRAINING; allowed are ONLINE and OFFLINE");
            }
            VirtualFunctionChange change = wanted.change();
            VirtualFunction changed;
            try {
                // (Without the tenant, which is compared here: namespaces may leave before it changes.)
                changed = VfRules.update(limited, pf, now.in(goal), change.withoutTenant());
                vfsThen.add(changed);
            } catch (ControlException e) {
                if (e.reason() != Reason.NO_CAPACITY) {
                    throw e;
                }
                changed = null;
                vfsThen.add(now);
            }
            List<Change> changes = new ArrayList<>();
            if (wanted.tenant() != null && !wanted.tenant().equals(now.tenant())) {
                retenanted.add(name);
                changed(changes, "tenant", now.tenant(), wanted.tenant());
            }
            if (changed == null) {
                changed(changes, "ioQueues", now.ioQueues(), wanted.ioQueues());
            } else {
                changed(changes, now.access(), changed.access());
                changed(changes, "ports", now.ports(), changed.ports());
                changed(changes, "ioQueues", now.ioQueues(), changed.ioQueues());
                changed(changes, "queueDepth", now.queueDepth(), changed.queueDepth());
                changed(changes, "profile", now.profile(), changed.profile());
                changes.addAll(ApplyLimits.differences(ownLimits(now), ownLimits(changed)));
            }
            if (!changes.isEmpty()) {
                boolean gains = changed != null && ApplyLimits.gains(limited.limitsOf(changed), state.limitsOf(now));
                (gains ? gaining : steps).add(new ApplyStep(Action.CHANGE_VF, name, changes, false, s -> {
                    s.updateVf(name, change);
                    return null;
                }));
            }
            if (goal != now.state()) {
                boolean online = goal == VfState.ONLINE;
                List<Change> turn = new ArrayList<>();
                changed(turn, "state", now.state(), goal);
                add(online ? Action.ONLINE_VF : Action.OFFLINE_VF, name, turn, false, s -> {
                    if (online) {
                        s.onlineVf(name);
                    } else {
                        s.offlineVf(name);
                    }
                    return null;
                });
            }
        }

        private static Limits ownLimits(VirtualFunction vf) {
            Limits own = vf.limits();
            return own == null ? Limits.NONE : own;
        }

        private static void refuseChange(String field, String now, @Nullable String wanted) throws ControlException {
            if (wanted != null && !wanted.equals(now)) {
                throw ControlException.invalid(
                        field + " is " + now + " and cannot become " + wanted + "; leave it out, or use another name");
            }
        }

        // ---- namespaces ------------------------------------------------------------------------------------------

        private void create(String name, ApplyDocument.Ns wanted) {
            if (wanted.bytes() == null) {
                problems.add("namespace " + name + " is not there yet, so it needs a size");
                return;
            }
            int lbaSize = wanted.lbaSize() == null ? 4096 : wanted.lbaSize();
            List<Change> changes = new ArrayList<>();
            try {
                NamespaceLife.checkBytes(wanted.bytes());
                NamespaceLife.checkLbaSize(lbaSize);
                NamespaceLife.checkName(name, Namespace.ID_PREFIX + state.nextNamespace());
            } catch (ControlException e) {
                problems.add("namespace " + name + ": " + e.getMessage());
                return;
            }
            changed(changes, "vf", null, wanted.vf());
            changed(changes, "bytes", null, wanted.bytes());
            changed(changes, "lbaSize", null, lbaSize);
            add(Action.CREATE_NAMESPACE, name, changes, false, s -> {
                s.createNamespace(new NewNamespace(name, wanted.vf(), wanted.bytes(), wanted.lbaSize()));
                return null;
            });
        }

        private void compare(Namespace now, ApplyDocument.Ns wanted) {
            if (wanted.lbaSize() != null && wanted.lbaSize() != now.lbaSize()) {
                problems.add("namespace " + now.name() + ": lbaSize is " + now.lbaSize() + " and cannot become "
                        + wanted.lbaSize() + "; its host changes it with 'nvme format'");
            }
            boolean resize = wanted.bytes() != null && wanted.bytes() != now.bytes();
            boolean move = !Objects.equals(placeOf(now), wanted.vf());
            boolean leaves = now.isAttached() && now.vf() != null && retenanted.contains(now.vf());
            if (!resize && !move && !leaves) {
                return;
            }
            try {
                NamespaceLife.checkSettled(state, now);
                if (resize) {
                    resize(now, Objects.requireNonNull(wanted.bytes()), Boolean.TRUE.equals(wanted.allowShrink()));
                }
            } catch (ControlException e) {
                problems.add(String.valueOf(e.getMessage()));
                return;
            }
            if (move || leaves) {
                move(now, leaves, wanted.vf(), wanted.wipe());
            }
        }

        /** Where it is, or is going to be. */
        private static @Nullable String placeOf(Namespace ns) {
            Erasure erasure = ns.erasure();
            return ns.state() == NamespaceState.WIPING && erasure != null ? erasure.to() : ns.vf();
        }

        private void resize(Namespace now, long bytes, boolean allowShrink) throws ControlException {
            NamespaceLife.checkBytes(bytes);
            boolean shrink = bytes < now.bytes();
            if (shrink && !allowShrink) {
                throw ControlException.invalid("namespace " + now.name() + " would become smaller, from " + now.bytes()
                        + " to " + bytes + " bytes, which destroys what is behind the new end; say allowShrink: true");
            }
            List<Change> changes = new ArrayList<>();
            changed(changes, "bytes", now.bytes(), bytes);
            add(Action.RESIZE_NAMESPACE, now.id(), changes, shrink && now.owner() != null, s -> {
                s.resizeNamespace(now.id(), bytes, allowShrink);
                return null;
            });
        }

        private void move(Namespace now, boolean leaves, @Nullable String to, @Nullable WipeRequest wipe) {
            String id = now.id();
            List<Change> changes = new ArrayList<>();
            changed(changes, "vf", now.vf(), to);
            boolean destroys = to != null && now.owner() != null && !now.owner().equals(tenants.get(to));
            if (destroys) {
                changed(changes, "owner", now.owner(), tenants.get(to));
            }
            if (now.isAttached() && (to == null || leaves)) {
                List<Change> detach = new ArrayList<>();
                changed(detach, "vf", now.vf(), null);
                add(Action.DETACH_NAMESPACE, id, detach, false, s -> {
                    s.detach(id);
                    return null;
                });
            }
            if (to == null) {
                return;
            }
            WipeRequest how = destroys ? wipe : null;
            if (now.isAttached() && !leaves) {
                add(
                        Action.REASSIGN_NAMESPACE,
                        id,
                        changes,
                        destroys,
                        s -> s.reassign(id, to, how).operation());
            } else {
                add(
                        Action.ATTACH_NAMESPACE,
                        id,
                        changes,
                        destroys,
                        s -> s.attach(id, to, how).operation());
            }
        }

        // ---- steps -----------------------------------------------------------------------------------------------

        private void add(Action action, String subject, List<Change> changes, boolean destroys, Call call) {
            steps.add(new ApplyStep(action, subject, changes, destroys, call));
        }

        private static void changed(List<Change> changes, String field, @Nullable Object from, @Nullable Object to) {
            if (!Objects.equals(from, to)) {
                changes.add(new Change(field, shown(from), shown(to)));
            }
        }

        private static @Nullable String shown(@Nullable Object value) {
            return switch (value) {
                case null -> null;
                case Enum<?> e -> e.name().toLowerCase(Locale.ROOT);
                default -> value.toString();
            };
        }
    }
}
