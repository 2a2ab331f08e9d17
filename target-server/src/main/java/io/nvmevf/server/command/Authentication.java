package io.nvmevf.server.command;

import io.nvmevf.protocol.Fields;
import io.nvmevf.protocol.auth.AuthFailure;
import io.nvmevf.protocol.auth.AuthMessage;
import io.nvmevf.protocol.auth.AuthNegotiate;
import io.nvmevf.protocol.auth.TlsPsk;
import io.nvmevf.protocol.nvme.FabricsCommand;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.control.HostKey;
import io.nvmevf.server.control.TlsMode;
import io.nvmevf.server.metrics.DataPlaneStats.Delay;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import io.nvmevf.server.subsystem.AuthenticationWorkers;
import io.nvmevf.server.subsystem.Controller;
import io.nvmevf.server.subsystem.Subsystem;
import io.nvmevf.server.transport.CommandSlot;
import io.nvmevf.server.transport.QueuePair;
import io.nvmevf.server.transport.RefusedException;
import io.nvmevf.server.transport.tls.TlsHost;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Authentication Send and Receive on one queue (NVMe Base 2.1 §6.1, §6.2), for its whole life: the first transaction makes
 * it what Connect asked for, later ones prove again who its host is, while other commands go on.
 *
 * <p>An Authentication Send is answered when its message has been looked at, which other threads do; so at an Authentication
 * Receive the answer is there. One command at a time: what a host sends beside it is refused, and holds no memory.
 *
 * <p>A transaction that fails ends the connection, once the host has fetched the reason, which it gets late. One that fails
 * on a queue that was in use ends its controller. On a queue that never authenticated it ends nothing else: anyone may have
 * connected it.
 *
 * <p>On an admin queue a host may ask for a PSK for TLS besides (secure channel concatenation, §8.3.4.7). Without TLS that is all that
 * the queue is good for then: the host closes it, and comes back with TLS and the PSK. With TLS and such a PSK it is the
 * next PSK of the association.
 */
final class Authentication {
    /** Guessing takes this long for each guess. */
    private static final long FAILURE_DELAY_MILLIS = 100;
    /** A host that does not fetch the reason is not waited for any longer. */
    private static final long FAILURE_FETCH_MILLIS = 2_000;

    private static final Set<Integer> NO_PSK = Set.of(AuthNegotiate.SCC_NONE);
    private static final Set<Integer> NEW_PSK = Set.of(AuthNegotiate.SCC_NEW_TLS_PSK);
    private static final Set<Integer> NEW_PSK_OR_NONE = Set.of(AuthNegotiate.SCC_NONE, AuthNegotiate.SCC_NEW_TLS_PSK);
    private static final Set<Integer> NEXT_PSK_OR_NONE =
            Set.of(AuthNegotiate.SCC_NONE, AuthNegotiate.SCC_REPLACE_TLS_PSK);

    /** What happens when the host has authenticated for the first time. */
    interface Admission {
        /**
         * Makes the queue what it is to be.
         *
         * @throws RefusedException if it cannot be that any more
         */
        void admit() throws RefusedException;
    }

    private final Controller controller;
    private final QueuePair queue;
    private final int qid;

    /** What the host calls the subsystem, which both sides put into their responses. */
    private String subNqn;

    /** Makes the queue what it is to be; null if it is that. */
    private @Nullable Admission admission;

    /** The transaction under way, or the one that failed; null if there is none. */
    private @Nullable DhchapResponder transaction;

    /** It has failed; what remains is that the host hears of it. */
    private boolean failing;
    /** The connection is about to end. */
    private boolean over;
    /** The host has generated a PSK, and is to come back with TLS: of this connection nothing more is expected. */
    private boolean concatenated;

    /** The command that has come and is not answered. */
    private @Nullable CommandSlot current;
    /** Whether that is an Authentication Receive that is answered late. */
    private boolean late;

    private @Nullable Future<?> timer;
    /** The queue has ended: nobody waits for what is still computed. */
    private volatile boolean ended;

    Authentication(Controller controller, QueuePair queue, int qid) {
        this.controller = controller;
        this.queue = queue;
        this.qid = qid;
        subNqn = controller.subsystem().nqn();
    }

    /** The host connected to the subsystem by this name: the discovery subsystem has two. */
    void connectedTo(String name) {
        subNqn = name;
    }

    /**
     * The host has to authenticate first.
     *
     * @param admit makes the queue what it is to be when the host has
     */
    void require(Admission admit) {
        admission = admit;
    }

