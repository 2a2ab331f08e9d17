package io.nvmevf.server.command;

import io.nvmevf.protocol.nvme.AdminOpcode;
import io.nvmevf.server.subsystem.Controller;
import io.nvmevf.server.transport.CommandSlot;
import io.nvmevf.server.transport.QueuePair;

/**
 * The admin queue of a controller of the physical function: what every controller has, and the management of namespaces
 * and of virtual functions. An operator's host is at the other end.
 *
 * <p>It has no namespace of its own, so Format NVM and Sanitize are no commands here: a Sanitize would erase every tenant.
 */
final class PfAdminCommands extends AdminCommands {
    private final PfIdentifyCommands identify;
    private final NamespaceManagementCommands namespaces;
    private final NamespaceAttachmentCommands attachments;
    private final VirtualizationCommands virtualization;

    PfAdminCommands(Controller controller, QueuePair queue, ControllerLimits limits) {
        super(controller, queue, limits, new PfLogPageCommands(controller));
        ControlCalls control = new ControlCalls(controller, queue);
        identify = new PfIdentifyCommands(control, controller, limits);
        namespaces = new NamespaceManagementCommands(control);
        attachments = new NamespaceAttachmentCommands(control);
        virtualization = new VirtualizationCommands(control, controller);
    }

    @Override
    boolean offers(int opc) {
        return switch (opc) {
            case AdminOpcode.NAMESPACE_MANAGEMENT,
                    AdminOpcode.NAMESPACE_ATTACHMENT,
                    AdminOpcode.VIRTUALIZATION_MANAGEMENT -> true;
            default -> isBasic(opc);
        };
    }

    @Override
    int identify(CommandSlot slot) {
        return identify.write(slot);
    }

    @Override
    void more(CommandSlot slot) {
        switch (slot.opc()) {
            case AdminOpcode.NAMESPACE_MANAGEMENT -> namespaces.execute(slot);
            case AdminOpcode.NAMESPACE_ATTACHMENT -> attachments.execute(slot);
            default -> virtualization.execute(slot);
        }
    }
}
