package io.nvmevf.server.command;

import io.nvmevf.server.control.Namespace;
import io.nvmevf.server.control.Purpose;
import io.nvmevf.server.control.TargetState;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The namespaces that are allocated in the physical function's subsystem (NVMe Base 2.1 §3.2.1.3): all of them. Its NSID
 * there is a namespace's {@linkplain Namespace#number number}.
 *
 * <p>A namespace that is being erased to be deleted is not seen any more: Namespace Management answers as soon as nothing can
 * bring it back. If its erasure fails it is seen again, to be deleted again.
 */
final class AllocatedNamespaces {
    private AllocatedNamespaces() {}

    static Stream<Namespace> of(TargetState state) {
        return state.namespaces().stream().filter(ns -> !isLeaving(state, ns));
    }

    /** The allocated namespace with this NSID, which is taken as unsigned. */
    static Optional<Namespace> find(TargetState state, int nsid) {
        long number = Integer.toUnsignedLong(nsid);
        return of(state).filter(ns -> ns.number() == number).findFirst();
    }

    private static boolean isLeaving(TargetState state, Namespace ns) {
        var erasure = ns.erasure();
        return erasure != null && erasure.purpose() == Purpose.DELETE && state.isBeingErased(ns);
    }
}
