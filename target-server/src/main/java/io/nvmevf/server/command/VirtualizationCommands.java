package io.nvmevf.server.command;

import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.protocol.nvme.VirtualizationManagement;
import io.nvmevf.server.control.ControlException.Reason;
import io.nvmevf.server.control.PhysicalFunction;
import io.nvmevf.server.control.VfState;
import io.nvmevf.server.control.VirtualFunction;
import io.nvmevf.server.subsystem.Controller;
import io.nvmevf.server.transport.CommandSlot;

/**
 * Virtualization Management (NVMe Base 2.1 §5.2.6 and §8.2.6) of the physical function. A secondary controller is a virtual
 * function, its identifier the virtual function's number. Its VQ resources are queues: the admin queue and the I/O queues of
 * one controller, so that no number of them but 0 is below 2. There are no VI resources: over fabrics nothing interrupts.
 *
 * <p>Offline drains, disconnects the hosts, and takes the queues away; online needs them to be assigned anew. The dword 0 of
 * an assignment is the number of queues that the virtual function has now.
 */
final class VirtualizationCommands {
    private static final int LEAST_QUEUES = 2;

    private final ControlCalls control;
    private final Controller controller;

    VirtualizationCommands(ControlCalls control, Controller controller) {
        this.control = control;
        this.controller = controller;
    }

    void execute(CommandSlot slot) {
        VirtualizationManagement command = VirtualizationManagement.of(slot.cdw(10), slot.cdw(11));
        switch (command.act()) {
            case VirtualizationManagement.ACT_PRIMARY_FLEXIBLE -> slot.complete(primary(command));
            case VirtualizationManagement.ACT_SECONDARY_OFFLINE,
                    VirtualizationManagement.ACT_SECONDARY_ASSIGN,
                    VirtualizationManagement.ACT_SECONDARY_ONLINE -> secondary(slot, command);
            default -> slot.complete(Status.INVALID_FIELD | Status.DNR);
        }
    }

    /** The physical function has its own queues, and takes none of those that it hands out: only 0 can be allocated. */
    private int primary(VirtualizationManagement command) {
        if (command.cntlid() != controller.cntlid()) {
            return Status.INVALID_CONTROLLER_IDENTIFIER | Status.DNR;
        }
        if (command.rt() != VirtualizationManagement.RT_VQ) {
            return Status.INVALID_RESOURCE_IDENTIFIER | Status.DNR;
        }
        return command.nr() == 0 ? Status.SUCCESS : Status.INVALID_NUMBER_OF_CONTROLLER_RESOURCES | Status.DNR;
    }

    private void secondary(CommandSlot slot, VirtualizationManagement command) {
        boolean assign = command.act() == VirtualizationManagement.ACT_SECONDARY_ASSIGN;
        if (assign && command.rt() != VirtualizationManagement.RT_VQ) {
            slot.complete(Status.INVALID_RESOURCE_IDENTIFIER | Status.DNR);
            return;
        }
        VirtualFunction vf = control.state().vf(command.cntlid()).orElse(null);
        if (vf == null) {
            slot.complete(Status.INVALID_CONTROLLER_IDENTIFIER | Status.DNR);
            return;
        }
        if (assign) {
            assign(slot, vf, command.nr());
        } else if (command.act() == VirtualizationManagement.ACT_SECONDARY_OFFLINE) {
            control.change(slot, VirtualizationCommands::status, service -> {
                service.offlineVf(vf.name());
                return service.assignQueues(vf.name(), 0);
            });
        } else {
            online(slot, vf);
        }
    }

    private void assign(CommandSlot slot, VirtualFunction vf, int queues) {
        if (vf.state() != VfState.OFFLINE) {
            slot.complete(Status.INVALID_SECONDARY_CONTROLLER_STATE | Status.DNR);
            return;
        }
        if (queues > PhysicalFunction.MAX_VF_QUEUES || (queues > 0 && queues < LEAST_QUEUES)) {
            slot.complete(Status.INVALID_NUMBER_OF_CONTROLLER_RESOURCES | Status.DNR);
            return;
        }
        control.change(
                slot,
                VirtualizationCommands::status,
                service -> service.assignQueues(vf.name(), Math.max(0, queues - 1)),
                VirtualFunction::queues);
    }

    private void online(CommandSlot slot, VirtualFunction vf) {
        if (vf.queues() < LEAST_QUEUES || vf.state() == VfState.DRAINING) {
            slot.complete(Status.INVALID_SECONDARY_CONTROLLER_STATE | Status.DNR);
            return;
        }
        control.change(slot, VirtualizationCommands::status, service -> service.onlineVf(vf.name()));
    }

    private static int status(Reason reason) {
        return switch (reason) {
            case NOT_FOUND -> Status.INVALID_CONTROLLER_IDENTIFIER | Status.DNR;
            case INVALID -> Status.INVALID_NUMBER_OF_CONTROLLER_RESOURCES | Status.DNR;
            case NO_CAPACITY -> Status.INVALID_RESOURCE_IDENTIFIER | Status.DNR;
            case EXISTS, IN_USE, NOT_ATTACHED, WRONG_STATE -> Status.INVALID_SECONDARY_CONTROLLER_STATE | Status.DNR;
            case IO -> Status.INTERNAL_ERROR;
        };
    }
}
