package io.nvmevf.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kills the target between any two steps of each change, and starts it again. A step is one call of the pool or one
 * step of saving the state. The change must be wholly there or wholly absent, and pool and state must agree.
 */
class CrashTest {
    private static final long MIB = 1 << 20;

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
                change("delete a VF with namespaces", s -> s.deleteVf("vf1", true)),
                change("create a namespace", s -> s.createNamespace("vf1", 8 * MIB, 512)),
                change("delete a namespace", s -> s.deleteNamespace("ns-1")),
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

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void isWhollyThereOrWhollyAbsentAfterACrashAtAnyStep(String name, Change change) throws Exception {
        int crashes = 0;
        List<Boolean> outcomes = new ArrayList<>();
        for (boolean finished = false; !finished; crashes++) {
            Path data = directory.resolve("run" + crashes);
            FakePool pool = new FakePool(64 * MIB);
            countdown = Integer.MAX_VALUE;
            StateFile file = StateFile.open(data, step -> step());
            TargetService service = TargetService.start(file, pool, new FakeDataPlane(pool));
            service.createVf(NewVirtualFunction.named("vf1"));
            service.createNamespace("vf1", 4 * MIB, 4096);
            service.createNamespace("vf1", 4 * MIB, 4096);
            TargetState before = service.state();

            pool.step = this::step;
            countdown = crashes;
            try {
                change.apply(service);
                finished = true;
            } catch (Crash e) {
                // What the process still held is gone.
            }
            countdown = Integer.MAX_VALUE;
            file.close();
            pool.reboot();

            StateFile again = StateFile.open(data);
            FakeDataPlane plane = new FakeDataPlane(pool);
            try (TargetService restarted = TargetService.start(again, pool, plane)) {
                TargetState after = restarted.state();
                assertThat(after.revision())
                        .as("crash %s: revision", crashes)
                        .isIn(before.revision(), before.revision() + 1);
                if (after.revision() == before.revision()) {
                    assertThat(after).as("crash %s", crashes).isEqualTo(before);
                } else {
                    assertThat(after.vfs().equals(before.vfs())
                                    && after.namespaces().equals(before.namespaces()))
                            .as("crash %s: something changed", crashes)
                            .isFalse();
                }
                assertThat(after.deleting()).isEmpty();
                assertThat(after.resizing()).isEmpty();
                assertThat(plane.notReady()).as("crash %s: not ready", crashes).isEmpty();
                assertThat(pool.devices.keySet())
                        .as("crash %s: devices", crashes)
                        .containsExactlyInAnyOrderElementsOf(
                                after.namespaces().stream().map(Namespace::id).toList());
                for (Namespace ns : after.namespaces()) {
                    assertThat(pool.find(ns.id()).bytes)
                            .as("crash %s: size of %s", crashes, ns.id())
                            .isEqualTo(ns.bytes());
                }
                outcomes.add(after.revision() > before.revision());
            }
        }
        // It was seen both absent and there, and never absent again after it was there.
        assertThat(outcomes).contains(true, false).isSorted();
        assertThat(outcomes.getLast()).as("an answered change").isTrue();
    }
}
