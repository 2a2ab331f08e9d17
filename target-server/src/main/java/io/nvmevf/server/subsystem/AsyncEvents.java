package io.nvmevf.server.subsystem;

import io.nvmevf.protocol.nvme.AsyncEvent;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.transport.CommandSlot;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The Asynchronous Event Requests of one controller, and the events that wait for one (NVMe Base 2.1 §5.2.2).
 *
 * <p>An event that was reported is masked: it comes again only after the host has read its log page with RAE cleared. What
 * happens meanwhile stands in that log page. Touched on the admin queue's loop only.
 */
public final class AsyncEvents {
    /** Requests that may be outstanding: AERL + 1. */
    public static final int LIMIT = 4;

    private final ArrayDeque<CommandSlot> requests = new ArrayDeque<>();
    private final LinkedHashSet<AsyncEvent> pending = new LinkedHashSet<>();
    private final Set<AsyncEvent> masked = new HashSet<>();

    /** Takes an Asynchronous Event Request; it is answered when there is an event, or at once if the limit is reached. */
    public void request(CommandSlot slot) {
        if (requests.size() == LIMIT) {
            slot.complete(Status.ASYNC_EVENT_LIMIT_EXCEEDED | Status.DNR);
            return;
        }
        requests.add(slot);
        report();
    }

    /** Something happened that the host wants to be told of. */
    void post(AsyncEvent event) {
        if (!masked.contains(event)) {
            pending.add(event);
            report();
        }
    }

    /** The host has read this log page with RAE cleared. */
    public void cleared(int lid) {
        masked.removeIf(e -> e.lid() == lid);
        pending.removeIf(e -> e.lid() == lid);
    }

    /** Answers the request with this command identifier with Abort Requested; false if there is none. */
    public boolean abort(int cid) {
        for (CommandSlot slot : requests) {
            if (slot.cid() == cid) {
                requests.remove(slot);
                slot.complete(Status.ABORT_REQUESTED);
                return true;
            }
        }
        return false;
    }

    /** The controller was reset or its queue ended: requests and events are forgotten. */
    void reset() {
        pending.clear();
        masked.clear();
        while (!requests.isEmpty()) {
            requests.remove().complete(Status.ABORTED_SQ_DELETION);
        }
    }

    private void report() {
        while (!requests.isEmpty() && !pending.isEmpty()) {
            AsyncEvent event = pending.removeFirst();
            masked.add(event);
            requests.remove().complete(Status.SUCCESS, Integer.toUnsignedLong(event.dword()));
        }
    }
}
