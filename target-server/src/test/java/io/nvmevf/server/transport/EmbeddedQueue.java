package io.nvmevf.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.nvmevf.protocol.Fields;
import io.nvmevf.protocol.nvme.Sqe;
import io.nvmevf.protocol.tcp.IcResp;
import io.nvmevf.protocol.tcp.Pdu;
import io.nvmevf.protocol.tcp.TermReq;
import io.nvmevf.server.host.HostOptions;
import io.nvmevf.server.host.HostPdus;
import io.nvmevf.server.host.PduParser;
import io.nvmevf.server.host.ReceivedPdu;
import io.nvmevf.server.host.TlsClient;
import io.nvmevf.server.metrics.DataPlaneStats.ConnectionClass;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import io.nvmevf.server.transport.tls.TlsCredentials;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Connection} and its {@link QueuePair} without a network: what it receives is cut exactly where the test says, and its time is the test's.
 * Closing it checks that no command, no buffer and no connection is left.
 */
final class EmbeddedQueue implements AutoCloseable {
    static final TransportLimits LIMITS = new TransportLimits(
            Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(30), 8192, 4096, 0, 1 << 20);

    final TransportStats stats = new TransportStats();
    final ScriptedCommands commands = new ScriptedCommands();
    final EmbeddedChannel channel = new EmbeddedChannel();
    final ConnectionGate gate = new ConnectionGate(
            ConnectionLimits.of(1), () -> channel.eventLoop().ticker().nanoTime());
    final QueuePair queue;
    final HostPdus pdus;
    /** What opens the records that were sent, once the connection is protected. */
    @Nullable
    TlsClient client;

    /** One for all tests: each would have its own arenas. */
    private static final PooledByteBufAllocator ALLOCATOR = new PooledByteBufAllocator(true);

    private final LoopMemory memory = new LoopMemory(64L << 20);
    private final long usedBefore = ALLOCATOR.pinnedDirectMemory();
    private final PduParser parser;

    EmbeddedQueue(HostOptions options, TransportLimits limits) {
        this(options, limits, null);
    }

    /** @param tls what stands before the connection; null: nothing */
    EmbeddedQueue(HostOptions options, TransportLimits limits, @Nullable TlsCredentials tls) {
        pdus = new HostPdus(options);
        pdus.cpda(limits.cpda());
        parser = new PduParser(options);
        AtomicReference<QueuePair> made = new AtomicReference<>();
        stats.opened();
        Connection connection = new Connection(enter(), memory, limits, stats, new HostLog(), q -> {
            made.set(q);
            return commands;
        });
        channel.freezeTime();
        channel.config().setAllocator(ALLOCATOR);
        if (tls != null) {
            channel.pipeline().addLast(new TlsHandler(connection, tls));
        }
        channel.pipeline().addLast(connection);
        queue = Objects.requireNonNull(made.get());
        channel.pipeline().fireChannelActive();
    }

    /** Initialized and connected as an I/O queue with {@code size} entries. */
    static EmbeddedQueue connected(HostOptions options, TransportLimits limits, int size) {
        EmbeddedQueue q = new EmbeddedQueue(options, limits);
        q.feed(q.pdus.icReq());
        q.initialized();
        q.queue.connected(q, q.commands, ConnectionClass.IO, size, options.sqFlowControl());
        return q;
    }

    static EmbeddedQueue connected() {
        return connected(HostOptions.DEFAULT, LIMITS, 16);
    }

