package io.nvmevf.server.command;

import io.netty.buffer.ByteBuf;
import io.nvmevf.protocol.log.DiscoveryLog;
import io.nvmevf.protocol.log.DiscoveryLogEntry;
import io.nvmevf.protocol.log.LogPageId;
import io.nvmevf.server.control.TlsMode;
import io.nvmevf.server.subsystem.Controller;
import io.nvmevf.server.subsystem.Port;
import io.nvmevf.server.subsystem.Subsystem;
import io.nvmevf.server.subsystem.Subsystems;
import io.nvmevf.server.transport.QueuePair;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The discovery log page (NVMe Base 2.1 §5.1.12.3.1): the discovery subsystem itself, then what the asking host may connect
 * to, and nothing else. One entry for each subsystem and port.
 */
final class DiscoveryLogCommands extends LogPageCommands {
    private final Controller controller;
    private final QueuePair queue;
    private @Nullable ByteBuf made;
    private long madeGeneration;

    DiscoveryLogCommands(Controller controller, QueuePair queue) {
        super(controller);
        this.controller = controller;
        this.queue = queue;
    }

    @Override
    @Nullable
    ByteBuf page(int lid, int csi) {
        return switch (lid) {
            case LogPageId.SUPPORTED_LOG_PAGES -> supported();
            case LogPageId.ERROR_INFORMATION -> errors();
            case LogPageId.DISCOVERY -> discovery();
            default -> null;
        };
    }

    @Override
    List<Integer> supportedPages() {
        return List.of(LogPageId.SUPPORTED_LOG_PAGES, LogPageId.ERROR_INFORMATION, LogPageId.DISCOVERY);
    }

    /** The page, made once for each generation of what the host sees: it reads it in many pieces. */
    private ByteBuf discovery() {
        Subsystems subsystems = controller.subsystem().registry();
        long generation = subsystems.generation(controller.hostNqn());
        ByteBuf page = made;
        if (page == null || madeGeneration != generation) {
            page = make(subsystems, generation);
            made = page;
            madeGeneration = generation;
        }
        return page;
    }

    private ByteBuf make(Subsystems subsystems, long generation) {
        List<Subsystem> visible = new ArrayList<>();
        Subsystem pf = subsystems.physicalFunction();
        if (pf != null && pf.isVisibleTo(controller.hostNqn())) {
            visible.add(pf);
        }
        subsystems.virtualFunctions().stream()
                .filter(s -> s.isVisibleTo(controller.hostNqn()))
                .forEach(visible::add);
        List<Port> ports = subsystems.ports();
        int entries = ports.size();
        for (Subsystem subsystem : visible) {
            entries += (int)
                    ports.stream().filter(p -> subsystem.isExposedOn(p.id())).count();
        }
        ByteBuf page = zeroed(DiscoveryLog.size(entries));
        DiscoveryLog log =
                new DiscoveryLog(page).genctr(generation).numrec(entries).recfmt(0);
        int n = 0;
        for (Port port : ports) {
            entry(log.entry(n++), port, subsystems.discovery()).subtype(DiscoveryLogEntry.SUBTYPE_CURRENT_DISCOVERY);
        }
        for (Subsystem subsystem : visible) {
            for (Port port : ports) {
                if (subsystem.isExposedOn(port.id())) {
                    entry(log.entry(n++), port, subsystem).subtype(DiscoveryLogEntry.SUBTYPE_NVM);
                }
            }
        }
        return page;
    }

    private DiscoveryLogEntry entry(DiscoveryLogEntry entry, Port port, Subsystem subsystem) {
        InetAddress address = port.bound().getAddress();
        if (address.isAnyLocalAddress() && queue.localAddress() instanceof InetSocketAddress local) {
            address = local.getAddress();
        }
        String advertise = port.advertise();
        String traddr = advertise == null ? address.getHostAddress() : advertise;
        boolean ipv6 = advertise == null ? address instanceof Inet6Address : advertise.indexOf(':') >= 0;
        TlsMode tls = subsystem.access().tls();
        boolean required = tls == TlsMode.REQUIRED;
        // (Where it is not required, a host without a key has no use for it.)
        boolean offered = required || (tls == TlsMode.ALLOWED && subsystem.tlsKey(controller.hostNqn()) != null);
        return entry.trtype(DiscoveryLogEntry.TRTYPE_TCP)
                .adrfam(ipv6 ? DiscoveryLogEntry.ADRFAM_IPV6 : DiscoveryLogEntry.ADRFAM_IPV4)
                .treq((required
                                ? DiscoveryLogEntry.TREQ_SECURE_CHANNEL_REQUIRED
                                : DiscoveryLogEntry.TREQ_SECURE_CHANNEL_NOT_REQUIRED)
                        | DiscoveryLogEntry.TREQ_DISABLE_SQ_FLOW_CONTROL)
                .portid(port.id())
                .cntlid(DiscoveryLogEntry.CNTLID_DYNAMIC)
                .asqsz(Subsystem.ADMIN_QUEUE_DEPTH)
                .eflags(subsystem.isDiscovery() ? DiscoveryLogEntry.EFLAGS_EPCSD : 0)
                .trsvcid(Integer.toString(port.bound().getPort()))
                .subnqn(subsystem.nqn())
                .traddr(traddr)
                .sectype(offered ? DiscoveryLogEntry.SECTYPE_TLS13 : DiscoveryLogEntry.SECTYPE_NONE);
    }
}
