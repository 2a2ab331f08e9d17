package io.nvmevf.server.subsystem;

import io.nvmevf.protocol.fabrics.Cap;
import io.nvmevf.protocol.fabrics.Cc;
import io.nvmevf.protocol.fabrics.Csts;
import io.nvmevf.protocol.feature.AsyncEventConfiguration;
import io.nvmevf.protocol.nvme.AsyncEvent;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import io.nvmevf.server.transport.QueuePair;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One controller: the association of one host with one subsystem (NVMe Base 2.1 §3.1; the dynamic controller model). It
 * lives from the admin queue's Connect until that queue's connection ends, and takes its I/O queues with it.
 *
 * <p>Its properties, features and events are touched on the admin queue's event loop only. I/O queues come and go on their
 * own loops; what they need is volatile or guarded by the controller.
 *
 * <p>One whose host has yet to authenticate is there because Connect is answered with its identifier. It is not ready, has no
 * timer and no queue, and nobody else sees it.
 */
public final class Controller {
    /** CAP.TO and CRTO.CRWMT, which must not be less: what a host waits for CSTS.RDY, in units of 500 ms. */
    public static final int READY_TIMEOUT = 15;
    /** A discovery controller whose host asked for no keep alive is given up after this silence. */
    private static final long DISCOVERY_KEEP_ALIVE_MILLIS = 120_000;
    /** More changed namespaces than this are reported as "all" (NVMe Base 2.1 §5.1.12.1.5). */
    private static final int MAX_CHANGED = 1024;

    private final Subsystem subsystem;
    private final int cntlid;
    private final String hostNqn;
    private final UUID hostId;
    private final QueuePair adminQueue;
    private final int port;
    private final AsyncEvents events = new AsyncEvents();
    private final ErrorLog errors = new ErrorLog();
    private final FeatureValues features = new FeatureValues();
    private final TreeSet<Integer> changedNamespaces = new TreeSet<>();
    private final Map<Integer, QueuePair> ioQueues = new HashMap<>();
    /** I/O queues whose hosts have not authenticated: they hold no identifier, and end with the others. */
    private final Set<QueuePair> unauthenticated = new HashSet<>();

    private Cc cc = new Cc(0);
    private Csts csts = new Csts(0);
    private boolean resetting;
    private int incarnation;
    private volatile boolean ready;
    /** The target ends it: nothing of its hosts is carried out any more, however long its connections take to end. */
    private volatile boolean revoked;

    private volatile boolean ended;
    private long keepAliveMillis;
    private long lastSeenNanos;
    private @Nullable Future<?> keepAliveCheck;

    Controller(
            Subsystem subsystem,
            int cntlid,
            String hostNqn,
            UUID hostId,
            QueuePair adminQueue,
            int port,
            long keepAliveMillis,
            boolean toAuthenticate) {
        this.subsystem = subsystem;
        this.cntlid = cntlid;
        this.hostNqn = hostNqn;
        this.hostId = hostId;
        this.adminQueue = adminQueue;
        this.port = port;
        if (toAuthenticate) {
            this.keepAliveMillis = keepAliveMillis;
        } else {
            keepAlive(keepAliveMillis);
        }
    }

    /** The host has authenticated. On the admin queue's loop. */
    void authenticated() {
        keepAlive(keepAliveMillis);
    }

    public Subsystem subsystem() {
        return subsystem;
    }

    public int cntlid() {
        return cntlid;
    }

    public String hostNqn() {
        return hostNqn;
    }

    public UUID hostId() {
        return hostId;
    }

    QueuePair adminQueue() {
        return adminQueue;
    }

    /** Whether its host came by TLS. */
    public boolean usesTls() {
        return adminQueue.tlsHost() != null;
    }

    /** The number of the listener that the host connected to. */
    int port() {
        return port;
    }

    public AsyncEvents events() {
        return events;
    }

    public ErrorLog errors() {
        return errors;
    }

    public FeatureValues features() {
        return features;
    }

    /** CSTS.RDY, for any thread. */
    public boolean isReady() {
        return ready && !revoked;
    }

    // ---- properties (NVMe Base 2.1 §3.1.4) -----------------------------------------------------------------------

    public Cap cap() {
        return new Cap(0)
                .mqes(subsystem.maxQueueDepth() - 1)
                .cqr(true)
                .to(READY_TIMEOUT)
                .css(subsystem.isDiscovery() ? Cap.CSS_NVM : Cap.CSS_NVM | Cap.CSS_CSI)
                .crwms(true);
    }

