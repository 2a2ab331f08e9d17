package io.nvmevf.server.command;

import io.nvmevf.protocol.nvme.AdminOpcode;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.control.Actor;
import io.nvmevf.server.control.ControlException;
import io.nvmevf.server.control.ControlException.Reason;
import io.nvmevf.server.control.TargetService;
import io.nvmevf.server.control.TargetState;
import io.nvmevf.server.subsystem.ControlPlane;
import io.nvmevf.server.subsystem.Controller;
import io.nvmevf.server.transport.CommandSlot;
import io.nvmevf.server.transport.QueuePair;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * Commands of one admin queue that the control plane carries out. A change runs elsewhere, and its command is answered on
 * the queue's own loop when the change is over.
 */
final class ControlCalls {
    private final Controller controller;
    private final QueuePair queue;

    ControlCalls(Controller controller, QueuePair queue) {
        this.controller = controller;
        this.queue = queue;
    }

    /** What the control plane's refusals mean to the host of one command. */
    interface Refusals {
        int status(Reason reason);
    }

    /** What is configured now. */
    TargetState state() {
        return control().state();
    }

    /** For what does not block. */
    TargetService service() {
        return control().service();
    }

    /** Has the call carried out elsewhere. */
    <T> CompletableFuture<T> run(ControlPlane.Call<T> call) {
        Actor host = new Actor.Host(controller.hostNqn(), controller.subsystem().nqn(), controller.cntlid());
        return control().run(host, call);
    }

    /** Runs a change and answers the command with its end, without a result. */
    <T> void change(CommandSlot slot, Refusals refusals, ControlPlane.Call<T> call) {
        change(slot, refusals, call, done -> 0);
    }

    /** Runs a change and answers the command with its end, with {@code result} in dword 0. */
    <T> void change(CommandSlot slot, Refusals refusals, ControlPlane.Call<T> call, ToLongFunction<? super T> result) {
        answer(slot, refusals, run(call), done -> slot.complete(Status.SUCCESS, result.applyAsLong(done)));
    }

    /** When {@code stage} is over: {@code done} on the queue's loop, or the refusal as the command's status. */
    <T> void answer(CommandSlot slot, Refusals refusals, CompletionStage<T> stage, Consumer<? super T> done) {
        stage.whenComplete((value, failure) -> queue.loop().execute(() -> {
            if (failure == null) {
                done.accept(value);
            } else {
                slot.complete(refused(slot, refusals, failure));
            }
        }));
    }

    private int refused(CommandSlot slot, Refusals refusals, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof ControlException refusal) {
            int status = refusals.status(refusal.reason());
            queue.log()
                    .connection(
                            "{} of host {} on {} is refused with {}: {}",
                            AdminOpcode.name(slot.opc()),
                            controller.hostNqn(),
                            controller.subsystem().nqn(),
                            Status.describe(status),
                            String.valueOf(refusal.getMessage()));
            return status;
        }
        queue.log().internal(AdminOpcode.name(slot.opc()) + " failed in the control plane", cause);
        return Status.INTERNAL_ERROR;
    }

    /** The status of a refusal for which a command has none of its own. What another try may find otherwise carries no DNR. */
    static int status(Reason reason) {
        return switch (reason) {
            case NOT_FOUND -> Status.INVALID_NAMESPACE | Status.DNR;
            case EXISTS, INVALID -> Status.INVALID_FIELD | Status.DNR;
            case NO_CAPACITY -> Status.NAMESPACE_INSUFFICIENT_CAPACITY | Status.DNR;
            case NOT_ATTACHED -> Status.NAMESPACE_NOT_ATTACHED | Status.DNR;
            case IN_USE, WRONG_STATE -> Status.NAMESPACE_NOT_READY;
            case IO -> Status.INTERNAL_ERROR;
        };
    }

    private ControlPlane control() {
        return controller.subsystem().registry().control();
    }
}
