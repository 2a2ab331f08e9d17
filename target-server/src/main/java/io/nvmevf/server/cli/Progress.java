package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.nvmevf.server.config.Sizes;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;

/**
 * Waits for operations, and shows how far they are: a bar that moves on a terminal, otherwise a line at each tenth. It goes to
 * standard error, so that what is piped elsewhere stays a result.
 */
final class Progress {
    private static final int WIDTH = 30;

    private final ApiClient client;
    private final PrintWriter err;
    private final boolean moving;

    Progress(ApiClient client, PrintWriter err, Terminal terminal) {
        this.client = client;
        this.err = err;
        this.moving = terminal.isInteractive();
    }

    /** Whether this answer is an operation. */
    static boolean isOperation(JsonNode answer) {
        return answer.path("id").asText().startsWith("op-");
    }

    static boolean isRunning(JsonNode operation) {
        return operation.path("state").asText().equals("running");
    }

    /**
     * Returns the operation when it has succeeded.
     *
     * @throws CliException with {@link ExitCode#OPERATION_FAILED} if it failed
     */
    JsonNode await(String id) throws CliException {
        return await(id, Long.MAX_VALUE);
    }

    /** The same, but gives up after so many seconds. */
    JsonNode await(String id, long seconds) throws CliException {
        long start = System.nanoTime();
        int shown = -1;
        while (true) {
            // The first answer comes at once; a later one when it ends, or after a second.
            long wait = shown < 0 ? 0 : Math.clamp(seconds, 0, 1);
            JsonNode op = client.get("/v1/operations/" + ApiClient.escape(id) + "?wait=" + wait);
            if (!isRunning(op)) {
                end(op);
                return op;
            }
            int percent = op.path("percent").asInt();
            if (moving || percent / 10 > shown) {
                err.print(moving ? "\r" + line(op) + "\u001b[K" : line(op) + "\n");
                err.flush();
            }
            shown = Math.max(shown, percent / 10);
            if (TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start) >= seconds) {
                if (moving) {
                    err.println();
                }
                throw new CliException(
                        ExitCode.FAILURE,
                        id + " still runs (" + percent + " %); wait for it again with 'nvmevf op wait " + id + "'");
            }
        }
    }

    private void end(JsonNode op) throws CliException {
        if (moving) {
            err.print("\r\u001b[K");
        }
        if (!op.path("state").asText().equals("succeeded")) {
            err.flush();
            throw new CliException(
                    ExitCode.OPERATION_FAILED,
                    op.path("id").asText() + ", " + what(op) + ", failed: "
                            + op.path("error").asText());
        }
        err.println(op.path("id").asText() + " " + what(op) + " is done");
        err.flush();
    }

    /** Such as {@code reassign of ns-3 to vf2}. */
    static String what(JsonNode op) {
        String to = op.path("to").asText("");
        return op.path("kind").asText() + " of " + op.path("subject").asText()
                + (op.hasNonNull("to") ? " to " + to : "");
    }

    /** One line about an operation that runs. */
    static String line(JsonNode op) {
        StringBuilder line = new StringBuilder(op.path("id").asText())
                .append(' ')
                .append(what(op))
                .append("  ");
        line.append(bar(op.path("percent").asInt()));
        if (op.hasNonNull("phase") && !op.path("phase").asText().isEmpty()) {
            line.append("  ").append(op.path("phase").asText());
        }
        if (op.path("bytesPerSecond").asLong() > 0) {
            line.append("  ")
                    .append(Sizes.rounded(op.path("bytesPerSecond").asLong()))
                    .append("/s");
        }
        if (op.hasNonNull("etaSeconds")) {
            line.append("  ").append(time(op.path("etaSeconds").asLong())).append(" left");
        }
        return line.toString();
    }

    static String bar(int percent) {
        int full = WIDTH * Math.clamp(percent, 0, 100) / 100;
        return "[" + "#".repeat(full) + "-".repeat(WIDTH - full) + "] " + percent + " %";
    }

    /** {@code 12 s}, {@code 3 min 20 s}, {@code 2 h 5 min}. */
    static String time(long seconds) {
        if (seconds < 60) {
            return seconds + " s";
        }
        return seconds < 3600
                ? seconds / 60 + " min " + seconds % 60 + " s"
                : seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
    }
}
