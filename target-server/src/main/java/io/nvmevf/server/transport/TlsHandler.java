package io.nvmevf.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import io.nvmevf.server.transport.tls.HandshakeInput;
import io.nvmevf.server.transport.tls.Tls;
import io.nvmevf.server.transport.tls.TlsAlertException;
import io.nvmevf.server.transport.tls.TlsCredentials;
import io.nvmevf.server.transport.tls.TlsHandshake;
import io.nvmevf.server.transport.tls.TlsHost;
import io.nvmevf.server.transport.tls.TlsReceiver;
import io.nvmevf.server.transport.tls.TlsSender;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What stands before a {@link Connection} and speaks TLS for it, if the first byte is that of a TLS handshake. Otherwise it leaves,
 * and costs nothing more.
 *
 * <pre>
 *   FIRST_BYTE ── 16h ──▶ HANDSHAKE ── done ──▶ OPEN: the connection sees what was in the records
 *       │ ICReq               │ failed           │ a bad record, close_notify
 *       ▼                     ▼                  ▼
 *    removed                  ENDED: what still comes is dropped; closes when the host does, or after a moment
 * </pre>
 *
 * <p>A step of the handshake is computed by a worker, and nothing is read meanwhile. How long all of it may take is the
 * connection's to watch: until an ICReq has come.
 */
final class TlsHandler extends ChannelDuplexHandler implements TlsReceiver.Sink {
    /** How long a host may take to close after an alert. Closing first could keep the alert from it. */
    private static final long CLOSE_MILLIS = 1000;
    /** While too many handshakes wait, this one asks again. */
    private static final long BUSY_MILLIS = 20;

    private enum Phase {
        FIRST_BYTE,
        HANDSHAKE,
        OPEN,
        ENDED
    }

    private final Connection connection;
    private final TlsCredentials credentials;

    private Phase phase = Phase.FIRST_BYTE;
    private @Nullable ChannelHandlerContext context;
    private @Nullable HandshakeInput input;
    private @Nullable TlsHandshake handshake;
    private @Nullable TlsSender sender;
    private @Nullable TlsReceiver receiver;
    private boolean computing;

    TlsHandler(Connection connection, TlsCredentials credentials) {
        this.connection = connection;
        this.credentials = credentials;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    // ---- receiving -------------------------------------------------------------------------------------------------

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf in = (ByteBuf) msg;
        if (phase == Phase.FIRST_BYTE && in.isReadable()) {
            if (in.getUnsignedByte(in.readerIndex()) != Tls.HANDSHAKE) {
                ctx.pipeline().remove(this);
                ctx.fireChannelRead(in);
                return;
            }
            phase = Phase.HANDSHAKE;
            input = new HandshakeInput();
        }
        try {
            switch (phase) {
                case HANDSHAKE -> {
                    Objects.requireNonNull(input).add(in);
                    proceed();
                }
                case OPEN -> receive(in);
                default -> in.skipBytes(in.readableBytes());
            }
        } finally {
            in.release();
        }
    }

    private void receive(ByteBuf in) {
        try {
            Objects.requireNonNull(receiver).receive(in);
        } catch (TlsAlertException e) {
            refuse(Refusal.TLS_RECORD, String.valueOf(e.getMessage()));
            answersLeave();
            Objects.requireNonNull(sender).fatal(e.alert());
            end();
        }
    }

    @Override
    public void data(ByteBuf content) {
        context().fireChannelRead(content);
    }

    @Override
    public void closed(String how) {
        connection.log().connection("host {} ended its TLS connection: {}", connection.remoteAddress(), how);
        answersLeave();
        Objects.requireNonNull(sender).closeNotify();
        end();
    }

    /** What the connection has answered so far goes before what ends it. */
    private void answersLeave() {
        context().fireChannelReadComplete();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        // (First what the connection answers, then what TLS owes besides.)
        ctx.fireChannelReadComplete();
        if (phase == Phase.OPEN && Objects.requireNonNull(sender).owesUpdate()) {
            flush(ctx);
        }
    }

    // ---- handshake -------------------------------------------------------------------------------------------------

