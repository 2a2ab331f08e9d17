package io.nvmevf.server.command;

import io.nvmevf.protocol.log.CommandEffects;
import io.nvmevf.protocol.log.LogPageId;
import io.nvmevf.protocol.nvme.AdminOpcode;
import io.nvmevf.server.subsystem.Controller;
import java.util.List;

/** The log pages of a controller of the physical function: those of every controller, and the effects of its own commands. */
final class PfLogPageCommands extends LogPageCommands {

    PfLogPageCommands(Controller controller) {
        super(controller);
    }

    @Override
    List<Integer> supportedPages() {
        return super.supportedPages().stream()
                .filter(lid -> lid != LogPageId.SANITIZE_STATUS)
                .toList();
    }

    @Override
    void ownCommands(CommandEffects log) {
        log.acs(AdminOpcode.NAMESPACE_MANAGEMENT, CommandEffects.CSUPP | CommandEffects.NIC)
                .acs(AdminOpcode.NAMESPACE_ATTACHMENT, CommandEffects.CSUPP | CommandEffects.NIC)
                .acs(AdminOpcode.VIRTUALIZATION_MANAGEMENT, CommandEffects.CSUPP | CommandEffects.CCC);
    }
}
