package io.nvmevf.server.subsystem;

import io.netty.channel.IoEventLoop;
import io.nvmevf.server.control.VirtualFunction;
import io.nvmevf.server.transport.QueuePair;
import io.nvmevf.storage.BlockError;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One NVM subsystem: a virtual function's, or the discovery subsystem. */
public final class Subsystem {
    /** Controller identifiers run from 1 to this, round and round, so that one that was dropped is not back soon. */
    private static final int LAST_CNTLID = 0xFFEF;
    /** Entries of an admin queue at most, and of the queue of a discovery controller. */
    public static final int ADMIN_QUEUE_DEPTH = 128;

    private final String nqn;
    private final Subsystems registry;
    private final ConcurrentHashMap<Integer, Controller> controllers = new ConcurrentHashMap<>();
    private volatile @Nullable VirtualFunction config;
    private volatile NamespaceTable namespaces = NamespaceTable.EMPTY;
    private final long[] retired = new long[NamespaceCounters.Counter.values().length];
    private List<AttachedNamespace> leaving = List.of();
    private int lastCntlid;
    private boolean closed;

    /**
     * @param config null for the discovery subsystem
     */
    Subsystem(String nqn, @Nullable VirtualFunction config, Subsystems registry) {
        this.nqn = nqn;
        this.config = config;
        this.registry = registry;
    }

    public String nqn() {
        return nqn;
    }

    public Subsystems registry() {
        return registry;
    }

    public boolean isDiscovery() {
        return config == null;
    }

    /** The virtual function that this subsystem is. */
    public VirtualFunction vf() {
        VirtualFunction vf = config;
        if (vf == null) {
            throw new IllegalStateException("the discovery subsystem is no virtual function");
        }
        return vf;
    }

    /** Entries of the largest queue: CAP.MQES + 1. */
    public int maxQueueDepth() {
        VirtualFunction vf = config;
        return vf == null ? ADMIN_QUEUE_DEPTH : vf.queueDepth();
    }

    /** I/O queues of one controller at most. */
    public int maxIoQueues() {
        VirtualFunction vf = config;
        return vf == null ? 0 : vf.ioQueues();
    }

    /** Whether this host may connect. */
    public boolean allows(String hostNqn) {
        VirtualFunction vf = config;
        return vf == null || vf.allows(hostNqn);
    }

    public NamespaceTable namespaces() {
        return namespaces;
    }

    /** Controllers that are alive, in no order. */
    public Collection<Controller> controllers() {
        return controllers.values();
    }

    public @Nullable Controller controller(int cntlid) {
        return controllers.get(cntlid);
    }

    /**
     * Whether a live controller of this subsystem knows this host NQN with another host identifier, which no honest host has
     * (Linux refuses to be two hosts, and takes one NQN with two identifiers for a clone).
     */
    public boolean knowsOtherwise(String hostNqn, UUID hostId) {
        return controllers.values().stream()
                .anyMatch(c -> c.hostNqn().equals(hostNqn) && !c.hostId().equals(hostId));
    }

    /** Makes a controller for a host that has just connected its admin queue; null if there is no room for another. */
    public synchronized @Nullable Controller connect(
            String hostNqn, UUID hostId, QueuePair adminQueue, long keepAliveMillis) {
        if (closed || controllers.size() >= LAST_CNTLID / 2) {
            return null;
        }
        do {
            lastCntlid = lastCntlid == LAST_CNTLID ? 1 : lastCntlid + 1;
        } while (controllers.containsKey(lastCntlid));
        Controller controller = new Controller(this, lastCntlid, hostNqn, hostId, adminQueue, keepAliveMillis);
        controllers.put(lastCntlid, controller);
        if (!allows(hostNqn)) {
            // (Revoked since it was asked, and perhaps too late for the revocation to have seen this controller.)
            controllers.remove(lastCntlid);
            return null;
        }
        return controller;
    }

    void remove(Controller controller) {
        controllers.remove(controller.cntlid(), controller);
    }

    /** Flushes all namespaces, then runs {@code done} on {@code loop}; a flush that fails is logged. */
    void flush(IoEventLoop loop, Runnable done) {
        List<AttachedNamespace> all = namespaces.ascending();
        int loopIndex = registry.indexOf(loop);
        int[] left = {all.size() + 1};
        for (AttachedNamespace ns : all) {
            ns.queue(loopIndex).flush(error -> {
                if (error != BlockError.NONE) {
                    registry.log()
                            .connection(
                                    "flush of namespace {} at shutdown: {}",
                                    ns.config().id(),
                                    error);
                }
                if (--left[0] == 0) {
                    done.run();
                }
            });
        }
        if (--left[0] == 0) {
            done.run();
        }
    }

    /** A counter's sum over all namespaces, those that were deleted included: it only grows. */
    public synchronized long count(NamespaceCounters.Counter counter) {
        long sum = retired[counter.ordinal()];
        for (AttachedNamespace ns : namespaces.ascending()) {
            sum += ns.count(counter);
        }
        for (AttachedNamespace ns : leaving) {
            sum += ns.count(counter);
        }
        return sum;
    }

    // ---- changes from the control plane --------------------------------------------------------------------------

    void reconfigure(VirtualFunction next) {
        config = next;
        for (Controller controller : controllers.values()) {
            if (!next.allows(controller.hostNqn())) {
                controller.close();
            }
        }
    }

    /** Replaces the namespaces. What {@code leaving} count until they are fenced still counts. */
    synchronized void publish(NamespaceTable next, Collection<AttachedNamespace> leaving) {
        namespaces = next;
        this.leaving = List.copyOf(leaving);
    }

    /** The namespaces that left are fenced: what they have counted is kept. */
    synchronized void retire() {
        for (AttachedNamespace gone : leaving) {
            for (NamespaceCounters.Counter counter : NamespaceCounters.Counter.values()) {
                retired[counter.ordinal()] += gone.count(counter);
            }
        }
        leaving = List.of();
    }

    void announce(int nsid) {
        controllers.values().forEach(c -> c.namespaceChanged(nsid));
    }

    void close() {
        synchronized (this) {
            closed = true;
        }
        controllers.values().forEach(Controller::close);
    }
}
