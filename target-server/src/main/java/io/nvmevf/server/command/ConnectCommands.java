package io.nvmevf.server.command;

import io.nvmevf.protocol.fabrics.ConnectData;
import io.nvmevf.protocol.nvme.FabricsCommand;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.control.TlsMode;
import io.nvmevf.server.metrics.DataPlaneStats.ConnectionClass;
import io.nvmevf.server.metrics.DataPlaneStats.Delay;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import io.nvmevf.server.subsystem.Controller;
import io.nvmevf.server.subsystem.Subsystem;
import io.nvmevf.server.subsystem.Subsystems;
import io.nvmevf.server.transport.CommandSet;
import io.nvmevf.server.transport.CommandSlot;
import io.nvmevf.server.transport.QueuePair;
import io.nvmevf.server.transport.RefusedException;
import io.nvmevf.server.transport.tls.TlsHost;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A queue that is not connected yet: it takes Connect (NVMe Base 2.1 §6.3) and nothing else. A refused Connect says which
 * field was wrong, and leaves the connection for another try until the connect timeout. Where the host has a key the queue
 * goes on as {@link AuthenticationCommands}.
 */
public final class ConnectCommands implements CommandSet {
    private static final UUID NO_HOST_ID = new UUID(0, 0);
    /** The least entries of a queue: SQSIZE is 0's based and 0 is not allowed. */
    private static final int LEAST_ENTRIES = 2;

    private final Subsystems subsystems;
    private final ControllerLimits limits;
    private final QueuePair queue;
    private final int port;

    /** The Connect that has come too soon, and goes on when its time has come. */
    private @Nullable CommandSlot held;

    private @Nullable Future<?> timer;

    /**
     * @param port the number of the listener that the host connected to, from 1
     */
    public ConnectCommands(Subsystems subsystems, ControllerLimits limits, QueuePair queue, int port) {
        this.subsystems = subsystems;
        this.limits = limits;
        this.queue = queue;
        this.port = port;
    }

    @Override
    public int prepare(CommandSlot slot) {
        boolean connect =
                slot.opc() == FabricsCommand.OPCODE && FabricsCommand.fctype(slot.sqe(), 0) == FabricsCommand.CONNECT;
        return connect ? DataTransfer.fabrics(slot) : Status.COMMAND_SEQUENCE_ERROR | Status.DNR;
    }

    @Override
    public void execute(CommandSlot slot) {
        connect(slot, false);
    }

