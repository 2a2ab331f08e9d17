package io.nvmevf.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.nvmevf.protocol.fabrics.Cap;
import io.nvmevf.protocol.fabrics.Cc;
import io.nvmevf.protocol.fabrics.ConnectData;
import io.nvmevf.protocol.fabrics.Csts;
import io.nvmevf.protocol.fabrics.Properties;
import io.nvmevf.protocol.feature.FeatureId;
import io.nvmevf.protocol.feature.NumberOfQueues;
import io.nvmevf.protocol.identify.Cns;
import io.nvmevf.protocol.identify.IdentifyController;
import io.nvmevf.protocol.identify.IdentifyNamespace;
import io.nvmevf.protocol.identify.NamespaceList;
import io.nvmevf.protocol.nvme.AdminOpcode;
import io.nvmevf.protocol.nvme.FabricsCommand;
import io.nvmevf.protocol.nvme.Sqe;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.UUID;

/**
 * The host's side of a controller: its admin queue, and what it takes to open I/O queues (NVMe Base 2.1 §3.3, §3.5.3.2 and
 * §6). Blocking; used by one thread.
 */
public final class HostController implements Closeable {
    /** The host keeps alive at a third of this. */
    static final Duration KATO = Duration.ofSeconds(30);

    private static final int ADMIN_ENTRIES = 32;
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(30);

    private final LoadOptions options;
    private final Duration kato;
    private final Connection admin;
    private final int cntlid;
    private final int mqes;
    private final int inCapsule;
    private final int mdts;

    /** A namespace: {@code blocks} logical blocks of {@code 1 << lbads} bytes. */
    public record NamespaceSize(int nsid, long blocks, int lbads) {
        public long bytes() {
            return blocks << lbads;
        }
    }

    private HostController(LoadOptions options, Duration kato, Connection admin) throws IOException {
        this.options = options;
        this.kato = kato;
        this.admin = admin;
        cntlid = (int) connect(admin, 0, ADMIN_ENTRIES, ConnectData.CNTLID_DYNAMIC) & 0xFFFF;
        mqes = new Cap(property(Properties.CAP, 8)).mqes() + 1;
        configure(new Cc(0).en(true).iosqes(6).iocqes(4));
        awaitReady();
        ByteBuf page = identify(Cns.CONTROLLER, 0);
        IdentifyController controller = new IdentifyController(page);
        inCapsule = (int) Math.min(1 << 20, controller.ioccsz() * 16 - Sqe.SIZE);
        mdts = controller.mdts() == 0 ? Integer.MAX_VALUE : 4096 << Math.min(18, controller.mdts());
    }

    /** Connects and enables a controller. */
    public static HostController open(LoadOptions options) throws IOException {
        return open(options, KATO);
    }

    /**
     * Connects and enables a controller.
     *
     * @param kato keep alive timeout: {@link #keepAlive} must be called more often
     */
    public static HostController open(LoadOptions options, Duration kato) throws IOException {
        Connection admin = Connection.open(address(options), options);
        try {
            return new HostController(options, kato, admin);
        } catch (IOException | RuntimeException e) {
            admin.close();
            throw e;
        }
    }

    /** Bytes of data that an I/O command capsule may carry. */
    public int inCapsule() {
        return inCapsule;
    }

    /** Bytes of data that one command may move. */
    public int mdts() {
        return mdts;
    }

    /** The namespace that was asked for, or the first one that there is. */
    public NamespaceSize namespace() throws IOException {
        int nsid = options.nsid();
        if (nsid == 0) {
            nsid = (int) new NamespaceList(identify(Cns.ACTIVE_NAMESPACES, 0)).nsid(0);
            if (nsid == 0) {
                throw new LoadException("the subsystem has no namespace");
            }
        }
        IdentifyNamespace namespace = new IdentifyNamespace(identify(Cns.NAMESPACE, nsid));
        if (namespace.nsze() == 0) {
            throw new LoadException("namespace " + nsid + " is not there");
        }
        return new NamespaceSize(nsid, namespace.nsze(), namespace.lbads(namespace.formatIndex()));
    }

    /** Asks for this many I/O queues. */
    public void numberOfQueues(int queues) throws IOException {
        ByteBuf sqe = command(AdminOpcode.SET_FEATURES, 0);
        Sqe.setCdw(sqe, 0, 10, FeatureId.NUMBER_OF_QUEUES);
        Sqe.setCdw(sqe, 0, 11, new NumberOfQueues(queues, queues).dword());
        NumberOfQueues granted = NumberOfQueues.of((int)
                admin.exchange(sqe).orThrow("Set Features, Number of Queues").result());
        if (granted.submissionQueues() < queues) {
            throw new LoadException("the target grants " + granted.submissionQueues() + " queues, not " + queues);
        }
    }

