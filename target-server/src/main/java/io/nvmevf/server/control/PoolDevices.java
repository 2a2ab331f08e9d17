package io.nvmevf.server.control;

import io.nvmevf.server.control.ControlException.Reason;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.StoragePool;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the control plane does with the storage pool, and what it does again after a crash. Under the service's monitor. */
final class PoolDevices {
    private static final Logger LOG = LoggerFactory.getLogger(PoolDevices.class);

    /** The kind of the pool that holds nothing when it starts. */
    static final String MEMORY = "memory";

    /** Id of the device for measurements: namespaces are numbered from 1, and none can be called so. */
    private static final String SCRATCH = Namespace.ID_PREFIX + "0";

    private final StoragePool pool;
    private final StateWriter writer;
    private volatile PoolUsage usage;
    private boolean scratchIsOpen;

    PoolDevices(StoragePool pool, StateWriter writer) {
        this.pool = pool;
        this.writer = writer;
        usage = usageOf(pool);
    }

    /** How full the pool is, as of the last change. Any thread. */
    PoolUsage usage() {
        return usage;
    }

    void refreshUsage() {
        usage = usageOf(pool);
    }

    private static PoolUsage usageOf(StoragePool pool) {
        return new PoolUsage(pool.kind(), pool.capacity(), pool.allocated());
    }

    boolean isMemory() {
        return pool.kind().equals(MEMORY);
    }

    boolean isEncrypted(String id) {
        return pool.isEncrypted(id);
    }

    void create(String id, long bytes) throws ControlException {
        try {
            pool.create(id, bytes);
        } catch (PoolException e) {
            throw refused("namespace " + id + " was not created", e);
        }
    }

    void undoCreate(String id) {
        try {
            remove(id);
        } catch (PoolException e) {
            LOG.warn("device {} could not be taken back ({}); the next start removes it", id, e.getMessage());
        }
        refreshUsage();
    }

    void resize(String id, long bytes) throws PoolException {
        pool.resize(id, bytes);
    }

    /** Deletes the devices that 'deleting' names; what fails stays named and is tried again. */
    void deletePending(Set<String> asked) throws ControlException {
        @Nullable PoolException failure = null;
        List<String> left = new ArrayList<>();
        for (String id : writer.state().deleting()) {
            if (scratchIsOpen && id.equals(SCRATCH)) {
                left.add(id);
                continue;
            }
            try {
                remove(id);
            } catch (PoolException e) {
                left.add(id);
                LOG.warn("the data of namespace {} could not be deleted: {}", id, e.getMessage());
                if (asked.contains(id)) {
                    failure = e;
                }
            }
        }
        refreshUsage();
        if (left.size() < writer.state().deleting().size()) {
            StateChange change = writer.change();
            change.deleting.retainAll(left);
            forget(change);
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

    /**
     * Creates and opens the device for measurements. It is named in 'deleting' before it is there, so that neither a crash nor an
     * error leaves it in the pool.
     */
    BlockDevice openScratch(long bytes) throws ControlException {
        if (scratchIsOpen) {
            throw new ControlException(Reason.IN_USE, "there is a device for a measurement already");
        }
        // (One that could not be deleted.)
        deletePending(Set.of(SCRATCH));
        StateChange change = writer.change();
        change.deleting.add(SCRATCH);
        writer.save(change.sameRevision(), "the device for the measurement");
        try {
            pool.create(SCRATCH, bytes);
            BlockDevice device = pool.open(SCRATCH, bytes);
            scratchIsOpen = true;
            refreshUsage();
            return device;
        } catch (PoolException e) {
            ControlException refused = refused("the device for the measurement was not created", e);
            try {
                deletePending(Set.of(SCRATCH));
            } catch (ControlException again) {
                refused.addSuppressed(again);
            }
            throw refused;
        }
    }

    /** Deletes the device for measurements, which its user has closed. */
    void deleteScratch() throws ControlException {
        scratchIsOpen = false;
        deletePending(Set.of(SCRATCH));
    }

    /** Records that pending work is done. Not worth failing for: a start would find nothing left to do. */
    void forget(StateChange change) {
        try {
            writer.save(change.sameRevision(), "the end of the work");
        } catch (ControlException e) {
            LOG.warn("{}", e.getMessage());
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

    // ---- start ---------------------------------------------------------------------------------------------------

    /** Finishes what a crash left: half made and half deleted devices, and resizes. */
    void recover() throws ControlException {
        TargetState state = writer.state();
        Set<String> unknown;
        try {
            unknown = new TreeSet<>(
                    pool.sweep(state.namespaces().stream().map(Namespace::id).collect(Collectors.toSet())));
        } catch (PoolException e) {
            throw refused("the storage pool cannot be used", e);
        }
        StateChange change = writer.change();
        // What is not among the unknown was taken by the sweep, or was deleted before the crash.
        change.deleting.removeIf(id -> !unknown.remove(id) || isRemoved(id));
        if (isMemory()) {
            change.namespaces.replaceAll(this::madeAgain);
        }
        change.resizing.clear();
        for (TargetState.Resizing resize : state.resizing()) {
            change.namespaces.replaceAll(ns -> ns.id().equals(resize.id()) ? finish(resize, ns, change.resizing) : ns);
        }
        for (String id : unknown) {
            LOG.warn(
                    "the pool holds a device {} that no namespace refers to; it is left alone and takes capacity. If this"
                            + " state file was put back from an older backup, put back the newer one; otherwise stop the"
                            + " target and remove the device from the pool by hand",
                    id);
        }
        // A drain that a crash ended is over: nobody is connected.
        change.vfs.replaceAll(vf -> vf.state() == VfState.DRAINING ? vf.in(VfState.OFFLINE) : vf);
        // Also when nothing changed: it shows now that the directory can be written to, and keeps a new UUID.
        writer.save(change.sameRevision(), "the state at the start");
    }

    private boolean isRemoved(String id) {
        try {
            remove(id);
            return true;
        } catch (PoolException e) {
            LOG.warn("the data of deleted namespace {} could not be deleted: {}", id, e.getMessage());
            return false;
        }
    }

    /** Memory forgets: the namespace is there again, but as a new disk, which no host takes for the old one. */
    private Namespace madeAgain(Namespace ns) {
        try {
            pool.create(ns.id(), ns.bytes());
        } catch (PoolException e) {
            LOG.error("namespace {} is not ready: {}", ns.id(), e.getMessage());
        }
        return ns.renewed();
    }

    private Namespace finish(TargetState.Resizing resize, Namespace ns, List<TargetState.Resizing> unfinished) {
        try {
            pool.resize(ns.id(), ns.bytes());
            return ns;
        } catch (PoolException e) {
            LOG.warn("the resize of {} to {} bytes could not be finished: {}", ns.id(), ns.bytes(), e.getMessage());
        }
        try {
            pool.resize(ns.id(), resize.from());
            return ns.sized(resize.from());
        } catch (PoolException e) {
            LOG.error("namespace {} is not ready: {}", ns.id(), e.getMessage());
            unfinished.add(resize);
            return ns;
        }
    }

    static ControlException refused(String what, PoolException e) {
        Reason reason = switch (e.reason()) {
            case INSUFFICIENT_CAPACITY -> Reason.NO_CAPACITY;
            case INVALID -> Reason.INVALID;
            // The state names what the pool does not have, or the other way round: no fault of the caller's.
            case EXISTS, NOT_FOUND, IO -> Reason.IO;
        };
        return new ControlException(reason, what + ": " + e.getMessage(), e);
    }
}
