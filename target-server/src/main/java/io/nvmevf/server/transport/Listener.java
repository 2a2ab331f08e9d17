package io.nvmevf.server.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.nvmevf.server.metrics.DataPlaneStats.Delay;
import io.nvmevf.server.metrics.DataPlaneStats.Refusal;
import io.nvmevf.server.transport.tls.TlsCredentials;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** One address and port that hosts connect to. Every connection has its {@link QueuePair}. */
public final class Listener implements AutoCloseable {
    /** A connection with more unsent bytes than this is not read from until the host has taken them. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(512 << 10, 2 << 20);

    /**
     * What is read of a connection in one turn of its loop: up to 64 KiB, then the others have theirs (a read of 256 KiB keeps them
     * waiting for 100 µs).
     */
    private static final RecvByteBufAllocator RECEIVED =
            new AdaptiveRecvByteBufAllocator(256, 16 << 10, 64 << 10).maxMessagesPerRead(1);

    private final Channel server;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

    private Listener(Channel server) {
        this.server = server;
    }

    /**
     * Binds and listens.
     *
     * @param gate of all listeners: connections that it refuses are closed at once
     * @param tls what handshakes of connections that begin with one need
     * @param commands makes the command set that each new queue begins with
     * @throws IOException if the address cannot be bound
     */
    public static Listener bind(
            InetSocketAddress address,
            EventLoops loops,
            TransportLimits limits,
            ConnectionGate gate,
            TransportStats stats,
            HostLog log,
            TlsCredentials tls,
            Function<QueuePair, CommandSet> commands)
            throws IOException {
        Listener[] self = new Listener[1];
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.serverChannel())
                .option(ChannelOption.SO_BACKLOG, 1024)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOCATOR, loops.allocator())
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, RECEIVED)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        ConnectionGate.Visit visit = Objects.requireNonNull(
                                channel.attr(Doorkeeper.VISIT).get());
                        // (Whatever becomes of it.)
                        channel.closeFuture().addListener(_ -> visit.leave());
                        if (visit.hasLeft()) {
                            // (Its place was needed before it was ready.)
                            stats.count(Refusal.TOO_MANY_PENDING);
                            channel.close();
                            return;
                        }
                        stats.opened();
                        self[0].connections.add(channel);
                        if (visit.delayNanos() > 0) {
                            stats.delayed(Delay.CONNECTION);
                            channel.config().setAutoRead(false);
                            channel.eventLoop()
                                    .schedule(
                                            () -> channel.config().setAutoRead(true),
                                            visit.delayNanos(),
                                            TimeUnit.NANOSECONDS);
                        }
                        Connection connection =
                                new Connection(visit, loops.memory(channel.eventLoop()), limits, stats, log, commands);
                        channel.pipeline().addLast(new TlsHandler(connection, tls), connection);
                    }
                });
        bootstrap.handler(new Doorkeeper(gate, stats, log));
        // (One at a time: between two new connections those that are there have their turn.)
        bootstrap.option(ChannelOption.RECVBUF_ALLOCATOR, new ServerChannelRecvByteBufAllocator());
        // (Not listening for connections before `self` is set: they are accepted on other threads.)
        bootstrap.option(ChannelOption.AUTO_READ, false);
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            Throwable cause = bound.cause();
            throw new IOException(
                    "cannot listen on %s:%d: %s"
                            .formatted(address.getHostString(), address.getPort(), cause.getMessage()),
                    cause);
        }
        self[0] = new Listener(bound.channel());
        bound.channel().config().setAutoRead(true);
        return self[0];
    }

    /** Where it listens; the port is the one that the system chose where 0 was asked for. */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.localAddress();
    }

    /** Takes no new connection; those that are open go on. */
    public void stopAccepting() {
        server.close().awaitUninterruptibly();
    }

    /** Takes no new connection, and closes those that are open. */
    @Override
    public void close() {
        stopAccepting();
        connections.close().awaitUninterruptibly();
    }
}
