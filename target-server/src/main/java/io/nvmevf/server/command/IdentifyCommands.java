package io.nvmevf.server.command;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.nvmevf.protocol.Fields;
import io.nvmevf.protocol.fabrics.Properties;
import io.nvmevf.protocol.identify.Cns;
import io.nvmevf.protocol.identify.ControllerList;
import io.nvmevf.protocol.identify.IdentifyController;
import io.nvmevf.protocol.identify.IdentifyNamespace;
import io.nvmevf.protocol.identify.IndependentNamespace;
import io.nvmevf.protocol.identify.IoCommandSets;
import io.nvmevf.protocol.identify.NamespaceDescriptors;
import io.nvmevf.protocol.identify.NamespaceGranularityList;
import io.nvmevf.protocol.identify.NamespaceList;
import io.nvmevf.protocol.identify.NvmIdentifyController;
import io.nvmevf.protocol.nvme.Sqe;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.protocol.tcp.CapsuleResp;
import io.nvmevf.server.control.Namespace;
import io.nvmevf.server.control.TargetState;
import io.nvmevf.server.subsystem.AsyncEvents;
import io.nvmevf.server.subsystem.AttachedNamespace;
import io.nvmevf.server.subsystem.Controller;
import io.nvmevf.server.subsystem.ErrorLog;
import io.nvmevf.server.subsystem.NamespaceTable;
import io.nvmevf.server.subsystem.Subsystem;
import io.nvmevf.server.transport.CommandSlot;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Identify (NVMe Base 2.1 §5.1.13): what the controller, its namespaces and its lists look like. */
final class IdentifyCommands {
    /** The logical block sizes that a namespace may have, as LBADS; the format index is the place in this list. */
    private static final int[] LBA_FORMATS = {9, 12};
    /** Sizes of namespaces and of deallocation are multiples of this many bytes. */
    static final int GRANULARITY = 4096;
    /** The highest NSID that a list of namespaces may be asked to begin behind. */
    static final int LAST_LIST_NSID = 0xFFFF_FFFD;

    private static final String MODEL = "nvmevf virtual function";
    static final String FIRMWARE = "0.1.0";
    /** KAS: the keep alive timer counts in seconds. */
    private static final int KEEP_ALIVE_UNIT = 10;

    private final Controller controller;
    private final ControllerLimits limits;
    private final long nn;

    IdentifyCommands(Controller controller, ControllerLimits limits) {
        this.controller = controller;
        this.limits = limits;
        nn = controller.subsystem().isPf() ? TargetState.MAX_NAMESPACE_NUMBER : NamespaceTable.MAX_NSID;
    }

    /** How many LBA formats there are: those from 0 on. */
    static int formats() {
        return LBA_FORMATS.length;
    }

    /** LBADS of an LBA format. */
    static int lbads(int format) {
        return LBA_FORMATS[format];
    }

    /** Writes the command's data and returns its status. */
    int write(CommandSlot slot) {
        ByteBuf b = slot.data();
        int at = slot.dataIndex();
        b.setZero(at, slot.length());
        int cns = slot.cdw(10) & 0xFF;
        if (controller.subsystem().isDiscovery()) {
            return cns == Cns.CONTROLLER ? discoveryController(b, at) : Status.INVALID_FIELD | Status.DNR;
        }
        return switch (cns) {
            case Cns.NAMESPACE, Cns.ALLOCATED_NAMESPACE -> namespace(slot, b, at);
            case Cns.CONTROLLER -> controller(b, at);
            case Cns.ACTIVE_NAMESPACES, Cns.ALLOCATED_NAMESPACES -> namespaces(slot, b, at);
            case Cns.NAMESPACE_DESCRIPTORS -> descriptors(slot, b, at);
            case Cns.CSI_NAMESPACE -> csi(slot, isActive(slot));
            case Cns.CSI_CONTROLLER -> nvmController(slot, b, at);
            case Cns.CSI_ACTIVE_NAMESPACES -> csi(slot, namespaces(slot, b, at));
            case Cns.INDEPENDENT_NAMESPACE -> independentNamespace(slot, b, at);
            case Cns.NAMESPACE_CONTROLLERS -> {
                int status = isActive(slot);
                yield status == Status.SUCCESS ? controllers(slot, b, at) : status;
            }
            case Cns.CONTROLLERS -> controllers(slot, b, at);
            case Cns.NAMESPACE_GRANULARITY -> granularity(b, at);
            // (Vendor specific parameters of other vendors are not used: the list is empty.)
            case Cns.UUIDS -> Status.SUCCESS;
            case Cns.IO_COMMAND_SETS -> commandSets(slot, b, at);
            default -> Status.INVALID_FIELD | Status.DNR;
        };
    }

