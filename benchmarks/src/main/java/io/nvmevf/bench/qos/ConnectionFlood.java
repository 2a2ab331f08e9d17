package io.nvmevf.bench.qos;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Locale;

/**
 * Somebody who opens connections that come to nothing, and keeps up to {@value #MOST_OPEN} of them open. Who is answered has what he came
 * for: the next one is opened as soon as the target has taken one up, which is as fast as it takes them. Those who are never answered come
 * {@value #SILENT_RATE} times a second. So there are always some waiting, and never more than the kernel's backlog holds: beyond that
 * the kernel of these hosts, which is the target's too here, would be busy with sending their SYNs again.
 */
final class ConnectionFlood implements Party {
    static final int MOST_OPEN = 2000;
    private static final int MOST_UNANSWERED = 400;
    private static final int SILENT_RATE = 300;
    private static final long SILENT_INTERVAL = 1_000_000_000L / SILENT_RATE;
    private static final int SOURCES = 40;
    private static final int ICREQ_HALF = 64;
    private static final int CHUNK = 4096;

    /** What is done on each connection. */
    enum Kind {
        SILENT,
        HALF_AN_ICREQ,
        ICREQ_AND_NO_MORE,
        UNKNOWN_SUBSYSTEM,
        CONNECTS;

        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ').replace("icreq", "ICReq");
        }

        static Kind of(String label) {
            for (Kind kind : values()) {
                if (kind.label().equals(label)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException(label);
        }
    }

    private static final class Stranger {
        final SocketChannel channel;
        boolean connected;
        boolean answered;
        boolean asked;

        Stranger(SocketChannel channel) {
            this.channel = channel;
        }
    }

    private final InetSocketAddress address;
    private final Kind kind;
    private final ByteBuf icReq = ConnectStorm.icReq();
    private final ByteBuf connect;
    private final ByteBuffer in = ByteBuffer.allocateDirect(CHUNK);
    private final ArrayDeque<Stranger> open = new ArrayDeque<>();
    private int source;
    private int unanswered;
    private long nextSilent = System.nanoTime();
    private long opened;

    ConnectionFlood(int port, String nqn, Kind kind) {
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.kind = kind;
        connect = ConnectStorm.connect(kind == Kind.CONNECTS ? nqn : nqn + "x");
    }

    /** Connections that were opened. */
    long opened() {
        return opened;
    }

    @Override
    public void turn(Engine engine) throws IOException {
        if (open.size() < MOST_OPEN && isDue()) {
            open();
        }
        Stranger stranger = open.poll();
        if (stranger == null) {
            return;
        }
        if (goesOn(stranger)) {
            open.add(stranger);
        } else {
            answered(stranger);
            stranger.channel.close();
        }
    }

    private boolean isDue() {
        if (kind != Kind.SILENT && kind != Kind.HALF_AN_ICREQ) {
            return unanswered < MOST_UNANSWERED;
        }
        long now = System.nanoTime();
        if (now - nextSilent < 0) {
            return false;
        }
        nextSilent = Math.max(nextSilent + SILENT_INTERVAL, now - SILENT_INTERVAL);
        return true;
    }

    private void answered(Stranger stranger) {
        if (!stranger.answered) {
            stranger.answered = true;
            unanswered--;
        }
    }

    private void open() throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        // (Closing is a reset: ports do not run out.)
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        source = source % SOURCES + 1;
        channel.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 2, (byte) source}), 0));
        channel.configureBlocking(false);
        Stranger stranger = new Stranger(channel);
        unanswered++;
        if (channel.connect(address)) {
            connected(stranger);
        }
        open.add(stranger);
    }

    private void connected(Stranger stranger) {
        stranger.connected = true;
        opened++;
        if (kind == Kind.HALF_AN_ICREQ) {
            write(stranger, icReq, ICREQ_HALF);
        } else if (kind != Kind.SILENT) {
            write(stranger, icReq, icReq.capacity());
        }
    }

    /** Looks at what has come. */
    private boolean goesOn(Stranger stranger) {
        in.clear();
        try {
            if (!stranger.connected) {
                // (While the kernel's backlog is full, it is not.)
                if (stranger.channel.finishConnect()) {
                    connected(stranger);
                }
                return true;
            }
            int n = stranger.channel.read(in);
            if (n == 0) {
                return true;
            }
            answered(stranger);
            if (n < 0 || stranger.asked) {
                return false;
            }
            if (kind == Kind.UNKNOWN_SUBSYSTEM || kind == Kind.CONNECTS) {
                stranger.asked = true;
                return write(stranger, connect, connect.capacity());
            }
            // (Who keeps all that he can have gives one up for the next.)
            return open.size() < MOST_OPEN - 1;
        } catch (IOException ended) {
            return false;
        }
    }

    private static boolean write(Stranger stranger, ByteBuf pdu, int length) {
        try {
            stranger.channel.write(pdu.nioBuffer(0, length));
            return true;
        } catch (IOException ended) {
            return false;
        }
    }

    /** Closes what is open. The engine's thread, or any once the engine has it no more. */
    void hangUp() throws IOException {
        for (Stranger stranger : open) {
            stranger.channel.close();
        }
        open.clear();
    }
}
