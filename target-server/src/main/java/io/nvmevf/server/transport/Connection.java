package io.nvmevf.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.nvmevf.protocol.tcp.IcReq;
import io.nvmevf.protocol.tcp.IcResp;
import io.nvmevf.protocol.tcp.Pdu;
import io.nvmevf.protocol.tcp.TermReq;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import io.nvmevf.server.transport.tls.TlsHost;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection: the last handler of its channel, behind a {@link TlsHandler} if it is protected. It initializes the connection, hands PDUs to its
 * {@link QueuePair}, and ends the connection when either side has broken the rules or is too slow.
 *
 * <p>What is received in one go is carried out as it is parsed, the responses are collected, and one flush sends them at the
 * end of the read. Storage that completes later asks for a flush once for each turn of the loop.
 */
final class Connection extends ChannelInboundHandlerAdapter implements PduReceiver.Sink {
    /** As a user event: the connection ends, because it is not connected yet and others need its place. */
    static final Object PLACE_IS_NEEDED = new Object();
    /** A host that takes fewer bytes than this within the PDU timeout has stopped taking its responses. */
    private static final long LEAST_TAKEN = 16 << 10;

    private final ConnectionGate.Visit visit;
    private final LoopMemory memory;
    private final TransportLimits limits;
    private final TransportStats stats;
    private final ConnectionLog log;
    private final Function<QueuePair, CommandSet> commands;

    private @Nullable ChannelHandlerContext context;
    private @Nullable PduReceiver receiver;
    private @Nullable PduOutput output;
    private @Nullable QueuePair queue;
    private @Nullable TlsHost tlsHost;

    /** Until when the host has to have taken its next step; null before the first. */
    private @Nullable Future<?> deadline;
    /** Looks whether what has begun goes on. */
    private @Nullable Future<?> progress;

    private boolean established;
    private boolean reading;
    private boolean flushScheduled;
    private boolean closed;
    private long watchedPdu = -1;
    private long watchedUnsent;
    private long watchedTaken;
    private boolean awaitingTaken;
    private final Runnable flushTask = this::flushNow;

    /**
     * @param visit what the gate knows the connection by
     * @param commands makes the command set that the queue begins with: the one that knows Connect
     */
    Connection(
            ConnectionGate.Visit visit,
            LoopMemory memory,
            TransportLimits limits,
            TransportStats stats,
            HostLog log,
            Function<QueuePair, CommandSet> commands) {
        this.visit = visit;
        this.memory = memory;
        this.limits = limits;
        this.stats = stats;
        this.log = new ConnectionLog(log, this::remoteAddress);
        this.commands = commands;
    }

    TransportLimits limits() {
        return limits;
    }

    ConnectionGate.Visit visit() {
        return visit;
    }

    TransportStats stats() {
        return stats;
    }

    ConnectionLog log() {
        return log;
    }

    /** What comes from now on is protected by TLS, and comes from this host. */
    void secured(TlsHost host) {
        tlsHost = host;
        log.of(host.hostNqn(), host.subsystemNqn(), null);
        log.detail("host {} has proved by TLS who it is", host.hostNqn());
    }

    /** Who is at the other end of the TLS connection; null if it is none. */
    @Nullable
    TlsHost tlsHost() {
        return tlsHost;
    }

    String remoteAddress() {
        return shown(context().channel().remoteAddress());
    }

    /** Address and port, without the slash that Java puts before them. */
    static String shown(@Nullable SocketAddress address) {
        String text = String.valueOf(address);
        return text.startsWith("/") ? text.substring(1) : text;
    }

