package io.nvmevf.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.nvmevf.protocol.nvme.Sqe;
import io.nvmevf.protocol.nvme.Status;
import io.nvmevf.protocol.tcp.CapsuleCmd;
import io.nvmevf.protocol.tcp.DataPdu;
import io.nvmevf.protocol.tcp.TermReq;
import io.nvmevf.server.metrics.DataPlaneStats.ConnectionClass;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import io.nvmevf.server.transport.CommandSlot.Direction;
import io.nvmevf.server.transport.CommandSlot.State;
import io.nvmevf.server.transport.tls.TlsHost;
import io.nvmevf.storage.BlockError;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A submission queue with its completion queue: the life of the commands of one {@link Connection}. Everything happens on
 * the connection's event loop.
 *
 * <p>Commands that may not go on yet (no buffer memory, a host that does not take its responses, admission) wait in order of
 * arrival, before their data is asked for, so a waiting write holds no memory. First they wait in the line of their virtual
 * function ({@link AdmissionLine}), then for memory.
 *
 * <p>When the connection ends, commands that wait or receive are dropped at once; those with a storage request in flight
 * keep their buffer until it is done. A queue never answers after its end, and never touches another queue.
 */
public final class QueuePair {
    /** Whose share of memory queues use that are not connected, or not authenticated: all such queues are one owner. */
    private static final Object UNCONNECTED = new Object();

    /** Bytes that wait for the host to take them count as memory from here on: up to this much is on its way at any time. */
    static final int LEAST_UNSENT = 256 << 10;
    /** Commands that a host may send before it is connected, and has authenticated; Linux needs about ten. */
    private static final int MOST_COMMANDS_BEFORE = 64;

    private final Connection connection;
    private final ChannelHandlerContext context;
    private final PduOutput output;
    private final PduChecks checks;
    private final LoopMemory memory;
    private final TransportLimits limits;
    private final SubmissionQueue submissions = new SubmissionQueue(this);
    private final WaitingLine waiting = new WaitingLine();
    private final LatencyBatch answered = new LatencyBatch();
    private CommandSet commands;
    private LoopMemory.Share share;
    private ConnectionClass kind = ConnectionClass.PENDING;
    private boolean authenticating;

    /** When what is being received came. */
    private long receivedAt;

    private long bufferedBytes;
    /** Of these, what was answered and the host has not taken. */
    private int unsentBytes;

    private int commandsBefore;
    /** Commands that hold memory, have begun and not ended. */
    private int running;

    private boolean draining;
    private boolean awaitingMemory;
    private boolean closed;
    private boolean terminated;
    private boolean drained;
    private volatile boolean traffic;

    QueuePair(
            Connection connection,
            ChannelHandlerContext context,
            PduOutput output,
            PduChecks checks,
            LoopMemory memory,
            Function<QueuePair, CommandSet> commands) {
        this.connection = connection;
        this.context = context;
        this.output = output;
        this.checks = checks;
        this.memory = memory;
        share = memory.join(UNCONNECTED);
        this.limits = connection.limits();
        this.commands = commands.apply(this);
    }

    // ---- what command sets use -------------------------------------------------------------------------------------

    public IoEventLoop loop() {
        return (IoEventLoop) context.channel().eventLoop();
    }

    EventLoop eventLoop() {
        return context.channel().eventLoop();
    }

    /** The event loop's clock. */
    public long nanoTime() {
        return context.channel().eventLoop().ticker().nanoTime();
    }

    public ByteBufAllocator alloc() {
        return context.alloc();
    }

    /** Address and port of the host, for logs. */
    public String remoteAddress() {
        return connection.remoteAddress();
    }

    /** The address and port that the host connected to. */
    public SocketAddress localAddress() {
        return context.channel().localAddress();
    }

    /** Who the host has proved to be by TLS; null if the connection is not protected. */
    public @Nullable TlsHost tlsHost() {
        return connection.tlsHost();
    }

    public ConnectionLog log() {
        return connection.log();
    }

    public TransportStats stats() {
        return connection.stats();
    }

    public boolean isClosed() {
        return closed;
    }

    /** What the gate of all connections knows this one by. */
    public ConnectionGate.Visit visit() {
        return connection.visit();
    }

    /**
     * Connect succeeded: from the next command on this is that kind of queue, with {@code size} entries.
     *
     * @param owner whose share of memory the queue uses: the subsystem
     */
    public void connected(Object owner, CommandSet commands, ConnectionClass kind, int size, boolean sqFlowControl) {
        submissions.connected(size, sqFlowControl);
        become(owner, commands, kind);
    }

    /**
     * Connect succeeded, and the host has to authenticate before anything else: the queue has {@code size} entries, but in
     * time, memory and counters it stays one that is not connected, until {@link #become}.
     */
    public void connectedToAuthenticate(CommandSet commands, int size, boolean sqFlowControl) {
        submissions.connected(size, sqFlowControl);
        this.commands = commands;
        authenticating = true;
    }

