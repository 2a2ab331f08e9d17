package io.nvmevf.server.control;

import io.nvmevf.qos.Capacity;
import io.nvmevf.qos.Limit;
import io.nvmevf.qos.Limits;
import io.nvmevf.qos.Share;
import io.nvmevf.server.control.ApplyStep.Action;
import io.nvmevf.server.control.ApplyStep.Change;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The part of an {@link ApplyPlan} that is about profiles, tenants and the capacity. Used once. */
final class ApplyLimits {
    private final TargetState state;
    private final PhysicalFunction pf;
    private final ApplyDocument document;
    private final boolean prune;

    /** What is wrong with the document. */
    final List<String> problems = new ArrayList<>();

    final List<ApplyStep> steps = new ArrayList<>();

    /** Tenants that the document names. */
    private final Set<String> limited = new HashSet<>();

    /** Profiles that are changed, before and after. */
    private final Map<QosProfile, QosProfile> changed = new LinkedHashMap<>();

    ApplyLimits(TargetState state, PhysicalFunction pf, ApplyDocument document, boolean prune) {
        this.state = state;
        this.pf = pf;
        this.document = document;
        this.prune = prune;
    }

    /**
     * Compares what the document names.
     *
     * @return the state with the capacity and the profiles of the document, and with all others: which of those go is only known when all
     *     virtual functions were looked at. A tenant has the faster of its limits before and after: it is the step that makes
     *     them slower which is refused if queues are too long then
     */
    TargetState compareNamed() {
        StateChange change = new StateChange(state);
        capacity(change);
        profiles(change);
        for (ApplyDocument.Tenant tenant : document.allTenants()) {
            String name = tenant.name();
            if (name == null) {
                problems.add("a tenant has no name");
            } else if (!limited.add(name)) {
                problems.add("tenants: '" + name + "' is there twice");
            } else {
                limit(name, tenant.allLimits());
                if (!isSlower(pf, tenant.allLimits(), state.tenantLimits(name))) {
                    change.limit(name, tenant.allLimits());
                }
            }
        }
        return change.sameRevision();
    }

    private void capacity(StateChange change) {
        Capacity wanted = document.capacity();
        Capacity old = state.capacity();
        if (wanted == null || wanted.equals(old)) {
            return;
        }
        change.with(wanted);
        List<Change> changes = new ArrayList<>();
        figure(changes, "readIops", old == null ? null : old.readIops(), wanted.readIops());
        figure(changes, "writeIops", old == null ? null : old.writeIops(), wanted.writeIops());
        figure(changes, "readBytes", old == null ? null : old.readBytes(), wanted.readBytes());
        figure(changes, "writeBytes", old == null ? null : old.writeBytes(), wanted.writeBytes());
        add(fitsNow(wanted) ? Action.CHANGE_CAPACITY : Action.TIGHTEN_CAPACITY, "pf", changes, s -> {
            s.setCapacity(wanted);
            return null;
        });
    }

    private boolean fitsNow(Capacity wanted) {
        Capacity old = state.capacity();
        if (old != null && ShareRules.guaranteeable(wanted) < ShareRules.guaranteeable(old)) {
            return false;
        }
        try {
            ShareRules.check(state, new StateChange(state).with(wanted).sameRevision());
            return true;
        } catch (ControlException e) {
            // (Perhaps it fits when queues are shorter; the plan as a whole is looked at by compareRest.)
            return false;
        }
    }

    private void profiles(StateChange change) {
        Set<String> named = new HashSet<>();
        for (ApplyDocument.Profile wanted : document.allProfiles()) {
            String name = wanted.name();
            if (name != null && !named.add(name)) {
                problems.add("profiles: '" + name + "' is there twice");
                continue;
            }
            try {
                QosProfile old = name == null ? null : state.profile(name).orElse(null);
                if (old == null) {
                    QosProfile made = QosRules.profile(state, name, wanted.limits());
                    change.profiles.add(made);
                    add(Action.CREATE_PROFILE, made.name(), differences(Limits.NONE, made.limits()), s -> {
                        s.createProfile(made.name(), made.limits());
                        return null;
                    });
                    continue;
                }
                QosRules.own(state, old.name());
                QosProfile next = new QosProfile(old.name(), QosRules.needed(wanted.limits()));
                if (!next.equals(old)) {
                    change.replace(next);
                    change(old, next);
                }
            } catch (ControlException e) {
                problems.add("profile " + name + ": " + e.getMessage());
            }
        }
    }

    private void change(QosProfile old, QosProfile next) {
        changed.put(old, next);
        add(
                isSlower(pf, next.limits(), old.limits()) || gains(next.limits(), old.limits())
                        ? Action.TIGHTEN_PROFILE
                        : Action.CHANGE_PROFILE,
                old.name(),
                differences(old.limits(), next.limits()),
                s -> {
                    s.changeProfile(next.name(), next.limits());
                    return null;
                });
    }

