package io.nvmevf.storage.conformance;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.uring.IoUringIoHandler;
import java.util.concurrent.TimeUnit;

/** Two event loops of one kind. */
public final class Loops implements AutoCloseable {

    private final MultiThreadIoEventLoopGroup first;
    private final MultiThreadIoEventLoopGroup second;

    private Loops(IoHandlerFactory factory) {
        first = new MultiThreadIoEventLoopGroup(1, factory);
        second = new MultiThreadIoEventLoopGroup(1, factory);
    }

    public static Loops ring() {
        return new Loops(IoUringIoHandler.newFactory());
    }

    public static Loops nio() {
        return new Loops(NioIoHandler.newFactory());
    }

    public IoEventLoop first() {
        return first.next();
    }

    public IoEventLoop second() {
        return second.next();
    }

    @Override
    public void close() {
        first.shutdownGracefully(0, 10, TimeUnit.SECONDS);
        second.shutdownGracefully(0, 10, TimeUnit.SECONDS);
        first.terminationFuture().syncUninterruptibly();
        second.terminationFuture().syncUninterruptibly();
    }
}
