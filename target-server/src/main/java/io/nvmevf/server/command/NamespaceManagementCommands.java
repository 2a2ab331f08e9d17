package io.nvmevf.server.command;

import io.nvmevf.protocol.identify.NamespaceCreate;
import io.nvmevf.protocol.identify.NamespaceDescriptors;
import io.nvmevf.protocol.nvme.NamespaceManagement;
import io.nvmevf.protocol.nvme.Sqe;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.control.Namespace;
import io.nvmevf.server.control.NewNamespace;
import io.nvmevf.server.control.TargetState;
import io.nvmevf.server.transport.CommandSlot;

/**
 * Namespace Management (NVMe Base 2.1 §5.1.21, NVM Command Set 1.1 §4.1.6) of the physical function.
 *
 * <p>Create: the capacity is the size, there is no thin provisioning to ask for; all namespaces are private. Delete: an
 * attached namespace is detached first, as the specification has it. The command is answered when nothing can bring the
 * namespace back; erasing its data goes on as an operation. Deleting all namespaces at once (NSID FFFFFFFFh) is refused,
 * against the specification: one slip of an operator would destroy what all tenants have.
 */
final class NamespaceManagementCommands {
    private final ControlCalls control;

    NamespaceManagementCommands(ControlCalls control) {
        this.control = control;
    }

    void execute(CommandSlot slot) {
        NamespaceManagement command = NamespaceManagement.of(slot.cdw(10), slot.cdw(11));
        switch (command.sel()) {
            case NamespaceManagement.CREATE -> create(slot, command);
            case NamespaceManagement.DELETE -> delete(slot);
            default -> slot.complete(Status.INVALID_FIELD | Status.DNR);
        }
    }

    private void create(CommandSlot slot, NamespaceManagement command) {
        NamespaceCreate wanted = new NamespaceCreate(slot.data(), slot.dataIndex());
        int status = check(slot, command, wanted);
        if (status != Status.SUCCESS) {
            slot.complete(status);
            return;
        }
        int lbads = IdentifyCommands.lbads(wanted.formatIndex());
        NewNamespace ns = NewNamespace.available(wanted.nsze() << lbads, 1 << lbads);
        control.change(slot, ControlCalls::status, service -> service.createNamespace(ns), Namespace::number);
    }

    private int check(CommandSlot slot, NamespaceManagement command, NamespaceCreate wanted) {
        if (command.csi() != NamespaceDescriptors.CSI_NVM) {
            return Status.IO_COMMAND_SET_NOT_SUPPORTED | Status.DNR;
        }
        if (wanted.formatIndex() >= IdentifyCommands.formats()) {
            return Status.INVALID_FORMAT | Status.DNR;
        }
        boolean plain = wanted.dps() == 0
                && wanted.nmic() == 0
                && wanted.anagrpid() == 0
                && wanted.nvmsetid() == 0
                && wanted.endgid() == 0
                && wanted.lbstm() == 0
                && wanted.nphndls() == 0;
        long blocks = wanted.nsze();
        if (slot.nsid() != 0 || !plain || blocks == 0 || Long.compareUnsigned(wanted.ncap(), blocks) > 0) {
            return Status.INVALID_FIELD | Status.DNR;
        }
        if (wanted.ncap() != blocks) {
            return Status.THIN_PROVISIONING_NOT_SUPPORTED | Status.DNR;
        }
        int lbads = IdentifyCommands.lbads(wanted.formatIndex());
        if (blocks >>> (63 - lbads) != 0) {
            // (More bytes than there are numbers for: no pool has them.)
            return Status.NAMESPACE_INSUFFICIENT_CAPACITY | Status.DNR;
        }
        if ((blocks << lbads) % IdentifyCommands.GRANULARITY != 0) {
            return Status.INVALID_FIELD | Status.DNR;
        }
        return control.state().nextNamespace() > TargetState.MAX_NAMESPACE_NUMBER
                ? Status.NAMESPACE_IDENTIFIER_UNAVAILABLE | Status.DNR
                : Status.SUCCESS;
    }

    private void delete(CommandSlot slot) {
        Namespace ns = slot.nsid() == Sqe.NSID_ALL
                ? null
                : AllocatedNamespaces.find(control.state(), slot.nsid()).orElse(null);
        if (ns == null) {
            slot.complete(Status.INVALID_NAMESPACE | Status.DNR);
            return;
        }
        control.change(slot, ControlCalls::status, service -> service.deleteNamespace(ns.id(), null));
    }
}
