package io.nvmevf.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmevf.server.wipe.Verification;
import io.nvmevf.server.wipe.WipeMethod;
import io.nvmevf.server.wipe.WipePlan;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kills the target between any two steps of each change, and starts it again. A step is one call of the pool or one
 * step of saving the state. What was answered must be there, no tenant may ever see what was another one's, and pool and
 * state must agree.
 */
class CrashTest {
    private static final long MIB = 1 << 20;
    private static final WipePlan PLAN = WipePlan.of(WipeMethod.ZERO, Verification.FULL, 7);

    /** The kill. An Error, so that nothing on the way handles it. */
    private static final class Crash extends Error {}

    @FunctionalInterface
    interface Change {
        void apply(TargetService service) throws ControlException;
    }

    @TempDir
    Path directory;

    private int countdown;

    static Stream<Arguments> changes() {
        return Stream.of(
                change("create a VF", s -> s.createVf(NewVirtualFunction.named("new"))),
                change("take a VF offline", s -> s.offlineVf("alpha")),
                change("take all VFs offline", TargetService::offlineAll),
                change("delete a VF with namespaces", s -> s.deleteVf("alpha", Disposal.DELETE)),
                change("delete a VF without its namespaces", s -> s.deleteVf("alpha", Disposal.DETACH)),
                change("create a namespace", s -> s.createNamespace(NewNamespace.in("alpha", 8 * MIB, 512))),
                change("create an available namespace", s -> s.createNamespace(NewNamespace.available(MIB, 512))),
                change("attach", s -> s.attach("ns-3", "beta", null)),
                change("attach what was another tenant's", s -> s.attach("ns-2", "beta", null)),
                change("attach what was the same tenant's", s -> s.attach("ns-2", "alpha", null)),
                change("detach", s -> s.detach("ns-1")),
                change("reassign", s -> s.reassign("ns-1", "beta", null)),
                change("release", s -> s.release("ns-1", null)),
                change("delete a namespace", s -> s.deleteNamespace("ns-1", null)),
                change("delete an available namespace", s -> s.deleteNamespace("ns-3", null)),
                change("retry", s -> s.retry("ns-4", null)),
                change("discard", s -> s.discard("ns-4")),
                change("format", s -> s.format(s.namespace("ns-1"), PLAN, 512)),
                change("sanitize", s -> s.sanitize(s.vf("alpha"), PLAN, 2)),
                change("grow", s -> s.resizeNamespace("ns-1", 16 * MIB, false)),
                change("shrink", s -> s.resizeNamespace("ns-1", MIB, true)),
                change("write protection", s -> s.setWriteProtected("ns-1", true)));
    }

    private static Arguments change(String name, Change change) {
        return Arguments.of(name, change);
    }

    private void step() {
        if (countdown-- == 0) {
            throw new Crash();
        }
    }

    private TestService start(Path data, FakePool pool, FakeDataPlane plane, FakeEraser eraser) throws Exception {
        return TestService.start(data, StateFile.open(data, step -> step()), TestService.PF, pool, plane, eraser);
    }

    /** ns-1 attached to alpha, ns-2 detached from it, ns-3 nobody's, ns-4 of alpha's and quarantined. */
    private static void prepare(TargetService service, FakeEraser eraser) throws ControlException {
        service.createVf(NewVirtualFunction.named("alpha"));
        service.createVf(NewVirtualFunction.named("beta"));
        service.createNamespace(NewNamespace.in("alpha", 4 * MIB, 4096));
        service.createNamespace(NewNamespace.in("alpha", 4 * MIB, 4096));
        service.createNamespace(NewNamespace.available(4 * MIB, 4096));
        service.createNamespace(NewNamespace.in("alpha", 4 * MIB, 4096));
        service.detach("ns-2");
        service.reassign("ns-4", "beta", null);
        eraser.finish("ns-4", "disk");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void leavesNothingDirtyAttachableAndNothingAnsweredLost(String name, Change change) throws Exception {
        int crashes = 0;
        boolean finished = false;
        boolean crashed = false;
        for (; !finished; crashes++) {
            Path data = directory.resolve("run" + crashes);
            FakePool pool = new FakePool(64 * MIB);
            FakeDataPlane plane = new FakeDataPlane(pool);
            FakeEraser eraser = new FakeEraser(pool);
            countdown = Integer.MAX_VALUE;
            TestService running = start(data, pool, plane, eraser);
            prepare(running.service(), eraser);
            TargetState before = running.service().state();

            pool.step = this::step;
            countdown = crashes;
            @Nullable TargetState answered = null;
            try {
                change.apply(running.service());
                answered = running.service().state();
                eraser.finishAll();
                finished = true;
            } catch (Crash e) {
                // What the process still held is gone.
                crashed = true;
            }
            countdown = Integer.MAX_VALUE;
            running.close();
            pool.reboot();
            assertThat(plane.leaks).as("crash %s", crashes).isEmpty();

            FakeDataPlane again = new FakeDataPlane(pool);
            FakeEraser erasing = new FakeEraser(pool);
            try (TestService restarted = start(data, pool, again, erasing)) {
                TargetState after = restarted.service().state();
                assertThat(after.revision()).as("crash %s", crashes).isGreaterThanOrEqualTo(before.revision());
                if (answered != null) {
                    assertThat(after.revision())
                            .as("crash %s: an answered change", crashes)
                            .isGreaterThanOrEqualTo(answered.revision());
                } else if (after.revision() == before.revision()) {
                    assertThat(after).as("crash %s: nothing at all", crashes).isEqualTo(before);
                }
                after.check();
                erasing.finishAll();
                settled(restarted.service().state(), pool, again, crashes);
            }
        }
        assertThat(crashed).isTrue();
    }

    private static void settled(TargetState state, FakePool pool, FakeDataPlane plane, int crash) throws Exception {
        assertThat(plane.leaks).as("crash %s", crash).isEmpty();
        assertThat(state.deleting()).isEmpty();
        assertThat(state.resizing()).isEmpty();
        assertThat(state.operations()).as("crash %s", crash).noneMatch(Operation::isRunning);
        assertThat(state.vfs()).as("crash %s", crash).noneMatch(vf -> vf.state() == VfState.DRAINING);
        assertThat(plane.notReady()).as("crash %s: not ready", crash).isEmpty();
        assertThat(pool.devices.keySet())
                .as("crash %s: devices", crash)
                .containsExactlyInAnyOrderElementsOf(
                        state.namespaces().stream().map(Namespace::id).toList());
        for (Namespace ns : state.namespaces()) {
            FakePool.Device device = pool.find(ns.id());
            assertThat(device.bytes).as("crash %s: size of %s", crash, ns.id()).isEqualTo(ns.bytes());
            // Whoever could get it next sees zeros, or what is its own.
            if (ns.state() != NamespaceState.QUARANTINED) {
                assertThat(device.content)
                        .as("crash %s: content of %s, %s of %s", crash, ns.id(), ns.state(), ns.owner())
                        .isIn(null, ns.owner());
            }
        }
    }
}
