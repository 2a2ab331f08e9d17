package io.nvmevf.server.command;

import io.nvmevf.protocol.log.ErrorInformation;
import io.nvmevf.protocol.nvme.AdminOpcode;
import io.nvmevf.protocol.nvme.FabricsCommand;
import io.nvmevf.protocol.nvme.Sqe;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.subsystem.Controller;
import io.nvmevf.server.transport.CommandSet;
import io.nvmevf.server.transport.CommandSlot;
import io.nvmevf.server.transport.QueuePair;

/** The admin queue of a controller (NVMe Base 2.1 §5): the commands that all kinds of controllers have, and room for more. */
abstract class AdminCommands implements CommandSet {
    /** Aborts that may be outstanding: ACL + 1. */
    static final int ABORT_LIMIT = 4;

    private final Controller controller;
    private final QueuePair queue;
    private final ControllerLimits limits;
    private final LogPageCommands logPages;
    private final FeatureCommands features;
    private final Authentication authentication;
    private int aborts;

    AdminCommands(Controller controller, QueuePair queue, ControllerLimits limits, LogPageCommands logPages) {
        this.controller = controller;
        this.queue = queue;
        this.limits = limits;
        features = new FeatureCommands(controller, queue, limits);
        this.logPages = logPages;
        authentication = new Authentication(controller, queue, 0);
    }

    final Authentication authentication() {
        return authentication;
    }

    final QueuePair queue() {
        return queue;
    }

    final Controller controller() {
        return controller;
    }

    /** Whether every controller has this command. */
    static boolean isBasic(int opc) {
        return switch (opc) {
            case AdminOpcode.GET_LOG_PAGE,
                    AdminOpcode.IDENTIFY,
                    AdminOpcode.ABORT,
                    AdminOpcode.SET_FEATURES,
                    AdminOpcode.GET_FEATURES,
                    AdminOpcode.ASYNC_EVENT_REQUEST,
                    AdminOpcode.KEEP_ALIVE -> true;
            default -> false;
        };
    }

    /** Whether this controller offers the command. */
    abstract boolean offers(int opc);

    /** {@link Status#SUCCESS}, or why a command that the controller offers cannot be carried out now. */
    int refusal(CommandSlot slot) {
        return Status.SUCCESS;
    }

    /** Writes the data of an Identify command and returns its status. */
    abstract int identify(CommandSlot slot);

    /** Carries out a command that is offered and not {@linkplain #isBasic basic}. */
    void more(CommandSlot slot) {
        slot.complete(Status.INVALID_OPCODE | Status.DNR);
    }

    @Override
    public final int prepare(CommandSlot slot) {
        if (slot.opc() == FabricsCommand.OPCODE) {
            return Authentication.isFor(slot) ? authentication.prepare(slot) : DataTransfer.fabrics(slot);
        }
        if (Sqe.fuse(slot.sqe(), 0) != 0) {
            return Status.INVALID_FIELD | Status.DNR;
        }
        if (!offers(slot.opc())) {
            return Status.INVALID_OPCODE | Status.DNR;
        }
        if (!controller.isReady()) {
            return Status.COMMAND_SEQUENCE_ERROR | Status.DNR;
        }
        int refusal = refusal(slot);
        return refusal == Status.SUCCESS ? DataTransfer.admin(slot, limits.mdts()) : refusal;
    }

    @Override
    public final void execute(CommandSlot slot) {
        switch (slot.opc()) {
            case FabricsCommand.OPCODE -> {
                if (Authentication.isFor(slot)) {
                    authentication.execute(slot);
                } else {
                    FabricsCommands.executeAdmin(slot, controller);
                }
            }
            case AdminOpcode.IDENTIFY -> slot.complete(identify(slot));
            case AdminOpcode.GET_LOG_PAGE -> slot.complete(logPages.write(slot));
            case AdminOpcode.SET_FEATURES -> features.set(slot);
            case AdminOpcode.GET_FEATURES -> features.get(slot);
            case AdminOpcode.ASYNC_EVENT_REQUEST -> controller.events().request(slot);
            case AdminOpcode.ABORT -> abort(slot);
            case AdminOpcode.KEEP_ALIVE -> keepAlive(slot);
            default -> more(slot);
        }
    }

    private void keepAlive(CommandSlot slot) {
        boolean off = controller.keepAliveMillis() == 0;
        slot.complete(off ? Status.KEEP_ALIVE_INVALID | Status.DNR : Status.SUCCESS);
    }

    /** Abort (§5.1.1). Bit 0 of the result says that the command was not aborted before this answer. */
    private void abort(CommandSlot slot) {
        int sqid = slot.cdw(10) & 0xFFFF;
        int cid = slot.cdw(10) >>> 16;
        if (aborts == ABORT_LIMIT) {
            slot.complete(Status.ABORT_LIMIT_EXCEEDED | Status.DNR);
            return;
        }
        if (sqid == 0) {
            slot.complete(Status.SUCCESS, controller.events().abort(cid) ? 0 : 1);
            return;
        }
        aborts++;
        boolean sent = controller.withQueue(sqid, target -> {
            boolean aborted = target.abort(cid);
            queue.loop().execute(() -> {
                aborts--;
                slot.complete(Status.SUCCESS, aborted ? 0 : 1);
            });
        });
        if (!sent) {
            aborts--;
            slot.complete(Status.SUCCESS, 1);
        }
    }

    @Override
    public int failed(CommandSlot slot, int status) {
        int code = Status.code(status);
        if (code == Status.ABORT_REQUESTED || code == Status.ABORTED_SQ_DELETION) {
            return status;
        }
        controller.errors().add(0, slot.cid(), status, ErrorInformation.PEL_NONE, 0, slot.nsid(), slot.opc());
        return status | Status.MORE;
    }

    @Override
    public void aborted(CommandSlot slot) {
        authentication.aborted(slot);
    }

    @Override
    public void disconnected() {
        authentication.ended();
        controller.adminQueueEnded();
    }
}
