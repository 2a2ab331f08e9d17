package io.nvmevf.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Kills a process at every failpoint of every transition, and starts again on what it left: nothing dirty is attachable,
 * nothing that was answered is lost. Pool, keys, erasures, state and audit log are the real ones.
 */
class KillTest {
    private static final int KILLED = 137;
    private static final int PARALLEL = 2;

    @TempDir
    Path directory;

    private record Child(int exit, List<String> lines) {
        List<String> after(String word) {
            return lines.stream()
                    .filter(line -> line.startsWith(word + " "))
                    .map(line -> line.substring(word.length() + 1))
                    .toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void isSafeAtEveryFailpoint(KilledTarget.Transition transition) throws Exception {
        Child whole = run(directory.resolve("whole"), transition, "-");
        assertThat(whole.exit()).as("%s", whole.lines()).isZero();
        assertThat(whole.lines()).contains("settled");
        List<String> failpoints = whole.after("failpoint");
        assertThat(failpoints).contains("state WRITTEN", "state SYNCED", "state RENAMED", "published");
        List<Future<?>> runs = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(PARALLEL)) {
            for (String failpoint : failpoints) {
                Path data = directory.resolve(failpoint.replace(' ', '-'));
                runs.add(threads.submit(() -> {
                    check(data, transition, failpoint);
                    return null;
                }));
            }
            for (Future<?> run : runs) {
                run.get();
            }
        }
    }

    private static void check(Path data, KilledTarget.Transition transition, String failpoint) throws Exception {
        Child child = run(data, transition, failpoint);
        assertThat(child.exit())
                .as("%s at %s: %s", transition, failpoint, child.lines())
                .isEqualTo(KILLED);
        try (KilledTarget again = new KilledTarget(data, name -> {})) {
            TargetService service = again.service();
            for (String revision : child.after("answered")) {
                assertThat(service.state().revision())
                        .as("%s at %s: what was answered", transition, failpoint)
                        .isGreaterThanOrEqualTo(Long.parseLong(revision));
            }
            again.settle();
            service.state().check();
            assertThat(service.state().operations())
                    .as("%s at %s", transition, failpoint)
                    .allMatch(op -> op.state() == OperationState.SUCCEEDED);
            assertThat(again.leaks()).as("%s at %s", transition, failpoint).isEmpty();
            assertThat(service.state().deleting()).isEmpty();
            for (Namespace ns : service.state().namespaces()) {
                if (!ns.isAttached()) {
                    assertThat(again.content(ns))
                            .as("%s at %s: %s, %s", transition, failpoint, ns.id(), ns.state())
                            .isIn(null, ns.owner());
                }
            }
        }
    }

    private static Child run(Path data, KilledTarget.Transition transition, String failpoint)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledTarget.class.getName(),
                        data.toString(),
                        transition.name(),
                        failpoint)
                .redirectErrorStream(true)
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        return new Child(process.waitFor(), lines);
    }
}
