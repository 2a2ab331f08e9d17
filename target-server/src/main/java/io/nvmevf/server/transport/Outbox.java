package io.nvmevf.server.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.DefaultChannelPromise;
import io.nvmevf.storage.NextTurn;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What a connection sends, in order. While other owners have queues on the event loop, a large buffer goes out in pieces: the next
 * one when the last one is sent, and in another turn of the loop. A megabyte in one go keeps them waiting for half a millisecond;
 * in pieces it takes a third more of the loop's time, which nobody pays who is alone
 * (docs/decisions/0012-large-transfers-in-pieces.md).
 *
 * <p>What waits here counts for the channel's writability like what waits in the channel.
 */
final class Outbox {
    /** Up to this many bytes a buffer goes out in one piece. */
    static final int WHOLE = 192 << 10;
    /** Bytes of one piece of a larger one. */
    static final int PIECE = 64 << 10;

    private static final int WRITABLE = 1;

    private final ChannelHandlerContext ctx;
    private final LoopMemory loop;
    /** A large buffer that is on its way, and what has to come after it. */
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();

    private final Sent sent;
    private final NextTurn next;
    private long waitingBytes;
    /** Whether a piece is being sent, or the next one has its turn. */
    private boolean sending;

    private boolean closed;
    private Runnable afterFlush = () -> {};

    /** @param loop tells whether others are on the event loop */
    Outbox(ChannelHandlerContext ctx, LoopMemory loop) {
        this.ctx = ctx;
        this.loop = loop;
        sent = new Sent(ctx);
        next = new NextTurn(ctx.channel().eventLoop()) {
            @Override
            protected void go() {
                sending = false;
                flush();
            }
        };
    }

    /** Taken over. */
    void write(ByteBuf b) {
        if (waiting.isEmpty() && (b.readableBytes() <= WHOLE || loop.owners() <= 1)) {
            ctx.write(b, ctx.voidPromise());
            return;
        }
        waiting.add(b);
        waiting(b.readableBytes());
    }

    void flush() {
        if (!closed && !sending) {
            nextPiece();
        }
        ctx.flush();
        afterFlush.run();
    }

    /** Has this done after each flush. */
    void afterFlush(Runnable action) {
        afterFlush = action;
    }

    /** Sends all that waits, however much it is. */
    void flushWhole() {
        while (!waiting.isEmpty()) {
            ByteBuf b = waiting.remove();
            waiting(-b.readableBytes());
            ctx.write(b, ctx.voidPromise());
        }
        ctx.flush();
    }

    private void nextPiece() {
        int room = PIECE;
        while (room > 0 && !waiting.isEmpty()) {
            ByteBuf b = waiting.element();
            boolean ends = b.readableBytes() <= room;
            ByteBuf part = ends ? waiting.remove() : b.readRetainedSlice(room);
            int bytes = part.readableBytes();
            room -= bytes;
            waiting(-bytes);
            sending = room == 0 && !waiting.isEmpty();
            ctx.write(part, sending ? sent : ctx.voidPromise());
        }
    }

    /** Bytes that the host has not taken, here and in the channel. */
    long unsent() {
        return waitingBytes + unsentInChannel();
    }

    /** Those of them that are in the channel. */
    long unsentInChannel() {
        ChannelOutboundBuffer out = ctx.channel().unsafe().outboundBuffer();
        return out == null ? 0 : out.totalPendingWriteBytes();
    }

    private void waiting(int more) {
        waitingBytes += more;
        Channel channel = ctx.channel();
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        if (out != null) {
            if (waitingBytes > channel.config().getWriteBufferHighWaterMark()) {
                out.setUserDefinedWritability(WRITABLE, false);
            } else if (waitingBytes < channel.config().getWriteBufferLowWaterMark()) {
                out.setUserDefinedWritability(WRITABLE, true);
            }
        }
    }

    /** The connection has ended. */
    void close() {
        closed = true;
        waiting.forEach(ByteBuf::release);
        waiting.clear();
        waitingBytes = 0;
    }

    /** Tells that a piece is sent, again and again: it is never done. */
    private final class Sent extends DefaultChannelPromise {
        Sent(ChannelHandlerContext ctx) {
            super(ctx.channel(), ctx.executor());
        }

        @Override
        public boolean trySuccess(@Nullable Void nothing) {
            next.schedule();
            return true;
        }

        @Override
        public boolean trySuccess() {
            return trySuccess(null);
        }

        /** As with a void promise. */
        @Override
        public boolean tryFailure(Throwable cause) {
            if (channel().isRegistered()) {
                channel().pipeline().fireExceptionCaught(cause);
            }
            return true;
        }
    }
}
