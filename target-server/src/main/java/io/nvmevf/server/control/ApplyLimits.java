package io.nvmevf.server.control;

import io.nvmevf.qos.Limit;
import io.nvmevf.qos.Limits;
import io.nvmevf.server.control.ApplyStep.Action;
import io.nvmevf.server.control.ApplyStep.Change;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The part of an {@link ApplyPlan} that is about profiles and tenants. Used once. */
final class ApplyLimits {
    private final TargetState state;
    private final ApplyDocument document;
    private final boolean prune;

    /** What is wrong with the document. */
    final List<String> problems = new ArrayList<>();

    final List<ApplyStep> steps = new ArrayList<>();

    /** Tenants that the document names. */
    private final Set<String> limited = new HashSet<>();

    /** Profiles with limits that are slower than before. */
    private final List<QosProfile> tightened = new ArrayList<>();

    ApplyLimits(TargetState state, ApplyDocument document, boolean prune) {
        this.state = state;
        this.document = document;
        this.prune = prune;
    }

    /**
     * Compares what the document names.
     *
     * @return the state with the profiles of the document, and with all others: which of those go is only known when all
     *     virtual functions were looked at. A tenant has the faster of its limits before and after: it is the step that makes
     *     them slower which is refused if queues are too long then
     */
    TargetState compareNamed() {
        StateChange change = new StateChange(state);
        profiles(change);
        for (ApplyDocument.Tenant tenant : document.allTenants()) {
            String name = tenant.name();
            if (name == null) {
                problems.add("a tenant has no name");
            } else if (!limited.add(name)) {
                problems.add("tenants: '" + name + "' is there twice");
            } else {
                limit(name, tenant.allLimits());
                if (!isSlower(tenant.allLimits(), state.tenantLimits(name))) {
                    change.limit(name, tenant.allLimits());
                }
            }
        }
        return change.sameRevision();
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
        boolean slower = isSlower(next.limits(), old.limits());
        if (slower) {
            tightened.add(next);
        }
        add(
                slower ? Action.TIGHTEN_PROFILE : Action.CHANGE_PROFILE,
                old.name(),
                differences(old.limits(), next.limits()),
                s -> {
                    s.changeProfile(next.name(), next.limits());
                    return null;
                });
    }

    /** Looks at what becomes of {@code vfs}, which are those that will be there, and prunes. */
    void compareRest(List<VirtualFunction> vfs) {
        for (QosProfile profile : tightened) {
            try {
                QosRules.checkProfile(vfs, profile);
            } catch (ControlException e) {
                problems.add("profile " + profile.name() + ": " + e.getMessage());
            }
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
        add(isSlower(next, old) ? Action.TIGHTEN_TENANT : Action.CHANGE_TENANT, tenant, differences(old, next), s -> {
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
        return changes;
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

    private static boolean isSlower(Limits next, Limits old) {
        return QosRules.mostCommands(next) < QosRules.mostCommands(old);
    }

    private void add(Action action, String subject, List<Change> changes, ApplyStep.Call call) {
        steps.add(new ApplyStep(action, subject, changes, false, call));
    }
}
