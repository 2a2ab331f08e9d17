package io.nvmevf.server.command;

import io.nvmevf.protocol.fabrics.Cc;
import io.nvmevf.protocol.fabrics.Crto;
import io.nvmevf.protocol.fabrics.Properties;
import io.nvmevf.protocol.nvme.FabricsCommand;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.subsystem.Controller;
import io.nvmevf.server.transport.CommandSlot;
import io.nvmevf.server.transport.QueuePair;

/** Fabrics commands on a queue that is connected (NVMe Base 2.1 §6): properties on the admin queue, Disconnect on I/O. */
final class FabricsCommands {
    private FabricsCommands() {}

    static void executeAdmin(CommandSlot slot, Controller controller) {
        switch (FabricsCommand.fctype(slot.sqe(), 0)) {
            case FabricsCommand.PROPERTY_GET -> get(slot, controller);
            case FabricsCommand.PROPERTY_SET -> set(slot, controller);
            case FabricsCommand.CONNECT -> slot.complete(Status.COMMAND_SEQUENCE_ERROR | Status.DNR);
            case FabricsCommand.DISCONNECT -> slot.complete(Status.INVALID_QUEUE_TYPE | Status.DNR);
            default -> slot.complete(Status.INVALID_OPCODE | Status.DNR);
        }
    }

    static void executeIo(CommandSlot slot, QueuePair queue) {
        switch (FabricsCommand.fctype(slot.sqe(), 0)) {
            case FabricsCommand.DISCONNECT -> {
                if (FabricsCommand.recfmt(slot.sqe(), 0) != 0) {
                    slot.complete(Status.CONNECT_INCOMPATIBLE_FORMAT | Status.DNR);
                    return;
                }
                slot.complete(Status.SUCCESS);
                queue.closeAfterFlush();
            }
            case FabricsCommand.CONNECT -> slot.complete(Status.COMMAND_SEQUENCE_ERROR | Status.DNR);
            default -> slot.complete(Status.INVALID_OPCODE | Status.DNR);
        }
    }

    private static void get(CommandSlot slot, Controller controller) {
        int offset = FabricsCommand.ofst(slot.sqe(), 0);
        if (Properties.size(offset) != FabricsCommand.propertySize(slot.sqe(), 0)) {
            slot.complete(Status.INVALID_FIELD | Status.DNR);
            return;
        }
        switch (offset) {
            case Properties.CAP ->
                slot.complete(Status.SUCCESS, controller.cap().value());
            case Properties.VS -> slot.complete(Status.SUCCESS, Properties.VS_2_1);
            case Properties.CC ->
                slot.complete(
                        Status.SUCCESS, Integer.toUnsignedLong(controller.cc().value()));
            case Properties.CSTS ->
                slot.complete(
                        Status.SUCCESS, Integer.toUnsignedLong(controller.csts().value()));
            case Properties.CRTO ->
                slot.complete(
                        Status.SUCCESS,
                        new Crto(0).crwmt(Controller.READY_TIMEOUT).value());
            default -> slot.complete(Status.INVALID_FIELD | Status.DNR);
        }
    }

    private static void set(CommandSlot slot, Controller controller) {
        // (CC is the one property that a host may write: CAP.NSSRS is 0.)
        if (FabricsCommand.ofst(slot.sqe(), 0) != Properties.CC || FabricsCommand.propertySize(slot.sqe(), 0) != 4) {
            slot.complete(Status.INVALID_FIELD | Status.DNR);
            return;
        }
        controller.configure(new Cc((int) FabricsCommand.value(slot.sqe(), 0)));
        slot.complete(Status.SUCCESS);
    }
}
