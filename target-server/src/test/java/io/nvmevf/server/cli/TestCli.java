package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Runs commands as a shell would, and keeps what they print. */
final class TestCli implements Terminal {
    private final String url;
    String out = "";
    String err = "";

    /** Whether somebody sits there. */
    boolean interactive;

    /** What standard input holds. */
    @Nullable
    String input;

    /** What is typed. */
    final Deque<String> typed = new ArrayDeque<>();

    /** What was asked. */
    final List<String> asked = new ArrayList<>();

    /** Its variables. */
    final Map<String, String> environment = new HashMap<>();

    /** Where a socket of the machine's target would be. */
    Path systemSocket = Path.of("/nonexistent/api.sock");

    /** How often time goes by before the program is ended. */
    int pauses;

    /** Happens while time goes by. */
    Runnable meanwhile = () -> {};

    TestCli(String url) {
        this.url = url;
    }

    /** Runs a command against the API and returns its exit code. */
    int run(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.add("--api=" + url);
        return bare(all.toArray(String[]::new));
    }

    /** Runs a command as it is. */
    int bare(String... args) {
        StringWriter stdout = new StringWriter();
        StringWriter stderr = new StringWriter();
        CommandLine line = Main.commandLine(this);
        line.setOut(new PrintWriter(stdout, true)).setErr(new PrintWriter(stderr, true));
        int code = line.execute(args);
        out = stdout.toString();
        err = stderr.toString();
        return code;
    }

    JsonNode json() throws Exception {
        return new ObjectMapper().readTree(out);
    }

    @Override
    public @Nullable String environment(String name) {
        return environment.get(name);
    }

    @Override
    public Path systemSocket() {
        return systemSocket;
    }

    @Override
    public boolean isInteractive() {
        return interactive;
    }

    @Override
    public @Nullable String ask(String prompt) {
        asked.add(prompt);
        return typed.poll();
    }

    @Override
    public @Nullable String askSecret(String prompt) {
        return input;
    }

    @Override
    public boolean pause(Duration time) {
        meanwhile.run();
        return pauses-- > 0;
    }

    @Override
    public boolean isColoured() {
        return interactive;
    }
}
