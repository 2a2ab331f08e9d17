package io.nvmevf.server.host;

import io.nvmevf.protocol.fabrics.Cc;
import io.nvmevf.protocol.fabrics.ConnectData;
import io.nvmevf.protocol.fabrics.Csts;
import io.nvmevf.protocol.fabrics.Properties;
import io.nvmevf.protocol.nvme.Status;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A host with one controller: its admin queue, and the I/O queues that it has connected. */
public final class TestHost implements AutoCloseable {
    public static final String NQN = "nqn.2014-08.org.nvmexpress:uuid:11111111-1111-4111-8111-111111111111";
    public static final UUID ID = UUID.fromString("11111111-1111-4111-8111-111111111111");
    /** CC.EN with what a host over fabrics asks for: IOSQES 6, IOCQES 4. */
    public static final Cc ENABLED = new Cc(0).iosqes(6).iocqes(4).en(true);

    private static final int ADMIN_QUEUE_SIZE = 32;

    private final InetSocketAddress address;
    private final HostOptions options;
    private final String subnqn;
    private final String hostnqn;
    private final UUID hostid;
    private final HostQueue admin;
    private final List<HostQueue> ioQueues = new ArrayList<>();
    private final int cntlid;

    private TestHost(
            InetSocketAddress address,
            HostOptions options,
            String subnqn,
            String hostnqn,
            UUID hostid,
            HostQueue admin,
            int cntlid) {
        this.address = address;
        this.options = options;
        this.subnqn = subnqn;
        this.hostnqn = hostnqn;
        this.hostid = hostid;
        this.admin = admin;
        this.cntlid = cntlid;
    }

    /** Connects the admin queue; the controller is not enabled. */
    public static TestHost connectAdmin(
            InetSocketAddress address, HostOptions options, String subnqn, String hostnqn, UUID hostid, int kato) {
        HostQueue admin = HostQueue.open(address, options, 0);
        byte[] data = HostQueue.connectData(subnqn, hostnqn, hostid, ConnectData.CNTLID_DYNAMIC);
        Completion completion =
                admin.run(admin.connectCommand(data, ADMIN_QUEUE_SIZE, kato)).ok();
        return new TestHost(address, options, subnqn, hostnqn, hostid, admin, completion.dw0() & 0xFFFF);
    }

    /** Connects the admin queue and enables the controller, as the usual host. */
    public static TestHost connect(InetSocketAddress address, HostOptions options, String subnqn) {
        TestHost host = connectAdmin(address, options, subnqn, NQN, ID, 0);
        host.enable();
        return host;
    }

    public HostQueue admin() {
        return admin;
    }

    public int cntlid() {
        return cntlid;
    }

    public String hostnqn() {
        return hostnqn;
    }

    /** Runs an admin command. */
    public Completion admin(Command command) {
        return admin.run(command);
    }

    public long property(int offset) {
        return admin.run(Command.propertyGet(offset, Properties.size(offset)))
                .ok()
                .result();
    }

    public Csts csts() {
        return new Csts((int) property(Properties.CSTS));
    }

    public void writeCc(Cc cc) {
        admin.run(Command.propertySet(Properties.CC, 4, cc.value())).ok();
    }

    /** Sets CC.EN; the target is ready at once. */
    public void enable() {
        writeCc(ENABLED);
        Csts csts = csts();
        if (!csts.rdy() || csts.cfs()) {
            throw new AssertionError("the controller is not ready: " + csts);
        }
    }

    /** Connects an I/O queue. */
    public HostQueue connectIo(int qid, int size) {
        return connectIo(qid, size, options);
    }

    /** Connects an I/O queue that talks in its own way. */
    public HostQueue connectIo(int qid, int size, HostOptions ioOptions) {
        HostQueue queue = HostQueue.open(address, ioOptions, qid);
        ioQueues.add(queue);
        queue.run(queue.connectCommand(HostQueue.connectData(subnqn, hostnqn, hostid, cntlid), size, 0))
                .ok();
        return queue;
    }

    /** Connects an I/O queue whose connection has just ended: its identifier is taken until the target has seen that. */
    public HostQueue reconnectIo(int qid, int size) {
        for (int tries = 0; tries < 1000; tries++) {
            HostQueue queue = HostQueue.open(address, options, qid);
            ioQueues.add(queue);
            Completion completion =
                    queue.run(queue.connectCommand(HostQueue.connectData(subnqn, hostnqn, hostid, cntlid), size, 0));
            if (completion.code() != Status.COMMAND_SEQUENCE_ERROR) {
                completion.ok();
                return queue;
            }
            queue.close();
        }
        throw new AssertionError("queue " + qid + " stays connected after its connection has ended");
    }

    @Override
    public void close() {
        ioQueues.forEach(HostQueue::close);
        admin.close();
    }
}
