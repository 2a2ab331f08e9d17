package io.nvmevf.server.command;

import io.nvmevf.protocol.nvme.FabricsCommand;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.transport.CommandSet;
import io.nvmevf.server.transport.CommandSlot;

/**
 * A queue between Connect and the end of its host's authentication (NVMe Base 2.1 §8.3.4.2): it takes Authentication Send
 * and Receive and Disconnect, and answers everything else with Authentication Required. What it will be hears of its end, so
 * that controllers and queues are accounted for as ever. Where the host has agreed to come back with TLS it stays this to its end.
 */
final class AuthenticationCommands implements CommandSet {
    private final CommandSet next;
    private final Authentication authentication;

    /**
     * @param next what the queue is once its host has authenticated
     * @param authentication of {@code next}
     */
    AuthenticationCommands(CommandSet next, Authentication authentication) {
        this.next = next;
        this.authentication = authentication;
    }

    @Override
    public int prepare(CommandSlot slot) {
        if (Authentication.isFor(slot)) {
            return authentication.prepare(slot);
        }
        boolean disconnect = slot.opc() == FabricsCommand.OPCODE
                && FabricsCommand.fctype(slot.sqe(), 0) == FabricsCommand.DISCONNECT;
        if (disconnect) {
            return DataTransfer.fabrics(slot);
        }
        authentication.refused();
        return Status.AUTHENTICATION_REQUIRED;
    }

    @Override
    public void execute(CommandSlot slot) {
        next.execute(slot);
    }

    @Override
    public void aborted(CommandSlot slot) {
        authentication.aborted(slot);
    }

    @Override
    public void disconnected() {
        next.disconnected();
    }

    @Override
    public void drained() {
        next.drained();
    }
}
