package io.nvmevf.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nvmevf.server.control.ControlException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetServiceTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path directory;

    private final FakePool pool = new FakePool(64 * MIB);
    private StateFile.@Nullable Step failing;
    private FakeDataPlane plane = new FakeDataPlane(pool);
    private FakeEraser eraser;
    private TestService running;
    private TargetService service;

    @BeforeEach
    void start() throws Exception {
        plane = new FakeDataPlane(pool);
        eraser = new FakeEraser(pool);
        running = TestService.start(
                directory,
                StateFile.open(directory, step -> {
                    if (step == failing) {
                        throw new IOException("disk");
                    }
                }),
                TestService.PF,
                pool,
                plane,
                eraser);
        service = running.service();
    }

    @AfterEach
    void stop() throws Exception {
        running.close();
    }

    private void restart() throws Exception {
        failing = null;
        running.close();
        pool.reboot();
        start();
    }

    private Namespace create(String vf, long bytes) throws ControlException {
        return service.createNamespace(NewNamespace.in(vf, bytes, 4096));
    }

    /** Deletes it, and lets its erasure succeed. */
    private void delete(String id) throws ControlException {
        service.deleteNamespace(id, null);
        eraser.finishAll();
    }

    private static ControlException refused(Reason reason, ThrowingCallable call) {
        ControlException e = catchThrowableOfType(ControlException.class, call);
        assertThat(e).isNotNull();
        assertThat(e.reason()).isEqualTo(reason);
        return e;
    }

    @Test
    void generatesNqnAndSerialFromTheTargetsOwnIdentity() throws Exception {
        VirtualFunction vf = service.createVf(NewVirtualFunction.named("vf1"));
        assertThat(vf.nqn())
                .isEqualTo("nqn.2026-01.io.nvmevf:" + service.state().uuid() + ":vf1");
        assertThat(vf.serial()).hasSize(20).endsWith("00001");
        assertThat(vf.allows("nqn.2014-08.org.nvmexpress:uuid:x")).isFalse();
    }

    @Test
    void neverUsesANumberOrIdAgain() throws Exception {
        service.createVf(NewVirtualFunction.named("vf1"));
        assertThat(create("vf1", MIB).id()).isEqualTo("ns-1");
        service.deleteVf("vf1", Disposal.DELETE);
        eraser.finishAll();
        restart();
        assertThat(service.createVf(NewVirtualFunction.named("vf1")).number()).isEqualTo(2);
        assertThat(create("vf1", MIB).id()).isEqualTo("ns-2");
    }

    @Test
    void givesTheLowestFreeNsid() throws Exception {
        service.createVf(NewVirtualFunction.named("vf1"));
        for (int i = 1; i <= 3; i++) {
            assertThat(create("vf1", MIB).nsid()).isEqualTo(i);
        }
        delete("ns-2");
        assertThat(create("vf1", MIB).nsid()).isEqualTo(2);
    }

    @Test
    void refusesWhatIsNotAllowedAndChangesNothing() throws Exception {
        service.createVf(NewVirtualFunction.named("vf1"));
        TargetState before = service.state();
        refused(Reason.EXISTS, () -> service.createVf(NewVirtualFunction.named("vf1")));
        for (String name : new String[] {"", "-a", "A", "a".repeat(33), "a_b"}) {
            refused(Reason.INVALID, () -> service.createVf(NewVirtualFunction.named(name)));
        }
        refused(Reason.NOT_FOUND, () -> create("none", MIB));
        refused(Reason.INVALID, () -> create("vf1", MIB + 512));
        refused(Reason.INVALID, () -> create("vf1", 0));
        refused(Reason.INVALID, () -> service.createNamespace(NewNamespace.in("vf1", MIB, 1024)));
        refused(Reason.NO_CAPACITY, () -> create("vf1", 65 * MIB));
        refused(Reason.NOT_FOUND, () -> service.deleteNamespace("ns-1", null));
        refused(
                Reason.INVALID,
                () -> service.updateVf(
                        "vf1",
                        new VirtualFunctionChange(
                                null, AccessChange.allowOnly(Set.of("no nqn")), null, null, null, null, null, null)));
        refused(
                Reason.INVALID,
                () -> service.updateVf("vf1", new VirtualFunctionChange(null, null, null, 65, null, null, null, null)));
        assertThat(service.state()).isEqualTo(before);
        assertThat(pool.devices).isEmpty();
    }

    @Test
    void keepsAVfThatHasNamespacesUnlessForced() throws Exception {
        service.createVf(NewVirtualFunction.named("vf1"));
        create("vf1", MIB);
        refused(Reason.IN_USE, () -> service.deleteVf("vf1", Disposal.REFUSE));
        service.deleteVf("vf1", Disposal.DELETE);
        eraser.finishAll();
        assertThat(pool.devices).isEmpty();
        assertThat(plane.open).isEmpty();
    }

    @Test
    void shrinksOnlyWhenTold() throws Exception {
        service.createVf(NewVirtualFunction.named("vf1"));
        create("vf1", 2 * MIB);
        refused(Reason.INVALID, () -> service.resizeNamespace("ns-1", MIB, false));
        assertThat(service.resizeNamespace("ns-1", MIB, true).bytes()).isEqualTo(MIB);
        assertThat(service.pool().allocated()).isEqualTo(MIB);
    }

    @Test
    void goesBackToTheOldSizeWhenThePoolCannotGrow() throws Exception {
        service.createVf(NewVirtualFunction.named("vf1"));
        create("vf1", MIB);
        refused(Reason.NO_CAPACITY, () -> service.resizeNamespace("ns-1", 128 * MIB, false));
        assertThat(service.namespace("ns-1").bytes()).isEqualTo(MIB);
        restart();
        assertThat(service.namespace("ns-1").bytes()).isEqualTo(MIB);
        assertThat(plane.notReady()).isEmpty();
    }

    @Test
    void triesAFailedDeletionAgainAtTheNextStart() throws Exception {
        service.createVf(NewVirtualFunction.named("vf1"));
        create("vf1", MIB);
        pool.failing = "retire";
        delete("ns-1");
        assertThat(service.state().namespaces()).isEmpty();
        assertThat(service.state().deleting()).containsExactly("ns-1");
        restart();
        assertThat(service.state().deleting()).isEmpty();
        assertThat(pool.devices).isEmpty();
    }

    @Test
    void takesTheDeviceBackWhenTheStateCannotBeSaved() throws Exception {
        service.createVf(NewVirtualFunction.named("vf1"));
        failing = StateFile.Step.SYNCED;
        refused(Reason.IO, () -> create("vf1", MIB));
        assertThat(pool.devices).isEmpty();
        failing = null;
        assertThat(create("vf1", MIB).nsid()).isEqualTo(1);
    }

    @Test
    void takesNoFurtherChangeWhenItIsUnknownWhatIsDurable() throws Exception {
        service.createVf(NewVirtualFunction.named("vf1"));
        failing = StateFile.Step.RENAMED;
        refused(Reason.IO, () -> create("vf1", MIB));
        failing = null;
        ControlException e = refused(Reason.IO, () -> service.createVf(NewVirtualFunction.named("vf2")));
        assertThat(e).hasMessageContaining("restart the target");
        restart();
        assertThat(service.namespace("ns-1").bytes()).isEqualTo(MIB);
        assertThat(plane.notReady()).isEmpty();
    }

    @Test
    void startsWithoutTheNamespaceWhoseDeviceHasVanished() throws Exception {
        service.createVf(NewVirtualFunction.named("vf1"));
        create("vf1", MIB);
        create("vf1", MIB);
        pool.devices.remove("ns-1");
        restart();
        assertThat(plane.notReady()).containsExactly("ns-1");
        assertThat(plane.open.keySet()).containsExactly("ns-2");
        delete("ns-1");
        assertThat(service.state().deleting()).isEmpty();
    }

    @Test
    void leavesDevicesAloneThatNobodyKnows() throws Exception {
        pool.create("stranger", MIB);
        pool.open("stranger", MIB);
        restart();
        assertThat(pool.devices).containsKey("stranger");
    }
}
