package io.nvmevf.qos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.openjdk.jcstress.annotations.JCStressTest;

/**
 * Runs {@link AdmissionStress} with jcstress, in a process of its own, which starts one for each test. Its output and its report
 * are in {@code target/jcstress}.
 */
class AdmissionStressTest {
    /** It takes some 20 seconds; after this long something hangs. */
    private static final int PATIENCE_MINUTES = 5;

    private static final Pattern RESULTS = Pattern.compile(
            "Results: (\\d+) planned; (\\d+) passed, (\\d+) failed, (\\d+) soft errs, (\\d+) hard errs");

    @Test
    void whatTwoLoopsGetTogetherIsWhatOneAfterTheOtherWouldGet() throws Exception {
        assumeTrue(Runtime.getRuntime().availableProcessors() >= 2, "two threads cannot run at once");
        long tests = Arrays.stream(AdmissionStress.class.getDeclaredClasses())
                .filter(c -> c.isAnnotationPresent(JCStressTest.class))
                .count();
        Path directory = Files.createDirectories(Path.of("target", "jcstress"));
        Path output = directory.resolve("output.txt");
        int exit = run(directory, output);
        String said = Files.readString(output);
        assertThat(exit).as(said).isZero();
        // (It ends with 0 too if it could not begin.)
        MatchResult last = RESULTS.matcher(said)
                .results()
                .reduce((before, next) -> next)
                .orElseThrow(() -> new AssertionError(said));
        assertThat(List.of(last.group(1), last.group(2), last.group(3), last.group(4), last.group(5)))
                .as(said)
                .containsExactly(Long.toString(tests), Long.toString(tests), "0", "0", "0");
    }

    private static int run(Path directory, Path output) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.openjdk.jcstress.Main",
                        "-t",
                        AdmissionStress.class.getName(),
                        "-r",
                        ".",
                        // What follows bounds the time: two processes for each test (one with randomized compilation),
                        // one set
                        // of JVM arguments, no combinations of compilers.
                        "-f",
                        "1",
                        "-iters",
                        "5",
                        "-time",
                        "200",
                        "-c",
                        "2",
                        "-sc",
                        "false",
                        "-jvmArgs",
                        "--enable-native-access=ALL-UNNAMED")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES))
                    .as("ended in time")
                    .isTrue();
            return process.exitValue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
