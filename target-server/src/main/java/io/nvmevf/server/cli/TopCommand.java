package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nvmevf.server.cli.Output.Column;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nvmevf top}. */
@Command(name = "top", description = "Shows what virtual functions do now, until Ctrl-C.")
final class TopCommand extends ApiCommand {
    private static final double MIB = 1 << 20;

    private static final List<Column> ROW = List.of(
            Column.of("NAME", "name"),
            Column.of("STATE", "state"),
            new Column("HOSTS", vf -> String.valueOf(vf.path("hosts").size())),
            rate("READ/s", "readsPerSecond", 1),
            rate("WRITE/s", "writesPerSecond", 1),
            rate("READ MiB/s", "readBytesPerSecond", MIB),
            rate("WRITE MiB/s", "writtenBytesPerSecond", MIB),
            rate("ERROR/s", "errorsPerSecond", 1),
            Column.of("QUEUES", "queues"),
            Column.of("NAMESPACES", "namespaces"),
            new Column("LIMITS", vf -> LimitOptions.text(vf.path("limits"))));

    @Option(names = "--once", description = "Once, over one interval, for scripts.")
    boolean once;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "Over which time rates are taken, 0.1 to 60. Default: 1")
    double interval = 1;

    private static Column rate(String title, String field, double unit) {
        return new Column(title, vf -> {
            double value = vf.path(field).asDouble() / unit;
            return String.format(Locale.ROOT, value < 10 && value > 0 ? "%.1f" : "%.0f", value);
        });
    }

    @Override
    void run(ApiClient client) throws CliException {
        if (!(interval >= 0.1 && interval <= 60)) {
            throw new CliException(ExitCode.USAGE, "--interval is " + interval + "; allowed is 0.1 to 60");
        }
        Duration pause = Duration.ofNanos((long) (interval * 1e9));
        JsonNode before = client.get("/v1/stats");
        while (terminal().pause(pause)) {
            JsonNode after = client.get("/v1/stats");
            ObjectNode view = view(before, after, client.get("/v1/vfs"), client.get("/v1/operations?state=running"));
            print(view);
            out().flush();
            if (once) {
                return;
            }
            before = after;
        }
    }

    /** What happened between two samples of {@code /v1/stats}. */
    static ObjectNode view(JsonNode before, JsonNode after, JsonNode vfs, JsonNode operations) {
        double seconds =
                after.path("seconds").asDouble() - before.path("seconds").asDouble();
        ObjectNode view = ApiClient.object();
        view.put("seconds", seconds);
        ArrayNode rows = view.putArray("vfs");
        for (JsonNode vf : vfs.path("items")) {
            JsonNode then = find(before, vf.path("name").asText());
            JsonNode now = find(after, vf.path("name").asText());
            ObjectNode row = rows.addObject();
            row.set("name", vf.path("name"));
            row.set("state", vf.path("state"));
            row.set(
                    "hosts",
                    now.has("hosts") ? now.path("hosts") : ApiClient.object().putArray("hosts"));
            row.put("readsPerSecond", rate(then, now, "/commands/read", seconds));
            row.put("writesPerSecond", rate(then, now, "/commands/write", seconds));
            row.put("readBytesPerSecond", rate(then, now, "/bytes/read", seconds));
            row.put("writtenBytesPerSecond", rate(then, now, "/bytes/write", seconds));
            row.put(
                    "errorsPerSecond",
                    rate(then, now, "/errors/read", seconds)
                            + rate(then, now, "/errors/write", seconds)
                            + rate(then, now, "/errors/other", seconds));
            row.set("queues", vf.path("queues"));
            row.put("namespaces", vf.path("namespaces").size());
            row.set("limits", vf.path("limits"));
        }
        view.set("operations", operations.path("items"));
        return view;
    }

    private static JsonNode find(JsonNode stats, String name) {
        for (JsonNode vf : stats.path("vfs")) {
            if (vf.path("name").asText().equals(name)) {
                return vf;
            }
        }
        return MissingNode.getInstance();
    }

    /** Counters only grow; one that did not is another virtual function's of the same name. */
    private static double rate(JsonNode then, JsonNode now, String counter, double seconds) {
        if (then.isMissingNode() || now.isMissingNode() || seconds <= 0) {
            return 0;
        }
        return Math.max(0, now.at(counter).asLong() - then.at(counter).asLong()) / seconds;
    }

    private void print(ObjectNode view) {
        PrintWriter out = out();
        if (output == Output.Format.JSON) {
            if (once) {
                Output.json(out, view);
            } else {
                // One line for each interval.
                out.println(view);
            }
            return;
        }
        if (!once && terminal().isInteractive()) {
            out.print("\u001b[H\u001b[2J");
        }
        Output.table(out, view.path("vfs"), ROW);
        view.path("operations").forEach(op -> out.println(Progress.line(op)));
        if (!once && !terminal().isInteractive()) {
            out.println();
        }
    }
}