    /**
     * From the next command on this is that kind of queue.
     *
     * @param owner whose share of memory the queue uses: the subsystem
     */
    public void become(Object owner, CommandSet commands, ConnectionClass kind) {
        LoopMemory.Share before = share;
        long bytes = bufferedBytes;
        int begun = running;
        stats().reclassified(this.kind, kind);
        visit().connected();
        this.commands = commands;
        this.kind = kind;
        authenticating = false;
        share = memory.join(owner);
        memory.take(share, bytes);
        for (int i = 0; i < begun; i++) {
            memory.began(share);
        }
        // (What waits for memory may go on within these calls, on this queue too.)
        memory.give(before, bytes);
        for (int i = 0; i < begun; i++) {
            memory.ended(before);
        }
        memory.leave(before);
    }

    boolean isConnected() {
        return kind != ConnectionClass.PENDING;
    }

    /** Whether Connect has succeeded and the host has not authenticated. */
    boolean isAuthenticating() {
        return authenticating;
    }

    /** How long a host may take to connect, and to authenticate. */
    public Duration connectTimeout() {
        return limits.connectTimeout();
    }

    /** Whether a command has come since the last call; for traffic based keep alive. Any thread. */
    public boolean takeTraffic() {
        boolean seen = traffic;
        traffic = false;
        return seen;
    }

    /** Ends the connection. Any thread. */
    public void close() {
        context.channel().close();
    }

    /** Ends the connection after what was answered so far has been sent. */
    public void closeAfterFlush() {
        connection.closeAfterFlush();
    }

    /** Ends the connection, and says why in log and counters. */
    public void end(Refusal reason, String message) {
        connection.end(reason, message);
    }

    /**
     * Takes the command with this identifier out, if it has not begun to be executed: it is answered with Abort Requested.
     *
     * @return whether that happened at once; a command whose data is still being received is aborted when it is here
     */
    public boolean abort(int cid) {
        CommandSlot slot = submissions.byIdentifier(cid);
        if (slot == null) {
            return false;
        }
        if (slot.state() == State.RECEIVING) {
            slot.earlyStatus = Status.ABORT_REQUESTED;
        }
        if (slot.state() != State.WAITING) {
            return false;
        }
        waiting.remove(slot);
        forgo(slot);
        slot.state = State.EXECUTING;
        slot.complete(Status.ABORT_REQUESTED);
        return true;
    }

    /** Lets go on what waits for memory, because something changed. On the event loop. */
    void retryWaiting() {
        drainWaiting();
        connection.scheduleFlush();
    }

    // ---- receiving -------------------------------------------------------------------------------------------------

    /** Something was received, and is handed over next. */
    void received() {
        receivedAt = nanoTime();
    }

    /** Takes a CapsuleCmd; returns the command that its data is for, or null to drop the data. */
    @Nullable
    CommandSlot command(ByteBuf b, int at, int dataLength) throws TransportException {
        checks.inCapsule(b, at, dataLength, kind != ConnectionClass.IO);
        if (kind == ConnectionClass.PENDING && ++commandsBefore > MOST_COMMANDS_BEFORE) {
            connection.flood();
            return null;
        }
        CommandSlot slot = submissions.acquire();
        if (slot == null) {
            throw new TransportException(
                    TermReq.PDU_SEQUENCE_ERROR,
                    0,
                    "more commands than the queue has entries (%d)".formatted(submissions.size()));
        }
        slot.arrived = receivedAt;
        b.getBytes(at + CapsuleCmd.SQE_OFFSET, slot.entry);
        if (!traffic) {
            traffic = true;
        }
        int status = check(slot, dataLength);
        if (status != Status.SUCCESS) {
            slot.state = State.EXECUTING;
            slot.complete(status);
            return null;
        }
        if (dataLength == 0 || slot.direction() != Direction.HOST_TO_CONTROLLER) {
            submit(slot);
            return null;
        }
        slot.state = State.RECEIVING;
        slot.receivingSince = slot.arrived;
        slot.inCapsule = true;
        takeBuffer(slot, dataLength);
        return slot;
    }

    /** Everything about a command that does not depend on what it does, then what does. */
    private int check(CommandSlot slot, int capsuleData) {
        if (!submissions.claimIdentifier(slot)) {
            return Status.COMMAND_ID_CONFLICT | Status.DNR;
        }
        ByteBuf sqe = slot.sqe();
        if (Sqe.psdt(sqe, 0) != Sqe.PSDT_SGL) {
            return Status.INVALID_FIELD | Status.DNR;
        }
        int status = commands.prepare(slot);
        if (status != Status.SUCCESS || slot.direction() == Direction.NONE) {
            return status;
        }
        status = checkSgl(slot, sqe, capsuleData);
        if (status != Status.SUCCESS) {
            commands.aborted(slot);
        }
        return status;
    }

