package io.nvmevf.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nvmevf.server.cli.Output.Column;
import io.nvmevf.server.config.Sizes;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nvmevf pf capacity}, and how a capacity is printed. */
final class CapacityCommands {
    static final String PATH = "/v1/pf/capacity";

    /** Of the physical function. */
    private static final List<Column> CARD = List.of(
            new Column("Read", pf -> figures(pf.path("capacity"), "read")),
            new Column("Write", pf -> figures(pf.path("capacity"), "write")),
            new Column("Guaranteed", CapacityCommands::guaranteed));

    private CapacityCommands() {}

    /** {@code read 90000 IOPS, 1 GiB/s; write …; 500 of 49500 IOPS guaranteed}, of a physical function. */
    static String text(JsonNode pf) {
        return pf.path("capacity").isObject()
                ? "read " + figures(pf.path("capacity"), "read") + "; write " + figures(pf.path("capacity"), "write")
                        + "; " + guaranteed(pf) + " guaranteed"
                : "not set";
    }

    /** {@code 90000 IOPS, 1 GiB/s}, of a capacity. */
    static String figures(JsonNode capacity, String kind) {
        return capacity.isObject()
                ? capacity.path(kind + "Iops").asText() + " IOPS, "
                        + Sizes.rounded(capacity.path(kind + "Bytes").asLong()) + "/s"
                : "not set";
    }

    private static String guaranteed(JsonNode pf) {
        JsonNode guarantees = pf.path("guarantees");
        return guarantees.path("assigned").asText() + " of "
                + guarantees.path("total").asText() + " IOPS";
    }

    @Command(
            name = "capacity",
            description = {
                "Says what the physical function can do, so that it can be shared by guarantee and weight; without an option,"
                        + " shows it.",
                "'nvmevf pf calibrate' measures it."
            })
    static final class Change extends ApiCommand {
        @Option(names = "--read-iops", paramLabel = "N", description = "Random reads of 4 KiB a second.")
        @Nullable
        Long readIops;

        @Option(names = "--write-iops", paramLabel = "N", description = "Random writes of 4 KiB a second.")
        @Nullable
        Long writeIops;

        @Option(
                names = "--read-bandwidth",
                paramLabel = "SIZE",
                converter = ApiCommand.Size.class,
                description = "Bytes a second in large reads, such as 2GiB.")
        @Nullable
        Long readBandwidth;

        @Option(
                names = "--write-bandwidth",
                paramLabel = "SIZE",
                converter = ApiCommand.Size.class,
                description = "Bytes a second in large writes.")
        @Nullable
        Long writeBandwidth;

        @Option(names = "--none", description = "No capacity any more.")
        boolean none;

        @Override
        void run(ApiClient client) throws CliException {
            long given = Stream.of(readIops, writeIops, readBandwidth, writeBandwidth)
                    .filter(figure -> figure != null)
                    .count();
            if (given > 0 && none) {
                throw new CliException(ExitCode.USAGE, "--none is given together with a figure");
            }
            if (given > 0 && given < 4) {
                throw new CliException(
                        ExitCode.USAGE,
                        "a capacity needs all of --read-iops, --write-iops, --read-bandwidth and --write-bandwidth");
            }
            if (none) {
                client.delete(PATH);
                printDone("the physical function has no capacity set");
                return;
            }
            if (given > 0) {
                ObjectNode body = ApiClient.object();
                body.put("readIops", readIops);
                body.put("writeIops", writeIops);
                body.put("readBytes", readBandwidth);
                body.put("writeBytes", writeBandwidth);
                client.put(PATH, body);
            }
            if (output == Output.Format.JSON) {
                Output.json(out(), client.get(PATH));
            } else {
                Output.card(out(), client.get("/v1/pf"), CARD);
            }
        }
    }
}
