package io.nvmevf.server.command;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.nvme.NvmOpcode;
import io.nvmevf.protocol.nvme.Sqe;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.subsystem.AttachedNamespace;
import io.nvmevf.server.subsystem.NamespaceQueue;
import io.nvmevf.server.transport.CommandSlot;
import io.nvmevf.server.transport.QueuePair;
import io.nvmevf.storage.BlockError;
import io.nvmevf.storage.BlockQueue;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Compare and Write, fused (NVM Command Set 1.1 §3.3.1.1): two commands that follow each other in the submission queue and
 * are carried out as one. It is atomic towards every other command of the namespace, because the pair has the namespace's
 * gate for itself.
 *
 * <p>The halves find each other when they arrive, in {@link #prepare}; their data may come in any order. A half that is
 * ready waits for the other. If one half fails before they run, the other is aborted.
 */
final class FusedCompareAndWrite {
    /** ACWU, in bytes. Both halves and what the Compare reads have to fit a queue's memory together. */
    static final int MAX_BYTES = 64 << 10;

    /** {@link CommandSlot#step} of a half (0 while its data arrives): its data is here, and it waits for its partner. */
    private static final int READY = 1;
    /** It will not run: it is answered as soon as its data is here. */
    private static final int FAILED = 2;
    /** The pair runs: the Compare's read, then the Write. */
    private static final int RUNNING = 3;

    private final IoCommands commands;
    private final QueuePair queue;
    private final int loopIndex;

    /** The Compare whose Write has to be the next command. */
    private @Nullable CommandSlot first;
    /** The last command was a first half that was refused: its second half is aborted. */
    private boolean firstRefused;

    FusedCompareAndWrite(IoCommands commands, QueuePair queue, int loopIndex) {
        this.commands = commands;
        this.queue = queue;
        this.loopIndex = loopIndex;
    }

    /** Whether the command is half of a fused pair. */
    boolean takes(CommandSlot slot) {
        return Sqe.fuse(slot.sqe(), 0) != Sqe.FUSE_NONE;
    }

    /**
     * Sees every command of the queue, in order, with the status that it would have alone.
     *
     * @return the status that it has as what it is
     */
    int prepare(CommandSlot slot, int status) {
        int fuse = Sqe.fuse(slot.sqe(), 0);
        CommandSlot before = first;
        boolean beforeRefused = firstRefused;
        first = null;
        firstRefused = false;
        if (before != null && fuse != Sqe.FUSE_SECOND) {
            fail(before, Status.ABORTED_MISSING_FUSED | Status.DNR);
        }
        return switch (fuse) {
            case Sqe.FUSE_NONE -> status;
            case Sqe.FUSE_FIRST -> prepareFirst(slot, status);
            case Sqe.FUSE_SECOND -> prepareSecond(slot, status, before, beforeRefused);
            default -> Status.INVALID_FIELD | Status.DNR;
        };
    }

    private int prepareFirst(CommandSlot slot, int status) {
        int result = status == Status.SUCCESS && slot.opc() != NvmOpcode.COMPARE
                ? Status.INVALID_FIELD | Status.DNR
                : status;
        if (result == Status.SUCCESS && slot.length() > MAX_BYTES) {
            result = Status.ATOMIC_WRITE_UNIT_EXCEEDED | Status.DNR;
        }
        if (result == Status.SUCCESS) {
            first = slot;
        } else {
            firstRefused = true;
        }
        return result;
    }

    private int prepareSecond(CommandSlot slot, int status, @Nullable CommandSlot before, boolean beforeRefused) {
        if (before == null) {
            return (beforeRefused ? Status.ABORTED_FAILED_FUSED : Status.ABORTED_MISSING_FUSED) | Status.DNR;
        }
        boolean sameRange = slot.nsid() == before.nsid()
                && slot.cdw64(10) == before.cdw64(10)
                && DataTransfer.blocks(slot) == DataTransfer.blocks(before);
        int result = status == Status.SUCCESS && (slot.opc() != NvmOpcode.WRITE || !sameRange)
                ? Status.INVALID_FIELD | Status.DNR
                : status;
        if (result != Status.SUCCESS) {
            fail(before, Status.ABORTED_FAILED_FUSED | Status.DNR);
            return result;
        }
        slot.partner = before;
        before.partner = slot;
        return Status.SUCCESS;
    }

    /** A half has its data. */
    void execute(CommandSlot slot) {
        if (slot.step == FAILED) {
            slot.complete((int) slot.position);
            return;
        }
        slot.step = READY;
        CommandSlot partner = slot.partner;
        if (partner != null && partner.step == READY) {
            boolean isWrite = slot.opc() == NvmOpcode.WRITE;
            begin(isWrite ? partner : slot, isWrite ? slot : partner);
        }
    }

    /** A half will not run; what is left of the pair is aborted. */
    void aborted(CommandSlot slot) {
        if (!takes(slot)) {
            return;
        }
        if (slot == first) {
            first = null;
            firstRefused = true;
        }
        CommandSlot partner = slot.partner;
        if (partner != null && partner.step != RUNNING) {
            slot.partner = null;
            fail(partner, Status.ABORTED_FAILED_FUSED | Status.DNR);
        }
    }

    /** The connection has ended. */
    void disconnected() {
        CommandSlot waiting = first;
        first = null;
        if (waiting != null && waiting.step == READY) {
            waiting.complete(Status.ABORTED_SQ_DELETION);
        }
    }

    private static void fail(CommandSlot slot, int status) {
        slot.partner = null;
        if (slot.step == READY) {
            slot.complete(status);
        } else {
            slot.step = FAILED;
            slot.position = status;
        }
    }

    private void begin(CommandSlot compare, CommandSlot write) {
        compare.step = RUNNING;
        write.step = RUNNING;
        AttachedNamespace ns = IoCommands.namespace(compare);
        ns.exclusively(() -> queue.loop().execute(() -> {
            try {
                run(ns, compare, write);
            } catch (RuntimeException | OutOfMemoryError e) {
                failed(ns, compare, write, e);
            }
        }));
    }

    /** A fault of ours must not leave the gate shut. */
    private void failed(AttachedNamespace ns, CommandSlot compare, CommandSlot write, Throwable fault) {
        queue.log().internal("fused commands to namespace " + ns.config().id() + " failed", fault);
        if (compare.state() == CommandSlot.State.EXECUTING && compare.step == RUNNING) {
            end(ns, compare, write, Status.INTERNAL_ERROR, Status.ABORTED_FAILED_FUSED);
        }
    }

    private void run(AttachedNamespace ns, CommandSlot compare, CommandSlot write) {
        int status = compare.orphaned() ? Status.ABORTED_SQ_DELETION : ns.status();
        if (status == Status.SUCCESS) {
            // (The Write's checks include the Compare's: they have the same range.)
            status = commands.checkAgain(write, ns);
        }
        if (status != Status.SUCCESS) {
            end(ns, compare, write, status, Status.ABORTED_FAILED_FUSED | Status.DNR);
            return;
        }
        ByteBuf scratch = ScratchBuffer.allocate(queue.alloc(), compare.length(), ns.bufferAlignment());
        compare.scratch = scratch;
        storage(ns).read(compare.cdw64(10) << ns.lbads(), scratch, scratch.readerIndex(), compare.length(), compare);
    }

    void storageDone(CommandSlot slot, BlockError error) {
        AttachedNamespace ns = IoCommands.namespace(slot);
        CommandSlot partner = Objects.requireNonNull(slot.partner);
        boolean isWrite = slot.opc() == NvmOpcode.WRITE;
        CommandSlot compare = isWrite ? partner : slot;
        CommandSlot write = isWrite ? slot : partner;
        int status = IoCommands.status(error);
        if (isWrite) {
            end(ns, compare, write, Status.SUCCESS, status);
        } else if (status != Status.SUCCESS) {
            end(ns, compare, write, status, Status.ABORTED_FAILED_FUSED | Status.DNR);
        } else if (!IoCommands.equalsScratch(compare)) {
            end(ns, compare, write, Status.COMPARE_FAILURE, Status.ABORTED_FAILED_FUSED);
        } else {
            try {
                storage(ns)
                        .write(
                                write.cdw64(10) << ns.lbads(),
                                write.data(),
                                write.dataIndex(),
                                write.length(),
                                commands.fua(write),
                                write);
            } catch (RuntimeException | OutOfMemoryError e) {
                failed(ns, compare, write, e);
            }
        }
    }

    private BlockQueue storage(AttachedNamespace ns) {
        return ns.queue(loopIndex).storage();
    }

    private void end(AttachedNamespace ns, CommandSlot compare, CommandSlot write, int compareStatus, int writeStatus) {
        NamespaceQueue q = ns.queue(loopIndex);
        IoCommands.count(q.counters(), compare, compareStatus);
        IoCommands.count(q.counters(), write, writeStatus);
        try {
            compare.complete(compareStatus);
            write.complete(writeStatus);
        } finally {
            ns.release();
        }
    }
}
