package io.nvmevf.server.command;

import io.nvmevf.protocol.nvme.AdminOpcode;
import io.nvmevf.server.subsystem.Controller;
import io.nvmevf.server.transport.CommandSlot;
import io.nvmevf.server.transport.QueuePair;

/**
 * The admin queue of a discovery controller (NVMe Base 2.1 §3.1.3.3): the discovery log page, events when it changes, and
 * what is needed to live. It has no I/O queue and no namespace.
 */
final class DiscoveryCommands extends AdminCommands {
    private final IdentifyCommands identify;

    DiscoveryCommands(Controller controller, QueuePair queue, ControllerLimits limits) {
        super(controller, queue, limits, new DiscoveryLogCommands(controller, queue));
        identify = new IdentifyCommands(controller, limits);
    }

    @Override
    boolean offers(int opc) {
        return opc != AdminOpcode.ABORT && isBasic(opc);
    }

    @Override
    int identify(CommandSlot slot) {
        return identify.write(slot);
    }
}