    public Cc cc() {
        return cc;
    }

    public Csts csts() {
        return csts;
    }

    /** The host has written CC: enables, disables (a controller level reset) or shuts down. */
    public void configure(Cc next) {
        Cc before = cc;
        cc = next;
        if (next.en() && !before.en() && !resetting) {
            enable();
        } else if (!next.en() && before.en()) {
            reset();
        }
        if (next.shn() != Cc.SHN_NONE && before.shn() == Cc.SHN_NONE && csts.shst() != Csts.SHST_OCCURRING) {
            shutDown();
        }
    }

    private void enable() {
        boolean entries = subsystem.isDiscovery() || (cc.iosqes() == 6 && cc.iocqes() == 4);
        boolean css = cc.css() == Cc.CSS_NVM || (cc.css() == Cc.CSS_ALL && !subsystem.isDiscovery());
        if (!entries || !css || cc.mps() != 0 || cc.ams() != 0) {
            adminQueue
                    .log()
                    .connection(
                            "host {} enabled controller {} of {} with CC {}h, which is not supported",
                            hostNqn,
                            cntlid,
                            subsystem.nqn(),
                            Integer.toHexString(cc.value()));
            csts = csts.cfs(true);
            return;
        }
        csts = new Csts(0).rdy(true);
        ready = true;
    }

    /**
     * Controller level reset (§3.7.2): I/O queues end, features and events are as new; the admin queue stays. CSTS.RDY is
     * cleared when nothing of the I/O queues is in flight any more.
     */
    private void reset() {
        ready = false;
        resetting = true;
        features.reset();
        changedNamespaces.clear();
        events.reset();
        closeIoQueues();
        finishReset();
    }

    private void finishReset() {
        if (resetting && ioQueueCount() == 0) {
            resetting = false;
            incarnation++;
            csts = new Csts(0);
            if (cc.en()) {
                enable();
            }
        }
    }

    private void shutDown() {
        csts = csts.shst(Csts.SHST_OCCURRING);
        int now = incarnation;
        subsystem.flush(adminQueue.loop(), () -> {
            if (now == incarnation) {
                csts = csts.shst(Csts.SHST_COMPLETE);
            }
        });
    }

    // ---- I/O queues ----------------------------------------------------------------------------------------------

    /** What {@link #addQueue} found. */
    public enum QueueResult {
        ADDED,
        /** The queue identifier is above what was granted. */
        NOT_GRANTED,
        /** There is a queue with this identifier. */
        IN_USE,
        /** The controller is not enabled, or is ending. */
        NOT_READY
    }

    /** An I/O queue has connected, and its host has authenticated if it had to. Any thread. */
    public synchronized QueueResult addQueue(int qid, QueuePair queue) {
        QueueResult result = mayAdd(qid);
        if (result == QueueResult.ADDED) {
            unauthenticated.remove(queue);
            ioQueues.put(qid, queue);
        }
        return result;
    }

    /** An I/O queue has connected whose host has to authenticate; {@link #addQueue} follows if it does. Any thread. */
    public synchronized QueueResult expectQueue(int qid, QueuePair queue) {
        QueueResult result = mayAdd(qid);
        if (result == QueueResult.ADDED) {
            unauthenticated.add(queue);
        }
        return result;
    }

    private QueueResult mayAdd(int qid) {
        if (!isReady() || ended) {
            return QueueResult.NOT_READY;
        }
        if (qid > features.grantedIoQueues(subsystem.maxIoQueues())) {
            return QueueResult.NOT_GRANTED;
        }
        return ioQueues.containsKey(qid) ? QueueResult.IN_USE : QueueResult.ADDED;
    }

    /** An I/O queue's connection has ended, and nothing of it is in flight. Any thread. */
    public void removeQueue(int qid, QueuePair queue) {
        synchronized (this) {
            unauthenticated.remove(queue);
            ioQueues.remove(qid, queue);
        }
        adminQueue.loop().execute(this::finishReset);
    }

    /** Hands the admin queue (0) or an I/O queue to {@code action} on that queue's loop; false if there is none. */
    public boolean withQueue(int qid, Consumer<QueuePair> action) {
        QueuePair queue = qid == 0 ? adminQueue : ioQueue(qid);
        if (queue == null) {
            return false;
        }
        queue.loop().execute(() -> action.accept(queue));
        return true;
    }

    private synchronized @Nullable QueuePair ioQueue(int qid) {
        return ioQueues.get(qid);
    }

