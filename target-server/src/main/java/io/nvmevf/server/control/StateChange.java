package io.nvmevf.server.control;

import io.nvmevf.qos.Capacity;
import io.nvmevf.qos.Limits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The next {@link TargetState} in the making. Used by one thread, and once. */
final class StateChange {
    private final TargetState before;
    final List<VirtualFunction> vfs;
    final List<Namespace> namespaces;
    final List<Operation> operations;
    final List<String> deleting;
    final List<TargetState.Resizing> resizing;
    final List<QosProfile> profiles;
    final List<TenantLimits> tenants;
    final List<HostKey> hostKeys;
    final List<TlsKey> tlsKeys;
    final List<ApiToken> apiTokens;

    @Nullable
    Capacity capacity;

    int nextVf;
    long nextNamespace;
    long nextOperation;

    StateChange(TargetState before) {
        this.before = before;
        vfs = new ArrayList<>(before.vfs());
        namespaces = new ArrayList<>(before.namespaces());
        operations = new ArrayList<>(before.operations());
        deleting = new ArrayList<>(before.deleting());
        resizing = new ArrayList<>(before.resizing());
        profiles = new ArrayList<>(before.profiles());
        tenants = new ArrayList<>(before.tenants());
        hostKeys = new ArrayList<>(before.hostKeys());
        tlsKeys = new ArrayList<>(before.tlsKeys());
        apiTokens = new ArrayList<>(before.apiTokens());
        capacity = before.capacity();
        nextVf = before.nextVf();
        nextNamespace = before.nextNamespace();
        nextOperation = before.nextOperation();
    }

    /** Puts this in the place of the namespace with the same id. */
    StateChange replace(Namespace changed) {
        namespaces.replaceAll(ns -> ns.id().equals(changed.id()) ? changed : ns);
        return this;
    }

    /** Adds a new virtual function, which has the next number. */
    StateChange add(VirtualFunction made) {
        nextVf++;
        vfs.add(made);
        return this;
    }

    /** The virtual function is gone, and with it what its hosts prove themselves with. */
    StateChange delete(VirtualFunction gone) {
        vfs.remove(gone);
        hostKeys.removeIf(key -> key.subsystem().equals(gone.name()));
        tlsKeys.removeIf(key -> key.subsystem().equals(gone.name()));
        return this;
    }

    /** Gives a host this key instead of what it has, if it has any. */
    StateChange put(HostKey key) {
        return put(
                hostKeys,
                key,
                old -> old.subsystem().equals(key.subsystem()) && old.hostNqn().equals(key.hostNqn()));
    }

    /** Gives a host this key instead of what it has, if it has any. */
    StateChange put(TlsKey key) {
        return put(
                tlsKeys,
                key,
                old -> old.subsystem().equals(key.subsystem()) && old.hostNqn().equals(key.hostNqn()));
    }

    private <K> StateChange put(List<K> keys, K key, Predicate<K> isOfSameHost) {
        int place = 0;
        while (place < keys.size() && !isOfSameHost.test(keys.get(place))) {
            place++;
        }
        if (place < keys.size()) {
            keys.set(place, key);
        } else {
            keys.add(key);
        }
        return this;
    }

    /** Gives the physical function this capacity; null takes it away. */
    StateChange with(@Nullable Capacity next) {
        capacity = next;
        return this;
    }

    /** Puts this in the place of the virtual function with the same number. */
    StateChange replace(VirtualFunction changed) {
        vfs.replaceAll(vf -> vf.number() == changed.number() ? changed : vf);
        return this;
    }

    /** Puts this in the place of the operation with the same id. */
    StateChange replace(Operation changed) {
        operations.replaceAll(op -> op.id().equals(changed.id()) ? changed : op);
        return this;
    }

    /** Puts this in the place of the profile with the same name. */
    StateChange replace(QosProfile changed) {
        profiles.replaceAll(profile -> profile.name().equals(changed.name()) ? changed : profile);
        return this;
    }

    /** Gives a tenant these limits; none: takes those that it has. */
    StateChange limit(String tenant, Limits limits) {
        tenants.removeIf(entry -> entry.tenant().equals(tenant));
        if (!limits.equals(Limits.NONE)) {
            tenants.add(new TenantLimits(tenant, limits));
        }
        return this;
    }

    /** The namespace is gone; its device is to be deleted. */
    StateChange delete(Namespace gone) {
        namespaces.removeIf(ns -> ns.id().equals(gone.id()));
        resizing.removeIf(resize -> resize.id().equals(gone.id()));
        deleting.add(gone.id());
        return this;
    }

    /** The next revision. */
    TargetState next() {
        return state(before.revision() + 1);
    }

    /** A state that differs in nothing that anybody was promised. */
    TargetState sameRevision() {
        return state(before.revision());
    }

    private TargetState state(long revision) {
        forgetOldOperations();
        return new TargetState(
                before.uuid(),
                revision,
                nextVf,
                nextNamespace,
                nextOperation,
                vfs,
                namespaces,
                operations,
                deleting,
                resizing,
                profiles,
                tenants,
                capacity,
                hostKeys,
                tlsKeys,
                apiTokens);
    }

    /** Those of namespaces that are still to be erased say why, and since when: they stay. */
    private void forgetOldOperations() {
        Set<String> needed = new HashSet<>();
        for (Namespace ns : namespaces) {
            Erasure erasure = ns.erasure();
            if (erasure != null) {
                needed.add(erasure.operation());
            }
        }
        // (What tenants ask for does not push out what operators did.)
        for (boolean tenants : new boolean[] {false, true}) {
            List<Operation> ended = operations.stream()
                    .filter(op -> op.kind().staysAttached() == tenants)
                    .filter(op -> !op.isRunning() && !needed.contains(op.id()))
                    .toList();
            int tooMany = ended.size() - TargetState.ENDED_OPERATIONS;
            if (tooMany > 0) {
                operations.removeAll(ended.subList(0, tooMany));
            }
        }
    }
}
