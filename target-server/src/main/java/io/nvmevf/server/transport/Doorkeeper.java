package io.nvmevf.server.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import io.nvmevf.server.metrics.DataPlaneStats.Delay;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * Asks the gate for each connection that a listener has accepted, before anything is made for it: one that is refused costs no
 * registration with a loop and no pipeline. Where connections come faster than all of them may, it takes none for a while; they wait in the
 * kernel's backlog.
 */
final class Doorkeeper extends ChannelInboundHandlerAdapter {
    /** What the gate knows a connection by. */
    static final AttributeKey<ConnectionGate.Visit> VISIT = AttributeKey.valueOf(Doorkeeper.class, "visit");

    private final ConnectionGate gate;
    private final TransportStats stats;
    private final HostLog log;

    Doorkeeper(ConnectionGate gate, TransportStats stats, HostLog log) {
        this.gate = gate;
        this.stats = stats;
        this.log = log;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        long wait = gate.accepted();
        if (wait > 0 && ctx.channel().config().isAutoRead()) {
            stats.delayed(Delay.ACCEPT);
            ctx.channel().config().setAutoRead(false);
            ctx.executor().schedule(() -> ctx.channel().config().setAutoRead(true), wait, TimeUnit.NANOSECONDS);
        }
        Channel channel = (Channel) msg;
        SocketAddress from = channel.remoteAddress();
        if (from == null) {
            // (It has ended before it was taken up.)
            channel.unsafe().closeForcibly();
            return;
        }
        try {
            channel.attr(VISIT).set(gate.enter(from, () -> giveUp(channel)));
        } catch (RefusedException e) {
            stats.count(e.reason());
            log.refused(Connection.shown(from), String.valueOf(e.getMessage()));
            channel.unsafe().closeForcibly();
            return;
        }
        ctx.fireChannelRead(channel);
    }

    private static void giveUp(Channel channel) {
        // (One that is not registered yet looks whether it has left when it is.)
        if (channel.isRegistered()) {
            channel.pipeline().fireUserEventTriggered(Connection.PLACE_IS_NEEDED);
        }
    }
}
