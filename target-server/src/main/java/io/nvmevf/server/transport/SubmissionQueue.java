package io.nvmevf.server.transport;

import io.nvmevf.server.transport.CommandSlot.State;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one submission queue: a slot for each command that may be outstanding, made when it is first needed and
 * used for ever after, and which command identifiers are taken.
 */
final class SubmissionQueue {
    /** Entries before Connect has said how many: the Connect command itself. */
    private static final int INITIAL_SIZE = 1;
    /** SQHD where the host does not use flow control (NVMe Base 2.1 §6.3). */
    private static final int NO_FLOW_CONTROL = 0xFFFF;

    private final QueuePair queue;
    private final BitSet cids = new BitSet();
    private CommandSlot[] slots = new CommandSlot[INITIAL_SIZE];
    private int[] free = new int[INITIAL_SIZE];
    private int freeCount;
    private int made;
    private int head;
    private boolean flowControl = true;

    SubmissionQueue(QueuePair queue) {
        this.queue = queue;
    }

    /** Connect has said how large the queue is; the Connect command is its first entry. */
    void connected(int size, boolean flowControl) {
        slots = Arrays.copyOf(slots, size);
        free = Arrays.copyOf(free, size);
        this.flowControl = flowControl;
        head = 1 % size;
    }

    int size() {
        return slots.length;
    }

    boolean hasFlowControl() {
        return flowControl;
    }

    /** The submission queue head pointer that completions report. */
    int head() {
        return flowControl ? head : NO_FLOW_CONTROL;
    }

    /** A slot for a command that has come; null if the host has more outstanding than the queue has entries. */
    @Nullable
    CommandSlot acquire() {
        CommandSlot slot;
        if (freeCount > 0) {
            slot = slots[free[--freeCount]];
        } else if (made < slots.length) {
            slot = new CommandSlot(queue, made);
            slots[made++] = slot;
        } else {
            return null;
        }
        head = head + 1 == slots.length ? 0 : head + 1;
        return slot;
    }

    /** Takes the command's identifier; false if another outstanding command has it, which keeps it. */
    boolean claimIdentifier(CommandSlot slot) {
        int cid = slot.cid();
        slot.conflict = cids.get(cid);
        cids.set(cid);
        return !slot.conflict;
    }

    /** The command has ended. */
    void release(CommandSlot slot) {
        if (!slot.conflict) {
            cids.clear(slot.cid());
        }
        slot.reset();
        free[freeCount++] = slot.index;
    }

    /** The slot with this transfer tag, which is its index; null if there is none. */
    @Nullable
    CommandSlot byTag(int ttag) {
        return ttag < made ? slots[ttag] : null;
    }

    /** The outstanding command with this identifier; null if there is none. */
    @Nullable
    CommandSlot byIdentifier(int cid) {
        for (int i = 0; i < made; i++) {
            if (slots[i].state() != State.FREE && slots[i].cid() == cid && !slots[i].conflict) {
                return slots[i];
            }
        }
        return null;
    }

    /** Whether no command is outstanding. */
    boolean isIdle() {
        return freeCount == made;
    }

    /** Whether data is due for a command since before {@code nanos}. */
    boolean isReceivingSince(long nanos) {
        for (int i = 0; i < made; i++) {
            if (slots[i].state() == State.RECEIVING && slots[i].receivingSince - nanos < 0) {
                return true;
            }
        }
        return false;
    }

    /** Hands over all commands that have not begun to be executed. */
    void forEachNotExecuting(Consumer<CommandSlot> action) {
        for (int i = 0; i < made; i++) {
            if (slots[i].state() == State.WAITING || slots[i].state() == State.RECEIVING) {
                action.accept(slots[i]);
            }
        }
    }
}
