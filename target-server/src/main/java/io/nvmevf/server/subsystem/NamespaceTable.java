package io.nvmevf.server.subsystem;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The namespaces that are attached to a virtual function, by NSID: an immutable snapshot that queues read. */
public final class NamespaceTable {
    /** NN: the largest NSID. */
    public static final int MAX_NSID = 1024;

    static final NamespaceTable EMPTY = new NamespaceTable(List.of());

    private final List<AttachedNamespace> ascending;
    private final @Nullable AttachedNamespace[] byNsid;

    NamespaceTable(Collection<AttachedNamespace> namespaces) {
        ascending = namespaces.stream()
                .sorted(Comparator.comparingInt(AttachedNamespace::nsid))
                .toList();
        int last = ascending.isEmpty() ? 0 : ascending.getLast().nsid();
        byNsid = new AttachedNamespace[last + 1];
        for (AttachedNamespace ns : ascending) {
            byNsid[ns.nsid()] = ns;
        }
    }

    /** The namespace with this NSID, taken as unsigned; null if none is attached. */
    public @Nullable AttachedNamespace get(int nsid) {
        return nsid > 0 && nsid < byNsid.length ? byNsid[nsid] : null;
    }

    /** All, in ascending order of their NSIDs. */
    public List<AttachedNamespace> ascending() {
        return ascending;
    }

    /** Whether a namespace could have this NSID. */
    public static boolean isValid(int nsid) {
        return nsid > 0 && nsid <= MAX_NSID;
    }
}