    /** @param waited whether it has had to wait, if it had to */
    private void connect(CommandSlot slot, boolean waited) {
        if (FabricsCommand.recfmt(slot.sqe(), 0) != 0) {
            refuse(slot, Refusal.CONNECT_INVALID, Status.CONNECT_INCOMPATIBLE_FORMAT, 0, "record format", "");
            return;
        }
        ConnectData data = new ConnectData(slot.data(), slot.dataIndex());
        String subNqn = name(data::subnqn);
        if (subNqn == null) {
            invalidData(slot, ConnectData.SUBNQN_OFFSET, "a malformed SUBNQN", "");
            return;
        }
        String hostNqn = name(data::hostnqn);
        if (hostNqn == null || hostNqn.isEmpty()) {
            invalidData(slot, ConnectData.HOSTNQN_OFFSET, "an empty or malformed HOSTNQN", subNqn);
            return;
        }
        UUID hostId = data.hostid();
        if (hostId.equals(NO_HOST_ID)) {
            invalidData(slot, ConnectData.HOSTID_OFFSET, "a host identifier of zeros", subNqn);
            return;
        }
        Subsystem subsystem = subsystems.find(subNqn);
        queue.log().of(hostNqn, subNqn, subsystem == null ? null : subsystem.vfName());
        TlsHost tls = queue.tlsHost();
        if (tls != null && !(tls.hostNqn().equals(hostNqn) && isAbout(tls, subsystem))) {
            // (Before anything is said about what there is.)
            refuseHost(slot, Refusal.TLS_IDENTITY, "host " + hostNqn + ", whose PSK is for other names", subNqn);
            return;
        }
        if (subsystem == null || !subsystem.isExposedOn(port)) {
            unknown(slot, Refusal.UNKNOWN_SUBSYSTEM, "an unknown subsystem", subNqn);
            return;
        }
        if (!subsystem.allows(hostNqn)) {
            if (subsystem.access().requireAuthentication()) {
                unknown(
                        slot,
                        Refusal.HOST_NOT_ALLOWED,
                        "host " + hostNqn + ", which is not allowed (it was told that there is no such subsystem)",
                        subNqn);
                return;
            }
            refuse(
                    slot,
                    Refusal.HOST_NOT_ALLOWED,
                    Status.CONNECT_INVALID_HOST,
                    0,
                    "host " + hostNqn + ", which is not allowed",
                    subNqn);
            return;
        }
        int qid = FabricsCommand.qid(slot.sqe(), 0);
        boolean tlsMissing = tls == null && subsystem.access().tls() == TlsMode.REQUIRED;
        if (tlsMissing && !(qid == 0 && subsystem.takesConcatenation(hostNqn))) {
            refuseHost(slot, Refusal.TLS_REQUIRED, "host " + hostNqn + " without TLS, which is required", subNqn);
            return;
        }
        if (tls != null && !subsystem.accepts(tls)) {
            refuseHost(slot, Refusal.TLS_IDENTITY, "host " + hostNqn + ", whose PSK is no longer valid", subNqn);
            return;
        }
        // (A PSK that was generated is the proof that it has authenticated.)
        boolean authenticate = subsystem.hostKey(hostNqn) != null && (tls == null || !tls.isGenerated());
        if (tlsMissing && !authenticate) {
            // (Its key was taken away at this very moment.)
            refuseHost(slot, Refusal.TLS_REQUIRED, "host " + hostNqn + " without TLS, which is required", subNqn);
            return;
        }
        if (!authenticate && tls == null && subsystem.access().requireAuthentication()) {
            if (!subsystem.isDiscovery()
                    && !subsystem.access().allowedHosts().contains(hostNqn)
                    && subsystem.tlsKey(hostNqn) == null) {
                unknown(
                        slot,
                        Refusal.AUTHENTICATION_REQUIRED,
                        "host " + hostNqn + ", which has no key to authenticate with (it was told that there is no such"
                                + " subsystem)",
                        subNqn);
                return;
            }
            refuse(
                    slot,
                    Refusal.AUTHENTICATION_REQUIRED,
                    Status.AUTHENTICATION_REQUIRED,
                    0,
                    "host " + hostNqn + ", which has no key to authenticate with",
                    subNqn);
            return;
        }
        if (!subsystem.isOnline()) {
            refuse(
                    slot,
                    Refusal.OFFLINE,
                    Status.CONNECT_CONTROLLER_BUSY,
                    0,
                    "a virtual function that is not online",
                    subNqn);
            return;
        }
        try {
            long delay =
                    waited ? 0 : queue.visit().delayOfConnect(hostNqn, subsystem.nqn(), authenticate || tls != null);
            if (delay > 0) {
                hold(slot, delay);
                return;
            }
            if (authenticate) {
                queue.visit().authenticates(hostNqn, subsystem.nqn());
            } else {
                queue.visit().claim(hostNqn, subsystem.nqn(), tls != null);
            }
            if (qid == 0) {
                connectAdmin(slot, subsystem, subNqn, hostNqn, hostId, data.cntlid(), authenticate);
            } else {
                connectIo(slot, subsystem, hostNqn, hostId, data.cntlid(), authenticate);
            }
        } catch (RefusedException e) {
            refuse(slot, e, subNqn);
        }
    }

    /** Too many Connects of this host have come: this one goes on later, and holds no thread meanwhile. */
    private void hold(CommandSlot slot, long nanos) {
        queue.stats().delayed(Delay.CONNECT);
        held = slot;
        timer = queue.loop()
                .schedule(
                        () -> {
                            held = null;
                            connect(slot, true);
                        },
                        nanos,
                        TimeUnit.NANOSECONDS);
    }

    /** Whether it is this subsystem that the host's PSK is for, by any of its names. */
    private boolean isAbout(TlsHost tls, @Nullable Subsystem subsystem) {
        return subsystem != null && subsystem == subsystems.find(tls.subsystemNqn());
    }

