package io.nvmevf.server.transport;

import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.storage.BlockError;
import org.jspecify.annotations.Nullable;

/**
 * What a queue does with the commands that it receives. One instance serves one queue, on that queue's event loop.
 *
 * <p>A command passes through {@link #prepare} (may it go on, and with how much data), {@link #line} (where it waits until it may go on)
 * and {@link #execute} (its data is here, or there is room for it). {@code execute} leads to exactly one
 * {@link CommandSlot#complete}, then or later, except for commands that stay outstanding until the queue ends.
 */
public interface CommandSet {

    /**
     * Parses the command in {@code slot}, and says by {@link CommandSlot#transfer} which data it moves.
     *
     * @return {@link Status#SUCCESS}, or the status that it is refused with before any data is moved
     */
    int prepare(CommandSlot slot);

    /**
     * Where the command waits until the limits of its virtual function admit it, and by {@link CommandSlot#charge} for how
     * much it asks; null if it never waits.
     */
    default @Nullable AdmissionLine line(CommandSlot slot) {
        return null;
    }

    /** Carries the command out. */
    void execute(CommandSlot slot);

    /** A storage request that was called with {@code slot} as its completion has ended. */
    default void storageDone(CommandSlot slot, BlockError error) {
        throw new IllegalStateException("this queue starts no storage request");
    }

    /** The command was aborted before it was executed; it is about to be completed with {@code Abort Requested}. */
    default void aborted(CommandSlot slot) {}

    /** The connection has ended; storage requests may still be in flight, nothing else of this queue is. */
    void disconnected();

    /** After {@link #disconnected}: the last command has ended, nothing of this queue is in flight any more. */
    default void drained() {}

    /** Counts and records a completion that was not successful; returns the status to send (with M set where recorded). */
    default int failed(CommandSlot slot, int status) {
        return status;
    }
}