    // ---- controllers ---------------------------------------------------------------------------------------------

    private int controller(ByteBuf b, int at) {
        Subsystem subsystem = controller.subsystem();
        boolean crypto = ErasePlans.canEraseKeys(subsystem);
        operational(new IdentifyController(b, at))
                .sn(subsystem.vf().serial())
                .oacs(IdentifyController.OACS_FORMAT)
                .sanicap((crypto ? IdentifyController.SANICAP_CES : 0)
                        | IdentifyController.SANICAP_BES
                        | IdentifyController.SANICAP_OWS
                        | IdentifyController.SANICAP_NDI
                        | IdentifyController.SANICAP_NODMMAS_NOT_MODIFIED)
                .nn(nn)
                .mnan(nn)
                .fna((crypto ? IdentifyController.FNA_CRYPTO_ERASE : 0) | IdentifyController.FNA_NO_BROADCAST);
        return Status.SUCCESS;
    }

    /** What controllers with I/O queues have in common. */
    IdentifyController operational(IdentifyController id) {
        return common(id)
                .cntrltype(IdentifyController.CNTRLTYPE_IO)
                .cmic(IdentifyController.CMIC_MULTI_PORT | IdentifyController.CMIC_MULTI_CONTROLLER)
                .oaes(IdentifyController.OAES_NAMESPACE_ATTRIBUTE)
                .ctratt(IdentifyController.CTRATT_HIDS
                        | IdentifyController.CTRATT_TBKAS
                        | IdentifyController.CTRATT_NG
                        | IdentifyController.CTRATT_ULIST)
                .acl(AdminCommands.ABORT_LIMIT - 1)
                .aerl(AsyncEvents.LIMIT - 1)
                .frmw(IdentifyController.FRMW_SLOT1_READ_ONLY | 1 << IdentifyController.FRMW_SLOTS_SHIFT)
                .lpa(IdentifyController.LPA_COMMAND_EFFECTS
                        | IdentifyController.LPA_EXTENDED_DATA
                        | IdentifyController.LPA_MISC_LOG_PAGES)
                .sqes(IdentifyController.SQES_64_BYTES)
                .cqes(IdentifyController.CQES_16_BYTES)
                .oncs(IdentifyController.ONCS_COMPARE
                        | IdentifyController.ONCS_DATASET_MANAGEMENT
                        | IdentifyController.ONCS_WRITE_ZEROES
                        | IdentifyController.ONCS_SAVE
                        | IdentifyController.ONCS_VERIFY
                        | IdentifyController.ONCS_COPY)
                .fuses(IdentifyController.FUSES_COMPARE_AND_WRITE)
                .vwc(IdentifyController.VWC_PRESENT | IdentifyController.VWC_FLUSH_BROADCAST)
                .acwu(FusedCompareAndWrite.MAX_BYTES / GRANULARITY - 1)
                .nwpc(IdentifyController.NWPC_WRITE_PROTECT)
                .cdfs(IdentifyController.CDFS_FORMAT_0)
                .ioccsz((Sqe.SIZE + limits.inCapsuleData()) / 16)
                .iorcsz((CapsuleResp.HEADER - CapsuleResp.CQE_OFFSET) / 16)
                .ofcs(IdentifyController.OFCS_DISCONNECT);
    }

