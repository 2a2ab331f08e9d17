package io.nvmevf.server.command;

import io.nvmevf.protocol.identify.ControllerList;
import io.nvmevf.protocol.nvme.NamespaceAttachment;
import io.nvmevf.protocol.nvme.Sqe;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.control.ControlException.Reason;
import io.nvmevf.server.control.Namespace;
import io.nvmevf.server.control.NamespaceState;
import io.nvmevf.server.control.TargetState;
import io.nvmevf.server.control.VirtualFunction;
import io.nvmevf.server.transport.CommandSlot;
import org.jspecify.annotations.Nullable;

/**
 * Namespace Attachment (NVMe Base 2.1 §5.1.20) of the physical function. A controller in the list is a secondary controller:
 * the number of a virtual function. Each namespace is private, so a list has one entry.
 *
 * <p>Attaching a namespace to a virtual function of another tenant erases it first. The command is answered when that
 * operation is recorded, before it is over: the virtual function's hosts see the namespace when it is clean.
 */
final class NamespaceAttachmentCommands {
    private final ControlCalls control;

    NamespaceAttachmentCommands(ControlCalls control) {
        this.control = control;
    }

    void execute(CommandSlot slot) {
        int sel = NamespaceAttachment.of(slot.cdw(10)).sel();
        if (sel != NamespaceAttachment.ATTACH && sel != NamespaceAttachment.DETACH) {
            slot.complete(Status.INVALID_FIELD | Status.DNR);
            return;
        }
        TargetState state = control.state();
        Namespace ns = slot.nsid() == Sqe.NSID_ALL
                ? null
                : AllocatedNamespaces.find(state, slot.nsid()).orElse(null);
        if (ns == null) {
            slot.complete(Status.INVALID_NAMESPACE | Status.DNR);
            return;
        }
        ControllerList list = new ControllerList(slot.data(), slot.dataIndex());
        boolean known = list.isValid()
                && list.numcids() > 0
                && list.cntlids().allMatch(cntlid -> state.vf(cntlid).isPresent());
        if (!known) {
            slot.complete(Status.CONTROLLER_LIST_INVALID | Status.DNR);
            return;
        }
        @Nullable
        VirtualFunction only = list.numcids() == 1 ? state.vf(list.cntlid(0)).orElseThrow() : null;
        if (sel == NamespaceAttachment.ATTACH) {
            attach(slot, ns, only);
        } else {
            detach(slot, ns, only);
        }
    }

    private void attach(CommandSlot slot, Namespace ns, @Nullable VirtualFunction vf) {
        if (vf == null) {
            slot.complete(Status.NAMESPACE_IS_PRIVATE | Status.DNR);
            return;
        }
        switch (ns.state()) {
            case ATTACHED ->
                slot.complete(
                        (ns.isAttachedTo(vf.name()) ? Status.NAMESPACE_ALREADY_ATTACHED : Status.NAMESPACE_IS_PRIVATE)
                                | Status.DNR);
            case WIPING -> slot.complete(Status.NAMESPACE_NOT_READY);
            case QUARANTINED -> slot.complete(Status.NAMESPACE_NOT_READY | Status.DNR);
            case AVAILABLE, DETACHED ->
                control.change(
                        slot,
                        NamespaceAttachmentCommands::notAttached,
                        service -> service.attach(ns.id(), vf.name(), null));
        }
    }

    private static int notAttached(Reason reason) {
        return switch (reason) {
            case EXISTS -> Status.NAMESPACE_ALREADY_ATTACHED | Status.DNR;
            case NO_CAPACITY -> Status.NAMESPACE_ATTACHMENT_LIMIT_EXCEEDED | Status.DNR;
            default -> ControlCalls.status(reason);
        };
    }

    private void detach(CommandSlot slot, Namespace ns, @Nullable VirtualFunction vf) {
        if (vf == null || ns.state() != NamespaceState.ATTACHED || !ns.isAttachedTo(vf.name())) {
            slot.complete(Status.NAMESPACE_NOT_ATTACHED | Status.DNR);
            return;
        }
        control.change(slot, ControlCalls::status, service -> service.detach(ns.id()));
    }
}
