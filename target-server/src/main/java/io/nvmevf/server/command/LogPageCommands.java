package io.nvmevf.server.command;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.nvmevf.protocol.feature.FeatureId;
import io.nvmevf.protocol.identify.NamespaceDescriptors;
import io.nvmevf.protocol.log.ChangedNamespaces;
import io.nvmevf.protocol.log.CommandEffects;
import io.nvmevf.protocol.log.ErrorInformation;
import io.nvmevf.protocol.log.FeatureEffects;
import io.nvmevf.protocol.log.FirmwareSlot;
import io.nvmevf.protocol.log.LogPageId;
import io.nvmevf.protocol.log.MiCommandEffects;
import io.nvmevf.protocol.log.SmartHealth;
import io.nvmevf.protocol.log.SupportedLogPages;
import io.nvmevf.protocol.nvme.AdminOpcode;
import io.nvmevf.protocol.nvme.NvmOpcode;
import io.nvmevf.protocol.nvme.Sqe;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.server.subsystem.Controller;
import io.nvmevf.server.subsystem.ErrorLog;
import io.nvmevf.server.subsystem.NamespaceCounters.Counter;
import io.nvmevf.server.transport.CommandSlot;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Get Log Page (NVMe Base 2.1 §5.1.12). A page is made whole, and the piece that was asked for is copied out of it: any
 * dword offset and length will do. What lies beyond a page's end reads as zeros.
 */
class LogPageCommands {
    private static final int RAE = 1 << 15;
    /** CDW14: the offset is an index into the page's entries, which none of these pages has. */
    private static final int OFFSET_TYPE = 1 << 23;
    /** A data unit of the SMART log: thousands of 512 bytes. */
    private static final long DATA_UNIT = 512_000;

    private final Controller controller;

    LogPageCommands(Controller controller) {
        this.controller = controller;
    }

    /** Writes the command's data and returns its status. */
    final int write(CommandSlot slot) {
        ByteBuf b = slot.data();
        int at = slot.dataIndex();
        b.setZero(at, slot.length());
        long offset = slot.cdw64(12);
        if ((slot.cdw(14) & OFFSET_TYPE) != 0 || offset < 0 || offset % 4 != 0) {
            return Status.INVALID_FIELD | Status.DNR;
        }
        int lid = slot.cdw(10) & 0xFF;
        ByteBuf page = page(lid, slot.cdw(14) >>> 24);
        if (page == null) {
            return Status.INVALID_LOG_PAGE | Status.DNR;
        }
        if (offset > page.capacity()) {
            return Status.INVALID_FIELD | Status.DNR;
        }
        if (lid == LogPageId.SMART_HEALTH && slot.nsid() != 0 && slot.nsid() != Sqe.NSID_ALL) {
            return Status.INVALID_FIELD | Status.DNR;
        }
        b.setBytes(at, page, (int) offset, (int) Math.min(slot.length(), page.capacity() - offset));
        if ((slot.cdw(10) & RAE) == 0) {
            read(lid);
        }
        return Status.SUCCESS;
    }

    /**
     * The log page, or null if the controller does not have it.
     *
     * @param csi I/O command set, for the one page that differs by it
     */
    @Nullable
    ByteBuf page(int lid, int csi) {
        return switch (lid) {
            case LogPageId.SUPPORTED_LOG_PAGES -> supported();
            case LogPageId.ERROR_INFORMATION -> errors();
            case LogPageId.SMART_HEALTH -> smart();
            case LogPageId.FIRMWARE_SLOT -> firmware();
            case LogPageId.CHANGED_NAMESPACES -> changedNamespaces();
            case LogPageId.COMMAND_EFFECTS -> commandEffects(csi);
            case LogPageId.FEATURE_EFFECTS -> featureEffects();
            // (There is no management endpoint in band: no NVMe-MI command is supported.)
            case LogPageId.MI_COMMAND_EFFECTS -> zeroed(MiCommandEffects.SIZE);
            default -> null;
        };
    }

    /** The log pages that {@link #page} knows. */
    List<Integer> supportedPages() {
        return List.of(
                LogPageId.SUPPORTED_LOG_PAGES,
                LogPageId.ERROR_INFORMATION,
                LogPageId.SMART_HEALTH,
                LogPageId.FIRMWARE_SLOT,
                LogPageId.CHANGED_NAMESPACES,
                LogPageId.COMMAND_EFFECTS,
                LogPageId.FEATURE_EFFECTS,
                LogPageId.MI_COMMAND_EFFECTS);
    }