    /** Whether the command is an Authentication Send or Receive. */
    static boolean isFor(CommandSlot slot) {
        if (slot.opc() != FabricsCommand.OPCODE) {
            return false;
        }
        int fctype = FabricsCommand.fctype(slot.sqe(), 0);
        return fctype == FabricsCommand.AUTHENTICATION_SEND || fctype == FabricsCommand.AUTHENTICATION_RECEIVE;
    }

    private Subsystem subsystem() {
        return controller.subsystem();
    }

    private @Nullable HostKey key() {
        return subsystem().hostKey(controller.hostNqn());
    }

    /** Another command has come before the host has authenticated, and is refused. */
    void refused() {
        if (concatenated) {
            // (It has agreed to come back with TLS, and goes on without.)
            queue.stats().count(Refusal.SECURE_CHANNEL);
        }
    }

    int prepare(CommandSlot slot) {
        if (transaction == null && key() == null) {
            return Status.INVALID_OPCODE | Status.DNR;
        }
        int status = DataTransfer.fabrics(slot);
        if (status != Status.SUCCESS) {
            return status;
        }
        if (current != null || over || concatenated) {
            return Status.COMMAND_SEQUENCE_ERROR | Status.DNR;
        }
        current = slot;
        return Status.SUCCESS;
    }

    /** The command was aborted before it was executed. */
    void aborted(CommandSlot slot) {
        if (slot == current) {
            current = null;
        }
    }

    void execute(CommandSlot slot) {
        if (FabricsCommand.fctype(slot.sqe(), 0) == FabricsCommand.AUTHENTICATION_SEND) {
            send(slot);
        } else {
            receive(slot);
        }
    }

    private void complete(CommandSlot slot, int status) {
        current = null;
        late = false;
        slot.complete(status);
    }

    // ---- Authentication Send -------------------------------------------------------------------------------------

    private void send(CommandSlot slot) {
        AuthenticationWorkers workers = subsystem().registry().authentication();
        DhchapResponder present = transaction;
        HostKey key = key();
        if (present == null && key == null) {
            // (It was taken away while the data came.)
            complete(slot, Status.INVALID_OPCODE | Status.DNR);
            return;
        }
        DhchapResponder responder = present != null
                ? present
                : new DhchapResponder(
                        Objects.requireNonNull(key), subNqn, workers.random(), workers.nextSeqnum(), acceptedSccs());
        byte[] message = Fields.bytes(slot.data(), slot.dataIndex(), slot.length());
        boolean begun = workers.submit(subsystem(), queue.visit().address(), () -> {
            Throwable fault = null;
            try {
                if (!ended) {
                    responder.take(message);
                }
            } catch (RuntimeException | OutOfMemoryError e) {
                fault = e;
            }
            Throwable thrown = fault;
            queue.loop().execute(() -> taken(slot, responder, thrown));
        });
        if (!begun) {
            // (Nothing has happened. Linux sends it again.)
            queue.stats().count(Refusal.AUTHENTICATION_BUSY);
            complete(slot, Status.COMMAND_INTERRUPTED);
            return;
        }
        if (present == null) {
            transaction = responder;
            if (admission == null) {
                // (Of a queue that is not in use yet, the transport knows when it is late.)
                after(queue.connectTimeout().toMillis(), this::overdue);
            }
        }
    }

    /** What the host may ask for in SC_C. */
    private Set<Integer> acceptedSccs() {
        TlsMode mode = subsystem().access().tls();
        TlsHost tls = queue.tlsHost();
        if (qid != 0 || mode == TlsMode.OFF) {
            return NO_PSK;
        }
        if (tls != null) {
            // (A PSK that an operator configured is his to replace.)
            return tls.isGenerated() ? NEXT_PSK_OR_NONE : NO_PSK;
        }
        if (admission == null) {
            // (A queue in use stays what it is.)
            return NO_PSK;
        }
        return mode == TlsMode.REQUIRED ? NEW_PSK : NEW_PSK_OR_NONE;
    }

    private void taken(CommandSlot slot, DhchapResponder responder, @Nullable Throwable fault) {
        if (ended) {
            complete(slot, Status.ABORTED_SQ_DELETION);
            return;
        }
        if (fault != null) {
            queue.log().internal("authentication of host " + controller.hostNqn() + " failed", fault);
            responder.fail(AuthFailure.FAILED, "a fault of the target");
        }
        switch (responder.state()) {
            case AUTHENTICATED -> succeed(slot, responder);
            case FAILURE1 -> {
                if (!failing) {
                    fail(responder);
                    after(FAILURE_FETCH_MILLIS, this::end);
                }
                complete(slot, Status.SUCCESS);
            }
            case FAILED -> {
                if (!failing) {
                    fail(responder);
                }
                complete(slot, Status.SUCCESS);
                end();
            }
            default -> complete(slot, Status.SUCCESS);
        }
    }

