package io.nvmevf.server.command;

import io.nvmevf.protocol.feature.FeatureId;
import io.nvmevf.protocol.nvme.AdminOpcode;
import io.nvmevf.protocol.nvme.Sanitize;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.control.ControlException.Reason;
import io.nvmevf.server.control.OperationState;
import io.nvmevf.server.control.VirtualFunction;
import io.nvmevf.server.subsystem.Subsystem;
import io.nvmevf.server.transport.CommandSlot;

/**
 * Sanitize (NVMe Base 2.1 §5.1.22 and §8.1.24) of a virtual function: a tenant erases all of its namespaces. The NVM
 * subsystem that the command is about is the virtual function's own, so nothing of a neighbour is touched.
 *
 * <p>It is answered when the operation is recorded. Until it is over, and after a failure, I/O and what would change a
 * namespace is refused. Space is always given back afterwards: No-Deallocate After Sanitize is refused, and there is no media
 * verification state.
 */
final class SanitizeCommands {
    private final ControlCalls control;
    private final Subsystem subsystem;

    SanitizeCommands(ControlCalls control, Subsystem subsystem) {
        this.control = control;
        this.subsystem = subsystem;
    }

    /**
     * The status that refuses an admin command during a sanitize operation, or in the failure mode that one ended in
     * (§8.1.24.4); {@link Status#SUCCESS} for the others. No log page or feature holds user data.
     */
    int refusal(CommandSlot slot) {
        boolean refused = switch (slot.opc()) {
            case AdminOpcode.FORMAT_NVM -> true;
            case AdminOpcode.SET_FEATURES -> (slot.cdw(10) & 0xFF) == FeatureId.NAMESPACE_WRITE_PROTECTION;
            default -> false;
        };
        return refused ? restriction() : Status.SUCCESS;
    }

    private int restriction() {
        VirtualFunction vf = subsystem.vf();
        if (vf.isSanitizing()) {
            return Status.SANITIZE_IN_PROGRESS;
        }
        return vf.isRestricted() ? Status.SANITIZE_FAILED | Status.DNR : Status.SUCCESS;
    }

    void execute(CommandSlot slot) {
        Sanitize command = Sanitize.of(slot.cdw(10), slot.cdw(11));
        int status = check(command);
        if (status != Status.SUCCESS) {
            slot.complete(status);
            return;
        }
        VirtualFunction vf = subsystem.vf();
        int scdw10 = slot.cdw(10);
        if (command.sanact() == Sanitize.EXIT_FAILURE) {
            control.change(slot, SanitizeCommands::status, service -> {
                service.exitSanitizeFailure(vf);
                return vf;
            });
        } else {
            control.change(
                    slot, SanitizeCommands::status, service -> service.sanitize(vf, ErasePlans.of(command), scdw10));
        }
    }

    private int check(Sanitize command) {
        if (subsystem.vf().isSanitizing()) {
            return Status.SANITIZE_IN_PROGRESS;
        }
        boolean supported = switch (command.sanact()) {
            case Sanitize.EXIT_FAILURE, Sanitize.BLOCK_ERASE, Sanitize.OVERWRITE -> true;
            case Sanitize.CRYPTO_ERASE -> ErasePlans.canEraseKeys(subsystem);
            default -> false;
        };
        if (!supported || command.ndas() || command.emvs()) {
            return Status.INVALID_FIELD | Status.DNR;
        }
        if (isLockedIn() && (command.sanact() == Sanitize.EXIT_FAILURE || command.ause())) {
            return Status.SANITIZE_FAILED | Status.DNR;
        }
        boolean isProtected = command.sanact() != Sanitize.EXIT_FAILURE
                && subsystem.namespaces().ascending().stream()
                        .anyMatch(ns -> ns.config().writeProtected());
        return isProtected ? Status.NAMESPACE_WRITE_PROTECTED | Status.DNR : Status.SUCCESS;
    }

    /** Whether a sanitize operation without AUSE failed: only another one without it leads out (§8.1.24.3). */
    private boolean isLockedIn() {
        var last = subsystem.vf().sanitize();
        return last != null
                && last.state() == OperationState.FAILED
                && last.restricts()
                && !Sanitize.of(last.scdw10(), 0).ause();
    }

    private static int status(Reason reason) {
        return switch (reason) {
            case IN_USE -> Status.NAMESPACE_WRITE_PROTECTED | Status.DNR;
            case WRONG_STATE -> Status.SANITIZE_IN_PROGRESS;
            default -> ControlCalls.status(reason);
        };
    }
}
