package io.nvmevf.server.control;

import io.nvmevf.server.control.ControlException.Reason;
import io.nvmevf.storage.PoolException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a namespace's life that need no erasure ({@link NamespaceState} shows all of them). Under the service's
 * monitor.
 */
final class NamespaceLife {
    private final StateWriter writer;
    private final PoolDevices devices;

    NamespaceLife(StateWriter writer, PoolDevices devices) {
        this.writer = writer;
        this.devices = devices;
    }

    Namespace create(NewNamespace wanted) throws ControlException {
        TargetState now = writer.state();
        if (wanted.bytes() == null) {
            throw ControlException.invalid("bytes is missing; allowed is a positive multiple of 4096");
        }
        long bytes = wanted.bytes();
        int lbaSize = wanted.lbaSize() == null ? 4096 : wanted.lbaSize();
        checkBytes(bytes);
        checkLbaSize(lbaSize);
        String id = Namespace.ID_PREFIX + now.nextNamespace();
        String name = wanted.name() == null ? id : wanted.name();
        checkName(name, id);
        if (now.namespace(name).isPresent()) {
            throw new ControlException(Reason.EXISTS, "there is a namespace '" + name + "' already");
        }
        if (now.nextNamespace() > TargetState.MAX_NAMESPACE_NUMBER) {
            throw new ControlException(
                    Reason.NO_CAPACITY,
                    "all " + TargetState.MAX_NAMESPACE_NUMBER
                            + " numbers of namespaces were used; they are never used again");
        }
        VirtualFunction vf = wanted.vf() == null ? null : usable(wanted.vf());
        int nsid = vf == null ? 0 : freeNsid(now, vf.name());
        devices.create(id, bytes);
        Namespace ns = Namespace.available(id, name, bytes, lbaSize, devices.isEncrypted(id));
        Namespace made = vf == null ? ns : ns.attachedTo(vf, nsid);
        StateChange change = writer.change();
        change.nextNamespace++;
        change.namespaces.add(made);
        try {
            writer.save(change.next(), "namespace " + id);
        } catch (ControlException e) {
            if (writer.isOpen()) {
                devices.undoCreate(id);
            }
            throw e;
        }
        devices.refreshUsage();
        writer.publish();
        return made;
    }

    Namespace attach(Namespace ns, VirtualFunction vf) throws ControlException {
        Namespace attached = ns.attachedTo(vf, freeNsid(writer.state(), vf.name()));
        writer.apply(writer.change().replace(attached).next(), "the attachment of " + ns.id() + " to " + vf.name());
        return attached;
    }

    Namespace detach(Namespace ns) throws ControlException {
        if (!ns.isAttached()) {
            throw new ControlException(Reason.NOT_ATTACHED, "namespace " + ns.id() + " is not attached");
        }
        checkNotErased(writer.state(), ns);
        Namespace detached = ns.detached();
        writer.apply(writer.change().replace(detached).next(), "the detachment of " + ns.id());
        return detached;
    }

    Namespace resize(Namespace old, long bytes, boolean allowShrink) throws ControlException {
        checkBytes(bytes);
        if (bytes == old.bytes()) {
            return old;
        }
        checkSettled(writer.state(), old);
        boolean shrink = bytes < old.bytes();
        if (shrink && !allowShrink) {
            throw ControlException.invalid("namespace " + old.id() + " has " + old.bytes()
                    + " bytes; making it smaller destroys what is behind byte " + bytes
                    + " and has to be asked for (allowShrink, --shrink)");
        }
        if (writer.state().resizing().stream().anyMatch(resize -> resize.id().equals(old.id()))) {
            throw new ControlException(
                    Reason.IO,
                    "an earlier resize of " + old.id() + " could not be finished; restart the target to retry it");
        }
        Namespace changed = old.sized(bytes);
        StateChange begun = writer.change().replace(changed);
        begun.resizing.add(new TargetState.Resizing(old.id(), old.bytes()));
        writer.save(begun.next(), "the new size of " + old.id());
        if (shrink) {
            writer.publish();
        }
        try {
            devices.resize(old.id(), bytes);
        } catch (PoolException e) {
            // Back to the old size; hosts that saw the smaller one see it again.
            StateChange back = writer.change().replace(old);
            back.resizing.removeIf(resize -> resize.id().equals(old.id()));
            writer.save(back.next(), "the old size of " + old.id());
            writer.publish();
            devices.refreshUsage();
            throw PoolDevices.refused("namespace " + old.id() + " was not resized", e);
        }
        devices.refreshUsage();
        if (!shrink) {
            writer.publish();
        }
        StateChange done = writer.change();
        done.resizing.removeIf(resize -> resize.id().equals(old.id()));
        devices.forget(done);
        return changed;
    }