    public synchronized int ioQueueCount() {
        return ioQueues.size();
    }

    private synchronized List<QueuePair> queues() {
        return List.copyOf(ioQueues.values());
    }

    private void closeIoQueues() {
        List<QueuePair> all = new ArrayList<>();
        synchronized (this) {
            all.addAll(ioQueues.values());
            all.addAll(unauthenticated);
        }
        all.forEach(QueuePair::close);
    }

    // ---- keep alive (NVMe Base 2.1 §3.9, with traffic based keep alive) --------------------------------------------

    public long keepAliveMillis() {
        return keepAliveMillis;
    }

    /** Sets the keep alive timeout, 0 for none, and starts it anew. */
    public void keepAlive(long millis) {
        stopKeepAlive();
        keepAliveMillis = rounded(millis);
        lastSeenNanos = System.nanoTime();
        watchKeepAlive();
    }

    /** KAS is one second: what is shorter is rounded up. A discovery controller always has a timeout. */
    private long rounded(long millis) {
        if (millis == 0) {
            return subsystem.isDiscovery() ? DISCOVERY_KEEP_ALIVE_MILLIS : 0;
        }
        return Math.max(millis, TimeUnit.SECONDS.toMillis(1));
    }

    private void watchKeepAlive() {
        if (keepAliveMillis != 0) {
            keepAliveCheck =
                    adminQueue.loop().schedule(this::checkKeepAlive, keepAliveMillis / 4, TimeUnit.MILLISECONDS);
        }
    }

    private void stopKeepAlive() {
        if (keepAliveCheck != null) {
            keepAliveCheck.cancel(false);
            keepAliveCheck = null;
        }
    }

    private void checkKeepAlive() {
        if (ended || keepAliveMillis == 0) {
            return;
        }
        boolean seen = adminQueue.takeTraffic();
        for (QueuePair queue : queues()) {
            seen |= queue.takeTraffic();
        }
        long now = System.nanoTime();
        if (seen) {
            lastSeenNanos = now;
        } else if (now - lastSeenNanos > TimeUnit.MILLISECONDS.toNanos(keepAliveMillis)) {
            csts = csts.cfs(true);
            ready = false;
            closeIoQueues();
            adminQueue.end(
                    Refusal.KEEP_ALIVE_TIMEOUT,
                    "host %s sent nothing to controller %d of %s for %d ms (keep alive timeout)"
                            .formatted(hostNqn, cntlid, subsystem.nqn(), keepAliveMillis));
            return;
        }
        watchKeepAlive();
    }

    // ---- events --------------------------------------------------------------------------------------------------

    /** A namespace was attached, detached, or has changed. Any thread. */
    void namespaceChanged(int nsid) {
        adminQueue.loop().execute(() -> {
            changedNamespaces.add(nsid);
            if (features.wantsEvent(AsyncEventConfiguration.NAMESPACE_ATTRIBUTE)) {
                events.post(AsyncEvent.NAMESPACE_ATTRIBUTE_CHANGED);
            }
        });
    }

    /** A sanitize operation has ended: the sanitize status log page says how. Any thread. */
    void sanitizeCompleted() {
        adminQueue.loop().execute(() -> events.post(AsyncEvent.SANITIZE_COMPLETED));
    }

    /** What this host may discover has changed. Any thread. */
    void discoveryChanged() {
        adminQueue.loop().execute(() -> {
            if (features.wantsEvent(AsyncEventConfiguration.DISCOVERY_CHANGE)) {
                events.post(AsyncEvent.DISCOVERY_LOG_CHANGED);
            }
        });
    }

    /** The namespaces that changed since the list was last cleared. */
    public SortedSet<Integer> changedNamespaces() {
        return changedNamespaces;
    }

    /** Whether more namespaces changed than the log page can name. */
    public boolean tooManyChanged() {
        return changedNamespaces.size() > MAX_CHANGED;
    }

    // ---- end -----------------------------------------------------------------------------------------------------

    /** Ends the controller: all of its connections are closed. Any thread. */
    public void close() {
        revoked = true;
        closeIoQueues();
        adminQueue.close();
    }

    /** The admin queue's connection has ended, and with it the controller. On the admin queue's loop. */
    public void adminQueueEnded() {
        synchronized (this) {
            ended = true;
            ready = false;
        }
        stopKeepAlive();
        closeIoQueues();
        events.reset();
        subsystem.remove(this);
    }
}
