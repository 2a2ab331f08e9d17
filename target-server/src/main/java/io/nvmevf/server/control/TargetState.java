package io.nvmevf.server.control;

import io.nvmevf.qos.Capacity;
import io.nvmevf.qos.Limits;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that is configured at run time, as one immutable value.
 *
 * @param uuid the target's own, made with its data directory; part of the NQNs that it generates
 * @param revision counts the changes, from 0
 * @param nextVf the number that the next virtual function gets, 1 to 61440; numbers are never used again
 * @param nextNamespace the number in the id of the next namespace, from 1; never used again
 * @param nextOperation the number in the id of the next operation, from 1; never used again
 * @param vfs in ascending order of their numbers
 * @param namespaces in the order of their creation
 * @param operations those that run and the last that ended, in the order of their start
 * @param deleting ids of devices whose namespace is gone and whose data is still to be deleted, and the id of a device for
 *     measurements while there is one
 * @param resizing namespaces whose {@code bytes} are decided but perhaps not yet carried out by the storage pool
 * @param profiles those that operators made, in the order of their creation; {@link QosProfile#PRESETS} are there beside them
 * @param tenants limits of tenants, for those that have any
 * @param capacity what the physical function can do; null if nobody said: then nothing is shared out by guarantee and weight
 * @param hostKeys what hosts authenticate with, at most one for a host at a subsystem
 * @param tlsKeys what hosts protect their connections with, at most one for a host at a subsystem
 * @param apiTokens what lets people and programs use the API
 */
public record TargetState(
        UUID uuid,
        long revision,
        int nextVf,
        long nextNamespace,
        long nextOperation,
        List<VirtualFunction> vfs,
        List<Namespace> namespaces,
        List<Operation> operations,
        List<String> deleting,
        List<Resizing> resizing,
        List<QosProfile> profiles,
        List<TenantLimits> tenants,
        @Nullable Capacity capacity,
        List<HostKey> hostKeys,
        List<TlsKey> tlsKeys,
        List<ApiToken> apiTokens) {

    /** Nothing at all, of no target: what a data plane holds before the first and after the last publish. */
    public static final TargetState EMPTY = empty(new UUID(0, 0));

    /** The highest number of a virtual function. Controllers of the physical function have identifiers above it. */
    public static final int MAX_VF_NUMBER = 0xEFFF;

    /** Most namespaces of one virtual function, and its highest NSID. */
    public static final int MAX_NAMESPACES_PER_VF = 1024;

    /** The highest number of a namespace: NN of the physical function's subsystem. */
    public static final long MAX_NAMESPACE_NUMBER = 0xFF_FFFF;

    /** Operations that have ended and are remembered. */
    static final int ENDED_OPERATIONS = 128;

    /**
     * A resize under way.
     *
     * @param id of the namespace, whose {@code bytes} are the new size
     * @param from bytes that it had
     */
    public record Resizing(String id, long from) {}

    public TargetState {
        vfs = List.copyOf(vfs);
        namespaces = List.copyOf(namespaces);
        operations = List.copyOf(operations);
        deleting = List.copyOf(deleting);
        resizing = List.copyOf(resizing);
        profiles = List.copyOf(profiles);
        tenants = List.copyOf(tenants);
        hostKeys = List.copyOf(hostKeys);
        tlsKeys = List.copyOf(tlsKeys);
        apiTokens = List.copyOf(apiTokens);
    }

    /** What a new data directory starts with. */
    public static TargetState empty(UUID uuid) {
        return new TargetState(
                uuid, 0, 1, 1, 1, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), null,
                List.of(), List.of(), List.of());
    }

    public Optional<VirtualFunction> vf(String name) {
        return vfs.stream().filter(vf -> vf.name().equals(name)).findFirst();
    }

    /** The virtual function of this number. */
    public Optional<VirtualFunction> vf(int number) {
        return vfs.stream().filter(vf -> vf.number() == number).findFirst();
    }

    /** The virtual functions of this tenant. */
    public List<VirtualFunction> vfsOf(String tenant) {
        return vfs.stream().filter(vf -> vf.tenant().equals(tenant)).toList();
    }

    /**
     * What a host authenticates with at this subsystem; empty if it has nothing to do so.
     *
     * @param subsystem name of a virtual function, {@link HostKey#PF} or {@link HostKey#DISCOVERY}
     */
    public Optional<HostKey> hostKey(String subsystem, String hostNqn) {
        return hostKeys.stream()
                .filter(key ->
                        key.subsystem().equals(subsystem) && key.hostNqn().equals(hostNqn))
                .findFirst();
    }

    /** What hosts authenticate with at this subsystem. */
    public List<HostKey> hostKeys(String subsystem) {
        return hostKeys.stream()
                .filter(key -> key.subsystem().equals(subsystem))
                .toList();
    }

    /** What a host protects its connections to this subsystem with; empty if it has nothing to do so. */
    public Optional<TlsKey> tlsKey(String subsystem, String hostNqn) {
        return tlsKeys.stream()
                .filter(key ->
                        key.subsystem().equals(subsystem) && key.hostNqn().equals(hostNqn))
                .findFirst();
    }

    /** What hosts protect their connections to this subsystem with. */
    public List<TlsKey> tlsKeys(String subsystem) {
        return tlsKeys.stream().filter(key -> key.subsystem().equals(subsystem)).toList();
    }

    /** All profiles: those that are built in first. */
    public List<QosProfile> allProfiles() {
        return Stream.concat(QosProfile.PRESETS.stream(), profiles.stream()).toList();
    }

    /** The profile of this name, built in or not. */
    public Optional<QosProfile> profile(String name) {
        return QosProfile.preset(name)
                .or(() -> profiles.stream().filter(p -> p.name().equals(name)).findFirst());
    }

    /** The limits that hold for a virtual function, beside those of its tenant: its profile's, its own, or none. */
    public Limits limitsOf(VirtualFunction vf) {
        String profile = vf.profile();
        if (profile != null) {
            return profile(profile).orElseThrow().limits();
        }
        Limits own = vf.limits();
        return own == null ? Limits.NONE : own;
    }

    /** What the virtual functions of this tenant may do together; none if nobody said. */
    public Limits tenantLimits(String tenant) {
        return tenants.stream()
                .filter(entry -> entry.tenant().equals(tenant))
                .map(TenantLimits::limits)
                .findFirst()
                .orElse(Limits.NONE);
    }

    /** Commands of 4 KiB a second that can be guaranteed to virtual functions; 0 without a capacity. */
    public long guaranteeable() {
        return capacity == null ? 0 : ShareRules.guaranteeable(capacity);
    }

    /** Commands of 4 KiB a second that are guaranteed to virtual functions. */
    public long guaranteed() {
        return ShareRules.guaranteed(this);
    }

    /** The namespace with this id or name. */
    public Optional<Namespace> namespace(String idOrName) {
        return namespaces.stream()
                .filter(ns -> ns.id().equals(idOrName) || ns.name().equals(idOrName))
                .findFirst();
    }

    /** The namespaces that are attached to this virtual function. */
    public List<Namespace> namespacesOf(String vf) {
        return namespaces.stream().filter(ns -> ns.isAttachedTo(vf)).toList();
    }

    /** Whether hosts can use the namespace, so that its device is open: attached, and not being erased. */
    public boolean isInService(Namespace ns) {
        return ns.isAttached()
                && ns.erasure() == null
                && !vf(String.valueOf(ns.vf())).orElseThrow().isRestricted();
    }

    /** Whether an operation erases the namespace now. */
    public boolean isBeingErased(Namespace ns) {
        Erasure erasure = ns.erasure();
        return erasure != null
                && operation(erasure.operation()).map(Operation::isRunning).orElse(false);
    }

    public Optional<Operation> operation(String id) {
        return operations.stream().filter(op -> op.id().equals(id)).findFirst();
    }

    /**
     * Checks what must hold between the parts; what is wrong with one part is refused before it gets here.
     *
     * @throws IllegalArgumentException naming the rule that is broken
     */
    void check() {
        Map<String, VirtualFunction> names = new HashMap<>();
        Set<String> nqns = new HashSet<>();
        int last = 0;
        for (VirtualFunction vf : vfs) {
            require(Names.isVfName(vf.name()), "a virtual function has the bad name '" + vf.name() + "'");
            require(names.put(vf.name(), vf) == null, "two virtual functions are called " + vf.name());
            require(nqns.add(vf.nqn()), "two virtual functions have the NQN " + vf.nqn());
            require(
                    vf.number() > last && vf.number() < nextVf && vf.number() <= MAX_VF_NUMBER,
                    "virtual function " + vf.name() + " has number " + vf.number() + " out of order");
            last = vf.number();
        }
        checkLimits();
        checkKeys(names.keySet());
        checkTokens();
        Set<String> running = new HashSet<>();
        for (Operation op : operations) {
            if (op.isRunning()) {
                running.add(op.id());
            }
        }
        Set<String> handles = new HashSet<>();
        Set<String> attachments = new HashSet<>();
        for (Namespace ns : namespaces) {
            require(handles.add(ns.id()), "two namespaces have the id or name " + ns.id());
            require(
                    ns.name().equals(ns.id()) || handles.add(ns.name()),
                    "two namespaces have the id or name " + ns.name());
            require(
                    ns.bytes() > 0 && ns.bytes() % 4096 == 0 && (ns.lbaSize() == 512 || ns.lbaSize() == 4096),
                    "namespace " + ns.id() + " has " + ns.bytes() + " bytes in blocks of " + ns.lbaSize());
            checkLife(ns, names, attachments, running);
        }
        for (String id : deleting) {
            require(namespace(id).isEmpty(), "namespace " + id + " exists and is being deleted");
        }
        for (Resizing resize : resizing) {
            require(namespace(resize.id()).isPresent(), "the unknown namespace " + resize.id() + " is being resized");
        }
    }

    private void checkLimits() {
        Set<String> names = new HashSet<>();
        for (QosProfile profile : allProfiles()) {
            require(Names.isProfileName(profile.name()), "a profile has the bad name '" + profile.name() + "'");
            require(names.add(profile.name()), "two profiles are called " + profile.name());
        }
        for (VirtualFunction vf : vfs) {
            String what = "virtual function " + vf.name();
            require(vf.profile() == null || vf.limits() == null, what + " has a profile and limits of its own");
            require(vf.profile() == null || names.contains(vf.profile()), what + " has an unknown profile");
        }
        Set<String> limited = new HashSet<>();
        for (TenantLimits entry : tenants) {
            require(Names.isTenant(entry.tenant()), "limits of a tenant of the bad name '" + entry.tenant() + "'");
            require(limited.add(entry.tenant()), "tenant " + entry.tenant() + " has limits twice");
        }
    }

    private void checkKeys(Set<String> vfs) {
        Set<List<String>> hosts = new HashSet<>();
        for (HostKey key : hostKeys) {
            checkKey(vfs, key.subsystem(), key.hostNqn(), "key");
            require(
                    hosts.add(List.of(key.subsystem(), key.hostNqn())),
                    "a host of " + key.subsystem() + " has two keys: " + key.hostNqn());
        }
        hosts.clear();
        for (TlsKey key : tlsKeys) {
            checkKey(vfs, key.subsystem(), key.hostNqn(), "TLS key");
            String what = "a host of " + key.subsystem() + " has ";
            require(hosts.add(List.of(key.subsystem(), key.hostNqn())), what + "two TLS keys: " + key.hostNqn());
            require(new HashSet<>(key.psks()).size() == key.psks().size(), what + "a PSK twice: " + key.hostNqn());
        }
    }

    private static void checkKey(Set<String> vfs, String subsystem, String hostNqn, String kind) {
        require(
                vfs.contains(subsystem) || subsystem.equals(HostKey.PF) || subsystem.equals(HostKey.DISCOVERY),
                "a host has a " + kind + " of the unknown virtual function " + subsystem);
        require(
                Names.isNqn(hostNqn),
                "a host of " + subsystem + " has a " + kind + " and the bad NQN '" + hostNqn + "'");
    }

    private void checkTokens() {
        Set<String> ids = new HashSet<>();
        Set<String> hashes = new HashSet<>();
        for (ApiToken token : apiTokens) {
            require(ids.add(token.id()), "two API tokens have the id " + token.id());
            require(token.sha256().matches("[0-9a-f]{64}"), "API token " + token.id() + " has no hash");
            require(hashes.add(token.sha256()), "API token " + token.id() + " is there twice");
        }
    }

    private static void checkLife(
            Namespace ns, Map<String, VirtualFunction> vfs, Set<String> attachments, Set<String> running) {
        String what = "namespace " + ns.id() + ", which is " + ns.state() + ",";
        Erasure erasure = ns.erasure();
        VirtualFunction vf = ns.vf() == null ? null : vfs.get(ns.vf());
        require(ns.isAttached() == (ns.vf() != null), what + " is attached to " + ns.vf());
        require(ns.vf() == null || vf != null, what + " is attached to the unknown " + ns.vf());
        require(
                ns.isAttached()
                        ? ns.nsid() >= 1
                                && ns.nsid() <= MAX_NAMESPACES_PER_VF
                                && attachments.add(ns.vf() + "/" + ns.nsid())
                        : ns.nsid() == 0,
                what + " has the bad or doubled NSID " + ns.nsid());
        require(vf == null || vf.tenant().equals(ns.owner()), what + " belongs to " + ns.owner());
        require(
                (ns.state() == NamespaceState.AVAILABLE) == (ns.owner() == null),
                what + " belongs to " + (ns.owner() == null ? "nobody" : ns.owner()));
        switch (ns.state()) {
            case AVAILABLE, DETACHED -> require(erasure == null, what + " has an erasure");
            case ATTACHED ->
                require(
                        erasure == null || erasure.purpose().staysAttached(),
                        what + " has an erasure that would detach it");
            case WIPING ->
                require(
                        erasure != null && !erasure.purpose().staysAttached() && running.contains(erasure.operation()),
                        what + " has no erasure that runs");
            case QUARANTINED -> require(erasure != null, what + " has no erasure");
        }
        require(
                erasure == null || erasure.to() == null || vfs.containsKey(erasure.to()),
                what + " is to be attached to an unknown virtual function");
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }
}
