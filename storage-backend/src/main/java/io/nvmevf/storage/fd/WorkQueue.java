package io.nvmevf.storage.fd;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A FIFO of requests from event loops to workers, linked through the requests themselves. {@link #put} is wait-free (one exchange,
 * one store), so that no loop ever waits for another loop or for a worker. {@link #take} is serialised among the workers by
 * this object's monitor.
 */
final class WorkQueue {

    /** Stands in the list when it is empty; never taken. */
    private final WorkNode stub = new WorkNode();

    private final AtomicReference<WorkNode> last = new AtomicReference<>(stub);
    private final AtomicInteger size = new AtomicInteger();
    private WorkNode first = stub;

    void put(FdRequest request) {
        link(request);
        size.getAndIncrement();
    }

    private void link(WorkNode node) {
        node.nextWork = null;
        WorkNode previous = last.getAndSet(node);
        previous.nextWork = node;
    }

    /** Whether a put has returned whose request nobody has taken. */
    boolean hasWork() {
        return size.get() > 0;
    }

    // Yields: the loop that is between its two steps needs the core more than this worker does.
    @SuppressWarnings("ThreadPriorityCheck")
    synchronized @Nullable FdRequest take() {
        while (size.get() > 0) {
            WorkNode node = unlink();
            if (node != null) {
                size.getAndDecrement();
                return (FdRequest) node;
            }
            // A loop is between its exchange and its store, or the size of an earlier put is not subtracted yet.
            Thread.yield();
        }
        return null;
    }

    // Nodes are compared by identity: they have no other.
    @SuppressWarnings("ReferenceEquality")
    private @Nullable WorkNode unlink() {
        WorkNode head = first;
        WorkNode after = head.nextWork;
        if (head == stub) {
            if (after == null) {
                return null;
            }
            first = after;
            head = after;
            after = head.nextWork;
        }
        if (after != null) {
            first = after;
            return head;
        }
        if (head != last.get()) {
            return null;
        }
        // The head is the last one: the stub goes behind it, so that the head can leave.
        link(stub);
        after = head.nextWork;
        if (after == null) {
            return null;
        }
        first = after;
        return head;
    }
}
