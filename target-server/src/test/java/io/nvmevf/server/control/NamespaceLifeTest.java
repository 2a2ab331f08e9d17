package io.nvmevf.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nvmevf.server.audit.AuditEntry;
import io.nvmevf.server.control.ControlException.Reason;
import io.nvmevf.server.wipe.Verification;
import io.nvmevf.server.wipe.WipeMethod;
import io.nvmevf.server.wipe.WipePlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every arrow of {@link NamespaceState}, and what is no arrow. */
class NamespaceLifeTest {
    private static final long MIB = 1 << 20;
    private static final WipePlan PLAN = WipePlan.of(WipeMethod.ZERO, Verification.FULL, 7);

    @TempDir
    Path directory;

    private final FakePool pool = new FakePool(64 * MIB);
    private FakeDataPlane plane = new FakeDataPlane(pool);
    private FakeEraser eraser = new FakeEraser(pool);
    /** Whether the state cannot be saved. */
    private boolean full;

    private TestService running;
    private TargetService service;

    @BeforeEach
    void start() throws Exception {
        plane = new FakeDataPlane(pool);
        eraser = new FakeEraser(pool);
        StateFile file = StateFile.open(directory, step -> {
            if (full) {
                throw new IOException("no space left");
            }
        });
        running = TestService.start(directory, file, TestService.PF, pool, plane, eraser);
        service = running.service();
    }

    @AfterEach
    void stop() throws Exception {
        running.close();
        assertThat(plane.leaks).isEmpty();
    }

    private void restart() throws Exception {
        assertThat(plane.leaks).isEmpty();
        running.close();
        pool.reboot();
        start();
    }

    private void vfs(String... names) throws ControlException {
        for (String name : names) {
            service.createVf(NewVirtualFunction.named(name));
        }
    }

    private Namespace ns(String id) throws ControlException {
        return service.namespace(id);
    }

    private static ControlException refused(Reason reason, ThrowingCallable call) {
        ControlException e = catchThrowableOfType(ControlException.class, call);
        assertThat(e).isNotNull();
        assertThat(e).hasMessageNotContaining("null");
        assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
        return e;
    }

    @Test
    void aNewNamespaceIsNobodysUntilItIsAttached() throws Exception {
        vfs("alpha");
        Namespace made = service.createNamespace(new NewNamespace("data", null, MIB, 512));
        assertThat(made.state()).isEqualTo(NamespaceState.AVAILABLE);
        assertThat(made.owner()).isNull();
        assertThat(plane.open).isEmpty();
        Outcome outcome = service.attach("data", "alpha", null);
        assertThat(outcome.operation()).isNull();
        assertThat(ns("data").owner()).isEqualTo("alpha");
        assertThat(ns("ns-1").nsid()).isEqualTo(1);
        assertThat(ns("ns-1").uuid()).isEqualTo(made.uuid());
        assertThat(plane.open).containsKey("ns-1");
    }

    @Test
    void aDetachedNamespaceStaysItsTenantsAndKeepsItsData() throws Exception {
        service.createVf(NewVirtualFunction.named("a1").of("acme"));
        service.createVf(NewVirtualFunction.named("a2").of("acme"));
        service.createNamespace(NewNamespace.in("a1", MIB, 4096));
        UUID uuid = ns("ns-1").uuid();
        assertThat(service.detach("ns-1").state()).isEqualTo(NamespaceState.DETACHED);
        assertThat(plane.open).isEmpty();
        restart();
        assertThat(ns("ns-1").owner()).isEqualTo("acme");
        assertThat(service.attach("ns-1", "a2", null).operation()).isNull();
        assertThat(ns("ns-1").uuid()).isEqualTo(uuid);
        assertThat(pool.find("ns-1").content).isEqualTo("acme");
        // Within a tenant, one call moves it.
        assertThat(service.reassign("ns-1", "a1", null).operation()).isNull();
        assertThat(ns("ns-1").vf()).isEqualTo("a1");
        assertThat(eraser.running()).isEmpty();
    }