    /** Begins the next step, if all is there that it needs. */
    private void proceed() {
        HandshakeInput in = Objects.requireNonNull(input);
        if (computing) {
            return;
        }
        try {
            TlsHandshake present = handshake;
            if (present == null) {
                byte[] message = in.clientHello();
                if (message != null) {
                    TlsHandshake begun = new TlsHandshake(credentials);
                    handshake = begun;
                    byte[] hello = in.clientHelloRecords();
                    compute(begun, () -> begun.clientHello(message, hello));
                }
            } else {
                byte[] record = in.record();
                if (record != null) {
                    compute(present, () -> present.record(record));
                }
            }
        } catch (TlsAlertException e) {
            refuse(Refusal.TLS_HANDSHAKE, String.valueOf(e.getMessage()));
            if (handshake == null) {
                context().write(Unpooled.wrappedBuffer(Tls.plainAlert(e.alert())));
            }
            end();
        }
    }

    private void compute(TlsHandshake of, Runnable step) {
        computing = true;
        context().channel().config().setAutoRead(false);
        boolean begun = credentials.submit(connection.visit().address(), () -> {
            Throwable fault = null;
            try {
                step.run();
            } catch (RuntimeException | OutOfMemoryError e) {
                fault = e;
            }
            Throwable thrown = fault;
            context().channel().eventLoop().execute(() -> computed(of, thrown));
        });
        if (!begun) {
            context()
                    .channel()
                    .eventLoop()
                    .schedule(
                            () -> {
                                if (context().channel().isActive()) {
                                    compute(of, step);
                                }
                            },
                            BUSY_MILLIS,
                            TimeUnit.MILLISECONDS);
        }
    }

    private void computed(TlsHandshake of, @Nullable Throwable fault) {
        computing = false;
        if (phase != Phase.HANDSHAKE || !context().channel().isActive()) {
            return;
        }
        if (fault != null) {
            context().fireExceptionCaught(fault);
            return;
        }
        byte[] output = of.takeOutput();
        if (output.length > 0) {
            context().writeAndFlush(Unpooled.wrappedBuffer(output));
        }
        switch (of.state()) {
            case UNDER_WAY -> {
                context().channel().config().setAutoRead(true);
                proceed();
            }
            case FAILED -> {
                refuse(Refusal.TLS_HANDSHAKE, of.failure());
                end();
            }
            case DONE -> open(of);
        }
    }

    private void open(TlsHandshake done) {
        TlsHost host = done.host();
        byte[] rest = Objects.requireNonNull(input).rest();
        phase = Phase.OPEN;
        input = null;
        handshake = null;
        TlsSender out = new TlsSender(
                done.records(),
                context().alloc(),
                b -> context().write(b, context().voidPromise()));
        sender = out;
        receiver = new TlsReceiver(
                done.records(), out, this, context().channel().eventLoop().ticker()::nanoTime);
        connection.secured(host);
        context().channel().config().setAutoRead(true);
        if (rest.length > 0) {
            receive(Unpooled.wrappedBuffer(rest));
            channelReadComplete(context());
        }
    }

    // ---- sending ---------------------------------------------------------------------------------------------------

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        TlsSender out = sender;
        if (out == null) {
            ctx.write(msg, promise);
            return;
        }
        out.write((ByteBuf) msg);
        if (!promise.isVoid()) {
            // (Behind the records that have left: who waits for it waits until the host has taken them, as without
            // TLS.)
            ctx.write(Unpooled.EMPTY_BUFFER, promise);
        }
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        if (sender != null) {
            sender.finish();
        }
        ctx.flush();
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (phase == Phase.OPEN) {
            Objects.requireNonNull(sender).closeNotify();
            ctx.flush();
        }
        phase = Phase.ENDED;
        ctx.close(promise);
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    private void refuse(Refusal reason, String why) {
        connection.stats().count(reason);
        connection.log().connection("TLS connection from {} is ended: {}", connection.remoteAddress(), why);
    }

    /** Sends what is left to be sent, and closes when the host does. */
    private void end() {
        phase = Phase.ENDED;
        ChannelHandlerContext ctx = context();
        ctx.flush();
        ctx.channel().config().setAutoRead(true);
        ctx.channel().eventLoop().schedule(() -> ctx.close(), CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        phase = Phase.ENDED;
        if (sender != null) {
            sender.release();
        }
        ctx.fireChannelInactive();
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context, "the connection has no channel yet");
    }
}