    private void connectAdmin(
            CommandSlot slot,
            Subsystem subsystem,
            String subNqn,
            String hostNqn,
            UUID hostId,
            int cntlid,
            boolean authenticate)
            throws RefusedException {
        if (cntlid != ConnectData.CNTLID_DYNAMIC) {
            invalidData(slot, ConnectData.CNTLID_OFFSET, "a CNTLID other than FFFFh", subsystem.nqn());
            return;
        }
        int size = FabricsCommand.sqsize(slot.sqe(), 0);
        if (size < LEAST_ENTRIES || size > Subsystem.ADMIN_QUEUE_DEPTH) {
            invalidCommand(
                    slot, FabricsCommand.SQSIZE_OFFSET, "an admin queue of " + size + " entries", subsystem.nqn());
            return;
        }
        long kato = FabricsCommand.kato(slot.sqe(), 0);
        if (kato > limits.maxKeepAliveMillis()) {
            invalidCommand(
                    slot, FabricsCommand.KATO_OFFSET, "a keep alive timeout of " + kato + " ms", subsystem.nqn());
            return;
        }
        Controller controller = subsystem.connect(hostNqn, hostId, queue, port, kato, authenticate);
        AdminCommands commands = adminCommands(controller);
        commands.authentication().connectedTo(subNqn);
        if (authenticate) {
            // (The log names the host when it is known.)
            awaitAuthentication(
                    slot, controller, commands, commands.authentication(), size, () -> subsystem.admit(controller));
            return;
        }
        accept(slot, controller, commands, size);
        queue.log()
                .connection(
                        "host {} ({}) connected to {} as controller {}",
                        hostNqn,
                        queue.remoteAddress(),
                        subsystem.nqn(),
                        controller.cntlid());
    }

    private AdminCommands adminCommands(Controller controller) {
        if (controller.subsystem().isDiscovery()) {
            return new DiscoveryCommands(controller, queue, limits);
        }
        return controller.subsystem().isPf()
                ? new PfAdminCommands(controller, queue, limits)
                : new VfAdminCommands(controller, queue, limits);
    }

    private void connectIo(
            CommandSlot slot, Subsystem subsystem, String hostNqn, UUID hostId, int cntlid, boolean authenticate) {
        int qid = FabricsCommand.qid(slot.sqe(), 0);
        Controller controller = subsystem.controller(cntlid);
        if (controller == null) {
            invalidData(slot, ConnectData.CNTLID_OFFSET, "CNTLID " + cntlid + " of no controller", subsystem.nqn());
            return;
        }
        if (!controller.hostNqn().equals(hostNqn)) {
            invalidData(slot, ConnectData.HOSTNQN_OFFSET, "another host NQN than its admin queue", subsystem.nqn());
            return;
        }
        if (!controller.hostId().equals(hostId)) {
            invalidData(
                    slot, ConnectData.HOSTID_OFFSET, "another host identifier than its admin queue", subsystem.nqn());
            return;
        }
        TlsHost tls = queue.tlsHost();
        if (controller.usesTls() && tls == null) {
            // (Its NQN and identifiers are no secret: anyone could add a queue to a controller that TLS protects.)
            refuseHost(
                    slot, Refusal.TLS_REQUIRED, "an I/O queue without TLS, which its admin queue has", subsystem.nqn());
            return;
        }
        if (!subsystem.isChannelOf(tls, controller)) {
            refuseHost(
                    slot,
                    Refusal.TLS_IDENTITY,
                    "an I/O queue with another PSK than the one that its host has generated for the controller",
                    subsystem.nqn());
            return;
        }
        int size = FabricsCommand.sqsize(slot.sqe(), 0);
        if (size < LEAST_ENTRIES || size > subsystem.maxQueueDepth()) {
            invalidCommand(slot, FabricsCommand.SQSIZE_OFFSET, "a queue of " + size + " entries", subsystem.nqn());
            return;
        }
        IoCommands commands = new IoCommands(controller, qid, queue, limits);
        switch (authenticate ? controller.expectQueue(qid, queue) : controller.addQueue(qid, queue)) {
            case ADDED -> {
                if (authenticate) {
                    awaitAuthentication(slot, controller, commands, commands.authentication(), size, () -> {
                        if (controller.addQueue(qid, queue) != Controller.QueueResult.ADDED) {
                            throw new RefusedException(
                                    Refusal.CONNECT_INVALID, "its controller does not take the queue any more");
                        }
                    });
                } else {
                    accept(slot, controller, commands, size);
                }
            }
            case NOT_GRANTED ->
                invalidCommand(
                        slot, FabricsCommand.QID_OFFSET, "queue " + qid + ", which was not granted", subsystem.nqn());
            case IN_USE ->
                refuse(
                        slot,
                        Refusal.CONNECT_INVALID,
                        Status.COMMAND_SEQUENCE_ERROR,
                        0,
                        "queue " + qid + ", which is connected",
                        subsystem.nqn());
            case NOT_READY ->
                refuse(
                        slot,
                        Refusal.CONNECT_INVALID,
                        Status.COMMAND_SEQUENCE_ERROR,
                        0,
                        "a controller that is not enabled",
                        subsystem.nqn());
        }
    }

    private void accept(CommandSlot slot, Controller controller, CommandSet commands, int size) {
        int qid = FabricsCommand.qid(slot.sqe(), 0);
        queue.log().accepted(controller.cntlid(), qid);
        queue.log().detail("queue {} of {} entries is connected", qid, size);
        queue.connected(controller.subsystem(), commands, kind(controller, qid), size, usesFlowControl(slot));
        slot.complete(Status.SUCCESS, controller.cntlid());
    }

