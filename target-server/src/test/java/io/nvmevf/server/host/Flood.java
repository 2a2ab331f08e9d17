package io.nvmevf.server.host;

import io.nvmevf.protocol.fabrics.ConnectData;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who opens connections and means no good: a thread that keeps so many of them open, from one loopback address of its own,
 * and opens another one for each that the target ends.
 */
public final class Flood implements AutoCloseable {
    /** What such a connection does. */
    public enum Kind {
        /** Sends nothing. */
        SILENT,
        /** Sends half an ICReq. */
        HALF_ICREQ,
        /** Sends an ICReq, a byte at a time, and never the last one. */
        BYTE_BY_BYTE,
        /** Sends an ICReq, and then nothing. */
        ICREQ_ONLY,
        /** Asks for a subsystem that does not exist, and hangs up. */
        UNKNOWN_SUBSYSTEM,
        /** Connects a controller, and hangs up. */
        CONNECTS
    }

    private static final int SELECT_MILLIS = 5;
    private static final int OPENED_AT_ONCE = 16;
    private static final int LAST_BYTE = 127;

    private final InetSocketAddress target;
    private final InetAddress source;
    private final int wanted;
    private final String subnqn;
    private final HostPdus pdus = new HostPdus(HostOptions.DEFAULT);
    private final ByteBuffer in = ByteBuffer.allocateDirect(64 << 10);
    private final AtomicReference<@Nullable Throwable> fault = new AtomicReference<>();
    private final Thread thread;
    private volatile int open;
    private volatile int total;
    private volatile boolean stopped;

    private static final class Attacker {
        final Kind kind;
        int sent;
        boolean answered;

        Attacker(Kind kind) {
            this.kind = kind;
        }
    }

    /**
     * Begins.
     *
     * @param number of the loopback address that it comes from: 127.0.1.number
     * @param wanted connections, of all kinds in turn
     * @param subnqn what it connects to where it does
     */
    public Flood(InetSocketAddress target, int number, int wanted, String subnqn) {
        this.target = target;
        this.wanted = wanted;
        this.subnqn = subnqn;
        try {
            source = InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) number});
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
        thread = Thread.ofPlatform().name("flood-" + number).daemon().start(this::run);
    }

    /** Connections that are open now, as far as this side knows. */
    public int open() {
        return open;
    }

    /** Connections that were opened since it began. */
    public int total() {
        return total;
    }

    private void run() {
        try (Selector selector = Selector.open()) {
            Kind[] kinds = Kind.values();
            int next = 0;
            while (!stopped) {
                for (int i = 0; i < OPENED_AT_ONCE && selector.keys().size() < wanted; i++) {
                    open(selector, kinds[next++ % kinds.length]);
                }
                total = next;
                selector.select(SELECT_MILLIS);
                for (SelectionKey key : List.copyOf(selector.selectedKeys())) {
                    take(key);
                }
                selector.selectedKeys().clear();
                trickle(selector);
                open = selector.keys().size();
            }
            for (SelectionKey key : List.copyOf(selector.keys())) {
                key.channel().close();
            }
        } catch (IOException | RuntimeException e) {
            fault.set(e);
        } finally {
            open = 0;
        }
    }

    private void open(Selector selector, Kind kind) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.bind(new InetSocketAddress(source, 0));
            channel.connect(target);
            channel.configureBlocking(false);
            Attacker attacker = new Attacker(kind);
            channel.register(selector, SelectionKey.OP_READ, attacker);
            byte[] icReq = pdus.icReq();
            switch (kind) {
                case SILENT, BYTE_BY_BYTE -> {
                    // (Nothing yet.)
                }
                case HALF_ICREQ -> channel.write(ByteBuffer.wrap(icReq, 0, icReq.length / 2));
                case ICREQ_ONLY, UNKNOWN_SUBSYSTEM, CONNECTS -> channel.write(ByteBuffer.wrap(icReq));
            }
        } catch (IOException refused) {
            channel.close();
        }
    }

    private void take(SelectionKey key) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        Attacker attacker = (Attacker) Objects.requireNonNull(key.attachment());
        try {
            in.clear();
            if (channel.read(in) < 0) {
                channel.close();
                return;
            }
            if (attacker.kind != Kind.UNKNOWN_SUBSYSTEM && attacker.kind != Kind.CONNECTS) {
                return;
            }
            if (attacker.answered) {
                channel.close();
                return;
            }
            attacker.answered = true;
            channel.write(ByteBuffer.wrap(connect(attacker.kind == Kind.CONNECTS ? subnqn : subnqn + "x")));
        } catch (IOException ended) {
            channel.close();
        }
    }

    private byte[] connect(String nqn) {
        try (HostConnection unused = HostConnection.unconnected()) {
            HostQueue queue = new HostQueue(unused, 0);
            byte[] data =
                    HostQueue.connectData(nqn, TestHost.NQN + "-flood", new UUID(7, 7), ConnectData.CNTLID_DYNAMIC);
            return queue.capsule(queue.connectCommand(data, 32, 0));
        }
    }

    private void trickle(Selector selector) throws IOException {
        for (SelectionKey key : new ArrayList<>(selector.keys())) {
            Attacker attacker = (Attacker) Objects.requireNonNull(key.attachment());
            if (key.isValid() && attacker.kind == Kind.BYTE_BY_BYTE && attacker.sent < LAST_BYTE) {
                try {
                    ((SocketChannel) key.channel()).write(ByteBuffer.wrap(pdus.icReq(), attacker.sent++, 1));
                } catch (IOException ended) {
                    key.channel().close();
                }
            }
        }
    }

    /** Hangs up on all connections; returns when that is done. Fails if the flood was none. */
    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Throwable e = fault.get();
        if (e != null) {
            throw new AssertionError("the flood has failed", e);
        }
    }
}
