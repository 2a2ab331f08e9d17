package io.nvmevf.bench.baseline;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** One thread over a listening socket on loopback and its connections, on the JDK's own sockets. */
public final class BareResponder implements Closeable {
    private final ServerSocketChannel listener;
    private final Selector selector;
    private final Thread thread;

    /**
     * Starts listening.
     *
     * @param port 0 for any
     * @param spin whether it polls without sleeping
     */
    public BareResponder(int port, boolean spin) throws IOException {
        selector = Selector.open();
        listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
        thread = Thread.ofPlatform().name("responder").daemon().start(() -> serve(spin));
    }

    /** Where it listens. */
    public int port() {
        return listener.socket().getLocalPort();
    }

    /** Until it is closed. */
    private void serve(boolean spin) {
        try {
            while (selector.isOpen()) {
                if (spin) {
                    selector.selectNow();
                } else {
                    selector.select();
                }
                if (!selector.isOpen()) {
                    return;
                }
                for (SelectionKey key : selector.selectedKeys()) {
                    ready(key);
                }
                selector.selectedKeys().clear();
            }
        } catch (IOException e) {
            throw new IllegalStateException("the responder's selector failed", e);
        }
    }

    private void ready(SelectionKey key) throws IOException {
        if (key.attachment() instanceof BareQueue queue) {
            try {
                boolean waits = !queue.serve();
                key.interestOps(waits ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
            } catch (IOException e) {
                key.channel().close();
            }
            return;
        }
        SocketChannel accepted = listener.accept();
        if (accepted != null) {
            accepted.configureBlocking(false);
            accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
            accepted.register(selector, SelectionKey.OP_READ, new BareQueue(accepted));
        }
    }

    /** Closes all connections and ends the thread. */
    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        listener.close();
        selector.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Arguments: the port, then {@code spin} or {@code sleep}. Runs until the process is ended. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 2) {
            throw new IllegalArgumentException("arguments: PORT spin|sleep");
        }
        try (BareResponder responder = new BareResponder(Integer.parseInt(args[0]), args[1].equals("spin"))) {
            responder.thread.join();
        }
    }
}
