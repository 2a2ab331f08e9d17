package io.nvmevf.server.command;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.nvmevf.protocol.log.ErrorInformation;
import io.nvmevf.protocol.nvme.DsmRange;
import io.nvmevf.protocol.nvme.FabricsCommand;
import io.nvmevf.protocol.nvme.NvmOpcode;
import io.nvmevf.protocol.nvme.Sqe;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.qos.Admission;
import io.nvmevf.server.subsystem.AttachedNamespace;
import io.nvmevf.server.subsystem.Controller;
import io.nvmevf.server.subsystem.NamespaceCounters;
import io.nvmevf.server.subsystem.NamespaceCounters.Counter;
import io.nvmevf.server.subsystem.NamespaceCounters.Timed;
import io.nvmevf.server.subsystem.NamespaceQueue;
import io.nvmevf.server.transport.AdmissionLine;
import io.nvmevf.server.transport.CommandSet;
import io.nvmevf.server.transport.CommandSlot;
import io.nvmevf.server.transport.QueuePair;
import io.nvmevf.storage.BlockError;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An I/O queue: the NVM command set (NVM Command Set 1.1 §3.2).
 *
 * <p>{@link #prepare} looks up the namespace and checks the command against it. {@link #execute} passes the namespace's gate
 * and starts the storage request; {@link #storageDone} answers, or starts the next request of a command that has several
 * (Dataset Management, Copy, Flush of all namespaces). Storage that completes at once comes back here before the call
 * that started it has returned.
 */
final class IoCommands implements CommandSet {
    private final Controller controller;
    private final int qid;
    private final QueuePair queue;
    private final ControllerLimits limits;
    private final int loopIndex;
    private final FusedCompareAndWrite fused;
    private final Authentication authentication;

    IoCommands(Controller controller, int qid, QueuePair queue, ControllerLimits limits) {
        this.controller = controller;
        this.qid = qid;
        this.queue = queue;
        this.limits = limits;
        loopIndex = controller.subsystem().registry().indexOf(queue.loop());
        fused = new FusedCompareAndWrite(this, queue, loopIndex);
        authentication = new Authentication(controller, queue, qid);
    }

    Authentication authentication() {
        return authentication;
    }

    // ---- before any data is moved --------------------------------------------------------------------------------

    @Override
    public int prepare(CommandSlot slot) {
        int status = check(slot);
        return fused.prepare(slot, status);
    }

    private int check(CommandSlot slot) {
        int opc = slot.opc();
        if (opc == FabricsCommand.OPCODE) {
            return Authentication.isFor(slot) ? authentication.prepare(slot) : DataTransfer.fabrics(slot);
        }
        if (!controller.isReady()) {
            // The controller was reset or has ended, and its I/O queues end with it: this one just has not heard. The
            // host gets no answer but the end of the connection, which it takes as "try again".
            queue.close();
            return Status.ABORTED_SQ_DELETION;
        }
        if (!offers(opc)) {
            return Status.INVALID_OPCODE | Status.DNR;
        }
        if (opc == NvmOpcode.FLUSH && slot.nsid() == Sqe.NSID_ALL) {
            slot.transfer(CommandSlot.Direction.NONE, 0);
            return Status.SUCCESS;
        }
        AttachedNamespace ns = controller.subsystem().namespaces().get(slot.nsid());
        if (ns == null) {
            return Status.INVALID_NAMESPACE | Status.DNR;
        }
        slot.subject = ns;
        slot.alignData(ns.bufferAlignment());
        if (changesData(opc) && ns.config().writeProtected()) {
            return Status.NAMESPACE_WRITE_PROTECTED | Status.DNR;
        }
        int status = DataTransfer.io(slot, ns.lbads(), limits.mdts());
        status = status == Status.SUCCESS ? checkFields(slot, ns) : status;
        if (status == Status.SUCCESS) {
            slot.alsoNeeds(scratchBytes(slot, ns));
        }
        return status;
    }

    /** What the command reads for itself at a time. */
    private int scratchBytes(CommandSlot slot, AttachedNamespace ns) {
        return switch (slot.opc()) {
            case NvmOpcode.COMPARE -> slot.length();
            case NvmOpcode.VERIFY -> (int) (DataTransfer.blocks(slot) << ns.lbads());
            // (How long its ranges are is known only with its data.)
            case NvmOpcode.COPY -> limits.mdts();
            default -> 0;
        };
    }

    private static boolean offers(int opc) {
        return switch (opc) {
            case NvmOpcode.FLUSH,
                    NvmOpcode.WRITE,
                    NvmOpcode.READ,
                    NvmOpcode.COMPARE,
                    NvmOpcode.WRITE_ZEROES,
                    NvmOpcode.DATASET_MANAGEMENT,
                    NvmOpcode.VERIFY,
                    NvmOpcode.COPY -> true;
            default -> false;
        };
    }

    private static boolean changesData(int opc) {
        return switch (opc) {
            case NvmOpcode.WRITE, NvmOpcode.WRITE_ZEROES, NvmOpcode.DATASET_MANAGEMENT, NvmOpcode.COPY -> true;
            default -> false;
        };
    }

    private int checkFields(CommandSlot slot, AttachedNamespace ns) {
        switch (slot.opc()) {
            case NvmOpcode.READ, NvmOpcode.WRITE, NvmOpcode.COMPARE, NvmOpcode.WRITE_ZEROES, NvmOpcode.VERIFY -> {
                // No format has metadata: there is no protection information to check or insert.
                if ((slot.cdw(12) & (NvmOpcode.PRINFO | NvmOpcode.STC)) != 0) {
                    return Status.INVALID_FIELD | Status.DNR;
                }
                if (slot.opc() == NvmOpcode.VERIFY && DataTransfer.blocks(slot) << ns.lbads() > limits.mdts()) {
                    return Status.INVALID_FIELD | Status.DNR;
                }
                return inRange(ns, slot.cdw64(10), DataTransfer.blocks(slot))
                        ? Status.SUCCESS
                        : Status.LBA_OUT_OF_RANGE | Status.DNR;
            }
            case NvmOpcode.COPY -> {
                return CopyCommand.check(slot);
            }
            default -> {
                return Status.SUCCESS;
            }
        }
    }

    /** Whether {@code nlb} blocks from {@code slba}, taken as unsigned, lie in the namespace. */
    static boolean inRange(AttachedNamespace ns, long slba, long nlb) {
        long nsze = ns.nsze();
        return slba >= 0 && slba <= nsze && nlb <= nsze - slba;
    }

    @Override
    public @Nullable AdmissionLine line(CommandSlot slot) {
        if (slot.opc() == FabricsCommand.OPCODE) {
            return null;
        }
        AdmissionLine line = controller.subsystem().line();
        if (line.isClear()) {
            return null;
        }
        slot.charge(kind(slot), touched(slot));
        return line;
    }

    /**
     * Bytes that the command reads, writes or touches. What touches without moving data (Write Zeroes, deallocation) counts
     * at most one transfer of MDTS: its size says nothing of the work, and a discard of a whole disk, charged in full, would
     * keep a tenant from writing for hours.
     */
    private long touched(CommandSlot slot) {
        if (!(slot.subject instanceof AttachedNamespace ns)) {
            return 0;
        }
        return switch (slot.opc()) {
            case NvmOpcode.READ, NvmOpcode.WRITE, NvmOpcode.COMPARE -> slot.length();
            case NvmOpcode.VERIFY -> DataTransfer.blocks(slot) << ns.lbads();
            case NvmOpcode.WRITE_ZEROES -> Math.min(DataTransfer.blocks(slot) << ns.lbads(), limits.mdts());
            case NvmOpcode.DATASET_MANAGEMENT ->
                slot.hasData() ? Math.min(deallocated(slot, ns), limits.mdts()) : limits.mdts();
            case NvmOpcode.COPY -> slot.hasData() ? CopyCommand.bytes(slot, ns) : CopyCommand.MAX_BYTES;
            default -> 0;
        };
    }

    private static Admission.Kind kind(CommandSlot slot) {
        return switch (slot.opc()) {
            case NvmOpcode.READ, NvmOpcode.COMPARE, NvmOpcode.VERIFY -> Admission.Kind.READ;
            case NvmOpcode.WRITE -> Admission.Kind.WRITE;
            default -> Admission.Kind.OTHER;
        };
    }

    // ---- carrying out --------------------------------------------------------------------------------------------

    @Override
    public void execute(CommandSlot slot) {
        if (slot.opc() == FabricsCommand.OPCODE) {
            if (Authentication.isFor(slot)) {
                authentication.execute(slot);
            } else {
                FabricsCommands.executeIo(slot, queue);
            }
            return;
        }
        if (fused.takes(slot)) {
            fused.execute(slot);
            return;
        }
        if (isFlushOfAll(slot)) {
            flushNext(slot);
            return;
        }
        AttachedNamespace ns = namespace(slot);
        int status = slot.orphaned() ? Status.ABORTED_SQ_DELETION : ns.status();
        if (status != Status.SUCCESS) {
            slot.complete(status);
            return;
        }
        NamespaceQueue nsQueue = ns.queue(loopIndex);
        if (!nsQueue.enter(slot)) {
            return;
        }
        // (Once more: while the command waited for data or at the gate, the namespace may have been changed.)
        status = checkAgain(slot, ns);
        if (status != Status.SUCCESS) {
            finish(slot, ns, status);
            return;
        }
        try {
            start(slot, ns, nsQueue);
        } catch (RuntimeException | OutOfMemoryError e) {
            failed(slot, ns, e);
        }
    }

    /** What may have changed since {@link #prepare}: size and write protection. */
    int checkAgain(CommandSlot slot, AttachedNamespace ns) {
        return changesData(slot.opc()) && ns.config().writeProtected()
                ? Status.NAMESPACE_WRITE_PROTECTED | Status.DNR
                : checkFields(slot, ns);
    }

    /** A fault of ours must not leave the gate with a command that never ends. */
    private void failed(CommandSlot slot, AttachedNamespace ns, Throwable fault) {
        queue.log().internal("command to namespace " + ns.config().id() + " failed", fault);
        if (slot.state() == CommandSlot.State.EXECUTING) {
            finish(slot, ns, Status.INTERNAL_ERROR);
        }
    }

    private void start(CommandSlot slot, AttachedNamespace ns, NamespaceQueue q) {
        long offset = slot.cdw64(10) << ns.lbads();
        if (changesData(slot.opc())) {
            controller.subsystem().wrote();
        }
        switch (slot.opc()) {
            case NvmOpcode.READ -> q.storage().read(offset, slot.data(), slot.dataIndex(), slot.length(), slot);
            case NvmOpcode.WRITE ->
                q.storage().write(offset, slot.data(), slot.dataIndex(), slot.length(), fua(slot), slot);
            case NvmOpcode.FLUSH -> q.storage().flush(slot);
            case NvmOpcode.WRITE_ZEROES -> {
                boolean deallocate = (slot.cdw(12) & NvmOpcode.DEAC) != 0;
                long length = DataTransfer.blocks(slot) << ns.lbads();
                q.storage().writeZeroes(offset, length, deallocate, fua(slot), slot);
            }
            case NvmOpcode.COMPARE -> readScratch(slot, ns, q, offset, slot.length());
            case NvmOpcode.VERIFY -> readScratch(slot, ns, q, offset, (int) (DataTransfer.blocks(slot) << ns.lbads()));
            case NvmOpcode.DATASET_MANAGEMENT -> deallocate(slot, ns, q);
            case NvmOpcode.COPY -> {
                int status = CopyCommand.checkRanges(slot, ns, limits.mdts());
                if (status != Status.SUCCESS) {
                    finish(slot, ns, status);
                } else {
                    CopyCommand.next(slot, ns, q, fua(slot));
                }
            }
            default -> throw new IllegalStateException("not offered: " + slot);
        }
    }

    static AttachedNamespace namespace(CommandSlot slot) {
        return (AttachedNamespace) Objects.requireNonNull(slot.subject, "the command has no namespace");
    }

    boolean fua(CommandSlot slot) {
        return (slot.cdw(12) & NvmOpcode.FUA) != 0 || !controller.features().writeCache();
    }

    private static void readScratch(CommandSlot slot, AttachedNamespace ns, NamespaceQueue q, long offset, int length) {
        ByteBuf scratch = ScratchBuffer.allocate(slot.queue().alloc(), length, ns.bufferAlignment());
        slot.scratch = scratch;
        q.storage().read(offset, scratch, scratch.readerIndex(), length, slot);
    }

    @Override
    public void storageDone(CommandSlot slot, BlockError error) {
        if (fused.takes(slot)) {
            fused.storageDone(slot, error);
            return;
        }
        AttachedNamespace ns = namespace(slot);
        if (isFlushOfAll(slot)) {
            flushed(slot, ns, error);
            return;
        }
        if (error != BlockError.NONE) {
            finish(slot, ns, status(error));
            return;
        }
        switch (slot.opc()) {
            case NvmOpcode.COMPARE -> finish(slot, ns, equalsScratch(slot) ? Status.SUCCESS : Status.COMPARE_FAILURE);
            case NvmOpcode.DATASET_MANAGEMENT -> inTurn(slot, ns, () -> deallocateNext(slot, ns, ns.queue(loopIndex)));
            case NvmOpcode.COPY ->
                inTurn(slot, ns, () -> {
                    if (CopyCommand.next(slot, ns, ns.queue(loopIndex), fua(slot))) {
                        finish(slot, ns, Status.SUCCESS);
                    }
                });
            default -> finish(slot, ns, Status.SUCCESS);
        }
    }

    /**
     * Does the next step of a command that has many in a turn of the loop of its own: however many there are and however
     * fast storage is, other queues come in between, and the stack does not grow. Nothing more is done for a queue that
     * has ended.
     */
    private void inTurn(CommandSlot slot, AttachedNamespace ns, Runnable step) {
        queue.loop().execute(() -> {
            if (slot.orphaned()) {
                finish(slot, ns, Status.ABORTED_SQ_DELETION);
                return;
            }
            try {
                step.run();
            } catch (RuntimeException | OutOfMemoryError e) {
                failed(slot, ns, e);
            }
        });
    }

    static boolean equalsScratch(CommandSlot slot) {
        ByteBuf data = slot.data().setIndex(slot.dataIndex(), slot.dataIndex() + slot.length());
        ByteBuf scratch = slot.scratch();
        scratch.writerIndex(scratch.readerIndex() + slot.length());
        return ByteBufUtil.equals(data, scratch);
    }

    /** Answers a command that has passed the gate. */
    private void finish(CommandSlot slot, AttachedNamespace ns, int status) {
        NamespaceQueue q = ns.queue(loopIndex);
        count(q.counters(), slot, status);
        slot.complete(status);
        q.leave();
    }

    /** Counts a command that is answered next. */
    static void count(NamespaceCounters counters, CommandSlot slot, int status) {
        boolean failed = status != Status.SUCCESS;
        switch (slot.opc()) {
            case NvmOpcode.READ -> {
                counters.add(Counter.READ_COMMANDS, 1);
                counters.add(failed ? Counter.READ_ERRORS : Counter.READ_BYTES, failed ? 1 : slot.length());
                slot.timed(counters.latency(Timed.READ));
            }
            case NvmOpcode.WRITE -> {
                counters.add(Counter.WRITE_COMMANDS, 1);
                counters.add(failed ? Counter.WRITE_ERRORS : Counter.WRITE_BYTES, failed ? 1 : slot.length());
                slot.timed(counters.latency(Timed.WRITE));
            }
            default -> {
                counters.add(Counter.OTHER_COMMANDS, 1);
                counters.add(Counter.OTHER_ERRORS, failed ? 1 : 0);
            }
        }
        int code = Status.code(status);
        if (code == Status.WRITE_FAULT || code == Status.UNRECOVERED_READ_ERROR) {
            counters.add(Counter.MEDIA_ERRORS, 1);
        }
    }

    /** The one place where a storage error becomes a status. What another try will not mend carries DNR. */
    static int status(BlockError error) {
        return switch (error) {
            case NONE -> Status.SUCCESS;
            case OUT_OF_RANGE -> Status.LBA_OUT_OF_RANGE | Status.DNR;
            case NO_SPACE -> Status.CAPACITY_EXCEEDED | Status.DNR;
            case READ_FAILED -> Status.UNRECOVERED_READ_ERROR;
            case WRITE_FAILED -> Status.WRITE_FAULT;
            case GONE -> Status.NAMESPACE_NOT_READY | Status.DNR;
        };
    }

    // ---- Dataset Management --------------------------------------------------------------------------------------

    /** All ranges are checked before the first is deallocated: a command that is refused has changed nothing. */
    private void deallocate(CommandSlot slot, AttachedNamespace ns, NamespaceQueue q) {
        int ranges = DataTransfer.ranges(slot);
        for (int i = 0; i < ranges; i++) {
            int at = slot.dataIndex() + i * DsmRange.SIZE;
            if (!inRange(ns, DsmRange.slba(slot.data(), at), DsmRange.nlb(slot.data(), at))) {
                finish(slot, ns, Status.LBA_OUT_OF_RANGE | Status.DNR);
                return;
            }
        }
        boolean deallocates = (slot.cdw(11) & NvmOpcode.AD) != 0;
        // (The other attributes are hints about how the ranges will be used; there is nothing to do about them.)
        // (From where it made way.)
        slot.step = deallocates ? (int) slot.position : ranges;
        deallocateNext(slot, ns, q);
    }

    private static long deallocated(CommandSlot slot, AttachedNamespace ns) {
        long blocks = 0;
        for (int i = 0; i < DataTransfer.ranges(slot); i++) {
            blocks += DsmRange.nlb(slot.data(), slot.dataIndex() + i * DsmRange.SIZE);
        }
        return blocks << ns.lbads();
    }

    private void deallocateNext(CommandSlot slot, AttachedNamespace ns, NamespaceQueue q) {
        int ranges = DataTransfer.ranges(slot);
        if (slot.step > slot.position && slot.step < ranges && q.isShut()) {
            slot.position = slot.step;
            q.makeWay(slot);
            return;
        }
        while (slot.step < ranges) {
            int at = slot.dataIndex() + slot.step++ * DsmRange.SIZE;
            long nlb = DsmRange.nlb(slot.data(), at);
            if (nlb != 0) {
                long slba = DsmRange.slba(slot.data(), at);
                q.storage().deallocate(slba << ns.lbads(), nlb << ns.lbads(), slot);
                return;
            }
        }
        finish(slot, ns, Status.SUCCESS);
    }

    // ---- Flush of all namespaces ---------------------------------------------------------------------------------

    private static boolean isFlushOfAll(CommandSlot slot) {
        return slot.opc() == NvmOpcode.FLUSH && slot.nsid() == Sqe.NSID_ALL;
    }

    /** Flushes the next namespace; {@code position} is the NSID of the last one, {@code subject} the one that is flushed. */
    private void flushNext(CommandSlot slot) {
        for (AttachedNamespace ns : controller.subsystem().namespaces().ascending()) {
            if (ns.nsid() <= slot.position || ns.status() != Status.SUCCESS) {
                continue;
            }
            if (!ns.queue(loopIndex).enter(slot)) {
                // (The gate executes the command anew, and it comes back to this namespace.)
                return;
            }
            slot.position = ns.nsid();
            slot.subject = ns;
            ns.queue(loopIndex).storage().flush(slot);
            return;
        }
        slot.complete(Status.SUCCESS);
    }

    private void flushed(CommandSlot slot, AttachedNamespace ns, BlockError error) {
        NamespaceQueue q = ns.queue(loopIndex);
        count(q.counters(), slot, status(error));
        slot.subject = null;
        q.leave();
        if (error == BlockError.NONE && !slot.orphaned()) {
            queue.loop().execute(() -> flushNext(slot));
        } else {
            slot.complete(status(error));
        }
    }

    // ---- the rest ------------------------------------------------------------------------------------------------

    @Override
    public void aborted(CommandSlot slot) {
        fused.aborted(slot);
        authentication.aborted(slot);
    }

    @Override
    public int failed(CommandSlot slot, int status) {
        int code = Status.code(status);
        if (code == Status.ABORT_REQUESTED) {
            return status;
        }
        controller
                .errors()
                .add(
                        qid,
                        slot.cid(),
                        status,
                        ErrorInformation.PEL_NONE,
                        slot.opc() == FabricsCommand.OPCODE ? 0 : slot.cdw64(10),
                        slot.nsid(),
                        slot.opc());
        return status | Status.MORE;
    }

    @Override
    public void disconnected() {
        fused.disconnected();
        authentication.ended();
    }

    @Override
    public void drained() {
        controller.removeQueue(qid, queue);
    }
}