    private static int checkSgl(CommandSlot slot, ByteBuf sqe, int capsuleData) {
        int sgl = Sqe.sglId(sqe, 0);
        long length = Sqe.sglLength(sqe, 0);
        if (sgl == Sqe.SGL_IN_CAPSULE && slot.direction() == Direction.HOST_TO_CONTROLLER) {
            if (Sqe.sglAddress(sqe, 0) != 0) {
                return Status.SGL_OFFSET_INVALID | Status.DNR;
            }
            // (More than the command needs is allowed, and what Linux sends with Dataset Management.)
            if (capsuleData < slot.length() || length > capsuleData) {
                return Status.SGL_DATA_LENGTH_INVALID | Status.DNR;
            }
        } else if (sgl != Sqe.SGL_TRANSPORT || capsuleData != 0) {
            return Status.SGL_DESCRIPTOR_TYPE_INVALID | Status.DNR;
        }
        return length < slot.length() ? Status.SGL_DATA_LENGTH_INVALID | Status.DNR : Status.SUCCESS;
    }

    /** Takes an H2CData; returns the command that its data is for. */
    CommandSlot hostData(ByteBuf b, int at, int dataLength) throws TransportException {
        int ttag = DataPdu.ttag(b, at);
        CommandSlot slot = submissions.byTag(ttag);
        if (slot == null || slot.state() != State.RECEIVING || slot.inCapsule) {
            throw new TransportException(
                    TermReq.INVALID_HEADER_FIELD, DataPdu.TTAG_OFFSET, "no transfer has tag %04Xh".formatted(ttag));
        }
        checks.hostData(b, at, dataLength, slot);
        return slot;
    }

    /** A piece of the command's data is here. */
    void data(CommandSlot slot, int length, boolean intact) {
        if (!intact) {
            stats().dataDigestError();
            if (slot.earlyStatus == Status.SUCCESS) {
                slot.earlyStatus = Status.TRANSIENT_TRANSPORT_ERROR;
            }
        }
        slot.received += length;
        if (slot.received < slot.length()) {
            return;
        }
        if (slot.earlyStatus != Status.SUCCESS) {
            forgo(slot);
            slot.state = State.EXECUTING;
            slot.complete(slot.earlyStatus);
        } else if (slot.inCapsule) {
            submit(slot);
        } else {
            execute(slot);
        }
    }

    // ---- the life of a command -------------------------------------------------------------------------------------

    /** The command may begin as soon as it is admitted and there is room for it. */
    private void submit(CommandSlot slot) {
        AdmissionLine line = commands.line(slot);
        slot.line = line;
        slot.state = State.WAITING;
        if (line == null || line.enter(slot)) {
            proceed(slot);
        }
    }

    /** Its line has admitted the command. */
    void admitted(CommandSlot slot) {
        try {
            proceed(slot);
        } catch (RuntimeException | OutOfMemoryError e) {
            connection.internalError(e);
        }
    }

    private void proceed(CommandSlot slot) {
        if (!waiting.isEmpty() || !begin(slot)) {
            waiting.add(slot);
        }
    }

    /** Lets the command go on if there is room for it. */
    private boolean begin(CommandSlot slot) {
        boolean needsBuffer = slot.direction() != Direction.NONE && !slot.hasData();
        int need = slot.memoryNeed();
        if (need != 0 && !roomFor(need)) {
            return false;
        }
        slot.running = need != 0 || slot.hasData();
        if (slot.running) {
            running++;
            memory.began(share);
        }
        held(slot.reserveScratch());
        if (needsBuffer) {
            takeBuffer(slot, slot.length());
            if (slot.direction() == Direction.HOST_TO_CONTROLLER) {
                slot.state = State.RECEIVING;
                slot.receivingSince = nanoTime();
                output.r2t(slot.cid(), slot.index, 0, slot.length());
                connection.scheduleFlush();
                return true;
            }
        }
        execute(slot);
        return true;
    }

    void execute(CommandSlot slot) {
        slot.state = State.EXECUTING;
        commands.execute(slot);
    }

    void storageDone(CommandSlot slot, BlockError error) {
        commands.storageDone(slot, error);
    }

