package io.nvmevf.server.control;

import io.nvmevf.server.control.ControlException.Reason;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.StoragePool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of the {@link TargetState}.
 *
 * <p>Changes are methods of this object and hold its monitor from the first check to the answer, so there is one at a
 * time; they block on the disk and on the data plane and must not be called on an event loop. Reading
 * ({@link #state()}, {@link #pool()}) takes no lock.
 *
 * <p>The order of steps is what makes a crash harmless. A change that was answered is durable; one that was not is
 * wholly there or wholly absent after the next start:
 *
 * <pre>
 * create   pool.create (prepared)  → record → publish (opens: permanent)
 * delete   record without it, named in 'deleting' → publish (drains, closes) → pool.retire, delete → record
 * grow     record the size, named in 'resizing' → pool.resize → publish → record
 * shrink   record the size, named in 'resizing' → publish → pool.resize → record
 * other    record → publish
 * </pre>
 *
 * A prepared device that was not recorded is swept at the start; what 'deleting' and 'resizing' name is finished then.
 * If it is unknown whether a record is durable, nothing is undone and no further change is taken until a restart.
 */
public final class TargetService implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TargetService.class);

    /** The kind of the pool that holds nothing when it starts. */
    private static final String MEMORY = "memory";

    private final StateFile file;
    private final StoragePool pool;
    private final DataPlane dataPlane;
    private volatile TargetState current;
    private volatile PoolUsage usage;
    private @Nullable String closedBecause;

    private TargetService(StateFile file, StoragePool pool, DataPlane dataPlane) {
        this.file = file;
        this.pool = pool;
        this.dataPlane = dataPlane;
        this.current = file.state();
        this.usage = usageOf(pool);
    }

    /**
     * Finishes what a crash left, and publishes the state. The service owns {@code file} from now on, also if this
     * fails; the pool stays the caller's.
     */
    public static TargetService start(StateFile file, StoragePool pool, DataPlane dataPlane) throws ControlException {
        TargetService service = new TargetService(file, pool, dataPlane);
        try {
            service.recover();
            dataPlane.publish(service.current);
            service.refreshUsage();
            return service;
        } catch (ControlException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** What is configured now. */
    public TargetState state() {
        return current;
    }

    /** How full the pool is, as of the last change. */
    public PoolUsage pool() {
        return usage;
    }

    /** The virtual function of this name. */
    public VirtualFunction vf(String name) throws ControlException {
        return current.vf(name).orElseThrow(() -> noVf(name));
    }

    /** The namespace of this id. */
    public Namespace namespace(String id) throws ControlException {
        return current.namespace(id).orElseThrow(() -> noNamespace(id));
    }

    // --- virtual functions ---

    /** Creates a virtual function without namespaces. */
    public synchronized VirtualFunction createVf(NewVirtualFunction wanted) throws ControlException {
        open();
        TargetState now = current;
        VirtualFunction vf = VfRules.create(now, wanted);
        List<VirtualFunction> vfs = new ArrayList<>(now.vfs());
        vfs.add(vf);
        TargetState next = new TargetState(
                now.uuid(),
                now.revision() + 1,
                now.nextVf() + 1,
                now.nextNamespace(),
                vfs,
                now.namespaces(),
                now.deleting(),
                now.resizing());
        apply(next, "virtual function " + vf.name());
        return vf;
    }

    /** Changes who may connect to a virtual function and what its controllers get. */
    public synchronized VirtualFunction updateVf(String name, VirtualFunctionChange change) throws ControlException {
        open();
        VirtualFunction old = vf(name);
        VirtualFunction changed = VfRules.update(old, change);
        if (!changed.equals(old)) {
            List<VirtualFunction> vfs = current.vfs().stream()
                    .map(vf -> vf.name().equals(name) ? changed : vf)
                    .toList();
            apply(with(vfs, current.namespaces(), current.deleting(), current.resizing()), "the change of " + name);
        }
        return changed;
    }

    /**
     * Deletes a virtual function; its hosts are disconnected.
     *
     * @param withNamespaces whether its namespaces, and all data in them, are deleted too; without it a virtual
     *     function that has namespaces is {@link Reason#IN_USE}
     */
    public synchronized void deleteVf(String name, boolean withNamespaces) throws ControlException {
        open();
        vf(name);
        List<Namespace> attached = current.namespacesOf(name);
        if (!attached.isEmpty() && !withNamespaces) {
            throw new ControlException(
                    Reason.IN_USE,
                    "virtual function " + name + " has " + attached.size()
                            + (attached.size() == 1 ? " namespace" : " namespaces")
                            + "; delete them first, or delete them with it (force=true, --force)");
        }
        List<VirtualFunction> vfs =
                current.vfs().stream().filter(vf -> !vf.name().equals(name)).toList();
        removeNamespaces(vfs, attached, "the deletion of " + name);
    }

    // --- namespaces ---

    /**
     * Creates a namespace of zeros, under the lowest NSID that is free in the virtual function.
     *
     * @param bytes a positive multiple of 4096
     * @param lbaSize 512 or 4096
     */
    public synchronized Namespace createNamespace(String vf, long bytes, int lbaSize) throws ControlException {
        open();
        vf(vf);
        checkBytes(bytes);
        if (lbaSize != 512 && lbaSize != 4096) {
            throw invalid("lbaSize is " + lbaSize + "; allowed are 512 and 4096");
        }
        TargetState now = current;
        String id = "ns-" + now.nextNamespace();
        Namespace ns = new Namespace(id, vf, freeNsid(vf), bytes, lbaSize, UUID.randomUUID(), false);
        try {
            pool.create(id, bytes);
        } catch (PoolException e) {
            throw refused("namespace " + id + " was not created", e);
        }
        List<Namespace> namespaces = new ArrayList<>(now.namespaces());
        namespaces.add(ns);
        TargetState next = new TargetState(
                now.uuid(),
                now.revision() + 1,
                now.nextVf(),
                now.nextNamespace() + 1,
                now.vfs(),
                namespaces,
                now.deleting(),
                now.resizing());
        try {
            save(next, "namespace " + id);
        } catch (ControlException e) {
            if (closedBecause == null) {
                undoCreate(id);
            }
            throw e;
        }
        refreshUsage();
        dataPlane.publish(next);
        return ns;
    }

    private void undoCreate(String id) {
        try {
            remove(id);
        } catch (PoolException e) {
            log.warn("device {} could not be taken back ({}); the next start removes it", id, e.getMessage());
        }
        refreshUsage();
    }

    /**
     * Changes the size of a namespace. Hosts see it without reconnecting.
     *
     * @param bytes a positive multiple of 4096
     * @param allowShrink whether it may become smaller, which destroys the data behind the new end
     */
    public synchronized Namespace resizeNamespace(String id, long bytes, boolean allowShrink) throws ControlException {
        open();
        Namespace old = namespace(id);
        checkBytes(bytes);
        if (bytes == old.bytes()) {
            return old;
        }
        boolean shrink = bytes < old.bytes();
        if (shrink && !allowShrink) {
            throw invalid(
                    "namespace " + id + " has " + old.bytes() + " bytes; making it smaller destroys what is behind "
                            + "byte " + bytes + " and has to be asked for (allowShrink, --shrink)");
        }
        if (current.resizing().stream().anyMatch(resize -> resize.id().equals(id))) {
            throw new ControlException(
                    Reason.IO, "an earlier resize of " + id + " could not be finished; restart the target to retry it");
        }
        TargetState before = current;
        List<TargetState.Resizing> resizing = new ArrayList<>(before.resizing());
        resizing.add(new TargetState.Resizing(id, old.bytes()));
        Namespace changed = sized(old, bytes);
        save(with(before.vfs(), replaced(changed), before.deleting(), resizing), "the new size of " + id);
        if (shrink) {
            dataPlane.publish(current);
        }
        try {
            pool.resize(id, bytes);
        } catch (PoolException e) {
            // Back to the old size; hosts that saw the smaller one see it again.
            save(with(before.vfs(), replaced(old), before.deleting(), before.resizing()), "the old size of " + id);
            dataPlane.publish(current);
            refreshUsage();
            throw refused("namespace " + id + " was not resized", e);
        }
        refreshUsage();
        if (!shrink) {
            dataPlane.publish(current);
        }
        forget(current.deleting(), before.resizing());
        return changed;
    }

    /** Sets namespace write protection (NVMe Base 2.1, 8.1.16), as feature 84h does. */
    public synchronized Namespace setWriteProtected(String id, boolean writeProtected) throws ControlException {
        open();
        Namespace old = namespace(id);
        Namespace changed =
                new Namespace(old.id(), old.vf(), old.nsid(), old.bytes(), old.lbaSize(), old.uuid(), writeProtected);
        if (!changed.equals(old)) {
            apply(
                    with(current.vfs(), replaced(changed), current.deleting(), current.resizing()),
                    "the write protection of " + id);
        }
        return changed;
    }

    /** Deletes a namespace and its data. */
    public synchronized void deleteNamespace(String id) throws ControlException {
        open();
        removeNamespaces(current.vfs(), List.of(namespace(id)), "the deletion of " + id);
    }

    private void removeNamespaces(List<VirtualFunction> vfs, List<Namespace> gone, String what)
            throws ControlException {
        List<Namespace> kept = new ArrayList<>(current.namespaces());
        kept.removeAll(gone);
        Set<String> ids = gone.stream().map(Namespace::id).collect(Collectors.toSet());
        List<String> deleting = new ArrayList<>(current.deleting());
        deleting.addAll(ids);
        List<TargetState.Resizing> resizing = current.resizing().stream()
                .filter(resize -> !ids.contains(resize.id()))
                .toList();
        apply(with(vfs, kept, deleting, resizing), what);
        deletePending(ids);
    }

    /** Deletes the devices that 'deleting' names; what fails stays named and is tried again. */
    private void deletePending(Set<String> asked) throws ControlException {
        @Nullable PoolException failure = null;
        List<String> left = new ArrayList<>();
        for (String id : current.deleting()) {
            try {
                remove(id);
            } catch (PoolException e) {
                left.add(id);
                log.warn("the data of namespace {} could not be deleted: {}", id, e.getMessage());
                if (asked.contains(id)) {
                    failure = e;
                }
            }
        }
        refreshUsage();
        if (left.size() < current.deleting().size()) {
            forget(left, current.resizing());
        }
        if (failure != null) {
            throw new ControlException(
                    Reason.IO,
                    "no host reaches it any more, but its data could not be deleted and still takes capacity: "
                            + failure.getMessage()
                            + "; this is tried again with the next deletion and at the next start",
                    failure);
        }
    }

    private void remove(String id) throws PoolException {
        try {
            pool.retire(id);
        } catch (PoolException e) {
            // It may be retired, or gone, since an earlier attempt: delete decides.
            try {
                pool.delete(id);
                return;
            } catch (PoolException again) {
                if (e.reason() == PoolException.Reason.NOT_FOUND && again.reason() == PoolException.Reason.NOT_FOUND) {
                    return;
                }
                again.addSuppressed(e);
                throw again;
            }
        }
        pool.delete(id);
    }

    // --- start ---

    private void recover() throws ControlException {
        TargetState state = current;
        Set<String> unknown;
        try {
            unknown = new TreeSet<>(
                    pool.sweep(state.namespaces().stream().map(Namespace::id).collect(Collectors.toSet())));
        } catch (PoolException e) {
            throw refused("the storage pool cannot be used", e);
        }
        List<String> deleting = new ArrayList<>();
        for (String id : state.deleting()) {
            // Not among the unknown: the sweep took it, or it was deleted before the crash.
            if (unknown.remove(id)) {
                try {
                    remove(id);
                } catch (PoolException e) {
                    deleting.add(id);
                    log.warn("the data of deleted namespace {} could not be deleted: {}", id, e.getMessage());
                }
            }
        }
        List<TargetState.Resizing> resizing = new ArrayList<>();
        List<Namespace> namespaces = new ArrayList<>(state.namespaces());
        if (pool.kind().equals(MEMORY)) {
            namespaces.replaceAll(this::madeAgain);
        }
        for (TargetState.Resizing resize : state.resizing()) {
            namespaces.replaceAll(ns -> ns.id().equals(resize.id()) ? finish(resize, ns, resizing) : ns);
        }
        for (String id : unknown) {
            log.warn(
                    "the pool holds a device {} that no namespace refers to; it is left alone and takes capacity. If this"
                            + " state file was put back from an older backup, put back the newer one; otherwise stop the"
                            + " target and remove the device from the pool by hand",
                    id);
        }
        TargetState next = new TargetState(
                state.uuid(),
                state.revision(),
                state.nextVf(),
                state.nextNamespace(),
                state.vfs(),
                namespaces,
                deleting,
                resizing);
        // Also when nothing changed: it shows now that the directory can be written to, and keeps a new UUID.
        save(next, "the state at the start");
    }

    /** Memory forgets: the namespace is there again, but as a new disk, which no host takes for the old one. */
    private Namespace madeAgain(Namespace ns) {
        try {
            pool.create(ns.id(), ns.bytes());
        } catch (PoolException e) {
            log.error("namespace {} is not ready: {}", ns.id(), e.getMessage());
        }
        return new Namespace(ns.id(), ns.vf(), ns.nsid(), ns.bytes(), ns.lbaSize(), UUID.randomUUID(), false);
    }

    private Namespace finish(TargetState.Resizing resize, Namespace ns, List<TargetState.Resizing> unfinished) {
        try {
            pool.resize(ns.id(), ns.bytes());
            return ns;
        } catch (PoolException e) {
            log.warn("the resize of {} to {} bytes could not be finished: {}", ns.id(), ns.bytes(), e.getMessage());
        }
        try {
            pool.resize(ns.id(), resize.from());
            return sized(ns, resize.from());
        } catch (PoolException e) {
            log.error("namespace {} is not ready: {}", ns.id(), e.getMessage());
            unfinished.add(resize);
            return ns;
        }
    }

    // --- steps ---

    private void apply(TargetState next, String what) throws ControlException {
        save(next, what);
        dataPlane.publish(next);
    }

    private void save(TargetState next, String what) throws ControlException {
        try {
            file.save(next);
        } catch (StateFile.UncertainException e) {
            closedBecause = "the state file could not be synced (" + e.getCause() + "); restart the target";
            throw new ControlException(
                    Reason.IO,
                    what + " may or may not have been recorded, because the disk failed: " + e.getCause()
                            + "; the target goes on serving, but takes no further change until it is restarted",
                    e);
        } catch (IOException e) {
            throw new ControlException(
                    Reason.IO,
                    what + " could not be recorded, nothing was changed: " + e
                            + "; check the file system of the data directory",
                    e);
        }
        current = next;
    }

    /** Records that pending work is done. Not worth failing for: a start would find nothing left to do. */
    private void forget(List<String> deleting, List<TargetState.Resizing> resizing) {
        TargetState now = current;
        try {
            save(
                    new TargetState(
                            now.uuid(),
                            now.revision(),
                            now.nextVf(),
                            now.nextNamespace(),
                            now.vfs(),
                            now.namespaces(),
                            deleting,
                            resizing),
                    "the end of the work");
        } catch (ControlException e) {
            log.warn("{}", e.getMessage());
        }
    }

    private TargetState with(
            List<VirtualFunction> vfs,
            List<Namespace> namespaces,
            List<String> deleting,
            List<TargetState.Resizing> resizing) {
        TargetState now = current;
        return new TargetState(
                now.uuid(), now.revision() + 1, now.nextVf(), now.nextNamespace(), vfs, namespaces, deleting, resizing);
    }

    private List<Namespace> replaced(Namespace changed) {
        return current.namespaces().stream()
                .map(ns -> ns.id().equals(changed.id()) ? changed : ns)
                .toList();
    }

    private static Namespace sized(Namespace ns, long bytes) {
        return new Namespace(ns.id(), ns.vf(), ns.nsid(), bytes, ns.lbaSize(), ns.uuid(), ns.writeProtected());
    }

    private int freeNsid(String vf) throws ControlException {
        Set<Integer> taken = new HashSet<>();
        current.namespacesOf(vf).forEach(ns -> taken.add(ns.nsid()));
        for (int nsid = 1; nsid <= TargetState.MAX_NAMESPACES_PER_VF; nsid++) {
            if (!taken.contains(nsid)) {
                return nsid;
            }
        }
        throw new ControlException(
                Reason.NO_CAPACITY,
                "virtual function " + vf + " has " + TargetState.MAX_NAMESPACES_PER_VF
                        + " namespaces, which is the most that one can have");
    }

    private static void checkBytes(long bytes) throws ControlException {
        if (bytes <= 0 || bytes % 4096 != 0) {
            throw invalid("the size is " + bytes + " bytes; allowed is a positive multiple of 4096");
        }
    }

    private void open() throws ControlException {
        if (closedBecause != null) {
            throw new ControlException(Reason.IO, "no change is taken: " + closedBecause);
        }
    }

    private void refreshUsage() {
        usage = usageOf(pool);
    }

    private static PoolUsage usageOf(StoragePool pool) {
        return new PoolUsage(pool.kind(), pool.capacity(), pool.allocated());
    }

    static ControlException invalid(String message) {
        return new ControlException(Reason.INVALID, message);
    }

    private static ControlException noVf(String name) {
        return new ControlException(Reason.NOT_FOUND, "there is no virtual function '" + name + "'");
    }

    private static ControlException noNamespace(String id) {
        return new ControlException(Reason.NOT_FOUND, "there is no namespace '" + id + "'");
    }

    private static ControlException refused(String what, PoolException e) {
        Reason reason = switch (e.reason()) {
            case INSUFFICIENT_CAPACITY -> Reason.NO_CAPACITY;
            case INVALID -> Reason.INVALID;
            // The state names what the pool does not have, or the other way round: no fault of the caller's.
            case EXISTS, NOT_FOUND, IO -> Reason.IO;
        };
        return new ControlException(reason, what + ": " + e.getMessage(), e);
    }

    /** Waits for the change under way, takes no further one, and lets another target have the data directory. */
    @Override
    public synchronized void close() {
        closedBecause = "the target is stopping";
        file.close();
    }
}
