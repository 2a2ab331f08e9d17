package io.nvmevf.server.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The person in front of the program, if there is one. */
interface Terminal {
    /** Whether standard input and output are a terminal. */
    boolean isInteractive();

    /** The line that was typed; null at the end of the input. */
    @Nullable
    String ask(String prompt);

    /** A line of standard input that is no one else's business: not echoed, where it is typed; null at the end of the input. */
    @Nullable
    String askSecret(String prompt);

    /** Lets time go by; false if the program shall end. */
    boolean pause(Duration time);

    /** A variable of the environment; null if it is not set. */
    default @Nullable String environment(String name) {
        return System.getenv(name);
    }

    /** Where the socket of this machine's target is, if it has one. */
    default Path systemSocket() {
        return ApiAddress.SYSTEM_SOCKET;
    }

    /** Whether to use colours: NO_COLOR turns them off. */
    default boolean isColoured() {
        return isInteractive() && System.getenv("NO_COLOR") == null;
    }

    /** This process's own. */
    Terminal SYSTEM = new Terminal() {
        // Since JDK 25 there is no console where input or output is no terminal; in 22 to 24 there was one.
        private static boolean isTerminal(@Nullable Console console) {
            return console != null && console.isTerminal();
        }

        private static @Nullable String line(@Nullable Console console, String prompt) {
            return console == null ? null : console.readLine("%s", prompt);
        }

        private static @Nullable String hiddenLine(@Nullable Console console, String prompt) {
            char @Nullable [] typed = console == null ? null : console.readPassword("%s", prompt);
            return typed == null ? null : String.valueOf(typed);
        }

        @Override
        public boolean isInteractive() {
            return isTerminal(System.console());
        }

        @Override
        public @Nullable String ask(String prompt) {
            return line(System.console(), prompt);
        }

        @Override
        public @Nullable String askSecret(String prompt) {
            if (isInteractive()) {
                return hiddenLine(System.console(), prompt);
            }
            try {
                // (Not buffered beyond this call, which is the only one that reads it.)
                return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            } catch (IOException e) {
                return null;
            }
        }

        @Override
        public boolean pause(Duration time) {
            try {
                Thread.sleep(time);
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    };
}