    private void read(int lid) {
        if (lid == LogPageId.CHANGED_NAMESPACES) {
            controller.changedNamespaces().clear();
        }
        controller.events().cleared(lid);
    }

    final ByteBuf supported() {
        ByteBuf page = zeroed(SupportedLogPages.SIZE);
        SupportedLogPages log = new SupportedLogPages(page);
        supportedPages().forEach(log::support);
        return page;
    }

    final ByteBuf errors() {
        ByteBuf page = zeroed(ErrorLog.ENTRIES * ErrorInformation.SIZE);
        controller.errors().write(page);
        return page;
    }

    private ByteBuf smart() {
        ByteBuf page = zeroed(SmartHealth.SIZE);
        long uptime = ManagementFactory.getRuntimeMXBean().getUptime();
        // (No sensor and no wear: temperature and percentage used are not reported. There is no spare to run out of.)
        new SmartHealth(page)
                .avsp(100)
                .dur(dataUnits(sum(Counter.READ_BYTES)))
                .duw(dataUnits(sum(Counter.WRITE_BYTES)))
                .hrc(sum(Counter.READ_COMMANDS))
                .hwc(sum(Counter.WRITE_COMMANDS))
                .poh(TimeUnit.MILLISECONDS.toHours(uptime))
                .mdie(sum(Counter.MEDIA_ERRORS))
                .neile(controller.errors().count());
        return page;
    }

    private long sum(Counter counter) {
        return controller.subsystem().count(counter);
    }

    private static long dataUnits(long bytes) {
        return (bytes + DATA_UNIT - 1) / DATA_UNIT;
    }

    private static ByteBuf firmware() {
        ByteBuf page = zeroed(FirmwareSlot.SIZE);
        new FirmwareSlot(page).afi(1).frs(0, IdentifyCommands.FIRMWARE);
        return page;
    }

    private ByteBuf changedNamespaces() {
        ByteBuf page = zeroed(ChangedNamespaces.SIZE);
        new ChangedNamespaces(page).fill(controller.changedNamespaces().stream().mapToLong(Integer::longValue));
        return page;
    }

    /** Adds the commands that not every controller has to the Commands Supported and Effects log page. */
    void ownCommands(CommandEffects log) {}

    private ByteBuf commandEffects(int csi) {
        ByteBuf page = zeroed(CommandEffects.SIZE);
        CommandEffects log = new CommandEffects(page);
        for (int opc : new int[] {
            AdminOpcode.GET_LOG_PAGE,
            AdminOpcode.IDENTIFY,
            AdminOpcode.ABORT,
            AdminOpcode.SET_FEATURES,
            AdminOpcode.GET_FEATURES,
            AdminOpcode.ASYNC_EVENT_REQUEST,
            AdminOpcode.KEEP_ALIVE
        }) {
            log.acs(opc, CommandEffects.CSUPP);
        }
        ownCommands(log);
        if (csi != NamespaceDescriptors.CSI_NVM) {
            // (Of another I/O command set no command is supported; nvme-cli asks for all that CAP.CSS might mean.)
            return page;
        }
        for (int opc : new int[] {NvmOpcode.FLUSH, NvmOpcode.READ, NvmOpcode.COMPARE, NvmOpcode.VERIFY}) {
            log.iocs(opc, CommandEffects.CSUPP);
        }
        for (int opc :
                new int[] {NvmOpcode.WRITE, NvmOpcode.WRITE_ZEROES, NvmOpcode.DATASET_MANAGEMENT, NvmOpcode.COPY}) {
            log.iocs(opc, CommandEffects.CSUPP | CommandEffects.LBCC);
        }
        return page;
    }

    private static ByteBuf featureEffects() {
        ByteBuf page = zeroed(FeatureEffects.SIZE);
        FeatureEffects log = new FeatureEffects(page);
        for (int fid : FeatureCommands.SUPPORTED) {
            boolean ofNamespace = fid == FeatureId.NAMESPACE_WRITE_PROTECTION;
            log.fis(
                    fid,
                    FeatureEffects.FSUPP
                            | (ofNamespace
                                    ? FeatureEffects.NCC | FeatureEffects.SCOPE_NAMESPACE
                                    : FeatureEffects.SCOPE_CONTROLLER));
        }
        return page;
    }

    static ByteBuf zeroed(int size) {
        return Unpooled.wrappedBuffer(new byte[size]);
    }
}
