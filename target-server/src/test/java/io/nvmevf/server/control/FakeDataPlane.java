package io.nvmevf.server.control;

import io.nvmevf.server.metrics.DataPlaneStats;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.StoragePool;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Opens and closes devices as the contract says, and counts what it is told to have done. */
public final class FakeDataPlane implements DataPlane, DataPlaneStats {
    final Map<String, BlockDevice> open = new HashMap<>();
    private final Set<String> notReady = ConcurrentHashMap.newKeySet();
    private final Map<String, VfStats> vfs = new ConcurrentHashMap<>();
    private final StoragePool pool;

    public FakeDataPlane(StoragePool pool) {
        this.pool = pool;
    }

    @Override
    public void publish(TargetState next) {
        open.entrySet().removeIf(entry -> {
            boolean gone = next.namespace(entry.getKey()).isEmpty();
            if (gone) {
                entry.getValue().close();
            }
            return gone;
        });
        notReady.removeIf(id -> next.namespace(id).isEmpty());
        for (Namespace ns : next.namespaces()) {
            if (!open.containsKey(ns.id())) {
                try {
                    open.put(ns.id(), pool.open(ns.id(), ns.bytes()));
                } catch (PoolException e) {
                    notReady.add(ns.id());
                }
            }
        }
        vfs.keySet().removeIf(name -> next.vf(name).isEmpty());
        next.vfs().forEach(vf -> vfs.computeIfAbsent(vf.name(), name -> new Counted()));
    }

    private static final class Counted implements VfStats {
        @Override
        public long commands(Operation operation) {
            return operation == Operation.READ ? 11 : 12;
        }

        @Override
        public long bytes(Operation operation) {
            return 4096;
        }

        @Override
        public long errors(Operation operation) {
            return 1;
        }
    }

    @Override
    public @Nullable VfStats vf(String name) {
        return vfs.get(name);
    }

    @Override
    public long connections(ConnectionClass kind) {
        return kind == ConnectionClass.IO ? 3 : 0;
    }

    @Override
    public long refusals(Refusal reason) {
        return reason == Refusal.HOST_NOT_ALLOWED ? 7 : 0;
    }

    @Override
    public long dataDigestErrors() {
        return 3;
    }

    @Override
    public long logLinesLeftOut() {
        return 5;
    }

    @Override
    public long buffersInUse() {
        return 4096;
    }

    @Override
    public String transport() {
        return "nio";
    }

    @Override
    public int eventLoops() {
        return 2;
    }

    @Override
    public Set<String> notReady() {
        return Set.copyOf(notReady);
    }
}
