package io.nvmevf.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoEvent;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.nio.NioIoOps;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NextTurnTest {
    private static final int PIECES = 5;

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    /** Each turn of its loop it finds something to read, and never reads it. */
    private record AlwaysReadable(SelectableChannel channel, Runnable onTurn) implements NioIoHandle {
        @Override
        public SelectableChannel selectableChannel() {
            return channel;
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            assertThat(((NioIoEvent) event).ops()).isEqualTo(NioIoOps.READ);
            onTurn.run();
        }

        @Override
        public void close() {}
    }

    @Test
    void theLoopLooksAtItsSocketsBetweenTwoPieces() throws Exception {
        IoEventLoop loop = group.next();
        List<String> order = new ArrayList<>();
        CompletableFuture<List<String>> done = new CompletableFuture<>();
        Pipe pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        pipe.sink().write(ByteBuffer.allocate(1));
        try {
            NextTurn work = new NextTurn(loop) {
                private int pieces;

                @Override
                protected void go() {
                    order.add("piece");
                    if (++pieces < PIECES) {
                        schedule();
                    } else {
                        // (The loop goes on writing to it.)
                        done.complete(List.copyOf(order));
                    }
                }
            };
            IoRegistration registration = loop.register(new AlwaysReadable(pipe.source(), () -> {
                        if (order.isEmpty()) {
                            work.schedule();
                        }
                        order.add("socket");
                    }))
                    .get(30, TimeUnit.SECONDS);
            registration.submit(NioIoOps.READ);
            assertThat(String.join(" ", done.get(30, TimeUnit.SECONDS)))
                    .startsWith("socket socket piece socket piece socket piece");
        } finally {
            group.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();
            pipe.source().close();
            pipe.sink().close();
        }
    }
}
