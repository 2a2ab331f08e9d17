package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nvmevf.server.cli.Output.Column;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nvmevf pf calibrate}. */
@Command(
        name = "calibrate",
        description = {
            "Measures what storage and event loops can do, on a scratch device in the pool, and prints the capacity.",
            "The network is not measured. Run it while the physical function is idle. Ctrl-C cancels it."
        })
final class CalibrateCommand extends ApiCommand {
    private static final String PATH = "/v1/pf/calibration";
    private static final Duration POLL = Duration.ofMillis(250);

    private static final List<Column> CARD = List.of(
            row("Random read", "readIops", "IOPS of 4 KiB"),
            row("Random write", "writeIops", "IOPS of 4 KiB"),
            row("Sequential read", "readBytes", "bytes/s in 128 KiB"),
            row("Sequential write", "writeBytes", "bytes/s in 128 KiB"));

    @Option(names = "--seconds", paramLabel = "N", description = "Of each of the four phases, 1 to 60. Default: 5")
    @Nullable
    Integer seconds;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            converter = ApiCommand.Size.class,
            description = "Of the scratch device, from 16MiB. Default: 1GiB, or half of what is free in the pool.")
    @Nullable
    Long size;

    @Option(names = "--set", description = "Make what was measured the capacity.")
    boolean set;

    @Option(names = "--cancel", description = "End the calibration that runs, and start none.")
    boolean cancel;

    private static Column row(String title, String field, String unit) {
        return new Column(
                title,
                result ->
                        String.format(Locale.ROOT, "%,d %s", result.path(field).asLong(), unit));
    }

    @Override
    void run(ApiClient client) throws CliException {
        if (cancel) {
            client.delete(PATH);
            printDone("no calibration runs");
            return;
        }
        ObjectNode body = ApiClient.object().put("set", set);
        if (seconds != null) {
            body.put("seconds", seconds);
        }
        if (size != null) {
            body.put("size", size);
        }
        JsonNode status = client.post(PATH, body);
        Thread onSignal = new Thread(this::cancelQuietly, "nvmevf-cancel");
        Runtime.getRuntime().addShutdownHook(onSignal);
        try {
            status = await(client, status);
        } finally {
            removeHook(onSignal);
        }
        print(status);
    }

    private JsonNode await(ApiClient client, JsonNode first) throws CliException {
        JsonNode status = first;
        boolean moving = terminal().isInteractive();
        String shown = "";
        while (Progress.isRunning(status)) {
            String phase = status.path("phase").asText();
            if (moving) {
                err().print("\r" + Progress.bar(status.path("percent").asInt()) + "  " + phase + "\u001b[K");
            } else if (!phase.equals(shown)) {
                err().println(phase);
            }
            err().flush();
            shown = phase;
            status = terminal().pause(POLL) ? client.get(PATH) : client.delete(PATH);
        }
        if (moving) {
            err().print("\r\u001b[K");
            err().flush();
        }
        return status;
    }

    private void print(JsonNode status) throws CliException {
        JsonNode result = status.path("result");
        if (output == Output.Format.JSON) {
            Output.json(out(), status);
        } else if (result.isObject()) {
            Output.card(out(), result, CARD);
        }
        switch (status.path("state").asText()) {
            case "done" -> {
                if (set) {
                    printDone("this is the capacity now");
                } else {
                    printDone("to make it the capacity: nvmevf pf capacity --read-iops "
                            + result.path("readIops").asText() + " --write-iops "
                            + result.path("writeIops").asText() + " --read-bandwidth "
                            + result.path("readBytes").asText() + " --write-bandwidth "
                            + result.path("writeBytes").asText());
                }
            }
            case "cancelled" -> throw new CliException(ExitCode.FAILURE, "the calibration was cancelled");
            default ->
                throw new CliException(
                        ExitCode.OPERATION_FAILED,
                        "the calibration failed: " + status.path("error").asText());
        }
    }

    /** While the program ends: there is nobody to tell. */
    private void cancelQuietly() {
        try {
            connect().delete(PATH);
        } catch (CliException e) {
            // The target is gone, and the calibration with it.
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The program is ending: the hook runs.
        }
    }
}
