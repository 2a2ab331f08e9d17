package io.nvmevf.server.control;

import io.nvmevf.server.metrics.DataPlaneStats;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.PoolException;
import io.nvmevf.storage.StoragePool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Opens and closes devices as the contract says, and counts what it is told to have done. */
public final class FakeDataPlane implements DataPlane, DataPlaneStats {
    final Map<String, BlockDevice> open = new HashMap<>();
    final List<TargetState> published = new ArrayList<>();
    final List<String> sanitized = new ArrayList<>();
    /** What a tenant saw of another one's. */
    final List<String> leaks = new ArrayList<>();

    private final Set<String> notReady = ConcurrentHashMap.newKeySet();
    private final Map<String, VfStats> vfs = new ConcurrentHashMap<>();
    private final StoragePool pool;

    public FakeDataPlane(StoragePool pool) {
        this.pool = pool;
    }

    @Override
    public void publish(TargetState next) {
        open.entrySet().removeIf(entry -> {
            boolean gone = !inService(next, entry.getKey());
            if (gone) {
                entry.getValue().close();
            }
            return gone;
        });
        notReady.removeIf(id -> !inService(next, id));
        for (Namespace ns : next.namespaces()) {
            if (next.isInService(ns) && !open.containsKey(ns.id())) {
                try {
                    BlockDevice device = pool.open(ns.id(), ns.bytes());
                    open.put(ns.id(), device);
                    use(ns, device);
                } catch (PoolException e) {
                    notReady.add(ns.id());
                }
            }
        }
        vfs.keySet().removeIf(name -> next.vf(name).isEmpty());
        next.vfs().forEach(vf -> vfs.computeIfAbsent(vf.name(), name -> new Counted()));
        published.add(next);
    }

    private static boolean inService(TargetState state, String id) {
        return state.namespace(id).filter(state::isInService).isPresent();
    }

    /** The tenant looks at what is there, and writes something of its own. */
    private void use(Namespace ns, BlockDevice device) {
        if (device instanceof FakePool.Device fake) {
            if (fake.content != null && !fake.content.equals(ns.owner())) {
                leaks.add(ns.owner() + " sees data of " + fake.content + " in " + ns.id());
            }
            fake.content = ns.owner();
        }
    }

    @Override
    public void sanitizeEnded(String vf) {
        sanitized.add(vf);
    }

    private static final class Counted implements VfStats {
        @Override
        public Set<String> hosts() {
            return Set.of("nqn.2020-01.com.example:h");
        }

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

        @Override
        public long overdue() {
            return 0;
        }

        @Override
        public long waiting() {
            return 4;
        }

        @Override
        public long queues(ConnectionClass kind) {
            return kind == ConnectionClass.IO ? 2 : 1;
        }

        @Override
        public Latency latency(Operation operation) {
            return operation == Operation.READ
                    ? new Latency(11, 44_000, List.of(new Bucket(3, 4, 10), new Bucket(1 << 25, Long.MAX_VALUE, 1)))
                    : Latency.NONE;
        }

        @Override
        public double throttledSeconds(Throttle limit) {
            return limit == Throttle.TENANT_IOPS ? 1.5 : 0;
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
    public long delays(Delay what) {
        return what == Delay.CONNECT ? 2 : 0;
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
    public String transportReason() {
        return "a test";
    }

    @Override
    public double eventLoopLagSeconds(int loop) {
        return 0.25;
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
