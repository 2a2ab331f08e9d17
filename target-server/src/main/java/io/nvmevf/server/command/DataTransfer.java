package io.nvmevf.server.command;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.auth.AuthCommand;
import io.nvmevf.protocol.auth.AuthMessage;
import io.nvmevf.protocol.fabrics.ConnectData;
import io.nvmevf.protocol.feature.FeatureId;
import io.nvmevf.protocol.feature.HostBehaviorSupport;
import io.nvmevf.protocol.identify.ControllerList;
import io.nvmevf.protocol.identify.NamespaceCreate;
import io.nvmevf.protocol.nvme.AdminOpcode;
import io.nvmevf.protocol.nvme.CopyRange;
import io.nvmevf.protocol.nvme.DsmRange;
import io.nvmevf.protocol.nvme.FabricsCommand;
import io.nvmevf.protocol.nvme.NamespaceManagement;
import io.nvmevf.protocol.nvme.NvmOpcode;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.transport.CommandSlot;
import io.nvmevf.server.transport.CommandSlot.Direction;

/**
 * How much data a command has, and which way it goes: the one place that decides it, for every command. A command that asks
 * for more than MDTS is refused here, before anything is allocated for it.
 */
final class DataTransfer {
    private static final int IDENTIFY_DATA = 4096;
    /** Bytes of a host identifier: with EXHID and without. */
    private static final int HOST_ID = 16;

    private static final int SHORT_HOST_ID = 8;

    private DataTransfer() {}

    /** Sets the data of a fabrics command. */
    static int fabrics(CommandSlot slot) {
        switch (FabricsCommand.fctype(slot.sqe(), 0)) {
            case FabricsCommand.CONNECT -> slot.transfer(Direction.HOST_TO_CONTROLLER, ConnectData.SIZE);
            case FabricsCommand.AUTHENTICATION_SEND -> {
                return authentication(slot, Direction.HOST_TO_CONTROLLER);
            }
            case FabricsCommand.AUTHENTICATION_RECEIVE -> {
                return authentication(slot, Direction.CONTROLLER_TO_HOST);
            }
            default -> slot.transfer(Direction.NONE, 0);
        }
        return Status.SUCCESS;
    }

    /** TL or AL says how much; a host that nobody knows yet may say it. */
    private static int authentication(CommandSlot slot, Direction direction) {
        ByteBuf sqe = slot.sqe();
        long length = AuthCommand.length(sqe, 0);
        if (AuthCommand.secp(sqe, 0) != AuthCommand.SECP_NVME
                || AuthCommand.spsp0(sqe, 0) != AuthCommand.SPSP_AUTHENTICATION
                || AuthCommand.spsp1(sqe, 0) != AuthCommand.SPSP_AUTHENTICATION
                || length == 0) {
            return Status.INVALID_FIELD | Status.DNR;
        }
        return bounded(slot, direction, length, AuthMessage.MAX_SIZE);
    }

    /** Sets the data of an admin command. */
    static int admin(CommandSlot slot, int mdts) {
        switch (slot.opc()) {
            case AdminOpcode.IDENTIFY -> slot.transfer(Direction.CONTROLLER_TO_HOST, IDENTIFY_DATA);
            case AdminOpcode.GET_LOG_PAGE -> {
                long dwords = Integer.toUnsignedLong(slot.cdw(11) << 16 | slot.cdw(10) >>> 16) + 1;
                return bounded(slot, Direction.CONTROLLER_TO_HOST, dwords * 4, mdts);
            }
            case AdminOpcode.SET_FEATURES -> slot.transfer(Direction.HOST_TO_CONTROLLER, featureData(slot));
            case AdminOpcode.GET_FEATURES -> {
                boolean capabilities = FeatureCommands.select(slot) == FeatureCommands.SELECT_CAPABILITIES;
                slot.transfer(Direction.CONTROLLER_TO_HOST, capabilities ? 0 : featureData(slot));
            }
            case AdminOpcode.NAMESPACE_MANAGEMENT -> {
                boolean create = (slot.cdw(10) & 0xF) == NamespaceManagement.CREATE;
                slot.transfer(Direction.HOST_TO_CONTROLLER, create ? NamespaceCreate.SIZE : 0);
            }
            case AdminOpcode.NAMESPACE_ATTACHMENT -> slot.transfer(Direction.HOST_TO_CONTROLLER, ControllerList.SIZE);
            default -> slot.transfer(Direction.NONE, 0);
        }
        return Status.SUCCESS;
    }

    private static int featureData(CommandSlot slot) {
        return switch (slot.cdw(10) & 0xFF) {
            case FeatureId.HOST_BEHAVIOR_SUPPORT -> HostBehaviorSupport.SIZE;
            case FeatureId.HOST_IDENTIFIER -> (slot.cdw(11) & FeatureCommands.EXHID) != 0 ? HOST_ID : SHORT_HOST_ID;
            default -> 0;
        };
    }

    /** Sets the data of an I/O command to a namespace with logical blocks of 2^{@code lbads} bytes. */
    static int io(CommandSlot slot, int lbads, int mdts) {
        return switch (slot.opc()) {
            case NvmOpcode.READ -> bounded(slot, Direction.CONTROLLER_TO_HOST, blocks(slot) << lbads, mdts);
            case NvmOpcode.WRITE, NvmOpcode.COMPARE ->
                bounded(slot, Direction.HOST_TO_CONTROLLER, blocks(slot) << lbads, mdts);
            case NvmOpcode.DATASET_MANAGEMENT ->
                bounded(slot, Direction.HOST_TO_CONTROLLER, (long) ranges(slot) * DsmRange.SIZE, mdts);
            case NvmOpcode.COPY ->
                bounded(slot, Direction.HOST_TO_CONTROLLER, (long) copyRanges(slot) * CopyRange.SIZE, mdts);
            default -> {
                slot.transfer(Direction.NONE, 0);
                yield Status.SUCCESS;
            }
        };
    }

    /** NLB of Read, Write, Compare, Write Zeroes and Verify: 1 to 65,536 logical blocks. */
    static long blocks(CommandSlot slot) {
        return (slot.cdw(12) & 0xFFFFL) + 1;
    }

    /** NR of Dataset Management: 1 to 256 ranges. */
    static int ranges(CommandSlot slot) {
        return (slot.cdw(10) & 0xFF) + 1;
    }

    /** NR of Copy: 1 to 256 ranges. */
    static int copyRanges(CommandSlot slot) {
        return (slot.cdw(12) & 0xFF) + 1;
    }

    private static int bounded(CommandSlot slot, Direction direction, long bytes, int most) {
        if (bytes > most) {
            return Status.INVALID_FIELD | Status.DNR;
        }
        slot.transfer(direction, (int) bytes);
        return Status.SUCCESS;
    }
}
