package io.nvmevf.server.control;

import io.nvmevf.qos.Capacity;
import io.nvmevf.qos.Limits;
import io.nvmevf.server.audit.AuditLog;
import io.nvmevf.server.control.ControlException.Reason;
import io.nvmevf.server.wipe.WipePlan;
import io.nvmevf.server.wipe.WipeProgress;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.StoragePool;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of the {@link TargetState}.
 *
 * <p>Changes are methods of this object and hold its monitor from the first check to the answer, so there is one at a
 * time; they block on the disk and on the data plane and must not be called on an event loop. Reading
 * ({@link #state()}, {@link #pool()}, {@link #progress}) takes no lock. Namespaces are named by id or name.
 *
 * <p>The order of steps is what makes a crash harmless. A change that was answered is durable; one that was not is
 * wholly there or wholly absent after the next start:
 *
 * <pre>
 * create   pool.create (prepared)  → record → publish (opens: permanent)
 * erase    record WIPING → publish (drains, closes) → answer → erase, verify → evidence → record what follows → publish
 * delete   (erase, then) record without it, named in 'deleting' → publish → pool.retire, delete → record
 * grow     record the size, named in 'resizing' → pool.resize → publish → record
 * shrink   record the size, named in 'resizing' → publish → pool.resize → record
 * offline  record DRAINING → publish (drains, disconnects) → record OFFLINE → publish
 * other    record → publish
 * </pre>
 *
 * A prepared device that was not recorded is swept at the start; what 'deleting', 'resizing' and running operations name is
 * finished then. If it is unknown whether a record is durable, nothing is undone and no further change is taken until a
 * restart.
 */
public final class TargetService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TargetService.class);

    /** The field of an audit entry that says who. */
    private static final String WHO = "who";

    /** Bounds an audit entry. */
    private static final int RECOVERED_IN_ONE_ENTRY = 100;

    private final StateWriter writer;
    private final PoolDevices devices;
    private final NamespaceLife life;
    private final Erasures erasures;
    private final HostKeys keys = new HostKeys();
    private final ApiTokens tokens = new ApiTokens();
    private final TlsKeys tlsKeys = new TlsKeys();
    private final PhysicalFunction pf;
    private final AuditLog audit;
    private final InstantSource clock;

    /**
     * What the service works with.
     *
     * @param pf what is shared out
     * @param pool where namespaces are kept; stays the caller's
     * @param dataPlane what hosts see
     * @param eraser who erases; closed by the caller, after the service
     * @param audit where evidence goes; closed by the caller, after the service
     * @param clock for the times in operations
     * @param later runs, after some seconds, what could not be recorded now
     */
    public record Parts(
            PhysicalFunction pf,
            StoragePool pool,
            DataPlane dataPlane,
            Eraser eraser,
            AuditLog audit,
            InstantSource clock,
            Executor later) {}

    private TargetService(StateFile file, Parts parts) {
        pf = parts.pf();
        audit = parts.audit();
        clock = parts.clock();
        writer = new StateWriter(file, parts.dataPlane());
        devices = new PoolDevices(parts.pool(), writer);
        life = new NamespaceLife(writer, devices);
        erasures = new Erasures(
                this, writer, devices, parts.dataPlane(), parts.eraser(), parts.audit(), parts.clock(), parts.later());
    }

    /**
     * Finishes what a crash left, publishes the state, and goes on with the erasures that were interrupted. The service
     * owns {@code file} from now on, also if this fails.
     */
    public static TargetService start(StateFile file, Parts parts) throws ControlException {
        TargetService service = new TargetService(file, parts);
        try {
            service.begin();
            return service;
        } catch (ControlException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private synchronized void begin() throws ControlException {
        for (Namespace ns : writer.state().namespaces()) {
            if (ns.encrypted() && !devices.isEncrypted(ns.id())) {
                throw ControlException.invalid("namespace " + ns.id()
                        + " is encrypted, but no key file is configured; name it in pool.encryption.key-file");
            }
        }
        for (VirtualFunction vf : writer.state().vfs()) {
            if (vf.nqn().equals(pf.nqn())) {
                throw ControlException.invalid("virtual function " + vf.name() + " has the NQN " + vf.nqn()
                        + ", which is the physical function's; name another one in pf.nqn");
            }
        }
        writer.renew();
        TargetState found = state();
        devices.recover();
        noteRecovery(found, state());
        writer.publish();
        devices.refreshUsage();
        state().operations().stream()
                .filter(Operation::isRunning)
                .forEach(op -> note("operation-resumed", "operation", op.id(), "subject", op.subject()));
        erasures.resume();
    }

    /** What a crash left half done was finished: nobody but the target did that. */
    private void noteRecovery(TargetState found, TargetState now) {
        List<String> changed = new ArrayList<>();
        now.namespaces().stream()
                .filter(ns -> !found.namespaces().contains(ns))
                .forEach(ns -> changed.add("namespace " + ns.id()));
        now.vfs().stream()
                .filter(vf -> !found.vfs().contains(vf))
                .forEach(vf -> changed.add("virtual function " + vf.name() + " is " + vf.state()));
        found.deleting().stream()
                .filter(id -> !now.deleting().contains(id))
                .forEach(id -> changed.add("device " + id + " deleted"));
        found.resizing().stream()
                .filter(resize -> !now.resizing().contains(resize))
                .forEach(resize -> changed.add("namespace " + resize.id() + " resized"));
        for (int i = 0; i < changed.size(); i += RECOVERED_IN_ONE_ENTRY) {
            note(
                    "state-recovered",
                    "changes",
                    String.join(", ", changed.subList(i, Math.min(changed.size(), i + RECOVERED_IN_ONE_ENTRY))));
        }
    }

    // ---- reading -------------------------------------------------------------------------------------------------

    /** What is configured now. */
    public TargetState state() {
        return writer.state();
    }

    public PhysicalFunction pf() {
        return pf;
    }

    /** How full the pool is, as of the last change. */
    public PoolUsage pool() {
        return devices.usage();
    }

    /** The virtual function of this name. */
    public VirtualFunction vf(String name) throws ControlException {
        return state().vf(name)
                .orElseThrow(
                        () -> new ControlException(Reason.NOT_FOUND, "there is no virtual function '" + name + "'"));
    }

    /** The profile of this name, built in or not. */
    public QosProfile profile(String name) throws ControlException {
        return state().profile(name)
                .orElseThrow(() -> new ControlException(Reason.NOT_FOUND, "there is no profile '" + name + "'"));
    }

    /** The namespace with this id or name. */
    public Namespace namespace(String idOrName) throws ControlException {
        return state().namespace(idOrName)
                .orElseThrow(() -> new ControlException(Reason.NOT_FOUND, "there is no namespace '" + idOrName + "'"));
    }

    /** Those that run and the last {@value TargetState#ENDED_OPERATIONS} that ended. */
    public List<Operation> operations() {
        return state().operations();
    }

    /** The operation of this id. */
    public Operation operation(String id) throws ControlException {
        return state().operation(id)
                .orElseThrow(() -> new ControlException(
                        Reason.NOT_FOUND,
                        "there is no operation '" + id + "'; operations that ended are forgotten after the next "
                                + TargetState.ENDED_OPERATIONS));
    }

    /** How far an operation is; null if it does not run. */
    public @Nullable WipeProgress progress(Operation op) {
        return erasures.progress(op);
    }

    /** Completes, on any thread, when the operation ends; at once if it has. */
    public synchronized CompletableFuture<Operation> ended(String operation) throws ControlException {
        return erasures.ended(operation(operation));
    }

    // ---- virtual functions ---------------------------------------------------------------------------------------

    /** Creates a virtual function without namespaces. */
    public synchronized VirtualFunction createVf(NewVirtualFunction wanted) throws ControlException {
        writer.checkOpen();
        VirtualFunction vf = VfRules.create(state(), pf, wanted);
        applyShared(writer.change().add(vf), "virtual function " + vf.name());
        note("vf-created", "vf", vf.name(), "tenant", vf.tenant(), "nqn", vf.nqn());
        return vf;
    }

    /** Changes who may connect to a virtual function and what its controllers get. */
    public synchronized VirtualFunction updateVf(String name, VirtualFunctionChange change) throws ControlException {
        writer.checkOpen();
        VirtualFunction old = vf(name);
        VirtualFunction changed = VfRules.update(state(), pf, old, change);
        return changed.equals(old) ? old : replace(old, changed, "the change of " + name, "vf-changed");
    }

    /** Gives an OFFLINE virtual function another number of I/O queues, 1 to 64; 0 takes all of its queues away. */
    public synchronized VirtualFunction assignQueues(String name, int ioQueues) throws ControlException {
        writer.checkOpen();
        VirtualFunction old = vf(name);
        VirtualFunction changed = VfRules.assign(state(), pf, old, ioQueues);
        return changed.equals(old) ? old : replace(old, changed, "the queues of " + name, "vf-changed");
    }

    private VirtualFunction replace(VirtualFunction old, VirtualFunction changed, String what, String event)
            throws ControlException {
        applyShared(writer.change().replace(changed), what);
        note(
                event,
                Map.of(
                        "vf",
                        changed.name(),
                        "tenant",
                        changed.tenant(),
                        "state",
                        changed.state().name(),
                        "changes",
                        Differences.between(old, changed)));
        return changed;
    }

    /** Lets hosts connect. */
    public synchronized VirtualFunction onlineVf(String name) throws ControlException {
        writer.checkOpen();
        VirtualFunction old = vf(name);
        if (old.isOnline()) {
            return old;
        }
        if (old.ioQueues() == 0) {
            throw new ControlException(
                    Reason.WRONG_STATE,
                    "virtual function " + name + " has no queues; give it some first (--io-queues, or virt-mgmt)");
        }
        return replace(old, old.in(VfState.ONLINE), "virtual function " + name, "vf-online");
    }

    /** Lets commands under way end, disconnects all hosts, and lets nobody connect. */
    public synchronized VirtualFunction offlineVf(String name) throws ControlException {
        writer.checkOpen();
        VirtualFunction old = vf(name);
        if (old.state() == VfState.OFFLINE) {
            return old;
        }
        writer.apply(
                writer.change().replace(old.in(VfState.DRAINING)).next(),
                "taking virtual function " + name + " offline");
        return replace(old, old.in(VfState.OFFLINE), "virtual function " + name, "vf-offline");
    }

    /** Takes all virtual functions offline with one change, as disabling VF Enable does in SR-IOV. */
    public synchronized List<VirtualFunction> offlineAll() throws ControlException {
        writer.checkOpen();
        if (state().vfs().stream().allMatch(vf -> vf.state() == VfState.OFFLINE)) {
            return state().vfs();
        }
        StateChange draining = writer.change();
        draining.vfs.replaceAll(vf -> vf.isOnline() ? vf.in(VfState.DRAINING) : vf);
        writer.apply(draining.next(), "taking all virtual functions offline");
        StateChange offline = writer.change();
        offline.vfs.replaceAll(vf -> vf.in(VfState.OFFLINE));
        writer.apply(offline.next(), "taking all virtual functions offline");
        note("all-vfs-offline", "count", Integer.toString(state().vfs().size()));
        return state().vfs();
    }

    /**
     * Deletes a virtual function; its hosts are disconnected.
     *
     * @return the operations that delete its namespaces, with {@link Disposal#DELETE}
     */
    public synchronized List<Operation> deleteVf(String name, Disposal disposal) throws ControlException {
        writer.checkOpen();
        VirtualFunction vf = vf(name);
        if (state().namespaces().stream()
                .anyMatch(ns -> ns.erasure() != null && name.equals(ns.erasure().to()))) {
            throw new ControlException(
                    Reason.IN_USE, "a namespace is being reassigned to virtual function " + name + "; wait for it");
        }
        List<Namespace> attached = state().namespacesOf(name);
        for (Namespace ns : attached) {
            NamespaceLife.checkNotErased(state(), ns);
        }
        if (!attached.isEmpty() && disposal == Disposal.REFUSE) {
            throw new ControlException(
                    Reason.IN_USE,
                    "virtual function " + name + " has " + attached.size()
                            + (attached.size() == 1 ? " namespace" : " namespaces")
                            + "; detach, reassign or delete them first, or say what becomes of them"
                            + " (namespaces=detach|delete, --namespaces)");
        }
        StateChange change = writer.change();
        change.delete(vf);
        List<Operation> ops = List.of();
        if (disposal == Disposal.DELETE) {
            Map<Namespace, WipePlan> plans = new LinkedHashMap<>();
            for (Namespace ns : attached) {
                plans.put(ns, plan(ns, null));
            }
            ops = erasures.beginDeletions(change, plans, "the deletion of " + name);
        } else {
            attached.forEach(ns -> change.replace(ns.detached()));
            writer.apply(change.next(), "the deletion of " + name);
        }
        note(
                "vf-deleted",
                "vf",
                name,
                "tenant",
                vf.tenant(),
                "namespaces",
                attached.isEmpty() ? "none" : disposal.name(),
                "operations",
                ops.isEmpty() ? "none" : ops.stream().map(Operation::id).collect(Collectors.joining(" ")));
        return ops;
    }

    // ---- keys of hosts -------------------------------------------------------------------------------------------

    /**
     * What a host authenticates with.
     *
     * @param subsystem name of a virtual function, {@link HostKey#PF} or {@link HostKey#DISCOVERY}
     */
    public HostKey hostKey(String subsystem, String hostNqn) throws ControlException {
        return HostKeys.existing(state(), existing(subsystem), hostNqn);
    }

    /**
     * Gives a host, which need not be allowed to connect yet, something to authenticate with, instead of what it has. It holds
     * for connections from now on.
     */
    public synchronized HostKey setHostKey(String subsystem, String hostNqn, NewHostKey wanted)
            throws ControlException {
        writer.checkOpen();
        return put(keys.made(state(), existing(subsystem), hostNqn, wanted), "host-key-set");
    }

    /** Gives a host a new pair of secrets; the one that it has stays valid, too, one that is older does not. */
    public synchronized HostKey rotateHostKey(String subsystem, String hostNqn, NewHostKey wanted)
            throws ControlException {
        writer.checkOpen();
        return put(keys.rotated(hostKey(subsystem, hostNqn), wanted), "host-key-rotated");
    }

    /** Ends a rotation: only the newest pair stays valid. */
    public synchronized HostKey finishRotation(String subsystem, String hostNqn) throws ControlException {
        writer.checkOpen();
        HostKey old = hostKey(subsystem, hostNqn);
        return old.isRotating() ? put(old.with(List.of(old.newest())), "host-key-rotation-finished") : old;
    }

    /** Takes what a host authenticates with away. Unless the subsystem requires authentication it needs none then. */
    public synchronized void removeHostKey(String subsystem, String hostNqn) throws ControlException {
        writer.checkOpen();
        HostKey old = hostKey(subsystem, hostNqn);
        StateChange change = writer.change();
        change.hostKeys.remove(old);
        writer.apply(change.next(), "the removal of the key of " + hostNqn);
        noteKey("host-key-removed", subsystem, hostNqn);
    }

    private HostKey put(HostKey key, String event) throws ControlException {
        writer.apply(writer.change().put(key).next(), "the key of " + key.hostNqn());
        noteKey(
                event,
                key.subsystem(),
                key.hostNqn(),
                "bidirectional",
                Boolean.toString(key.newest().isBidirectional()));
        return key;
    }

    /** What a host protects its connections with; {@code subsystem} as for {@link #hostKey}. */
    public TlsKey tlsKey(String subsystem, String hostNqn) throws ControlException {
        return TlsKeys.existing(state(), existing(subsystem), hostNqn);
    }

    /**
     * Gives a host, which need not be allowed to connect yet, a PSK for TLS, instead of what it has. It holds for connections
     * from now on.
     */
    public synchronized TlsKey setTlsKey(String subsystem, String hostNqn, NewTlsKey wanted) throws ControlException {
        writer.checkOpen();
        return put(tlsKeys.made(state(), existing(subsystem), hostNqn, wanted), "tls-key-set");
    }

    /** Gives a host a new PSK; the one that it has stays valid, too, one that is older does not. */
    public synchronized TlsKey rotateTlsKey(String subsystem, String hostNqn, NewTlsKey wanted)
            throws ControlException {
        writer.checkOpen();
        return put(tlsKeys.rotated(tlsKey(subsystem, hostNqn), wanted), "tls-key-rotated");
    }

    /** Ends a rotation: only the newest PSK stays valid. */
    public synchronized TlsKey finishTlsRotation(String subsystem, String hostNqn) throws ControlException {
        writer.checkOpen();
        TlsKey old = tlsKey(subsystem, hostNqn);
        return old.isRotating() ? put(old.with(List.of(old.newest())), "tls-key-rotation-finished") : old;
    }

    /** Takes the PSKs of a host away: no TLS handshake of it succeeds any more. */
    public synchronized void removeTlsKey(String subsystem, String hostNqn) throws ControlException {
        writer.checkOpen();
        TlsKey old = tlsKey(subsystem, hostNqn);
        StateChange change = writer.change();
        change.tlsKeys.remove(old);
        writer.apply(change.next(), "the removal of the TLS key of " + hostNqn);
        noteKey("tls-key-removed", subsystem, hostNqn);
    }

    private TlsKey put(TlsKey key, String event) throws ControlException {
        writer.apply(writer.change().put(key).next(), "the TLS key of " + key.hostNqn());
        noteKey(event, key.subsystem(), key.hostNqn());
        return key;
    }

    /** The name, if there is such a subsystem. */
    private String existing(String subsystem) throws ControlException {
        return KeyRules.isVf(subsystem) ? vf(subsystem).name() : subsystem;
    }

    private void noteKey(String event, String subsystem, String hostNqn, String... more) {
        List<String> fields =
                new ArrayList<>(List.of(KeyRules.isVf(subsystem) ? "vf" : "subsystem", subsystem, "host", hostNqn));
        fields.addAll(List.of(more));
        note(event, fields.toArray(String[]::new));
    }

    // ---- limits --------------------------------------------------------------------------------------------------

    /** Creates a profile; both name and limits are needed. */
    public synchronized QosProfile createProfile(@Nullable String name, @Nullable Limits limits)
            throws ControlException {
        writer.checkOpen();
        QosProfile profile = QosRules.profile(state(), name, limits);
        StateChange change = writer.change();
        change.profiles.add(profile);
        writer.apply(change.next(), "profile " + name);
        note(
                "profile-created",
                "profile",
                profile.name(),
                "limits",
                profile.limits().toString());
        return profile;
    }

    /** Gives a profile other limits, the whole set, and with it every virtual function that has it. */
    public synchronized QosProfile changeProfile(String name, @Nullable Limits limits) throws ControlException {
        writer.checkOpen();
        QosProfile old = QosRules.own(state(), name);
        QosProfile changed = new QosProfile(name, QosRules.needed(limits));
        if (changed.equals(old)) {
            return old;
        }
        QosRules.checkProfile(pf, state().vfs(), old, changed);
        applyShared(writer.change().replace(changed), "the change of profile " + name);
        note("profile-changed", "profile", name, "limits", changed.limits().toString());
        return changed;
    }

    /** Deletes a profile that no virtual function has. */
    public synchronized void deleteProfile(String name) throws ControlException {
        writer.checkOpen();
        QosProfile profile = QosRules.own(state(), name);
        QosRules.checkUnused(state(), profile);
        StateChange change = writer.change();
        change.profiles.remove(profile);
        writer.apply(change.next(), "the deletion of profile " + name);
        note("profile-deleted", "profile", name);
    }

    /** Limits what the virtual functions of a tenant, which need not be there yet, do together; null: no limits. */
    public synchronized void setTenantLimits(String tenant, @Nullable Limits limits) throws ControlException {
        writer.checkOpen();
        Limits next = limits == null ? Limits.NONE : limits;
        QosRules.checkTenant(state(), pf, tenant, next);
        if (next.equals(state().tenantLimits(tenant))) {
            return;
        }
        writer.apply(writer.change().limit(tenant, next).next(), "the limits of tenant " + tenant);
        note(
                next.equals(Limits.NONE) ? "tenant-unlimited" : "tenant-limited",
                "tenant",
                tenant,
                "limits",
                next.toString());
    }

    /** Says what the physical function can do, so that it can be shared by guarantee and weight; null: nobody knows. */
    public synchronized void setCapacity(@Nullable Capacity capacity) throws ControlException {
        writer.checkOpen();
        if (Objects.equals(capacity, state().capacity())) {
            return;
        }
        applyShared(writer.change().with(capacity), "the capacity");
        if (capacity == null) {
            note("pf-capacity-removed");
        } else {
            note(
                    "pf-capacity-set",
                    "readIops",
                    Long.toString(capacity.readIops()),
                    "writeIops",
                    Long.toString(capacity.writeIops()),
                    "readBytes",
                    Long.toString(capacity.readBytes()),
                    "writeBytes",
                    Long.toString(capacity.writeBytes()));
        }
    }

    /**
     * Creates a device of zeros for a measurement, one at a time, that no restart survives. Its user closes it, and calls
     * {@link #deleteScratch} then.
     *
     * @param bytes a positive multiple of 4096
     */
    public synchronized BlockDevice openScratch(long bytes) throws ControlException {
        writer.checkOpen();
        BlockDevice device = devices.openScratch(bytes);
        note("calibration-started", "bytes", Long.toString(bytes));
        return device;
    }

    public synchronized void deleteScratch() throws ControlException {
        devices.deleteScratch();
        note("calibration-ended");
    }

    /** Records and publishes what concerns guarantees and weights, or queues, if they fit together then. */
    private void applyShared(StateChange change, String what) throws ControlException {
        TargetState next = change.next();
        ShareRules.check(state(), next);
        writer.apply(next, what);
    }

    // ---- namespaces ----------------------------------------------------------------------------------------------

    /** Creates a namespace of zeros; attached, under the lowest NSID that is free, if a virtual function is named. */
    public synchronized Namespace createNamespace(NewNamespace wanted) throws ControlException {
        writer.checkOpen();
        Namespace ns = life.create(wanted);
        note("namespace-created", ns, "bytes", Long.toString(ns.bytes()));
        return ns;
    }

    /**
     * Changes the size of a namespace. Hosts see it without reconnecting.
     *
     * @param bytes a positive multiple of 4096
     * @param allowShrink whether it may become smaller, which destroys the data behind the new end
     */
    public synchronized Namespace resizeNamespace(String id, long bytes, boolean allowShrink) throws ControlException {
        writer.checkOpen();
        Namespace ns = life.resize(namespace(id), bytes, allowShrink);
        note("namespace-resized", ns, "bytes", Long.toString(ns.bytes()));
        return ns;
    }

    /** Sets namespace write protection (NVMe Base 2.1, 8.1.16), as feature 84h does. */
    public synchronized Namespace setWriteProtected(String id, boolean writeProtected) throws ControlException {
        writer.checkOpen();
        return changeProtection(namespace(id), writeProtected);
    }

    private Namespace changeProtection(Namespace old, boolean on) throws ControlException {
        Namespace ns = life.setWriteProtected(old, on);
        if (!ns.equals(old)) {
            note("namespace-write-protection", ns, "writeProtected", Boolean.toString(on));
        }
        return ns;
    }

    /**
     * Attaches a namespace to a virtual function. One that holds another tenant's data is erased first: then the outcome
     * names the operation that attaches it.
     *
     * @param how how it is erased, if it has to be; null for the default
     */
    public synchronized Outcome attach(String id, String vfName, @Nullable WipeRequest how) throws ControlException {
        writer.checkOpen();
        Namespace ns = namespace(id);
        if (ns.isAttached()) {
            throw new ControlException(
                    Reason.EXISTS,
                    "namespace " + ns.id() + " is attached to " + ns.vf()
                            + (ns.isAttachedTo(vfName) ? " already" : "; detach it first, or reassign it"));
        }
        NamespaceLife.checkSettled(state(), ns);
        VirtualFunction vf = life.usable(vfName);
        return give(ns, vf, how);
    }

    /**
     * Hands a namespace to another virtual function: detaches it, erases it unless both have the same tenant, attaches it.
     *
     * @param how how it is erased; null for the default. With a value it is erased whoever the tenants are
     */
    public synchronized Outcome reassign(String id, String vfName, @Nullable WipeRequest how) throws ControlException {
        writer.checkOpen();
        Namespace ns = namespace(id);
        VirtualFunction vf = life.usable(vfName);
        if (ns.isAttachedTo(vfName)) {
            throw new ControlException(
                    Reason.EXISTS, "namespace " + ns.id() + " is attached to " + vfName + " already");
        }
        NamespaceLife.checkSettled(state(), ns);
        if (how != null && ns.owner() != null) {
            return erase(ns, Purpose.REASSIGN, vf, how);
        }
        if (ns.isAttached() && vf.tenant().equals(ns.owner())) {
            NamespaceLife.freeNsid(state(), vfName);
            Namespace detached = life.detach(ns);
            return give(detached, vf, how);
        }
        return give(ns, vf, how);
    }

    private Outcome give(Namespace ns, VirtualFunction vf, @Nullable WipeRequest how) throws ControlException {
        NamespaceLife.freeNsid(state(), vf.name());
        if (ns.owner() != null && how != null) {
            return erase(ns, Purpose.REASSIGN, vf, how);
        }
        if (ns.owner() == null || (ns.owner().equals(vf.tenant()) && !ns.isAttached())) {
            Namespace attached = life.attach(ns, vf);
            note("namespace-attached", attached);
            return new Outcome(attached, null);
        }
        return erase(ns, Purpose.REASSIGN, vf, how);
    }

    private Outcome erase(Namespace ns, Purpose purpose, @Nullable VirtualFunction to, @Nullable WipeRequest how)
            throws ControlException {
        String vf = to == null ? null : to.name();
        Operation op = erasures.begin(ns, purpose, vf, plan(ns, how), ns.lbaSize());
        Namespace now = namespace(ns.id());
        note("namespace-wiping", now, "operation", op.id(), "purpose", purpose.name());
        return new Outcome(now, op);
    }

    /** Takes a namespace from its virtual function: its data stays its tenant's. */
    public synchronized Namespace detach(String id) throws ControlException {
        writer.checkOpen();
        Namespace ns = life.detach(namespace(id));
        note("namespace-detached", ns);
        return ns;
    }

    /** Erases a namespace and makes it AVAILABLE. */
    public synchronized Outcome release(String id, @Nullable WipeRequest how) throws ControlException {
        writer.checkOpen();
        Namespace ns = namespace(id);
        if (ns.owner() == null) {
            return new Outcome(ns, null);
        }
        if (ns.state() == NamespaceState.QUARANTINED) {
            NamespaceLife.checkSettled(state(), ns);
        }
        return erase(ns, Purpose.RELEASE, null, how);
    }

    /** Erases a namespace and deletes it; at once if it holds nothing of anybody. */
    public synchronized Outcome deleteNamespace(String id, @Nullable WipeRequest how) throws ControlException {
        writer.checkOpen();
        Namespace ns = namespace(id);
        if (ns.owner() != null) {
            return erase(ns, Purpose.DELETE, null, how);
        }
        life.delete(ns);
        note("namespace-deleted", ns);
        return new Outcome(null, null);
    }

    /** Deletes a QUARANTINED namespace without another erasure: what becomes of its blocks is the operator's business. */
    public synchronized void discard(String id) throws ControlException {
        writer.checkOpen();
        Namespace ns = namespace(id);
        if (ns.state() != NamespaceState.QUARANTINED) {
            throw new ControlException(
                    Reason.WRONG_STATE,
                    "namespace " + ns.id() + " is " + ns.state() + "; only a QUARANTINED one is deleted unerased");
        }
        try {
            // (Before it is done: it is the one deletion of which there is no other proof.)
            audit.append(
                    "namespace-discarded-unerased",
                    Map.of(
                            "namespace",
                            ns.id(),
                            "owner",
                            String.valueOf(ns.owner()),
                            WHO,
                            Actor.current().fields()));
        } catch (IOException e) {
            throw new ControlException(
                    Reason.IO, "nothing was changed, because the audit log cannot be written: " + e.getMessage(), e);
        }
        life.delete(ns);
    }

    /** Erases a QUARANTINED namespace again, for what it was erased for before. */
    public synchronized Outcome retry(String id, @Nullable WipeRequest how) throws ControlException {
        writer.checkOpen();
        Namespace ns = namespace(id);
        Erasure failed = ns.erasure();
        if (ns.state() != NamespaceState.QUARANTINED || failed == null) {
            throw new ControlException(
                    Reason.WRONG_STATE, "namespace " + ns.id() + " is " + ns.state() + "; there is nothing to retry");
        }
        VirtualFunction to =
                failed.to() == null ? null : state().vf(failed.to()).orElse(null);
        Purpose purpose = failed.to() != null && to == null ? Purpose.RELEASE : failed.purpose();
        if (how != null) {
            return erase(ns, purpose, to, how);
        }
        String vf = to == null ? null : to.name();
        Operation op = erasures.begin(ns, purpose, vf, failed.plan(), ns.lbaSize());
        Namespace now = namespace(ns.id());
        note("namespace-wiping", now, "operation", op.id(), "purpose", purpose.name());
        return new Outcome(now, op);
    }

    private WipePlan plan(Namespace ns, @Nullable WipeRequest how) throws ControlException {
        return WipePlans.plan(ns, devices.isMemory(), how);
    }

    // ---- what a tenant asks for in band ----------------------------------------------------------------------------
    // (Between the command and its turn here the namespace may have become another tenant's: each of these names what
    // its
    // host saw.)

    private Namespace still(Namespace seen) throws ControlException {
        Namespace now = state().namespace(seen.id()).orElse(seen);
        if (!now.isAttached()
                || !now.uuid().equals(seen.uuid())
                || !now.isAttachedTo(String.valueOf(seen.vf()))
                || now.nsid() != seen.nsid()) {
            throw new ControlException(
                    Reason.NOT_ATTACHED,
                    "namespace " + seen.id() + " is not what and where it was when the host asked");
        }
        return now;
    }

    private VirtualFunction still(VirtualFunction seen) throws ControlException {
        return state().vf(seen.number())
                .filter(vf -> vf.tenant().equals(seen.tenant()))
                .orElseThrow(() -> new ControlException(
                        Reason.NOT_FOUND, "there is no virtual function '" + seen.name() + "' any more"));
    }

    /** Feature 84h: sets namespace write protection for the tenant. */
    public synchronized Namespace protect(Namespace seen, boolean on) throws ControlException {
        writer.checkOpen();
        return changeProtection(still(seen), on);
    }

    /**
     * Format NVM: erases a namespace for its tenant. It stays attached, as the same namespace.
     *
     * @param lbaSize bytes of a logical block afterwards: 512 or 4096
     */
    public synchronized Operation format(Namespace seen, WipePlan plan, int lbaSize) throws ControlException {
        writer.checkOpen();
        Namespace ns = still(seen);
        NamespaceLife.checkSettled(state(), ns);
        NamespaceLife.checkLbaSize(lbaSize);
        checkWritable(ns);
        Operation op = erasures.begin(ns, Purpose.FORMAT, null, plan, lbaSize);
        note("namespace-formatting", ns, "operation", op.id());
        return op;
    }

    /** Sanitize: erases all namespaces of a virtual function for its tenant. They stay attached, as the same namespaces. */
    public synchronized Operation sanitize(VirtualFunction seen, WipePlan plan, int scdw10) throws ControlException {
        writer.checkOpen();
        VirtualFunction vf = still(seen);
        for (Namespace ns : state().namespacesOf(vf.name())) {
            checkWritable(ns);
        }
        Operation op = erasures.sanitize(vf, plan, scdw10);
        note("vf-sanitizing", "vf", vf.name(), "operation", op.id());
        return operation(op.id());
    }

    private static void checkWritable(Namespace ns) throws ControlException {
        if (ns.writeProtected()) {
            throw new ControlException(Reason.IN_USE, "namespace " + ns.id() + " is write protected");
        }
    }

    /** Exit Failure Mode: after a sanitize operation that failed, hosts may use what is left. */
    public synchronized void exitSanitizeFailure(VirtualFunction seen) throws ControlException {
        writer.checkOpen();
        VirtualFunction vf = still(seen);
        Sanitize last = vf.sanitize();
        if (last == null || !last.restricts() || vf.isSanitizing()) {
            return;
        }
        StateChange change = writer.change().replace(vf.with(last.left()));
        change.namespaces.replaceAll(
                ns -> ns.isAttachedTo(vf.name()) && ns.erasure() != null ? ns.erased(ns.lbaSize()) : ns);
        writer.apply(change.next(), "the end of the failure mode of " + vf.name());
        note("vf-left-sanitize-failure", "vf", vf.name());
    }

    // ---- tokens of the API ---------------------------------------------------------------------------------------

    /** Makes a token, whose text is told this once. */
    public synchronized ApiTokens.Made createToken(NewApiToken wanted) throws ControlException {
        writer.checkOpen();
        ApiTokens.Made made = tokens.make(state(), wanted, clock.instant());
        ApiToken token = made.token();
        StateChange change = writer.change();
        change.apiTokens.add(token);
        writer.apply(change.next(), "token " + token.name());
        note(
                "token-created",
                "token",
                token.id(),
                "name",
                token.name(),
                "role",
                token.role().toString(),
                "expires",
                token.expires() == null ? "never" : token.expires().toString());
        return made;
    }

    /** Takes a token, named by id or name, away; its next request is refused. */
    public synchronized void revokeToken(String idOrName) throws ControlException {
        writer.checkOpen();
        ApiToken token = ApiTokens.existing(state().apiTokens(), idOrName);
        StateChange change = writer.change();
        change.apiTokens.remove(token);
        writer.apply(change.next(), "the revocation of token " + token.name());
        note("token-revoked", "token", token.id(), "name", token.name());
    }

    // ---- audit ---------------------------------------------------------------------------------------------------

    /**
     * Records that somebody wanted a change that he may not make. The caller sees to it that these are not too many.
     *
     * @param what which change, in some words
     */
    public void noteRefused(Actor who, Map<String, Object> what) {
        who.run(() -> note("change-refused", what));
    }

    /** Records that somebody has changed what a logger writes. */
    public void noteLogLevel(String logger, String before, String level) {
        note("log-level-changed", "logger", logger, "before", before, "level", level);
    }

    private void note(String event, Namespace ns, String... more) {
        List<String> fields = new ArrayList<>(
                List.of("namespace", ns.id(), "state", ns.state().name()));
        if (ns.vf() != null) {
            fields.addAll(List.of("vf", ns.vf()));
        }
        if (ns.owner() != null) {
            fields.addAll(List.of("owner", ns.owner()));
        }
        fields.addAll(List.of(more));
        note(event, fields.toArray(String[]::new));
    }

    private void note(String event, String... keysAndValues) {
        Map<String, Object> fields = new TreeMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            fields.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        note(event, fields);
    }

    /** What was done is done: a line that cannot be written is no reason to say otherwise. */
    private void note(String event, Map<String, Object> what) {
        Map<String, Object> fields = new TreeMap<>(what);
        fields.put(WHO, Actor.current().fields());
        try {
            audit.append(event, fields);
        } catch (IOException e) {
            LOG.error("{} {} is not in the audit log, which cannot be written: {}", event, fields, e.getMessage());
        }
    }

    /** Waits for the change under way, takes no further one, and lets another target have the data directory. */
    @Override
    public synchronized void close() {
        writer.close();
    }
}