    // ---- channel ---------------------------------------------------------------------------------------------------

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        Digest digest = new Digest();
        PduOutput out = new PduOutput(ctx, digest, memory);
        int headerBytes = PduReceiver.headerBufferSize();
        PduReceiver in = new PduReceiver(limits, digest, this, ctx.alloc().directBuffer(headerBytes, headerBytes));
        out.afterFlush(this::accountUnsent);
        output = out;
        receiver = in;
        queue = new QueuePair(this, ctx, out, in.checks(), memory, commands);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        receiver().faultyHeader().release();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        log.detail("connection from {} is open", remoteAddress());
        deadline = after(limits.icReqTimeout().plusNanos(visit.delayNanos()), () -> {
            if (!established) {
                end(Refusal.ICREQ_TIMEOUT, "no ICReq within " + limits.icReqTimeout());
            }
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf in = (ByteBuf) msg;
        reading = true;
        queue().received();
        try {
            receiver().receive(in);
        } catch (TransportException e) {
            terminate(e);
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        flushNow();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (PLACE_IS_NEEDED.equals(event)) {
            end(Refusal.TOO_MANY_PENDING, "it is not connected yet, and others need its place");
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    /** A host that does not take its responses is not read from until it does. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        boolean writable = ctx.channel().isWritable();
        ctx.channel().config().setAutoRead(writable);
        if (writable) {
            queue().retryWaiting();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closed = true;
        log.detail("connection from {} has ended", remoteAddress());
        visit.leave();
        // (Timers would hold on to all that the connection had, for as long as it might have taken.)
        cancel(deadline);
        cancel(progress);
        receiver().discard();
        queue().connectionEnded();
        output().close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            log.connection("connection from {} ended: {}", remoteAddress(), String.valueOf(cause.getMessage()));
        } else {
            stats.count(Refusal.INTERNAL_ERROR);
            log.internal("connection from " + remoteAddress() + " is closed after an internal error", cause);
        }
        receiver().discard();
        ctx.close();
    }

    /** A fault of ours outside of a channel event. */
    void internalError(Throwable cause) {
        exceptionCaught(context(), cause);
    }

    // ---- receiving -------------------------------------------------------------------------------------------------

    @Override
    public @Nullable CommandSlot header(ByteBuf b, int at, int dataLength) throws TransportException {
        switch (Pdu.type(b, at)) {
            case Pdu.CAPSULE_CMD -> {
                return queue().command(b, at, dataLength);
            }
            case Pdu.H2C_DATA -> {
                return queue().hostData(b, at, dataLength);
            }
            case Pdu.IC_REQ -> initialize(b, at);
            default -> hostTerminated(b, at);
        }
        return null;
    }

    @Override
    public void data(CommandSlot slot, int length, boolean intact) {
        queue().data(slot, length, intact);
    }

    private void initialize(ByteBuf b, int at) throws TransportException {
        if (IcReq.pfv(b, at) != 0) {
            throw new TransportException(
                    TermReq.UNSUPPORTED_PARAMETER, IcReq.PFV_OFFSET, "PDU format version " + IcReq.pfv(b, at));
        }
        int hpda = IcReq.hpda(b, at);
        if (hpda > IcReq.MAX_PDA) {
            throw new TransportException(TermReq.INVALID_HEADER_FIELD, IcReq.HPDA_OFFSET, "HPDA " + hpda);
        }
        int dgst = IcReq.dgst(b, at) & (IcReq.HDGST_ENABLE | IcReq.DDGST_ENABLE);
        boolean hdgst = (dgst & IcReq.HDGST_ENABLE) != 0;
        boolean ddgst = (dgst & IcReq.DDGST_ENABLE) != 0;
        ByteBuf response = context().alloc().directBuffer(IcResp.SIZE, IcResp.SIZE);
        IcResp.write(response, 0, limits.cpda(), dgst, limits.maxH2cData());
        output().plain(response.writerIndex(IcResp.SIZE));
        established = true;
        receiver().established(hdgst, ddgst);
        output().established(hdgst, ddgst, hpda);
        cancel(deadline);
        deadline = after(limits.connectTimeout(), () -> {
            if (queue().isAuthenticating()) {
                end(Refusal.AUTHENTICATION_TIMEOUT, "its host has not authenticated within " + limits.connectTimeout());
            } else if (!queue().isConnected()) {
                end(Refusal.CONNECT_TIMEOUT, "no Connect within " + limits.connectTimeout());
            }
        });
        watchProgress();
    }

    // ---- ending ----------------------------------------------------------------------------------------------------

    private void terminate(TransportException e) {
        stats.count(e.fes() == TermReq.HEADER_DIGEST_ERROR ? Refusal.HEADER_DIGEST : Refusal.PROTOCOL_ERROR);
        log.connection(
                "connection from {} is ended: {} ({})",
                remoteAddress(),
                TermReq.describe(e.fes()),
                String.valueOf(e.getMessage()));
        ByteBuf b = context().alloc().directBuffer(TermReq.MAX_SIZE, TermReq.MAX_SIZE);
        int length = TermReq.write(
                b,
                0,
                Pdu.C2H_TERM_REQ,
                e.fes(),
                e.fei(),
                receiver().faultyHeader(),
                0,
                receiver().faultyHeaderLength());
        receiver().discard();
        queue().terminated();
        output().plain(b.writerIndex(length));
        output().flush();
        // The host ends the connection when it has read the TermReq (NVMe/TCP 1.1 §3.5.2); closing first could lose it.
        cancel(deadline);
        deadline = after(limits.icReqTimeout(), context()::close);
    }

    private void hostTerminated(ByteBuf b, int at) {
        stats.count(Refusal.HOST_TERMINATED);
        log.connection(
                "host {} ended its connection: {} (FEI {})",
                remoteAddress(),
                TermReq.describe(TermReq.fes(b, at)),
                TermReq.fei(b, at));
        receiver().discard();
        context().close();
    }

    /** Ends the connection without a word, and says why in log and counters. */
    void end(Refusal reason, String message) {
        stats.count(reason);
        log.connection("connection from {} is closed: {}", remoteAddress(), message);
        context().close();
    }

    /** More commands came than a host has any use for before it is connected. */
    void flood() {
        receiver().discard();
        end(Refusal.TOO_MANY_COMMANDS, "it sent too many commands before it was connected, or had authenticated");
    }

    void closeAfterFlush() {
        flushNow();
        output().flushWhole();
        context().channel().eventLoop().execute(() -> context().close());
    }

    /**
     * What has begun has to make progress within the PDU timeout: a PDU that is cut off, data that was asked for, and
     * responses that the host does not take.
     */
    private void watchProgress() {
        progress = after(limits.pduTimeout(), () -> {
            if (isStalled()) {
                end(Refusal.PDU_TIMEOUT, "no progress within " + limits.pduTimeout());
            } else {
                watchProgress();
            }
        });
    }

    private boolean isStalled() {
        Channel channel = context().channel();
        long unsent = output().unsent();
        long taken = output().bytes() - unsent;
        boolean notTaken = watchedUnsent > 0 && taken - watchedTaken < Math.min(watchedUnsent, LEAST_TAKEN);
        watchedUnsent = unsent;
        watchedTaken = taken;
        long pdu = receiver().isPartial() ? receiver().pdus() : -1;
        boolean cutOff = pdu >= 0 && pdu == watchedPdu;
        watchedPdu = pdu;
        boolean overdue = queue().isReceivingSince(
                        queue().nanoTime() - limits.pduTimeout().toNanos());
        // (While it is not read from, what is due from the host cannot come.)
        return notTaken || (channel.config().isAutoRead() && (cutOff || overdue));
    }

    // ---- flushing --------------------------------------------------------------------------------------------------

    /** Sends what is collected at the end of this read, or of this turn of the loop. */
    void scheduleFlush() {
        if (!reading && !flushScheduled && output().isDirty()) {
            flushScheduled = true;
            context().channel().eventLoop().execute(flushTask);
        }
    }

    private void flushNow() {
        flushScheduled = false;
        if (!closed) {
            queue().answersLeave();
            output().flush();
        }
    }

    /** After each flush: what the host has not taken is memory that its queue holds, for as long as it does not. */
    private void accountUnsent() {
        if (closed) {
            return;
        }
        queue().unsent(output().unsent());
        if (!awaitingTaken && output().unsentInChannel() >= QueuePair.LEAST_UNSENT) {
            awaitingTaken = true;
            // (Done when all that was written before it has been taken.)
            context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> {
                awaitingTaken = false;
                accountUnsent();
            });
        }
    }

    // ---- helpers ---------------------------------------------------------------------------------------------------

    private Future<?> after(Duration delay, Runnable action) {
        Channel channel = context().channel();
        return channel.eventLoop()
                .schedule(
                        () -> {
                            if (channel.isActive()) {
                                action.run();
                            }
                        },
                        delay.toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    private static void cancel(@Nullable Future<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context, "the connection has no channel yet");
    }

    private PduReceiver receiver() {
        return Objects.requireNonNull(receiver);
    }

    private PduOutput output() {
        return Objects.requireNonNull(output);
    }

    QueuePair queue() {
        return Objects.requireNonNull(queue);
    }
}
