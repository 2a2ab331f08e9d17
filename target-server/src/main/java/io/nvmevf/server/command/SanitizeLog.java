package io.nvmevf.server.command;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.log.SanitizeStatus;
import io.nvmevf.protocol.nvme.Sanitize;
import io.nvmevf.server.control.TargetService;
import io.nvmevf.server.subsystem.Subsystem;
import io.nvmevf.server.wipe.WipeProgress;
import org.jspecify.annotations.Nullable;

/**
 * The Sanitize Status log page (NVMe Base 2.1 §5.1.12.1.33) of a virtual function. It is made of the control plane's state,
 * which survives a restart.
 *
 * <p>Global Data Erased is not kept over a restart. There are no estimates of time, which depend on what else the target
 * does.
 */
final class SanitizeLog {
    private SanitizeLog() {}

    static ByteBuf page(Subsystem subsystem) {
        ByteBuf page = LogPageCommands.zeroed(SanitizeStatus.SIZE);
        SanitizeStatus log = new SanitizeStatus(page)
                .sprog(SanitizeStatus.SPROG_IDLE)
                .eto(SanitizeStatus.NO_ESTIMATE)
                .etbe(SanitizeStatus.NO_ESTIMATE)
                .etce(SanitizeStatus.NO_ESTIMATE)
                .etond(SanitizeStatus.NO_ESTIMATE)
                .etbend(SanitizeStatus.NO_ESTIMATE)
                .etcend(SanitizeStatus.NO_ESTIMATE)
                .etpvds(SanitizeStatus.NO_ESTIMATE);
        var last = subsystem.vf().sanitize();
        if (last == null) {
            return page;
        }
        boolean unrestricted = Sanitize.of(last.scdw10(), 0).ause();
        int processing =
                unrestricted ? SanitizeStatus.SANS_UNRESTRICTED_PROCESSING : SanitizeStatus.SANS_RESTRICTED_PROCESSING;
        int failure = unrestricted ? SanitizeStatus.SANS_UNRESTRICTED_FAILURE : SanitizeStatus.SANS_RESTRICTED_FAILURE;
        log.scdw10(Integer.toUnsignedLong(last.scdw10()));
        switch (last.state()) {
            case RUNNING -> {
                double share = share(progress(subsystem, last.operation()));
                log.sprog(Math.min((int) (share * 0x1_0000), SanitizeStatus.SPROG_IDLE - 1))
                        .sstat(SanitizeStatus.SOS_SANITIZING)
                        .ssi(processing);
            }
            case SUCCEEDED ->
                log.sstat(SanitizeStatus.SOS_SANITIZED
                                | last.passes() << SanitizeStatus.OPC_SHIFT
                                | (subsystem.isGlobalDataErased() ? SanitizeStatus.SSTAT_GDE : 0))
                        .ssi(SanitizeStatus.SANS_IDLE);
            case FAILED ->
                log.sstat(SanitizeStatus.SOS_FAILED)
                        .ssi(
                                last.restricts()
                                        ? failure | processing << SanitizeStatus.FAILS_SHIFT
                                        : SanitizeStatus.SANS_IDLE);
        }
        return page;
    }

    private static @Nullable WipeProgress progress(Subsystem subsystem, String operation) {
        TargetService service = subsystem.registry().control().service();
        return service.state().operation(operation).map(service::progress).orElse(null);
    }

    /** How much is done, 0 to 1. */
    private static double share(@Nullable WipeProgress progress) {
        return progress == null || progress.totalBytes() == 0
                ? 0
                : (double) progress.doneBytes() / progress.totalBytes();
    }
}