    private int discoveryController(ByteBuf b, int at) {
        common(new IdentifyController(b, at))
                .cntrltype(IdentifyController.CNTRLTYPE_DISCOVERY)
                .oaes(IdentifyController.OAES_DISCOVERY_CHANGE)
                .ctratt(IdentifyController.CTRATT_HIDS | IdentifyController.CTRATT_TBKAS)
                .aerl(AsyncEvents.LIMIT - 1)
                .lpa(IdentifyController.LPA_EXTENDED_DATA | IdentifyController.LPA_MISC_LOG_PAGES)
                .dctype(IdentifyController.DCTYPE_DDC);
        return Status.SUCCESS;
    }

    private IdentifyController common(IdentifyController id) {
        return id.mn(MODEL)
                .fr(FIRMWARE)
                .mdts(limits.mdtsField())
                .cntlid(controller.cntlid())
                .ver(Properties.VS_2_1)
                .elpe(ErrorLog.ENTRIES - 1)
                .kas(KEEP_ALIVE_UNIT)
                .maxcmd(controller.subsystem().maxQueueDepth())
                .sgls(IdentifyController.SGLS_SUPPORTED
                        | IdentifyController.SGLS_LONGER_THAN_DATA
                        | IdentifyController.SGLS_TRANSPORT)
                .msdbd(1)
                .subnqn(controller.subsystem().nqn());
    }

    private int nvmController(CommandSlot slot, ByteBuf b, int at) {
        new NvmIdentifyController(b, at).vsl(limits.mdtsField());
        return csi(slot, Status.SUCCESS);
    }

    private int controllers(CommandSlot slot, ByteBuf b, int at) {
        IntStream ids = controller.subsystem().controllers().stream()
                .mapToInt(Controller::cntlid)
                .sorted();
        new ControllerList(b, at).fill(slot.cdw(10) >>> 16, ids);
        return Status.SUCCESS;
    }

    private int commandSets(CommandSlot slot, ByteBuf b, int at) {
        int cntlid = slot.cdw(10) >>> 16;
        if (cntlid != 0xFFFF && cntlid != controller.cntlid()) {
            return Status.INVALID_FIELD | Status.DNR;
        }
        new IoCommandSets(b, at).iocsc(0, IoCommandSets.IOCSC_NVM);
        return Status.SUCCESS;
    }

    // ---- namespaces ----------------------------------------------------------------------------------------------

    private int namespace(CommandSlot slot, ByteBuf b, int at) {
        if (!isValid(slot.nsid())) {
            return Status.INVALID_NAMESPACE | Status.DNR;
        }
        AttachedNamespace ns = find(slot);
        // (An NSID that is not active has a page of zeros: §5.1.13.2.1.)
        if (ns != null) {
            namespace(new IdentifyNamespace(b, at), ns.config(), IdentifyNamespace.NMIC_SHARED);
        }
        return Status.SUCCESS;
    }

    /** Writes the page of a namespace. */
    void namespace(IdentifyNamespace id, Namespace ns, int nmic) {
        int lbads = Integer.numberOfTrailingZeros(ns.lbaSize());
        // (NPWG and its like, 0's based: what is best written and deallocated at once is a page of the pool.)
        int preferred = (GRANULARITY >> lbads) - 1;
        anyNamespace(id)
                .nsze(ns.blocks())
                .ncap(ns.blocks())
                .nuse(ns.blocks())
                .nmic(nmic)
                .nvmcap(ns.bytes())
                .npwg(preferred)
                .npwa(preferred)
                .npdg(preferred)
                .npda(preferred)
                .mssrl(CopyCommand.maxRangeBlocks(lbads, limits.mdts()))
                .mcl(CopyCommand.maxBlocks(lbads))
                .msrc(CopyCommand.MAX_RANGES - 1)
                .nsattr(ns.writeProtected() ? IdentifyNamespace.NSATTR_WRITE_PROTECTED : 0)
                .nguid(nguid(ns.uuid()));
        for (int i = 0; i < LBA_FORMATS.length; i++) {
            if (LBA_FORMATS[i] == lbads) {
                id.formatIndex(i);
            }
        }
    }