    /** Opens an I/O queue that holds {@code depth} commands at a time; {@code qid} from 1. */
    public Connection ioQueue(int qid, int depth) throws IOException {
        // With flow control a queue of n entries is full with n - 1 commands in it.
        int entries = Math.max(2, depth + (options.flowControl() ? 1 : 0));
        if (entries > mqes) {
            throw new LoadException("a queue has at most " + mqes + " entries; " + entries + " are needed");
        }
        Connection queue = Connection.open(address(options), options);
        try {
            connect(queue, qid, entries, cntlid);
            return queue;
        } catch (IOException | RuntimeException e) {
            queue.close();
            throw e;
        }
    }

    public void keepAlive() throws IOException {
        admin.exchange(command(AdminOpcode.KEEP_ALIVE, 0)).orThrow("Keep Alive");
    }

    /** The first {@code size} bytes of a log page; {@code size} is a multiple of 4, at most 4096. */
    public ByteBuf logPage(int lid, int size) throws IOException {
        ByteBuf sqe = command(AdminOpcode.GET_LOG_PAGE, 0xFFFF_FFFF);
        Sqe.setCdw(sqe, 0, 10, (size / 4 - 1) << 16 | lid);
        ByteBuf page = page(size);
        admin.exchange(sqe, Unpooled.EMPTY_BUFFER, page).orThrow("Get Log Page " + Integer.toHexString(lid));
        return page;
    }

    /** Shuts the controller down and disconnects. */
    public void shutdown() throws IOException {
        configure(new Cc(0).en(true).iosqes(6).iocqes(4).shn(Cc.SHN_NORMAL));
        close();
    }

    @Override
    public void close() {
        admin.close();
    }

    private long connect(Connection queue, int qid, int entries, int controller) throws IOException {
        ByteBuf sqe = command(FabricsCommand.OPCODE, FabricsCommand.CONNECT);
        sqe.setShortLE(FabricsCommand.QID_OFFSET, qid);
        sqe.setShortLE(FabricsCommand.SQSIZE_OFFSET, entries - 1);
        if (qid == 0) {
            sqe.setIntLE(FabricsCommand.KATO_OFFSET, (int) kato.toMillis());
        } else if (!options.flowControl()) {
            sqe.setByte(FabricsCommand.CATTR_OFFSET, FabricsCommand.CATTR_DISABLE_SQ_FLOW_CONTROL);
        }
        ByteBuf data = page(ConnectData.SIZE);
        new ConnectData(data)
                .hostid(UUID.nameUUIDFromBytes(options.hostnqn().getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .cntlid(controller)
                .subnqn(options.subnqn())
                .hostnqn(options.hostnqn());
        return queue.exchange(sqe, data, Unpooled.EMPTY_BUFFER)
                .orThrow("Connect to " + options.subnqn())
                .result();
    }

    private void configure(Cc cc) throws IOException {
        ByteBuf sqe = command(FabricsCommand.OPCODE, FabricsCommand.PROPERTY_SET);
        sqe.setIntLE(FabricsCommand.OFST_OFFSET, Properties.CC);
        sqe.setLongLE(FabricsCommand.VALUE_OFFSET, cc.value() & 0xFFFFFFFFL);
        admin.exchange(sqe).orThrow("Property Set, CC");
    }

    private void awaitReady() throws IOException {
        long deadline = System.nanoTime() + READY_TIMEOUT.toNanos();
        while (true) {
            Csts csts = new Csts((int) property(Properties.CSTS, 4));
            if (csts.rdy()) {
                return;
            }
            if (csts.cfs() || System.nanoTime() - deadline > 0) {
                throw new LoadException(
                        "the controller does not become ready; CSTS " + Integer.toHexString(csts.value()));
            }
        }
    }

    private long property(int offset, int size) throws IOException {
        ByteBuf sqe = command(FabricsCommand.OPCODE, FabricsCommand.PROPERTY_GET);
        sqe.setByte(FabricsCommand.ATTRIB_OFFSET, size == 8 ? 1 : 0);
        sqe.setIntLE(FabricsCommand.OFST_OFFSET, offset);
        return admin.exchange(sqe)
                .orThrow("Property Get, " + Properties.name(offset))
                .result();
    }

    private ByteBuf identify(int cns, int nsid) throws IOException {
        ByteBuf sqe = command(AdminOpcode.IDENTIFY, nsid);
        Sqe.setCdw(sqe, 0, 10, cns);
        ByteBuf page = page(4096);
        admin.exchange(sqe, Unpooled.EMPTY_BUFFER, page).orThrow("Identify, CNS " + Integer.toHexString(cns));
        return page;
    }

    /** An SQE; the dword behind CID is the NSID, or of fabrics commands the FCTYPE. */
    private static ByteBuf command(int opc, int nsidOrFctype) {
        ByteBuf sqe = page(Sqe.SIZE);
        Sqe.write(sqe, 0, opc, 0, nsidOrFctype);
        return sqe;
    }

    private static ByteBuf page(int size) {
        return Unpooled.buffer(size, size).setZero(0, size);
    }

    private static InetSocketAddress address(LoadOptions options) {
        return new InetSocketAddress(options.host(), options.port());
    }
}
