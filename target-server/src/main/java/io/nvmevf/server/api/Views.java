package io.nvmevf.server.api;

import io.nvmevf.server.control.Namespace;
import io.nvmevf.server.control.TargetState;
import io.nvmevf.server.control.VirtualFunction;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is sent and received as JSON, where it is not a control record itself; {@code openapi.json} describes it. */
final class Views {
    private Views() {}

    record Pf(
            UUID uuid,
            String version,
            long revision,
            Pool pool,
            List<Listener> listeners,
            String transport,
            int eventLoops,
            int vfs,
            int namespaces,
            SortedSet<String> notReady) {}

    record Pool(String kind, long capacity, long allocated, long free) {}

    record Listener(String address, int port) {}

    record Vf(
            int number,
            String name,
            String nqn,
            String serial,
            SortedSet<String> allowedHosts,
            boolean allowAnyHost,
            int ioQueues,
            int queueDepth,
            List<Ns> namespaces) {

        static Vf of(VirtualFunction vf, TargetState state, Set<String> notReady) {
            return new Vf(
                    vf.number(),
                    vf.name(),
                    vf.nqn(),
                    vf.serial(),
                    vf.allowedHosts(),
                    vf.allowAnyHost(),
                    vf.ioQueues(),
                    vf.queueDepth(),
                    state.namespacesOf(vf.name()).stream()
                            .map(ns -> Ns.of(ns, notReady))
                            .toList());
        }
    }

    record Ns(
            String id,
            String vf,
            int nsid,
            long bytes,
            int lbaSize,
            long blocks,
            UUID uuid,
            boolean writeProtected,
            boolean ready) {

        static Ns of(Namespace ns, Set<String> notReady) {
            return new Ns(
                    ns.id(),
                    ns.vf(),
                    ns.nsid(),
                    ns.bytes(),
                    ns.lbaSize(),
                    ns.blocks(),
                    ns.uuid(),
                    ns.writeProtected(),
                    !notReady.contains(ns.id()));
        }
    }

    record Items<T>(List<T> items) {}

    record Health(String status, SortedSet<String> notReady) {}

    /** Body of POST /v1/namespaces. */
    record NewNamespace(
            @Nullable String vf,
            @Nullable Long bytes,
            @Nullable Integer lbaSize) {}

    /** Body of PATCH /v1/namespaces/{id}. */
    record NamespaceChange(
            @Nullable Long bytes,
            @Nullable Boolean allowShrink,
            @Nullable Boolean writeProtected) {}
}