    private ConnectionGate.Visit enter() {
        try {
            return gate.enter(channel.remoteAddress(), () -> {});
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    /** Takes the ICResp in. */
    void initialized() {
        assertThat(expect(Pdu.IC_RESP).bytes().getUnsignedByte(IcResp.CPDA_OFFSET))
                .isLessThanOrEqualTo((short) 31);
    }

    /** Delivers bytes in one read. */
    void feed(byte[] bytes) {
        feed(bytes, 0, bytes.length);
    }

    void feed(byte[] bytes, int from, int length) {
        channel.writeInbound(ALLOCATOR.directBuffer(Math.max(1, length)).writeBytes(bytes, from, length));
    }

    /** Delivers bytes in two reads. */
    void feedCut(byte[] bytes, int cut) {
        feed(bytes, 0, cut);
        feed(bytes, cut, bytes.length - cut);
    }

    /** All that was sent and not looked at, as it is. */
    byte[] raw() {
        channel.runPendingTasks();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            all.writeBytes(Fields.bytes(out, out.readerIndex(), out.readableBytes()));
            out.release();
        }
        return all.toByteArray();
    }

    /** Lets time pass, and does what is due. */
    void pass(Duration time) {
        channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    /** The next PDU that was sent, or null. */
    @Nullable
    ReceivedPdu next() {
        channel.runPendingTasks();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            byte[] bytes = Fields.bytes(out, out.readerIndex(), out.readableBytes());
            out.release();
            byte[] data = client == null ? bytes : client.open(bytes, bytes.length);
            parser.add(data, data.length);
        }
        return parser.next();
    }

    ReceivedPdu expect(int type) {
        ReceivedPdu pdu = next();
        assertThat(pdu).as("a PDU").isNotNull();
        assertThat(Pdu.name(Objects.requireNonNull(pdu).type()))
                .as(pdu.toString())
                .isEqualTo(Pdu.name(type));
        return pdu;
    }

    void expectNothing() {
        assertThat(next()).isNull();
        assertThat(parser.left()).isZero();
    }

    /** The queue must have answered with this C2HTermReq, sends nothing more, and closes when the host does. */
    ReceivedPdu expectTermReq(int fes, int fei) {
        ReceivedPdu pdu = expect(Pdu.C2H_TERM_REQ);
        assertThat(TermReq.describe(TermReq.fes(pdu.bytes(), 0)))
                .as(pdu.toString())
                .isEqualTo(TermReq.describe(fes));
        assertThat(TermReq.fei(pdu.bytes(), 0)).as("FEI").isEqualTo(Integer.toUnsignedLong(fei));
        Refusal reason = fes == TermReq.HEADER_DIGEST_ERROR ? Refusal.HEADER_DIGEST : Refusal.PROTOCOL_ERROR;
        assertThat(stats.refusals(reason)).as(reason.toString()).isEqualTo(1);
        return pdu;
    }

    static byte[] sqe(int opc, int cid, int seed, int length, int sglId) {
        byte[] sqe = new byte[Sqe.SIZE];
        ByteBuf b = Unpooled.wrappedBuffer(sqe);
        Sqe.write(b, 0, opc, cid, seed);
        Sqe.setCdw(b, 0, 10, length);
        Sqe.writeSgl(b, 0, sglId, length);
        return sqe;
    }

    /** A capsule without data. */
    byte[] capsule(int opc, int cid, int seed, int length) {
        return pdus.capsule(sqe(opc, cid, seed, length, Sqe.SGL_TRANSPORT), new byte[0]);
    }

    /** A write with its data in the capsule. */
    byte[] inCapsule(int cid, byte[] data) {
        return pdus.capsule(sqe(ScriptedCommands.WRITE, cid, 1, data.length, Sqe.SGL_IN_CAPSULE), data);
    }

    /** Fails if the connection was ended by a fault of the target. */
    void assertNoInternalError() {
        assertThat(stats.refusals(Refusal.INTERNAL_ERROR)).as("internal errors").isZero();
    }

    /** Does not look at what was sent: it may follow other rules than the test's host. */
    void ignoreOutput() {
        channel.runPendingTasks();
        channel.releaseOutbound();
    }

    /** Ends the connection, completes what is still held, and checks that nothing is left. */
    @Override
    public void close() {
        channel.close();
        channel.runPendingTasks();
        commands.hold = false;
        while (!commands.held.isEmpty()) {
            commands.releaseOne();
        }
        while (next() != null) {
            // (What was sent and not looked at.)
        }
        channel.checkException();
        assertNoInternalError();
        assertThat(commands.disconnected)
                .as("times that the command set heard of the end")
                .isEqualTo(1);
        for (ConnectionClass kind : ConnectionClass.values()) {
            assertThat(stats.open(kind)).as("connections that are " + kind).isZero();
        }
        assertThat(gate.open()).as("connections at the gate").isZero();
        assertThat(gate.remembered()).as("addresses and hosts at the gate").isZero();
        assertThat(memory.used()).as("bytes of the loop's memory in use").isZero();
        assertThat(memory.owners()).as("owners of the loop's memory").isZero();
        assertThat(ALLOCATOR.pinnedDirectMemory()).as("bytes of buffers in use").isEqualTo(usedBefore);
    }
}