    Namespace setWriteProtected(Namespace old, boolean on) throws ControlException {
        if (old.writeProtected() == on) {
            return old;
        }
        if (!old.isAttached()) {
            throw new ControlException(
                    Reason.NOT_ATTACHED, "namespace " + old.id() + " is not attached; its tenant's hosts protect it");
        }
        checkNotErased(writer.state(), old);
        Namespace changed = old.protectedFromWrites(on);
        writer.apply(writer.change().replace(changed).next(), "the write protection of " + old.id());
        return changed;
    }

    /** Deletes what holds nothing of anybody, or what an operator gives up. */
    void delete(Namespace ns) throws ControlException {
        writer.apply(writer.change().delete(ns).next(), "the deletion of " + ns.id());
        devices.deletePending(Set.of(ns.id()));
    }

    /** The virtual function, if namespaces can be attached to it now. */
    VirtualFunction usable(String name) throws ControlException {
        VirtualFunction vf = writer.state()
                .vf(name)
                .orElseThrow(() -> new ControlException(
                        Reason.NOT_FOUND, "there is no virtual function '" + name + "'; 'nvmevf vf list' shows them"));
        if (vf.isRestricted()) {
            throw new ControlException(
                    Reason.WRONG_STATE,
                    "virtual function " + name + " is being sanitized, or its sanitize operation failed; attach later");
        }
        return vf;
    }

    static int freeNsid(TargetState state, String vf) throws ControlException {
        Set<Integer> taken = new HashSet<>();
        state.namespacesOf(vf).forEach(ns -> taken.add(ns.nsid()));
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

    /** Refuses while an erasure is under way. */
    static void checkNotErased(TargetState state, Namespace ns) throws ControlException {
        if (state.isBeingErased(ns)) {
            throw new ControlException(
                    Reason.WRONG_STATE,
                    "namespace " + ns.id() + " is being erased (" + operationOf(ns) + "); wait for it");
        }
    }

    /** Refuses also after an erasure that failed. */
    static void checkSettled(TargetState state, Namespace ns) throws ControlException {
        checkNotErased(state, ns);
        if (ns.state() == NamespaceState.QUARANTINED) {
            throw new ControlException(
                    Reason.WRONG_STATE,
                    "namespace " + ns.id() + " is quarantined, because its erasure (" + operationOf(ns)
                            + ") failed; retry it with 'nvmevf ns retry " + ns.id() + "', or delete it");
        }
        if (ns.erasure() != null) {
            throw new ControlException(
                    Reason.WRONG_STATE,
                    "namespace " + ns.id() + " was not sanitized to the end (" + operationOf(ns)
                            + "); its host sanitizes again, or you release it");
        }
    }

    private static @Nullable String operationOf(Namespace ns) {
        Erasure erasure = ns.erasure();
        return erasure == null ? null : erasure.operation();
    }

    /** Refuses a name that could be taken for an id, other than that of the namespace itself. */
    static void checkName(String name, String id) throws ControlException {
        if (!name.equals(id) && !Names.isNamespaceName(name)) {
            throw ControlException.invalid("the name is '" + name
                    + "'; allowed are 1 to 64 characters of a-z, 0-9 and -, not - first, and not ns-NUMBER");
        }
    }

    static void checkLbaSize(int lbaSize) throws ControlException {
        if (lbaSize != 512 && lbaSize != 4096) {
            throw ControlException.invalid("lbaSize is " + lbaSize + "; allowed are 512 and 4096");
        }
    }

    static void checkBytes(long bytes) throws ControlException {
        if (bytes <= 0 || bytes % 4096 != 0) {
            throw ControlException.invalid("the size is " + bytes + " bytes; allowed is a positive multiple of 4096");
        }
    }
}