    /**
     * Looks at what becomes of {@code vfs}, which are those that will be there, and prunes.
     *
     * @param named what {@link #compareNamed} returned
     */
    void compareRest(TargetState named, List<VirtualFunction> vfs) {
        changed.forEach((old, next) -> {
            try {
                QosRules.checkProfile(pf, vfs, old, next);
            } catch (ControlException e) {
                problems.add("profile " + next.name() + ": " + e.getMessage());
            }
        });
        StateChange then = new StateChange(named);
        then.vfs.clear();
        then.vfs.addAll(vfs);
        try {
            ShareRules.check(state, then.sameRevision());
        } catch (ControlException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        if (!prune) {
            return;
        }
        for (TenantLimits tenant : state.tenants()) {
            if (!limited.contains(tenant.tenant())) {
                limit(tenant.tenant(), Limits.NONE);
            }
        }
        Set<String> needed = new HashSet<>();
        document.allProfiles().forEach(profile -> needed.add(String.valueOf(profile.name())));
        document.allVfs().forEach(vf -> needed.add(String.valueOf(vf.profile())));
        vfs.forEach(vf -> needed.add(String.valueOf(vf.profile())));
        for (QosProfile profile : state.profiles()) {
            if (!needed.contains(profile.name())) {
                add(Action.DELETE_PROFILE, profile.name(), List.of(), s -> {
                    s.deleteProfile(profile.name());
                    return null;
                });
            }
        }
    }

    private void limit(String tenant, Limits next) {
        Limits old = state.tenantLimits(tenant);
        if (next.equals(old)) {
            return;
        }
        if (!Names.isTenant(tenant)) {
            problems.add("tenants: " + VfRules.quoted(tenant) + " is no name of a tenant");
            return;
        }
        if (next.share() != null) {
            problems.add("tenant " + tenant
                    + ": a tenant has no share; give guarantees and weights to its virtual functions");
            return;
        }
        add(
                isSlower(pf, next, old) ? Action.TIGHTEN_TENANT : Action.CHANGE_TENANT,
                tenant,
                differences(old, next),
                s -> {
                    s.setTenantLimits(tenant, next);
                    return null;
                });
    }

    /** One entry for each limit that will be another one. */
    static List<Change> differences(Limits from, Limits to) {
        List<Change> changes = new ArrayList<>();
        difference(changes, "readIops", from.readIops(), to.readIops());
        difference(changes, "writeIops", from.writeIops(), to.writeIops());
        difference(changes, "totalIops", from.totalIops(), to.totalIops());
        difference(changes, "readBytes", from.readBytes(), to.readBytes());
        difference(changes, "writeBytes", from.writeBytes(), to.writeBytes());
        difference(changes, "totalBytes", from.totalBytes(), to.totalBytes());
        Share was = from.share();
        Share is = to.share();
        figure(changes, "minIops", was == null ? null : was.minIops(), is == null ? null : is.minIops());
        figure(changes, "weight", was == null ? null : (long) was.weight(), is == null ? null : (long) is.weight());
        return changes;
    }

    private static void figure(List<Change> changes, String field, @Nullable Long from, @Nullable Long to) {
        if (!Objects.equals(from, to)) {
            changes.add(new Change(field, from == null ? null : from.toString(), to == null ? null : to.toString()));
        }
    }

    private static void difference(List<Change> changes, String field, @Nullable Limit from, @Nullable Limit to) {
        if (!Objects.equals(from, to)) {
            changes.add(new Change(field, shown(from), shown(to)));
        }
    }

    private static @Nullable String shown(@Nullable Limit limit) {
        if (limit == null) {
            return null;
        }
        if (limit.hasCredits()) {
            return limit.rate() + " (burst rate " + limit.burstRate() + ", credits " + limit.credits() + ")";
        }
        return limit.equals(Limit.of(limit.rate()))
                ? Long.toString(limit.rate())
                : limit.rate() + " (burst " + limit.burst() + ")";
    }

    /** Whether more is guaranteed. */
    static boolean gains(Limits next, Limits old) {
        return next.shareOrDefault().minIops() > old.shareOrDefault().minIops();
    }

    private static boolean isSlower(PhysicalFunction pf, Limits next, Limits old) {
        return QosRules.mostCommands(pf, next) < QosRules.mostCommands(pf, old);
    }

    private void add(Action action, String subject, List<Change> changes, ApplyStep.Call call) {
        steps.add(new ApplyStep(action, subject, changes, false, call));
    }
}
