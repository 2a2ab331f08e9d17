package io.nvmevf.server.command;

import io.nvmevf.protocol.nvme.AdminOpcode;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.subsystem.Controller;
import io.nvmevf.server.transport.CommandSlot;
import io.nvmevf.server.transport.QueuePair;

/**
 * The admin queue of a virtual function's controller: what every controller has, and what lets a tenant erase its own.
 * Nothing here reaches beyond the virtual function: it cannot create, attach or assign anything.
 */
final class VfAdminCommands extends AdminCommands {
    private final IdentifyCommands identify;
    private final FormatCommands format;
    private final SanitizeCommands sanitize;

    VfAdminCommands(Controller controller, QueuePair queue, ControllerLimits limits) {
        super(controller, queue, limits, new VfLogPageCommands(controller, queue));
        ControlCalls control = new ControlCalls(controller, queue);
        identify = new IdentifyCommands(controller, limits);
        format = new FormatCommands(control, controller.subsystem());
        sanitize = new SanitizeCommands(control, controller.subsystem());
    }

    @Override
    boolean offers(int opc) {
        return opc == AdminOpcode.FORMAT_NVM || opc == AdminOpcode.SANITIZE || isBasic(opc);
    }

    @Override
    int refusal(CommandSlot slot) {
        return sanitize.refusal(slot);
    }

    @Override
    int identify(CommandSlot slot) {
        return identify.write(slot);
    }

    @Override
    void more(CommandSlot slot) {
        if (!controller().subsystem().mayAskForErasure(queue().nanoTime())) {
            slot.complete(Status.COMMAND_INTERRUPTED);
        } else if (slot.opc() == AdminOpcode.FORMAT_NVM) {
            format.execute(slot);
        } else {
            sanitize.execute(slot);
        }
    }
}
