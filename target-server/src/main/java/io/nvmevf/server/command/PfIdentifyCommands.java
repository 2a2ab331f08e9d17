package io.nvmevf.server.command;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.identify.Cns;
import io.nvmevf.protocol.identify.ControllerList;
import io.nvmevf.protocol.identify.IdentifyController;
import io.nvmevf.protocol.identify.IdentifyNamespace;
import io.nvmevf.protocol.identify.NamespaceList;
import io.nvmevf.protocol.identify.PrimaryControllerCapabilities;
import io.nvmevf.protocol.identify.SecondaryControllerList;
import io.nvmevf.protocol.nvme.Sqe;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.control.Namespace;
import io.nvmevf.server.control.PhysicalFunction;
import io.nvmevf.server.control.PoolUsage;
import io.nvmevf.server.control.TargetState;
import io.nvmevf.server.control.VirtualFunction;
import io.nvmevf.server.subsystem.Controller;
import io.nvmevf.server.transport.CommandSlot;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Identify (NVMe Base 2.1 §5.1.13) of the physical function: the pool's capacity, all namespaces as allocated ones, of which
 * none is active here, and the virtual functions as secondary controllers. What is not about those is as on any controller.
 */
final class PfIdentifyCommands {
    private static final String MODEL = "nvmevf physical function";
    /** MNAN: namespaces that a host may expect to be attached to this controller; there are none. */
    private static final int MOST_ATTACHED = 1024;
    /** VQ resources of the physical function's own: its admin queue and one I/O queue. */
    private static final int OWN_QUEUES = 2;

    private static final int SERIAL_DIGITS = 20;

    private final ControlCalls control;
    private final Controller controller;
    private final IdentifyCommands common;

    PfIdentifyCommands(ControlCalls control, Controller controller, ControllerLimits limits) {
        this.control = control;
        this.controller = controller;
        common = new IdentifyCommands(controller, limits);
    }

    /** Writes the command's data and returns its status. */
    int write(CommandSlot slot) {
        ByteBuf b = slot.data();
        int at = slot.dataIndex();
        b.setZero(at, slot.length());
        TargetState state = control.state();
        return switch (slot.cdw(10) & 0xFF) {
            case Cns.NAMESPACE -> slot.nsid() == Sqe.NSID_ALL ? capabilities(b, at) : common.write(slot);
            case Cns.CONTROLLER -> controller(b, at, state);
            case Cns.ALLOCATED_NAMESPACES -> namespaces(slot, b, at, state);
            case Cns.ALLOCATED_NAMESPACE -> namespace(slot, b, at, state);
            case Cns.NAMESPACE_CONTROLLERS -> attachedControllers(slot, b, at, state);
            case Cns.CONTROLLERS -> controllers(slot, b, at, state);
            case Cns.PRIMARY_CONTROLLER_CAPABILITIES -> primary(b, at, state);
            case Cns.SECONDARY_CONTROLLERS -> secondaries(slot, b, at, state);
            default -> common.write(slot);
        };
    }

    // ---- controllers ---------------------------------------------------------------------------------------------

    private int controller(ByteBuf b, int at, TargetState state) {
        PoolUsage pool = control.service().pool();
        common.operational(new IdentifyController(b, at))
                .mn(MODEL)
                .sn(serial(state))
                .oacs(IdentifyController.OACS_NAMESPACE_MANAGEMENT | IdentifyController.OACS_VIRTUALIZATION)
                .tnvmcap(pool.capacity())
                .unvmcap(Math.max(0, pool.capacity() - pool.allocated()))
                .nn(TargetState.MAX_NAMESPACE_NUMBER)
                .mnan(MOST_ATTACHED);
        return Status.SUCCESS;
    }

    /** The target's own, for life: the beginning of its UUID. */
    private static String serial(TargetState state) {
        return state.uuid()
                .toString()
                .replace("-", "")
                .substring(0, SERIAL_DIGITS)
                .toUpperCase(Locale.ROOT);
    }

    private int controllers(CommandSlot slot, ByteBuf b, int at, TargetState state) {
        IntStream own = controller.subsystem().controllers().stream().mapToInt(Controller::cntlid);
        IntStream secondary = state.vfs().stream().mapToInt(VirtualFunction::number);
        new ControllerList(b, at).fill(from(slot), IntStream.concat(own, secondary));
        return Status.SUCCESS;
    }

    private int attachedControllers(CommandSlot slot, ByteBuf b, int at, TargetState state) {
        Namespace ns = AllocatedNamespaces.find(state, slot.nsid()).orElse(null);
        if (ns == null) {
            return common.inactive(slot);
        }
        IntStream attached =
                state.vfs().stream().filter(vf -> ns.isAttachedTo(vf.name())).mapToInt(VirtualFunction::number);
        new ControllerList(b, at).fill(from(slot), attached);
        return Status.SUCCESS;
    }

    private int primary(ByteBuf b, int at, TargetState state) {
        new PrimaryControllerCapabilities(b, at)
                .cntlid(controller.cntlid())
                .crt(PrimaryControllerCapabilities.CRT_VQ)
                .vqfrt(control.service().pf().queueResources())
                .vqrfa(PhysicalFunction.queuesAssigned(state))
                .vqprt(OWN_QUEUES)
                .vqfrsm(PhysicalFunction.MAX_VF_QUEUES)
                .vqgran(1);
        return Status.SUCCESS;
    }

    private int secondaries(CommandSlot slot, ByteBuf b, int at, TargetState state) {
        new SecondaryControllerList(b, at)
                .fill(
                        from(slot),
                        state.vfs().stream()
                                .map(vf -> new SecondaryControllerList.Entry(
                                        vf.number(),
                                        controller.cntlid(),
                                        vf.isOnline() ? SecondaryControllerList.SCS_ONLINE : 0,
                                        vf.number(),
                                        vf.queues(),
                                        0)));
        return Status.SUCCESS;
    }

    /** CNTID: lists begin at this controller. */
    private static int from(CommandSlot slot) {
        return slot.cdw(10) >>> 16;
    }

    // ---- namespaces ----------------------------------------------------------------------------------------------

    /** What all namespaces have in common (§5.1.13.2.1, NSID FFFFFFFFh): the formats that a new one may have. */
    private static int capabilities(ByteBuf b, int at) {
        IdentifyCommands.anyNamespace(new IdentifyNamespace(b, at));
        return Status.SUCCESS;
    }

    private int namespaces(CommandSlot slot, ByteBuf b, int at, TargetState state) {
        if (Integer.compareUnsigned(slot.nsid(), IdentifyCommands.LAST_LIST_NSID) > 0) {
            return Status.INVALID_NAMESPACE | Status.DNR;
        }
        new NamespaceList(b, at)
                .fill(
                        Integer.toUnsignedLong(slot.nsid()),
                        AllocatedNamespaces.of(state).mapToLong(Namespace::number));
        return Status.SUCCESS;
    }

    private int namespace(CommandSlot slot, ByteBuf b, int at, TargetState state) {
        if (!common.isValid(slot.nsid())) {
            return Status.INVALID_NAMESPACE | Status.DNR;
        }
        // (An NSID that is not allocated has a page of zeros.)
        AllocatedNamespaces.find(state, slot.nsid())
                .ifPresent(ns -> common.namespace(new IdentifyNamespace(b, at), ns, 0));
        return Status.SUCCESS;
    }
}
