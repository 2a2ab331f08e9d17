package io.nvmevf.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final int LARGE = 1 << 20;

    /** A socket that takes what it is told to take. */
    private static final class Socket extends ChannelOutboundHandlerAdapter {
        final ArrayDeque<ByteBuf> given = new ArrayDeque<>();
        final ArrayDeque<ChannelPromise> promises = new ArrayDeque<>();

        @Override
        public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
            given.add((ByteBuf) msg);
            promises.add(promise);
        }

        /** Sends the oldest. */
        byte[] take() {
            ByteBuf b = given.remove();
            byte[] bytes = new byte[b.readableBytes()];
            b.readBytes(bytes).release();
            promises.remove().trySuccess();
            return bytes;
        }
    }

    private final Socket socket = new Socket();
    private final LoopMemory loop = new LoopMemory(1 << 20);
    private final EmbeddedChannel channel = new EmbeddedChannel(socket, new ChannelInboundHandlerAdapter());
    private final Outbox outbox = new Outbox(channel.pipeline().lastContext(), loop);
    private final List<ByteBuf> written = new ArrayList<>();

    OutboxTest() {
        loop.join("me");
    }

    private void othersAreOnTheLoop() {
        loop.join("somebody else");
    }

    private byte[] write(int length, int seed) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + i / 251 + seed);
        }
        ByteBuf b = Unpooled.wrappedBuffer(bytes);
        written.add(b);
        outbox.write(b);
        return bytes;
    }

    private void allIsReleased() {
        assertThat(written).allSatisfy(b -> assertThat(b.refCnt()).isZero());
    }

    @Test
    void whoIsAloneSendsInOneGo() {
        byte[] large = write(LARGE, 1);
        outbox.flush();
        assertThat(socket.take()).isEqualTo(large);
        assertThat(socket.given).isEmpty();
        allIsReleased();
    }

    @Test
    void besideOthersThereIsOnePieceAtATimeAndTheOrderStays() {
        othersAreOnTheLoop();
        byte[] first = write(100, 1);
        byte[] large = write(LARGE + 1, 2);
        byte[] behind = write(50, 3);
        outbox.flush();
        assertThat(socket.take()).isEqualTo(first);
        ByteBuf got = Unpooled.buffer();
        while (got.readableBytes() < LARGE + 1 + 50) {
            int given = socket.given.size();
            assertThat(given).as("after %s bytes", got.readableBytes()).isPositive();
            channel.runPendingTasks();
            outbox.flush();
            assertThat(socket.given).as("while a piece is being sent").hasSize(given);
            int before = got.readableBytes();
            while (!socket.given.isEmpty()) {
                got.writeBytes(socket.take());
            }
            assertThat(got.readableBytes() - before).as("in one turn").isLessThanOrEqualTo(Outbox.PIECE);
            channel.runPendingTasks();
        }
        assertThat(got).isEqualTo(Unpooled.wrappedBuffer(large, behind));
        assertThat(outbox.unsent()).isZero();
        allIsReleased();
        byte[] next = write(10, 4);
        assertThat(socket.take()).as("nothing waits, so neither does this").isEqualTo(next);
    }

    @Test
    void whatWaitsCountsForWritability() {
        othersAreOnTheLoop();
        int high = channel.config().getWriteBufferHighWaterMark();
        int all = 0;
        while (all <= high) {
            assertThat(channel.isWritable()).isTrue();
            write(LARGE, 1);
            all += LARGE;
        }
        assertThat(channel.isWritable()).isFalse();
        assertThat(outbox.unsent()).isEqualTo(all);
        outbox.flush();
        while (!socket.given.isEmpty()) {
            socket.take();
            channel.runPendingTasks();
        }
        assertThat(channel.isWritable()).isTrue();
        allIsReleased();
    }

    @Test
    void nothingIsKeptAtTheEnd() {
        othersAreOnTheLoop();
        write(LARGE, 1);
        write(LARGE, 2);
        outbox.flush();
        outbox.close();
        socket.take();
        channel.runPendingTasks();
        assertThat(socket.given).isEmpty();
        allIsReleased();
    }

    @Test
    void allCanLeaveAtOnceBeforeTheConnectionIsClosed() {
        othersAreOnTheLoop();
        write(LARGE, 1);
        write(10, 2);
        outbox.flush();
        outbox.flushWhole();
        int bytes = 0;
        while (!socket.given.isEmpty()) {
            bytes += socket.take().length;
        }
        assertThat(bytes).isEqualTo(LARGE + 10);
        channel.runPendingTasks();
        assertThat(socket.given).isEmpty();
        allIsReleased();
    }
}
