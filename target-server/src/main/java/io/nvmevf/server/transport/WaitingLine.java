package io.nvmevf.server.transport;

import org.jspecify.annotations.Nullable;

/** Commands of one queue that may not go on yet, in order of arrival: a list through the slots themselves. */
final class WaitingLine {
    private @Nullable CommandSlot first;
    private @Nullable CommandSlot last;

    boolean isEmpty() {
        return first == null;
    }

    void add(CommandSlot slot) {
        CommandSlot before = last;
        if (before == null) {
            first = slot;
        } else {
            before.next = slot;
        }
        last = slot;
    }

    /** Puts a command back that {@link #remove} has taken. */
    void addFirst(CommandSlot slot) {
        slot.next = first;
        first = slot;
        if (last == null) {
            last = slot;
        }
    }

    /** Takes the first command out; null if there is none. */
    @Nullable
    CommandSlot remove() {
        CommandSlot slot = first;
        if (slot != null) {
            first = slot.next;
            slot.next = null;
            if (first == null) {
                last = null;
            }
        }
        return slot;
    }

    /** Takes this command out, wherever it stands. */
    void remove(CommandSlot slot) {
        CommandSlot before = null;
        CommandSlot at = first;
        while (at != null && at.index != slot.index) {
            before = at;
            at = at.next;
        }
        if (at == null) {
            return;
        }
        if (before == null) {
            first = slot.next;
        } else {
            before.next = slot.next;
        }
        if (slot.next == null) {
            last = before;
        }
        slot.next = null;
    }

    void clear() {
        first = null;
        last = null;
    }
}
