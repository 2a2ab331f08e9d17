package io.nvmevf.server.subsystem;

import io.netty.channel.IoEventLoop;
import io.nvmevf.server.transport.CommandSlot;
import io.nvmevf.storage.BlockDevice;
import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.BlockQueue;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's way to one namespace: its queue to the block device, how many commands are being carried out on it, and
 * the gate. Touched on its loop only, except for the counters.
 *
 * <p>While the gate is shut, commands that come are kept in order, and those that run come to their end.
 */
public final class NamespaceQueue {
    private static final int SHUT_RETRY_MILLIS = 10;

    private final IoEventLoop loop;
    private final @Nullable BlockDevice device;
    private final NamespaceCounters counters = new NamespaceCounters();
    private final ArrayDeque<CommandSlot> held = new ArrayDeque<>();
    private @Nullable BlockQueue storage;
    private @Nullable Runnable whenDrained;
    private boolean shut;
    private boolean closed;
    private int running;

    NamespaceQueue(IoEventLoop loop, @Nullable BlockDevice device) {
        this.loop = loop;
        this.device = device;
    }

    /** The queue to the device; legal only where the namespace {@linkplain AttachedNamespace#isReady is ready}. */
    public BlockQueue storage() {
        BlockQueue q = storage;
        if (q == null) {
            if (device == null) {
                throw new IllegalStateException("the namespace has no device");
            }
            q = device.openQueue(loop);
            storage = q;
        }
        return q;
    }

    public NamespaceCounters counters() {
        return counters;
    }

    /**
     * A command is about to be carried out.
     *
     * @return false if the gate is shut: the command is kept, and is executed anew when the gate opens
     */
    public boolean enter(CommandSlot slot) {
        if (shut) {
            held.add(slot);
            return false;
        }
        running++;
        return true;
    }

    /** Whether somebody waits for the namespace: a command of many steps makes way. */
    public boolean isShut() {
        return shut;
    }

    /** A command that {@linkplain #enter entered} makes way: it is kept, and is executed anew when the gate opens. */
    public void makeWay(CommandSlot slot) {
        held.add(slot);
        leave();
    }

    /** A command that {@linkplain #enter entered} has come to its end. */
    public void leave() {
        running--;
        if (running == 0) {
            reportIfDrained();
        }
    }

    /** Flushes the device, and runs {@code done} with how it ended; waits while the gate is shut. */
    void flush(Consumer<BlockError> done) {
        if (device == null || closed) {
            done.accept(BlockError.NONE);
        } else if (shut) {
            loop.schedule(() -> flush(done), SHUT_RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            running++;
            storage().flush(error -> {
                done.accept(error);
                leave();
            });
        }
    }

    void shut(Runnable whenDrained) {
        shut = true;
        this.whenDrained = whenDrained;
        if (running == 0) {
            reportIfDrained();
        }
    }

    void open() {
        shut = false;
        whenDrained = null;
        for (int n = held.size(); n > 0; n--) {
            held.remove().execute();
        }
    }

    private void reportIfDrained() {
        Runnable r = whenDrained;
        if (r != null) {
            whenDrained = null;
            r.run();
        }
    }

    void close() {
        closed = true;
        if (storage != null) {
            storage.close();
            storage = null;
        }
    }
}
