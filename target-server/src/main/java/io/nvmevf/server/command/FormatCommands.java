package io.nvmevf.server.command;

import io.nvmevf.protocol.nvme.FormatNvm;
import io.nvmevf.protocol.nvme.Sqe;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.control.ControlException.Reason;
import io.nvmevf.server.control.Namespace;
import io.nvmevf.server.control.OperationState;
import io.nvmevf.server.subsystem.AttachedNamespace;
import io.nvmevf.server.subsystem.Subsystem;
import io.nvmevf.server.transport.CommandSlot;
import java.util.function.Function;

/**
 * Format NVM (NVMe Base 2.1 §5.1.10) of a virtual function: a tenant erases one of its namespaces, and may change the size
 * of its logical blocks. It is answered when the erasure is over and verified. After one that failed the namespace is as it was,
 * but for the data: some of it may be erased and some not.
 */
final class FormatCommands {
    private final ControlCalls control;
    private final Subsystem subsystem;

    FormatCommands(ControlCalls control, Subsystem subsystem) {
        this.control = control;
        this.subsystem = subsystem;
    }

    void execute(CommandSlot slot) {
        AttachedNamespace attached = subsystem.namespaces().get(slot.nsid());
        if (attached == null) {
            // (FNA says that NSID FFFFFFFFh is not supported: §5.1.10 has a status of its own for it.)
            boolean all = slot.nsid() == Sqe.NSID_ALL;
            slot.complete((all ? Status.INVALID_FIELD : Status.INVALID_NAMESPACE) | Status.DNR);
            return;
        }
        FormatNvm format = FormatNvm.of(slot.cdw(10));
        Namespace ns = attached.config();
        int status = check(format, attached);
        if (status != Status.SUCCESS) {
            slot.complete(status);
            return;
        }
        int lbaSize = 1 << IdentifyCommands.lbads(format.lbaf());
        var over = control.run(service -> service.ended(
                        service.format(ns, ErasePlans.of(format, ns), lbaSize).id()))
                .thenCompose(Function.identity());
        control.answer(
                slot,
                FormatCommands::status,
                over,
                operation -> slot.complete(
                        operation.state() == OperationState.SUCCEEDED
                                ? Status.SUCCESS
                                : Status.INTERNAL_ERROR | Status.DNR));
    }

    private static int check(FormatNvm format, AttachedNamespace attached) {
        Namespace ns = attached.config();
        // (There is no metadata: where it would be is of no account.)
        if (format.lbaf() >= IdentifyCommands.formats()
                || format.pi() != 0
                || 1 << IdentifyCommands.lbads(format.lbaf()) < attached.transferAlignment()) {
            return Status.INVALID_FORMAT | Status.DNR;
        }
        if (format.ses() > FormatNvm.SES_CRYPTOGRAPHIC
                || (format.ses() == FormatNvm.SES_CRYPTOGRAPHIC && !ns.encrypted())) {
            return Status.INVALID_FIELD | Status.DNR;
        }
        if (ns.writeProtected()) {
            return Status.NAMESPACE_WRITE_PROTECTED | Status.DNR;
        }
        return ns.erasure() == null ? Status.SUCCESS : Status.FORMAT_IN_PROGRESS;
    }

    private static int status(Reason reason) {
        return switch (reason) {
            case IN_USE -> Status.NAMESPACE_WRITE_PROTECTED | Status.DNR;
            case WRONG_STATE -> Status.FORMAT_IN_PROGRESS;
            case NOT_ATTACHED -> Status.INVALID_NAMESPACE | Status.DNR;
            default -> ControlCalls.status(reason);
        };
    }
}
