package io.nvmevf.server.command;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.log.CommandEffects;
import io.nvmevf.protocol.log.LogPageId;
import io.nvmevf.protocol.log.VolumeStatistics;
import io.nvmevf.protocol.nvme.AdminOpcode;
import io.nvmevf.qos.AdmissionCounters;
import io.nvmevf.server.subsystem.Controller;
import io.nvmevf.server.subsystem.LatencyHistogram;
import io.nvmevf.server.subsystem.NamespaceCounters.Counter;
import io.nvmevf.server.subsystem.NamespaceCounters.Timed;
import io.nvmevf.server.subsystem.Subsystem;
import io.nvmevf.server.transport.QueuePair;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The log pages of a virtual function's controller: those of every controller, the sanitize status, and the
 * statistics that tell a tenant how its limits hold it up. */
final class VfLogPageCommands extends LogPageCommands {
    private final Subsystem subsystem;

    private final QueuePair queue;

    VfLogPageCommands(Controller controller, QueuePair queue) {
        super(controller);
        this.queue = queue;
        subsystem = controller.subsystem();
    }

    @Override
    @Nullable
    ByteBuf page(int lid, int csi) {
        return switch (lid) {
            case LogPageId.SANITIZE_STATUS -> SanitizeLog.page(subsystem);
            case VolumeStatistics.LID -> statistics();
            default -> super.page(lid, csi);
        };
    }

    /** What the virtual function did and how long its limits, and its tenant's, held it up. */
    private ByteBuf statistics() {
        AdmissionCounters waits = subsystem.line().counters(queue.nanoTime());
        ByteBuf page = zeroed(VolumeStatistics.SIZE);
        LatencyHistogram reads = subsystem.latency(Timed.READ);
        LatencyHistogram writes = subsystem.latency(Timed.WRITE);
        VolumeStatistics statistics = new VolumeStatistics(page)
                .reads(subsystem.count(Counter.READ_COMMANDS))
                .writes(subsystem.count(Counter.WRITE_COMMANDS))
                .readBytes(subsystem.count(Counter.READ_BYTES))
                .writeBytes(subsystem.count(Counter.WRITE_BYTES))
                .readTime(TimeUnit.NANOSECONDS.toMicros(reads.totalNanos()))
                .writeTime(TimeUnit.NANOSECONDS.toMicros(writes.totalNanos()))
                .volumeIops(TimeUnit.NANOSECONDS.toMicros(waits.iopsNanos()))
                .volumeThroughput(TimeUnit.NANOSECONDS.toMicros(waits.bytesNanos()))
                .instanceIops(TimeUnit.NANOSECONDS.toMicros(waits.tenantIopsNanos() + waits.pfNanos()))
                .instanceThroughput(TimeUnit.NANOSECONDS.toMicros(waits.tenantBytesNanos()))
                .queueLength(subsystem.line().length());
        for (int i = 0; i < LatencyHistogram.BUCKETS; i++) {
            long lower = LatencyHistogram.lowerMicros(i);
            long upper = LatencyHistogram.upperMicros(i);
            statistics.readBin(lower, upper, reads.count(i)).writeBin(lower, upper, writes.count(i));
        }
        return page;
    }

    @Override
    List<Integer> supportedPages() {
        return Stream.concat(
                        super.supportedPages().stream(), Stream.of(LogPageId.SANITIZE_STATUS, VolumeStatistics.LID))
                .toList();
    }

    @Override
    void ownCommands(CommandEffects log) {
        log.acs(AdminOpcode.FORMAT_NVM, CommandEffects.CSUPP | CommandEffects.LBCC | CommandEffects.NCC)
                .acs(AdminOpcode.SANITIZE, CommandEffects.CSUPP | CommandEffects.LBCC);
    }
}