    /** @param admit takes the queue in when its host has authenticated, if it still can be */
    private void awaitAuthentication(
            CommandSlot slot,
            Controller controller,
            CommandSet next,
            Authentication authentication,
            int size,
            Authentication.Admission admit) {
        int qid = FabricsCommand.qid(slot.sqe(), 0);
        ConnectionClass kind = kind(controller, qid);
        queue.log().accepted(controller.cntlid(), qid);
        authentication.require(() -> {
            queue.visit().claim(controller.hostNqn(), controller.subsystem().nqn(), true);
            admit.admit();
            queue.become(controller.subsystem(), next, kind);
        });
        queue.connectedToAuthenticate(new AuthenticationCommands(next, authentication), size, usesFlowControl(slot));
        boolean concatenate =
                queue.tlsHost() == null && controller.subsystem().access().tls() == TlsMode.REQUIRED;
        slot.complete(
                Status.SUCCESS, controller.cntlid() | FabricsCommand.ATR | (concatenate ? FabricsCommand.ASCR : 0));
    }

    private static boolean usesFlowControl(CommandSlot slot) {
        return (FabricsCommand.cattr(slot.sqe(), 0) & FabricsCommand.CATTR_DISABLE_SQ_FLOW_CONTROL) == 0;
    }

    private static ConnectionClass kind(Controller controller, int qid) {
        if (controller.subsystem().isDiscovery()) {
            return ConnectionClass.DISCOVERY;
        }
        return qid == 0 ? ConnectionClass.ADMIN : ConnectionClass.IO;
    }

    private void invalidData(CommandSlot slot, int offset, String what, String subNqn) {
        refuse(
                slot,
                Refusal.CONNECT_INVALID,
                Status.CONNECT_INVALID_PARAMETERS,
                FabricsCommand.IATTR_DATA | offset,
                what,
                subNqn);
    }

    private void invalidCommand(CommandSlot slot, int offset, String what, String subNqn) {
        refuse(slot, Refusal.CONNECT_INVALID, Status.CONNECT_INVALID_PARAMETERS, offset, what, subNqn);
    }

    /** As if there were no such subsystem: who may not know of it does not learn of it either. */
    private void unknown(CommandSlot slot, Refusal refusal, String what, String subNqn) {
        int field = FabricsCommand.IATTR_DATA | ConnectData.SUBNQN_OFFSET;
        refuse(slot, refusal, Status.CONNECT_INVALID_PARAMETERS, field, what, subNqn);
    }

    private void refuse(CommandSlot slot, RefusedException e, String subNqn) {
        if (e.reason() == Refusal.TLS_IDENTITY) {
            refuseHost(slot, e.reason(), String.valueOf(e.getMessage()), subNqn);
        } else if (e.reason() == Refusal.HOST_ID_MISMATCH) {
            int field = FabricsCommand.IATTR_DATA | ConnectData.HOSTID_OFFSET;
            refuse(slot, e.reason(), Status.CONNECT_INVALID_PARAMETERS, field, String.valueOf(e.getMessage()), subNqn);
        } else {
            refuse(slot, e.reason(), Status.CONNECT_CONTROLLER_BUSY, 0, String.valueOf(e.getMessage()), subNqn);
        }
    }

    private void refuseHost(CommandSlot slot, Refusal refusal, String what, String subNqn) {
        refuse(slot, refusal, Status.CONNECT_INVALID_HOST, 0, what, subNqn);
    }

    private void refuse(CommandSlot slot, Refusal refusal, int status, int result, String what, String subNqn) {
        queue.visit().disclaim();
        queue.stats().count(refusal);
        queue.log().connection("Connect from {} to '{}' is refused: {}", queue.remoteAddress(), subNqn, what);
        // (What another try may find otherwise carries no DNR.)
        slot.complete(status == Status.CONNECT_CONTROLLER_BUSY ? status : status | Status.DNR, result);
    }

    private interface Name {
        String get();
    }

    private static @Nullable String name(Name field) {
        try {
            String name = field.get();
            // (Names go into logs.)
            return name.chars().anyMatch(Character::isISOControl) ? null : name;
        } catch (IllegalArgumentException unterminated) {
            return null;
        }
    }

    @Override
    public void disconnected() {
        if (timer != null) {
            timer.cancel(false);
        }
        CommandSlot slot = held;
        if (slot != null) {
            held = null;
            slot.complete(Status.ABORTED_SQ_DELETION);
        }
    }
}
