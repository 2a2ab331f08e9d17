package io.nvmevf.server.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.nvmevf.server.transport.ThreadScheduling.Attributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ThreadSchedulingTest {
    private static final int THIS_THREAD = 0;

    /** In a process of its own, as compilers that yield would make the tests that follow slow. */
    static final class OwnProcess {
        public static void main(String[] arguments) {
            ThreadScheduling.backgroundYields();
            System.out.println(niceness("C1 Compiler") + " " + niceness("C2 Compiler") + " " + niceness("VM Thread"));
        }

        private static String niceness(String name) {
            try (var threads = Files.list(Path.of("/proc/self/task"))) {
                for (Path thread : threads.toList()) {
                    if (Files.readString(thread.resolve("comm")).startsWith(name)) {
                        Attributes is =
                                ThreadScheduling.attributes(Integer.parseInt(String.valueOf(thread.getFileName())));
                        return is == null ? "unknown" : String.valueOf(is.nice());
                    }
                }
            } catch (IOException e) {
                return e.toString();
            }
            return "none";
        }
    }

    private static Attributes ofThisThread() {
        Attributes attributes = ThreadScheduling.attributes(THIS_THREAD);
        assumeThat(attributes).as("sched_getattr is allowed here").isNotNull();
        return Objects.requireNonNull(attributes);
    }

    @Test
    void anEventLoopAsksForBriefTurnsAndKeepsItsNiceness() throws Exception {
        try (EventLoops loops = EventLoops.of(EventLoops.Kind.NIO, 1, 1 << 20)) {
            Attributes before = ofThisThread();
            // (A kernel before 6.12 says 0, whatever was asked for.)
            assumeThat(before.slice()).as("a kernel with slices").isPositive();
            Attributes ofLoop = loops.loops()
                    .getFirst()
                    .submit(() -> ThreadScheduling.attributes(THIS_THREAD))
                    .get(10, TimeUnit.SECONDS);
            assertThat(ofLoop).isEqualTo(new Attributes(before.policy(), before.nice(), ThreadScheduling.BRIEF));
            assertThat(ThreadScheduling.attributes(THIS_THREAD))
                    .as("the one that started it")
                    .isEqualTo(before);
        }
    }

    @Test
    void theCompilersAndNobodyElseYield() throws Exception {
        Attributes own = ofThisThread();
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+TieredCompilation",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OwnProcess.class.getName()))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        int nicer = Math.min(19, own.nice() + ThreadScheduling.YIELDING_NICENESS);
        assertThat(said).isEqualTo(nicer + " " + nicer + " " + own.nice());
    }
}