    void complete(CommandSlot slot, int status, long result) {
        if (slot.state() != State.EXECUTING) {
            throw new IllegalStateException("completed twice: " + slot);
        }
        if (closed) {
            release(slot);
            drainedIfIdle();
            return;
        }
        if (terminated) {
            release(slot);
            return;
        }
        if (status == Status.SUCCESS && slot.direction() == Direction.CONTROLLER_TO_HOST) {
            boolean onlyData = !submissions.hasFlowControl() && result == 0;
            int bytes = slot.bufferBytes();
            int index = slot.dataIndex();
            output.data(slot.giveBuffer(), index, slot.length(), slot.cid(), onlyData, result, submissions.head());
            // (Its memory stays the queue's until the host has taken it; how much of it that is shows after the flush.)
            unsentBytes += bytes;
        } else {
            int sent = status == Status.SUCCESS ? status : commands.failed(slot, status);
            output.response(slot.cid(), sent, result, submissions.head());
        }
        release(slot);
        connection.scheduleFlush();
        drainWaiting();
    }

    /** The command is answered next; see {@link CommandSlot#timed}. */
    void timed(CommandSlot slot, LongConsumer note) {
        if (closed || terminated) {
            // (There is no flush any more.)
            note.accept(nanoTime() - slot.arrived);
            return;
        }
        if (answered.isFull()) {
            answersLeave();
        }
        answered.add(slot.arrived, note);
    }

    /** What was answered is about to be flushed. */
    void answersLeave() {
        if (!answered.isEmpty()) {
            answered.end(nanoTime());
        }
    }

    private void drainWaiting() {
        if (draining || closed) {
            return;
        }
        draining = true;
        try {
            for (CommandSlot slot = waiting.remove(); slot != null; slot = waiting.remove()) {
                if (!begin(slot)) {
                    waiting.addFirst(slot);
                    break;
                }
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            connection.internalError(e);
        } finally {
            draining = false;
        }
    }

    private void release(CommandSlot slot) {
        int bytes = slot.heldBytes();
        if (slot.running) {
            running--;
            memory.ended(share);
        }
        submissions.release(slot);
        freed(bytes);
    }

    /** The command will not be executed: it leaves its line, and gives back what it was charged. */
    private void forgo(CommandSlot slot) {
        AdmissionLine line = slot.line;
        if (line != null) {
            line.leave(slot);
            if (slot.admitted) {
                line.refund(slot);
            }
        }
        commands.aborted(slot);
    }

    // ---- memory ----------------------------------------------------------------------------------------------------

    /** Takes a buffer with room for a header before and for digest and response behind {@code bytes} of data. */
    private void takeBuffer(CommandSlot slot, int bytes) {
        slot.takeBuffer(output.headroom(), bytes + PduOutput.TAILROOM);
        held(slot.bufferBytes());
    }

    private void held(int bytes) {
        bufferedBytes += bytes;
        memory.take(share, bytes);
    }

    private void freed(int bytes) {
        if (bytes != 0) {
            bufferedBytes -= bytes;
            memory.give(share, bytes);
        }
    }

    /**
     * Room of its own, while the host takes what it is sent. A command always fits if no other one holds memory and runs:
     * no limit stops a queue for ever.
     */
    private boolean roomFor(int need) {
        // (One command may always go on, so that nothing waits for ever: but not for a host that does not take its
        // answers.)
        boolean taken = unsentBytes == 0;
        boolean ownRoom = context.channel().isWritable()
                && ((taken && running == 0) || bufferedBytes + need <= limits.queueMemory());
        if (ownRoom && !memory.hasRoom(share, need, taken)) {
            if (!awaitingMemory) {
                awaitingMemory = true;
                memory.await(this);
            }
            return false;
        }
        return ownRoom;
    }

    /** After a flush: so many bytes of answers wait for the host to take them. They are memory that the queue holds, as buffers are. */
    void unsent(long bytes) {
        int now = bytes < LEAST_UNSENT ? 0 : (int) Math.min(bytes, Integer.MAX_VALUE);
        int before = unsentBytes;
        if (now == before) {
            return;
        }
        unsentBytes = now;
        if (now > before) {
            held(now - before);
        } else {
            freed(before - now);
            retryWaiting();
        }
    }

    /** Another queue of this loop has given memory back. */
    void memoryFreed() {
        awaitingMemory = false;
        retryWaiting();
    }

    // ---- ending ----------------------------------------------------------------------------------------------------

    /** Whether data of a command is due since before {@code nanos}. */
    boolean isReceivingSince(long nanos) {
        return submissions.isReceivingSince(nanos);
    }

    /** A C2HTermReq was sent: nothing may follow it. */
    void terminated() {
        terminated = true;
    }

    /** The connection has ended. */
    void connectionEnded() {
        closed = true;
        answersLeave();
        stats().closed(kind);
        unsent(0);
        memory.forget(this);
        waiting.clear();
        submissions.forEachNotExecuting(slot -> {
            forgo(slot);
            release(slot);
        });
        commands.disconnected();
        drainedIfIdle();
    }

    private void drainedIfIdle() {
        if (submissions.isIdle() && !drained) {
            drained = true;
            memory.leave(share);
            commands.drained();
        }
    }
}
