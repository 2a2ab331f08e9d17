package io.nvmevf.storage.conformance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Assumptions;

/** Programs of the system that some tests need root for: mount, losetup. */
public final class Command {

    private Command() {}

    /** Runs a program; answers its output, or aborts the test with its message if it cannot do its work here. */
    public static String orSkip(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            int status = process.waitFor();
            Assumptions.assumeTrue(status == 0, () -> String.join(" ", command) + ": " + output);
            return output;
        } catch (IOException | InterruptedException e) {
            return Assumptions.abort(String.join(" ", command) + ": " + e.getMessage());
        }
    }
}