    /** Writes what holds for each namespace, of whatever size and format. */
    static IdentifyNamespace anyNamespace(IdentifyNamespace id) {
        for (int i = 0; i < LBA_FORMATS.length; i++) {
            id.lbaf(i, 0, LBA_FORMATS[i], IdentifyNamespace.RP_BEST);
        }
        return id.nsfeat(IdentifyNamespace.NSFEAT_OPTPERF)
                .nlbaf(LBA_FORMATS.length - 1)
                .dlfeat(IdentifyNamespace.DLFEAT_READ_ZEROES | IdentifyNamespace.DLFEAT_WRITE_ZEROES_DEAC);
    }

    /** NGUID: the UUID's 16 bytes, which are as unique. */
    private static byte[] nguid(UUID uuid) {
        byte[] bytes = new byte[Long.BYTES * 2];
        Fields.putUuid(Unpooled.wrappedBuffer(bytes), 0, uuid);
        return bytes;
    }

    private int independentNamespace(CommandSlot slot, ByteBuf b, int at) {
        AttachedNamespace ns = find(slot);
        if (ns == null) {
            return inactive(slot);
        }
        new IndependentNamespace(b, at)
                .nmic(IdentifyNamespace.NMIC_SHARED)
                .nsattr(ns.config().writeProtected() ? IdentifyNamespace.NSATTR_WRITE_PROTECTED : 0)
                .nstat(ns.isReady() ? IndependentNamespace.NSTAT_NRDY : 0);
        return Status.SUCCESS;
    }

    private int namespaces(CommandSlot slot, ByteBuf b, int at) {
        if (Integer.compareUnsigned(slot.nsid(), LAST_LIST_NSID) > 0) {
            return Status.INVALID_NAMESPACE | Status.DNR;
        }
        new NamespaceList(b, at)
                .fill(
                        Integer.toUnsignedLong(slot.nsid()),
                        controller.subsystem().namespaces().ascending().stream().mapToLong(AttachedNamespace::nsid));
        return Status.SUCCESS;
    }

    private int descriptors(CommandSlot slot, ByteBuf b, int at) {
        AttachedNamespace ns = find(slot);
        if (ns == null) {
            return inactive(slot);
        }
        new NamespaceDescriptors(b, at)
                .nguid(nguid(ns.config().uuid()))
                .uuid(ns.config().uuid())
                .csi(NamespaceDescriptors.CSI_NVM);
        return Status.SUCCESS;
    }

    private static int granularity(ByteBuf b, int at) {
        new NamespaceGranularityList(b, at).nszeg(0, GRANULARITY).ncapg(0, GRANULARITY);
        return Status.SUCCESS;
    }

    private @Nullable AttachedNamespace find(CommandSlot slot) {
        return controller.subsystem().namespaces().get(slot.nsid());
    }

    private int isActive(CommandSlot slot) {
        return find(slot) == null ? inactive(slot) : Status.SUCCESS;
    }

    /** Whether a namespace could have this NSID, which is taken as unsigned. */
    boolean isValid(int nsid) {
        return nsid != 0 && Integer.toUnsignedLong(nsid) <= nn;
    }

    /** The status of a command that takes the NSID of a namespace, when there is none. */
    int inactive(CommandSlot slot) {
        int code = isValid(slot.nsid()) ? Status.INVALID_FIELD : Status.INVALID_NAMESPACE;
        return code | Status.DNR;
    }

    /** {@code status}, unless the command is about another I/O command set than NVM. */
    private static int csi(CommandSlot slot, int status) {
        return slot.cdw(11) >>> 24 == NamespaceDescriptors.CSI_NVM
                ? status
                : Status.IO_COMMAND_SET_NOT_SUPPORTED | Status.DNR;
    }
}