    @Test
    void anotherTenantGetsItErasedAndAsAnotherDisk() throws Exception {
        vfs("alpha", "beta");
        service.createNamespace(NewNamespace.in("alpha", MIB, 4096));
        service.setWriteProtected("ns-1", true);
        UUID uuid = ns("ns-1").uuid();
        Outcome outcome = service.reassign("ns-1", "beta", null);
        Operation op = Objects.requireNonNull(outcome.operation());
        assertThat(op.kind()).isEqualTo(Purpose.REASSIGN);
        assertThat(ns("ns-1").state()).isEqualTo(NamespaceState.WIPING);
        assertThat(plane.open).isEmpty();
        assertThat(service.progress(op)).isNotNull();
        CompletableFuture<Operation> end = service.ended(op.id());
        assertThat(end).isNotDone();
        eraser.finishAll();
        assertThat(end.join().state()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(ns("ns-1").vf()).isEqualTo("beta");
        assertThat(ns("ns-1").owner()).isEqualTo("beta");
        assertThat(ns("ns-1").uuid()).isNotEqualTo(uuid);
        assertThat(ns("ns-1").writeProtected()).isFalse();
        assertThat(service.progress(service.operation(op.id()))).isNull();
    }

    @Test
    void attachToAnotherTenantErasesByItself() throws Exception {
        vfs("alpha", "beta");
        service.createNamespace(NewNamespace.in("alpha", MIB, 4096));
        service.detach("ns-1");
        assertThat(service.attach("ns-1", "beta", null).operation()).isNotNull();
        assertThat(eraser.turn("ns-1")).isEqualTo("operator for alpha");
        eraser.finishAll();
        assertThat(ns("ns-1").vf()).isEqualTo("beta");
    }

    @Test
    void releaseMakesItAvailable() throws Exception {
        vfs("alpha");
        service.createNamespace(NewNamespace.in("alpha", MIB, 4096));
        service.release("ns-1", WipeRequest.by(WipeMethod.DEALLOCATE));
        eraser.finishAll();
        assertThat(ns("ns-1").state()).isEqualTo(NamespaceState.AVAILABLE);
        assertThat(service.release("ns-1", null).operation())
                .as("nothing is left to do")
                .isNull();
    }

    @Test
    void aFailedErasureQuarantinesUntilARetrySucceeds() throws Exception {
        vfs("alpha", "beta");
        service.createNamespace(NewNamespace.in("alpha", MIB, 4096));
        service.reassign("ns-1", "beta", null);
        eraser.finish("ns-1", "byte 4096 is not zero");
        assertThat(ns("ns-1").state()).isEqualTo(NamespaceState.QUARANTINED);
        assertThat(service.operation("op-1").error()).isEqualTo("byte 4096 is not zero");
        restart();
        assertThat(eraser.running()).isEmpty();
        refused(Reason.WRONG_STATE, () -> service.attach("ns-1", "beta", null));
        refused(Reason.WRONG_STATE, () -> service.attach("ns-1", "alpha", null));
        refused(Reason.WRONG_STATE, () -> service.reassign("ns-1", "alpha", null));
        refused(Reason.WRONG_STATE, () -> service.release("ns-1", null));
        refused(Reason.WRONG_STATE, () -> service.resizeNamespace("ns-1", 2 * MIB, false));
        service.retry("ns-1", null);
        eraser.finish("ns-1", "again");
        assertThat(ns("ns-1").state()).isEqualTo(NamespaceState.QUARANTINED);
        service.retry("ns-1", WipeRequest.by(WipeMethod.DEALLOCATE));
        eraser.finishAll();
        assertThat(ns("ns-1").vf()).isEqualTo("beta");
    }

    @Test
    void aRetryForAVirtualFunctionThatIsGoneReleases() throws Exception {
        vfs("alpha", "beta");
        service.createNamespace(NewNamespace.in("alpha", MIB, 4096));
        service.reassign("ns-1", "beta", null);
        refused(Reason.IN_USE, () -> service.deleteVf("beta", Disposal.REFUSE));
        eraser.finish("ns-1", "disk");
        refused(Reason.IN_USE, () -> service.deleteVf("beta", Disposal.REFUSE));
        service.retry("ns-1", null);
        eraser.finishAll();
        assertThat(ns("ns-1").vf()).isEqualTo("beta");
    }

    @Test
    void aQuarantinedNamespaceCanBeErasedAndDeletedOrGivenUp() throws Exception {
        vfs("alpha");
        service.createNamespace(NewNamespace.in("alpha", MIB, 4096));
        service.createNamespace(NewNamespace.in("alpha", MIB, 4096));
        refused(Reason.WRONG_STATE, () -> service.discard("ns-1"));
        service.release("ns-1", null);
        service.release("ns-2", null);
        eraser.finish("ns-1", "disk");
        eraser.finish("ns-2", "disk");
        service.deleteNamespace("ns-1", null);
        eraser.finishAll();
        service.discard("ns-2");
        assertThat(service.state().namespaces()).isEmpty();
        assertThat(pool.devices).isEmpty();
    }

    @Test
    void nothingElseHappensToANamespaceThatIsBeingErased() throws Exception {
        vfs("alpha", "beta");
        service.createNamespace(NewNamespace.in("alpha", MIB, 4096));
        service.release("ns-1", null);
        TargetState before = service.state();
        refused(Reason.WRONG_STATE, () -> service.attach("ns-1", "beta", null));
        refused(Reason.WRONG_STATE, () -> service.reassign("ns-1", "beta", null));
        refused(Reason.WRONG_STATE, () -> service.release("ns-1", null));
        refused(Reason.WRONG_STATE, () -> service.deleteNamespace("ns-1", null));
        refused(Reason.WRONG_STATE, () -> service.retry("ns-1", null));
        refused(Reason.WRONG_STATE, () -> service.discard("ns-1"));
        refused(Reason.WRONG_STATE, () -> service.resizeNamespace("ns-1", 2 * MIB, false));
        refused(Reason.NOT_ATTACHED, () -> service.detach("ns-1"));
        refused(Reason.NOT_ATTACHED, () -> service.setWriteProtected("ns-1", true));
        refused(Reason.NOT_ATTACHED, () -> service.format(service.namespace("ns-1"), PLAN, 4096));
        assertThat(service.state()).isEqualTo(before);
    }

    @Test
    void badInputIsRefusedAndChangesNothing() throws Exception {
        vfs("alpha", "beta");
        service.createNamespace(new NewNamespace("data", "alpha", MIB, 4096));
        service.createNamespace(new NewNamespace("spare", null, MIB, 4096));
        TargetState before = service.state();
        refused(Reason.EXISTS, () -> service.attach("data", "alpha", null));
        refused(Reason.EXISTS, () -> service.attach("data", "beta", null));
        refused(Reason.EXISTS, () -> service.reassign("data", "alpha", null));
        refused(Reason.NOT_FOUND, () -> service.attach("spare", "gamma", null));
        refused(Reason.NOT_FOUND, () -> service.reassign("data", "gamma", null));
        refused(Reason.NOT_FOUND, () -> service.attach("none", "beta", null));
        refused(Reason.NOT_FOUND, () -> service.operation("op-9"));
        refused(Reason.NOT_FOUND, () -> service.ended("op-9"));
        refused(Reason.EXISTS, () -> service.createNamespace(new NewNamespace("data", null, MIB, 4096)));
        refused(Reason.INVALID, () -> service.createNamespace(new NewNamespace("ns-7", null, MIB, 4096)));
        refused(Reason.INVALID, () -> service.createNamespace(new NewNamespace("A b", null, MIB, 4096)));
        refused(Reason.INVALID, () -> service.createNamespace(new NewNamespace(null, null, null, 4096)));
        refused(Reason.NO_CAPACITY, () -> service.createNamespace(new NewNamespace(null, null, 64 * MIB, 4096)));
        refused(Reason.INVALID, () -> service.release("data", WipeRequest.by(WipeMethod.CRYPTO)));
        for (WipeRequest bad : List.of(
                new WipeRequest(WipeMethod.OVERWRITE, 0, null, null, null),
                new WipeRequest(WipeMethod.OVERWRITE, 17, null, null, null),
                new WipeRequest(WipeMethod.OVERWRITE, 1, 1L << 32, null, null),
                new WipeRequest(WipeMethod.OVERWRITE, 1, -1L, null, null),
                new WipeRequest(WipeMethod.ZERO, 2, null, null, null),
                new WipeRequest(null, null, 1L, null, null))) {
            refused(Reason.INVALID, () -> service.release("data", bad));
        }
        assertThat(service.state()).isEqualTo(before);
    }

    @Test
    void formatKeepsTheNamespaceWhatItIsAndMayChangeItsBlocks() throws Exception {
        vfs("alpha");
        service.createNamespace(NewNamespace.in("alpha", MIB, 4096));
        Namespace before = ns("ns-1");
        Operation op = service.format(service.namespace("ns-1"), PLAN, 512);
        assertThat(ns("ns-1").isAttachedTo("alpha")).isTrue();
        assertThat(plane.open).as("fenced while it is erased").isEmpty();
        refused(Reason.WRONG_STATE, () -> service.detach("ns-1"));
        refused(Reason.WRONG_STATE, () -> service.format(service.namespace("ns-1"), PLAN, 512));
        eraser.finishAll();
        assertThat(service.operation(op.id()).state()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(ns("ns-1")).isEqualTo(before.erased(512));
        assertThat(plane.open).containsKey("ns-1");
        service.format(service.namespace("ns-1"), PLAN, 4096);
        eraser.finish("ns-1", "disk");
        assertThat(ns("ns-1")).as("it stays what it was").isEqualTo(before.erased(512));
        service.setWriteProtected("ns-1", true);
        refused(Reason.IN_USE, () -> service.format(service.namespace("ns-1"), PLAN, 4096));
    }

    @Test
    void sanitizeErasesAllOfAVirtualFunctionAndItsLogSurvives() throws Exception {
        vfs("alpha", "beta");
        service.createNamespace(NewNamespace.in("alpha", MIB, 4096));
        service.createNamespace(NewNamespace.in("alpha", MIB, 4096));
        service.createNamespace(NewNamespace.in("beta", MIB, 4096));
        service.sanitize(service.vf("alpha"), PLAN, 2);
        assertThat(eraser.running()).containsExactly("ns-1", "ns-2");
        assertThat(eraser.turn("ns-2")).isEqualTo("alpha");
        refused(Reason.WRONG_STATE, () -> service.sanitize(service.vf("alpha"), PLAN, 2));
        refused(Reason.WRONG_STATE, () -> service.createNamespace(NewNamespace.in("alpha", MIB, 4096)));
        eraser.finish("ns-1", null);
        assertThat(plane.open.keySet())
                .as("nothing is served before all is erased")
                .containsExactly("ns-3");
        restart();
        assertThat(eraser.running()).as("what was not erased is").containsExactly("ns-2");
        eraser.finishAll();
        assertThat(plane.sanitized).containsExactly("alpha");
        assertThat(service.vf("alpha").sanitize())
                .isEqualTo(new Sanitize(2, OperationState.SUCCEEDED, 0, "op-1", false));
        assertThat(plane.open.keySet()).containsExactlyInAnyOrder("ns-1", "ns-2", "ns-3");
        restart();
        assertThat(service.vf("alpha").sanitize()).isNotNull();
    }

    @Test
    void aFailedSanitizeRestrictsUntilItIsRepeatedOrLeft() throws Exception {
        vfs("alpha");
        service.createNamespace(NewNamespace.in("alpha", MIB, 4096));
        service.createNamespace(NewNamespace.in("alpha", MIB, 4096));
        service.sanitize(service.vf("alpha"), PLAN, 2);
        eraser.finish("ns-1", "disk");
        eraser.finish("ns-2", null);
        assertThat(service.operation("op-1").state()).isEqualTo(OperationState.FAILED);
        assertThat(service.operation("op-1").error()).contains("ns-1").doesNotContain("ns-2");
        assertThat(service.vf("alpha").isRestricted()).isTrue();
        assertThat(plane.open).isEmpty();
        restart();
        assertThat(plane.open).isEmpty();
        service.exitSanitizeFailure(service.vf("alpha"));
        assertThat(plane.open).hasSize(2);
        service.sanitize(service.vf("alpha"), PLAN, 2);
        eraser.finish("ns-2", "disk");
        eraser.finish("ns-1", null);
        service.sanitize(service.vf("alpha"), PLAN, 2);
        eraser.finishAll();
        assertThat(service.vf("alpha").isRestricted()).isFalse();
        assertThat(plane.open).hasSize(2);
    }

    @Test
    void aHostChangesOnlyWhatIsStillItsOwn() throws Exception {
        vfs("alpha", "beta");
        service.createNamespace(NewNamespace.in("alpha", MIB, 4096));
        Namespace seen = ns("ns-1");
        VirtualFunction alpha = service.vf("alpha");
        service.reassign("ns-1", "beta", null);
        eraser.finishAll();
        refused(Reason.NOT_ATTACHED, () -> service.format(seen, PLAN, 4096));
        refused(Reason.NOT_ATTACHED, () -> service.protect(seen, true));
        // Back again, it is another disk.
        service.reassign("ns-1", "alpha", null);
        eraser.finishAll();
        refused(Reason.NOT_ATTACHED, () -> service.format(seen, PLAN, 4096));
        service.deleteVf("alpha", Disposal.DETACH);
        vfs("alpha");
        refused(Reason.NOT_FOUND, () -> service.sanitize(alpha, PLAN, 2));
        refused(Reason.NOT_FOUND, () -> service.exitSanitizeFailure(alpha));
    }

    @Test
    void sanitizeOfNothingSucceedsAtOnce() throws Exception {
        vfs("alpha");
        assertThat(service.sanitize(service.vf("alpha"), PLAN, 2).state()).isEqualTo(OperationState.SUCCEEDED);
        assertThat(plane.sanitized).containsExactly("alpha");
    }

    @Test
    void erasuresThatAStopInterruptsBeginAgain() throws Exception {
        vfs("alpha", "beta");
        service.createNamespace(NewNamespace.in("alpha", MIB, 4096));
        service.createNamespace(NewNamespace.in("alpha", MIB, 4096));
        service.reassign("ns-1", "beta", null);
        service.deleteNamespace("ns-2", null);
        restart();
        assertThat(eraser.running()).containsExactly("ns-1", "ns-2");
        assertThat(service.operation("op-1").isRunning()).isTrue();
        eraser.finishAll();
        assertThat(ns("ns-1").vf()).isEqualTo("beta");
        assertThat(pool.devices.keySet()).containsExactly("ns-1");
    }

    @Test
    void withoutEvidenceAnErasureHasFailed() throws Exception {
        vfs("alpha", "beta");
        service.createNamespace(NewNamespace.in("alpha", MIB, 4096));
        service.reassign("ns-1", "beta", null);
        running.audit().close();
        eraser.finishAll();
        assertThat(ns("ns-1").state()).isEqualTo(NamespaceState.QUARANTINED);
        assertThat(service.operation("op-1").error()).contains("audit log");
    }

    @Test
    void anEndThatCannotBeRecordedIsRecordedLaterWithOneEvidence() throws Exception {
        vfs("alpha", "beta");
        service.createNamespace(NewNamespace.in("alpha", MIB, 4096));
        Operation op =
                Objects.requireNonNull(service.reassign("ns-1", "beta", null).operation());
        full = true;
        eraser.finishAll();
        running.doWhatWasPutOff();
        assertThat(ns("ns-1").state()).isEqualTo(NamespaceState.WIPING);
        assertThat(service.ended(op.id())).isNotDone();
        full = false;
        running.doWhatWasPutOff();
        assertThat(service.ended(op.id())).isCompleted();
        assertThat(ns("ns-1").vf()).isEqualTo("beta");
        List<AuditEntry> erasures = running.audit().entries(0, 100).stream()
                .filter(e -> e.type().equals("erasure"))
                .toList();
        assertThat(erasures).hasSize(1);
        assertThat(erasures.getFirst().fields().toString())
                .contains(ns("ns-1").uuid().toString());
    }

    @Test
    void aSanitizeOfTheLastTenantDoesNotReachTheNextOne() throws Exception {
        vfs("alpha");
        VirtualFunction seen = service.vf("alpha");
        service.sanitize(seen, PLAN, 2);
        service.updateVf("alpha", new VirtualFunctionChange("acme", null, null, null, null, null, null, null));
        assertThat(service.vf("alpha").sanitize()).isNull();
        service.createNamespace(NewNamespace.in("alpha", MIB, 4096));
        refused(Reason.NOT_FOUND, () -> service.sanitize(seen, PLAN, 2));
        refused(Reason.NOT_FOUND, () -> service.exitSanitizeFailure(seen));
        assertThat(eraser.running()).isEmpty();
    }

    @Test
    void eachErasureLeavesItsEvidence() throws Exception {
        vfs("alpha", "beta");
        service.createNamespace(NewNamespace.in("alpha", MIB, 4096));
        String before = ns("ns-1").uuid().toString();
        service.reassign("ns-1", "beta", new WipeRequest(WipeMethod.OVERWRITE, 3, 0xA5A5A5A5L, true, null));
        eraser.finish("ns-1", "disk");
        service.retry("ns-1", null);
        eraser.finishAll();
        List<AuditEntry> erasures = running.audit().entries(0, 100).stream()
                .filter(e -> e.type().equals("erasure"))
                .toList();
        assertThat(erasures).hasSize(2);
        assertThat(erasures.getFirst().fields().toString()).contains("failed: disk", before);
        assertThat(erasures.getLast().fields().toString())
                .contains("succeeded", before, ns("ns-1").uuid().toString(), "alpha", "beta", "overwrite", "a5a5a5a5");
    }

    @Test
    void takingOfflineDrainsFirstAndOneCallTakesAllOffline() throws Exception {
        vfs("alpha", "beta");
        int from = plane.published.size();
        assertThat(service.offlineVf("alpha").state()).isEqualTo(VfState.OFFLINE);
        assertThat(plane.published.subList(from, plane.published.size()).stream()
                        .map(s -> s.vf("alpha").orElseThrow().state()))
                .containsExactly(VfState.DRAINING, VfState.OFFLINE);
        restart();
        assertThat(service.vf("alpha").state()).isEqualTo(VfState.OFFLINE);
        assertThat(service.onlineVf("alpha").isOnline()).isTrue();
        assertThat(service.offlineAll()).allMatch(vf -> vf.state() == VfState.OFFLINE);
    }

    @Test
    void queuesAreHandedOutOnlyWhileThereAreAny() throws Exception {
        running.close();
        running = TestService.start(
                directory,
                StateFile.open(directory),
                new PhysicalFunction("nqn.2026-01.io.nvmevf:pf", Access.NOBODY, 3, 80, 2, 1 << 20),
                pool,
                plane,
                eraser);
        service = running.service();
        vfs("alpha", "beta");
        assertThat(service.vf("alpha").ioQueues()).isEqualTo(64);
        assertThat(service.vf("beta").ioQueues()).as("what is left").isEqualTo(14);
        refused(Reason.INVALID, () -> vfs("gamma"));
        refused(Reason.WRONG_STATE, () -> service.assignQueues("alpha", 32));
        service.offlineVf("alpha");
        assertThat(service.assignQueues("alpha", 0).queues()).isZero();
        refused(Reason.WRONG_STATE, () -> service.onlineVf("alpha"));
        vfs("gamma");
        refused(Reason.NO_CAPACITY, () -> service.assignQueues("alpha", 1));
        refused(Reason.NO_CAPACITY, () -> vfs("delta"));
    }

    @Test
    void theTenantOfAVirtualFunctionChangesOnlyWhileItHasNothing() throws Exception {
        vfs("alpha");
        service.createNamespace(NewNamespace.in("alpha", MIB, 4096));
        VirtualFunctionChange change = new VirtualFunctionChange("acme", null, null, null, null, null, null, null);
        refused(Reason.IN_USE, () -> service.updateVf("alpha", change));
        service.detach("ns-1");
        assertThat(service.updateVf("alpha", change).tenant()).isEqualTo("acme");
        assertThat(service.attach("ns-1", "alpha", null).operation())
                .as("it is another tenant's now")
                .isNotNull();
        eraser.finishAll();
    }

    @Test
    void aVirtualFunctionGoesWithOrWithoutItsNamespaces() throws Exception {
        vfs("alpha", "beta");
        service.createNamespace(NewNamespace.in("alpha", MIB, 4096));
        service.createNamespace(NewNamespace.in("beta", MIB, 4096));
        refused(Reason.IN_USE, () -> service.deleteVf("alpha", Disposal.REFUSE));
        assertThat(service.deleteVf("alpha", Disposal.DETACH)).isEmpty();
        assertThat(ns("ns-1").state()).isEqualTo(NamespaceState.DETACHED);
        assertThat(ns("ns-1").owner()).isEqualTo("alpha");
        assertThat(service.deleteVf("beta", Disposal.DELETE)).hasSize(1);
        assertThat(ns("ns-2").state()).isEqualTo(NamespaceState.WIPING);
        eraser.finishAll();
        assertThat(pool.devices.keySet()).containsExactly("ns-1");
    }

    @Test
    void remembersABoundedNumberOfOperations() throws Exception {
        vfs("alpha");
        for (int i = 0; i < TargetState.ENDED_OPERATIONS + 3; i++) {
            service.sanitize(service.vf("alpha"), PLAN, 2);
        }
        assertThat(service.operations()).hasSize(TargetState.ENDED_OPERATIONS);
        assertThat(refused(Reason.NOT_FOUND, () -> service.operation("op-1"))).hasMessageContaining("forgotten");
        assertThat(service.operations().getLast().id()).isEqualTo("op-" + (TargetState.ENDED_OPERATIONS + 3));
    }
}
