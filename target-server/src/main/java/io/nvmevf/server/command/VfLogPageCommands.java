package io.nvmevf.server.command;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.log.CommandEffects;
import io.nvmevf.protocol.log.LogPageId;
import io.nvmevf.protocol.nvme.AdminOpcode;
import io.nvmevf.server.subsystem.Controller;
import io.nvmevf.server.subsystem.Subsystem;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The log pages of a virtual function's controller: those of every controller, and the sanitize status. */
final class VfLogPageCommands extends LogPageCommands {
    private final Subsystem subsystem;

    VfLogPageCommands(Controller controller) {
        super(controller);
        subsystem = controller.subsystem();
    }

    @Override
    @Nullable
    ByteBuf page(int lid, int csi) {
        return lid == LogPageId.SANITIZE_STATUS ? SanitizeLog.page(subsystem) : super.page(lid, csi);
    }

    @Override
    List<Integer> supportedPages() {
        return Stream.concat(super.supportedPages().stream(), Stream.of(LogPageId.SANITIZE_STATUS))
                .toList();
    }

    @Override
    void ownCommands(CommandEffects log) {
        log.acs(AdminOpcode.FORMAT_NVM, CommandEffects.CSUPP | CommandEffects.LBCC | CommandEffects.NCC)
                .acs(AdminOpcode.SANITIZE, CommandEffects.CSUPP | CommandEffects.LBCC);
    }
}