    // ---- Authentication Receive ------------------------------------------------------------------------------------

    private void receive(CommandSlot slot) {
        DhchapResponder responder = transaction;
        AuthMessage message = responder == null ? null : responder.answer();
        if (responder == null || message == null) {
            complete(slot, Status.COMMAND_SEQUENCE_ERROR | Status.DNR);
            return;
        }
        if (message.size() > slot.length()) {
            complete(slot, Status.INVALID_FIELD | Status.DNR);
            return;
        }
        slot.data().setZero(slot.dataIndex(), slot.length());
        message.write(slot.data(), slot.dataIndex());
        if (responder.state() == DhchapResponder.State.FAILURE1) {
            late = true;
            queue.stats().delayed(Delay.FAILED_AUTHENTICATION);
            after(FAILURE_DELAY_MILLIS, () -> {
                responder.answered();
                complete(slot, Status.SUCCESS);
                end();
            });
            return;
        }
        responder.answered();
        if (responder.state() == DhchapResponder.State.AUTHENTICATED) {
            succeed(slot, responder);
        } else {
            complete(slot, Status.SUCCESS);
        }
    }

    // ---- how it ends -----------------------------------------------------------------------------------------------

    /** The host is who it says; {@code slot} is the command by which it learns so, or says so. */
    private void succeed(CommandSlot slot, DhchapResponder responder) {
        transaction = null;
        stopTimer();
        HostKey key = key();
        boolean first = admission != null;
        // (What it proved itself with may have been taken away meanwhile.)
        if (key == null || !key.pairs().contains(responder.proven())) {
            refuse(slot, Refusal.AUTHENTICATION_FAILED, "its key was changed meanwhile");
            return;
        }
        TlsPsk psk = responder.generated();
        if (psk != null && admission == null) {
            subsystem().pskReplaced(psk, controller, responder.proven());
        }
        if (admission != null) {
            queue.visit().authenticated(controller.hostNqn(), subsystem().nqn());
            if (psk != null) {
                // (Before the host hears of it.)
                subsystem().pskGenerated(psk, controller.hostNqn(), responder.proven());
                concatenated = true;
                queue.log()
                        .connection(
                                "host {} ({}) authenticated to {}, to come back with TLS: {}",
                                controller.hostNqn(),
                                queue.remoteAddress(),
                                subsystem().nqn(),
                                responder.describe());
                complete(slot, Status.SUCCESS);
                return;
            }
            try {
                admission.admit();
            } catch (RefusedException e) {
                refuse(slot, e.reason(), String.valueOf(e.getMessage()));
                return;
            }
            admission = null;
        }
        if (qid == 0) {
            queue.log()
                    .connection(
                            "host {} ({}) {}authenticated to {} as controller {}: {}",
                            controller.hostNqn(),
                            queue.remoteAddress(),
                            first ? "" : "re-",
                            subsystem().nqn(),
                            controller.cntlid(),
                            responder.describe());
        }
        complete(slot, Status.SUCCESS);
    }

    private void refuse(CommandSlot slot, Refusal reason, String why) {
        log(why);
        queue.stats().count(reason);
        complete(slot, Status.AUTHENTICATION_REQUIRED);
        end();
    }

    private void fail(DhchapResponder responder) {
        failing = true;
        log(String.valueOf(responder.failure()));
        queue.stats().count(responder.isChannelMismatch() ? Refusal.SECURE_CHANNEL : Refusal.AUTHENTICATION_FAILED);
    }

    private void log(String why) {
        queue.log()
                .connection(
                        "host {} ({}) did not authenticate to {}, queue {} of controller {}: {}",
                        controller.hostNqn(),
                        queue.remoteAddress(),
                        subsystem().nqn(),
                        qid,
                        controller.cntlid(),
                        why);
    }

    private void overdue() {
        queue.end(
                Refusal.AUTHENTICATION_TIMEOUT,
                "host %s has not authenticated again within %s"
                        .formatted(controller.hostNqn(), queue.connectTimeout()));
        controller.close();
    }

    /** Ends the connection after what was answered has been sent, and the controller if the queue was in use. */
    private void end() {
        over = true;
        stopTimer();
        queue.closeAfterFlush();
        if (admission == null) {
            queue.loop().execute(controller::close);
        }
    }

    /** The connection has ended. */
    void ended() {
        ended = true;
        stopTimer();
        CommandSlot slot = current;
        if (late && slot != null) {
            complete(slot, Status.ABORTED_SQ_DELETION);
        }
    }

    /** One thing at a time is waited for. */
    private void after(long millis, Runnable action) {
        stopTimer();
        timer = queue.loop().schedule(action, millis, TimeUnit.MILLISECONDS);
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
