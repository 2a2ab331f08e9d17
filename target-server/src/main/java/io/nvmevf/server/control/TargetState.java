package io.nvmevf.server.control;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * All that is configured at run time, as one immutable value.
 *
 * @param uuid the target's own, made with its data directory; part of the NQNs that it generates
 * @param revision counts the changes, from 0
 * @param nextVf the number that the next virtual function gets, 1 to 65536; numbers are never used again
 * @param nextNamespace the number in the id of the next namespace, from 1; never used again
 * @param vfs in ascending order of their numbers
 * @param namespaces in the order of their creation
 * @param deleting ids of devices whose namespace is gone and whose data is still to be deleted
 * @param resizing namespaces whose {@code bytes} are decided but perhaps not yet carried out by the storage pool
 */
public record TargetState(
        UUID uuid,
        long revision,
        int nextVf,
        long nextNamespace,
        List<VirtualFunction> vfs,
        List<Namespace> namespaces,
        List<String> deleting,
        List<Resizing> resizing) {

    /** Nothing at all, of no target: what a data plane holds before the first and after the last publish. */
    public static final TargetState EMPTY = empty(new UUID(0, 0));

    /** Most virtual functions that a target ever has, over its whole life. */
    public static final int MAX_VFS = 65535;

    /** Most namespaces of one virtual function, and its highest NSID. */
    public static final int MAX_NAMESPACES_PER_VF = 1024;

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
        deleting = List.copyOf(deleting);
        resizing = List.copyOf(resizing);
    }

    /** What a new data directory starts with. */
    public static TargetState empty(UUID uuid) {
        return new TargetState(uuid, 0, 1, 1, List.of(), List.of(), List.of(), List.of());
    }

    public Optional<VirtualFunction> vf(String name) {
        return vfs.stream().filter(vf -> vf.name().equals(name)).findFirst();
    }

    public Optional<Namespace> namespace(String id) {
        return namespaces.stream().filter(ns -> ns.id().equals(id)).findFirst();
    }

    /** The namespaces that are attached to this virtual function. */
    public List<Namespace> namespacesOf(String vf) {
        return namespaces.stream().filter(ns -> ns.vf().equals(vf)).toList();
    }

    /**
     * Checks what must hold between the parts; what is wrong with one part is refused before it gets here.
     *
     * @throws IllegalArgumentException naming the rule that is broken
     */
    void check() {
        Set<String> names = new HashSet<>();
        Set<String> nqns = new HashSet<>();
        int last = 0;
        for (VirtualFunction vf : vfs) {
            require(Names.isVfName(vf.name()), "a virtual function has the bad name '" + vf.name() + "'");
            require(names.add(vf.name()), "two virtual functions are called " + vf.name());
            require(nqns.add(vf.nqn()), "two virtual functions have the NQN " + vf.nqn());
            require(
                    vf.number() > last && vf.number() < nextVf,
                    "virtual function " + vf.name() + " has number " + vf.number() + " out of order");
            last = vf.number();
        }
        Set<String> ids = new HashSet<>();
        Set<String> attachments = new HashSet<>();
        for (Namespace ns : namespaces) {
            require(ids.add(ns.id()), "two namespaces have the id " + ns.id());
            require(names.contains(ns.vf()), "namespace " + ns.id() + " is attached to the unknown " + ns.vf());
            require(
                    ns.nsid() >= 1 && ns.nsid() <= MAX_NAMESPACES_PER_VF && attachments.add(ns.vf() + "/" + ns.nsid()),
                    "namespace " + ns.id() + " has the bad or doubled NSID " + ns.nsid());
            require(
                    ns.bytes() > 0 && ns.bytes() % 4096 == 0 && (ns.lbaSize() == 512 || ns.lbaSize() == 4096),
                    "namespace " + ns.id() + " has " + ns.bytes() + " bytes in blocks of " + ns.lbaSize());
        }
        for (String id : deleting) {
            require(!ids.contains(id), "namespace " + id + " exists and is being deleted");
        }
        for (Resizing resize : resizing) {
            require(ids.contains(resize.id()), "the unknown namespace " + resize.id() + " is being resized");
        }
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }
}
